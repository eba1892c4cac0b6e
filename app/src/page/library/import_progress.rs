//! Progress of an import, and batches that came in before their turn.

use crate::page::engine::job::Progress;
use crate::protocol::Skipped;
use crate::work::{Rate, Throttle};

use super::in_order::InOrder;

/// Progress of the import job.
pub(crate) struct ImportProgress {
    /// Features in the order of the gallery.
    order: InOrder<Batch>,
    rate: Rate,
    throttle: Throttle,
    /// Pictures of the gallery before this import, which are not spoken of.
    first: usize,
    /// Pictures done before this import job, those included.
    before: usize,
    done: usize,
    total: usize,
    /// Pictures that could not be read.
    pub(crate) skipped: Vec<Skipped>,
    /// The failure of the first lane that failed, so that the others may stop, too.
    pub(crate) failed: Option<String>,
    /// Time it took, rests not counted.
    pub(crate) millis: f64,
    last: f64,
}

/// Features of consecutive pictures, zeros for those that could not be read.
pub(crate) struct Batch {
    /// `[n, C]`.
    pub(crate) rows: Vec<f32>,
    /// The pictures that could not be read.
    pub(crate) unreadable: Vec<usize>,
}

impl ImportProgress {
    /// An import job that begins at `now` with `done` of `total` pictures done already, of which the import's own begin
    /// at `first`.
    pub(crate) fn new(first: usize, done: usize, total: usize, now: f64) -> Self {
        Self {
            first,
            order: InOrder::new(done),
            // By the time at work, so that a pause is none of it.
            rate: Rate::new(total - done.min(total), 0.0),
            throttle: Throttle::default(),
            before: done,
            done,
            total,
            skipped: Vec::new(),
            failed: None,
            millis: 0.0,
            last: now,
        }
    }

    /// Pictures embedded this time.
    pub(crate) fn embedded(&self) -> usize {
        self.done - self.before - self.skipped.len()
    }

    /// Takes in what became of `count` pictures, and gives out what can be searched now.
    pub(crate) fn take(
        &mut self,
        first: usize,
        count: usize,
        batch: Batch,
        skipped: Vec<Skipped>,
    ) -> Vec<(usize, Batch)> {
        self.skipped.extend(skipped);
        self.done += count;
        self.order.put(first, count, batch)
    }

    /// Waiting is no work.
    pub(crate) fn rest(&mut self, now: f64) {
        self.last = now;
    }

    /// The progress, if it is time to report it.
    pub(crate) fn due(&mut self, now: f64) -> Option<Progress> {
        self.millis += now - self.last;
        self.last = now;
        self.rate.mark(self.done - self.before, self.millis);
        let due = self.throttle.passes(now) || self.done == self.total;
        due.then(|| Progress {
            done: self.done - self.first,
            total: self.total - self.first,
            images_per_second: self.rate.images_per_second(),
            eta_seconds: self.rate.eta_seconds(),
        })
    }
}

impl Batch {
    /// Puts features at the places of the pictures they belong to.
    pub(crate) fn new(first: usize, lengths: &[u32], features: &[f32], channels: usize) -> Self {
        let mut rows = vec![0.0; lengths.len() * channels];
        let mut given = features.chunks_exact(channels.max(1));
        let mut unreadable = Vec::new();
        for (at, &length) in lengths.iter().enumerate() {
            match (length > 0).then(|| given.next()).flatten() {
                Some(row) => rows[at * channels..(at + 1) * channels].copy_from_slice(row),
                None => unreadable.push(first + at),
            }
        }
        Self { rows, unreadable }
    }
}
