//! The network's answer to faces in its input.

use crate::face::{Face, LANDMARKS, Point, Rect};
use crate::network::{Answer, HEADS, NUMBERS, SIDE};

/// The centres of all anchors in pixels of the input, in the order of the answer: cell by cell, the anchors of a cell
/// together.
fn centres() -> impl Iterator<Item = Point> {
    HEADS.into_iter().flat_map(|(side, each)| {
        let pixels = (SIDE / side) as f32;
        (0..side * side * each).map(move |index| {
            let cell = index / each;
            Point {
                x: ((cell % side) as f32 + 0.5) * pixels,
                y: ((cell / side) as f32 + 0.5) * pixels,
            }
        })
    })
}

/// The faces whose score is at least `threshold`, in pixels of the input. A box without an area, or with a number that
/// is not finite, is left out.
pub(crate) fn decode(answer: &Answer, threshold: f32) -> Vec<Face> {
    let numbers = answer.boxes.chunks_exact(NUMBERS);
    let faces = centres().zip(numbers).zip(&answer.scores);
    faces
        .filter_map(|((centre, numbers), logit)| {
            let score = 1.0 / (1.0 + (-logit.clamp(-100.0, 100.0)).exp());
            if score.is_nan() || score < threshold {
                return None;
            }
            let [x, y, width, height] = [numbers[0], numbers[1], numbers[2], numbers[3]];
            let valid = numbers.iter().all(|number| number.abs() < 1e6);
            if !valid || width <= 0.0 || height <= 0.0 {
                return None;
            }
            Some(Face {
                bounds: Rect {
                    left: centre.x + x - width / 2.0,
                    top: centre.y + y - height / 2.0,
                    width,
                    height,
                },
                score,
                points: std::array::from_fn::<_, LANDMARKS, _>(|index| Point {
                    x: centre.x + numbers[4 + 2 * index],
                    y: centre.y + numbers[5 + 2 * index],
                }),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANCHORS: usize = 896;

    fn answer(anchor: usize, logit: f32, numbers: [f32; 4]) -> Answer {
        let mut answer = Answer {
            boxes: vec![0.0; ANCHORS * NUMBERS],
            scores: vec![-10.0; ANCHORS],
        };
        answer.scores[anchor] = logit;
        answer.boxes[anchor * NUMBERS..][..4].copy_from_slice(&numbers);
        answer
    }

    #[test]
    fn anchors_are_cell_centres() {
        let all: Vec<Point> = centres().collect();
        assert_eq!(all.len(), ANCHORS);
        assert_eq!(all[0], Point { x: 4.0, y: 4.0 });
        assert_eq!(all[1], all[0]);
        assert_eq!(all[2], Point { x: 12.0, y: 4.0 });
        assert_eq!(all[32], Point { x: 4.0, y: 12.0 });
        assert_eq!(all[511], Point { x: 124.0, y: 124.0 });
        assert_eq!(all[512], Point { x: 8.0, y: 8.0 });
        assert_eq!(all[517], all[512]);
        assert_eq!(all[518], Point { x: 24.0, y: 8.0 });
    }

    #[test]
    fn a_box_is_relative_to_its_anchor() {
        let faces = decode(&answer(518, 2.0, [1.0, -2.0, 20.0, 10.0]), 0.5);
        let [face] = faces[..] else {
            panic!("{faces:?}")
        };
        let expected = Rect {
            left: 15.0,
            top: 1.0,
            width: 20.0,
            height: 10.0,
        };
        assert_eq!(face.bounds, expected);
        assert!((face.score - 0.880_797).abs() < 1e-5);
        assert_eq!(face.points[3], Point { x: 24.0, y: 8.0 });
    }

    #[test]
    fn what_is_no_box_is_left_out() {
        let odd = [
            (f32::NAN, [0.0, 0.0, 9.0, 9.0]),
            (9.0, [f32::NAN, 0.0, 9.0, 9.0]),
            (9.0, [0.0, 0.0, f32::INFINITY, 9.0]),
            (9.0, [0.0, 0.0, -9.0, 9.0]),
            (9.0, [0.0, 0.0, 9.0, 0.0]),
            (-0.1, [0.0, 0.0, 9.0, 9.0]),
        ];
        for (logit, numbers) in odd {
            assert!(decode(&answer(7, logit, numbers), 0.5).is_empty());
        }
    }
}
