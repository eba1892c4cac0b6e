//! Calls to a worker, by their numbers; they may overlap.
//!
//! A message is plain data, written as JSON, plus *parts*: buffers and blobs that travel beside the text, on
//! [`crate::wire`]. Which parts a message carries, and in which order, is said at each variant of a request or reply; one
//! without that remark carries none.
//!
//! The worker's first word is [`EventKind::Booted`]; a call sent before it would be lost. Then each call is answered by any
//! number of [`EventKind::Part`] and exactly one [`EventKind::Reply`] or [`EventKind::Failed`], but [`UNANSWERED`] is not
//! answered at all. A worker that breaks says [`EventKind::Failed`] without a call: none is answered any more, and another
//! worker has to be started.

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

/// From the worker to whoever calls it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event<A> {
    /// The call that is answered; [`UNANSWERED`] where it is about the worker itself.
    pub call: CallId,
    /// The answer.
    pub kind: EventKind<A>,
}

/// An answer to a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind<A> {
    /// The worker listens.
    Booted,
    /// An answer of which more follow.
    Part(A),
    /// The last answer.
    Reply(A),
    /// The call could not be done, or (without a call) the worker broke.
    Failed(Refusal),
}

/// The worker's reason for not doing what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The fault, its place and its remedy.
    pub message: String,
    /// True if the disk is full, so that the same call may succeed once there is room.
    pub full: bool,
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self {
            message,
            full: false,
        }
    }
}

impl From<Refusal> for String {
    fn from(refusal: Refusal) -> Self {
        refusal.message
    }
}
