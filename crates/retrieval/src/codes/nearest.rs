//! The best of a table, most of it passed over by its codes.

use super::{BLOCK, Codes, probe::Probe, scan};
use crate::{Embeddings, Ranked, kernel, rank::Best};

/// Rows of which one may be compared as floats before codes are of no use: reading rows here and there costs more
/// than reading them in order.
const FEW: usize = 8;

/// Whether codes can be of use to find the best `k` of so many rows.
pub(crate) fn pay(rows: usize, k: usize) -> bool {
    k > 0 && k < rows / FEW
}

/// The `k` rows whose score is highest, of those that `keep` says yes to: exactly the first `k` of a ranking of all.
/// The score is made of the row's product with the query, and must not fall where that rises.
///
/// Codes that do not cover the table are not used. `query` has the length of a row.
pub(crate) fn nearest(
    embeddings: &Embeddings,
    codes: &Codes,
    query: &[f32],
    k: usize,
    score: fn(f32) -> f32,
    keep: &dyn Fn(usize) -> bool,
) -> Vec<Ranked> {
    // A table of nothing ranks nothing, whatever number of rows it claims; indices are of 32 bits.
    let rows = embeddings.data().len().checked_div(embeddings.dim());
    let rows = rows.map_or(0, |rows| rows.min(u32::MAX as usize));
    let product = |row: usize| kernel::dot(query, embeddings.row(row));
    let mut best = Best::new(k, rows);
    let mut block = 0;
    let coded = codes.rows == rows && pay(rows, k);
    if let Some(probe) = coded.then(|| Probe::new(query, codes.longest)).flatten() {
        // Until `k` are found, none is passed over.
        let mut ask = probe.ask(f32::NAN);
        let mut compared = 0;
        // Where too many are left, as where most rows are the same, a scan of all is faster.
        while compared <= rows / FEW {
            let Some((at, found)) = scan::next(&codes.words, &codes.bounds, ask, block) else {
                block = codes.bounds.len();
                break;
            };
            block = at + 1;
            let first = at * BLOCK;
            let lanes = (first..rows).take(BLOCK);
            for row in lanes.filter(|row| found >> (row - first) & 1 == 1) {
                if keep(row) {
                    compared += 1;
                    if let Some(worst) = best.offer(score(product(row)), row) {
                        // Rows to come lose against it if they are equal.
                        ask = probe.ask(product(worst));
                    }
                }
            }
        }
    }
    for row in (block * BLOCK).min(rows)..rows {
        let score = score(product(row));
        if best.admits(score, row) && keep(row) {
            best.offer(score, row);
        }
    }
    best.finish(|row| score(product(row)))
}
