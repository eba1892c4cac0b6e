//! The weights file: safetensors of 16-bit floats, checked by name and shape.

use half::f16;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use crate::error::FacesError;

/// The tensors of a weights file.
pub(crate) struct Weights<'a>(SafeTensors<'a>);

/// Kernel and bias of one convolution.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The kernel in the order of the file.
    pub(crate) kernel: Vec<f32>,
    /// One value per output channel.
    pub(crate) bias: Vec<f32>,
}

impl<'a> Weights<'a> {
    /// Reads the header.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, FacesError> {
        match SafeTensors::deserialize(bytes) {
            Ok(tensors) => Ok(Self(tensors)),
            Err(error) => Err(FacesError::Weights {
                detail: error.to_string(),
            }),
        }
    }

    /// The layer `name` with a kernel of exactly that shape.
    pub(crate) fn layer(
        &self,
        name: &str,
        kernel: &[usize],
        outputs: usize,
    ) -> Result<Layer, FacesError> {
        Ok(Layer {
            kernel: self.tensor(format!("{name}.kernel"), kernel)?,
            bias: self.tensor(format!("{name}.bias"), &[outputs])?,
        })
    }

    fn tensor(&self, tensor: String, shape: &[usize]) -> Result<Vec<f32>, FacesError> {
        let problem = match self.0.tensor(&tensor) {
            Err(_) => "is missing".to_owned(),
            Ok(view) if view.dtype() != Dtype::F16 => {
                format!("is of type {:?} instead of F16", view.dtype())
            }
            Ok(view) if view.shape() != shape => {
                format!("has the shape {:?} instead of {shape:?}", view.shape())
            }
            Ok(view) => {
                let pairs = view.data().chunks_exact(2);
                let values: Vec<f32> = pairs
                    .map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32())
                    .collect();
                if values.iter().all(|value| value.is_finite()) {
                    return Ok(values);
                }
                "has a value that is not a finite number".to_owned()
            }
        };
        Err(FacesError::Tensor { tensor, problem })
    }
}
