//! Labelled examples of a user task.

/// Images that show something, and images that do not, as a user labelled them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelledExamples {
    /// Images that show it.
    pub yes: Vec<usize>,
    /// Images that do not.
    pub no: Vec<usize>,
}

/// Labels to fit a classifier to: in ascending order, each image once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidatedLabels {
    /// Images that show it.
    pub yes: Vec<usize>,
    /// Images that do not.
    pub no: Vec<usize>,
    /// Labelled images that the gallery does not have, or that were labelled both ways: they are left out.
    pub ignored: usize,
}

impl LabelledExamples {
    /// The labels to fit to in a gallery of so many images.
    ///
    /// The order of the examples makes no difference, nor does labelling an image twice. An image labelled both ways is
    /// left out.
    pub fn validate(&self, images: usize) -> ValidatedLabels {
        let (yes, no) = (in_order(&self.yes), in_order(&self.no));
        let usable = |list: &[usize], other: &[usize]| -> Vec<usize> {
            let is_usable =
                |image: &&usize| **image < images && other.binary_search(image).is_err();
            list.iter().filter(is_usable).copied().collect()
        };
        let both = yes.iter().filter(|image| no.binary_search(image).is_ok());
        let all = yes.len() + no.len() - both.count();
        let (yes, no) = (usable(&yes, &no), usable(&no, &yes));
        ValidatedLabels {
            ignored: all - yes.len() - no.len(),
            yes,
            no,
        }
    }
}

fn in_order(images: &[usize]) -> Vec<usize> {
    let mut images = images.to_vec();
    images.sort_unstable();
    images.dedup();
    images
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_put_in_order_and_contradictions_taken_out() {
        let examples = LabelledExamples {
            yes: vec![7, 3, 7, 5, 12],
            no: vec![5, 1, 99, 5],
        };
        let labels = examples.validate(10);
        assert_eq!((labels.yes, labels.no), (vec![3, 7], vec![1]));
        assert_eq!(labels.ignored, 3, "5 both ways, 12 and 99 out of range");
        assert_eq!(
            LabelledExamples::default().validate(0),
            ValidatedLabels::default()
        );
    }
}
