//! The texts of a report that are not in the figures.

use crate::few_shot::FewShot;

/// The texts of a report that are not in the figures.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) notes: Vec<String>,
    pub(super) not_run: Vec<String>,
    pub(super) few_shot: Vec<FewShot>,
}
