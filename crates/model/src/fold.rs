//! A late tail as plain numbers.

use burn::tensor::{Tensor, TensorReadError};
use modulens_schema::FoldedTail;
use thiserror::Error;

use crate::{Network, Site, norm};

/// A tail that cannot be folded.
#[derive(Debug, Error)]
pub enum FoldError {
    /// The tail holds more than one linear layer.
    #[error(
        "only a late tail folds into one matrix, and this one starts at \"{0}\", before the last average"
    )]
    Early(Site),
    /// A matrix per task is no scaling vector.
    #[error("only scaling vectors fold, and this network is modulated by matrices")]
    Matrix,
    /// A shift per task needs a place of its own.
    #[error("only scaling vectors fold, and this network's modulation also shifts (film)")]
    Shift,
    /// The device did not give the weights back.
    #[error("the weights cannot be read back from the device: {0}")]
    Read(#[from] TensorReadError),
}

impl Network {
    /// The tail of a late network with batch norm's running statistics folded in.
    ///
    /// When the embedding is the only site the features are the embedding before its mask, and the folded
    /// matrix is the identity. Reads synchronously: not for a GPU in a browser.
    ///
    /// # Errors
    /// When the tail is not late, or not made of scaling vectors.
    pub fn fold_tail(&self) -> Result<FoldedTail, FoldError> {
        let config = self.config();
        if !config.late() {
            return Err(FoldError::Early(config.split()));
        }
        let [channels, ..] = config.feature_shape();
        let (tasks, embedding) = (config.tasks, config.embedding);
        let (feature_scale, weight, bias) = match config.split() {
            Site::Embedding => (
                vec![1.0; tasks * channels],
                (0..embedding * embedding)
                    .map(|cell| {
                        if cell % (embedding + 1) == 0 {
                            1.0
                        } else {
                            0.0
                        }
                    })
                    .collect(),
                vec![0.0; embedding],
            ),
            site @ Site::Stage(_) => {
                let (weight, bias) = self.folded_head()?;
                (self.scales(site, channels)?, weight, bias)
            }
        };
        Ok(FoldedTail {
            tasks,
            channels,
            embedding,
            rectified: config.backbone.rectifies(),
            feature_scale,
            weight,
            bias,
            embedding_scale: self.scales(Site::Embedding, embedding)?,
        })
    }

    /// The layer of the embedding, `bn(x W)` or `x W + b`, as one matrix: `[D, C]` row-major, and the bias `[D]`.
    fn folded_head(&self) -> Result<(Vec<f32>, Vec<f32>), FoldError> {
        let weight = self.fc.weight.val().transpose();
        let (weight, bias) = match (&self.fc_bn, &self.fc.bias) {
            (Some(norm), _) => {
                let (factor, bias) = norm::folded(norm);
                (weight * factor.unsqueeze_dim::<2>(1), bias)
            }
            (None, Some(bias)) => (weight, bias.val()),
            (None, None) => {
                let zeros = Tensor::zeros([self.config().embedding], &weight.device());
                (weight, zeros)
            }
        };
        Ok((
            weight.try_into_vec_as::<f32>()?,
            bias.try_into_vec_as::<f32>()?,
        ))
    }

    /// The rectified scales at a site, `[T, channels]`; ones where nothing is modulated.
    fn scales(&self, site: Site, channels: usize) -> Result<Vec<f32>, FoldError> {
        match self.modulator(site) {
            None => Ok(vec![1.0; self.config().tasks * channels]),
            Some(modulator) if modulator.shifts().is_some() => Err(FoldError::Shift),
            Some(modulator) => match modulator.scales(self.task_codes.as_ref()) {
                Some(scales) => Ok(scales.try_into_vec_as::<f32>()?),
                None => Err(FoldError::Matrix),
            },
        }
    }
}
