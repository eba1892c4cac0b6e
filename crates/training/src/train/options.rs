//! The options of a session that are no part of its configuration.

/// The output of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// The live summary.
    Summary,
    /// One JSON object at the end.
    Json,
    /// Silent: the caller reports.
    Nothing,
}

/// The treatment of a run that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is gone on with, unless its data have changed.
    GoOn,
    /// It is gone on with.
    AcceptChangedData,
    /// It is replaced.
    Fresh,
}
