//! The images that are drawn as such: one where many points lie together, and every point that stands alone.

use std::collections::HashSet;

/// Pixels from one drawn image to the next.
pub const CELL: f64 = 54.0;

/// The places that have an image drawn: in each cell of a net over the map the first, unless it would lie over another
/// one. `size` is that of the canvas, places out of sight have none; the net begins at `corner`, so that moving the map
/// moves the images with it.
pub fn drawn(places: &[[f64; 2]], size: [f64; 2], corner: [f64; 2]) -> Vec<usize> {
    let mut taken: HashSet<[i32; 2]> = HashSet::new();
    let mut drawn: Vec<usize> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let seen = (0..2).all(|axis| place[axis] > -CELL && place[axis] < size[axis] + CELL);
        let cell = std::array::from_fn(|axis| ((place[axis] - corner[axis]) / CELL).floor() as i32);
        if !seen || taken.contains(&cell) {
            continue;
        }
        let apart = |other: &usize| {
            let [x, y] = places[*other];
            (x - place[0]).abs() >= CELL * 0.9 || (y - place[1]).abs() >= CELL * 0.9
        };
        if drawn.iter().all(apart) {
            taken.insert(cell);
            drawn.push(at);
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_crowd_is_drawn_and_all_that_stand_alone() {
        let places = [
            [10.0, 10.0],
            [12.0, 11.0],
            [200.0, 10.0],
            [58.0, 12.0],
            [900.0, 9.0],
        ];
        assert_eq!(
            drawn(&places, [300.0, 100.0], [0.0; 2]),
            [0, 2],
            "the fourth would lie over the first"
        );
        assert!(drawn(&[], [300.0, 100.0], [0.0; 2]).is_empty());
    }
}
