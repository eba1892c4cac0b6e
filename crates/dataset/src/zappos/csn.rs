//! The triplets that Conditional Similarity Networks were trained and tested on (Veit et al., CVPR 2017).
//!
//! Source: the unpacked `csn_zappos_triplets.zip`. `filenames.json` is no JSON but one relative path per line;
//! `tripletlists/{class,closure,gender,heel}_tripletlist_{train,val,test}.txt` hold three 0-based numbers per
//! line, `anchor far close`: the anchor is more similar to the *third* picture.

use std::collections::HashMap;

use modulens_schema::Split;

use crate::dataset::Dataset;
use crate::error::DatasetError;
use crate::storage::{Storage, path};
use crate::text::{AGAIN, TextFile, required};

/// The conditions in the order of their numbers, with the task each stands for.
pub const CONDITIONS: [(&str, &str); 4] = [
    ("class", "Category"),
    ("closure", "Closure"),
    ("gender", "Gender"),
    ("heel", "HeelHeight"),
];

/// The file that names the pictures; despite its name no JSON.
pub const NAMES: &str = "filenames.json";

/// One triplet, as indices into a [`Dataset`]'s pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Triplet {
    /// The picture the other two are compared with.
    pub anchor: usize,
    /// The less similar picture, the file's second number.
    pub far: usize,
    /// The more similar picture, the file's third number.
    pub close: usize,
}

/// The triplets of one condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Triplets {
    /// Those whose three pictures are in the dataset.
    pub triplets: Vec<Triplet>,
    /// Lines left out because a picture is not in the dataset.
    pub left_out: usize,
}

/// The paths of `filenames.json`, in the order the triplets count in.
///
/// # Errors
/// When the text is not UTF-8, or is real JSON.
pub fn filenames(bytes: &[u8]) -> Result<Vec<String>, DatasetError> {
    let file = TextFile::from_bytes("filenames.json".into(), bytes.to_vec())?;
    parse_filenames(&file)
}

pub(super) fn parse_filenames(file: &TextFile) -> Result<Vec<String>, DatasetError> {
    if file.text.trim_start().starts_with(['[', '{']) {
        let hint = "CSN's file holds one path per line; take it from csn_zappos_triplets.zip";
        return Err(file.fault(1, "this is JSON", hint));
    }
    Ok(file
        .lines()
        .map(|(_, line)| line.trim().to_owned())
        .collect())
}

/// The numbers of one triplet list, `[anchor, far, close]`, each below `pictures`.
///
/// # Errors
/// Names the first line that is no triplet of such numbers.
pub fn triplet_list(
    name: &str,
    bytes: &[u8],
    pictures: usize,
) -> Result<Vec<[usize; 3]>, DatasetError> {
    let file = TextFile::from_bytes(name.to_owned(), bytes.to_vec())?;
    parse_triplets(&file, pictures)
}

pub(super) fn parse_triplets(
    file: &TextFile,
    pictures: usize,
) -> Result<Vec<[usize; 3]>, DatasetError> {
    let mut triplets = Vec::new();
    for (line, text) in file.lines() {
        let mut triplet = [0; 3];
        let mut fields = text.split_ascii_whitespace();
        for place in &mut triplet {
            *place = fields
                .next()
                .and_then(|field| field.parse().ok())
                .ok_or_else(|| file.fault(line, "three whole numbers were expected", AGAIN))?;
        }
        if fields.next().is_some() {
            return Err(file.fault(line, "more than three numbers", AGAIN));
        }
        if let Some(beyond) = triplet.iter().find(|&&index| index >= pictures) {
            let problem = format!("picture {beyond} is not among the {pictures} of filenames.json");
            return Err(file.fault(line, problem, "take both from the same download"));
        }
        triplets.push(triplet);
    }
    Ok(triplets)
}

/// Reads the triplets of a condition ("class", "closure", "gender" or "heel") from a storage with CSN's
/// files, as pictures of `dataset`. Note that CSN's split is not the dataset's: a triplet's pictures need not
/// be in the split of its name.
///
/// # Errors
/// When a file is missing or does not hold what it must.
pub fn load(
    storage: &Storage,
    dataset: &Dataset,
    condition: &str,
    split: Split,
) -> Result<Triplets, DatasetError> {
    let hint = "unpack csn_zappos_triplets.zip there";
    let names = parse_filenames(&required(storage, &[NAMES], hint)?)?;
    let list = format!("{condition}_tripletlist_{}.txt", split.name());
    let list = parse_triplets(&required(storage, &[&list], hint)?, names.len())?;
    let by_stem: HashMap<String, usize> = dataset
        .images
        .iter()
        .enumerate()
        .map(|(index, image)| (super::key(&image.id), index))
        .collect();
    let places: Vec<Option<usize>> = names
        .iter()
        .map(|name| by_stem.get(path::stem(name)).copied())
        .collect();
    let mut found = Triplets::default();
    for triplet in list {
        match triplet.map(|index| places[index]) {
            [Some(anchor), Some(far), Some(close)] => {
                found.triplets.push(Triplet { anchor, far, close });
            }
            _ => found.left_out += 1,
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odd_file_is_plain_text() {
        let names =
            filenames(b"Shoes/Oxfords/Bostonian/100627.72.jpg\nBoots/A/1.2.jpg\n").expect("plain");
        assert_eq!(names[1], "Boots/A/1.2.jpg");
        assert!(filenames(b"[\"a.jpg\"]").is_err());
    }

    #[test]
    fn triplets_are_checked_line_by_line() {
        assert_eq!(
            triplet_list("t", b"0 1 2\n2 0 1\n", 3).expect("fine"),
            [[0, 1, 2], [2, 0, 1]]
        );
        for (text, says) in [
            ("0 1\n", "line 1: three whole numbers"),
            ("0 1 2\n0 1 x\n", "line 2: three whole numbers"),
            ("0 1 2 3\n", "line 1: more than three"),
            ("0 1 3\n", "picture 3 is not among the 3"),
        ] {
            let message = triplet_list("t", text.as_bytes(), 3)
                .expect_err(text)
                .to_string();
            assert!(message.contains(says), "{message}");
        }
    }
}
