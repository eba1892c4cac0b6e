//! The map without its canvas: points, what is seen of them, and what a visitor does with them.

use modulens_retrieval::Embeddings;
use modulens_retrieval::projection::Projection;

use crate::map_protocol::{Direction, Pointing, Shown, Style, Tint};

use super::crowd;
use super::pick;
use super::pointer::{Gesture, Pointers};
use super::viewport::Viewport;

/// The map of some images.
#[derive(Debug, Default)]
pub struct Plane {
    layout: Option<Projection>,
    /// `[N, 2]`, each number from 0 to 1.
    points: Vec<[f32; 2]>,
    /// The colours of the points.
    pub tints: Vec<Tint>,
    /// The selected points.
    pub selected: Vec<usize>,
    /// The size and the colours.
    pub style: Style,
    viewport: Viewport,
    pointers: Pointers,
    pointed: Option<usize>,
    /// The frame being drawn.
    pub frame: Option<([f64; 2], [f64; 2])>,
}

impl Plane {
    /// Begins to lay out images; `same` are those of the layout before, which this one goes on from.
    pub fn begin(&mut self, embeddings: &Embeddings, same: bool) {
        let from = match same {
            true => self.points.concat(),
            false => Vec::new(),
        };
        let layout = Projection::new(embeddings, &from);
        self.points = layout.points().as_chunks::<2>().0.to_vec();
        self.layout = Some(layout);
        self.pointed = None;
    }

    /// Goes on with the layout, if there is one.
    pub fn step(&mut self, epochs: u32) {
        let Some(layout) = &mut self.layout else {
            return;
        };
        for _ in 0..epochs {
            if !layout.step() {
                break;
            }
        }
        self.points = layout.points().as_chunks::<2>().0.to_vec();
    }

    /// Takes another size and other colours.
    pub fn set_style(&mut self, style: Style) {
        self.viewport = self.viewport.resized(style.size);
        self.style = style;
    }

    /// Pixels of the map's side.
    pub fn side(&self) -> f64 {
        self.viewport.side()
    }

    /// The places of all points, in pixels.
    pub fn places(&self) -> Vec<[f64; 2]> {
        let points = self.points.iter();
        points.map(|point| self.viewport.place(*point)).collect()
    }

    /// The point that is pointed at.
    pub fn pointed(&self) -> Option<usize> {
        self.pointed.filter(|at| *at < self.points.len())
    }

    /// The points that are drawn as images: while the layout moves, that is the one pointed at.
    pub fn drawn(&self, places: &[[f64; 2]]) -> Vec<usize> {
        let mut drawn = Vec::new();
        if self.done() >= 1.0 {
            let corner = self.viewport.place([0.0; 2]);
            drawn = crowd::drawn(places, self.style.size, corner);
        }
        drawn.extend(self.pointed().filter(|at| !drawn.contains(at)));
        drawn
    }

    /// The view now; of the points drawn as images, those are wanted that `is_there` says no to.
    pub fn shown(&self, is_there: impl Fn(usize) -> bool) -> Shown {
        let places = self.places();
        let mut wanted = self.drawn(&places);
        wanted.retain(|at| !is_there(*at));
        Shown {
            done: self.done(),
            whole: self.viewport.is_whole(),
            pointed: self.pointed().map(|at| (at, places[at])),
            wanted,
            ..Shown::default()
        }
    }

    fn done(&self) -> f32 {
        self.layout.as_ref().map_or(0.0, Projection::done)
    }

    /// A pointer does something. Returns true if a point was pressed, and the points in a frame that was drawn.
    pub fn point(&mut self, id: i32, does: Pointing, at: [f64; 2]) -> (bool, Vec<usize>) {
        if does != Pointing::Move {
            // A second finger zooms, and ends a frame.
            self.frame = None;
        }
        let gesture = match does {
            Pointing::Down | Pointing::Frame => {
                self.pointers.down(id, at, does == Pointing::Frame);
                None
            }
            Pointing::Move if !self.pointers.are_down() => {
                self.pointed = pick::nearest(&self.places(), at);
                None
            }
            Pointing::Move => self.pointers.moves(id, at),
            Pointing::Up => self.pointers.up(id, at),
            Pointing::Cancel => {
                self.pointers.cancel();
                None
            }
            Pointing::Leave => {
                if !self.pointers.are_down() {
                    self.pointed = None;
                }
                None
            }
        };
        match gesture {
            Some(Gesture::Move(by)) => self.viewport = self.viewport.moved(by),
            Some(Gesture::Zoom(times, at)) => self.viewport = self.viewport.zoomed(times, at),
            Some(Gesture::Frame(a, b)) => self.frame = Some((a, b)),
            Some(Gesture::Framed(a, b)) => return (false, pick::within(&self.places(), a, b)),
            Some(Gesture::Press(at)) => {
                self.pointed = pick::nearest(&self.places(), at);
                return (self.pointed.is_some(), Vec::new());
            }
            None => {}
        }
        (false, Vec::new())
    }

    /// The map becomes so many times as large around a place; the middle where absent.
    pub fn zoom(&mut self, times: f64, at: Option<[f64; 2]>) {
        let at = at.unwrap_or_else(|| self.middle());
        self.viewport = self.viewport.zoomed(times, at);
    }

    /// Points at the next point in a direction, from the middle at first, and brings it into sight.
    pub fn go(&mut self, direction: Direction) {
        let places = self.places();
        let next = match self.pointed() {
            Some(from) => pick::next(&places, places[from], direction),
            None => pick::closest(&places, self.middle()),
        };
        if let Some(next) = next {
            self.pointed = Some(next);
            self.viewport = self.viewport.showing(self.points[next]);
        }
    }

    fn middle(&self) -> [f64; 2] {
        self.style.size.map(|length| length / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Images along a half circle, laid out.
    fn plane() -> Plane {
        let data = (0..40).flat_map(|i| {
            let angle = i as f32 * 0.07;
            [angle.cos(), angle.sin()]
        });
        let embeddings = Embeddings::from_unit_rows(40, 2, data.collect()).expect("fits");
        let mut plane = Plane::default();
        plane.set_style(Style {
            size: [600.0, 400.0],
            ..Style::default()
        });
        plane.begin(&embeddings, false);
        assert!(plane.shown(|_| true).done < 1.0);
        plane.step(u32::MAX);
        assert!((plane.shown(|_| true).done - 1.0).abs() < 1e-6);
        plane
    }

    #[test]
    fn what_a_pointer_does_is_told() {
        let mut plane = plane();
        let place = plane.places()[7];
        assert_eq!(plane.point(1, Pointing::Move, place), (false, vec![]));
        let (pointed, at) = plane.shown(|_| true).pointed.expect("a point");
        assert_eq!(at, plane.places()[pointed]);
        plane.point(1, Pointing::Down, place);
        assert_eq!(plane.point(1, Pointing::Up, place), (true, vec![]));
        plane.point(1, Pointing::Leave, place);
        assert_eq!(plane.pointed(), None);
        plane.point(1, Pointing::Frame, [0.0, 0.0]);
        plane.point(1, Pointing::Move, [300.0, 200.0]);
        assert!(plane.frame.is_some());
        let (pressed, framed) = plane.point(1, Pointing::Up, [600.0, 400.0]);
        assert!(!pressed && plane.frame.is_none());
        assert_eq!(framed, (0..40).collect::<Vec<_>>());
        // A frame that a second finger ends is not drawn for good.
        plane.point(1, Pointing::Frame, [0.0, 0.0]);
        plane.point(1, Pointing::Move, [300.0, 200.0]);
        plane.point(2, Pointing::Frame, [300.0, 300.0]);
        assert!(plane.frame.is_none());
        for id in [1, 2] {
            assert_eq!(
                plane.point(id, Pointing::Up, [300.0, 200.0]),
                (false, vec![])
            );
        }
    }

    #[test]
    fn images_are_wanted_as_far_as_they_are_not_there() {
        let plane = plane();
        let wanted = plane.shown(|_| false).wanted;
        assert!(!wanted.is_empty() && wanted.len() < 40);
        assert!(plane.shown(|_| true).wanted.is_empty());
    }

    #[test]
    fn arrows_reach_points_and_the_map_follows() {
        let mut plane = plane();
        plane.zoom(20.0, None);
        assert!(!plane.shown(|_| true).whole);
        let mut reached = Vec::new();
        for direction in [
            Direction::Up,
            Direction::Left,
            Direction::Left,
            Direction::Right,
        ] {
            plane.go(direction);
            let (at, [x, y]) = plane.shown(|_| true).pointed.expect("a point");
            assert!((0.0..=600.0).contains(&x) && (0.0..=400.0).contains(&y));
            reached.push(at);
        }
        reached.dedup();
        assert!(reached.len() > 1, "{reached:?}");
        plane.zoom(0.0, None);
        assert!(plane.shown(|_| true).whole);
    }

    #[test]
    fn a_map_without_images_does_nothing() {
        let mut plane = Plane::default();
        plane.step(3);
        plane.go(Direction::Left);
        assert_eq!(plane.point(1, Pointing::Move, [1.0, 1.0]), (false, vec![]));
        assert_eq!(
            plane.shown(|_| false),
            Shown {
                whole: true,
                ..Shown::default()
            }
        );
    }
}
