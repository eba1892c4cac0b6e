//! The messages between the page and the store, the worker that reads what a visitor brings and keeps it on the
//! browser's disk.
//!
//! They are calls and their answers ([`crate::calls`]).
//!
//! Adding a gallery goes [`Request::Offer`] -> [`Request::Sample`] and [`Request::Reread`] as often as need be ->
//! [`Request::Begin`] or [`Request::Resume`] -> any number of [`Request::Feed`] -> [`Request::Close`]. One gallery is written
//! at a time.
//!
//! Files and what becomes of them do not pass the page: the store lends them ([`Reply::Lent`]), and an engine that the page
//! has connected collects them and hands back the results by itself ([`crate::lending_protocol`]).

use std::collections::BTreeMap;

use modulens_schema::{Correction, InputSpec, Task, UserTaskChange};
use serde::{Deserialize, Serialize};

use crate::calls;
use crate::protocol::Frame;

mod kept;
mod recognised;

pub use kept::{Contents, Kept, MOST_PREVIEWS, Room};
pub use recognised::{
    COLUMN_LETTERS, KeptColumns, MOST_COLUMNS, MOST_FACET_VALUES, NO_FACE, ONE_HOT, OneHotGroup,
    Overlap, Recognised, SAVED, TableColumn,
};

/// The worker that keeps galleries.
#[derive(Debug)]
pub enum Keeping {}

/// The script beside the page that starts it.
pub const SCRIPT: &str = "./store_loader.js";

impl calls::Protocol for Keeping {
    type Request = Request;
    type Reply = Reply;
}

/// The requests of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Lists the kept galleries and the storage quota. Answered by [`Reply::Kept`].
    List,
    /// Files that a visitor brought: a zip, a folder's files, pictures and tables. Many files come in several
    /// messages, of which the one with `last` is answered by [`Reply::Recognised`], the others by [`Reply::Done`].
    ///
    /// Parts: one `Blob` per path, then any number of `FileSystemHandle`s, by which originals can be opened later. Where there
    /// is no file at all, everything in these is offered.
    Offer {
        /// Path of each file, with `/`.
        paths: Vec<String>,
        /// A common name for all of them.
        name: String,
        /// True for the first files of an offer, so that an earlier offer is forgotten.
        first: bool,
        /// True for the last files.
        last: bool,
    },
    /// Recognises what was offered once more, with columns of its tables read as told; after a failure the offer is as
    /// it was. Answered by [`Reply::Recognised`].
    Reread {
        /// The kinds of the columns told, as configuration files name them.
        columns: BTreeMap<String, String>,
    },
    /// Connects an engine with the store, which answers its calls. Not answered.
    ///
    /// Parts: a `MessagePort`, at whose other end the engine is.
    Connect,
    /// A few pictures spread over what was offered, to try the network on. Answered by [`Reply::Lent`].
    Sample {
        /// The number of images.
        count: usize,
    },
    /// Some of the files offered, whole. Answered by [`Reply::Lent`].
    Files {
        /// The files, by their places among those with an image.
        images: Vec<usize>,
    },
    /// Offers the faces of the files in place of the whole images: an entry for each; or the whole images again. Answered
    /// by [`Reply::Recognised`].
    Cut {
        /// The faces of each file; `None` for the whole images.
        faces: Option<Vec<FileFaces>>,
    },
    /// Begins to keep what was offered. Answered by [`Reply::Writing`].
    Begin {
        /// The plan.
        plan: Plan,
        /// The most bytes of larger previews; 0 for none.
        previews: u64,
    },
    /// Goes on with a gallery whose pictures were offered once more. Answered by [`Reply::Writing`].
    Resume {
        /// The gallery.
        id: String,
        /// The most bytes of larger previews that are added; 0 for none.
        previews: u64,
    },
    /// Adds what was offered to a kept gallery, which one of [`Recognised::overlaps`] is. Answered by
    /// [`Reply::Writing`].
    Add {
        /// The gallery.
        id: String,
        /// The changes to make.
        changes: Changes,
        /// The most bytes of larger previews that are added; 0 for none.
        previews: u64,
    },
    /// Ends a loan. Not answered.
    Release {
        /// Its number.
        loan: u32,
    },
    /// The next pictures of what is being written. Answered by [`Reply::Lent`] as soon as there is room for them
    /// ([`crate::work::flight`]); with no pictures after the last one.
    Feed {
        /// The largest number of images.
        count: usize,
    },
    /// Leaves an image out of the gallery that is being written, since it breaks every engine. Answered by [`Reply::Done`].
    LeaveOut {
        /// Number of the loan that it is in.
        loan: u32,
        /// Its place among the files lent.
        place: usize,
        /// The reason.
        why: String,
    },
    /// Tries once more to make safe what was taken in while the disk was full. Answered by [`Reply::Done`].
    Retry,
    /// Ends writing: everything taken in is made safe. Answered by [`Reply::Done`].
    Close,
    /// Opens a kept gallery. Answered by [`Reply::Contents`].
    Open {
        /// The gallery.
        id: String,
    },
    /// Features of a kept gallery. Answered by [`Reply::Bytes`] with one part.
    Features {
        /// The gallery.
        id: String,
        /// Index of the first picture.
        first: usize,
        /// The number of images; fewer come at the end of the gallery.
        count: usize,
    },
    /// Labels, ids and label columns of a kept gallery. Answered by [`Reply::Labels`].
    Labels {
        /// The gallery.
        id: String,
    },
    /// Thumbnails of a kept gallery. Answered by [`Reply::Bytes`] with a part for each, empty where there is none.
    Thumbnails {
        /// The gallery.
        id: String,
        /// The pictures.
        images: Vec<usize>,
    },
    /// The larger preview of an image of a kept gallery. Answered by [`Reply::Bytes`] with no part where there is none, else
    /// with two: the JPEG, and the left, top, width and height of the part of it that the image is, in shares of its sides
    /// (`f32`); all are 0 where it is the whole.
    Preview {
        /// The gallery.
        id: String,
        /// The image.
        image: usize,
    },
    /// Handles of a kept gallery by which files may be read, once the visitor allows it. Answered by [`Reply::Bytes`] with a
    /// `FileSystemHandle` as each part.
    Handles {
        /// The gallery.
        id: String,
        /// The image whose file is wanted; `None` for the files of the last import.
        image: Option<usize>,
    },
    /// The file that an image of a kept gallery was made from. Answered by [`Reply::Bytes`] with one part.
    Original {
        /// The gallery.
        id: String,
        /// The image.
        image: usize,
    },
    /// Keeps a change of one of the tasks that the visitor taught with a gallery. Answered by [`Reply::Done`].
    Taught {
        /// The gallery.
        id: String,
        /// The change.
        change: UserTaskChange,
    },
    /// Hides images of a kept gallery, or shows them again. Answered by [`Reply::Done`].
    Hide {
        /// The gallery.
        id: String,
        /// The images, each once.
        images: Vec<usize>,
        /// True to hide them.
        hide: bool,
    },
    /// Corrects a label of images of a kept gallery. Answered by [`Reply::Done`].
    Correct {
        /// The gallery.
        id: String,
        /// The change.
        change: Correction,
    },
    /// Images for a zip, some at a time: of a kept gallery the previews where there are some. Answered by [`Reply::Done`].
    ///
    /// Parts: the bytes of each, as an `ArrayBuffer`, unless they are those of a kept gallery.
    Zip {
        /// The kept gallery that has them; `None` where they are sent along.
        id: Option<String>,
        /// The images of the kept gallery.
        images: Vec<usize>,
        /// The id of each, from which its name is made.
        ids: Vec<String>,
        /// The number of the zip: one with a greater number takes its place.
        zip: u32,
    },
    /// The zip of all images sent. Answered by [`Reply::Exported`] with one part, a `Blob`.
    Zipped {
        /// A name for it.
        name: String,
    },
    /// Gives a gallery another name. Answered by [`Reply::Done`].
    Rename {
        /// The gallery.
        id: String,
        /// The name.
        title: String,
    },
    /// Deletes a gallery. Answered by [`Reply::Done`].
    Delete {
        /// The gallery.
        id: String,
    },
    /// A gallery as one file to be saved. Answered by [`Reply::Exported`] with one part, a `Blob`.
    Export {
        /// The gallery.
        id: String,
    },
    /// Keeps the saved gallery that was offered. Answered by [`Reply::Writing`].
    Restore,
}

/// The plan of keeping offered images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Name for people.
    pub title: String,
    /// Name of the network, which is that of its gallery if it has one.
    pub network: String,
    /// SHA-256 of its weights.
    pub weights: String,
    /// Its tasks.
    pub tasks: Vec<Task>,
    /// Length of a picture's features.
    pub channels: usize,
    /// The preparation of an image as the network's input.
    pub input: InputSpec,
    /// Side of a thumbnail in pixels.
    pub thumbnail: u32,
}

/// The faces found in a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileFaces {
    /// Their frames.
    pub frames: Vec<Frame>,
    /// The reason that the file could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// The changes to a kept gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Adds the images that it does not have.
    pub add: bool,
    /// Replaces the images whose files are others now.
    pub replace: bool,
    /// Takes out the images whose files were not offered.
    pub take_out: bool,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It is done.
    Done,
    /// All kept galleries, the newest first.
    Kept {
        /// The galleries.
        galleries: Vec<Kept>,
        /// The storage quota and its use.
        room: Room,
    },
    /// The result of recognising an offer.
    Recognised(Box<Recognised>),
    /// A gallery is being written.
    Writing {
        /// Its id.
        id: String,
        /// Pictures that are done already.
        done: usize,
        /// Pictures there will be in the end, those that were taken out included.
        total: usize,
        /// Index of the first picture of this import: those before were there already.
        first: usize,
        /// Pictures that others replace: the new one, and the one it replaces.
        replaced: Vec<(usize, usize)>,
    },
    /// Encoded images are lent until [`Request::Release`].
    Lent {
        /// Number of the loan.
        loan: u32,
        /// Index of every image; consecutive for [`Request::Feed`].
        images: Vec<usize>,
        /// Bytes that decoding the largest of them takes.
        decoding: u64,
    },
    /// A kept gallery.
    Contents(Box<Contents>),
    /// The requested bytes, in the parts.
    Bytes,
    /// The labels of a kept gallery.
    ///
    /// Parts: the labels under the network's tasks, the ids, and the cells of the label columns, `[images, columns]`.
    Labels {
        /// The visitor's own label columns.
        columns: Vec<Task>,
        /// Columns of text.
        texts: Vec<String>,
        /// The texts of each image; empty where there are none.
        rows: Vec<Vec<String>>,
        /// The labels that the visitor corrected; all else is as the images came.
        corrections: Vec<Correction>,
        /// True if some columns were too many to be read.
        left_out: bool,
    },
    /// A file to be saved.
    Exported {
        /// A name for it.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::{Call, Event, EventKind};

    #[test]
    fn calls_survive_the_wire() {
        let call = Call {
            call: 7,
            request: Request::LeaveOut {
                loan: 3,
                place: 17,
                why: "it breaks the engine".into(),
            },
        };
        let text = serde_json::to_string(&call).expect("plain data");
        assert_eq!(
            serde_json::from_str::<Call<Request>>(&text).expect("ours"),
            call
        );
        let event = Event {
            call: 7,
            kind: EventKind::Reply(Reply::Lent {
                loan: 3,
                images: vec![66, 67],
                decoding: 1 << 20,
            }),
        };
        let text = serde_json::to_string(&event).expect("plain data");
        assert_eq!(
            serde_json::from_str::<Event<Reply>>(&text).expect("ours"),
            event
        );
    }
}
