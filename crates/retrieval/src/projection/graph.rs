//! The graph of nearest neighbours with weighted edges (UMAP, algorithms 2 and 3).

/// Halvings of the interval in which a width is sought.
const HALVINGS: usize = 40;

/// One edge between two images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    /// The two images, the smaller index first.
    pub(super) ends: (u32, u32),
    /// 0 to 1.
    pub(super) weight: f32,
}

/// The edges of the graph, each once, by the images' neighbours and their distances.
pub(super) fn edges(neighbours: &[Vec<(u32, f32)>]) -> Vec<Edge> {
    let mut directed = Vec::new();
    for (image, neighbours) in (0_u32..).zip(neighbours) {
        let weigh = weigher(neighbours);
        let weighed = neighbours.iter().map(|&(other, distance)| {
            let ends = (image.min(other), image.max(other));
            (ends, weigh(distance))
        });
        directed.extend(weighed);
    }
    directed.sort_unstable_by_key(|(ends, _)| *ends);
    let mut edges: Vec<Edge> = Vec::with_capacity(directed.len());
    for (ends, weight) in directed {
        match edges.last_mut() {
            // Near for both: the probability that one of the two holds.
            Some(edge) if edge.ends == ends => edge.weight += weight - edge.weight * weight,
            _ => edges.push(Edge { ends, weight }),
        }
    }
    edges
}

/// The weight of a distance for one image: 1 for its nearest neighbour, and falling with a width at which the weights
/// of all its neighbours add up to the binary logarithm of their number.
fn weigher(neighbours: &[(u32, f32)]) -> impl Fn(f32) -> f32 + use<> {
    let nearest = neighbours.first().map_or(0.0, |(_, distance)| *distance);
    let farthest = neighbours.last().map_or(0.0, |(_, distance)| *distance);
    let sum = (neighbours.len() as f32).log2();
    let total = |width: f32| -> f32 {
        let weights = neighbours
            .iter()
            .map(|(_, distance)| weight(distance - nearest, width));
        weights.sum()
    };
    let (mut low, mut high) = (0.0, (farthest - nearest).max(f32::MIN_POSITIVE) * 1000.0);
    for _ in 0..HALVINGS {
        let middle = f32::midpoint(low, high);
        if total(middle) < sum {
            low = middle;
        } else {
            high = middle;
        }
    }
    move |distance| weight(distance - nearest, high)
}

fn weight(beyond: f32, width: f32) -> f32 {
    if beyond <= 0.0 {
        1.0
    } else {
        (-beyond / width).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_the_logarithm_and_are_joined_both_ways() {
        let near: Vec<(u32, f32)> = (1..=8).map(|other| (other, 0.1 * other as f32)).collect();
        let weigh = weigher(&near);
        let sum: f32 = near.iter().map(|(_, distance)| weigh(*distance)).sum();
        assert!((sum - 3.0).abs() < 1e-3, "{sum}");
        assert!((weigh(0.1) - 1.0).abs() < 1e-6);

        let neighbours = [vec![(1, 0.2), (2, 0.9)], vec![(0, 0.2)], vec![(0, 0.9)]];
        let edges = edges(&neighbours);
        let ends: Vec<(u32, u32)> = edges.iter().map(|edge| edge.ends).collect();
        assert_eq!(ends, [(0, 1), (0, 2)]);
        assert!(
            edges
                .iter()
                .all(|edge| edge.weight > 0.99 && edge.weight <= 1.0)
        );
    }

    #[test]
    fn equal_images_are_all_as_near() {
        let neighbours = [vec![(1, 0.0), (2, 0.0)], vec![(0, 0.0)], vec![]];
        let edges = edges(&neighbours);
        assert_eq!(edges.len(), 2);
        assert!(edges.iter().all(|edge| (edge.weight - 1.0).abs() < 1e-6));
    }
}
