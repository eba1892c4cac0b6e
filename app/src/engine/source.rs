//! Files for a job: those in its message, or those that the store lends.

use std::cell::RefCell;

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::MessagePort;

use super::jobs::Stop;
use crate::caller::Lender;
use crate::lending_protocol::{Reply, Request};
use crate::protocol::{Frame, Lent, Skipped};

thread_local! {
    static STORE: RefCell<Option<Lender>> = const { RefCell::new(None) };
}

/// Encoded images.
#[derive(Debug)]
pub(super) struct Encoded {
    /// Their files, as buffers or blobs.
    pub files: Vec<JsValue>,
    /// The frame of the portrait to cut out of each; none where they are taken whole.
    pub frames: Vec<Frame>,
    /// Those that could not even be read, by their place, and why.
    pub unread: Vec<Skipped>,
}

/// Keeps the port in a message as the way to the store.
pub(super) fn connect(parts: &[JsValue]) {
    let port = parts.first().and_then(|part| part.dyn_ref::<MessagePort>());
    STORE.set(port.map(|port| Lender::connect("store", port.clone())));
}

/// The store.
///
/// # Errors
/// The engine is not connected with it.
pub(super) fn store() -> Result<Lender, Stop> {
    let store = STORE.with_borrow(Clone::clone);
    store.ok_or_else(|| Stop::Failed("the engine has no store; reload the page".into()))
}

/// The files that are lent, or those in the parts of the message and their frames.
///
/// # Errors
/// The store does not lend them, or there are not as many frames as files.
pub(super) async fn encoded(
    lent: Option<Lent>,
    (files, frames): (Vec<JsValue>, Vec<Frame>),
) -> Result<Encoded, Stop> {
    let encoded = match lent {
        None => Encoded {
            files,
            frames,
            unread: Vec::new(),
        },
        Some(Lent { loan, first, count }) => {
            let collect = Request::Collect { loan, first, count };
            match store()?.call(collect, &[]).await? {
                (Reply::Collected { unread, frames }, files) => Encoded {
                    files,
                    frames,
                    unread,
                },
                _ => return Err(Stop::Failed(OUT_OF_TURN.into())),
            }
        }
    };
    if !encoded.frames.is_empty() && encoded.frames.len() != encoded.files.len() {
        return Err(Stop::Failed(
            "the message lacks a frame; reload the page".into(),
        ));
    }
    Ok(encoded)
}

/// The message for another answer than the one awaited.
pub(super) const OUT_OF_TURN: &str = "engine and store are of different versions; reload the page";

impl Encoded {
    /// The reason that a file could not be read.
    pub(super) fn unread(&self, place: usize) -> Option<&str> {
        let mut unread = self.unread.iter();
        let unread = unread.find(|unread| unread.index == place)?;
        Some(&unread.why)
    }
}
