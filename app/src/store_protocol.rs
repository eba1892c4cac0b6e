//! The messages between the page and the store, the worker that reads what a visitor brings and keeps it on the
//! browser's disk.
//!
//! They are calls and their answers ([`crate::calls`]).
//!
//! Adding a gallery goes [`Request::Offer`] -> [`Request::Sample`] and [`Request::Reread`] as often as need be ->
//! [`Request::Begin`] or [`Request::Resume`] -> any number of [`Request::Feed`] and [`Request::Append`] ->
//! [`Request::Close`]. One gallery is written at a time.

use std::collections::BTreeMap;

use modulens_schema::{Correction, InputSpec, Task, UserTask, UserTaskChange};
use serde::{Deserialize, Serialize};

use crate::calls;
use crate::protocol::{Frame, Skipped};

/// The worker that keeps galleries.
#[derive(Debug)]
pub enum Keeping {}

impl calls::Protocol for Keeping {
    const SCRIPT: &'static str = "./store_loader.js";
    type Request = Request;
    type Reply = Reply;
}

/// From the page to the store.
pub type Call = calls::Call<Request>;

/// From the store to the page.
pub type Event = calls::Event<Reply>;

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
    /// A few pictures spread over what was offered, to try the network on. Answered by [`Reply::Fed`].
    Sample {
        /// The number of images.
        count: usize,
    },
    /// Some of the files offered, whole. Answered by [`Reply::Fed`].
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
    /// The next pictures of what is being written. Answered by [`Reply::Fed`] as soon as there is room for them
    /// ([`crate::work::flight`]); with no pictures after the last one.
    Feed {
        /// The largest number of images.
        count: usize,
    },
    /// Appends the results of images. They are kept in the order of the gallery, whatever the order
    /// of these calls. Answered by [`Reply::Appended`].
    ///
    /// Parts: three `ArrayBuffer`s, the features of the pictures that could be read (`f32`, row-major), their thumbnails
    /// and their previews, one after the other.
    Append {
        /// Index of the first picture.
        first: usize,
        /// Bytes of every picture's thumbnail; 0 for one that could not be read.
        lengths: Vec<u32>,
        /// Bytes of every picture's preview; 0 where there is none.
        previews: Vec<u32>,
        /// The part of each preview that the picture is, in shares of its sides; none where the previews show no more.
        shares: Vec<Frame>,
        /// The reasons those could not be read.
        skipped: Vec<Skipped>,
    },
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
    /// Handles of a kept gallery by which its files may be read, once the visitor allows it. Answered by [`Reply::Bytes`] with a
    /// `FileSystemHandle` as each part.
    Handles {
        /// The gallery.
        id: String,
        /// The image whose file is wanted; `None` for all files.
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

/// [`Recognised::skipped`] of files without a face.
pub const NO_FACE: &str = "no face found";

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
    /// Encoded pictures.
    ///
    /// Parts: an `ArrayBuffer` for each picture; an empty one where it could not be read.
    Fed {
        /// Index of every picture; consecutive for [`Request::Feed`].
        images: Vec<usize>,
        /// Those that could not be read, and why.
        skipped: Vec<Skipped>,
        /// Bytes that decoding the largest of them takes.
        decoding: u64,
        /// The frame of the portrait to cut out of each; none where they are taken whole.
        frames: Vec<Frame>,
    },
    /// Pictures were taken in.
    Appended {
        /// Pictures taken in so far, without a gap from the first.
        taken: usize,
        /// Pictures that are safe.
        safe: usize,
        /// True if no further preview is kept.
        previews_full: bool,
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

/// A kept gallery, for a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Its id, also the folder's name.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Name of the network that embeds it.
    pub network: String,
    /// Pictures done.
    pub done: usize,
    /// Pictures in all.
    pub images: usize,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Images with a larger preview.
    pub previews: usize,
    /// Bytes of the larger previews.
    pub preview_bytes: u64,
    /// True if there was no room for further previews.
    pub previews_full: bool,
    /// True if the browser has handles to the folders or files that the images came from.
    pub originals: bool,
    /// The time it was begun, in milliseconds since 1970.
    pub created: f64,
    /// The reason it cannot be opened; empty if it can.
    pub problem: String,
}

/// The most bytes of larger previews of one gallery.
pub const MOST_PREVIEWS: u64 = 400_000_000;

/// The room the browser grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// Bytes in use by this site.
    pub used: f64,
    /// Bytes it may use; 0 where the browser does not say.
    pub quota: f64,
    /// True if the browser promised not to delete them by itself.
    pub persisted: bool,
}

impl Room {
    /// Bytes that further larger previews of a gallery may take that has so many bytes of them: a quarter of what is
    /// left, and at most [`MOST_PREVIEWS`] in all.
    pub fn for_previews(self, kept: u64) -> u64 {
        let most = MOST_PREVIEWS.saturating_sub(kept);
        if self.quota <= 0.0 {
            return most;
        }
        let quarter = ((self.quota - self.used).max(0.0) / 4.0) as u64;
        quarter.min(most)
    }
}

/// The result of recognising an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recognised {
    /// Name of the zip or folder.
    pub name: String,
    /// `celeba`, `zappos` or `folder`; [`SAVED`] for a gallery that was exported.
    pub format: String,
    /// Number of pictures: of faces where those are offered in place of whole images.
    pub images: usize,
    /// Number of files with an image.
    pub files: usize,
    /// True if their faces are offered in place of the whole images.
    pub cut: bool,
    /// Bytes of the pictures' files.
    pub bytes: u64,
    /// Names of the label columns.
    pub tasks: Vec<String>,
    /// The number skipped for each reason.
    pub skipped: Vec<(String, usize)>,
    /// The first few that are left out: what, where, why.
    pub examples: Vec<[String; 3]>,
    /// Further notes for a person.
    pub notes: Vec<String>,
    /// The columns of its tables.
    pub columns: Vec<TableColumn>,
    /// Groups of columns that can be one task.
    pub one_hot: Vec<OneHotGroup>,
    /// The kinds of columns told, as configuration files name them.
    pub told: BTreeMap<String, String>,
    /// Room for it.
    pub room: Room,
    /// Kept galleries made from the very same pictures that are not complete.
    pub unfinished: Vec<Kept>,
    /// The label columns that are kept with the gallery.
    pub kept_columns: KeptColumns,
    /// Kept galleries that have some of these pictures.
    pub overlaps: Vec<Overlap>,
}

/// The most label columns of each kind that are kept.
pub const MOST_COLUMNS: usize = 256;
/// The most values of a label column that is a filter.
pub const MOST_FACET_VALUES: usize = 50;
/// The most letters of a text that are kept.
pub const COLUMN_LETTERS: usize = 300;

/// The label columns of an offer that are kept, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptColumns {
    /// Those that become filters.
    pub filters: usize,
    /// Those that are shown in the details of an image only.
    pub details: usize,
    /// Those that are too many.
    pub left_out: usize,
    /// True if some texts are too long to be kept whole.
    pub cut: bool,
}

/// A kept gallery compared with what was offered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// The gallery.
    pub kept: Kept,
    /// SHA-256 of the weights of its network.
    pub weights: String,
    /// Offered pictures that it has, as they are.
    pub same: usize,
    /// Those of them of which only the names were compared: an earlier version kept no more.
    pub by_name: usize,
    /// Those of them of which only the names and sizes were compared.
    pub by_size: usize,
    /// Offered pictures that it has under the same name, made from another file.
    pub changed: usize,
    /// Offered pictures that it does not have.
    pub added: usize,
    /// Its pictures that were not offered.
    pub gone: usize,
    /// The tasks that it has labels for.
    pub labelled: Vec<String>,
}

impl Overlap {
    /// Offered pictures that are in the gallery, as they are or changed.
    pub fn found(&self) -> usize {
        self.same + self.changed
    }

    /// Returns true if most of the pictures on one side are on the other side, too.
    pub fn is_close(&self, offered: usize) -> bool {
        let fewer = offered.min(self.found() + self.gone);
        self.found() * 2 >= fewer
    }
}

/// A column of a table, and its reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// The tables that have it, by their paths.
    pub table: String,
    /// The heading; empty where there is none.
    pub name: String,
    /// The meaning taken, in a few words.
    pub reading: String,
    /// True for the column that names the images.
    pub names_images: bool,
    /// Number of label columns that came of it.
    pub tasks: usize,
    /// Cells that say nothing.
    pub unknown: usize,
    /// Rows of images that are there.
    pub rows: usize,
}

/// Columns with a common beginning that can be one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneHotGroup {
    /// The common beginning.
    pub name: String,
    /// The values of the task.
    pub values: Vec<String>,
    /// They are one task, as told.
    pub merged: bool,
}

/// [`Recognised::told`] of a group of columns that is one task.
pub const ONE_HOT: &str = "one-hot";

/// The contents of a kept gallery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// Its plan, with the present title.
    pub plan: Plan,
    /// The source of the images.
    pub source: String,
    /// A sentence on their terms; empty where none are known.
    pub terms: String,
    /// Pictures done.
    pub done: usize,
    /// Pictures in all.
    pub images: usize,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Pictures that could not be read, and why.
    pub skipped: Vec<Skipped>,
    /// Pictures that were taken out or replaced, ascending.
    pub removed: Vec<usize>,
    /// The tasks that the visitor taught.
    pub taught: Vec<UserTask>,
    /// The images that the visitor hid, ascending.
    pub hidden: Vec<usize>,
}

/// [`Recognised::format`] of a gallery that was exported: it is kept again by [`Request::Restore`].
pub const SAVED: &str = "saved";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gallery_is_close_if_most_of_the_smaller_side_is_on_both() {
        let overlap = |same, changed, gone| Overlap {
            kept: Kept {
                id: String::new(),
                title: String::new(),
                network: String::new(),
                done: 0,
                images: 0,
                bytes: 0,
                previews: 0,
                preview_bytes: 0,
                previews_full: false,
                originals: false,
                created: 0.0,
                problem: String::new(),
            },
            weights: String::new(),
            same,
            by_name: 0,
            by_size: 0,
            changed,
            added: 0,
            gone,
            labelled: Vec::new(),
        };
        assert!(overlap(12, 0, 0).is_close(13));
        assert!(overlap(11, 1, 0).is_close(12));
        assert!(overlap(10, 0, 5000).is_close(10), "a few of many");
        assert!(!overlap(2, 0, 5000).is_close(1000));
    }

    #[test]
    fn previews_take_a_quarter_of_the_room_left_and_no_more_than_is_said() {
        let room = |used, quota| Room {
            used,
            quota,
            persisted: false,
        };
        assert_eq!(room(2e8, 1e9).for_previews(0), 200_000_000);
        assert_eq!(room(0.0, 1e12).for_previews(0), MOST_PREVIEWS);
        assert_eq!(room(2e9, 1e9).for_previews(0), 0, "it is full");
        assert_eq!(Room::default().for_previews(0), MOST_PREVIEWS, "unknown");
    }

    /// The plan promised previews that were not kept.
    #[test]
    fn previews_that_a_gallery_has_leave_less_room_for_more() {
        let room = Room {
            quota: 1e12,
            ..Room::default()
        };
        assert_eq!(room.for_previews(MOST_PREVIEWS - 7), 7);
        assert_eq!(room.for_previews(MOST_PREVIEWS), 0);
        assert_eq!(Room::default().for_previews(u64::MAX), 0, "of a stranger");
    }

    #[test]
    fn calls_survive_the_wire() {
        let call = Call {
            call: 7,
            request: Request::Append {
                first: 64,
                lengths: vec![3000, 0],
                previews: vec![9000, 0],
                shares: vec![Frame::default(); 2],
                skipped: vec![Skipped {
                    index: 65,
                    why: "cut off".into(),
                }],
            },
        };
        let text = serde_json::to_string(&call).expect("plain data");
        assert_eq!(serde_json::from_str::<Call>(&text).expect("ours"), call);
        let event = Event::Reply {
            call: 7,
            reply: Reply::Appended {
                taken: 66,
                safe: 0,
                previews_full: false,
            },
        };
        let text = serde_json::to_string(&event).expect("plain data");
        assert_eq!(serde_json::from_str::<Event>(&text).expect("ours"), event);
    }
}
