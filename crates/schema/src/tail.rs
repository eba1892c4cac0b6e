//! The late tail folded into a few small matrices.

use thiserror::Error;

/// Added under the root when an embedding is brought to unit length, so that a zero vector stays finite
/// (the paper's released code uses the same value).
pub const UNIT_EPSILON: f32 = 1e-10;

/// Everything after the trunk of a network whose sites are all late, with batch norm folded in.
///
/// For pooled features `f` of one image and task `t`:
/// `embedding_t = unit(embedding_scale_t * g(weight (feature_scale_t * f) + bias))`, where `g` is the rectifier or
/// nothing, `unit(v) = v / sqrt(max(sum(v^2), UNIT_EPSILON))` and `*` is element-wise.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedTail {
    /// Number of tasks `T`.
    pub tasks: usize,
    /// Length `C` of an image's features.
    pub channels: usize,
    /// Length `D` of an embedding.
    pub embedding: usize,
    /// True if the embedding is rectified before its mask.
    pub rectified: bool,
    /// `[T, C]`, already rectified; ones where the last stage is no site.
    pub feature_scale: Vec<f32>,
    /// `[D, C]`, row-major.
    pub weight: Vec<f32>,
    /// `[D]`.
    pub bias: Vec<f32>,
    /// `[T, D]`, already rectified; ones where the embedding is no site.
    pub embedding_scale: Vec<f32>,
}

/// A folded tail whose parts do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the tail's {part} has {found} values where {expected} are needed")]
pub struct FoldedTailError {
    /// The part that does not fit.
    pub part: &'static str,
    /// Values it has.
    pub found: usize,
    /// Values it must have.
    pub expected: usize,
}

impl FoldedTail {
    /// Checks that every part has the length its shape asks for.
    ///
    /// # Errors
    /// Names the first part that does not fit.
    pub fn validate(&self) -> Result<(), FoldedTailError> {
        let parts = [
            (
                "feature_scale",
                self.feature_scale.len(),
                self.tasks * self.channels,
            ),
            ("weight", self.weight.len(), self.embedding * self.channels),
            ("bias", self.bias.len(), self.embedding),
            (
                "embedding_scale",
                self.embedding_scale.len(),
                self.tasks * self.embedding,
            ),
        ];
        match parts
            .into_iter()
            .find(|(_, found, expected)| found != expected)
        {
            None => Ok(()),
            Some((part, found, expected)) => Err(FoldedTailError {
                part,
                found,
                expected,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_wrong_length_is_named() {
        let mut tail = FoldedTail {
            tasks: 2,
            channels: 3,
            embedding: 2,
            rectified: true,
            feature_scale: vec![1.0; 6],
            weight: vec![0.0; 6],
            bias: vec![0.0; 2],
            embedding_scale: vec![1.0; 4],
        };
        assert_eq!(tail.validate(), Ok(()));
        tail.bias.pop();
        let message = tail.validate().expect_err("short").to_string();
        assert_eq!(message, "the tail's bias has 1 values where 2 are needed");
    }
}
