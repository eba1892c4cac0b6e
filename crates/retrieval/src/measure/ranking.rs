//! Precision, recall and average precision of ranking images by their similarity to one of them.

use crate::rank::{key_index, order_key};
use crate::{Embeddings, Random};

/// Figures of using images as queries against all the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retrieval {
    /// Mean share of the `k` nearest that have the query's value.
    pub precision_at_k: f64,
    /// Share of queries with at least one image of their value among the `k` nearest (recall@k as metric
    /// learning uses the word).
    pub recall_at_k: f64,
    /// Share of queries whose very nearest image has their value (recall@1).
    pub recall_at_1: f64,
    /// Mean average precision over the whole ranking.
    pub mean_average_precision: f64,
    /// Queries used.
    pub queries: usize,
}

/// Uses every image with a known value as a query against all the others with a known value; a seeded
/// sample of `max_queries` of them where there are more.
///
/// A query whose value no other image has is left out, since nothing could be found. Images equally similar
/// to the query rank in the order of their indices. Where there are fewer than `k` other images, `k` is
/// their number. `None` where no query is left.
///
/// Average precision of one query: the mean, over the images of its value, of the share of such images
/// among those ranked no lower.
pub fn retrieval(
    embeddings: &Embeddings,
    labels: &[Option<u8>],
    k: usize,
    max_queries: usize,
    random: &mut Random,
) -> Option<Retrieval> {
    let known: Vec<(usize, u8)> = labels
        .iter()
        .take(embeddings.rows())
        .enumerate()
        .filter_map(|(image, label)| Some((image, (*label)?)))
        .collect();
    let images: Vec<usize> = known.iter().map(|&(image, _)| image).collect();
    let values: Vec<u8> = known.iter().map(|&(_, value)| value).collect();
    let mut frequency = [0_usize; 256];
    for &value in &values {
        frequency[usize::from(value)] += 1;
    }
    // From here on an image is its place among the known ones.
    let candidates = embeddings.select(&images);
    let findable: Vec<usize> = (0..values.len())
        .filter(|&image| frequency[usize::from(values[image])] > 1)
        .collect();
    let queries: Vec<usize> = random
        .sample(findable.len(), max_queries)
        .into_iter()
        .map(|at| findable[at])
        .collect();

    let mut sum = Sums::default();
    let mut cosines = Vec::new();
    let mut keys = Vec::with_capacity(values.len());
    for eight in queries.chunks(8) {
        candidates.cosines_of_eight(eight, &mut cosines);
        for (lane, &query) in eight.iter().enumerate() {
            keys.clear();
            keys.extend(
                (0_u32..)
                    .zip(cosines.iter().skip(lane).step_by(8))
                    .filter(|&(image, _)| image as usize != query)
                    .map(|(image, &cosine)| order_key(cosine, image)),
            );
            keys.sort_unstable();
            let found = keys
                .iter()
                .map(|&key| values[key_index(key)] == values[query]);
            sum.add(
                found,
                frequency[usize::from(values[query])] - 1,
                k.min(keys.len()),
            );
        }
    }
    sum.mean(queries.len())
}

#[derive(Default)]
struct Sums {
    precision: f64,
    found_in_k: f64,
    found_first: f64,
    average_precision: f64,
}

impl Sums {
    /// Adds one query: whether each image has the query's value, nearest first, and how many have.
    fn add(&mut self, ranked: impl Iterator<Item = bool>, relevant: usize, k: usize) {
        let (mut found, mut in_k, mut precisions) = (0_usize, 0_usize, 0.0_f64);
        for (before, hit) in ranked.enumerate() {
            if hit {
                found += 1;
                precisions += found as f64 / (before + 1) as f64;
                in_k += usize::from(before < k);
                self.found_first += f64::from(u8::from(before == 0));
                if found == relevant {
                    break;
                }
            }
        }
        self.precision += in_k as f64 / k.max(1) as f64;
        self.found_in_k += f64::from(u8::from(in_k > 0));
        self.average_precision += precisions / relevant.max(1) as f64;
    }

    fn mean(&self, queries: usize) -> Option<Retrieval> {
        let n = queries as f64;
        (queries > 0).then(|| Retrieval {
            precision_at_k: self.precision / n,
            recall_at_k: self.found_in_k / n,
            recall_at_1: self.found_first / n,
            mean_average_precision: self.average_precision / n,
            queries,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(angles: &[f32]) -> Embeddings {
        let data = angles
            .iter()
            .flat_map(|angle| [angle.cos(), angle.sin()])
            .collect();
        Embeddings::from_unit_rows(angles.len(), 2, data).expect("fits")
    }

    #[test]
    fn figures_are_those_worked_out_by_hand() {
        // Query 0 sees a: 1 (hit), x: 2, a: 3 (hit)  -> AP (1/1 + 2/3) / 2, P@2 = 1/2, first hit.
        let embeddings = circle(&[0.0, 0.1, 0.2, 0.3]);
        let labels = [Some(0), Some(0), Some(1), Some(0)];
        let figures =
            retrieval(&embeddings, &labels, 2, 100, &mut Random::new(1)).expect("queries");
        // Query 1: 0 and 2 are equally near, but 0 comes first or second by rounding; make no use of it.
        // Query 3 sees x: 2, a: 1 (hit), a: 0 (hit) -> AP (1/2 + 2/3) / 2, P@2 = 1/2, not first.
        // Query 2 is alone with its value and left out.
        assert_eq!(figures.queries, 3);
        let one = retrieval(
            &circle(&[0.0, 0.15, 0.2, 0.3]),
            &labels,
            2,
            100,
            &mut Random::new(1),
        );
        let one = one.expect("queries");
        // Now query 1 sees x: 2, then 3 and 0 equally far -> both hits, AP (1/2 + 2/3) / 2, P@2 = 1/2.
        let expected = (5.0 / 6.0 + 7.0 / 12.0 + 7.0 / 12.0) / 3.0;
        assert!(
            (one.mean_average_precision - expected).abs() < 1e-9,
            "{one:?}"
        );
        assert!((one.precision_at_k - 0.5).abs() < 1e-9);
        assert!((one.recall_at_1 - 1.0 / 3.0).abs() < 1e-9);
        assert!((one.recall_at_k - 1.0).abs() < 1e-9);
    }

    #[test]
    fn perfect_and_useless_embeddings_are_told_apart() {
        let labels: Vec<Option<u8>> = (0..60)
            .map(|i| (i % 5 != 0).then_some((i % 2) as u8))
            .collect();
        let angles: Vec<f32> = (0..60)
            .map(|i| (i % 2) as f32 * 2.0 + i as f32 * 0.001)
            .collect();
        let figures =
            retrieval(&circle(&angles), &labels, 10, 1000, &mut Random::new(1)).expect("queries");
        assert!(figures.mean_average_precision > 0.999_999, "{figures:?}");
        assert_eq!(
            (figures.precision_at_k, figures.recall_at_k, figures.queries),
            (1.0, 1.0, 48)
        );
        let mut random = Random::new(4);
        let angles: Vec<f32> = (0..60)
            .map(|_| random.unit() * std::f32::consts::TAU)
            .collect();
        let figures =
            retrieval(&circle(&angles), &labels, 10, 1000, &mut Random::new(1)).expect("queries");
        assert!(
            (figures.mean_average_precision - 0.5).abs() < 0.1,
            "{figures:?}"
        );
    }

    #[test]
    fn samples_of_queries_are_seeded_and_near_the_whole() {
        let mut random = Random::new(8);
        let angles: Vec<f32> = (0..400)
            .map(|i| (i % 2) as f32 + random.unit() * 2.0)
            .collect();
        let labels: Vec<Option<u8>> = (0..400).map(|i| Some((i % 2) as u8)).collect();
        let run = |queries, seed| {
            retrieval(
                &circle(&angles),
                &labels,
                10,
                queries,
                &mut Random::new(seed),
            )
            .expect("queries")
        };
        assert_eq!(run(100, 1), run(100, 1));
        assert_eq!(run(100, 1).queries, 100);
        assert_eq!(run(400, 1), run(400, 2), "all of them is no sample");
        let (some, all) = (run(200, 1), run(400, 1));
        assert!((some.mean_average_precision - all.mean_average_precision).abs() < 0.05);
    }

    #[test]
    fn nothing_to_find_is_no_figure() {
        let embeddings = circle(&[0.0, 1.0]);
        for labels in [vec![Some(0), Some(1)], vec![None, Some(1)], vec![]] {
            assert!(retrieval(&embeddings, &labels, 10, 10, &mut Random::new(1)).is_none());
        }
        assert!(retrieval(&circle(&[]), &[], 10, 10, &mut Random::new(1)).is_none());
    }
}
