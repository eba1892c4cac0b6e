//! The weights file: safetensors of 16-bit floats, checked by name and shape.

use half::f16;
use modulens_kernels::{Activation, Layer, Padding};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use crate::error::FacesError;

/// The tensors of a weights file.
pub(crate) struct Weights<'a>(SafeTensors<'a>);

/// Weight and bias of one convolution.
#[derive(Debug)]
pub(crate) struct Numbers {
    weight: Vec<f32>,
    bias: Vec<f32>,
    kernel: usize,
}

impl Numbers {
    /// The convolution with TensorFlow's "same" padding.
    pub(crate) fn layer(&self, stride: usize, activation: Activation) -> Layer<'_> {
        Layer {
            weight: &self.weight,
            bias: &self.bias,
            kernel: self.kernel,
            stride,
            padding: Padding::Same,
            activation,
        }
    }
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

    /// The convolution `name` with exactly that many outputs, inputs, and rows and columns of its window.
    pub(crate) fn numbers(
        &self,
        name: &str,
        [outputs, inputs, kernel]: [usize; 3],
    ) -> Result<Numbers, FacesError> {
        let shape = [outputs, inputs, kernel, kernel];
        Ok(Numbers {
            weight: self.tensor(format!("{name}.weight"), &shape)?,
            bias: self.tensor(format!("{name}.bias"), &[outputs])?,
            kernel,
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
