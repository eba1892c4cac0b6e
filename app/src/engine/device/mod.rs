//! The backend this module was built for.

#[cfg(not(feature = "webgpu"))]
mod cpu;
#[cfg(feature = "webgpu")]
mod webgpu;

#[cfg(not(feature = "webgpu"))]
pub(super) use cpu::start;
#[cfg(feature = "webgpu")]
pub(super) use webgpu::start;

use burn::tensor::Device;

use crate::protocol::Backend;

/// A backend that runs.
#[derive(Clone, Debug)]
pub(super) struct Started {
    /// The device of the tensors.
    pub device: Device,
    /// The backend.
    pub backend: Backend,
    /// The graphics adapter's own words.
    pub adapter: Option<String>,
    /// The largest buffer a tensor may take, in bytes.
    pub buffer_bytes: u64,
    /// The most pictures worth taking at once.
    pub pictures_at_once: usize,
}
