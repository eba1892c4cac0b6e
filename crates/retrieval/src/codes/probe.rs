//! A query in whole numbers, and what codes say about its product with a row.

use wide::i16x8;

use super::{
    row::{CODED, GREATEST, ROUNDING, downwards, upwards},
    scan::Ask,
};

/// The least whole number that a query's greatest may become: with fewer it would say too little.
const COARSEST: usize = 256;

/// A query made ready to be compared with codes.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    /// Its whole numbers, as [`Ask`] wants them.
    pairs: Vec<i16x8>,
    /// What one of them counts for.
    step: f64,
    length: f64,
    /// How much higher a product may be than what is computed of it, beside what a row's own error allows.
    slack: f64,
}

impl Probe {
    /// `None` where the query is unlike any unit vector, or has so many numbers that sums of 32 bits are too short.
    /// `longest` is the greatest length of a row.
    pub(super) fn new(query: &[f32], longest: f32) -> Option<Self> {
        let not_finite = query.iter().any(|x| !x.is_finite());
        let greatest = query.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
        // So that no sum of products of the query's numbers and codes overflows.
        let room = i32::MAX as usize / (GREATEST as usize * query.len().max(1));
        let most = room.min(i16::MAX as usize);
        if not_finite || !CODED.contains(&greatest) || most < COARSEST {
            return None;
        }
        let step = f64::from(greatest) / most as f64;
        let number = |x: f32| (f64::from(x) / step).round_ties_even();
        let norm = |value: &dyn Fn(f32) -> f64| {
            let squares = query.iter().map(|&x| value(x).powi(2));
            // What f64 rounds here is less than this by far.
            squares.sum::<f64>().sqrt() * (1.0 + 1e-9)
        };
        let missed = norm(&|x| f64::from(x) - step * number(x));
        let length = norm(&f64::from);
        // The product of floats rounds at most once per number and a few times more, in whichever order it is
        // summed; a row's bound in `scan` rounds six times.
        let rounding = (query.len() + 64) as f64 * ROUNDING;
        // The last is for products so small that floats lose them.
        let slack = f64::from(longest) * (missed + length * rounding) + 1e-36 * rounding;
        let pairs = query.chunks(2).map(|pair| {
            let [first, second] =
                [pair.first(), pair.get(1)].map(|x| x.map_or(0.0, |&x| number(x)));
            let lane = |lane: usize| if lane.is_multiple_of(2) { first } else { second } as i16;
            i16x8::new(std::array::from_fn(lane))
        });
        Some(Self {
            pairs: pairs.collect(),
            step,
            length,
            slack,
        })
    }

    /// What to ask of rows, if those whose product is at most `product` may be passed over.
    pub(super) fn ask(&self, product: f32) -> Ask<'_> {
        Ask {
            pairs: &self.pairs,
            reach: upwards(self.length / self.step),
            limit: downwards((f64::from(product) - self.slack) / self.step),
        }
    }
}
