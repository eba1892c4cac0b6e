//! Coordinates of a few long rows in the space that they span.
//!
//! The best weights under an L2 penalty are a sum of the examples' rows (the representer theorem, Kimeldorf and Wahba,
//! 1971). So a fit to a hundred rows of thousands of channels is one to a hundred coordinates.

/// A row of which less than this share of its squared length is new adds nothing to the space.
const NEW: f64 = 1e-10;

/// An orthonormal basis of the space that rows span, by the Cholesky factor of their Gram matrix.
pub(super) struct Span<'a> {
    rows: Vec<&'a [f64]>,
    /// The rows that each add a dimension, by their place.
    pivots: Vec<usize>,
    /// The coordinates of every row; those that are missing are 0.
    coordinates: Vec<Vec<f64>>,
}

impl<'a> Span<'a> {
    /// The space of rows of equal lengths.
    pub(super) fn new(rows: Vec<&'a [f64]>) -> Self {
        let mut span = Self {
            coordinates: Vec::with_capacity(rows.len()),
            pivots: Vec::new(),
            rows: Vec::new(),
        };
        for (at, row) in rows.iter().enumerate() {
            let mut known: Vec<f64> = Vec::with_capacity(span.pivots.len() + 1);
            for (place, &pivot) in span.pivots.iter().enumerate() {
                let of_pivot = &span.coordinates[pivot];
                let seen = dot(&known, &of_pivot[..place]);
                known.push((dot(row, rows[pivot]) - seen) / of_pivot[place]);
            }
            let length = dot(row, row);
            let left = length - dot(&known, &known);
            if left > NEW * length {
                known.push(left.sqrt());
                span.pivots.push(at);
            }
            span.coordinates.push(known);
        }
        span.rows = rows;
        span
    }

    /// Number of dimensions.
    pub(super) fn dim(&self) -> usize {
        self.pivots.len()
    }

    /// The coordinates of a row, at most as many as there are dimensions.
    pub(super) fn coordinates(&self, row: usize) -> &[f64] {
        &self.coordinates[row]
    }

    /// The vector of the given coordinates, in the rows' own channels; its length is kept.
    pub(super) fn vector(&self, coordinates: &[f64], channels: usize) -> Vec<f64> {
        // As a sum of the pivots' rows: their coordinates are a triangle, solved from its end.
        let mut shares = coordinates.to_vec();
        for place in (0..self.pivots.len()).rev() {
            let of_pivot = self.coordinates(self.pivots[place]);
            let share = shares[place] / of_pivot[place];
            shares[place] = share;
            for (before, of_pivot) in shares[..place].iter_mut().zip(of_pivot) {
                *before -= share * of_pivot;
            }
        }
        let mut vector = vec![0.0; channels];
        for (share, &pivot) in shares.iter().zip(&self.pivots) {
            for (sum, value) in vector.iter_mut().zip(self.rows[pivot]) {
                *sum += share * value;
            }
        }
        vector
    }
}

/// The scalar product, in four sums at once; what a shorter row lacks is 0.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let both = a.len().min(b.len());
    let (a, b) = (&a[..both], &b[..both]);
    let (fours_a, rest_a) = a.as_chunks::<4>();
    let (fours_b, rest_b) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in fours_a.iter().zip(fours_b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f64 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn coordinates_keep_all_products_and_lead_back_to_the_rows() {
        let mut random = Random::new(7);
        let mut rows: Vec<Vec<f64>> = (0..9)
            .map(|_| (0..23).map(|_| f64::from(random.unit()) - 0.5).collect())
            .collect();
        // One that is a sum of others, one that is there already, and one that is nothing.
        let sum: Vec<f64> = rows[0]
            .iter()
            .zip(&rows[4])
            .map(|(a, b)| a - 3.0 * b)
            .collect();
        rows.insert(5, sum);
        rows.insert(2, rows[1].clone());
        rows.push(vec![0.0; 23]);
        let span = Span::new(rows.iter().map(Vec::as_slice).collect());
        assert_eq!(span.dim(), 9);
        for (at, row) in rows.iter().enumerate() {
            let mut coordinates = span.coordinates(at).to_vec();
            coordinates.resize(span.dim(), 0.0);
            for (back, value) in span.vector(&coordinates, 23).iter().zip(row) {
                assert!((back - value).abs() < 1e-9, "row {at}: {back} for {value}");
            }
            for (other, with) in rows.iter().enumerate() {
                let product = dot(&coordinates, span.coordinates(other));
                assert!((product - dot(row, with)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn more_rows_than_channels_span_the_channels() {
        assert_eq!(dot(&[1.0, 2.0, 3.0], &[1.0; 9]), 6.0);
        let rows: [&[f64]; 4] = [&[1.0, 0.0], &[1.0, 1.0], &[0.0, 2.0], &[-3.0, 1.0]];
        let span = Span::new(rows.to_vec());
        assert_eq!(span.dim(), 2);
        assert_eq!(Span::new(Vec::new()).dim(), 0);
    }
}
