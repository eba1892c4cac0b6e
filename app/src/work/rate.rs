//! The speed of a job, the time it still takes, and the pacing of its progress reports.

use std::collections::VecDeque;

/// The rate is taken over this time, so that it follows a machine that slows down.
const WINDOW_MILLIS: f64 = 4000.0;
/// The time left is judged by so many parts of what was done so far, each of so many images at least: batches of several
/// workers come in together, and fewer images would be one such moment.
const PARTS: usize = 8;
const PART: usize = 64;
/// Marks that are kept of the whole job; then every other one goes.
const MARKS: usize = 512;
/// The least time between two reports.
const REPORT_MILLIS: f64 = 125.0;

/// Pictures per second, lately, and the time left, judged by the whole job.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    total: usize,
    /// Times in milliseconds with the pictures done by then, oldest first.
    marks: VecDeque<(f64, usize)>,
    /// The same since the first pictures were done: before that the engines start.
    whole: Vec<(f64, usize)>,
}

impl Rate {
    /// A job of `total` pictures that starts at `now`.
    pub fn new(total: usize, now: f64) -> Self {
        Self {
            total,
            marks: VecDeque::from([(now, 0)]),
            whole: Vec::new(),
        }
    }

    /// Notes that `done` pictures are done at `now`.
    pub fn mark(&mut self, done: usize, now: f64) {
        if done > self.whole.last().map_or(0, |&(_, done)| done) {
            if self.whole.len() == MARKS {
                let mut at = 0;
                self.whole.retain(|_| {
                    at += 1;
                    at % 2 == 1
                });
            }
            self.whole.push((now, done));
        }
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
        let pace = self.pace().or((rate > 0.0).then(|| 1000.0 / rate));
        pace.map(|pace| left as f64 * pace / 1000.0)
    }

    /// Milliseconds per picture since the first ones were done: the mean over equal parts, without the fastest and the
    /// slowest where there are at least four. A moment at which the machine was busy with something else then counts
    /// little.
    fn pace(&self) -> Option<f64> {
        let (&(_, first), &(_, last)) = (self.whole.first()?, self.whole.last()?);
        let done = last - first;
        if done < PART {
            return None;
        }
        let parts = (done / PART).min(PARTS);
        let bound = |part: usize| self.time_of(first as f64 + (done * part) as f64 / parts as f64);
        let millis = (0..parts).map(|part| bound(part + 1) - bound(part));
        let (mut sum, mut count) = (millis.clone().sum::<f64>(), parts);
        if parts >= 4 {
            sum -= millis.clone().fold(f64::INFINITY, f64::min);
            sum -= millis.fold(0.0, f64::max);
            count -= 2;
        }
        let pace = sum * parts as f64 / (done * count) as f64;
        (pace > 0.0).then_some(pace)
    }

    /// The time at which so many pictures were done, between two marks in proportion.
    fn time_of(&self, done: f64) -> f64 {
        let next = self
            .whole
            .partition_point(|&(_, there)| (there as f64) < done);
        let after = self.whole[next.min(self.whole.len() - 1)];
        let before = self.whole[next.saturating_sub(1)];
        let images = after.1 as f64 - before.1 as f64;
        if images <= 0.0 {
            return after.0;
        }
        before.0 + (after.0 - before.0) * (done - before.1 as f64) / images
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

    /// The predicted total over the real one at a share of a recorded trace: milliseconds, images done.
    fn predicted(trace: &[(f64, usize)], share: f64) -> f64 {
        let (&(start, _), &(end, total)) = (trace.first().unwrap(), trace.last().unwrap());
        let mut rate = Rate::new(total, start);
        for &(now, done) in trace {
            rate.mark(done, now);
            if done as f64 >= share * total as f64 {
                let left = 1000.0 * rate.eta_seconds().expect("something is done");
                return (now - start + left) / (end - start);
            }
        }
        unreachable!("the trace ends at all images");
    }

    /// An import of 1,500 photographs by two workers: `e2e/import-estimate.mjs`.
    const RECORDED: &[(f64, usize)] = &[
        (510.0, 0),
        (3028.0, 32),
        (3242.0, 64),
        (4201.0, 96),
        (4886.0, 160),
        (5828.0, 256),
        (6570.0, 320),
        (7435.0, 384),
        (8370.0, 448),
        (9309.0, 512),
        (9979.0, 576),
        (10726.0, 640),
        (11380.0, 704),
        (13098.0, 800),
        (14558.0, 928),
        (16244.0, 1056),
        (17362.0, 1152),
        (18599.0, 1248),
        (20240.0, 1376),
        (21636.0, 1500),
    ];

    /// The start of the engines was taken for the speed of the whole: twice the real time after a tenth of it.
    #[test]
    fn the_start_of_the_engines_made_the_estimate_twice_too_long() {
        for share in [0.1, 0.25, 0.5, 0.75] {
            let ratio = predicted(RECORDED, share);
            assert!((1.0 / 1.3..1.3).contains(&ratio), "{ratio} at {share}");
        }
    }

    #[test]
    fn a_moment_at_which_the_machine_was_busy_counts_little() {
        let late =
            |&(now, done): &(f64, usize)| (if done > 320 { now + 5000.0 } else { now }, done);
        let trace: Vec<(f64, usize)> = RECORDED.iter().map(late).collect();
        let ratio = predicted(&trace, 0.5);
        assert!((1.0 / 1.3..1.3).contains(&ratio), "{ratio}");
    }

    #[test]
    fn marks_of_a_long_job_are_few() {
        let mut rate = Rate::new(1_000_000, 0.0);
        for step in 1..=10_000 {
            rate.mark(step * 50, step as f64 * 1000.0);
        }
        assert!(rate.whole.len() <= MARKS);
        let eta = rate.eta_seconds().expect("known");
        assert!((eta - 10_000.0).abs() < 50.0, "{eta}");
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
