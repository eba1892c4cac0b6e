//! The errors of a bundle, in sentences that name the fault, its place and its remedy.

use thiserror::Error;

/// A bundle, or one of its files, that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The manifest is not JSON, or lacks a field.
    #[error(
        "manifest.json cannot be read: {reason}. Is this a Modulens bundle, and was it copied whole? \
         Export it again with `trainer export`"
    )]
    ManifestSyntax {
        /// The JSON reader's message.
        reason: String,
    },
    /// The manifest describes something else.
    #[error(
        "manifest.json has the schema {found:?}, but a Modulens bundle says {expected:?}: \
         this folder holds something else"
    )]
    Schema {
        /// The manifest's value.
        found: String,
        /// The required value.
        expected: &'static str,
    },
    /// The bundle was written for another major version.
    #[error(
        "this bundle has version {found}, but this program reads versions {supported}.x: {advice}"
    )]
    Version {
        /// The manifest's value.
        found: String,
        /// The major version read here.
        supported: u32,
        /// The remedy.
        advice: &'static str,
    },
    /// A field of the manifest contradicts another or makes no sense.
    #[error("manifest.json: {field} {problem}; export the bundle again with `trainer export`")]
    ManifestField {
        /// The field.
        field: String,
        /// The fault.
        problem: String,
    },
    /// The manifest does not list the file.
    #[error("the bundle has no {file}: its manifest does not list it")]
    NotListed {
        /// The file asked for.
        file: String,
    },
    /// The file is shorter or longer than the manifest says.
    #[error(
        "{file} has {found} bytes where the manifest says {expected}: it was cut off or changed; \
         copy or export the bundle again"
    )]
    Size {
        /// The file.
        file: String,
        /// Bytes there are.
        found: u64,
        /// Bytes there must be.
        expected: u64,
    },
    /// The file's content is not what was exported.
    #[error(
        "{file} is not the file that was exported (its SHA-256 differs from the manifest's): \
         it was damaged, changed, or belongs to another bundle; copy or export the bundle again"
    )]
    Hash {
        /// The file.
        file: String,
    },
    /// The file's content cannot be understood or contradicts the manifest.
    #[error("{file}: {problem}; export the bundle again with `trainer export`")]
    Content {
        /// The file.
        file: String,
        /// The fault.
        problem: String,
    },
    /// Something given for writing cannot be put into a bundle.
    #[error("cannot write {file}: {problem}")]
    Unwritable {
        /// The file that would be written.
        file: String,
        /// The fault.
        problem: String,
    },
    /// There is no such picture.
    #[error("there is no picture {index}: the bundle has {pictures}")]
    NoPicture {
        /// Index asked for.
        index: usize,
        /// Pictures there are.
        pictures: usize,
    },
    /// The folder to be written to holds something that is no bundle.
    #[error(
        "{path} exists and is not a Modulens bundle, or holds other files beside it, so it is left alone; choose \
         another folder, or move away what is in it"
    )]
    WouldReplace {
        /// The folder.
        path: String,
    },
    /// The file system said no.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// The attempted action.
        action: &'static str,
        /// On which path.
        path: String,
        /// The system's message.
        source: std::io::Error,
    },
}

impl BundleError {
    /// A file whose content is wrong.
    pub(crate) fn content(file: &str, problem: impl Into<String>) -> Self {
        Self::Content {
            file: file.into(),
            problem: problem.into(),
        }
    }

    /// A field of the manifest that is wrong.
    pub(crate) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::ManifestField {
            field: field.into(),
            problem: problem.into(),
        }
    }

    /// Something that cannot be written.
    pub(crate) fn unwritable(file: &str, problem: impl Into<String>) -> Self {
        Self::Unwritable {
            file: file.into(),
            problem: problem.into(),
        }
    }
}
