//! A small gallery.

#![expect(unreachable_pub, reason = "each test compiles this module on its own")]
#![allow(dead_code, reason = "no test uses all of it")]

use modulens_bundle::{Features, ReadoutWeights, Readouts};
use modulens_retrieval::{Gallery, Random, Tail};
use modulens_schema::FoldedTail;

pub const IMAGES: usize = 57;
pub const CHANNELS: usize = 12;
pub const DIM: usize = 6;
/// Values of each task.
pub const VALUES: [usize; 3] = [2, 4, 3];

/// Memory of the embeddings of one task and their codes: four blocks of sixteen images, in each the codes of six
/// numbers and two floats.
pub const TASK_BYTES: usize = IMAGES * DIM * 4 + 4 * 16 * (DIM + 8);

/// Three tasks, all random.
pub fn gallery() -> Gallery {
    let mut random = Random::new(42);
    let mut draw = |n: usize, low: f32, high: f32| {
        (0..n)
            .map(|_| low + (high - low) * random.unit())
            .collect::<Vec<f32>>()
    };
    let tail = FoldedTail {
        tasks: 3,
        channels: CHANNELS,
        embedding: DIM,
        rectified: true,
        feature_scale: draw(3 * CHANNELS, 0.0, 1.5),
        weight: draw(DIM * CHANNELS, -0.5, 0.6),
        bias: draw(DIM, 0.0, 0.2),
        embedding_scale: draw(3 * DIM, 0.0, 1.0),
    };
    let features =
        Features::new(IMAGES, CHANNELS, draw(IMAGES * CHANNELS, 0.0, 2.0)).expect("fits");
    let tasks = VALUES
        .map(|values| ReadoutWeights {
            weight: draw(values * DIM, -4.0, 4.0),
            bias: draw(values, -1.0, 1.0),
        })
        .to_vec();
    let readouts = Readouts {
        embedding: DIM,
        tasks,
    };
    Gallery::new(Tail::new(tail).expect("a tail"), &readouts, features).expect("fits")
}
