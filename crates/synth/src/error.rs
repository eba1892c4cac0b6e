//! The errors of drawing a gallery.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A gallery that could not be drawn or written.
#[derive(Debug, Error)]
pub enum SynthError {
    /// Something already lies where the gallery should go.
    #[error("{} already exists and is not empty; remove it or name another folder", .0.display())]
    TargetNotEmpty(PathBuf),
    /// Reading or writing a file failed: a full disk, missing rights.
    #[error("cannot {what} {}: {source}", .path.display())]
    Io {
        /// The attempted action, as a verb: "write", "create", "rename".
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's message.
        source: io::Error,
    },
    /// A setting that no gallery can be drawn with.
    #[error("{setting} = {value} cannot be used: {why}")]
    Config {
        /// Name of the setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// The fault, and the values that work.
        why: String,
    },
    /// A picture could not be drawn; a defect of the drawing tables or of the style definitions.
    #[error("cannot draw {what}: {why}")]
    Draw {
        /// The picture or part.
        what: String,
        /// The renderer's message.
        why: String,
    },
}

impl SynthError {
    /// An [`SynthError::Io`] maker for `map_err`.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }

    /// A [`SynthError::Draw`].
    pub(crate) fn draw(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Draw {
            what: what.into(),
            why: why.to_string(),
        }
    }
}
