//! The facts about a path.

/// The facts about a path.
pub(crate) struct About {
    /// For machines.
    pub(crate) json: serde_json::Value,
    /// For people.
    pub(crate) text: String,
}
