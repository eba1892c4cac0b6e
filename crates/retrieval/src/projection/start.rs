//! Points before the layout, and their fit into the unit square after it.

use crate::domain::{centre, principal_directions};
use crate::kernel::dot;
use crate::{Embeddings, Random};

/// The side of the square in which the layout begins: some way between neighbours, as their attraction wants it.
const SIDE: f32 = 10.0;
/// Noise that parts equal points, as a share of the side.
const NOISE: f32 = 1e-3;

/// The two principal components of the embeddings, spread over the square.
pub(super) fn principal(embeddings: &Embeddings) -> Vec<[f32; 2]> {
    let (images, dim) = (embeddings.rows(), embeddings.dim());
    if images == 0 || dim == 0 {
        return vec![[0.0; 2]; images];
    }
    let mut rows = embeddings.data().to_vec();
    centre(&mut rows, dim);
    let axes = principal_directions(&rows, dim, 2);
    let along = |row: &[f32]| {
        axes.chunks_exact(dim)
            .map(|axis| dot(axis, row))
            .collect::<Vec<_>>()
    };
    spread(&rows.chunks_exact(dim).flat_map(along).collect::<Vec<_>>())
}

/// Points `[N, 2]` spread over the square, equal ones a little apart.
pub(super) fn spread(points: &[f32]) -> Vec<[f32; 2]> {
    let mut random = Random::new(2);
    let points = points.as_chunks::<2>().0;
    let fitted = fit(points);
    let apart = fitted
        .iter()
        .map(|x| SIDE * (x + NOISE * (random.unit() - 0.5)));
    let apart: Vec<f32> = apart.collect();
    apart.as_chunks::<2>().0.to_vec()
}

/// Points in the square from 0 to 1, as large as they fit and with their proportions; the middle where all are equal.
pub(super) fn fit(points: &[[f32; 2]]) -> Vec<f32> {
    let bounds = |axis: usize| {
        let values = points.iter().map(|point| point[axis]);
        values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        })
    };
    let bounds = [bounds(0), bounds(1)];
    let side = bounds
        .iter()
        .map(|(low, high)| high - low)
        .fold(0.0, f32::max);
    let place = |(&x, (low, high)): (&f32, &(f32, f32))| {
        if side > 0.0 {
            let middle = f32::midpoint(*low, *high);
            ((x - middle) / side + 0.5).clamp(0.0, 1.0)
        } else {
            0.5
        }
    };
    let points = points.iter().flat_map(|point| point.iter().zip(&bounds));
    points.map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_direction_lies_along_the_first_axis() {
        let data = (0..50).flat_map(|i| {
            let (x, y) = ((i as f32 - 25.0) / 50.0, ((i * 7) % 5) as f32 / 50.0);
            let z = (1.0 - x * x - y * y).sqrt();
            [x, y, z]
        });
        let embeddings = Embeddings::from_unit_rows(50, 3, data.collect()).expect("fits");
        let points = principal(&embeddings);
        let first = points[0][0] < points[49][0];
        for pair in points.windows(2) {
            assert_eq!(
                pair[0][0] < pair[1][0],
                first,
                "in order along the first axis"
            );
        }
    }

    #[test]
    fn points_fill_the_square_and_keep_their_proportions() {
        assert_eq!(fit(&[[2.0, 5.0], [6.0, 6.0]]), [0.0, 0.375, 1.0, 0.625]);
        assert_eq!(fit(&[[3.0, 4.0]]), [0.5, 0.5]);
        assert!(fit(&[]).is_empty());
    }
}
