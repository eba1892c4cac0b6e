//! The axis of a plot: from values to places, and the round values along it.

/// From values to places.
pub(super) struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    pub(super) fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        // Something to divide by, whatever was measured.
        let high = if high > low { high } else { low + 0.01 };
        Self {
            low,
            high,
            from,
            to,
        }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The distance between ticks: a round one.
    pub(super) fn step(&self) -> f64 {
        let span = self.high - self.low;
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
            .into_iter()
            .find(|step| span / step <= 8.0)
            .unwrap_or(span / 4.0)
    }

    /// A fraction in percent, as finely as the ticks need.
    pub(super) fn percent(&self, value: f64) -> String {
        percent(value, self.step())
    }

    /// Round values within the axis, three to eight of them.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let step = self.step();
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|tick| tick as f64 * step).collect()
    }
}

/// A fraction in percent, as finely as round values at such a distance need.
pub(super) fn percent(value: f64, step: f64) -> String {
    let digits = usize::from(step < 0.01);
    format!("{:.digits$} %", 100.0 * value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_and_inside() {
        for (low, high) in [
            (0.71, 0.93),
            (0.5, 0.5),
            (-0.3, 0.02),
            (0.0, 1.0),
            (6.0, 12.0),
        ] {
            let axis = Axis::new(low, high, 0.0, 100.0);
            let ticks = axis.ticks();
            assert!((1..=9).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            for tick in ticks {
                assert!((-1e-9..=100.0 + 1e-9).contains(&axis.at(tick)));
            }
        }
    }
}
