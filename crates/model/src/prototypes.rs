//! Prototypes: the target directions of embeddings.

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};

use crate::Head;
use crate::unit::unit;

/// One learned vector per value of every task: what [`Head::Prototypes`] and [`Head::Logits`] hold embeddings against.
///
/// It is needed for training only. Rows stand task after task; the former brings them to unit length.
#[derive(Module, Debug)]
pub struct Prototypes {
    /// `[sum of values, D]`.
    pub(crate) rows: Param<Tensor<2>>,
    #[module(skip)]
    values: Vec<usize>,
}

impl Prototypes {
    /// Random prototypes: `values` holds the number of values of each task, `length` is that of an embedding.
    ///
    /// As weights of [`Head::Logits`] they start short, so that the first logits are of the size of the outputs.
    pub fn new(values: &[usize], length: usize, head: Head, device: &Device) -> Self {
        let count = values.iter().sum();
        let deviation = match head {
            Head::Logits => (length.max(1) as f64).sqrt().recip(),
            Head::Prototypes | Head::Probabilities => 1.0,
        };
        let rows = Tensor::random(
            [count, length],
            Distribution::Normal(0.0, deviation),
            device,
        );
        Self {
            rows: Param::from_tensor(rows),
            values: values.to_vec(),
        }
    }

    pub(crate) fn from_rows(rows: Tensor<2>, values: &[usize]) -> Self {
        Self {
            rows: Param::from_tensor(rows),
            values: values.to_vec(),
        }
    }

    /// Number of values of each task.
    pub fn values(&self) -> &[usize] {
        &self.values
    }

    /// The unit prototypes of all tasks, `[T, V, D]` with `V` the most values of a task. Where a task has fewer
    /// its last rows repeat the first prototype; [`Prototypes::padding`] tells them apart.
    pub(crate) fn padded(&self) -> Tensor<3> {
        self.by_task(unit(self.rows.val()))
    }

    /// The prototypes as they are, otherwise as [`Prototypes::padded`].
    pub(crate) fn weights(&self) -> Tensor<3> {
        self.by_task(self.rows.val())
    }

    fn by_task(&self, rows: Tensor<2>) -> Tensor<3> {
        let [_, length] = rows.dims();
        let (tasks, most) = (self.values.len(), self.most());
        let mut indices = Vec::with_capacity(tasks * most);
        let mut start = 0;
        for &count in &self.values {
            indices.extend(
                (0..most).map(|value| (start + if value < count { value } else { 0 }) as i64),
            );
            start += count;
        }
        let device = rows.device();
        let indices =
            Tensor::<1, Int>::from_data(TensorData::new(indices, [tasks * most]), &device);
        rows.select(0, indices).reshape([tasks, most, length])
    }

    /// `[T, 1, V]`: 0 where a task has the value, `fill` where the row is padding.
    pub(crate) fn padding(&self, fill: f32, device: &Device) -> Tensor<3> {
        let most = self.most();
        let cells: Vec<f32> = self
            .values
            .iter()
            .flat_map(|&count| (0..most).map(move |value| if value < count { 0.0 } else { fill }))
            .collect();
        Tensor::from_data(TensorData::new(cells, [self.values.len(), 1, most]), device)
    }

    fn most(&self) -> usize {
        self.values.iter().copied().max().unwrap_or(0)
    }
}
