//! Tests of a small gallery as a whole.

mod gallery;
mod growing;
mod order;
mod search;
mod user_tasks;

use modulens_schema::{Features, FoldedTail, HeadWeights, Heads};

use crate::{Gallery, Random, Tail};

const IMAGES: usize = 57;
const CHANNELS: usize = 12;
const DIM: usize = 6;
/// Values of each task.
const VALUES: [usize; 3] = [2, 4, 3];

/// Memory of the embeddings of one task.
const TASK_BYTES: usize = IMAGES * DIM * 4;

/// Three tasks, all random.
fn gallery() -> Gallery {
    gallery_with(true)
}

/// The same without a rectifier: images are compared along directions.
fn linear() -> Gallery {
    gallery_with(false)
}

fn gallery_with(rectified: bool) -> Gallery {
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
        rectified,
        feature_scale: draw(3 * CHANNELS, 0.0, 1.5),
        weight: draw(DIM * CHANNELS, -0.5, 0.6),
        bias: draw(DIM, 0.0, 0.2),
        embedding_scale: draw(3 * DIM, 0.0, 1.0),
    };
    let features =
        Features::new(IMAGES, CHANNELS, draw(IMAGES * CHANNELS, 0.0, 2.0)).expect("fits");
    let tasks = VALUES
        .map(|values| HeadWeights {
            weight: draw(values * DIM, -4.0, 4.0),
            bias: draw(values, -1.0, 1.0),
        })
        .to_vec();
    let heads = Heads {
        embedding: DIM,
        tasks,
    };
    Gallery::new(Tail::new(tail).expect("a tail"), &heads, features).expect("fits")
}
