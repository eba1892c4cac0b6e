//! The browser program: the page, the engines, and the messages between them.
//!
//! Built three times with different features: `page` is the user interface, which answers every search over
//! shipped features by itself; `cpu` and `webgpu` are the engine, a worker that runs the network on pictures.
//! Plain logic is tested natively with `cargo test -p modulens-app`.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod adapter;
#[cfg(any(feature = "cpu", feature = "webgpu"))]
pub mod engine;
#[cfg(feature = "page")]
pub mod page;
pub mod protocol;
pub mod wire;
pub mod work;
