//! The memory that preparing a picture takes beside the picture itself.

use modulens_dataset::{RgbImage, prepare};
use modulens_schema::{Fit, InputSpec};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A square as long as the picture took 2 GB for a screenshot of 1080 x 27000, and the program with it.
///
/// The one test of this file: the allocator counts what all threads take.
#[test]
fn a_long_picture_takes_memory_by_the_target_s_size() {
    let sides = [
        (1080, 27_000),
        (27_000, 1080),
        (60_000, 1),
        (1, 65_535),
        (6000, 4000),
    ];
    for (width, height) in sides {
        let picture = RgbImage::new(width, height);
        for fit in [Fit::Pad, Fit::Crop] {
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let square = prepare(&picture, &InputSpec::centred(96, fit));
            assert_eq!(square.dimensions(), (96, 96));
            let taken = (MEMORY.peak_usage() - before) >> 20;
            // The square, what is reduced for it, and what the resizer keeps between its two passes.
            let most = 12 + (picture.as_raw().len() >> 22);
            assert!(taken < most, "{fit:?} of {width} x {height}: {taken} MiB");
        }
    }
}
