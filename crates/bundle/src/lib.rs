//! Bundle v1: what the trainer exports and the site loads. Plain data, no network, no browser.
//!
//! A bundle is a folder:
//!
//! | file | content |
//! | --- | --- |
//! | `manifest.json` | the [`Manifest`]: tasks, network, input, quality, licence, size and SHA-256 of every other file |
//! | `weights.safetensors` | the network's weights (f16, batch-norm statistics f32), written by the `model` crate |
//! | `tail.safetensors` | the folded late tail ([`tail`]); absent where the network has early sites |
//! | `readouts.safetensors` | one calibrated linear map per task ([`heads`]) |
//! | `domain.safetensors` | the description of the training features ([`domain`]); absent in older bundles |
//! | `features.safetensors` | the trunk's output of every picture ([`features`]), f16 or u8 |
//! | `labels.bin` | bit-packed labels ([`labels`]) |
//! | `ids.txt` | the source id of every picture, one per line ([`ids`]) |
//! | `pictures/NNNNNN.jpg` | the pictures, one file each, so that a grid loads only what it shows |
//! | `pictures.idx` | size and SHA-256 of every picture ([`pictures`]) |
//!
//! A bundle without images (`trainer export --without-images`) has the network alone: manifest, weights, heads, tail
//! and domain.
//!
//! Every decoder takes bytes, so that it works in a browser; [`Bundle::open`] and [`Writer`] touch the
//! file system and exist natively only. Whatever comes in is checked against the manifest before it is
//! believed: size, hash, shapes, counts, ranges. Hostile bytes are an error, never a panic.

pub mod domain;
mod error;
pub mod features;
pub mod files;
#[cfg(not(target_arch = "wasm32"))]
mod folder;
pub mod heads;
pub mod ids;
pub mod labels;
mod manifest;
pub mod pictures;
pub mod tail;
mod tensors;
#[cfg(not(target_arch = "wasm32"))]
mod writer;

pub use error::BundleError;
pub use features::Encoding;
#[cfg(not(target_arch = "wasm32"))]
pub use folder::Bundle;
pub use manifest::{Attribution, FileEntry, Manifest, PictureFormat, SCHEMA, VERSION};
pub use pictures::PictureIndex;
#[cfg(not(target_arch = "wasm32"))]
pub use writer::Writer;

/// The tables that a bundle holds.
pub use modulens_schema::{Features, HeadWeights, Heads, TrainingDomain};

/// The SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// The SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
