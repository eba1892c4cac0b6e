//! The arithmetic of an enlarged image: zooming, moving, fingers.

/// The most pixels of the window for a pixel of the image.
const MOST: f64 = 4.0;

/// An image on a stage, in pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zoom {
    stage: [f64; 2],
    image: [f64; 2],
    scale: f64,
    /// The image's corner on the stage.
    corner: [f64; 2],
}

impl Zoom {
    /// All of an image, as large as the stage and [`MOST`] allow; `None` while one of them has no size.
    pub fn fitted(stage: [f64; 2], image: [f64; 2]) -> Option<Self> {
        let sides = stage.iter().chain(&image);
        if sides.into_iter().any(|&side| side <= 0.0) {
            return None;
        }
        let zoom = Self {
            stage,
            image,
            scale: 0.0,
            corner: [0.0; 2],
        };
        Some(zoom.scaled(zoom.least()).held())
    }

    /// The scale at which all is seen.
    fn least(&self) -> f64 {
        let fits = |axis: usize| self.stage[axis] / self.image[axis];
        fits(0).min(fits(1)).min(MOST)
    }

    fn scaled(self, scale: f64) -> Self {
        Self { scale, ..self }
    }

    /// The image so many times as large, the point at a place of the stage staying there as far as no gap opens.
    #[must_use]
    pub fn times(self, times: f64, at: [f64; 2]) -> Self {
        let scale = (self.scale * times).clamp(self.least(), MOST);
        let grown = scale / self.scale;
        let corner = std::array::from_fn(|axis| at[axis] - (at[axis] - self.corner[axis]) * grown);
        Self { corner, ..self }.scaled(scale).held()
    }

    /// The image moved by so many pixels, as far as no gap opens.
    #[must_use]
    pub fn moved(self, by: [f64; 2]) -> Self {
        let corner = std::array::from_fn(|axis| self.corner[axis] + by[axis]);
        Self { corner, ..self }.held()
    }

    /// Twice as large around a place; all of it where it was enlarged.
    #[must_use]
    pub fn toggled(self, at: [f64; 2]) -> Self {
        match self.is_whole() {
            true => self.times(2.0, at),
            false => self.whole(),
        }
    }

    /// All of the image.
    #[must_use]
    pub fn whole(self) -> Self {
        self.scaled(self.least()).held()
    }

    /// The same on a stage of another size: its middle stays in the middle.
    #[must_use]
    pub fn resized(self, stage: [f64; 2]) -> Self {
        let whole = self.is_whole();
        let corner =
            std::array::from_fn(|axis| self.corner[axis] + (stage[axis] - self.stage[axis]) / 2.0);
        let next = Self {
            stage,
            corner,
            ..self
        };
        match whole {
            true => next.whole(),
            false => next.times(1.0, stage.map(|side| side / 2.0)),
        }
    }

    /// The middle of the stage.
    pub fn middle(&self) -> [f64; 2] {
        self.stage.map(|side| side / 2.0)
    }

    /// True for an image of these sides.
    pub fn is_of(&self, image: [f64; 2]) -> bool {
        self.image == image
    }

    /// True where all of the image is seen.
    pub fn is_whole(&self) -> bool {
        self.scale <= self.least() * 1.001
    }

    /// True where it cannot be larger.
    pub fn is_largest(&self) -> bool {
        self.scale >= MOST * 0.999
    }

    /// Along each axis: in the middle where there is room, and without a gap at an edge where there is none.
    fn held(self) -> Self {
        let corner = std::array::from_fn(|axis| {
            let room = self.stage[axis] - self.image[axis] * self.scale;
            match room >= 0.0 {
                true => room / 2.0,
                false => self.corner[axis].clamp(room, 0.0),
            }
        });
        Self { corner, ..self }
    }

    /// The image's place as a style.
    pub fn style(&self) -> String {
        let ([width, height], [x, y]) = (self.image, self.corner);
        let scale = self.scale;
        format!(
            "width:{width}px;height:{height}px;transform:translate({x:.2}px,{y:.2}px) scale({scale:.4})"
        )
    }
}

/// Fingers, or the mouse, that hold the image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fingers(Vec<(i32, [f64; 2])>);

/// A change made by fingers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// So many times as large.
    pub times: f64,
    /// Around this place.
    pub at: [f64; 2],
    /// Then moved by so much.
    pub by: [f64; 2],
}

impl Fingers {
    /// One presses; a third one counts for nothing.
    pub fn press(&mut self, id: i32, at: [f64; 2]) {
        self.lift(id);
        self.0.push((id, at));
        self.0.truncate(2);
    }

    /// One lets go.
    pub fn lift(&mut self, id: i32) {
        self.0.retain(|(known, _)| *known != id);
    }

    /// One goes to another place; `None` if it does not press.
    pub fn go(&mut self, id: i32, to: [f64; 2]) -> Option<Change> {
        let (before, apart) = self.hold();
        let (_, at) = self.0.iter_mut().find(|(known, _)| *known == id)?;
        *at = to;
        let (after, now_apart) = self.hold();
        Some(Change {
            times: match apart > 1.0 && now_apart > 1.0 {
                true => now_apart / apart,
                false => 1.0,
            },
            at: before,
            by: [after[0] - before[0], after[1] - before[1]],
        })
    }

    /// True while none presses.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place between them, and how far they are apart.
    fn hold(&self) -> ([f64; 2], f64) {
        match self.0.as_slice() {
            [(_, [x, y]), (_, [u, v]), ..] => {
                ([(x + u) / 2.0, (y + v) / 2.0], (x - u).hypot(y - v))
            }
            [(_, at)] => (*at, 0.0),
            [] => ([0.0; 2], 0.0),
        }
    }
}

/// The part of an image in the middle of a square as large as its longer side, in shares of the square: left, top, width,
/// height. What is outside of the image is cut off; `None` for a part without a size.
pub fn in_square(part: [f32; 4], image: [f64; 2]) -> Option<[f64; 4]> {
    let longer = image[0].max(image[1]).max(1.0);
    let along = |start: f32, length: f32, side: f64| {
        let [start, end] = [start, start + length].map(|it| f64::from(it).clamp(0.0, 1.0));
        let before = (longer - side) / 2.0;
        [
            (before + start * side) / longer,
            (end - start) * side / longer,
        ]
    };
    let [left, width] = along(part[0], part[2], image[0]);
    let [top, height] = along(part[1], part[3], image[1]);
    (width > 0.0 && height > 0.0).then_some([left, top, width, height])
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: [f64; 2] = [1000.0, 800.0];
    const IMAGE: [f64; 2] = [500.0, 300.0];

    fn fitted() -> Zoom {
        Zoom::fitted(STAGE, IMAGE).expect("sizes")
    }

    /// The point of the image at a place of the stage.
    fn point(zoom: Zoom, at: [f64; 2]) -> [f64; 2] {
        std::array::from_fn(|axis| (at[axis] - zoom.corner[axis]) / zoom.scale)
    }

    fn is_near(a: [f64; 2], b: [f64; 2]) -> bool {
        (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6
    }

    #[test]
    fn all_of_the_image_fits_in_and_lies_in_the_middle() {
        let zoom = fitted();
        assert_eq!((zoom.scale, zoom.corner), (2.0, [0.0, 100.0]));
        assert!(zoom.is_whole() && !zoom.is_largest());
        let small = Zoom::fitted(STAGE, [128.0, 128.0]).expect("sizes");
        assert_eq!((small.scale, small.corner), (MOST, [244.0, 144.0]));
        assert!(small.is_whole() && small.is_largest());
        assert_eq!(Zoom::fitted([0.0, 5.0], IMAGE), None);
        assert_eq!(Zoom::fitted(STAGE, [0.0; 2]), None);
    }

    #[test]
    fn the_point_under_the_pointer_stays() {
        let at = [400.0, 390.0];
        let larger = fitted().times(1.5, at);
        assert!(is_near(point(larger, at), point(fitted(), at)));
        let again = larger.times(1.2, [700.0, 500.0]);
        assert!(is_near(
            point(again, [700.0, 500.0]),
            point(larger, [700.0, 500.0])
        ));
    }

    #[test]
    fn it_is_neither_smaller_than_the_stage_nor_larger_than_is_of_use() {
        assert_eq!(fitted().times(0.1, [0.0; 2]), fitted());
        let largest = fitted().times(100.0, [10.0, 10.0]);
        assert_eq!(largest.scale, MOST);
        assert!(largest.is_largest() && !largest.is_whole());
        assert_eq!(largest.times(0.0, [900.0, 3.0]), fitted());
    }

    #[test]
    fn moving_never_loses_the_image() {
        let larger = fitted().times(2.0, [500.0, 400.0]);
        for by in [[1e9, 1e9], [-1e9, -1e9], [1e9, -1e9], [0.0, 0.0]] {
            let moved = larger.moved(by);
            for (axis, stage) in STAGE.into_iter().enumerate() {
                assert!(moved.corner[axis] <= 0.0);
                assert!(moved.corner[axis] + moved.image[axis] * moved.scale >= stage);
            }
        }
        assert_eq!(
            fitted().moved([300.0, 300.0]),
            fitted(),
            "all of it is seen"
        );
        let by = larger.moved([-30.0, 20.0]);
        assert!(is_near(
            by.corner,
            [larger.corner[0] - 30.0, larger.corner[1] + 20.0]
        ));
    }

    #[test]
    fn a_double_press_enlarges_and_goes_back() {
        let larger = fitted().toggled([500.0, 400.0]);
        assert_eq!(larger.scale, 4.0);
        assert_eq!(larger.toggled([1.0, 2.0]), fitted());
    }

    #[test]
    fn another_stage_keeps_the_middle() {
        let larger = fitted().times(1.5, [600.0, 300.0]);
        let turned = larger.resized([800.0, 700.0]);
        assert!(is_near(
            point(turned, turned.middle()),
            point(larger, larger.middle())
        ));
        let whole = fitted().resized([250.0, 800.0]);
        assert_eq!((whole.scale, whole.corner), (0.5, [0.0, 325.0]));
        assert!(larger.resized([4000.0, 4000.0]).is_whole(), "no gap");
    }

    #[test]
    fn one_finger_moves_and_two_zoom_around_the_place_between_them() {
        let mut fingers = Fingers::default();
        assert_eq!(fingers.go(1, [5.0, 5.0]), None, "the mouse passes");
        fingers.press(1, [100.0, 100.0]);
        let moved = fingers.go(1, [110.0, 90.0]).expect("it presses");
        assert_eq!((moved.times, moved.by), (1.0, [10.0, -10.0]));
        fingers.press(2, [210.0, 90.0]);
        let pinched = fingers.go(2, [310.0, 90.0]).expect("it presses");
        assert_eq!(
            (pinched.times, pinched.at, pinched.by),
            (2.0, [160.0, 90.0], [50.0, 0.0])
        );
        fingers.press(3, [0.0, 0.0]);
        assert_eq!(fingers.go(3, [9.0, 9.0]), None, "a third one");
        fingers.lift(1);
        assert_eq!(fingers.go(2, [310.0, 95.0]).map(|it| it.times), Some(1.0));
        fingers.lift(2);
        assert!(fingers.is_empty());
    }

    #[test]
    fn a_frame_lies_on_its_part_of_a_letterboxed_image() {
        let part = [0.5, -0.5, 0.25, 1.0];
        assert_eq!(
            in_square(part, [400.0, 200.0]),
            Some([0.5, 0.25, 0.25, 0.25])
        );
        assert_eq!(
            in_square(part, [200.0, 400.0]),
            Some([0.5, 0.0, 0.125, 0.5])
        );
        assert_eq!(in_square([0.0; 4], [200.0, 400.0]), None, "it is the whole");
    }
}
