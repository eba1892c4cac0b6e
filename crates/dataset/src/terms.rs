//! Under which terms the known datasets may be used.

use serde::Serialize;

use crate::options::Format;

/// The terms of a dataset, for a person to read. Not a licence text: the owner's page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// The dataset.
    pub dataset: &'static str,
    /// The publisher.
    pub owner: &'static str,
    /// The terms in one sentence.
    pub sentence: &'static str,
    /// The address of the terms.
    pub url: &'static str,
    /// The citation.
    pub cite: &'static str,
    /// The number of images in the official download.
    pub pictures: usize,
}

/// `CelebA`.
pub const CELEBA: Terms = Terms {
    dataset: "CelebA",
    owner: "Multimedia Laboratory, The Chinese University of Hong Kong",
    sentence: "CelebA is for non-commercial research only: its pictures, and anything derived from them, may \
               not be copied, published or passed on, so keep an exported gallery to yourself",
    url: "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
    cite: "Liu, Luo, Wang and Tang, Deep Learning Face Attributes in the Wild, ICCV 2015",
    pictures: 202_599,
};

/// UT-Zappos50K.
pub const ZAPPOS: Terms = Terms {
    dataset: "UT-Zappos50K",
    owner: "Vision Lab, The University of Texas at Austin",
    sentence: "UT-Zappos50K is for non-commercial use only and its photographs belong to Zappos: do not pass \
               them on, so keep an exported gallery to yourself",
    url: "https://vision.cs.utexas.edu/projects/finegrained/utzap50k/",
    cite: "Yu and Grauman, Fine-Grained Visual Comparisons with Local Learning, CVPR 2014",
    pictures: 50_025,
};

/// The terms of the dataset a layout comes from; `None` for anyone's own pictures. Drawn pictures in the same
/// layout are not bound by them.
pub fn terms(format: Format) -> Option<&'static Terms> {
    match format {
        Format::Celeba => Some(&CELEBA),
        Format::Zappos => Some(&ZAPPOS),
        Format::Auto | Format::Folder => None,
    }
}

/// The terms, if the size says that this is the official download: nobody draws 200,000 faces.
pub(crate) fn of_size(format: Format, pictures: usize) -> Option<&'static Terms> {
    terms(format).filter(|terms| pictures > terms.pictures * 9 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_official_size_brings_the_terms() {
        let official = of_size(Format::Celeba, 202_599).expect("the size of the download");
        assert_eq!(official.dataset, "CelebA");
        assert!(of_size(Format::Celeba, 5000).is_none());
        assert!(of_size(Format::Folder, 202_599).is_none());
    }
}
