//! Painting in centimetres: the one place that knows pixels and tiny-skia.

use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Path,
    PathBuilder, Pixmap, Point, RadialGradient, Shader, SpreadMode, Stroke, StrokeDash, Transform,
};

use super::curve::Pt;
use crate::shoes::colour::Rgb;

/// The colouring of a shape; points are in centimetres.
#[derive(Clone, Debug)]
pub(super) enum Ink {
    /// One colour with an opacity.
    Flat(Rgb, f32),
    /// A straight gradient from the first point to the second: `(position, colour, opacity)` stops.
    Linear(Pt, Pt, Vec<(f32, Rgb, f32)>),
    /// A round gradient: centre, radius in centimetres, stops.
    Round(Pt, f32, Vec<(f32, Rgb, f32)>),
}

impl From<Rgb> for Ink {
    fn from(colour: Rgb) -> Self {
        Self::Flat(colour, 1.0)
    }
}

/// The transform from centimetres to pixels: `pixel = centre + turn(scale * (point - origin))`, y
/// flipped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Pixels per centimetre along x; a view from a little to the front shortens it.
    pub(super) scale_x: f32,
    /// Pixels per centimetre along y.
    pub(super) scale_y: f32,
    /// Turn in radians, positive lifts the heel.
    pub(super) turn: f32,
    /// The point in centimetres that lies at `centre`.
    pub(super) origin: Pt,
    /// Pixel position of the origin.
    pub(super) centre: Pt,
}

impl Place {
    fn to_pixels(self, (x, y): Pt) -> Pt {
        let (dx, dy) = (
            (x - self.origin.0) * self.scale_x,
            (y - self.origin.1) * self.scale_y,
        );
        let (sin, cos) = self.turn.sin_cos();
        (
            self.centre.0 + dx * cos - dy * sin,
            self.centre.1 - (dx * sin + dy * cos),
        )
    }
}

/// A square picture under the brush.
#[derive(Debug)]
pub(super) struct Canvas {
    pixmap: Pixmap,
    place: Place,
}

impl Canvas {
    /// A canvas of one background colour; `None` for a size of zero.
    pub(super) fn new(side: u32, background: Rgb, place: Place) -> Option<Self> {
        let mut pixmap = Pixmap::new(side, side)?;
        pixmap.fill(colour(background, 1.0));
        Some(Self { pixmap, place })
    }

    /// Fills a closed shape.
    pub(super) fn fill(&mut self, shape: &[Pt], ink: impl Into<Ink>, clip: Option<&Mask>) {
        if let Some(path) = self.path(shape, true) {
            let paint = self.paint(&ink.into());
            self.pixmap.fill_path(
                &path,
                &paint,
                FillRule::Winding,
                Transform::identity(),
                clip,
            );
        }
    }

    /// Draws a line of a width in centimetres, closed when `closed`.
    pub(super) fn stroke(
        &mut self,
        line: &[Pt],
        width: f32,
        ink: impl Into<Ink>,
        closed: bool,
        clip: Option<&Mask>,
    ) {
        self.draw_line(line, width, &ink.into(), closed, None, clip);
    }

    /// Draws a row of stitches along a line.
    pub(super) fn stitch(&mut self, line: &[Pt], ink: impl Into<Ink>, clip: Option<&Mask>) {
        let dash = StrokeDash::new(
            vec![0.42 * self.place.scale_y, 0.3 * self.place.scale_y],
            0.0,
        );
        self.draw_line(line, 0.2, &ink.into(), false, dash, clip);
    }

    fn draw_line(
        &mut self,
        line: &[Pt],
        width: f32,
        ink: &Ink,
        closed: bool,
        dash: Option<StrokeDash>,
        clip: Option<&Mask>,
    ) {
        let Some(path) = self.path(line, closed) else {
            return;
        };
        let stroke = Stroke {
            width: width * self.place.scale_y,
            line_cap: if dash.is_some() {
                LineCap::Butt
            } else {
                LineCap::Round
            },
            line_join: LineJoin::Round,
            dash,
            ..Stroke::default()
        };
        let paint = self.paint(ink);
        self.pixmap
            .stroke_path(&path, &paint, &stroke, Transform::identity(), clip);
    }

    /// The inside of a shape, to draw within; `None` when it is empty.
    pub(super) fn mask(&self, shape: &[Pt]) -> Option<Mask> {
        let path = self.path(shape, true)?;
        let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height())?;
        mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
        Some(mask)
    }

    /// The inside of a shape that is also inside a mask; `None` when the shape is empty.
    pub(super) fn mask_within(&self, shape: &[Pt], clip: Option<&Mask>) -> Option<Mask> {
        let mut mask = self.mask(shape)?;
        if let Some(clip) = clip {
            for (cover, &other) in mask.data_mut().iter_mut().zip(clip.data()) {
                *cover = (u16::from(*cover) * u16::from(other) / 255) as u8;
            }
        }
        Some(mask)
    }

    /// Multiplies the colours under a mask by `factor(x, y)`, x and y in centimetres from the picture's corner.
    pub(super) fn texture(&mut self, mask: &Mask, factor: impl Fn(f32, f32) -> f32) {
        let width = self.pixmap.width() as usize;
        let scale = self.place.scale_y;
        let data = self.pixmap.data_mut();
        for (index, &cover) in mask
            .data()
            .iter()
            .enumerate()
            .filter(|(_, cover)| **cover > 8)
        {
            let x = (index % width) as f32 / scale;
            let y = (index / width) as f32 / scale;
            let by = 1.0 + (factor(x, y) - 1.0) * f32::from(cover) / 255.0;
            for channel in &mut data[index * 4..index * 4 + 3] {
                *channel = (f32::from(*channel) * by).clamp(0.0, 255.0) as u8;
            }
        }
    }

    /// The finished picture: premultiplied RGBA (opaque) of the canvas's side, row-major.
    pub(super) fn into_pixels(self) -> Vec<u8> {
        self.pixmap.take()
    }

    fn path(&self, points: &[Pt], closed: bool) -> Option<Path> {
        let (first, rest) = points.split_first()?;
        let mut builder = PathBuilder::new();
        let start = self.place.to_pixels(*first);
        builder.move_to(start.0, start.1);
        for &point in rest {
            let pixel = self.place.to_pixels(point);
            builder.line_to(pixel.0, pixel.1);
        }
        if closed {
            builder.close();
        }
        builder.finish()
    }

    fn paint(&self, ink: &Ink) -> Paint<'static> {
        let point = |at: Pt| {
            let (x, y) = self.place.to_pixels(at);
            Point::from_xy(x, y)
        };
        let stops = |stops: &[(f32, Rgb, f32)]| {
            stops
                .iter()
                .map(|&(position, rgb, opacity)| GradientStop::new(position, colour(rgb, opacity)))
                .collect::<Vec<_>>()
        };
        let flat = |stops: &[(f32, Rgb, f32)]| {
            stops
                .first()
                .map_or(Color::TRANSPARENT, |&(_, rgb, opacity)| {
                    colour(rgb, opacity)
                })
        };
        let shader = match ink {
            Ink::Flat(rgb, opacity) => Shader::SolidColor(colour(*rgb, *opacity)),
            Ink::Linear(from, to, list) => LinearGradient::new(
                point(*from),
                point(*to),
                stops(list),
                SpreadMode::Pad,
                Transform::identity(),
            )
            .unwrap_or(Shader::SolidColor(flat(list))),
            Ink::Round(centre, radius, list) => RadialGradient::new(
                point(*centre),
                0.0,
                point(*centre),
                (radius * self.place.scale_y).max(0.5),
                stops(list),
                SpreadMode::Pad,
                Transform::identity(),
            )
            .unwrap_or(Shader::SolidColor(flat(list))),
        };
        Paint {
            shader,
            anti_alias: true,
            ..Paint::default()
        }
    }
}

fn colour(Rgb(r, g, b): Rgb, opacity: f32) -> Color {
    let unit = |value: f32| value.clamp(0.0, 1.0);
    Color::from_rgba(unit(r), unit(g), unit(b), unit(opacity)).unwrap_or(Color::BLACK)
}
