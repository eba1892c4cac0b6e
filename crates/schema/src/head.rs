//! Weights of classification heads.

/// The classification heads of all tasks, in task order.
#[derive(Clone, Debug, PartialEq)]
pub struct Heads {
    /// Length `D` of an embedding.
    pub embedding: usize,
    /// One per task.
    pub tasks: Vec<HeadWeights>,
}

/// The classification head of one task: a linear map from an embedding to the logits of the task's values.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadWeights {
    /// `[V, D]`, row-major.
    pub weight: Vec<f32>,
    /// `[V]`.
    pub bias: Vec<f32>,
}
