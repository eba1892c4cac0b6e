//! The histogram of a value's probability, drawn.

use std::fmt::Write as _;

/// The share of a histogram's slot that its bar takes.
const BAR: f64 = 0.8;

/// The bars as a path in a box as wide as there are bars, and 1 high. Heights grow with the square root of the counts,
/// so that few pictures are seen beside many.
pub fn path(bins: &[usize]) -> String {
    let most = bins.iter().copied().max().unwrap_or(0).max(1) as f64;
    let mut path = String::new();
    for (at, &count) in bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (count as f64 / most).sqrt().max(0.06);
        let left = at as f64 + (1.0 - BAR) / 2.0;
        // Writing to a String cannot fail.
        _ = write!(path, "M{left:.2} 1v{:.3}h{BAR}v{height:.3}z", -height);
    }
    path
}

/// The lower edge, in percent, of the bar at a share of the width.
pub fn edge(share: f64, bars: usize) -> u8 {
    let bar = (share.clamp(0.0, 1.0) * bars as f64)
        .floor()
        .min(bars.saturating_sub(1) as f64);
    (bar * 100.0 / bars.max(1) as f64).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_bar_is_as_high_as_the_box() {
        let path = path(&[0, 100, 25]);
        assert_eq!(path, "M1.10 1v-1.000h0.8v1.000zM2.10 1v-0.500h0.8v0.500z");
        assert_eq!(super::path(&[]), "");
    }

    #[test]
    fn a_place_belongs_to_the_bar_drawn_there() {
        assert_eq!(edge(0.0, 20), 0);
        assert_eq!(edge(0.52, 20), 50);
        assert_eq!(edge(1.0, 20), 95);
        assert_eq!(edge(-3.0, 20), 0);
    }
}
