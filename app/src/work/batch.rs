//! The number of images that go through the network at once.

/// A batch should take about this long: long enough to be worth its overhead, short enough that a job ends
/// soon after it is asked to.
const TARGET_MILLIS: f64 = 120.0;

/// The batch size, found while working. Always a power of two, so that few shapes ever occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    size: usize,
    most: usize,
}

impl Batch {
    /// Starts with at most `first` pictures and never takes more than `most`; both at least one.
    pub fn new(first: usize, most: usize) -> Self {
        let most = power_of_two_within(most);
        Self {
            size: power_of_two_within(first).min(most),
            most,
        }
    }

    /// The most pictures to take at once.
    pub fn largest(self) -> usize {
        self.most
    }

    /// Pictures to take next.
    pub fn size(self) -> usize {
        self.size
    }

    /// Learns from a batch of `pictures` that took `millis`. A batch smaller than asked for (the last one of
    /// a job) says nothing about a full one.
    pub fn took(&mut self, pictures: usize, millis: f64) {
        if pictures < self.size {
            return;
        }
        if millis < TARGET_MILLIS / 2.0 {
            self.size = (self.size * 2).min(self.most);
        } else if millis > TARGET_MILLIS * 1.5 {
            self.size = (self.size / 2).max(1);
        }
    }
}

/// The largest power of two that is at most `size`; one for zero.
fn power_of_two_within(size: usize) -> usize {
    1 << size.max(1).ilog2()
}

/// The most pictures of `side` x `side` pixels whose widest layer fits a buffer of `bytes`, if that layer has
/// `channels` at full resolution.
pub fn most_within(bytes: u64, side: u32, channels: usize) -> usize {
    let picture = u64::from(side).pow(2).max(1) * (channels.max(3) as u64) * 4;
    usize::try_from(bytes / picture)
        .unwrap_or(usize::MAX)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_two_within_the_limit() {
        assert_eq!(Batch::new(8, 50).most, 32);
        assert_eq!(Batch::new(100, 50).size(), 32);
        assert_eq!(Batch::new(0, 0).size(), 1);
    }

    #[test]
    fn fast_batches_grow_and_slow_ones_shrink() {
        let mut batch = Batch::new(8, 32);
        batch.took(8, 10.0);
        batch.took(16, 20.0);
        batch.took(32, 40.0);
        assert_eq!(batch.size(), 32, "stays at the limit");
        batch.took(32, 150.0);
        assert_eq!(batch.size(), 32, "near the target nothing changes");
        for _ in 0..9 {
            let size = batch.size();
            batch.took(size, 5000.0);
        }
        assert_eq!(batch.size(), 1);
    }

    #[test]
    fn a_job_s_last_batch_teaches_nothing() {
        let mut batch = Batch::new(16, 32);
        batch.took(3, 1.0);
        assert_eq!(batch.size(), 16);
    }

    #[test]
    fn the_widest_layer_fits_the_buffer() {
        assert_eq!(most_within(128 << 20, 64, 64), 128);
        assert_eq!(most_within(128 << 20, 150, 64), 23);
        assert_eq!(most_within(0, 64, 64), 1);
    }
}
