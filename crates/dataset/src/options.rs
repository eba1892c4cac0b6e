//! The options of loading a dataset.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The layout of a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Whatever the files say: CelebA's list of attributes makes it `CelebA`, `meta-data.csv` UT-Zappos50K, anything
    /// else a folder. The report says which.
    #[default]
    Auto,
    /// `CelebA`'s text files and pictures.
    Celeba,
    /// UT-Zappos50K's `meta-data.csv` and pictures.
    Zappos,
    /// Images with or without tables of labels.
    Folder,
}

impl Format {
    /// The name used in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Celeba => "celeba",
            Self::Zappos => "zappos",
            Self::Folder => "folder",
        }
    }

    /// The format of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Celeba, Self::Zappos, Self::Folder]
            .into_iter()
            .find(|format| format.name().eq_ignore_ascii_case(name))
    }
}

/// The meaning of a table's column, where it is told instead of recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// A task of yes and no.
    YesNo,
    /// A task of categories; words such as "none" are values.
    Categories,
    /// A task of numbers in their order.
    Ordered,
    /// Several labels in a cell: a yes/no task for each.
    Tags,
    /// The columns that begin with this name, of which one is yes in a row: one task.
    OneHot,
    /// The image's name.
    Image,
    /// The split: train, val or test.
    Split,
    /// The group (person, product): images of one group never end up in two splits.
    Group,
    /// Nothing: the column is left out.
    Ignore,
}

impl ColumnKind {
    /// Every kind, with its name in configuration files.
    pub const ALL: [(&'static str, Self); 9] = [
        ("yes-no", Self::YesNo),
        ("categories", Self::Categories),
        ("ordered", Self::Ordered),
        ("tags", Self::Tags),
        ("one-hot", Self::OneHot),
        ("image", Self::Image),
        ("split", Self::Split),
        ("group", Self::Group),
        ("ignore", Self::Ignore),
    ];

    /// The name used in configuration files.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(name, _)| name)
    }
}

/// The seed of the split by hash, where a dataset brings no split of its own.
pub const SPLIT_SEED: u64 = 20_180_914;

/// The options of loading a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The layout.
    pub format: Format,
    /// The tasks wanted, by name, in this order; all of them by default.
    pub tasks: Option<Vec<String>>,
    /// The dataset's name; that of the directory or zip by default.
    pub name: Option<String>,
    /// Seed of the split by hash ([`split_by_hash`](crate::split_by_hash)).
    pub seed: u64,
    /// Path of the one table of a [`Format::Folder`] that is to be read; all that name its images by default.
    pub table: Option<String>,
    /// The meaning of columns of a [`Format::Folder`]'s tables, by name; the others are recognised.
    pub columns: BTreeMap<String, ColumnKind>,
    /// Keeps the cells of columns that are no task, or a task of bins, as they are written ([`Dataset::texts`](crate::Dataset::texts)).
    pub texts: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: Format::Auto,
            tasks: None,
            name: None,
            seed: SPLIT_SEED,
            table: None,
            columns: BTreeMap::new(),
            texts: false,
        }
    }
}
