//! One face out of many boxes around it.

use crate::face::{Face, Point, Rect};

/// Boxes that overlap by more than this are the same face.
pub(crate) const SAME: f32 = 0.3;
/// A box of which more than this lies in a better one is a part of that face, or a frame around it.
const INSIDE: f32 = 0.6;

/// Weighted non-maximum suppression (BlazeFace, section 3.3): the best box and those that overlap it become their mean,
/// weighted by score. A box that mostly lies in a better one, or around it, is dropped. Best first.
pub(crate) fn merge(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut merged: Vec<Face> = Vec::new();
    while let Some(best) = faces.first().copied() {
        let (same, others) = faces
            .into_iter()
            .partition(|face| face == &best || face.bounds.overlap(&best.bounds) > SAME);
        faces = others;
        let face = mean(&best, &same);
        let known = |known: &Face| known.bounds.containment(&face.bounds) > INSIDE;
        if !merged.iter().any(known) {
            merged.push(face);
        }
    }
    merged
}

/// The mean of boxes and landmarks, weighted by score, with the best score.
fn mean(best: &Face, faces: &[Face]) -> Face {
    let total: f32 = faces.iter().map(|face| face.score).sum();
    let of = |value: &dyn Fn(&Face) -> f32| {
        let weighted = faces.iter().map(|face| face.score * value(face));
        weighted.sum::<f32>() / total.max(f32::MIN_POSITIVE)
    };
    Face {
        bounds: Rect {
            left: of(&|face| face.bounds.left),
            top: of(&|face| face.bounds.top),
            width: of(&|face| face.bounds.width),
            height: of(&|face| face.bounds.height),
        },
        score: best.score,
        points: std::array::from_fn(|index| Point {
            x: of(&|face| face.points[index].x),
            y: of(&|face| face.points[index].y),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(left: f32, top: f32, side: f32, score: f32) -> Face {
        Face {
            bounds: Rect {
                left,
                top,
                width: side,
                height: side,
            },
            score,
            points: [Point { x: left, y: top }; 6],
        }
    }

    #[test]
    fn boxes_around_one_face_become_their_weighted_mean() {
        let merged = merge(vec![face(4.0, 0.0, 20.0, 0.6), face(0.0, 0.0, 20.0, 0.9)]);
        let [one] = merged[..] else {
            panic!("{merged:?}")
        };
        assert!((one.bounds.left - 4.0 * 0.6 / 1.5).abs() < 1e-4);
        assert!((one.points[2].x - 1.6).abs() < 1e-4);
        assert!((one.bounds.width - 20.0).abs() < 1e-4);
        assert_eq!(one.score, 0.9);
    }

    #[test]
    fn twenty_faces_stay_twenty() {
        let mut boxes = Vec::new();
        for index in 0..20 {
            let (x, y) = ((index % 5) as f32 * 50.0, (index / 5) as f32 * 60.0);
            for shift in [0.0, 2.0, -3.0] {
                boxes.push(face(x + shift, y - shift, 40.0, 0.7 + shift / 100.0));
            }
        }
        assert_eq!(merge(boxes).len(), 20);
    }

    #[test]
    fn a_part_of_a_face_and_a_frame_around_it_are_no_faces() {
        let part = face(10.0, 10.0, 12.0, 0.6);
        let frame = face(-40.0, -40.0, 120.0, 0.7);
        let merged = merge(vec![part, face(0.0, 0.0, 40.0, 0.9), frame]);
        assert_eq!(merged, [face(0.0, 0.0, 40.0, 0.9)]);
    }

    #[test]
    fn neighbours_that_touch_stay_apart_and_nothing_stays_nothing() {
        assert!(merge(Vec::new()).is_empty());
        let pair = vec![face(0.0, 0.0, 40.0, 0.9), face(30.0, 0.0, 40.0, 0.8)];
        assert_eq!(merge(pair.clone()), pair);
    }
}
