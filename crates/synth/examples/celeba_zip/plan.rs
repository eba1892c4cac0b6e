//! The drawn face of every image, and the text files that describe it.

use std::fmt::Write as _;

use modulens_synth::faces::ATTRIBUTES;

use super::Failure;
use super::drawn::Drawn;

/// Pictures of `CelebA`, and of its val and test splits, which come last.
const OFFICIAL: [usize; 3] = [202_599, 19_867, 19_962];

/// The ingredients of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// The drawn face.
    pub(super) drawn: usize,
    /// The number of earlier images that show the same face.
    pub(super) round: usize,
}

/// The file name of a picture, `000001.jpg`.
pub(super) fn name(number: usize) -> String {
    format!("{number:06}.jpg")
}

/// Images of train, val and test in the official proportions.
fn sizes(images: usize) -> [usize; 3] {
    let [all, val, test] = OFFICIAL;
    let (val, test) = (images * val / all, images * test / all);
    [images - val - test, val, test]
}

/// All pictures, train first: the drawn faces of a split take turns in it.
pub(super) fn pictures(drawn: &[Drawn], images: usize) -> Result<Vec<Picture>, Failure> {
    let mut pictures = Vec::with_capacity(images);
    for (split, size) in sizes(images).into_iter().enumerate() {
        let faces: Vec<usize> = (0..drawn.len())
            .filter(|&face| drawn[face].split == split)
            .collect();
        if faces.is_empty() && size > 0 {
            return Err(format!("no face is drawn for split {split}; draw more").into());
        }
        pictures.extend((0..size).map(|at| Picture {
            drawn: faces[at % faces.len()],
            round: at / faces.len(),
        }));
    }
    Ok(pictures)
}

/// The text files with their names, in `CelebA`'s formats.
pub(super) fn texts(drawn: &[Drawn], pictures: &[Picture]) -> [(&'static str, String); 3] {
    let mut attributes = format!("{}\n{} \n", pictures.len(), ATTRIBUTES.join(" "));
    let (mut partition, mut identity) = (String::new(), String::new());
    for (picture, number) in pictures.iter().zip(1..) {
        let (name, face) = (name(number), &drawn[picture.drawn]);
        // Writing to a string cannot fail.
        let _ = writeln!(attributes, "{name} {}", face.marks);
        let _ = writeln!(partition, "{name} {}", face.split);
        let _ = writeln!(identity, "{name} {}", face.identity);
    }
    [
        ("list_attr_celeba.txt", attributes),
        ("list_eval_partition.txt", partition),
        ("identity_CelebA.txt", identity),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_size_has_the_official_splits() {
        assert_eq!(sizes(202_599), [162_770, 19_867, 19_962]);
        assert_eq!(sizes(1), [1, 0, 0]);
    }

    #[test]
    fn faces_stay_in_their_split_and_take_turns() {
        let face = |split| Drawn {
            pixels: Vec::new(),
            marks: String::new(),
            identity: String::new(),
            split,
        };
        let drawn = [face(2), face(0), face(0), face(1)];
        let pictures = pictures(&drawn, 30).expect("every split has a face");
        let made: Vec<(usize, usize)> = pictures.iter().map(|p| (p.drawn, p.round)).collect();
        assert_eq!(made[..4], [(1, 0), (2, 0), (1, 1), (2, 1)]);
        assert_eq!(made[26..], [(3, 0), (3, 1), (0, 0), (0, 1)]);
        assert!(super::pictures(&drawn[1..], 30).is_err());
    }
}
