//! Calls from the page to a worker: each is answered exactly once, by its number; calls may overlap.
//!
//! As with the engine ([`crate::protocol`]), a message is plain data plus *parts* on [`crate::wire`]. The worker's first
//! word is [`Event::Booted`].

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Numbers a call; chosen by the page.
pub type CallId = u32;

/// A worker that is called: its script, and the messages.
pub trait Protocol: 'static {
    /// The script beside the page that starts it.
    const SCRIPT: &'static str;
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
    /// The answer to a call.
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
