//! The splits of a dataset.

use serde::{Deserialize, Serialize};

/// The three parts of a dataset. No identity and no product is in two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// The images that the weights are fitted on (CelebA partition 0).
    Train,
    /// The images that the model and its calibration are chosen on (CelebA partition 1).
    Val,
    /// The images that figures are reported on, and that a gallery shows (CelebA partition 2).
    Test,
}

impl Split {
    /// The name used in configuration files and figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Val => "val",
            Self::Test => "test",
        }
    }
}
