//! Burn's flex backend: plain wasm with SIMD, one thread per worker.

use burn::tensor::Device;

use super::Started;
use crate::protocol::{Backend, Preference};

/// Prepares the backend; it is always there.
pub(in crate::engine) async fn start(_: Preference) -> Result<Started, String> {
    Ok(Started {
        device: Device::flex(),
        backend: Backend::Cpu,
        adapter: None,
        // All of wasm's memory is 4 GiB; a batch may use a small part of it.
        buffer_bytes: 64 << 20,
        // Measured: larger batches than this are no faster.
        pictures_at_once: 32,
    })
}
