//! The scene of an image: pose, background, occlusion, light, grain, JPEG.

use std::fmt::Write as _;

use jpeg_encoder::{ColorType, Encoder};
use rand_chacha::ChaCha8Rng;
use resvg::tiny_skia::{Pixmap, PixmapPaint, Transform};

use super::palette::{self, Rgb};
use super::raster;
use super::styles::Table;
use crate::SynthError;
use crate::random::{below, between, chance, generator, unit};

/// Width of a picture in pixels, as in the official aligned images.
pub(super) const WIDTH: u32 = 178;
/// Height of a picture in pixels.
pub(super) const HEIGHT: u32 = 218;

/// All that is not the person.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    angle: f32,
    scale: f32,
    shift: [f32; 2],
    flip: bool,
    background: String,
    occluder: Option<String>,
    /// Brightness left to right, top to bottom, and overall.
    light: [f32; 3],
    tint: [f32; 3],
    grain: f32,
    quality: u8,
    seed: [u64; 2],
}

impl Scene {
    /// The scene of one picture.
    pub(super) fn draw(seed: u64, index: u64) -> Self {
        let rng = &mut generator(seed, "face scene", index);
        Self {
            angle: between(rng, -8.0, 8.0),
            scale: between(rng, 0.92, 1.08),
            shift: [
                between(rng, -0.05, 0.05) * 178.0,
                between(rng, -0.05, 0.05) * 178.0,
            ],
            flip: chance(rng, 0.5),
            background: background(rng),
            occluder: if chance(rng, 0.2) {
                Some(occluder(rng))
            } else {
                None
            },
            light: [
                between(rng, -0.09, 0.09),
                between(rng, -0.07, 0.07),
                between(rng, 0.9, 1.01),
            ],
            tint: [between(rng, 0.975, 1.025), 1.0, between(rng, 0.975, 1.025)],
            grain: if chance(rng, 0.7) {
                between(rng, 0.5, 5.0)
            } else {
                0.0
            },
            quality: 80 + below(rng, 16) as u8,
            seed: [seed, index],
        }
    }

    /// Canvas units of a style to pixels of the picture.
    pub(super) fn place(&self, table: &Table) -> Transform {
        let scale = table.scale * self.scale;
        let [x, y] = table.centre;
        let mirror = if self.flip { -1.0 } else { 1.0 };
        Transform::from_translate(-x, -y)
            .post_scale(scale * mirror, scale)
            .post_rotate(self.angle)
            .post_translate(
                WIDTH as f32 / 2.0 + self.shift[0],
                HEIGHT as f32 / 2.0 + self.shift[1],
            )
    }

    /// Returns true if left and right are exchanged.
    pub(super) fn flipped(&self) -> bool {
        self.flip
    }

    /// The object in front of the person, if there is one; `zoom` 1 is the image's own size.
    pub(super) fn front(&self, zoom: f32) -> Result<Option<Pixmap>, SynthError> {
        self.occluder
            .as_ref()
            .map(|svg| layer(svg, zoom))
            .transpose()
    }

    /// The picture: background, person, occluder, light, grain.
    pub(super) fn compose(&self, person: &Pixmap) -> Result<Vec<u8>, SynthError> {
        let mut picture = layer(&self.background, 1.0)?;
        let paint = PixmapPaint::default();
        picture.draw_pixmap(0, 0, person.as_ref(), &paint, Transform::identity(), None);
        if let Some(front) = self.front(1.0)? {
            picture.draw_pixmap(0, 0, front.as_ref(), &paint, Transform::identity(), None);
        }
        let rng = &mut generator(self.seed[0], "face grain", self.seed[1]);
        let mut rgb = Vec::with_capacity((WIDTH * HEIGHT * 3) as usize);
        for (index, pixel) in picture.pixels().iter().enumerate() {
            let x = (index as u32 % WIDTH) as f32 / WIDTH as f32 - 0.5;
            let y = (index as u32 / WIDTH) as f32 / HEIGHT as f32 - 0.5;
            let gain = self.light[2] * (1.0 + 2.0 * (x * self.light[0] + y * self.light[1]));
            // The sum of three uniform values is close enough to a normal one for grain.
            let noise = if self.grain > 0.0 {
                (unit(rng) + unit(rng) + unit(rng) - 1.5) * 2.0 * self.grain
            } else {
                0.0
            };
            let channels = [pixel.red(), pixel.green(), pixel.blue()];
            rgb.extend(channels.iter().zip(self.tint).map(|(&value, tint)| {
                (f32::from(value) * gain * tint + noise)
                    .round()
                    .clamp(0.0, 255.0) as u8
            }));
        }
        Ok(rgb)
    }

    /// The JPEG file of a composed picture.
    pub(super) fn encode(&self, rgb: &[u8]) -> Result<Vec<u8>, SynthError> {
        let mut bytes = Vec::with_capacity(1 << 14);
        Encoder::new(&mut bytes, self.quality)
            .encode(rgb, WIDTH as u16, HEIGHT as u16, ColorType::Rgb)
            .map_err(|why| SynthError::draw("a JPEG file", why))?;
        Ok(bytes)
    }
}

/// Draws a full-picture SVG body.
fn layer(body: &str, zoom: f32) -> Result<Pixmap, SynthError> {
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\">{body}</svg>"
    );
    let (width, height) = (WIDTH as f32 * zoom, HEIGHT as f32 * zoom);
    raster::draw(
        &svg,
        Transform::from_scale(zoom, zoom),
        width as u32,
        height as u32,
    )
}

/// A wall in one colour, a gradient, or large soft shapes.
fn background(rng: &mut ChaCha8Rng) -> String {
    let base = palette::background(rng);
    let mut body = String::new();
    let fill = if chance(rng, 0.4) {
        let other = palette::background(rng).mix(base, 0.35);
        let (x, y) = if chance(rng, 0.5) { (0, 1) } else { (1, 1) };
        let _ = write!(
            body,
            "<defs><linearGradient id=\"g\" x1=\"0\" y1=\"0\" x2=\"{x}\" y2=\"{y}\"><stop offset=\"0\" stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{}\"/></linearGradient></defs>",
            base.hex(),
            other.hex()
        );
        "url(#g)".to_owned()
    } else {
        base.hex()
    };
    let _ = write!(
        body,
        "<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{fill}\"/>"
    );
    if chance(rng, 0.55) {
        for _ in 0..2 + below(rng, 4) {
            let tone = if chance(rng, 0.5) {
                Rgb(255, 255, 255)
            } else {
                palette::background(rng)
            };
            let _ = write!(
                body,
                "<circle cx=\"{:.0}\" cy=\"{:.0}\" r=\"{:.0}\" fill=\"{}\" fill-opacity=\"{:.2}\"/>",
                between(rng, -10.0, 190.0),
                between(rng, -10.0, 230.0),
                between(rng, 18.0, 85.0),
                tone.hex(),
                between(rng, 0.12, 0.4)
            );
        }
    } else if chance(rng, 0.4) {
        let line = base.mix(Rgb(255, 255, 255), 0.3).hex();
        let step = between(rng, 14.0, 34.0);
        let angle = between(rng, -45.0, 45.0);
        let _ = write!(
            body,
            "<g transform=\"rotate({angle:.0} 89 109)\" fill=\"{line}\">"
        );
        for stripe in -10..20 {
            let x = stripe as f32 * step;
            let _ = write!(
                body,
                "<rect x=\"{x:.1}\" y=\"-120\" width=\"{:.1}\" height=\"460\"/>",
                step * 0.45
            );
        }
        body.push_str("</g>");
    }
    body
}

/// Something between us and the person, reaching in from an edge: leaves, a ball, the corner of a card.
fn occluder(rng: &mut ChaCha8Rng) -> String {
    let colour = palette::background(rng)
        .shade(between(rng, 0.1, 0.45))
        .hex();
    let side = if chance(rng, 0.5) { 0.0 } else { WIDTH as f32 };
    let inward = if side > 0.0 { -1.0 } else { 1.0 };
    let y = between(rng, 60.0, 205.0);
    match below(rng, 3) {
        0 => {
            let mut body = format!("<g fill=\"{colour}\">");
            for leaf in 0..3 {
                let tilt = -50.0 + 45.0 * leaf as f32 + between(rng, -8.0, 8.0);
                let _ = write!(
                    body,
                    "<ellipse cx=\"{:.1}\" cy=\"0\" rx=\"30\" ry=\"10\" transform=\"translate({side} {y:.1}) rotate({:.1})\"/>",
                    inward * 24.0,
                    inward * tilt
                );
            }
            body.push_str("</g>");
            body
        }
        1 => {
            let radius = between(rng, 22.0, 42.0);
            format!("<circle cx=\"{side}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{colour}\"/>")
        }
        _ => {
            let width = between(rng, 50.0, 80.0);
            let tilt = between(rng, 15.0, 40.0);
            format!(
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"60\" rx=\"5\" fill=\"{colour}\" transform=\"rotate({tilt:.1} {side} {y:.1})\"/>",
                side - width / 2.0,
                y - 20.0
            )
        }
    }
}
