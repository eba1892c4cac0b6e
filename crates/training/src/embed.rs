//! From pictures to features and embeddings, in batches.

use burn::tensor::{Device, Tensor, TensorData};
use modulens_model::{Model, Network};

use crate::data::{Pictures, normalise};
use crate::error::TrainerError;
use crate::progress::Bar;

/// Images of one forward pass without gradients.
const BATCH: usize = 64;

/// A batch of the network's input `[n, 3, size, size]` from pixels `[n, size, size, 3]`.
pub fn input(pixels: &[u8], spec: &modulens_schema::InputSpec, device: &Device) -> Tensor<4> {
    let size = spec.size as usize;
    let images = pixels.len() / spec.len().max(1);
    Tensor::from_data(
        TensorData::new(normalise(pixels, spec), [images, 3, size, size]),
        device,
    )
}

/// The trunk's features of every picture, `[images, channels * height * width]` row-major.
///
/// # Errors
/// When a picture or a tensor cannot be read.
pub fn features(
    network: &Network,
    pictures: &Pictures<'_>,
    device: &Device,
) -> Result<Vec<f32>, TrainerError> {
    let bar = Bar::new(pictures.len(), "computing features");
    let mut rows = Vec::new();
    for_each_batch(pictures, |pixels| {
        let images = input(pixels, pictures.spec(), device);
        rows.extend(values(network.trunk(images).into_data())?);
        bar.step(pixels.len() / pictures.spec().len());
        Ok(())
    })?;
    bar.finish();
    Ok(rows)
}

/// The embeddings of every picture under every task: `[task][images * embedding]`.
///
/// # Errors
/// When a picture or a tensor cannot be read.
pub fn embeddings(
    model: &Model,
    pictures: &Pictures<'_>,
    device: &Device,
) -> Result<Vec<Vec<f32>>, TrainerError> {
    embeddings_through(model, pictures, device, 0)
}

/// The embeddings with every task through the modulation of the one `places` further on, otherwise as [`embeddings`].
///
/// # Errors
/// As [`embeddings`].
pub fn embeddings_through(
    model: &Model,
    pictures: &Pictures<'_>,
    device: &Device,
    places: usize,
) -> Result<Vec<Vec<f32>>, TrainerError> {
    let bar = Bar::new(pictures.len(), "embedding");
    let mut tasks: Vec<Vec<f32>> = Vec::new();
    for_each_batch(pictures, |pixels| {
        let images = input(pixels, pictures.spec(), device);
        let embedded = model.embed_all_through(images, places);
        let [count, task_count, length] = embedded.dims();
        tasks.resize(task_count, Vec::new());
        let flat = values(embedded.into_data())?;
        for row in flat.chunks_exact(task_count * length) {
            for (task, embedding) in row.chunks_exact(length).enumerate() {
                tasks[task].extend_from_slice(embedding);
            }
        }
        bar.step(count);
        Ok(())
    })?;
    bar.finish();
    Ok(tasks)
}

fn for_each_batch(
    pictures: &Pictures<'_>,
    mut each: impl FnMut(&[u8]) -> Result<(), TrainerError>,
) -> Result<(), TrainerError> {
    let positions: Vec<usize> = (0..pictures.len()).collect();
    positions
        .chunks(BATCH)
        .try_for_each(|chunk| each(&pictures.pixels(chunk)?))
}

/// The values of a float tensor on the host.
///
/// # Errors
/// When the device gives something other than 32-bit floats.
pub fn values(data: TensorData) -> Result<Vec<f32>, TrainerError> {
    data.try_into_vec::<f32>()
        .map_err(|error| TrainerError::Message(format!("a tensor cannot be read back: {error:?}")))
}
