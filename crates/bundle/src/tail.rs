//! `tail.safetensors`: the folded late tail.
//!
//! | tensor | shape | |
//! | --- | --- | --- |
//! | `feature_scale` | `[T, C]` | rectified scale of the pooled features per task |
//! | `weight` | `[D, C]` | the embedding layer, with batch norm folded in where it has one |
//! | `bias` | `[D]` | its bias |
//! | `rectified` | `[1]` | 1 where the embedding is rectified before its scale, else 0 |
//! | `embedding_scale` | `[T, D]` | rectified scale of the embedding per task |
//!
//! Kept in f32: it is a few tens of kilobytes, and a search over it has to rank like the network itself.

use modulens_schema::FoldedTail;

use crate::tensors::{Reader, Tensor, write};
use crate::{BundleError, Manifest, files};

/// Writes a tail.
///
/// # Errors
/// Its parts do not fit together, or hold something that is not a finite number.
pub fn encode(tail: &FoldedTail) -> Result<Vec<u8>, BundleError> {
    tail.validate()
        .map_err(|error| BundleError::unwritable(files::TAIL, error.to_string()))?;
    let (t, c, d) = (tail.tasks, tail.channels, tail.embedding);
    let bytes = write(
        files::TAIL,
        &[
            Tensor::f32("feature_scale", &[t, c], &tail.feature_scale),
            Tensor::f32("weight", &[d, c], &tail.weight),
            Tensor::f32("bias", &[d], &tail.bias),
            Tensor::f32("rectified", &[1], &[f32::from(u8::from(tail.rectified))]),
            Tensor::f32("embedding_scale", &[t, d], &tail.embedding_scale),
        ],
    )?;
    decode(&bytes).map_err(|error| BundleError::unwritable(files::TAIL, error.to_string()))?;
    Ok(bytes)
}

/// Reads a tail.
///
/// # Errors
/// Not safetensors, a tensor is missing, shapes that do not fit together, or a value that is not finite.
pub fn decode(bytes: &[u8]) -> Result<FoldedTail, BundleError> {
    let reader = Reader::new(files::TAIL, bytes)?;
    let ([tasks, channels], feature_scale) = reader.floats("feature_scale")?;
    let ([embedding, columns], weight) = reader.floats("weight")?;
    let ([biases], bias) = reader.floats("bias")?;
    let rectified = match reader.floats::<1>("rectified")? {
        ([1], values) if values == [1.0] => true,
        ([1], values) if values == [0.0] => false,
        (shape, values) => {
            return Err(reader.error(format!(
                "`rectified` is {values:?} of shape {shape:?}; it must be one value, 0 or 1"
            )));
        }
    };
    let (scale_shape, embedding_scale) = reader.floats("embedding_scale")?;
    if columns != channels || biases != embedding || scale_shape != [tasks, embedding] {
        return Err(reader.error(format!(
            "shapes do not fit: feature_scale [{tasks}, {channels}], weight [{embedding}, {columns}], \
             bias [{biases}], embedding_scale {scale_shape:?}"
        )));
    }
    if tasks == 0 || channels == 0 || embedding == 0 {
        return Err(reader.error("the tail is empty"));
    }
    Ok(FoldedTail {
        tasks,
        channels,
        embedding,
        rectified,
        feature_scale,
        weight,
        bias,
        embedding_scale,
    })
}

impl Manifest {
    /// Checks and reads `tail.safetensors`.
    ///
    /// # Errors
    /// Wrong size or hash, unreadable, or made for other tasks, features or embeddings.
    pub fn read_tail(&self, bytes: &[u8]) -> Result<FoldedTail, BundleError> {
        self.check(files::TAIL, bytes)?;
        let tail = decode(bytes)?;
        let found = (tail.tasks, tail.channels, tail.embedding);
        let expected = (self.tasks.len(), self.feature_len(), self.embedding);
        if found != expected {
            return Err(BundleError::content(
                files::TAIL,
                format!(
                    "(tasks, channels, embedding) is {found:?}, but the manifest says {expected:?}"
                ),
            ));
        }
        Ok(tail)
    }
}
