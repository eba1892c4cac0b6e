//! The plan of an import: the space and time it takes.

/// Side of a thumbnail in pixels: sharp in the results, and small enough for 200,000 of them.
pub const THUMBNAIL: u32 = 128;
/// Longest side of a larger preview in pixels.
pub const PREVIEW: u32 = 512;

/// The trial of a few images, extrapolated to all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trial {
    /// Pictures that could be read.
    pub images: usize,
    /// Bytes of their thumbnails.
    pub thumbnail_bytes: u64,
    /// Bytes of their larger previews.
    pub preview_bytes: u64,
    /// Pictures per second of one worker.
    pub images_per_second: f64,
}

impl Trial {
    /// Bytes on the disk for so many pictures with `channels` features and `tasks` labels each.
    pub fn bytes(&self, images: usize, channels: usize, tasks: usize) -> u64 {
        // Until one is seen, a thumbnail of 128 pixels is taken for 4.5 kB.
        let thumbnail = match self.images as u64 {
            0 => 4500,
            tried => self.thumbnail_bytes / tried,
        };
        // An id and its line feed are rarely longer.
        let id = 24;
        images as u64 * (thumbnail + (channels * 4 + 4 + tasks) as u64 + id)
    }

    /// Larger previews of so many images that may take `most` bytes: the images that get one, and bytes.
    pub fn previews(&self, images: usize, most: u64) -> (usize, u64) {
        let all = (images as u64).saturating_mul(self.preview_bytes) / (self.images as u64).max(1);
        if all <= most {
            return (images, all);
        }
        let share = most as f64 / all as f64;
        ((images as f64 * share) as usize, most)
    }

    /// The trial of faces that first have to be found, in so many milliseconds for each of them.
    #[must_use]
    pub fn after_looking(self, millis: f64) -> Self {
        if self.images_per_second <= 0.0 {
            return self;
        }
        let seconds = 1.0 / self.images_per_second + millis / 1000.0;
        Self {
            images_per_second: 1.0 / seconds,
            ..self
        }
    }

    /// Seconds for so many pictures on so many workers; `None` while nothing can be said.
    pub fn seconds(&self, images: usize, workers: usize) -> Option<f64> {
        let rate = self.images_per_second * workers as f64;
        (rate > 0.0).then(|| images as f64 / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_scale_with_the_pictures() {
        let trial = Trial {
            images: 10,
            thumbnail_bytes: 30_000,
            preview_bytes: 400_000,
            images_per_second: 100.0,
        };
        assert_eq!(
            trial.bytes(1000, 128, 20),
            1000 * (3000 + 512 + 4 + 20 + 24)
        );
        assert_eq!(trial.seconds(1000, 2), Some(5.0));
        assert_eq!(trial.after_looking(40.0).seconds(1000, 2), Some(25.0));
        assert_eq!(Trial::default().seconds(10, 4), None);
        assert_eq!(trial.previews(1000, 40_000_000), (1000, 40_000_000));
        assert_eq!(trial.previews(1000, 10_000_000), (250, 10_000_000));
        assert_eq!(trial.previews(1000, 0), (0, 0));
        assert_eq!(Trial::default().previews(7, 0), (7, 0));
        assert!(Trial::default().bytes(202_599, 128, 40) < 1_100_000_000);
    }
}
