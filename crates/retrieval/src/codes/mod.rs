//! A small copy of a table of embeddings, by which most of it is passed over without being read.
//!
//! A scan of floats waits for memory: what has to be read decides how long it takes. So every row `x` is kept a
//! second time in a byte for each number, its *codes* `c`, with a scale `s` and a bound `e` of what they leave out,
//! `|x - s c| <= e`. By Cauchy and Schwarz the row's product with a query `q` is then at most `s (c q) + e |q|`, and
//! a row for which that is no better than the worst of the best found so far is not among the best. The few that
//! are left, on embeddings of trained networks some in a thousand, are compared as floats by the same function that
//! compares all of them in a scan: the answer is the same, bit for bit.
//!
//! Two more errors are part of the bound: the query is taken in whole numbers as well, and floats round, in the
//! bound itself and in the product that it has to be a bound of.

mod nearest;
mod probe;
mod row;
mod scan;

use crate::{Embeddings, kernel};

pub(crate) use nearest::{nearest, pay};

/// Rows that lie together.
const BLOCK: usize = 16;

/// Codes of two successive numbers of every row of a block, in the order in which [`scan`] wants them: two rows share
/// a word, [`pack`] says which.
type Words = [i16; BLOCK];

/// What is known of a block's rows beside their codes.
#[derive(Clone, Debug)]
struct Bounds {
    scales: [f32; BLOCK],
    errors: [f32; BLOCK],
}

impl Bounds {
    /// Of rows that are not there: they ask for no look at their block.
    const NONE: Self = Self {
        scales: [0.0; BLOCK],
        errors: [f32::NEG_INFINITY; BLOCK],
    };
}

/// The codes of the first rows of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    rows: usize,
    /// Block after block, every block its pairs of numbers in order.
    words: Vec<Words>,
    bounds: Vec<Bounds>,
    /// The greatest length of a row, or of what its codes stand for.
    longest: f32,
}

impl Codes {
    /// Number of rows coded.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Memory held.
    pub(crate) fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<Words>() + self.bounds.capacity() * size_of::<Bounds>()
    }

    /// Memory that the codes of so many rows take.
    pub(crate) fn bytes_of(rows: usize, dim: usize) -> usize {
        let block = dim.div_ceil(2).saturating_mul(size_of::<Words>());
        rows.div_ceil(BLOCK)
            .saturating_mul(block.saturating_add(size_of::<Bounds>()))
    }

    /// Makes room for so many rows in all, where there is such room.
    pub(crate) fn reserve(&mut self, rows: usize, dim: usize) {
        let blocks = rows.div_ceil(BLOCK);
        let words = blocks.saturating_mul(dim.div_ceil(2));
        let more = words.saturating_sub(self.words.len());
        let _ = self.words.try_reserve(more);
        let more = blocks.saturating_sub(self.bounds.len());
        let _ = self.bounds.try_reserve(more);
    }

    /// Codes the table's first `rows` rows, of which those that are coded already must be what they were.
    pub(crate) fn extend(&mut self, embeddings: &Embeddings, rows: usize) {
        let (rows, dim) = (rows.min(embeddings.rows()), embeddings.dim());
        if dim == 0 || rows <= self.rows {
            return;
        }
        let (pairs, width) = (dim.div_ceil(2), kernel::padded(dim));
        let mut filled_up = vec![0.0; width];
        let mut codes = vec![0; BLOCK * width];
        // A block that was not full is coded once more.
        let full = self.rows / BLOCK;
        self.bounds.truncate(full);
        self.words.truncate(full * pairs);
        for block in embeddings.data()[full * BLOCK * dim..rows * dim].chunks(BLOCK * dim) {
            let mut bounds = Bounds::NONE;
            codes.fill(0);
            let lanes = block.chunks_exact(dim).zip(codes.chunks_exact_mut(width));
            for (lane, (mut row, codes)) in lanes.enumerate() {
                if width > dim {
                    filled_up[..dim].copy_from_slice(row);
                    row = &filled_up;
                }
                let known = row::encode(row, codes);
                bounds.scales[lane] = known.scale;
                bounds.errors[lane] = known.error;
                self.longest = self.longest.max(known.length);
            }
            self.bounds.push(bounds);
            let start = self.words.len();
            self.words.resize(start + pairs, [0; BLOCK]);
            pack(&codes, width, &mut self.words[start..]);
        }
        self.rows = rows;
    }
}

/// Brings the codes of a block, row after row of `width`, into their order: the low halves of the first eight words
/// are two numbers of row 0, two of row 1, 2 and 3; their high halves those of rows 4 to 7; the other words the same
/// of the other rows.
///
/// Not inlined, like [`row::encode`] and [`scan::next`]: a browser starts with code that is compiled in haste, and
/// changes to the good one at the next call, never within one.
#[inline(never)]
fn pack(codes: &[i16], width: usize, block: &mut [Words]) {
    for (half, codes) in codes.chunks_exact(8 * width).enumerate() {
        let (low, high) = codes.split_at(4 * width);
        let rows = low.chunks_exact(width).zip(high.chunks_exact(width));
        for (row, (low, high)) in rows.enumerate() {
            let word = 8 * half + 2 * row;
            let numbers = low.as_chunks::<2>().0.iter().zip(high.as_chunks::<2>().0);
            for (words, (low, high)) in block.iter_mut().zip(numbers) {
                words[word] = low[0] & 0xFF | high[0] << 8;
                words[word + 1] = low[1] & 0xFF | high[1] << 8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{probe::Probe, *};
    use crate::Random;

    /// Which rows cannot be passed over where products of at most `product` may be.
    fn found(data: &[f32], dim: usize, query: &[f32], product: f32) -> Vec<usize> {
        let rows = data.len() / dim;
        let table = Embeddings::from_unit_rows(rows, dim, data.to_vec()).expect("finite");
        let mut codes = Codes::default();
        codes.extend(&table, rows / 3);
        codes.extend(&table, rows);
        let probe = Probe::new(query, codes.longest).expect("a unit vector");
        let (mut all, mut from) = (Vec::new(), 0);
        while let Some((block, bits)) =
            scan::next(&codes.words, &codes.bounds, probe.ask(product), from)
        {
            assert_ne!(bits, 0);
            let lanes = (0..BLOCK).filter(|lane| bits >> lane & 1 == 1);
            all.extend(lanes.map(|lane| block * BLOCK + lane));
            from = block + 1;
        }
        all
    }

    fn unit(values: impl Iterator<Item = f64>) -> Vec<f32> {
        let values: Vec<f64> = values.collect();
        let length = values.iter().map(|x| x * x).sum::<f64>().sqrt();
        values.iter().map(|x| (x / length) as f32).collect()
    }

    fn random_unit(random: &mut Random, dim: usize) -> Vec<f32> {
        unit((0..dim).map(|_| f64::from(random.unit()) - 0.5))
    }

    /// Holds the bound of a row against its product with a query, and says how far above that it may be.
    fn check(row: &[f32], query: &[f32], most: f32) {
        let product = kernel::dot(row, query);
        // A short row after it, which says nothing about the long one.
        let mut rows = row.to_vec();
        rows.extend(row.iter().map(|x| x * 1e-3));
        let at = |product| found(&rows, row.len(), query, product).contains(&0);
        assert!(at(product.next_down()), "passed over");
        assert!(!at(product + most), "not passed over");
    }

    #[test]
    fn a_query_along_what_the_codes_leave_out_is_within_the_bound() {
        let mut random = Random::new(1);
        for dim in [8, 64, 128, 512] {
            for _ in 0..20 {
                let row = random_unit(&mut random, dim);
                let mut codes = vec![0; dim];
                let known = row::encode(&row, &mut codes);
                let missed = row
                    .iter()
                    .zip(&codes)
                    .map(|(&x, &c)| f64::from(x) - f64::from(known.scale) * f64::from(c));
                check(&row, &unit(missed), 0.02 * known.error + 1e-3);
            }
        }
    }

    #[test]
    fn a_row_along_what_whole_numbers_leave_out_of_a_query_is_within_the_bound() {
        let mut random = Random::new(2);
        // The longer the query, the fewer whole numbers there are.
        for dim in [64, 1000, 16_000, 60_000] {
            let query = random_unit(&mut random, dim);
            let greatest = query.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
            let most = (i32::MAX as usize / (127 * dim)).min(i16::MAX as usize);
            let step = f64::from(greatest) / most as f64;
            let missed = |x: f32| f64::from(x) / step - (f64::from(x) / step).round_ties_even();
            // Signs are coded without an error.
            let row = unit(query.iter().map(|&x| missed(x).signum()));
            check(
                &row,
                &query,
                1.1 * (step * (dim as f64).sqrt()) as f32 + 0.02,
            );
        }
    }

    #[test]
    fn what_floats_round_in_a_long_sum_is_within_the_bound() {
        // Numbers that are all the same are coded without an error, and rounded the same way again and again.
        for dim in (1..60).map(|at| 1001 * at) {
            let row = unit((0..dim).map(|_| 1.0));
            check(&row, &row, 0.02);
        }
    }

    #[test]
    fn every_row_above_is_found_and_few_below() {
        let mut random = Random::new(3);
        for dim in [1, 5, 24, 128] {
            let rows = 1003;
            let mut data = Vec::new();
            for _ in 0..rows {
                data.extend(random_unit(&mut random, dim));
            }
            for _ in 0..20 {
                let query = random_unit(&mut random, dim);
                let products: Vec<f32> = data.chunks(dim).map(|x| kernel::dot(x, &query)).collect();
                let mut sorted = products.clone();
                sorted.sort_by(|a, b| b.total_cmp(a));
                let limit = sorted[10].next_down();
                let found = found(&data, dim, &query, limit);
                let above = (0..rows).filter(|&row| products[row] > limit);
                assert!(above.clone().all(|row| found.binary_search(&row).is_ok()));
                let near = (0..rows)
                    .filter(|&row| products[row] > limit - 0.025)
                    .count();
                assert!(found.len() <= near, "{dim}: {} of {near}", found.len());
            }
        }
    }

    #[test]
    fn what_is_unlike_a_unit_vector_is_left_to_floats() {
        for query in [
            vec![0.0; 4],
            vec![1e-13; 4],
            vec![1e13, 0.0],
            vec![0.5, f32::NAN],
            vec![0.5, f32::INFINITY],
            vec![0.01; 70_000],
            vec![],
        ] {
            assert!(Probe::new(&query, 1.0).is_none());
        }
    }
}
