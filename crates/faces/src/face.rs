//! A found face, and the geometry of boxes.

/// A place in an image, in pixels from its left upper corner. It may lie outside.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
}

/// A box in an image, in pixels. It may reach beyond the image.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Pixels from the left.
    pub left: f32,
    /// Pixels from the top.
    pub top: f32,
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
}

impl Rect {
    /// The middle.
    pub fn centre(&self) -> Point {
        Point {
            x: self.left + self.width / 2.0,
            y: self.top + self.height / 2.0,
        }
    }

    /// The area in square pixels.
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    /// The area that two boxes share, in square pixels.
    pub(crate) fn shared(&self, other: &Self) -> f32 {
        let side = |from: f32, length: f32, other_from: f32, other_length: f32| {
            let end = (from + length).min(other_from + other_length);
            (end - from.max(other_from)).max(0.0)
        };
        side(self.left, self.width, other.left, other.width)
            * side(self.top, self.height, other.top, other.height)
    }

    /// The shared area over the area of both together, from 0 to 1.
    pub(crate) fn overlap(&self, other: &Self) -> f32 {
        let shared = self.shared(other);
        let all = self.area() + other.area() - shared;
        if all > 0.0 { shared / all } else { 0.0 }
    }

    /// The shared area over that of the smaller box, from 0 to 1.
    pub(crate) fn containment(&self, other: &Self) -> f32 {
        let smaller = self.area().min(other.area());
        if smaller > 0.0 {
            self.shared(other) / smaller
        } else {
            0.0
        }
    }
}

/// A point of a face that the detector finds; right and left are the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmark {
    /// The right eye.
    RightEye,
    /// The left eye.
    LeftEye,
    /// The tip of the nose.
    Nose,
    /// The middle of the mouth.
    Mouth,
    /// The tragion of the right ear.
    RightEar,
    /// The tragion of the left ear.
    LeftEar,
}

/// The number of [`Landmark`]s.
pub(crate) const LANDMARKS: usize = 6;

/// A face in an image, in pixels of that image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// The box around the face, from the brows to the chin.
    pub bounds: Rect,
    /// The detector's confidence, from 0 to 1.
    pub score: f32,
    /// The landmarks, in the order of [`Landmark`].
    pub points: [Point; LANDMARKS],
}

impl Face {
    /// The place of one landmark.
    pub fn point(&self, landmark: Landmark) -> Point {
        self.points[landmark as usize]
    }

    /// The same face in an image whose pixels are `scale` times as many along a side and begin `left` and `top` pixels
    /// further out.
    pub(crate) fn placed(&self, scale: f32, left: f32, top: f32) -> Self {
        let bounds = Rect {
            left: left + self.bounds.left * scale,
            top: top + self.bounds.top * scale,
            width: self.bounds.width * scale,
            height: self.bounds.height * scale,
        };
        let points = self.points.map(|point| Point {
            x: left + point.x * scale,
            y: top + point.y * scale,
        });
        Self {
            bounds,
            points,
            ..*self
        }
    }
}
