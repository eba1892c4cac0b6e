//! The store: a worker that reads what a visitor brings and keeps it on the browser's disk.
//!
//! message -> [`dispatch`] -> [`recognise`] ([`offer`]: read by ranges, compared with what is kept by [`overlap`]) ->
//! [`writing`] (fed to the engines, taken in, made safe; shown by [`fresh`] meanwhile) -> [`kept`] (opened again, shown;
//! [`changes`]: renamed, corrected) or [`archive`] (saved as one file by [`zip`], as selected images are). [`originals`] are
//! read again by [`handles`]. [`opfs`] is the disk, [`state`] what outlives a call.
//! Reading waits for its bytes ([`blob`]), and long work takes [`pauses`]. The format is that of the crate
//! `modulens_store`, which is tested without a browser.

mod archive;
mod begun;
mod blob;
mod changes;
mod dispatch;
mod faces;
mod fresh;
mod handles;
mod kept;
mod offer;
mod opfs;
mod originals;
mod overlap;
mod own_columns;
mod pauses;
mod recognise;
mod state;
mod trouble;
mod writing;
mod zip;

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::MessageEvent;

use crate::scope;
use crate::store_protocol::{Call, Event};
use crate::wire;

/// Listens to the page, and says so.
pub fn run() {
    std::panic::set_hook(Box::new(|info| {
        // What is written is safe up to the last batch; this worker is over.
        scope::post(&Event::Failed {
            call: None,
            message: format!("the store broke ({info}); reload the page"),
            full: false,
        });
        scope::global().close();
    }));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(|message: MessageEvent| {
        match wire::unpack::<Call>(&message.data()) {
            Ok((call, parts)) => dispatch::handle(call, parts),
            Err(message) => scope::post(&Event::Failed {
                call: None,
                message,
                full: false,
            }),
        }
    });
    scope::global().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker listens for as long as it lives.
    listener.forget();
    scope::post(&Event::Booted);
}
