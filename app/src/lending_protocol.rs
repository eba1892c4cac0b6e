//! The messages between an engine and the store, which lends it files and keeps what becomes of them.
//!
//! They are calls ([`crate::calls`]) on a `MessagePort` that the page gives to both. What is lent, and to whom, the page says
//! (`Lent` in the messages of both).

use serde::{Deserialize, Serialize};

use crate::calls;
use crate::protocol::{Frame, Skipped};

/// The store, as an engine calls it.
#[derive(Debug)]
pub enum Lending {}

impl calls::Protocol for Lending {
    type Request = Request;
    type Reply = Reply;
}

/// From an engine to the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Files that were lent. Answered by [`Reply::Collected`].
    Collect {
        /// Number of the loan.
        loan: u32,
        /// Place of the first among the files lent.
        first: usize,
        /// The number of files.
        count: usize,
    },
    /// The results of consecutive files that were lent for the gallery being written. Answered by [`Reply::Appended`]. Where
    /// that fails because the disk is full, the images are taken in and not safe yet.
    ///
    /// Parts: three `ArrayBuffer`s: features of the images that could be read, little-endian `f32`, row-major; their
    /// thumbnails, one after the other; and their previews, alike.
    Append {
        /// Number of the loan.
        loan: u32,
        /// Place of the first among the files lent.
        first: usize,
        /// Bytes of every image's thumbnail; 0 for one that could not be read.
        lengths: Vec<u32>,
        /// Bytes of every image's preview; 0 where there is none.
        previews: Vec<u32>,
        /// The part of each preview that the image is, in shares of its sides; none where the previews show no more.
        shares: Vec<Frame>,
        /// The reasons those could not be read, by their place in this message.
        skipped: Vec<Skipped>,
    },
}

/// From the store to an engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Files that were lent.
    ///
    /// Parts: an `ArrayBuffer` for each; an empty one where it could not be read.
    Collected {
        /// Those that could not be read, by their place in this message, and why.
        unread: Vec<Skipped>,
        /// The frame of the portrait to cut out of each; none where they are taken whole.
        frames: Vec<Frame>,
    },
    /// Images were taken in.
    Appended {
        /// True if no further preview is kept.
        previews_full: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::Call;

    #[test]
    fn calls_survive_the_wire() {
        let call = Call {
            call: 7,
            request: Request::Append {
                loan: 3,
                first: 16,
                lengths: vec![3000, 0],
                previews: vec![9000, 0],
                shares: vec![Frame::default(); 2],
                skipped: vec![Skipped {
                    index: 1,
                    why: "cut off".into(),
                }],
            },
        };
        let text = serde_json::to_string(&call).expect("plain data");
        assert_eq!(
            serde_json::from_str::<Call<Request>>(&text).expect("ours"),
            call
        );
    }
}
