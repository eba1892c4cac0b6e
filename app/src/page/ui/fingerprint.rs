//! A task's fingerprint: its learned scaling vector as a barcode.
//!
//! Learned vectors of different tasks share most of their shape, so a channel is drawn relative to what the
//! other tasks make of it: no ink where this task turns it down most of all, full ink where it turns it up most.

/// Strength per channel of every task, `[T][D]`, each `0..=1`.
///
/// `scales` is row-major `[tasks, channels]`. A channel all tasks treat alike gets the middle strength. Returns
/// nothing where the shape does not fit.
pub fn fingerprints(scales: &[f32], tasks: usize) -> Vec<Vec<f32>> {
    let Some(channels) = scales
        .len()
        .checked_div(tasks)
        .filter(|&channels| channels > 0)
    else {
        return Vec::new();
    };
    let bounds: Vec<(f32, f32)> = (0..channels)
        .map(|channel| {
            scales
                .iter()
                .skip(channel)
                .step_by(channels)
                .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &scale| {
                    (low.min(scale), high.max(scale))
                })
        })
        .collect();
    let strength = |(&scale, &(low, high)): (&f32, &(f32, f32))| {
        let range = high - low;
        if range > f32::EPSILON {
            ((scale - low) / range).clamp(0.0, 1.0)
        } else {
            0.5
        }
    };
    scales
        .chunks_exact(channels)
        .take(tasks)
        .map(|row| row.iter().zip(&bounds).map(strength).collect())
        .collect()
}

/// The fingerprint with fewer bars, each the mean of its neighbours: what a small barcode can show.
pub fn shorten(fingerprint: &[f32], bars: usize) -> Vec<f32> {
    if bars == 0 || fingerprint.len() <= bars {
        return fingerprint.to_vec();
    }
    (0..bars)
        .filter_map(|bar| {
            let range = bar * fingerprint.len() / bars..(bar + 1) * fingerprint.len() / bars;
            let part = fingerprint.get(range).filter(|part| !part.is_empty())?;
            Some(part.iter().sum::<f32>() / part.len() as f32)
        })
        .collect()
}

/// The barcode as one SVG path: a cell of width 10 and height 1 per bar, its ink as wide as the bar is strong.
pub fn path(bars: &[f32]) -> String {
    use std::fmt::Write as _;
    let mut path = String::with_capacity(bars.len() * 20);
    for (at, strength) in bars.iter().enumerate() {
        let width = (strength * 9.0).round() as u32;
        if width > 0 {
            // Writing to a String cannot fail.
            _ = write!(path, "M{} 0h{width}v1h-{width}z", at * 10);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_relative_to_the_other_tasks() {
        let found = fingerprints(&[1.0, 0.2, 5.0, 3.0, 0.2, 4.0], 2);
        assert_eq!(found, [vec![0.0, 0.5, 1.0], vec![1.0, 0.5, 0.0]]);
        assert!(fingerprints(&[], 2).is_empty());
        assert!(fingerprints(&[1.0], 0).is_empty());
    }

    #[test]
    fn short_barcodes_are_means() {
        assert_eq!(shorten(&[0.0, 1.0, 0.5, 0.5], 2), [0.5, 0.5]);
        assert_eq!(shorten(&[0.0, 1.0], 8), [0.0, 1.0]);
        assert_eq!(shorten(&[0.1; 7], 3).len(), 3);
    }

    #[test]
    fn ink_is_as_wide_as_the_channel_is_strong() {
        assert_eq!(path(&[1.0, 0.0, 0.5]), "M0 0h9v1h-9zM20 0h5v1h-5z");
    }
}
