//! The speed of a job, and the pacing of its progress reports.

use std::collections::VecDeque;

/// The rate is taken over this time, so that it follows a machine that slows down.
const WINDOW_MILLIS: f64 = 4000.0;
/// The least time between two reports.
const REPORT_MILLIS: f64 = 125.0;

/// Pictures per second, lately.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    total: usize,
    /// Times in milliseconds with the pictures done by then, oldest first.
    marks: VecDeque<(f64, usize)>,
}

impl Rate {
    /// A job of `total` pictures that starts at `now`.
    pub fn new(total: usize, now: f64) -> Self {
        Self {
            total,
            marks: VecDeque::from([(now, 0)]),
        }
    }

    /// Notes that `done` pictures are done at `now`.
    pub fn mark(&mut self, done: usize, now: f64) {
        self.marks.push_back((now, done));
        while self.marks.len() > 2
            && self
                .marks
                .get(1)
                .is_some_and(|&(at, _)| now - at >= WINDOW_MILLIS)
        {
            self.marks.pop_front();
        }
    }

    /// Pictures per second; zero while nothing is known.
    pub fn images_per_second(&self) -> f64 {
        let (Some(&(start, before)), Some(&(end, done))) = (self.marks.front(), self.marks.back())
        else {
            return 0.0;
        };
        let seconds = (end - start) / 1000.0;
        if seconds > 0.0 {
            done.saturating_sub(before) as f64 / seconds
        } else {
            0.0
        }
    }

    /// Seconds until all pictures are done; `None` while nothing can be said.
    pub fn eta_seconds(&self) -> Option<f64> {
        let left = self
            .total
            .saturating_sub(self.marks.back().map_or(0, |&(_, done)| done));
        let rate = self.images_per_second();
        (rate > 0.0).then(|| left as f64 / rate)
    }
}

/// Lets a report through at most about eight times per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throttle {
    last: f64,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            last: f64::NEG_INFINITY,
        }
    }
}

impl Throttle {
    /// Returns true if it is time for a report.
    pub fn passes(&mut self, now: f64) -> bool {
        let passes = now - self.last >= REPORT_MILLIS;
        if passes {
            self.last = now;
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_job_has_a_steady_rate() {
        let mut rate = Rate::new(1000, 100.0);
        assert_eq!((rate.images_per_second(), rate.eta_seconds()), (0.0, None));
        for second in 1..=6 {
            rate.mark(second * 100, 100.0 + 1000.0 * second as f64);
        }
        assert_eq!(rate.images_per_second(), 100.0);
        assert_eq!(rate.eta_seconds(), Some(4.0));
    }

    #[test]
    fn what_is_long_ago_does_not_count() {
        let mut rate = Rate::new(1000, 0.0);
        rate.mark(10, 60_000.0);
        for step in 1..=80 {
            rate.mark(10 + step * 5, 60_000.0 + 100.0 * step as f64);
        }
        assert!(
            (rate.images_per_second() - 50.0).abs() < 1.0,
            "{}",
            rate.images_per_second()
        );
        assert!(rate.marks.len() < 50);
    }

    #[test]
    fn a_clock_that_stands_still_is_no_rate() {
        let mut rate = Rate::new(10, 5.0);
        rate.mark(3, 5.0);
        assert_eq!((rate.images_per_second(), rate.eta_seconds()), (0.0, None));
    }

    #[test]
    fn reports_are_rare() {
        let mut throttle = Throttle::default();
        let passed = (0..1000)
            .filter(|&millis| throttle.passes(f64::from(millis)))
            .count();
        assert_eq!(passed, 8);
    }
}
