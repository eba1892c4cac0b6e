//! Folders that say something: the split (`train/`, `val/`, `test/`) and the class.

use std::collections::BTreeSet;

use modulens_schema::Split;

use crate::storage::path;
use crate::table::roles::split_of_folder;

/// The depth to which folders are searched for a split.
const DEPTH: usize = 3;

/// The meaning of the folders of a dataset, one value per image.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout<'a> {
    /// The split by folder; `None` everywhere where the folders are no split.
    pub(super) splits: Vec<Option<Split>>,
    /// The folder that may be a class.
    pub(super) classes: Vec<Option<&'a str>>,
}

impl<'a> Layout<'a> {
    /// Reads the folders below the one that all images share.
    ///
    /// Folders called train and val (or valid, validation) or test, beside each other, are the split; the class is then
    /// the folder below them, or above where that is the layout. Else the class is the first folder.
    pub(super) fn of(paths: &[&'a str]) -> Self {
        let shared = path::shared_folder(paths);
        let folders: Vec<Vec<&str>> = paths
            .iter()
            .map(|path| {
                path::folder(&path[shared..])
                    .split_terminator('/')
                    .collect()
            })
            .collect();
        let level = (0..DEPTH).find(|&level| is_split_level(&folders, level));
        let class_level = if level == Some(0) { 1 } else { 0 };
        let split = |parts: &Vec<&str>| split_of_folder(parts.get(level?)?);
        let class = |parts: &Vec<&'a str>| match level {
            // Beside train and test there may be folders that are neither; nothing is known of them.
            Some(_) if split(parts).is_none() => None,
            _ => parts.get(class_level).copied(),
        };
        Self {
            splits: folders.iter().map(split).collect(),
            classes: folders.iter().map(class).collect(),
        }
    }
}

/// Returns true if the folders at a level are train and at least one other part. Deeper than the first level, all must
/// be parts.
fn is_split_level(folders: &[Vec<&str>], level: usize) -> bool {
    let names: BTreeSet<&str> = folders
        .iter()
        .filter_map(|parts| parts.get(level).copied())
        .collect();
    let parts: BTreeSet<Option<usize>> = names
        .iter()
        .map(|name| split_of_folder(name).map(|split| split as usize))
        .collect();
    let train = parts.contains(&Some(Split::Train as usize));
    let several = parts.iter().flatten().count() > 1;
    train && several && (level == 0 || !parts.contains(&None))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRAIN: Option<Split> = Some(Split::Train);
    const VAL: Option<Split> = Some(Split::Val);
    const TEST: Option<Split> = Some(Split::Test);

    #[test]
    fn train_and_test_are_no_classes() {
        let paths = [
            "set/train/cat/1.png",
            "set/train/dog/2.png",
            "set/valid/cat/3.png",
            "set/test/4.png",
        ];
        let layout = Layout::of(&paths);
        assert_eq!(layout.splits, [TRAIN, TRAIN, VAL, TEST]);
        assert_eq!(
            layout.classes,
            [Some("cat"), Some("dog"), Some("cat"), None]
        );
        let layout = Layout::of(&[
            "cat/train/1.png",
            "cat/test/2.png",
            "dog/train/3.png",
            "dog/test/4.png",
        ]);
        assert_eq!(layout.splits, [TRAIN, TEST, TRAIN, TEST]);
        assert_eq!(layout.classes[2], Some("dog"));
        let layout = Layout::of(&["Train/1.png", "Test/2.png", "other/3.png"]);
        assert_eq!(layout.splits, [TRAIN, TEST, None]);
        assert_eq!(layout.classes, [None; 3]);
    }

    #[test]
    fn other_folders_are_classes() {
        let layout = Layout::of(&["a/red/1.png", "a/test/2.png", "a/3.png"]);
        assert_eq!(layout.splits, [None; 3], "a class called test");
        assert_eq!(layout.classes, [Some("red"), Some("test"), None]);
        let layout = Layout::of(&["train/a/1.png", "train/b/2.png"]);
        assert_eq!(layout.classes, [Some("a"), Some("b")]);
        assert_eq!(Layout::of(&[]).splits, []);
    }
}
