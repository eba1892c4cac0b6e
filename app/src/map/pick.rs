//! The points that a pointer, a frame or a key means.

use crate::map_protocol::Direction;

/// Farthest that a pointer is from the point it means, in pixels.
const REACH: f64 = 26.0;

/// The way to a place along a direction, and beside it.
fn split(direction: Direction, [dx, dy]: [f64; 2]) -> (f64, f64) {
    match direction {
        Direction::Left => (-dx, dy),
        Direction::Right => (dx, dy),
        Direction::Up => (-dy, dx),
        Direction::Down => (dy, dx),
    }
}

/// The nearest of some places, of equally near ones the first.
pub fn closest(places: &[[f64; 2]], to: [f64; 2]) -> Option<usize> {
    let distances = places.iter().map(|place| square(*place, to)).enumerate();
    Some(distances.min_by(|(_, a), (_, b)| a.total_cmp(b))?.0)
}

/// The nearest of some places that is within reach of a pointer.
pub fn nearest(places: &[[f64; 2]], to: [f64; 2]) -> Option<usize> {
    let near = |at: &usize| square(places[*at], to) <= REACH * REACH;
    closest(places, to).filter(near)
}

/// The places in a frame by two of its corners, in their order.
pub fn within(places: &[[f64; 2]], a: [f64; 2], b: [f64; 2]) -> Vec<usize> {
    let between = |axis: usize, x: f64| x >= a[axis].min(b[axis]) && x <= a[axis].max(b[axis]);
    let inside = |(at, place): (usize, &[f64; 2])| {
        (between(0, place[0]) && between(1, place[1])).then_some(at)
    };
    places.iter().enumerate().filter_map(inside).collect()
}

/// The next place in a direction: the nearest of those that lie rather there than beside, as the eye goes.
pub fn next(places: &[[f64; 2]], from: [f64; 2], direction: Direction) -> Option<usize> {
    let cost = |(at, place): (usize, &[f64; 2])| {
        let (along, beside) = split(direction, [place[0] - from[0], place[1] - from[1]]);
        (along > 0.5 && along >= beside.abs()).then(|| (at, along + 2.0 * beside.abs()))
    };
    let ahead = places.iter().enumerate().filter_map(cost);
    Some(ahead.min_by(|(_, a), (_, b)| a.total_cmp(b))?.0)
}

fn square(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: [[f64; 2]; 5] = [
        [0.0, 0.0],
        [50.0, 10.0],
        [100.0, 0.0],
        [50.0, -40.0],
        [50.0, 80.0],
    ];

    #[test]
    fn the_pointer_means_what_is_near_and_nothing_far() {
        assert_eq!(nearest(&PLACES, [52.0, 4.0]), Some(1));
        assert_eq!(nearest(&PLACES, [300.0, 300.0]), None);
        assert_eq!(nearest(&[], [0.0, 0.0]), None);
    }

    #[test]
    fn a_frame_holds_what_lies_in_it_whichever_way_it_is_drawn() {
        assert_eq!(within(&PLACES, [40.0, 90.0], [110.0, -5.0]), [1, 2, 4]);
        assert!(within(&PLACES, [1.0, 1.0], [2.0, 2.0]).is_empty());
    }

    #[test]
    fn arrows_go_where_they_point() {
        let go = |direction| next(&PLACES, PLACES[1], direction);
        assert_eq!(go(Direction::Left), Some(0));
        assert_eq!(go(Direction::Right), Some(2));
        assert_eq!(go(Direction::Up), Some(3));
        assert_eq!(go(Direction::Down), Some(4));
        assert_eq!(next(&PLACES, PLACES[2], Direction::Right), None, "the edge");
    }
}
