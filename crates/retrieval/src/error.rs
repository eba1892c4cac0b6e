//! What can be wrong with a search.

use thiserror::Error;

/// A query, or data to be searched, that does not fit together.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RetrievalError {
    /// A table of the wrong length.
    #[error("{what} has {found} values where {expected} are needed")]
    Length {
        /// Which table.
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
    /// A taught task only says how likely images show it.
    #[error("task {task} was taught by marks: images cannot be compared in it, only asked for it")]
    NoLikeness {
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
    /// A weight that cannot weigh anything.
    #[error(
        "the weight of part {part} of the query is {weight}, but it must be above zero and finite"
    )]
    Weight {
        /// Which part.
        part: usize,
        /// Its weight.
        weight: f32,
    },
    /// A query without parts ranks nothing.
    #[error("the query is empty: give at least one value or one example")]
    EmptyQuery,
    /// A number that is not finite.
    #[error("{what} holds a value that is not a finite number")]
    NotFinite {
        /// Which table.
        what: &'static str,
    },
    /// Nothing to fit or measure on.
    #[error("{task}: {problem}")]
    TooFew {
        /// The task's name, or what else lacks something.
        task: String,
        /// What is missing.
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
