//! A user task: taught by marked images.

use serde::{Deserialize, Serialize};

/// A task that a user taught by images that show it and images that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTask {
    /// The name that the user gave it.
    pub name: String,
    /// Images that show it, by their indices in the gallery.
    pub yes: Vec<usize>,
    /// Images that do not.
    pub no: Vec<usize>,
}
