//! Errors of a search.

use thiserror::Error;

/// A query, or data to be searched, that does not fit together.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RetrievalError {
    /// A table of the wrong length.
    #[error("{what} has {found} values where {expected} are needed")]
    Length {
        /// The table.
        what: &'static str,
        /// Values it has.
        found: usize,
        /// Values it must have.
        expected: usize,
    },
    /// There is no such task.
    #[error("there is no task {task}: the network has {tasks}")]
    NoTask {
        /// Index asked for.
        task: usize,
        /// Tasks there are.
        tasks: usize,
    },
    /// A clause that is not about similarity, and about no task.
    #[error("clause {clause} of the query names no task: only similarity can be asked for overall")]
    NoTaskNamed {
        /// The clause's place in the query.
        clause: usize,
    },
    /// There is no such column of labels.
    #[error("there is no column {column} of labels: the images came with {columns}")]
    NoColumn {
        /// Index asked for.
        column: usize,
        /// Columns there are.
        columns: usize,
    },
    /// A user task has no embeddings.
    #[error(
        "task {task} was learned from labelled examples: images cannot be compared in it, only asked for it"
    )]
    NotComparable {
        /// The task.
        task: usize,
    },
    /// The task has no such value.
    #[error("task {task} has no value {value}: it has {values}")]
    NoValue {
        /// The task.
        task: usize,
        /// Index asked for.
        value: usize,
        /// Values the task has.
        values: usize,
    },
    /// A weight that is not above zero and finite.
    #[error(
        "the weight of clause {clause} of the query is {weight}, but it must be above zero and finite"
    )]
    Weight {
        /// The clause's place in the query.
        clause: usize,
        /// Its weight.
        weight: f32,
    },
    /// A number that is not finite.
    #[error("{what} holds a value that is not a finite number")]
    NotFinite {
        /// The table.
        what: &'static str,
    },
    /// Nothing to fit or measure on.
    #[error("{task}: {problem}")]
    TooFew {
        /// The task's name, or what else lacks something.
        task: String,
        /// The lack.
        problem: String,
    },
}

impl RetrievalError {
    /// Refuses a table whose length is not the one expected.
    pub(crate) fn length(what: &'static str, found: usize, expected: usize) -> Result<(), Self> {
        if found == expected {
            Ok(())
        } else {
            Err(Self::Length {
                what,
                found,
                expected,
            })
        }
    }
}
