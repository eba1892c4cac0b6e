//! The browser program: the page, the engines, and the messages between them.
//!
//! Built five times with different features: `page` is the user interface, which answers every search by itself;
//! `cpu` and `webgpu` are the engine, a worker that runs the network on pictures; `store` is the worker that reads
//! what a visitor brings and keeps it; `map` is the worker that lays out images in the plane.
//! Plain logic is tested natively with `cargo test -p modulens-app`.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod adapter;
#[cfg(any(
    feature = "cpu",
    feature = "webgpu",
    feature = "store",
    feature = "map"
))]
pub mod answers;
#[cfg(any(feature = "page", feature = "cpu", feature = "webgpu"))]
pub mod caller;
pub mod calls;
#[cfg(any(feature = "cpu", feature = "webgpu"))]
pub mod engine;
pub mod lending_protocol;
#[cfg(feature = "map")]
pub mod map;
pub mod map_protocol;
#[cfg(feature = "page")]
pub mod page;
pub mod protocol;
#[cfg(any(
    feature = "cpu",
    feature = "webgpu",
    feature = "store",
    feature = "map"
))]
pub mod scope;
#[cfg(feature = "store")]
pub mod store;
pub mod store_protocol;
#[cfg(any(
    feature = "page",
    feature = "cpu",
    feature = "webgpu",
    feature = "store"
))]
pub mod turn;
pub mod wire;
pub mod work;
