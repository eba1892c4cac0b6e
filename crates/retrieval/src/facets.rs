//! Facet counts: how many images each value is predicted for, and the histogram of its probabilities.

/// The predictions of some images under one task, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// Per value, the images it is predicted for.
    pub counts: Vec<usize>,
    /// Per value, how many images give it a probability in each of [`FacetCounts::BINS`] equal ranges from 0 to 1,
    /// `[V, BINS]`. A probability between two ranges belongs to the upper one; 1 belongs to the last.
    pub bins: Vec<usize>,
    /// Images counted.
    pub images: usize,
}

impl FacetCounts {
    /// Ranges of a histogram.
    pub const BINS: usize = 20;

    /// Counts the images that are kept; `keep` has one entry per image, and without it all are. `probabilities` is
    /// `[N, V]`, row-major. The first of equally probable values is the one predicted.
    pub fn new(probabilities: &[f32], values: usize, keep: Option<&[bool]>) -> Self {
        let mut facets = Self {
            counts: vec![0; values],
            bins: vec![0; values * Self::BINS],
            images: 0,
        };
        if values == 0 {
            return facets;
        }
        let rows = probabilities.chunks_exact(values);
        match keep {
            None => rows.for_each(|row| facets.add(row)),
            Some(keep) => rows
                .zip(keep)
                .filter(|(_, keep)| **keep)
                .for_each(|(row, _)| facets.add(row)),
        }
        facets
    }

    fn add(&mut self, row: &[f32]) {
        let mut best = (0, f32::NEG_INFINITY);
        let bins = self.bins.chunks_exact_mut(Self::BINS);
        for ((value, &p), bins) in row.iter().enumerate().zip(bins) {
            if p > best.1 {
                best = (value, p);
            }
            // Out of range cannot be: what is below 0 is cut off by the conversion.
            let bin = (p * Self::BINS as f32) as usize;
            bins[bin.min(Self::BINS - 1)] += 1;
        }
        self.counts[best.0] += 1;
        self.images += 1;
    }

    /// The histogram of one value; empty where there is none.
    pub fn histogram(&self, value: usize) -> &[usize] {
        self.bins
            .chunks_exact(Self::BINS)
            .nth(value)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_counts_once_and_lies_in_one_range() {
        let rows = [0.0, 1.0, 0.5, 0.5, 0.95, 0.05];
        let facets = FacetCounts::new(&rows, 2, None);
        assert_eq!(facets.counts, [2, 1], "the first of equals is predicted");
        assert_eq!(facets.images, 3);
        let yes = facets.histogram(1);
        assert_eq!((yes[1], yes[10], yes[19]), (1, 1, 1));
        assert_eq!(yes.iter().sum::<usize>(), 3);
        assert_eq!(facets.histogram(0)[0], 1);
        assert!(facets.histogram(2).is_empty());
        let some = FacetCounts::new(&rows, 2, Some(&[false, true, true]));
        assert_eq!(
            (some.counts.as_slice(), some.images),
            ([2, 0].as_slice(), 2)
        );
        assert_eq!(FacetCounts::new(&[], 0, None).images, 0);
    }
}
