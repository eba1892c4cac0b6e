//! Unit length.

use burn::tensor::Tensor;
use modulens_schema::UNIT_EPSILON;

/// Brings every row to unit length, `v / sqrt(max(sum(v^2), UNIT_EPSILON))`: a zero row stays zero.
///
/// # Shapes
/// rows `[N, D]`; the result is like it.
pub fn unit(rows: Tensor<2>) -> Tensor<2> {
    let squares = rows.clone().square().sum_dim(1).clamp_min(UNIT_EPSILON);
    rows / squares.sqrt()
}
