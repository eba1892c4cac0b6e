//! Sorting by a figure: in one place, since every other sort is another few kilobytes of the page.

/// The places of some figures, the largest first; equal ones stay in their order.
pub fn descending(figures: &[f64]) -> Vec<usize> {
    let figure = |at: usize| figures.get(at).copied().unwrap_or_default();
    let mut places: Vec<usize> = (0..figures.len()).collect();
    places.sort_by(|&a, &b| figure(b).total_cmp(&figure(a)));
    places
}

#[cfg(test)]
mod tests {
    use super::descending;

    #[test]
    fn the_largest_comes_first_and_equals_stay() {
        assert_eq!(descending(&[0.5, 2.0, 0.5, -1.0, 2.0]), [1, 4, 0, 2, 3]);
        assert!(descending(&[]).is_empty());
    }
}
