//! Embedding a whole gallery with several workers: who does what, how far all are, and what came back.

use std::ops::Range;

use modulens_bundle::Features;

use crate::protocol::Skipped;

use crate::page::text;

/// The progress of one worker, or of all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Pictures done.
    pub done: usize,
    /// Pictures in all.
    pub total: usize,
    /// Pictures per second, lately.
    pub images_per_second: f64,
    /// Seconds still to go, where anything can be said.
    pub eta_seconds: Option<f64>,
}

impl Progress {
    /// The share done, `0..=1`.
    pub fn share(&self) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            self.done as f64 / self.total as f64
        }
    }

    /// The progress of all workers together. They work side by side, so the slowest one's time counts.
    pub fn sum(parts: &[Self]) -> Self {
        let eta = |part: &Self| {
            if part.done >= part.total {
                Some(0.0)
            } else {
                part.eta_seconds
            }
        };
        Self {
            done: parts.iter().map(|part| part.done).sum(),
            total: parts.iter().map(|part| part.total).sum(),
            images_per_second: parts
                .iter()
                .filter(|part| part.done < part.total)
                .map(|part| part.images_per_second)
                .sum(),
            eta_seconds: parts
                .iter()
                .map(eta)
                .try_fold(0.0, |most: f64, eta| Some(most.max(eta?))),
        }
    }
}

/// Cuts a gallery into one range per worker, as equal as can be; never more ranges than pictures.
pub fn ranges(pictures: usize, workers: usize) -> Vec<Range<usize>> {
    let workers = workers.clamp(1, pictures.max(1));
    (0..workers)
        .map(|worker| worker * pictures / workers..(worker + 1) * pictures / workers)
        .collect()
}

/// The number of workers to start: one per core for the CPU, leaving one core to the page.
pub fn workers(cores: usize) -> usize {
    cores.saturating_sub(1).clamp(1, 8)
}

/// The number of CPU workers of an import job: one per core. The page and the store do little
/// beside them.
pub fn lanes(cores: usize) -> usize {
    cores.clamp(1, 8)
}

/// Features as they come in.
#[derive(Clone, Debug, PartialEq)]
pub struct Collected {
    features: Features,
    missing: usize,
    /// Pictures left out, and why.
    pub skipped: Vec<Skipped>,
}

impl Collected {
    /// Room for the features of so many pictures.
    pub fn new(pictures: usize, channels: usize) -> Self {
        let features = Features {
            rows: pictures,
            channels,
            data: vec![0.0; pictures.saturating_mul(channels)],
        };
        Self {
            features,
            missing: pictures,
            skipped: Vec::new(),
        }
    }

    /// Takes in the rows of consecutive pictures.
    ///
    /// # Errors
    /// Rows of another length, or beyond the last picture: the engine runs another network.
    pub fn put(&mut self, first: usize, rows: usize, values: &[f32]) -> Result<(), String> {
        let channels = self.features.channels;
        let range = first
            .checked_mul(channels)
            .zip(
                first
                    .checked_add(rows)
                    .and_then(|end| end.checked_mul(channels)),
            )
            .map(|(start, end)| start..end);
        match range.and_then(|range| self.features.data.get_mut(range)) {
            Some(place) if place.len() == values.len() => place.copy_from_slice(values),
            _ => {
                return Err(text::engine::misplaced_features(
                    &values.len(),
                    &first,
                    &first.saturating_add(rows),
                    &channels,
                ));
            }
        }
        self.missing = self.missing.saturating_sub(rows);
        Ok(())
    }

    /// The features of all pictures.
    ///
    /// # Errors
    /// Some never came.
    pub fn finish(self) -> Result<Features, String> {
        match self.missing {
            0 => Ok(self.features),
            missing => Err(text::engine::missing_features(&missing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_everything_once() {
        for (pictures, workers) in [(10, 3), (1, 8), (3000, 7), (0, 2)] {
            let ranges = ranges(pictures, workers);
            assert_eq!(ranges.first().map(|range| range.start), Some(0));
            assert_eq!(ranges.last().map(|range| range.end), Some(pictures));
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
        assert_eq!(
            [workers(1), workers(2), workers(4), workers(64)],
            [1, 1, 3, 8]
        );
    }

    #[test]
    fn workers_add_up_and_the_slowest_sets_the_time() {
        let part = |done, rate, eta| Progress {
            done,
            total: 10,
            images_per_second: rate,
            eta_seconds: eta,
        };
        let sum = Progress::sum(&[
            part(10, 9.0, None),
            part(4, 3.0, Some(2.0)),
            part(5, 2.0, Some(2.5)),
        ]);
        assert_eq!(
            sum,
            Progress {
                done: 19,
                total: 30,
                images_per_second: 5.0,
                eta_seconds: Some(2.5)
            }
        );
        assert_eq!(Progress::sum(&[part(1, 0.0, None)]).eta_seconds, None);
        assert_eq!(Progress::default().share(), 0.0);
    }

    #[test]
    fn rows_land_where_they_belong() {
        let mut collected = Collected::new(3, 2);
        collected.put(1, 2, &[3.0, 4.0, 5.0, 6.0]).expect("fits");
        assert!(collected.clone().finish().is_err(), "picture 0 is missing");
        collected.put(0, 1, &[1.0, 2.0]).expect("fits");
        assert_eq!(
            collected.finish().expect("complete").data,
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        );
    }

    #[test]
    fn rows_that_do_not_fit_are_refused() {
        let mut collected = Collected::new(2, 2);
        for (first, rows, values) in [(1, 2, 4), (0, 1, 3), (usize::MAX, 1, 2)] {
            assert!(collected.put(first, rows, &vec![0.0; values]).is_err());
        }
    }
}
