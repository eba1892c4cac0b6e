//! The map on a canvas: points in the colours of what is predicted, some of them as images.

use web_sys::{CanvasRenderingContext2d, HtmlImageElement};

/// Least and greatest radius of a point in pixels.
const RADIUS: [f64; 2] = [1.9, 4.5];
/// Pixels of an image's longer side.
const IMAGE: f64 = 46.0;
/// The same of the one that is pointed at.
const LARGE: f64 = 84.0;
/// Steps of a colour's strength.
const STEPS: u8 = 4;

/// The colour of a point: the value that is predicted, and how sure that is. An image that is no result is faint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tint {
    value: u8,
    /// 0 for no result, then up to [`STEPS`].
    strength: u8,
}

impl Tint {
    /// The tint of an image by its prediction under a task.
    pub fn new(prediction: Option<(usize, f32)>, is_result: bool) -> Self {
        let (value, probability) = prediction.unwrap_or_default();
        // Half is the least that the likelier of two values has.
        let sure = (2.0 * probability - 1.0).clamp(0.0, 1.0);
        let step = 1 + (sure * f32::from(STEPS)).min(f32::from(STEPS - 1)) as u8;
        Self {
            value: value.min(255) as u8,
            strength: if is_result { step } else { 0 },
        }
    }

    /// The colour by the task's hue and its number of values.
    fn colour(self, hue: u32, values: usize) -> String {
        let alpha = match self.strength {
            0 => 0.16,
            step => 0.3 + 0.7 * f64::from(step) / f64::from(STEPS),
        };
        colour(hue, values, usize::from(self.value), alpha)
    }
}

/// The colour of a value. Of a yes/no task "no" is grey; else the values' hues go round from the task's.
pub fn colour(hue: u32, values: usize, value: usize, alpha: f64) -> String {
    if values == 2 && value == 0 {
        return format!("oklch(64% 0.02 {hue} / {alpha:.2})");
    }
    let turn = match values {
        0..=2 => 0,
        _ => 360 * value / values,
    };
    format!(
        "oklch(63% 0.17 {} / {alpha:.2})",
        (hue as usize + turn) % 360
    )
}

/// Everything that is drawn. Places are in pixels.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Size of the canvas.
    pub size: [f64; 2],
    /// Device pixels for each of the canvas.
    pub density: f64,
    /// Pixels of the map's side: the farther its points lie apart, the larger they are.
    pub side: f64,
    /// The points.
    pub places: &'a [[f64; 2]],
    /// The tint of each.
    pub tints: &'a [Tint],
    /// The task's hue and number of values.
    pub hue: u32,
    /// Number of values.
    pub values: usize,
    /// Points drawn as images, as far as these are there.
    pub images: &'a [(usize, HtmlImageElement)],
    /// Width of an image for its height.
    pub ratio: f64,
    /// The selected points.
    pub selected: &'a [usize],
    /// The point that is pointed at.
    pub pointed: Option<usize>,
    /// The frame being drawn.
    pub frame: Option<([f64; 2], [f64; 2])>,
    /// The colour of lines: that of the text.
    pub ink: &'a str,
    /// The colour of what is selected.
    pub accent: &'a str,
}

/// Draws a scene. What the browser refuses to draw is left out.
pub fn draw(context: &CanvasRenderingContext2d, scene: &Scene<'_>) {
    let [width, height] = scene.size;
    context
        .set_transform(scene.density, 0.0, 0.0, scene.density, 0.0, 0.0)
        .ok();
    context.clear_rect(0.0, 0.0, width, height);
    points(context, scene);
    for (at, image) in scene.images {
        picture(context, scene, *at, image, IMAGE);
    }
    context.set_line_width(2.5);
    context.set_stroke_style_str(scene.accent);
    for &at in scene.selected {
        ring(context, scene, at, radius(scene) + 3.0);
    }
    if let Some(at) = scene.pointed {
        let image = scene.images.iter().find(|(drawn, _)| *drawn == at);
        match image {
            Some((_, image)) => picture(context, scene, at, image, LARGE),
            None => {
                context.set_stroke_style_str(scene.ink);
                ring(context, scene, at, radius(scene) + 5.0);
            }
        }
    }
    if let Some((a, b)) = scene.frame {
        context.set_stroke_style_str(scene.accent);
        context.set_line_width(1.5);
        context.stroke_rect(a[0], a[1], b[0] - a[0], b[1] - a[1]);
    }
}

/// The radius of a point.
fn radius(scene: &Scene<'_>) -> f64 {
    let [least, greatest] = RADIUS;
    (1.5 + scene.side / 700.0).clamp(least, greatest)
}

fn points(context: &CanvasRenderingContext2d, scene: &Scene<'_>) {
    let radius = radius(scene);
    let mut order: Vec<usize> = (0..scene.places.len().min(scene.tints.len())).collect();
    // One colour after the other: a colour is read anew each time it is set. The faint ones lie below.
    order.sort_by_key(|&at| (scene.tints[at].strength, scene.tints[at]));
    for same in order.chunk_by(|&a, &b| scene.tints[a] == scene.tints[b]) {
        let tint = scene.tints[same[0]];
        context.set_fill_style_str(&tint.colour(scene.hue, scene.values));
        context.begin_path();
        for &at in same {
            let [x, y] = scene.places[at];
            context.move_to(x + radius, y);
            context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok();
        }
        context.fill();
    }
}

fn ring(context: &CanvasRenderingContext2d, scene: &Scene<'_>, at: usize, radius: f64) {
    let Some(&[x, y]) = scene.places.get(at) else {
        return;
    };
    context.begin_path();
    context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok();
    context.stroke();
}

fn picture(
    context: &CanvasRenderingContext2d,
    scene: &Scene<'_>,
    at: usize,
    image: &HtmlImageElement,
    longer: f64,
) {
    let (Some(&[x, y]), Some(tint)) = (scene.places.get(at), scene.tints.get(at)) else {
        return;
    };
    let (width, height) = match scene.ratio >= 1.0 {
        true => (longer, longer / scene.ratio),
        false => (longer * scene.ratio, longer),
    };
    let (left, top) = (x - width / 2.0, y - height / 2.0);
    let faint = if tint.strength == 0 { 0.35 } else { 1.0 };
    context.set_global_alpha(faint);
    context
        .draw_image_with_html_image_element_and_dw_and_dh(image, left, top, width, height)
        .ok();
    let selected = scene.selected.contains(&at);
    context.set_line_width(if selected { 4.0 } else { 2.0 });
    let colour = tint.colour(scene.hue, scene.values);
    context.set_stroke_style_str(if selected { scene.accent } else { &colour });
    context.stroke_rect(left, top, width, height);
    context.set_global_alpha(1.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surer_a_prediction_the_stronger_its_colour() {
        let strength = |probability| Tint::new(Some((1, probability)), true).strength;
        assert_eq!([0.5, 0.7, 0.9, 1.0].map(strength), [1, 2, 4, 4]);
        assert_eq!(Tint::new(Some((1, 0.9)), false).strength, 0);
        assert_eq!(
            Tint::new(None, true),
            Tint {
                value: 0,
                strength: 1
            }
        );
    }

    #[test]
    fn values_have_colours_of_their_own() {
        assert_ne!(colour(40, 2, 0, 1.0), colour(40, 2, 1, 1.0));
        let hues: Vec<String> = (0..4).map(|value| colour(40, 4, value, 1.0)).collect();
        for (at, hue) in hues.iter().enumerate() {
            assert!(!hues[..at].contains(hue));
        }
    }
}
