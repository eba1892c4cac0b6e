//! The errors of a command, each in a sentence that names the fault, its place and its remedy.

use std::{io, path::PathBuf};

use thiserror::Error;

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A chore that could not be done.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// A child could not be started.
    #[error("cannot start `{command}`; is it installed and on PATH?")]
    Spawn { command: String, source: io::Error },
    /// A child ended badly. Its own words are above.
    #[error("`{command}` failed ({status})")]
    Failed { command: String, status: String },
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// A file does not say what it should.
    #[error("{} is not what it should be: {what}", path.display())]
    Content { path: PathBuf, what: String },
    /// Something has to be installed that this program does not install.
    #[error("{what} is missing: {what_to_do}")]
    Missing {
        what: String,
        what_to_do: &'static str,
    },
    /// The server could not listen.
    #[error("cannot listen on {address}; choose another port with --port, or 0 for any free one")]
    Listen { address: String, source: io::Error },
    /// The site is heavier than promised.
    #[error("the site is over its budget: {0}")]
    Budget(String),
    /// Too many doc comments open with a question word.
    #[error("{0}; start those listed above with a noun phrase or a verb that names the thing")]
    Wording(String),
    /// An argument that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Some steps failed; they have been listed.
    #[error("{failed} of {total} steps failed: {names}")]
    Steps {
        failed: usize,
        total: usize,
        names: String,
    },
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// 1 for what went wrong, 2 for wrong usage, 130 for Ctrl-C (as shells have it).
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Interrupted => 130,
            _ => 1,
        }
    }

    /// Makes an [`Error::Io`] from an error of the standard library.
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}
