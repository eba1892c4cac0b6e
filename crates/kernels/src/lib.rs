#![doc = include_str!("../README.md")]
//!
//! Libraries such as Burn's flex backend bring every layer's input into another order, copy each window out of it,
//! multiply, and bring the result back; around layers as small as ours that takes longer than the multiplication.
//! Here maps stay in one order (channels last) from the image to the result, windows are read where they lie, and
//! bias, shortcut and activation are applied to sums that are still in registers.

mod builder;
mod conv;
mod depthwise;
mod layer;
mod maps;
mod pool;
mod simd;
mod trunk;

pub use builder::{Builder, Node, Output};
pub use layer::{Activation, Layer, LayerError, Padding};
pub use trunk::Trunk;
