//! A network, ready to run.

use std::sync::{Mutex, PoisonError};

use crate::builder::{Builder, Kernel, Node, Output, Shape, Step};
use crate::maps::Maps;

/// Numbers that all images' largest map may take together: what is computed at once should stay in the cache.
const AT_ONCE: usize = 1 << 18;
/// The most images at once.
const MOST: usize = 8;

/// A network on one thread of the processor, whose results are some of its maps or their averages.
#[derive(Clone, Debug)]
pub struct Trunk {
    /// Of every map, the image's first.
    shapes: Vec<Shape>,
    steps: Vec<Step>,
    results: Vec<Output>,
    /// The last step that reads a map.
    last_use: Vec<usize>,
    /// Images at once.
    group: usize,
    /// Buffers of maps, kept from one call to the next: getting fresh memory takes as long as a layer.
    spare: Spare,
}

/// Buffers that nobody uses.
#[derive(Debug, Default)]
struct Spare(Mutex<Vec<Vec<f32>>>);

impl Spare {
    /// The buffers; none while another thread has them.
    fn take(&self) -> Vec<Vec<f32>> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, buffers: Vec<Vec<f32>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = buffers;
    }
}

/// A copy has buffers of its own.
impl Clone for Spare {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Trunk {
    pub(crate) fn new(network: Builder, results: Vec<Output>) -> Self {
        let Builder { shapes, steps } = network;
        // A map that no layer reads is done with when it is made.
        let mut last_use: Vec<usize> = (0..shapes.len()).map(|node| node.max(1) - 1).collect();
        for (at, step) in steps.iter().enumerate() {
            last_use[step.from.0] = at;
            if let Some(add) = step.add {
                last_use[add.0] = at;
            }
        }
        // The image is no map that a layer makes.
        let sizes = shapes.iter().skip(1).map(Shape::len);
        let largest = sizes.max().unwrap_or(1).max(1);
        Self {
            group: (AT_ONCE / largest).clamp(1, MOST),
            shapes,
            steps,
            results,
            last_use,
            spare: Spare::default(),
        }
    }

    /// Length of an image's features.
    pub fn channels(&self) -> usize {
        self.result_lengths().sum()
    }

    /// Side and channels of every result's map, in the order they were asked for.
    pub fn result_shapes(&self) -> impl Iterator<Item = (usize, usize)> {
        self.results.iter().map(|result| {
            let shape = self.shapes[result.node.0];
            (shape.side, shape.channels)
        })
    }

    /// Numbers of every result in an image's features.
    fn result_lengths(&self) -> impl Iterator<Item = usize> {
        let shapes = self.result_shapes().zip(&self.results);
        shapes.map(|((_, channels), result)| channels * result.cells * result.cells)
    }

    /// The features of images: the averages of every result's map, one after the other, each `[channels, cells, cells]`.
    ///
    /// An image's features do not depend on those it is computed with, bit for bit.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; the result is `[B, C]`. What is left of the last image when it is not whole is
    /// not looked at.
    pub fn features(&self, images: &[f32]) -> Vec<f32> {
        let channels = self.channels();
        let count = images.len() / self.image_len();
        let mut features = vec![0.0; count * channels];
        self.run(images, |result, first, maps| {
            let cells = self.results[result].cells;
            let length = maps.channels * cells * cells;
            let skip: usize = self.result_lengths().take(result).sum();
            let rows = features.chunks_exact_mut(channels).skip(first);
            for (image, row) in rows.take(maps.images).enumerate() {
                maps.average_cells(image, cells, &mut row[skip..skip + length]);
            }
        });
        features
    }

    /// The maps of images, one vector per result.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; a result is `[B, side, side, channels]`, see [`Trunk::result_shapes`]. What is left of
    /// the last image when it is not whole is not looked at.
    pub fn maps(&self, images: &[f32]) -> Vec<Vec<f32>> {
        let mut results = vec![Vec::new(); self.results.len()];
        self.run(images, |result, _, maps| {
            for image in 0..maps.images {
                for y in 0..maps.side {
                    results[result].extend_from_slice(maps.inner_row(image, y));
                }
            }
        });
        results
    }

    /// Numbers of an image.
    fn image_len(&self) -> usize {
        self.shapes[0].len()
    }

    /// Runs the network on a few images at a time; `take` gets every result's number, its first image, and its maps.
    fn run(&self, images: &[f32], mut take: impl FnMut(usize, usize, &Maps)) {
        let one = self.image_len();
        let whole = &images[..images.len() / one * one];
        let mut spare = self.spare.take();
        for (number, group) in whole.chunks(one * self.group).enumerate() {
            let count = group.len() / one;
            let mut done = |node: usize, maps: &Maps| {
                let wanted = self.results.iter().enumerate();
                for (result, _) in wanted.filter(|(_, wanted)| wanted.node.0 == node) {
                    take(result, number * self.group, maps);
                }
            };
            let mut live: Vec<Option<Maps>> = self.shapes.iter().map(|_| None).collect();
            let mut input = self.shapes[0].maps(count, &mut spare);
            input.fill_from_planes(group);
            done(0, &input);
            live[0] = Some(input);
            for (at, step) in self.steps.iter().enumerate() {
                let mut out = self.shapes[at + 1].maps(count, &mut spare);
                let add = step.add.and_then(|add| live[add.0].as_ref());
                if let Some(x) = &live[step.from.0] {
                    step.kernel.apply(x, add, &mut out);
                }
                done(at + 1, &out);
                live[at + 1] = Some(out);
                for node in [Some(step.from), step.add, Some(Node(at + 1))]
                    .into_iter()
                    .flatten()
                {
                    if self.last_use[node.0] == at {
                        spare.extend(live[node.0].take().map(|maps| maps.data));
                    }
                }
            }
            spare.extend(live.into_iter().flatten().map(|maps| maps.data));
        }
        self.spare.put(spare);
    }
}

impl Kernel {
    fn apply(&self, x: &Maps, add: Option<&Maps>, out: &mut Maps) {
        match self {
            Self::Conv(conv) => conv.apply(x, add, out),
            Self::Depthwise(depthwise) => depthwise.apply(x, out),
            Self::MaxPool(pool) => pool.apply(x, out),
        }
    }
}

impl Shape {
    /// Numbers of one image.
    fn len(&self) -> usize {
        self.side * self.side * self.channels
    }

    /// Maps of this shape, in the spare buffer that fits best.
    fn maps(&self, images: usize, spare: &mut Vec<Vec<f32>>) -> Maps {
        let enough = images * self.len();
        let best = (0..spare.len()).min_by_key(|&at| {
            let length = spare[at].len();
            (length < enough, length.abs_diff(enough))
        });
        let data = best.map_or_else(Vec::new, |at| spare.swap_remove(at));
        Maps::over(data, images, (self.side, self.channels), self.border)
    }
}
