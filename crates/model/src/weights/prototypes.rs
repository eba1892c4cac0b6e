//! Prototypes are kept apart from the network: nothing but training needs them.

use burn::tensor::{Device, Tensor, TensorData};

use super::write::{Stored, assemble};
use super::{WeightsError, metadata, read, write};
use crate::Prototypes;

const FORMAT: &str = "modulens-prototypes";
const NAME: &str = "prototypes";

/// Writes prototypes: one F32 tensor `prototypes` `[sum of values, D]`, and the number of values of each task as
/// a JSON list under the metadata's `values`.
///
/// # Errors
/// When the tensor cannot be read back, or holds a value that is not finite.
pub fn prototypes_to_safetensors(prototypes: &Prototypes) -> Result<Vec<u8>, WeightsError> {
    let rows = prototypes.rows.val();
    let shape = rows.dims().to_vec();
    let values = write::values(NAME, rows)?;
    let stored = [Stored::new(NAME.to_owned(), shape, &values, false)];
    assemble(&stored, metadata(FORMAT, "values", &prototypes.values())?)
}

/// Reads prototypes for tasks with so many `values` each, and embeddings of `length`.
///
/// # Errors
/// When the bytes are damaged, of another version, or of another shape.
pub fn prototypes_from_safetensors(
    values: &[usize],
    length: usize,
    bytes: &[u8],
    device: &Device,
) -> Result<Prototypes, WeightsError> {
    let (tensors, _) = read::open(bytes, FORMAT)?;
    let shape = [values.iter().sum(), length];
    let rows = read::values(&tensors, NAME, &shape)?;
    let rows = Tensor::from_data(TensorData::new(rows, shape), device);
    Ok(Prototypes::from_rows(rows, values))
}
