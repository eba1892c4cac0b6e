//! `features.safetensors`: the trunk's output of every picture, worth keeping so that a change of task
//! never touches a picture again.
//!
//! | encoding | tensors |
//! | --- | --- |
//! | f16 | `features [N, C]`, f16, row-major |
//! | u8 | `features [N, C]`, u8, and `low [C]`, `step [C]`, f32: the value is `low + step * byte` |

use modulens_schema::Features;

use crate::tensors::{Reader, Tensor, write};
use crate::{BundleError, Manifest, files};

/// The number format of stored features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Two bytes a value, relative error below 0.05 %.
    #[default]
    F16,
    /// One byte a value, error at most 1/510 of the channel's range.
    U8,
}

/// Writes features.
///
/// # Errors
/// The values are not `rows x channels`, or not finite in the encoding (f16 ends at 65,504).
pub fn encode(features: &Features, encoding: Encoding) -> Result<Vec<u8>, BundleError> {
    let unwritable = |problem: String| BundleError::unwritable(files::FEATURES, problem);
    let shape = [features.rows, features.channels];
    if features.rows.checked_mul(features.channels) != Some(features.data.len()) {
        let problem = format!("{} values are not {shape:?}", features.data.len());
        return Err(unwritable(problem));
    }
    if let Some(at) = features.data.iter().position(|value| !value.is_finite()) {
        return Err(unwritable(format!("value {at} is not a finite number")));
    }
    let bytes = match encoding {
        Encoding::F16 => write(
            files::FEATURES,
            &[Tensor::f16("features", &shape, &features.data)],
        )?,
        Encoding::U8 => {
            let (low, step) = ranges(features);
            let quantise = |(at, &value): (usize, &f32)| {
                let channel = at % features.channels;
                // The cast saturates, so that rounding at either end stays in the range.
                ((value - low[channel]) / step[channel]).round() as u8
            };
            let quantised = features.data.iter().enumerate().map(quantise).collect();
            write(
                files::FEATURES,
                &[
                    Tensor::u8("features", &shape, quantised),
                    Tensor::f32("low", &[features.channels], &low),
                    Tensor::f32("step", &[features.channels], &step),
                ],
            )?
        }
    };
    decode(&bytes).map_err(|error| unwritable(error.to_string()))?;
    Ok(bytes)
}

/// The lowest value of every channel and the step between two of its 256 levels (1 where all are equal).
fn ranges(features: &Features) -> (Vec<f32>, Vec<f32>) {
    let mut low = vec![f32::INFINITY; features.channels];
    let mut high = vec![f32::NEG_INFINITY; features.channels];
    for row in features.data.chunks_exact(features.channels.max(1)) {
        for ((low, high), &value) in low.iter_mut().zip(&mut high).zip(row) {
            *low = low.min(value);
            *high = high.max(value);
        }
    }
    let step = low
        .iter()
        .zip(&high)
        .map(|(low, high)| (high - low) / 255.0);
    let step = step
        .map(|step| {
            if step > 0.0 && step.is_finite() {
                step
            } else {
                1.0
            }
        })
        .collect();
    (low, step)
}

/// Reads features.
///
/// # Errors
/// Not safetensors, an unknown encoding, shapes that do not fit together, or a value that is not finite.
pub fn decode(bytes: &[u8]) -> Result<Features, BundleError> {
    let reader = Reader::new(files::FEATURES, bytes)?;
    let Some(([rows, channels], quantised)) = reader.bytes("features")? else {
        let ([rows, channels], data) = reader.floats("features")?;
        return Ok(Features {
            rows,
            channels,
            data,
        });
    };
    let ([lows], low) = reader.floats("low")?;
    let ([steps], step) = reader.floats("step")?;
    if lows != channels || steps != channels {
        let problem = format!("{channels} channels, but {lows} lows and {steps} steps");
        return Err(reader.error(problem));
    }
    let value =
        |(at, &byte): (usize, &u8)| low[at % channels] + step[at % channels] * f32::from(byte);
    let data: Vec<f32> = quantised.iter().enumerate().map(value).collect();
    if data.iter().any(|value| !value.is_finite()) {
        return Err(reader.error("the steps are too large"));
    }
    Ok(Features {
        rows,
        channels,
        data,
    })
}

impl Manifest {
    /// Checks and reads `features.safetensors`.
    ///
    /// # Errors
    /// Wrong size or hash, unreadable, or not one row per image.
    pub fn read_features(&self, bytes: &[u8]) -> Result<Features, BundleError> {
        self.check(files::FEATURES, bytes)?;
        self.read_checked_features(bytes)
    }

    /// Reads `features.safetensors` whose bytes were checked ([`Manifest::check`]): both at once take a moment in which
    /// a slow phone answers nothing.
    ///
    /// # Errors
    /// Unreadable, or not one row per image.
    pub fn read_checked_features(&self, bytes: &[u8]) -> Result<Features, BundleError> {
        let features = decode(bytes)?;
        let (found, expected) = (
            [features.rows, features.channels],
            [self.images, self.feature_len()],
        );
        if found != expected {
            let problem = format!("shape {found:?}, but the manifest says {expected:?}");
            return Err(BundleError::content(files::FEATURES, problem));
        }
        Ok(features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features() -> Features {
        let data = (0..60)
            .map(|i| (i as f32 * 0.37).sin() * (1.0 + (i % 3) as f32))
            .collect();
        Features::new(20, 3, data).expect("20 x 3")
    }

    #[test]
    fn both_encodings_come_back_within_their_error() {
        let given = features();
        for (encoding, relative, absolute) in [
            (Encoding::F16, 5e-4, 1e-6),
            (Encoding::U8, 0.0, 6.0 / 509.0),
        ] {
            let back = decode(&encode(&given, encoding).expect("encodes")).expect("decodes");
            assert_eq!((back.rows, back.channels), (20, 3));
            for (a, b) in given.data.iter().zip(&back.data) {
                assert!(
                    (a - b).abs() <= relative * a.abs() + absolute,
                    "{encoding:?}: {a} {b}"
                );
            }
        }
    }

    #[test]
    fn equal_values_survive_quantisation_exactly() {
        let given =
            Features::new(4, 2, vec![0.0, 7.5, 0.0, 7.5, 0.0, 7.5, 0.0, 7.5]).expect("4 x 2");
        let back = decode(&encode(&given, Encoding::U8).expect("encodes")).expect("decodes");
        assert_eq!(back, given);
    }

    #[test]
    fn values_that_f16_cannot_hold_are_refused() {
        let large = Features::new(1, 2, vec![1.0, 70_000.0]).expect("1 x 2");
        assert!(encode(&large, Encoding::F16).is_err());
        assert!(encode(&large, Encoding::U8).is_ok());
        let nan = Features::new(1, 2, vec![1.0, f32::NAN]).expect("1 x 2");
        assert!(encode(&nan, Encoding::U8).is_err());
        let short = Features {
            rows: 2,
            channels: 2,
            data: vec![0.0; 3],
        };
        assert!(encode(&short, Encoding::F16).is_err());
    }

    #[test]
    fn rows_out_of_range_are_empty() {
        assert_eq!(features().row(19).len(), 3);
        assert!(features().row(20).is_empty());
        assert!(features().row(usize::MAX).is_empty());
    }
}
