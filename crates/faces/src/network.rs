//! The network of BlazeFace's short-range model.
//!
//! A 5 x 5 convolution and 16 blocks (a depthwise 3 x 3 and a pointwise convolution beside a shortcut), then two heads
//! on the 16 x 16 and two on the 8 x 8 map. Padding is TensorFlow's "same": with a stride of 2 the odd zero is right and
//! below.

use modulens_kernels::{Activation, Builder, LayerError, Padding, Trunk};

use crate::error::FacesError;
use crate::weights::Weights;

/// The side of the network's square input in pixels.
pub(crate) const SIDE: usize = 128;
/// The numbers that a head gives for each anchor.
pub(crate) const NUMBERS: usize = 16;
/// The sides of the heads' maps, and the anchors in each of their cells.
pub(crate) const HEADS: [(usize, usize); 2] = [(16, 2), (8, 6)];

/// The channels after the first convolution.
const STEM: usize = 24;
/// The channels after each block, and its stride.
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

/// The network with its weights.
#[derive(Debug)]
pub(crate) struct Network(Trunk);

/// The network's answer for each of the 896 anchors.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Box and landmarks, [`NUMBERS`] each, in pixels of the input, relative to the anchor.
    pub(crate) boxes: Vec<f32>,
    /// Logits.
    pub(crate) scores: Vec<f32>,
}

impl Network {
    /// Reads and checks the weights.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, FacesError> {
        let weights = Weights::read(bytes)?;
        let misfit = |error: LayerError| FacesError::Weights {
            detail: error.to_string(),
        };
        let mut network = Builder::new(SIDE);
        let stem = weights.numbers("stem", [STEM, 3, 5])?;
        let stem = stem.layer(2, Activation::Relu);
        let mut node = network.conv(network.image(), &stem, None).map_err(misfit)?;
        let (mut inputs, mut side) = (STEM, SIDE / 2);
        let mut results = Vec::new();
        for (index, (outputs, stride)) in BLOCKS.into_iter().enumerate() {
            let name = format!("blocks.{index}");
            let depthwise = weights.numbers(&format!("{name}.depthwise"), [inputs, 1, 3])?;
            let pointwise = weights.numbers(&format!("{name}.pointwise"), [outputs, inputs, 1])?;
            let shortcut = if stride == 1 {
                node
            } else {
                let pooled = network.max_pool(node, stride, stride, Padding::NONE);
                pooled.map_err(misfit)?
            };
            let depthwise = depthwise.layer(stride, Activation::None);
            let inner = network.depthwise(node, &depthwise).map_err(misfit)?;
            let pointwise = pointwise.layer(1, Activation::Relu);
            let out = network.conv(inner, &pointwise, Some(shortcut));
            node = out.map_err(misfit)?;
            (inputs, side) = (outputs, side / stride);
            // Heads read the last map of their side: the next block halves it, or there is none.
            let last = BLOCKS.get(index + 1).is_none_or(|next| next.1 > 1);
            for (_, anchors) in HEADS.into_iter().filter(|head| last && head.0 == side) {
                for (part, each) in [("boxes", NUMBERS), ("scores", 1)] {
                    let name = format!("heads.{side}.{part}");
                    let head = weights.numbers(&name, [anchors * each, inputs, 1])?;
                    let head = head.layer(1, Activation::None);
                    results.push(network.conv(node, &head, None).map_err(misfit)?);
                }
            }
        }
        network.finish(&results).map(Self).map_err(misfit)
    }

    /// Runs the network on one image, `[3, SIDE, SIDE]` values from -1 to 1.
    pub(crate) fn run(&self, image: &[f32]) -> Answer {
        let mut maps = self.0.maps(image).into_iter();
        let mut answer = Answer::default();
        while let (Some(boxes), Some(scores)) = (maps.next(), maps.next()) {
            answer.boxes.extend(boxes);
            answer.scores.extend(scores);
        }
        answer
    }
}

#[cfg(test)]
mod tests;
