//! The overlap of CSN's test triplets with its training triplets.
//!
//! A network that has seen a picture, or another colour of the same shoe, finds it more easily. CSN's lists were drawn per
//! condition, so that a picture of one condition's test list may stand in another's training list, and nobody set the
//! colours of a product apart.

use std::collections::HashSet;

use modulens_schema::Split;

use super::csn::{CONDITIONS, parse_filenames, parse_triplets};
use crate::error::DatasetError;
use crate::storage::{Storage, path};
use crate::text::TextFile;

/// The overlap with all training lists together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leakage {
    /// Conditions whose training list is there.
    pub train_lists: usize,
    /// Pictures in any of them.
    pub train_images: usize,
    /// Products in any of them, whatever their colour.
    pub train_products: usize,
    /// The lists that are not for training.
    pub lists: Vec<ListLeakage>,
}

/// The unseen part of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListLeakage {
    /// "class", "closure", "gender" or "heel".
    pub condition: &'static str,
    /// Validation or test.
    pub split: Split,
    /// Triplets of the list.
    pub triplets: usize,
    /// Those none of whose three pictures is in any training list.
    pub unseen_images: usize,
    /// Those none of whose three products is, in any colour.
    pub unseen_products: usize,
}

/// Holds the lists that are there against the training lists; nothing where there are none.
///
/// # Errors
/// When a list, or `filenames.json`, does not hold what it must.
pub fn leakage(storage: &Storage) -> Result<Option<Leakage>, DatasetError> {
    let Some(names) = TextFile::find(storage, "filenames.json")? else {
        return Ok(None);
    };
    let names = parse_filenames(&names)?;
    // `100627.72.jpg` is colour 72 of product 100627.
    let product = |index: usize| {
        let stem = path::stem(&names[index]);
        stem.split_once('.').map_or(stem, |(product, _)| product)
    };
    let (mut train_lists, mut images, mut products) = (0, HashSet::new(), HashSet::new());
    for (condition, _) in CONDITIONS {
        if let Some(list) = list(storage, condition, Split::Train, names.len())? {
            train_lists += 1;
            for index in list.into_iter().flatten() {
                images.insert(index);
                products.insert(product(index));
            }
        }
    }
    if train_lists == 0 {
        return Ok(None);
    }
    let mut lists = Vec::new();
    for (condition, _) in CONDITIONS {
        for split in [Split::Val, Split::Test] {
            let Some(list) = list(storage, condition, split, names.len())? else {
                continue;
            };
            let count = |unseen: &dyn Fn(usize) -> bool| {
                let all = list.iter();
                all.filter(|triplet| triplet.iter().all(|&index| unseen(index)))
                    .count()
            };
            lists.push(ListLeakage {
                condition,
                split,
                triplets: list.len(),
                unseen_images: count(&|index| !images.contains(&index)),
                unseen_products: count(&|index| !products.contains(product(index))),
            });
        }
    }
    Ok(Some(Leakage {
        train_lists,
        train_images: images.len(),
        train_products: products.len(),
        lists,
    }))
}

fn list(
    storage: &Storage,
    condition: &str,
    split: Split,
    pictures: usize,
) -> Result<Option<Vec<[usize; 3]>>, DatasetError> {
    let name = format!("{condition}_tripletlist_{}.txt", split.name());
    match TextFile::find(storage, &name)? {
        Some(file) => parse_triplets(&file, pictures).map(Some),
        None => Ok(None),
    }
}
