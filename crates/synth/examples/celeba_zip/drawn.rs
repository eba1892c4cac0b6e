//! The faces that are drawn, with what their text files say.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use modulens_synth::faces::{FacesConfig, write};
use rayon::prelude::*;

use super::Failure;

/// One drawn face.
#[derive(Debug)]
pub(super) struct Drawn {
    /// `[218, 178, 3]`.
    pub(super) pixels: Vec<u8>,
    /// The attributes as `CelebA` writes them after a name: ` -1  1 ...`.
    pub(super) marks: String,
    /// The number of the person.
    pub(super) identity: String,
    /// The number of the split: 0 train, 1 val, 2 test.
    pub(super) split: usize,
}

/// Draws faces into a temporary folder below `folder` and reads them back.
pub(super) fn draw(images: usize, seed: u64, folder: &Path) -> Result<Vec<Drawn>, Failure> {
    let home = tempfile::tempdir_in(folder)?;
    let faces = home.path().join("faces");
    write(&FacesConfig { images, seed }, &faces, &|_, _| {})?;
    let read = |file: &str| fs::read_to_string(faces.join(file));
    let attributes = read("Anno/list_attr_celeba.txt")?;
    let (identity, partition) = (
        read("Anno/identity_CelebA.txt")?,
        read("Eval/list_eval_partition.txt")?,
    );
    let (identity, partition) = (by_name(&identity), by_name(&partition));
    // A count and the names stand above the pictures.
    let rows: Vec<(&str, &str)> = attributes.lines().skip(2).filter_map(divide).collect();
    rows.into_par_iter()
        .map(|(name, marks)| {
            let missing = || format!("{name}: the drawn gallery says nothing about it");
            let picture = image::open(faces.join("Img/img_align_celeba").join(name))?;
            Ok(Drawn {
                pixels: picture.into_rgb8().into_raw(),
                marks: marks.to_owned(),
                identity: (*identity.get(name).ok_or_else(missing)?).to_owned(),
                split: partition.get(name).ok_or_else(missing)?.parse()?,
            })
        })
        .collect()
}

/// Name and the rest of a line, the space between them dropped.
fn divide(line: &str) -> Option<(&str, &str)> {
    line.split_once(' ')
}

fn by_name(text: &str) -> HashMap<&str, &str> {
    text.lines().filter_map(divide).collect()
}
