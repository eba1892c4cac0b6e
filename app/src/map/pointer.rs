//! Gestures of one or two pointers on the map, from their positions alone.

/// Pixels that a press may move before it is a drag.
const STILL: f64 = 6.0;

/// The pointers that are down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pointers {
    down: Vec<(i32, [f64; 2])>,
    start: [f64; 2],
    /// True if dragging draws a frame.
    frames: bool,
    moved: bool,
}

/// The meaning of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gesture {
    /// The map is moved by so many pixels.
    Move([f64; 2]),
    /// The map becomes so many times as large around a place.
    Zoom(f64, [f64; 2]),
    /// A frame is being drawn between two corners.
    Frame([f64; 2], [f64; 2]),
    /// A frame was drawn.
    Framed([f64; 2], [f64; 2]),
    /// A place was pressed.
    Press([f64; 2]),
}

impl Pointers {
    /// A pointer goes down. With `frames`, dragging it draws a frame.
    pub fn down(&mut self, id: i32, at: [f64; 2], frames: bool) {
        if self.down.is_empty() {
            (self.start, self.frames, self.moved) = (at, frames, false);
        } else {
            // Two fingers zoom, whatever one alone would do.
            (self.frames, self.moved) = (false, true);
        }
        self.down.retain(|(known, _)| *known != id);
        self.down.push((id, at));
    }

    /// True while a pointer is down.
    pub fn are_down(&self) -> bool {
        !self.down.is_empty()
    }

    /// A pointer that is down moves.
    pub fn moves(&mut self, id: i32, to: [f64; 2]) -> Option<Gesture> {
        let at = self.down.iter().position(|(known, _)| *known == id)?;
        let from = self.down[at].1;
        let [x, y] = self.start;
        self.moved |= (to[0] - x).hypot(to[1] - y) > STILL;
        let other = self.down.iter().find(|(known, _)| *known != id);
        let other = other.map(|(_, other)| *other);
        if !self.moved {
            return None;
        }
        self.down[at].1 = to;
        match other {
            Some(other) => {
                let apart = |a: [f64; 2]| (a[0] - other[0]).hypot(a[1] - other[1]).max(1.0);
                let middle = std::array::from_fn(|axis| f64::midpoint(to[axis], other[axis]));
                Some(Gesture::Zoom(apart(to) / apart(from), middle))
            }
            None if self.frames => Some(Gesture::Frame(self.start, to)),
            None => Some(Gesture::Move([to[0] - from[0], to[1] - from[1]])),
        }
    }

    /// A pointer goes up.
    pub fn up(&mut self, id: i32, at: [f64; 2]) -> Option<Gesture> {
        let known = self.down.iter().position(|(known, _)| *known == id)?;
        self.down.remove(known);
        match (self.down.is_empty(), self.moved) {
            (true, false) => Some(Gesture::Press(at)),
            (true, true) if self.frames => Some(Gesture::Framed(self.start, at)),
            _ => None,
        }
    }

    /// The browser takes the pointers.
    pub fn cancel(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_that_stays_is_a_press_and_one_that_moves_moves_the_map() {
        let mut pointers = Pointers::default();
        pointers.down(1, [10.0, 10.0], false);
        assert_eq!(pointers.moves(1, [12.0, 11.0]), None);
        assert_eq!(
            pointers.up(1, [12.0, 11.0]),
            Some(Gesture::Press([12.0, 11.0]))
        );
        pointers.down(1, [10.0, 10.0], false);
        assert_eq!(
            pointers.moves(1, [30.0, 10.0]),
            Some(Gesture::Move([20.0, 0.0]))
        );
        assert_eq!(
            pointers.moves(1, [30.0, 15.0]),
            Some(Gesture::Move([0.0, 5.0]))
        );
        assert_eq!(pointers.up(1, [30.0, 15.0]), None);
        assert!(!pointers.are_down());
    }

    #[test]
    fn a_frame_goes_from_where_it_began() {
        let mut pointers = Pointers::default();
        pointers.down(1, [10.0, 10.0], true);
        assert_eq!(
            pointers.moves(1, [40.0, 60.0]),
            Some(Gesture::Frame([10.0, 10.0], [40.0, 60.0]))
        );
        assert_eq!(
            pointers.up(1, [50.0, 60.0]),
            Some(Gesture::Framed([10.0, 10.0], [50.0, 60.0]))
        );
    }

    #[test]
    fn two_fingers_zoom_and_draw_no_frame() {
        let mut pointers = Pointers::default();
        pointers.down(1, [0.0, 0.0], true);
        pointers.down(2, [100.0, 0.0], true);
        assert_eq!(
            pointers.moves(2, [200.0, 0.0]),
            Some(Gesture::Zoom(2.0, [100.0, 0.0]))
        );
        assert_eq!(pointers.up(2, [200.0, 0.0]), None);
        assert_eq!(pointers.up(1, [0.0, 0.0]), None, "no press, and no frame");
        pointers.down(1, [0.0, 0.0], false);
        pointers.cancel();
        assert_eq!(pointers.up(1, [0.0, 0.0]), None);
    }
}
