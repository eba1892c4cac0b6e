//! `domain.safetensors`: the description of the training features, by which a page tells images of another kind.
//!
//! | tensor | shape | |
//! | --- | --- | --- |
//! | `mean` | `[C]` | mean of the training features, each scaled to unit length, f32 |
//! | `basis` | `[K, C]` | principal directions, u8: the number of steps plus 128 |
//! | `step` | `[K]` | the step of each direction, f32 |
//! | `threshold` | `[1]` | squared distance from the subspace beyond which an image is out of the domain, f32 |

use modulens_schema::TrainingDomain;

use crate::tensors::{Reader, Tensor, write};
use crate::{BundleError, Manifest, files};

/// Writes a description.
///
/// # Errors
/// Its parts do not fit together.
pub fn encode(domain: &TrainingDomain) -> Result<Vec<u8>, BundleError> {
    domain
        .validate()
        .map_err(|error| BundleError::unwritable(files::DOMAIN, error.to_string()))?;
    let (k, c) = (domain.step.len(), domain.channels);
    let basis = domain
        .basis
        .iter()
        .map(|&steps| steps.cast_unsigned() ^ 128);
    write(
        files::DOMAIN,
        &[
            Tensor::f32("mean", &[c], &domain.mean),
            Tensor::u8("basis", &[k, c], basis.collect()),
            Tensor::f32("step", &[k], &domain.step),
            Tensor::f32("threshold", &[1], &[domain.threshold]),
        ],
    )
}

/// Reads a description.
///
/// # Errors
/// Not safetensors, a tensor is missing, shapes that do not fit together, or a value that is not finite.
pub fn decode(bytes: &[u8]) -> Result<TrainingDomain, BundleError> {
    let reader = Reader::new(files::DOMAIN, bytes)?;
    let ([channels], mean) = reader.floats("mean")?;
    let ([steps], step) = reader.floats("step")?;
    let ([_], threshold) = reader.floats::<1>("threshold")?;
    let Some((shape, basis)) = reader.bytes("basis")? else {
        return Err(reader.error("the tensor \"basis\" is not U8"));
    };
    if shape != [steps, channels] || threshold.len() != 1 {
        return Err(reader.error("the shapes of its tensors do not fit together"));
    }
    let domain = TrainingDomain {
        channels,
        mean,
        basis: basis
            .iter()
            .map(|&byte| (byte ^ 128).cast_signed())
            .collect(),
        step,
        threshold: threshold[0],
    };
    match domain.validate() {
        Ok(()) => Ok(domain),
        Err(error) => Err(reader.error(error.to_string())),
    }
}

impl Manifest {
    /// Checks and reads `domain.safetensors`.
    ///
    /// # Errors
    /// Wrong size or hash, unreadable, or made for features of another length.
    pub fn read_domain(&self, bytes: &[u8]) -> Result<TrainingDomain, BundleError> {
        self.check(files::DOMAIN, bytes)?;
        let domain = decode(bytes)?;
        if domain.channels != self.feature_len() {
            return Err(BundleError::content(
                files::DOMAIN,
                format!(
                    "features of {} values, but the manifest says {}",
                    domain.channels,
                    self.feature_len()
                ),
            ));
        }
        Ok(domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_back_as_it_was() {
        let domain = TrainingDomain {
            channels: 3,
            mean: vec![0.5, -0.5, 0.0],
            basis: vec![-128, -1, 0, 1, 64, 127],
            step: vec![0.008, 0.007],
            threshold: 0.25,
        };
        let bytes = encode(&domain).expect("encodes");
        assert_eq!(decode(&bytes).expect("decodes"), domain);
        let broken = TrainingDomain {
            threshold: f32::NAN,
            ..domain
        };
        assert!(encode(&broken).is_err());
    }
}
