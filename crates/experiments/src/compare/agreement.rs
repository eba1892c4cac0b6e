//! Update compliance of several seeds taken together.

use modulens_retrieval::Random;
use modulens_retrieval::measure::interval95;
use modulens_schema::Interval;

use super::intervals;
use crate::compliance::{Compliance, Layer, Pair};

/// Draws of batches for an interval.
const REPLICATES: usize = 1000;

/// Puts the measurements of several runs together, those of one epoch and control each; with an interval of the share of
/// agreeing gradients over batches and seeds.
pub(super) fn pooled(runs: &[Vec<Compliance>]) -> Vec<Compliance> {
    let first = runs.first().map_or(&[][..], Vec::as_slice);
    let same = |one: &Compliance| {
        let kind = |one: &Compliance| (one.epoch, one.permuted, one.averaged);
        let wanted = kind(one);
        let found = runs.iter().filter_map(move |run| {
            let mut all = run.iter();
            all.find(|other| kind(other) == wanted)
        });
        found.collect::<Vec<_>>()
    };
    first.iter().map(|one| pool(&same(one))).collect()
}

fn pool(seeds: &[&Compliance]) -> Compliance {
    let mut all = Compliance {
        epoch: 0,
        batches: 0,
        permuted: false,
        averaged: false,
        layers: Vec::new(),
        per_batch: Vec::new(),
        ci95: None,
    };
    for one in seeds {
        (all.epoch, all.permuted, all.averaged) = (one.epoch, one.permuted, one.averaged);
        all.batches += one.batches;
        all.per_batch.extend_from_slice(&one.per_batch);
        for layer in &one.layers {
            match all.layers.iter_mut().find(|other| other.name == layer.name) {
                Some(sum) => add(sum, layer),
                None => all.layers.push(layer.clone()),
            }
        }
    }
    let shares: Vec<f64> = seeds
        .iter()
        .filter_map(|one| share(one.per_batch.iter()))
        .collect();
    // Every seed has batches of its own, so that the spread of seeds holds theirs; a single one has that of its batches.
    let found = match shares.len() {
        0 | 1 => interval95(replicates(seeds)),
        _ => intervals::of_seeds(&shares),
    };
    all.ci95 = found.map(|Interval { low, high }| Interval {
        low: low.max(0.0),
        high: high.min(1.0),
    });
    all
}

/// Adds the pairs of another seed: shares and cosines weigh their batches.
fn add(sum: &mut Layer, layer: &Layer) {
    for pair in &layer.pairs {
        let Some(known) = sum.pairs.iter_mut().find(|known| known.tasks == pair.tasks) else {
            sum.pairs.push(*pair);
            continue;
        };
        let batches = known.batches + pair.batches;
        let mean = |ours: f64, theirs: f64| {
            (ours * known.batches as f64 + theirs * pair.batches as f64) / batches.max(1) as f64
        };
        *known = Pair {
            tasks: known.tasks,
            batches,
            positive: mean(known.positive, pair.positive),
            cosine: mean(known.cosine, pair.cosine),
        };
    }
}

/// The share of agreeing pairs over some batches.
fn share<'a>(batches: impl Iterator<Item = &'a [usize; 2]>) -> Option<f64> {
    let (agreeing, all) = batches.fold((0, 0), |(agreeing, all), [more, of]| {
        (agreeing + more, all + of)
    });
    (all > 0).then(|| agreeing as f64 / all as f64)
}

/// The mean share over seeds on other draws of their batches: pairs of one batch come and go together.
fn replicates(seeds: &[&Compliance]) -> Vec<f64> {
    let mut random = Random::stream(1, 0);
    let mut draw = || {
        let mut shares = Vec::with_capacity(seeds.len());
        for one in seeds {
            let count = one.per_batch.len();
            let drawn: Vec<usize> = (0..count).map(|_| random.below(count)).collect();
            shares.extend(share(drawn.iter().map(|&batch| &one.per_batch[batch])));
        }
        (!shares.is_empty()).then(|| intervals::mean(&shares))
    };
    (0..REPLICATES).filter_map(|_| draw()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(batches: &[[usize; 2]]) -> Compliance {
        let agreeing: usize = batches.iter().map(|batch| batch[0]).sum();
        Compliance {
            epoch: 2,
            batches: batches.len(),
            permuted: false,
            averaged: false,
            layers: vec![Layer {
                name: "stem".into(),
                pairs: vec![Pair {
                    tasks: [0, 1],
                    batches: batches.len(),
                    positive: agreeing as f64 / batches.len() as f64,
                    cosine: 0.5,
                }],
            }],
            per_batch: batches.to_vec(),
            ci95: None,
        }
    }

    #[test]
    fn seeds_are_pooled_and_their_spread_is_in_the_interval() {
        let one = vec![measured(&[[1, 1], [0, 1], [1, 1], [0, 1]])];
        let other = vec![measured(&[[1, 1], [1, 1], [1, 1], [0, 1]])];
        let both = pooled(&[one.clone(), other]);
        let [both] = &both[..] else {
            panic!("one epoch");
        };
        let pair = both.layers[0].pairs[0];
        assert_eq!((both.batches, pair.batches, pair.positive), (8, 8, 0.625));
        let interval = both.ci95.expect("an interval");
        // Student's t of one degree of freedom: all is possible.
        assert_eq!((interval.low, interval.high), (0.0, 1.0));
        // One seed: batches alone.
        let alone = pooled(&[one])[0].ci95.expect("an interval");
        assert!(alone.low >= 0.0 && alone.high <= 1.0 && alone.high - alone.low > 0.5);
        assert!(pooled(&[]).is_empty());
    }
}
