use super::*;
use crate::WEIGHTS;

const ANCHORS: usize = 896;

/// Bytes of a multiplicative generator as the pixels of an image, in planes.
fn synthetic() -> Vec<f32> {
    let mut state = 1_u64;
    let mut planes = vec![0.0; 3 * SIDE * SIDE];
    for index in 0..planes.len() {
        state = state * 48_271 % 0x7FFF_FFFF;
        let (pixel, channel) = (index / 3, index % 3);
        planes[channel * SIDE * SIDE + pixel] = ((state >> 23) as f32 - 127.5) / 127.5;
    }
    planes
}

/// LiteRT's answer with the original file, as `scripts/convert_face_detector.py --compare` prints it: the anchor, its
/// score and the first six of its numbers.
const ORIGINAL: [(usize, [f32; 7]); 6] = [
    (
        0,
        [-4.3021, 0.2723, -0.5709, 26.5201, 26.5198, -1.6245, -4.965],
    ),
    (
        137,
        [-1.938, -0.8618, -0.7944, 35.4762, 35.476, -13.1356, -3.3247],
    ),
    (
        511,
        [-4.7662, -0.1975, 1.6704, 47.4174, 47.4171, -2.0498, -4.5684],
    ),
    (
        512,
        [-4.6271, 3.4302, 2.0326, 45.6536, 45.6403, -4.9606, 2.5684],
    ),
    (
        700,
        [-2.655, -5.3902, 1.5699, 66.0976, 66.0853, -18.6006, 2.1067],
    ),
    (
        895,
        [
            -29.8341, 19.7899, 3.8164, 144.6591, 144.6958, 1.9715, -17.2704,
        ],
    ),
];

#[test]
fn the_network_computes_what_the_original_does() {
    let network = Network::new(WEIGHTS).expect("the shipped weights");
    let answer = network.run(&synthetic());
    assert_eq!(answer.scores.len(), ANCHORS);
    assert_eq!(answer.boxes.len(), ANCHORS * NUMBERS);
    for (anchor, expected) in ORIGINAL {
        let boxes = answer.boxes[anchor * NUMBERS..].iter();
        let ours = answer.scores[anchor..=anchor].iter().chain(boxes);
        for (ours, expected) in ours.zip(expected) {
            assert!(
                (ours - expected).abs() < 1e-3,
                "{anchor}: {ours}, {expected}"
            );
        }
    }
}
