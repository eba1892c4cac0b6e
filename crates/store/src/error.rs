//! The errors of a kept gallery.

use std::io;

use thiserror::Error;

use crate::files::File;

/// The errors of a kept gallery.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The disk failed, or is full.
    #[error("the browser's disk refused to {what} the file {}: {source}", file.name())]
    Disk {
        /// The attempted action.
        what: &'static str,
        /// The file.
        file: File,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The journal has no header, so that nothing is known about the gallery.
    #[error(
        "this gallery was never begun, or its journal is damaged; delete it and import its pictures again"
    )]
    NoHeader,
    /// A later program wrote this.
    #[error(
        "this gallery was kept by a newer version of this page (format {found}, known is {known}); reload the page"
    )]
    Version {
        /// The version found.
        found: u32,
        /// The version known.
        known: u32,
    },
    /// A number that no gallery has.
    #[error(
        "this gallery says that it has {found} {what}, which cannot be (the most are {most}); delete it and import its pictures again"
    )]
    Impossible {
        /// The counted things.
        what: &'static str,
        /// The number it states.
        found: u64,
        /// The most there can be.
        most: u64,
    },
    /// A file that is not what was written.
    #[error("the file {} is damaged: {problem}; delete the gallery and import its pictures again", file.name())]
    Damaged {
        /// The file.
        file: File,
        /// The fault.
        problem: String,
    },
    /// Less is on the disk than the journal says.
    #[error("the file {} has {found} bytes where {expected} were written; delete the gallery and import its pictures again", file.name())]
    Lost {
        /// The file.
        file: File,
        /// Bytes there.
        found: u64,
        /// Bytes written.
        expected: u64,
    },
    /// Something does not fit the gallery's header.
    #[error("{what}: {found} where {expected} are expected")]
    Misfit {
        /// The value in question.
        what: &'static str,
        /// The given value.
        found: usize,
        /// The expected value.
        expected: usize,
    },
    /// A record that cannot be written as text, a bug.
    #[error("a line of the journal cannot be written ({0})")]
    Record(String),
}

impl StoreError {
    /// Returns true if the disk is full, so that the same write may succeed once there is room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Disk { source, .. } if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
    }

    /// Nothing if both are the same.
    pub(crate) fn fits(what: &'static str, found: usize, expected: usize) -> Result<(), Self> {
        if found == expected {
            Ok(())
        } else {
            Err(Self::Misfit {
                what,
                found,
                expected,
            })
        }
    }
}
