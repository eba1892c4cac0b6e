//! The engine: a worker that runs the network on pictures.
//!
//! One source, two modules: with the feature `cpu` the network runs on Burn's flex backend, with `webgpu` on
//! Burn's WebGPU backend. Nothing else differs. A request's way:
//!
//! message -> [`dispatch`] -> a job ([`embed`], [`gallery`], [`files`], [`layers`])
//! -> pictures ([`fetch`], [`source`], [`picture`]) -> [`network`] -> features -> message

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
mod source;
mod throttle;
mod thumbnail;

use crate::answers;

/// Listens to the page, and says so.
pub fn run() {
    answers::listen("engine", dispatch::handle);
}
