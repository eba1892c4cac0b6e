//! The engine: a worker that runs the network on pictures.
//!
//! One source, two modules: with the feature `cpu` the network runs on Burn's flex backend, with `webgpu` on
//! Burn's WebGPU backend. Nothing else differs. A request's way:
//!
//! message -> [`dispatch`] -> a job ([`embed`], [`gallery`], [`files`], [`layers`])
//! -> pictures ([`fetch`], [`picture`]) -> [`network`] -> features -> message

mod device;
mod dispatch;
mod embed;
mod fetch;
mod files;
mod gallery;
mod jobs;
mod layers;
#[cfg(feature = "cpu")]
mod look;
mod network;
mod picture;
mod throttle;
mod thumbnail;

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::MessageEvent;

use crate::protocol::{Event, Request};
use crate::scope;
use crate::wire;

/// Listens to the page, and says so.
pub fn run() {
    std::panic::set_hook(Box::new(|info| {
        // Whatever panicked has left its data behind in an unknown state: this worker is over.
        jobs::break_down(&format!("the engine broke ({info}); reload the page"));
        scope::global().close();
    }));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(|message: MessageEvent| {
        match wire::unpack::<Request>(&message.data()) {
            Ok((request, parts)) => dispatch::handle(request, parts),
            Err(message) => scope::post(&Event::Failed { job: None, message }),
        }
    });
    scope::global().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker listens for as long as it lives.
    listener.forget();
    scope::post(&Event::Booted);
}
