//! Average precision of a ranking.

/// The mean, over the right ones of a ranking, of the share of right ones among those ranked no lower; 0 without any.
pub(super) fn average_precision(ranked: &[bool]) -> f64 {
    let (mut found, mut sum) = (0, 0.0);
    for (before, _) in ranked.iter().enumerate().filter(|(_, right)| **right) {
        found += 1;
        sum += f64::from(found) / (before + 1) as f64;
    }
    sum / f64::from(found.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_places_count_most() {
        assert_eq!(average_precision(&[true, true, false]), 1.0);
        assert_eq!(average_precision(&[false, true, false, true]), 0.5);
        assert_eq!(average_precision(&[false, false]), 0.0);
    }
}
