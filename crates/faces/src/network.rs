//! The network of BlazeFace's short-range model.
//!
//! A 5 x 5 convolution and 16 blocks (a depthwise 3 x 3 and a pointwise convolution beside a shortcut), then two heads on
//! the 16 x 16 and the 8 x 8 map. Padding is TensorFlow's "same": with a stride of 2 the larger part is right and below.

use crate::error::FacesError;
use crate::weights::{Layer, Weights};

/// The side of the network's square input in pixels.
pub(crate) const SIDE: usize = 128;
/// The numbers that a head gives for each anchor.
pub(crate) const NUMBERS: usize = 16;
/// The sides of the heads' maps, and the anchors in each of their cells.
pub(crate) const HEADS: [(usize, usize); 2] = [(16, 2), (8, 6)];
/// The number of anchors.
pub(crate) const ANCHORS: usize = 896;

/// The channels after the first convolution and after each block, and the stride of the block.
const STEM: usize = 24;
const BLOCKS: [(usize, usize); 16] = [
    (24, 1),
    (28, 1),
    (32, 2),
    (36, 1),
    (42, 1),
    (48, 2),
    (56, 1),
    (64, 1),
    (72, 1),
    (80, 1),
    (88, 1),
    (96, 2),
    (96, 1),
    (96, 1),
    (96, 1),
    (96, 1),
];

mod plain;

/// The network with its weights.
#[derive(Debug)]
pub(crate) struct Network {
    stem: Layer,
    blocks: Vec<Block>,
    heads: Vec<Head>,
}

#[derive(Debug)]
struct Block {
    stride: usize,
    depthwise: Layer,
    pointwise: Layer,
}

#[derive(Debug)]
struct Head {
    /// The side of the map that it reads.
    side: usize,
    scores: Layer,
    boxes: Layer,
}

/// The network's answer for each of the [`ANCHORS`].
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Box and landmarks in pixels of the input, relative to the anchor.
    pub(crate) boxes: Vec<f32>,
    /// Logits.
    pub(crate) scores: Vec<f32>,
}

impl Network {
    /// Reads and checks the weights.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, FacesError> {
        let weights = Weights::read(bytes)?;
        let stem = weights.layer("stem", &[STEM, 5, 5, 3], STEM)?;
        let mut blocks = Vec::new();
        let mut inputs = STEM;
        for (index, (outputs, stride)) in BLOCKS.into_iter().enumerate() {
            let (depthwise, pointwise) = (
                format!("blocks.{index}.depthwise"),
                format!("blocks.{index}.pointwise"),
            );
            blocks.push(Block {
                stride,
                depthwise: weights.layer(&depthwise, &[3, 3, inputs], inputs)?,
                pointwise: weights.layer(&pointwise, &[outputs, inputs], outputs)?,
            });
            inputs = outputs;
        }
        let mut heads = Vec::new();
        for ((side, anchors), inputs) in HEADS.into_iter().zip([88, 96]) {
            let (scores, boxes) = (
                format!("heads.{side}.scores"),
                format!("heads.{side}.boxes"),
            );
            let numbers = anchors * NUMBERS;
            heads.push(Head {
                side,
                scores: weights.layer(&scores, &[anchors, inputs], anchors)?,
                boxes: weights.layer(&boxes, &[numbers, inputs], numbers)?,
            });
        }
        Ok(Self {
            stem,
            blocks,
            heads,
        })
    }

    /// Runs the network on [`SIDE`] x [`SIDE`] RGB pixels from -1 to 1, channels last.
    pub(crate) fn run(&self, pixels: Vec<f32>) -> Answer {
        let input = plain::Map {
            side: SIDE,
            channels: 3,
            values: pixels,
        };
        let mut map = plain::convolve(&input, &self.stem, 5);
        plain::relu(&mut map);
        let mut answer = Answer::default();
        for (index, block) in self.blocks.iter().enumerate() {
            let inner = plain::depthwise(&map, &block.depthwise, block.stride);
            let mut out = plain::pointwise(&inner, &block.pointwise);
            plain::add_shortcut(&mut out, &map, block.stride);
            plain::relu(&mut out);
            map = out;
            // A map's last block: the next one halves it, or there is none.
            if self
                .blocks
                .get(index + 1)
                .is_none_or(|next| next.stride == 2)
            {
                for head in self.heads.iter().filter(|head| head.side == map.side) {
                    answer
                        .boxes
                        .extend(plain::pointwise(&map, &head.boxes).values);
                    answer
                        .scores
                        .extend(plain::pointwise(&map, &head.scores).values);
                }
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests;
