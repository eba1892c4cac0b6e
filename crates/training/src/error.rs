//! Everything that can go wrong in the trainer, and how it is told.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use thiserror::Error;

use crate::text::one_line;

/// The errors of a command.
#[derive(Debug, Error)]
pub enum TrainerError {
    /// A file could not be read, written or renamed.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// "read", "write", ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's message.
        source: io::Error,
    },
    /// A configuration does not make sense.
    #[error("the configuration {origin} is not usable: {message}")]
    Config {
        /// The file, or "from the command line".
        origin: String,
        /// The fault and its remedy.
        message: String,
    },
    /// A run directory is missing something or does not fit.
    #[error("{} is not a usable run: {message}", path.display())]
    Run {
        /// The run directory.
        path: PathBuf,
        /// The fault and its remedy.
        message: String,
    },
    /// The asked-for device is not to be had.
    #[error("no device: {0}")]
    Device(String),
    /// A dataset could not be read.
    #[error("the dataset cannot be used")]
    Dataset(#[from] modulens_dataset::DatasetError),
    /// A network cannot be built from its configuration.
    #[error("the network cannot be built")]
    Network(#[from] modulens_model::ConfigError),
    /// Weights cannot be read or written.
    #[error("the weights cannot be used")]
    Weights(#[from] modulens_model::weights::WeightsError),
    /// A bundle cannot be read or written.
    #[error("the bundle cannot be used")]
    Bundle(#[from] modulens_bundle::BundleError),
    /// Embeddings, heads or a query do not fit together.
    #[error("the search cannot be done")]
    Retrieval(#[from] modulens_retrieval::RetrievalError),
    /// Stopped by the user after saving.
    #[error("stopped; the same command goes on from {}", checkpoint.display())]
    Interrupted {
        /// The checkpoint that was written.
        checkpoint: PathBuf,
    },
    /// Anything else, already a sentence.
    #[error("{0}")]
    Message(String),
}

impl TrainerError {
    /// For `map_err` on file operations.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            source: of_dangling_link(&path).unwrap_or(source),
            action,
            path,
        }
    }

    /// 130 after Ctrl-C as shells expect, 1 otherwise; usage errors (2) never come this far.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Interrupted { .. } => ExitCode::from(130),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Refuses a path that leads through a link to nowhere.
///
/// # Errors
/// The link and its target.
pub fn check_links(path: &Path) -> Result<(), TrainerError> {
    match of_dangling_link(path) {
        Some(source) => Err(TrainerError::io("find", path)(source)),
        None => Ok(()),
    }
}

/// The error of a link that leads nowhere, of which the system says that it is not there, or that it is.
fn of_dangling_link(path: &Path) -> Option<io::Error> {
    // Whatever of the path is there.
    let there = path
        .ancestors()
        .find(|part| part.symlink_metadata().is_ok())?;
    let target = there.read_link().ok().filter(|_| !there.exists())?;
    Some(io::Error::new(
        io::ErrorKind::NotFound,
        format!(
            "{} is a link to {}, which is not there",
            there.display(),
            target.display()
        ),
    ))
}

/// The one report a person reads: the error and its causes, each once and on a line of its own.
pub fn report(error: &TrainerError) -> String {
    let mut text = match error {
        // Shows the line of the file that is at fault.
        TrainerError::Config { .. } => format!("error: {error}"),
        _ => format!("error: {}", one_line(&error.to_string())),
    };
    let mut last = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let message = inner.to_string();
        if !last.contains(&message) {
            text.push_str("\n  because: ");
            text.push_str(&one_line(&message));
        }
        last = message;
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_said_to_be_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/no/such/place", &link).expect("a link");
        for path in [link.clone(), link.join("run.json")] {
            let error = TrainerError::io("read", path)(io::ErrorKind::NotFound.into());
            let said = report(&error);
            assert!(
                said.contains("link to /no/such/place, which is not there"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_name_in_an_error_cannot_forge_a_line() {
        let error = TrainerError::Message("a\n  because: b.jpg is gone".into());
        assert_eq!(report(&error), "error: a\\u{a}  because: b.jpg is gone");
    }

    #[test]
    fn the_report_names_file_and_cause_once() {
        let error = TrainerError::io("read", "faces.toml")(io::Error::other("gone"));
        assert_eq!(
            report(&error),
            "error: cannot read faces.toml\n  because: gone"
        );
    }
}
