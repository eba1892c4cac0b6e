//! Drawn faces are found at their place, and cut like a portrait.

use modulens_faces::{Detector, Face, Landmark, RgbView, WEIGHTS, cut};

type Colour = [u8; 3];

/// An ellipse in half widths of the face from its middle: centre, half axes and colour.
type Ellipse = (f32, f32, f32, f32, Colour);

const SKIN: Colour = [225, 175, 150];
const DARK: Colour = [50, 35, 25];

/// A face from back to front.
const PARTS: [Ellipse; 13] = [
    (0.0, 2.6, 2.2, 1.4, [40, 50, 90]),
    (0.0, 1.2, 0.45, 0.7, [190, 140, 115]),
    (0.0, -0.25, 1.15, 1.35, DARK),
    (0.0, 0.05, 0.95, 1.25, SKIN),
    (-0.42, -0.32, 0.24, 0.06, DARK),
    (0.42, -0.32, 0.24, 0.06, DARK),
    (-0.4, -0.12, 0.19, 0.1, [240; 3]),
    (0.4, -0.12, 0.19, 0.1, [240; 3]),
    (-0.4, -0.12, 0.09, 0.1, DARK),
    (0.4, -0.12, 0.09, 0.1, DARK),
    (0.0, 0.18, 0.1, 0.24, [205, 150, 125]),
    (0.0, 0.36, 0.17, 0.07, [170, 110, 95]),
    (0.0, 0.68, 0.36, 0.11, [170, 70, 70]),
];

struct Canvas {
    pixels: Vec<u8>,
    width: u32,
    height: u32,
}

impl Canvas {
    fn new(width: u32, height: u32) -> Self {
        let pixels = [120, 130, 140].repeat((width * height) as usize);
        Self {
            pixels,
            width,
            height,
        }
    }

    /// Draws a face around a point, `radius` pixels wide to each side.
    fn face(&mut self, x: f32, y: f32, radius: f32) {
        let width = self.width as usize;
        for (index, pixel) in self.pixels.chunks_exact_mut(3).enumerate() {
            let u = ((index % width) as f32 + 0.5 - x) / radius;
            let v = ((index / width) as f32 + 0.5 - y) / radius;
            // Its own part of the picture.
            if u.abs() > 2.0 || !(-2.0..2.2).contains(&v) {
                continue;
            }
            for (left, top, across, down, colour) in PARTS {
                if ((u - left) / across).powi(2) + ((v - top) / down).powi(2) < 1.0 {
                    pixel.copy_from_slice(&colour);
                }
            }
        }
    }

    fn view(&self) -> RgbView<'_> {
        RgbView::new(&self.pixels, self.width, self.height).expect("valid sides")
    }

    fn faces(&self) -> Vec<Face> {
        let detector = Detector::new(WEIGHTS).expect("the shipped weights");
        detector.detect(&self.view())
    }
}

/// True where box and eyes are those of a face drawn there.
fn is_at(face: &Face, x: f32, y: f32, radius: f32) -> bool {
    let near = |found: f32, expected: f32| (found - expected).abs() < 0.3 * radius;
    let eyes = [(Landmark::RightEye, -0.4), (Landmark::LeftEye, 0.4)];
    let eyes = eyes.map(|(eye, side)| {
        let point = face.point(eye);
        near(point.x, x + side * radius) && near(point.y, y - 0.12 * radius)
    });
    eyes == [true; 2] && (1.5..2.4).contains(&(face.bounds.width / radius))
}

#[test]
fn a_face_is_found_at_its_place() {
    for (width, height, x, y, radius) in [
        (128, 128, 64.0, 58.0, 24.0),
        (600, 400, 410.0, 180.0, 80.0),
        (400, 600, 200.0, 300.0, 70.0),
    ] {
        let mut canvas = Canvas::new(width, height);
        canvas.face(x, y, radius);
        let faces = canvas.faces();
        assert_eq!(faces.len(), 1, "{faces:?}");
        assert!(is_at(&faces[0], x, y, radius), "{faces:?}");
    }
}

#[test]
fn a_grey_image_has_its_face() {
    let mut canvas = Canvas::new(300, 300);
    canvas.face(140.0, 130.0, 50.0);
    for pixel in canvas.pixels.chunks_exact_mut(3) {
        let sum: u16 = pixel.iter().map(|byte| u16::from(*byte)).sum();
        pixel.fill((sum / 3) as u8);
    }
    let faces = canvas.faces();
    assert!(
        faces.len() == 1 && is_at(&faces[0], 140.0, 130.0, 50.0),
        "{faces:?}"
    );
}

#[test]
fn twenty_faces_are_found_once_each() {
    // Larger than what tiles are cut from, so that boxes are scaled back.
    let mut canvas = Canvas::new(1500, 1280);
    let places: Vec<(f32, f32)> = (0..20)
        .map(|index| {
            (
                (index % 5) as f32 * 300.0 + 150.0,
                (index / 5) as f32 * 320.0 + 150.0,
            )
        })
        .collect();
    for (index, (x, y)) in places.iter().enumerate() {
        canvas.face(*x, *y, 55.0 + index as f32);
    }
    let faces = canvas.faces();
    assert_eq!(faces.len(), 20, "{faces:?}");
    for (index, (x, y)) in places.into_iter().enumerate() {
        let found = faces
            .iter()
            .any(|face| is_at(face, x, y, 55.0 + index as f32));
        assert!(found, "{x}, {y}: {faces:?}");
    }
    assert!(faces.is_sorted_by(|a, b| a.bounds.area() >= b.bounds.area()));
}

#[test]
fn small_faces_are_found_in_tiles() {
    for (x, y) in [(60.0, 70.0), (505.0, 340.0), (930.0, 600.0), (300.0, 352.0)] {
        let mut canvas = Canvas::new(1000, 700);
        canvas.face(x, y, 27.0);
        let faces = canvas.faces();
        assert_eq!(faces.len(), 1, "{x}, {y}: {faces:?}");
        assert!(is_at(&faces[0], x, y, 27.0), "{x}, {y}: {faces:?}");
    }
}

#[test]
fn a_crop_shows_the_face_like_a_training_portrait() {
    let mut canvas = Canvas::new(700, 500);
    canvas.face(300.0, 200.0, 60.0);
    let face = canvas.faces()[0];
    let pixels = cut(&canvas.view(), face.crop_box(), (178, 218));
    let crop = Canvas {
        pixels,
        width: 178,
        height: 218,
    };
    let face = crop.faces()[0];
    let centre = face.bounds.centre();
    assert!((face.bounds.width / 178.0 - 0.465).abs() < 0.05, "{face:?}");
    assert!((centre.x / 178.0 - 0.5).abs() < 0.05, "{face:?}");
    assert!((centre.y / 218.0 - 0.49).abs() < 0.05, "{face:?}");
}
