//! The options of loading a dataset.

/// The layout of a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Whatever the files say: `list_attr_celeba.txt` makes it `CelebA`, `meta-data.csv` UT-Zappos50K, anything
    /// else a folder. The report says which.
    #[default]
    Auto,
    /// `CelebA`'s text files and pictures.
    Celeba,
    /// UT-Zappos50K's `meta-data.csv` and pictures.
    Zappos,
    /// Pictures with or without a CSV of attributes.
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
    /// Path of the CSV of a [`Format::Folder`], when several lie there.
    pub csv: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: Format::Auto,
            tasks: None,
            name: None,
            seed: SPLIT_SEED,
            csv: None,
        }
    }
}
