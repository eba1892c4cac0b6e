//! The head: the relation between the outputs of a network and the values of its tasks.

use burn::tensor::activation::softmax;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::unit::unit;

/// The relation between the outputs of a network and the values of a task: what a network is trained by, and so what
/// its embeddings hold. Any way of sharing a network can have any head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Head {
    /// The cosines between an embedding and learned prototypes of its task's values, over a temperature.
    #[default]
    Prototypes,
    /// The inner products of the outputs with learned weights of its task's values; an embedding is the outputs at unit
    /// length.
    Logits,
    /// One output per value of every task. The embedding under a task is the square root of the probabilities of the task's
    /// values, and zero elsewhere: rows of unit length, whose distance is Hellinger's. Without modulation, this is a
    /// multi-label classifier.
    Probabilities,
}

impl Head {
    /// Returns true for the head that needs no key in a file.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::Prototypes
    }

    /// The name, as configurations have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prototypes => "prototypes",
            Self::Logits => "logits",
            Self::Probabilities => "probabilities",
        }
    }

    /// The embeddings made of a network's outputs for tasks with so many `values`.
    ///
    /// # Shapes
    /// outputs `[B, T, D]`; the result is `[B, T, D]` with rows of unit length.
    pub fn embeddings(self, outputs: Tensor<3>, values: &[usize]) -> Tensor<3> {
        let [images, tasks, length] = outputs.dims();
        if self != Self::Probabilities {
            return unit(outputs.reshape([images * tasks, length]))
                .reshape([images, tasks, length]);
        }
        // Where a value is another task's its logit is sunk: finite, since WebGPU kernels with an infinity in them have
        // been skipped in silence.
        let mut sink = vec![-1e9_f32; tasks * length];
        let mut from = 0;
        for (task, &count) in values.iter().enumerate() {
            sink[task * length + from..task * length + from + count].fill(0.0);
            from += count;
        }
        let sink =
            Tensor::<2>::from_data(TensorData::new(sink, [tasks, length]), &outputs.device());
        let own = outputs + sink.reshape([1, tasks, length]);
        // A root has no slope at zero; the floor is far below any probability that matters.
        softmax(own, 2).clamp_min(1e-12).sqrt()
    }
}
