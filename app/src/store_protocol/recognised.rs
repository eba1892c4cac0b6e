//! The result of recognising what a visitor brought.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kept::{Kept, Room};

/// The result of recognising an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recognised {
    /// Name of the zip or folder.
    pub name: String,
    /// `celeba`, `zappos` or `folder`; [`SAVED`] for a gallery that was exported.
    pub format: String,
    /// Number of pictures: of faces where those are offered in place of whole images.
    pub images: usize,
    /// Number of files with an image.
    pub files: usize,
    /// True if their faces are offered in place of the whole images.
    pub cut: bool,
    /// Bytes of the pictures' files.
    pub bytes: u64,
    /// Names of the label columns.
    pub tasks: Vec<String>,
    /// The number skipped for each reason.
    pub skipped: Vec<(String, usize)>,
    /// The first few that are left out: what, where, why.
    pub examples: Vec<[String; 3]>,
    /// Further notes for a person.
    pub notes: Vec<String>,
    /// The columns of its tables.
    pub columns: Vec<TableColumn>,
    /// Groups of columns that can be one task.
    pub one_hot: Vec<OneHotGroup>,
    /// The kinds of columns told, as configuration files name them.
    pub told: BTreeMap<String, String>,
    /// Room for it.
    pub room: Room,
    /// Kept galleries made from the very same pictures that are not complete.
    pub unfinished: Vec<Kept>,
    /// The label columns that are kept with the gallery.
    pub kept_columns: KeptColumns,
    /// Kept galleries that have some of these pictures.
    pub overlaps: Vec<Overlap>,
}

/// The most label columns of each kind that are kept.
pub const MOST_COLUMNS: usize = 256;
/// The most values of a label column that is a filter.
pub const MOST_FACET_VALUES: usize = 50;
/// The most letters of a text that are kept.
pub const COLUMN_LETTERS: usize = 300;

/// The label columns of an offer that are kept, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptColumns {
    /// Those that become filters.
    pub filters: usize,
    /// Those that are shown in the details of an image only.
    pub details: usize,
    /// Those that are too many.
    pub left_out: usize,
    /// True if some texts are too long to be kept whole.
    pub cut: bool,
}

/// A kept gallery compared with what was offered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// The gallery.
    pub kept: Kept,
    /// SHA-256 of the weights of its network.
    pub weights: String,
    /// Offered pictures that it has, as they are.
    pub same: usize,
    /// Those of them of which only the names were compared: an earlier version kept no more.
    pub by_name: usize,
    /// Those of them of which only the names and sizes were compared.
    pub by_size: usize,
    /// Offered pictures that it has under the same name, made from another file.
    pub changed: usize,
    /// Offered pictures that it does not have.
    pub added: usize,
    /// Its pictures that were not offered.
    pub gone: usize,
    /// The tasks that it has labels for.
    pub labelled: Vec<String>,
}

impl Overlap {
    /// Offered pictures that are in the gallery, as they are or changed.
    pub fn found(&self) -> usize {
        self.same + self.changed
    }

    /// Returns true if most of the pictures on one side are on the other side, too.
    pub fn is_close(&self, offered: usize) -> bool {
        let fewer = offered.min(self.found() + self.gone);
        self.found() * 2 >= fewer
    }
}

/// A column of a table, and its reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// The tables that have it, by their paths.
    pub table: String,
    /// The heading; empty where there is none.
    pub name: String,
    /// The meaning taken, in a few words.
    pub reading: String,
    /// True for the column that names the images.
    pub names_images: bool,
    /// Number of label columns that came of it.
    pub tasks: usize,
    /// Cells that say nothing.
    pub unknown: usize,
    /// Rows of images that are there.
    pub rows: usize,
}

/// Columns with a common beginning that can be one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneHotGroup {
    /// The common beginning.
    pub name: String,
    /// The values of the task.
    pub values: Vec<String>,
    /// They are one task, as told.
    pub merged: bool,
}

/// [`Recognised::told`] of a group of columns that is one task.
pub const ONE_HOT: &str = "one-hot";

/// [`Recognised::format`] of a gallery that was exported: it is kept again by [`Restore`](super::Request::Restore).
pub const SAVED: &str = "saved";

/// [`Recognised::skipped`] of files without a face.
pub const NO_FACE: &str = "no face found";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gallery_is_close_if_most_of_the_smaller_side_is_on_both() {
        let overlap = |same, changed, gone| Overlap {
            kept: Kept::default(),
            weights: String::new(),
            same,
            by_name: 0,
            by_size: 0,
            changed,
            added: 0,
            gone,
            labelled: Vec::new(),
        };
        assert!(overlap(12, 0, 0).is_close(13));
        assert!(overlap(11, 1, 0).is_close(12));
        assert!(overlap(10, 0, 5000).is_close(10), "a few of many");
        assert!(!overlap(2, 0, 5000).is_close(1000));
    }
}
