//! Exact nearest neighbours.

use std::cmp::Ordering;

use crate::{Embeddings, kernel};

/// For each image its nearest others with their distances, the nearest first; fewer where there are fewer.
///
/// The distance between unit vectors is that of the chord, `sqrt(2 - 2 cos)`.
pub(super) fn nearest(embeddings: &Embeddings, count: usize) -> Vec<Vec<(u32, f32)>> {
    let images = embeddings.rows();
    let mut all = Vec::with_capacity(images);
    let mut cosines = Vec::new();
    let indices: Vec<usize> = (0..images).collect();
    for queries in indices.chunks(kernel::LANES) {
        embeddings.cosines_of_eight(queries, &mut cosines);
        for (lane, &query) in queries.iter().enumerate() {
            let distances = cosines.chunks_exact(kernel::LANES).map(|row| {
                let chord = 2.0 - 2.0 * row.get(lane).copied().unwrap_or_default();
                chord.max(0.0)
            });
            let mut nearest = closest(distances, query, count);
            for (_, distance) in &mut nearest {
                *distance = distance.sqrt();
            }
            all.push(nearest);
        }
    }
    all
}

/// For each of the points `[N, 2]` its nearest others with their squared distances.
pub(super) fn nearest_points(points: &[f32], count: usize) -> Vec<Vec<(u32, f32)>> {
    let points = points.as_chunks::<2>().0;
    let of = |(query, [x, y]): (usize, &[f32; 2])| {
        let distances = points
            .iter()
            .map(|[a, b]| (a - x).powi(2) + (b - y).powi(2));
        closest(distances, query, count)
    };
    points.iter().enumerate().map(of).collect()
}

/// The least of some distances but for that of the query itself, the nearest first, the first of equals.
fn closest(distances: impl Iterator<Item = f32>, query: usize, count: usize) -> Vec<(u32, f32)> {
    let mut best: Vec<(u32, f32)> = Vec::with_capacity(count + 1);
    for (image, distance) in (0_u32..).zip(distances) {
        let worst = best.last().map_or(f32::INFINITY, |(_, worst)| *worst);
        if image as usize == query || (best.len() == count && distance >= worst) {
            continue;
        }
        let order = |(_, known): &(u32, f32)| {
            known
                .partial_cmp(&distance)
                .is_some_and(|order| order != Ordering::Greater)
        };
        best.insert(best.partition_point(order), (image, distance));
        best.truncate(count);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_others_come_first_and_never_the_image_itself() {
        let angles = [0.0_f32, 0.1, 0.3, 2.0, 0.1];
        let data = angles.iter().flat_map(|a| [a.cos(), a.sin()]).collect();
        let embeddings = Embeddings::from_unit_rows(5, 2, data).expect("fits");
        let images = |count| -> Vec<Vec<u32>> {
            let all = nearest(&embeddings, count);
            let of = |of: &Vec<(u32, f32)>| of.iter().map(|(image, _)| *image).collect();
            all.iter().map(of).collect()
        };
        assert_eq!(
            images(2),
            [vec![1, 4], vec![4, 0], vec![1, 4], vec![2, 1], vec![1, 0]]
        );
        assert_eq!(images(9)[0], [1, 4, 2, 3], "there are no more");
        let chord = nearest(&embeddings, 1)[2][0].1;
        assert!((chord - 2.0 * 0.1_f32.sin()).abs() < 1e-3);
    }
}
