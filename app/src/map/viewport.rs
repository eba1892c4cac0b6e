//! The part of the map that is seen: moving and zooming.

/// The greatest zoom.
const MOST: f64 = 60.0;
/// Room around the map at the least zoom, in pixels.
const MARGIN: f64 = 34.0;

/// The part of the unit square that a canvas shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Width and height of the canvas in pixels.
    pub size: [f64; 2],
    /// 1 where the whole map fits in.
    zoom: f64,
    /// The point of the map in the middle of the canvas.
    centre: [f64; 2],
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            size: [0.0; 2],
            zoom: 1.0,
            centre: [0.5; 2],
        }
    }
}

impl Viewport {
    /// Pixels of the map's side.
    pub fn side(&self) -> f64 {
        let [width, height] = self.size;
        (width.min(height) - 2.0 * MARGIN).max(1.0) * self.zoom
    }

    /// The place of a point of the map, in pixels from the canvas' corner.
    pub fn place(&self, point: [f32; 2]) -> [f64; 2] {
        let side = self.side();
        std::array::from_fn(|axis| {
            (f64::from(point[axis]) - self.centre[axis]) * side + self.size[axis] / 2.0
        })
    }

    /// The point of the map at a place of the canvas.
    fn point(&self, place: [f64; 2]) -> [f64; 2] {
        let side = self.side();
        std::array::from_fn(|axis| (place[axis] - self.size[axis] / 2.0) / side + self.centre[axis])
    }

    /// The map moved by so many pixels.
    #[must_use]
    pub fn moved(self, by: [f64; 2]) -> Self {
        let side = self.side();
        let centre = std::array::from_fn(|axis| self.centre[axis] - by[axis] / side);
        Self { centre, ..self }.held()
    }

    /// The map so many times as large, the point at a place staying where it is.
    #[must_use]
    pub fn zoomed(self, times: f64, at: [f64; 2]) -> Self {
        let held = self.point(at);
        let zoom = (self.zoom * times).clamp(1.0, MOST);
        let next = Self { zoom, ..self };
        let side = next.side();
        let centre =
            std::array::from_fn(|axis| held[axis] - (at[axis] - self.size[axis] / 2.0) / side);
        Self { centre, ..next }.held()
    }

    /// The same part in a canvas of another size.
    #[must_use]
    pub fn resized(self, size: [f64; 2]) -> Self {
        Self { size, ..self }
    }

    /// True where the whole map is seen.
    pub fn is_whole(&self) -> bool {
        self.zoom <= 1.0
    }

    /// The map moved as little as shows a point at some distance from the edge.
    #[must_use]
    pub fn showing(self, point: [f32; 2]) -> Self {
        let place = self.place(point);
        let by = std::array::from_fn(|axis| {
            let (low, high) = (MARGIN, (self.size[axis] - MARGIN).max(MARGIN));
            place[axis].clamp(low, high) - place[axis]
        });
        if by == [0.0; 2] { self } else { self.moved(by) }
    }

    /// The middle of the canvas stays on the map.
    fn held(self) -> Self {
        let centre = self.centre.map(|x| match self.zoom <= 1.0 {
            true => 0.5,
            false => x.clamp(0.0, 1.0),
        });
        Self { centre, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewport() -> Viewport {
        Viewport::default().resized([868.0, 468.0])
    }

    fn near(a: [f64; 2], b: [f64; 2]) {
        assert!(
            (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6,
            "{a:?} {b:?}"
        );
    }

    #[test]
    fn the_whole_map_lies_in_the_middle() {
        near(viewport().place([0.5, 0.5]), [434.0, 234.0]);
        near(viewport().place([0.0, 1.0]), [234.0, 434.0]);
        assert!(viewport().is_whole());
        assert_eq!(
            viewport().moved([90.0, 0.0]),
            viewport(),
            "nothing to move to"
        );
    }

    #[test]
    fn what_is_under_the_pointer_stays_there_while_zooming() {
        let at = [300.0, 100.0];
        let under = viewport().point(at);
        let zoomed = viewport().zoomed(3.0, at).zoomed(1.5, at);
        near(zoomed.point(at), under);
        assert!(!zoomed.is_whole());
        let back = zoomed.zoomed(0.01, [0.0, 0.0]);
        assert_eq!(back, viewport(), "all of it again");
        assert!(viewport().zoomed(1e9, at).side() <= MOST * 400.0);
    }

    #[test]
    fn a_point_out_of_sight_is_brought_in() {
        let zoomed = viewport().zoomed(8.0, [434.0, 234.0]);
        let [x, y] = zoomed.showing([0.9, 0.5]).place([0.9, 0.5]);
        assert!((x - (868.0 - MARGIN)).abs() < 1e-3 && (y - 234.0).abs() < 1e-6);
        assert_eq!(zoomed.showing([0.5, 0.5]), zoomed, "it is seen already");
    }
}
