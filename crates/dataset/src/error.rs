//! The errors of a dataset or an image: the fault, its place, and the remedy.

use thiserror::Error;

/// A dataset that cannot be loaded. Faults of single pictures are not errors: the
/// [`Report`](crate::Report) counts and lists them.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// The storage could not be read.
    #[error("cannot read {place}: {source}")]
    Read {
        /// The file.
        place: String,
        /// The system's message.
        source: std::io::Error,
    },
    /// A file or a column that must be there is not.
    #[error("{what} is missing in {place}: {hint}")]
    Missing {
        /// The missing file or folder.
        what: String,
        /// The place that was searched.
        place: String,
        /// The remedy.
        hint: String,
    },
    /// A text file does not say what its format asks for.
    #[error("{file}, line {line}: {problem}; {hint}")]
    Malformed {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The fault.
        problem: String,
        /// The remedy.
        hint: String,
    },
    /// A zip, or one entry of it, is broken or of a kind that cannot be read.
    #[error("{file}: {problem}; {hint}")]
    Zip {
        /// The zip, or the entry in it.
        file: String,
        /// The fault.
        problem: String,
        /// The remedy.
        hint: &'static str,
    },
    /// An archive of a kind that is not opened, or something else in its place.
    #[error("{file} is {what}; {hint}")]
    Archive {
        /// The file.
        file: String,
        /// The kind of thing it is.
        what: String,
        /// The remedy.
        hint: String,
    },
    /// A Parquet file, or one row of it, is damaged or of a kind that cannot be read.
    #[error("{file}: {problem}; {hint}")]
    Shard {
        /// The file, with the row if it is about one.
        file: String,
        /// The fault.
        problem: String,
        /// The remedy.
        hint: &'static str,
    },
    /// A task was asked for that the dataset does not have.
    #[error("there is no task {name:?} in this dataset; {near}")]
    UnknownTask {
        /// The name asked for.
        name: String,
        /// Names like it, as a clause.
        near: String,
    },
    /// Two columns that become one task.
    #[error("two columns of {place} become the task {name:?}; rename or remove one of them")]
    SameTask {
        /// The task's name.
        name: String,
        /// The dataset.
        place: String,
    },
    /// Nothing to work with.
    #[error("{place} holds no picture that can be used: {hint}")]
    NoPictures {
        /// The place that was searched for images.
        place: String,
        /// The remedy.
        hint: String,
    },
    /// A picture or an entry was asked for that is not there.
    #[error("there is no {what} {index}: there are {count}")]
    OutOfRange {
        /// "picture" or "entry".
        what: &'static str,
        /// The index asked for, from 0.
        index: usize,
        /// The number of them.
        count: usize,
    },
}

/// Bytes that are not a picture this program can use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Of no kind that is known.
    #[error("this is not a picture that can be read here; convert it to JPEG or PNG")]
    NotAPicture,
    /// An image of a kind that is not read here.
    #[error("this is {kind}, which cannot be read here; convert it to JPEG or PNG")]
    Foreign {
        /// The kind, with its article.
        kind: &'static str,
    },
    /// A JPEG whose colours are of a kind that is not known.
    #[error(
        "the colours of the JPEG are of a rare kind ({detail}); open the picture in an image program and save it again"
    )]
    Colours {
        /// The kind.
        detail: String,
    },
    /// More pixels than a gallery picture can sensibly have.
    #[error("the picture has {width} x {height} pixels, more than {limit}; make it smaller")]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels allowed.
        limit: u64,
    },
    /// A side longer than a picture can sensibly have.
    #[error("the picture is {side} pixels long, more than {limit}; make it smaller")]
    TooLong {
        /// The longer side in pixels.
        side: u32,
        /// The longest side allowed.
        limit: u32,
    },
    /// A file without a single byte.
    #[error("the file is empty; copy or download it again")]
    NoBytes,
    /// A picture without a single pixel.
    #[error("the picture has no pixels; export it again")]
    Empty,
    /// The file ends before the picture does.
    #[error("the picture is cut short ({detail}); copy or download it again")]
    Truncated {
        /// The evidence.
        detail: String,
    },
    /// The file is damaged.
    #[error("the picture is damaged ({detail}); copy or download it again")]
    Corrupt {
        /// The decoder's message.
        detail: String,
    },
    /// A JPEG of a rare layout.
    #[error(
        "the colours of the JPEG are stored one after the other, a rare layout that cannot be read here; open the \
         picture in an image program and save it again"
    )]
    PlanesApart,
}

impl DecodeError {
    /// Returns true where another decoder, such as a browser's, may read the image: it is whole, but of a kind or a size
    /// that is not read here.
    pub fn is_for_another_decoder(&self) -> bool {
        match self {
            Self::NotAPicture
            | Self::Foreign { .. }
            | Self::Colours { .. }
            | Self::PlanesApart
            | Self::TooLarge { .. } => true,
            Self::TooLong { .. }
            | Self::NoBytes
            | Self::Empty
            | Self::Truncated { .. }
            | Self::Corrupt { .. } => false,
        }
    }
}
