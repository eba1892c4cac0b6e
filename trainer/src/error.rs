//! Everything that can go wrong in the trainer, and how it is told.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use thiserror::Error;

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
        source: std::io::Error,
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
    /// Drawing a gallery failed.
    #[error("the gallery cannot be drawn")]
    Synth(#[from] modulens_synth::SynthError),
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
    pub fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
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

/// The one report a person reads: the error and its causes, each once.
pub fn report(error: &TrainerError) -> String {
    let mut text = format!("error: {error}");
    let mut last = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let message = inner.to_string();
        if !last.contains(&message) {
            text.push_str("\n  because: ");
            text.push_str(&message);
        }
        last = message;
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_names_file_and_cause_once() {
        let error = TrainerError::io("read", "faces.toml")(std::io::Error::other("gone"));
        assert_eq!(
            report(&error),
            "error: cannot read faces.toml\n  because: gone"
        );
    }
}
