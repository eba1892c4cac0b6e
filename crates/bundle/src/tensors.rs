//! Safetensors with checked shapes, little-endian f32, f16 and u8.

use half::f16;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};

use crate::BundleError;

/// A tensor about to be written.
pub(crate) struct Tensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensor {
    /// A tensor of f32 values.
    pub(crate) fn f32(name: impl Into<String>, shape: &[usize], values: &[f32]) -> Self {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        Self {
            name: name.into(),
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes,
        }
    }

    /// A tensor of values rounded to f16.
    pub(crate) fn f16(name: impl Into<String>, shape: &[usize], values: &[f32]) -> Self {
        let bytes = values
            .iter()
            .flat_map(|&value| f16::from_f32(value).to_le_bytes())
            .collect();
        Self {
            name: name.into(),
            dtype: Dtype::F16,
            shape: shape.to_vec(),
            bytes,
        }
    }

    /// A tensor of bytes.
    pub(crate) fn u8(name: impl Into<String>, shape: &[usize], bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            dtype: Dtype::U8,
            shape: shape.to_vec(),
            bytes,
        }
    }
}

/// Writes tensors; the same tensors always give the same bytes.
pub(crate) fn write(file: &str, tensors: &[Tensor]) -> Result<Vec<u8>, BundleError> {
    let unwritable =
        |error: safetensors::SafeTensorError| BundleError::unwritable(file, error.to_string());
    let mut views = Vec::with_capacity(tensors.len());
    for tensor in tensors {
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes);
        views.push((tensor.name.as_str(), view.map_err(unwritable)?));
    }
    serialize(views, None).map_err(unwritable)
}

/// The shape and the bytes of a tensor of bytes.
type Shaped<'a, const R: usize> = ([usize; R], &'a [u8]);

/// A file of tensors being read.
pub(crate) struct Reader<'a> {
    file: &'static str,
    tensors: SafeTensors<'a>,
}

impl<'a> Reader<'a> {
    /// Reads the header.
    pub(crate) fn new(file: &'static str, bytes: &'a [u8]) -> Result<Self, BundleError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| {
            BundleError::content(file, format!("not a safetensors file ({error})"))
        })?;
        Ok(Self { file, tensors })
    }

    /// An error about this file.
    pub(crate) fn error(&self, problem: impl Into<String>) -> BundleError {
        BundleError::content(self.file, problem)
    }

    /// Returns true if there is such a tensor.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    /// A tensor with as many dimensions as asked for.
    fn view<const R: usize>(
        &self,
        name: &str,
    ) -> Result<(TensorView<'a>, [usize; R]), BundleError> {
        let view = self
            .tensors
            .tensor(name)
            .map_err(|_| self.error(format!("the tensor {name:?} is missing")))?;
        let shape = view.shape().try_into().map_err(|_| {
            self.error(format!(
                "the tensor {name:?} has shape {:?}, not {R} dimensions",
                view.shape()
            ))
        })?;
        Ok((view, shape))
    }

    /// The shape and the finite values of a tensor of f32 or f16.
    pub(crate) fn floats<const R: usize>(
        &self,
        name: &str,
    ) -> Result<([usize; R], Vec<f32>), BundleError> {
        let (view, shape) = self.view(name)?;
        let data = view.data();
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => data
                .as_chunks()
                .0
                .iter()
                .map(|&b| f32::from_le_bytes(b))
                .collect(),
            Dtype::F16 => data
                .as_chunks()
                .0
                .iter()
                .map(|&b| f16::from_le_bytes(b).to_f32())
                .collect(),
            other => {
                let problem = format!("the tensor {name:?} is {other:?}, not F16 or F32");
                return Err(self.error(problem));
            }
        };
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return Err(self.error(format!(
                "value {at} of the tensor {name:?} is not a finite number"
            )));
        }
        Ok((shape, values))
    }

    /// The shape and the bytes of a tensor of u8, or `None` where the tensor has another type.
    pub(crate) fn bytes<const R: usize>(
        &self,
        name: &str,
    ) -> Result<Option<Shaped<'a, R>>, BundleError> {
        let (view, shape) = self.view(name)?;
        Ok((view.dtype() == Dtype::U8).then(|| (shape, view.data())))
    }
}
