//! `readouts.safetensors`: one calibrated linear map per task, from its embedding to its values.
//!
//! For task `t` the tensors `{t}.weight [V, D]` and `{t}.bias [V]`; the probabilities of the values are
//! `softmax(weight embedding + bias)`. Calibration is already folded in.

use modulens_schema::{HeadWeights, Heads};

use crate::tensors::{Reader, Tensor, write};
use crate::{BundleError, Manifest, files};

/// Writes the heads (f32).
///
/// # Errors
/// Lengths that do not fit together, or a value that is not finite.
pub fn encode(heads: &Heads) -> Result<Vec<u8>, BundleError> {
    let mut tensors = Vec::with_capacity(2 * heads.tasks.len());
    for (task, head) in heads.tasks.iter().enumerate() {
        let values = head.bias.len();
        let shape = [values, heads.embedding];
        tensors.push(Tensor::f32(format!("{task}.weight"), &shape, &head.weight));
        tensors.push(Tensor::f32(format!("{task}.bias"), &[values], &head.bias));
    }
    let bytes = write(files::READOUTS, &tensors)?;
    decode(&bytes).map_err(|error| BundleError::unwritable(files::READOUTS, error.to_string()))?;
    Ok(bytes)
}

/// Reads the heads: tasks `0..` until one is missing.
///
/// # Errors
/// Not safetensors, no task at all, shapes that do not fit together, or a value that is not finite.
pub fn decode(bytes: &[u8]) -> Result<Heads, BundleError> {
    let reader = Reader::new(files::READOUTS, bytes)?;
    let mut heads = Heads {
        embedding: 0,
        tasks: Vec::new(),
    };
    while reader.has(&format!("{}.weight", heads.tasks.len())) {
        let task = heads.tasks.len();
        let ([values, embedding], weight) = reader.floats(&format!("{task}.weight"))?;
        let ([biases], bias) = reader.floats(&format!("{task}.bias"))?;
        if values < 2 || embedding == 0 || biases != values {
            return Err(reader.error(format!(
                "the head of task {task} has weight [{values}, {embedding}] and bias [{biases}]"
            )));
        }
        if task > 0 && embedding != heads.embedding {
            return Err(reader.error(format!(
                "the head of task {task} is for embeddings of {embedding}, the first for {}",
                heads.embedding
            )));
        }
        heads.embedding = embedding;
        heads.tasks.push(HeadWeights { weight, bias });
    }
    if heads.tasks.is_empty() {
        return Err(reader.error("there is no head in it"));
    }
    Ok(heads)
}

impl Manifest {
    /// Checks and reads `readouts.safetensors`.
    ///
    /// # Errors
    /// Wrong size or hash, unreadable, or made for other tasks, values or embeddings.
    pub fn read_heads(&self, bytes: &[u8]) -> Result<Heads, BundleError> {
        self.check(files::READOUTS, bytes)?;
        let heads = decode(bytes)?;
        let fits = heads.embedding == self.embedding
            && heads.tasks.len() == self.tasks.len()
            && heads
                .tasks
                .iter()
                .zip(&self.tasks)
                .all(|(r, t)| r.bias.len() == t.values.len());
        if !fits {
            let problem = "it was made for other tasks, values or embeddings than the manifest's";
            return Err(BundleError::content(files::READOUTS, problem));
        }
        Ok(heads)
    }
}
