//! Calls from the page to a worker, by their numbers; they may overlap.
//!
//! A message is plain data, written as JSON, plus *parts*: buffers and blobs that travel beside the text, on
//! [`crate::wire`]. Which parts a message carries, and in which order, is said at each variant of a request or reply; one
//! without that remark carries none.
//!
//! The worker's first word is [`Event::Booted`]; a call sent before it would be lost. Then each call is answered by any
//! number of [`Event::Part`] and exactly one [`Event::Reply`] or [`Event::Failed`], but [`UNANSWERED`] is not answered at
//! all. A worker that breaks says [`Event::Failed`] without a call: none is answered any more, and another worker has to
//! be started.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Numbers a call; chosen by the page.
pub type CallId = u32;

/// The number of all calls that are not answered.
pub const UNANSWERED: CallId = 0;

/// The messages of a worker.
pub trait Protocol: 'static {
    /// A request of the page.
    type Request: Serialize + DeserializeOwned;
    /// An answer of the worker.
    type Reply: Serialize + DeserializeOwned;
}

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call<R> {
    /// Its number.
    pub call: CallId,
    /// The request.
    pub request: R,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event<A> {
    /// The worker listens.
    Booted,
    /// An answer to a call, of which more follow.
    Part {
        /// The call.
        call: CallId,
        /// The answer.
        reply: A,
    },
    /// The last answer to a call.
    Reply {
        /// The call.
        call: CallId,
        /// The answer.
        reply: A,
    },
    /// A call that could not be done, or (without a call) a worker that broke.
    Failed {
        /// The call.
        call: Option<CallId>,
        /// The fault, its place and its remedy.
        message: String,
        /// True if the disk is full, so that the same call may succeed once there is room.
        full: bool,
    },
}
