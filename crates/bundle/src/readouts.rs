//! `readouts.safetensors`: one calibrated linear map per task, from its embedding to its values.
//!
//! For task `t` the tensors `{t}.weight [V, D]` and `{t}.bias [V]`; the probabilities of the values are
//! `softmax(weight embedding + bias)`. Calibration is already folded in.

use modulens_schema::{HeadWeights, Heads};

use crate::tensors::{Reader, Tensor, write};
use crate::{BundleError, Manifest, files};

/// Writes the readouts (f32).
///
/// # Errors
/// Lengths that do not fit together, or a value that is not finite.
pub fn encode(readouts: &Heads) -> Result<Vec<u8>, BundleError> {
    let mut tensors = Vec::with_capacity(2 * readouts.tasks.len());
    for (task, readout) in readouts.tasks.iter().enumerate() {
        let values = readout.bias.len();
        let shape = [values, readouts.embedding];
        tensors.push(Tensor::f32(
            format!("{task}.weight"),
            &shape,
            &readout.weight,
        ));
        tensors.push(Tensor::f32(
            format!("{task}.bias"),
            &[values],
            &readout.bias,
        ));
    }
    let bytes = write(files::READOUTS, &tensors)?;
    decode(&bytes).map_err(|error| BundleError::unwritable(files::READOUTS, error.to_string()))?;
    Ok(bytes)
}

/// Reads the readouts: tasks `0..` until one is missing.
///
/// # Errors
/// Not safetensors, no task at all, shapes that do not fit together, or a value that is not finite.
pub fn decode(bytes: &[u8]) -> Result<Heads, BundleError> {
    let reader = Reader::new(files::READOUTS, bytes)?;
    let mut readouts = Heads {
        embedding: 0,
        tasks: Vec::new(),
    };
    while reader.has(&format!("{}.weight", readouts.tasks.len())) {
        let task = readouts.tasks.len();
        let ([values, embedding], weight) = reader.floats(&format!("{task}.weight"))?;
        let ([biases], bias) = reader.floats(&format!("{task}.bias"))?;
        if values < 2 || embedding == 0 || biases != values {
            return Err(reader.error(format!(
                "the readout of task {task} has weight [{values}, {embedding}] and bias [{biases}]"
            )));
        }
        if task > 0 && embedding != readouts.embedding {
            return Err(reader.error(format!(
                "the readout of task {task} is for embeddings of {embedding}, the first for {}",
                readouts.embedding
            )));
        }
        readouts.embedding = embedding;
        readouts.tasks.push(HeadWeights { weight, bias });
    }
    if readouts.tasks.is_empty() {
        return Err(reader.error("there is no readout in it"));
    }
    Ok(readouts)
}

impl Manifest {
    /// Checks and reads `readouts.safetensors`.
    ///
    /// # Errors
    /// Wrong size or hash, unreadable, or made for other tasks, values or embeddings.
    pub fn read_readouts(&self, bytes: &[u8]) -> Result<Heads, BundleError> {
        self.check(files::READOUTS, bytes)?;
        let readouts = decode(bytes)?;
        let fits = readouts.embedding == self.embedding
            && readouts.tasks.len() == self.tasks.len()
            && readouts
                .tasks
                .iter()
                .zip(&self.tasks)
                .all(|(r, t)| r.bias.len() == t.values.len());
        if !fits {
            let problem = "it was made for other tasks, values or embeddings than the manifest's";
            return Err(BundleError::content(files::READOUTS, problem));
        }
        Ok(readouts)
    }
}
