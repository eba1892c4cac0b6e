//! Counterfactual pairs: the same picture with one attribute changed.
//!
//! A task's embedding should move when what it looks for changes, and stay when something else does. A dataset that has
//! such pairs lists them in `counterfactuals.csv` (`image_a,image_b,attribute`), as the drawn faces do. Whether a
//! task's value changes between the two is read from its labels, not from the name of the attribute: a shaved goatee
//! changes `No_Beard` too.

use std::collections::HashMap;

use modulens_schema::Labels;
use modulens_training::data::{OpenData, Pictures};
use modulens_training::error::TrainerError;
use serde::{Deserialize, Serialize};

/// The file that lists the pairs.
const FILE: &str = "counterfactuals.csv";

/// The movement of embeddings between the two images of a pair: their cosine distance, as a share
/// of that task's mean distance between any two images of the split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterfactual {
    /// Pairs that were found in the split.
    pub pairs: usize,
    /// Mean move of tasks whose value changes.
    pub changed: f64,
    /// Mean move of tasks whose value does not.
    pub kept: f64,
}

/// The pairs of a split, by places among its pictures; empty where the dataset lists none.
pub(super) fn pairs(
    data: &OpenData,
    pictures: &Pictures<'_>,
) -> Result<Vec<[usize; 2]>, TrainerError> {
    let Some(entry) = data.storage.find(FILE) else {
        return Ok(Vec::new());
    };
    let text = data.storage.read(entry)?;
    Ok(parse(&String::from_utf8_lossy(&text), &pictures.ids()))
}

/// Pairs both pictures of which are among `ids`; the heading and anything else names no picture.
fn parse(text: &str, ids: &[String]) -> Vec<[usize; 2]> {
    let places: HashMap<&str, usize> = ids
        .iter()
        .enumerate()
        .map(|(place, id)| (id.as_str(), place))
        .collect();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split(',').map(str::trim);
            let mut place = || fields.next().and_then(|id| places.get(id).copied());
            Some([place()?, place()?])
        })
        .collect()
}

/// Measures the moves of every task; nothing where there is no pair, or nothing changes in any.
///
/// `rows` holds `[task][images * length]` embeddings of unit length.
pub(super) fn measure(
    pairs: &[[usize; 2]],
    labels: &Labels,
    rows: &[Vec<f32>],
    length: usize,
) -> Option<Counterfactual> {
    let (mut changed, mut kept) = (Mean::default(), Mean::default());
    for (task, rows) in rows.iter().enumerate() {
        let spread = spread(rows, length);
        if spread <= f64::EPSILON {
            continue;
        }
        for &[first, second] in pairs {
            let (Some(before), Some(after)) = (labels.get(first, task), labels.get(second, task))
            else {
                continue;
            };
            let row = |image: usize| &rows[image * length..(image + 1) * length];
            let cosine: f64 = row(first)
                .iter()
                .zip(row(second))
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum();
            let mean = if before == after {
                &mut kept
            } else {
                &mut changed
            };
            mean.add((1.0 - cosine) / spread);
        }
    }
    Some(Counterfactual {
        pairs: pairs.len(),
        changed: changed.value()?,
        kept: kept.value()?,
    })
}

/// The mean cosine distance between two pictures: one less the squared length of the mean embedding.
fn spread(rows: &[f32], length: usize) -> f64 {
    let mut sum = vec![0.0; length];
    let mut count = 0.0;
    for row in rows.chunks_exact(length) {
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += f64::from(*value);
        }
        count += 1.0;
    }
    let squared: f64 = sum.iter().map(|sum| (sum / count) * (sum / count)).sum();
    1.0 - squared
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_found_by_their_ids() {
        let ids = ["a.jpg", "b.jpg", "c.jpg"].map(str::to_owned);
        let text = "image_a,image_b,attribute\na.jpg,c.jpg,Smiling\nb.jpg,gone.jpg,Hat\r\nc.jpg,b.jpg,Hat\r\n";
        assert_eq!(parse(text, &ids), [[0, 2], [2, 1]]);
    }

    #[test]
    fn what_changes_moves_and_what_is_kept_does_not() {
        // Two tasks. The first tells images 0, 1 from 2, 3; the second 0, 2 from 1, 3.
        let labels = Labels::from_cells(2, vec![0, 0, 0, 1, 1, 0, 1, 1]).expect("four images");
        let (x, y) = ([1.0, 0.0], [0.0, 1.0]);
        let rows = [[x, x, y, y].concat(), [x, y, x, y].concat()];
        // From 0 to 2 only the first changes.
        let found = measure(&[[0, 2]], &labels, &rows, 2).expect("moves");
        // The mean distance of any two is a half, so a change is two of those.
        assert!(
            (found.changed - 2.0).abs() < 1e-9 && found.kept.abs() < 1e-9,
            "{found:?}"
        );
        assert_eq!(measure(&[], &labels, &rows, 2), None);
        let collapsed = [[x, x, x, x].concat(), [x, x, x, x].concat()];
        assert_eq!(measure(&[[0, 2]], &labels, &collapsed, 2), None);
    }
}
