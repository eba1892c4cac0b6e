//! The map on a canvas: points in the colours of what is predicted, some of them as images.

use web_sys::{ImageBitmap, OffscreenCanvasRenderingContext2d as Context};

use crate::map_protocol::{Style, Tint};

/// Least and greatest radius of a point in pixels.
const RADIUS: [f64; 2] = [1.9, 4.5];
/// Pixels of an image's longer side.
const IMAGE: f64 = 46.0;
/// The same of the one that is pointed at.
const LARGE: f64 = 84.0;

/// Everything that is drawn. Places are in pixels.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    /// The size and the colours.
    pub style: &'a Style,
    /// Pixels of the map's side: the farther its points lie apart, the larger they are.
    pub side: f64,
    /// The points.
    pub places: &'a [[f64; 2]],
    /// The tint of each.
    pub tints: &'a [Tint],
    /// Points drawn as images, as far as these are there.
    pub images: &'a [(usize, &'a ImageBitmap)],
    /// The selected points.
    pub selected: &'a [usize],
    /// The point that is pointed at.
    pub pointed: Option<usize>,
    /// The frame being drawn.
    pub frame: Option<([f64; 2], [f64; 2])>,
}

/// Draws a scene. What the browser refuses to draw is left out.
pub(super) fn draw(context: &Context, scene: &Scene<'_>) {
    let [width, height] = scene.style.size;
    let density = scene.style.density;
    context
        .set_transform(density, 0.0, 0.0, density, 0.0, 0.0)
        .ok();
    context.clear_rect(0.0, 0.0, width, height);
    points(context, scene);
    for (at, image) in scene.images {
        picture(context, scene, *at, image, IMAGE);
    }
    context.set_line_width(2.5);
    context.set_stroke_style_str(&scene.style.accent);
    for &at in scene.selected {
        ring(context, scene, at, radius(scene) + 3.0);
    }
    if let Some(at) = scene.pointed {
        let image = scene.images.iter().find(|(drawn, _)| *drawn == at);
        match image {
            Some((_, image)) => picture(context, scene, at, image, LARGE),
            None => {
                context.set_stroke_style_str(&scene.style.ink);
                ring(context, scene, at, radius(scene) + 5.0);
            }
        }
    }
    if let Some((a, b)) = scene.frame {
        context.set_stroke_style_str(&scene.style.accent);
        context.set_line_width(1.5);
        context.stroke_rect(a[0], a[1], b[0] - a[0], b[1] - a[1]);
    }
}

/// The radius of a point.
fn radius(scene: &Scene<'_>) -> f64 {
    let [least, greatest] = RADIUS;
    (1.5 + scene.side / 700.0).clamp(least, greatest)
}

fn points(context: &Context, scene: &Scene<'_>) {
    let radius = radius(scene);
    let mut order: Vec<usize> = (0..scene.places.len().min(scene.tints.len())).collect();
    // One colour after the other: a colour is read anew each time it is set. The faint ones lie below.
    order.sort_by_key(|&at| (!scene.tints[at].is_faint(), scene.tints[at]));
    for same in order.chunk_by(|&a, &b| scene.tints[a] == scene.tints[b]) {
        let tint = scene.tints[same[0]];
        context.set_fill_style_str(&tint.colour(scene.style.hue, scene.style.values));
        context.begin_path();
        for &at in same {
            let [x, y] = scene.places[at];
            context.move_to(x + radius, y);
            context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok();
        }
        context.fill();
    }
}

fn ring(context: &Context, scene: &Scene<'_>, at: usize, radius: f64) {
    let Some(&[x, y]) = scene.places.get(at) else {
        return;
    };
    context.begin_path();
    context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok();
    context.stroke();
}

fn picture(context: &Context, scene: &Scene<'_>, at: usize, image: &ImageBitmap, longer: f64) {
    let (Some(&[x, y]), Some(tint)) = (scene.places.get(at), scene.tints.get(at)) else {
        return;
    };
    let (width, height) = match scene.style.ratio >= 1.0 {
        true => (longer, longer / scene.style.ratio),
        false => (longer * scene.style.ratio, longer),
    };
    let (left, top) = (x - width / 2.0, y - height / 2.0);
    let faint = if tint.is_faint() { 0.35 } else { 1.0 };
    context.set_global_alpha(faint);
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(image, left, top, width, height)
        .ok();
    let selected = scene.selected.contains(&at);
    context.set_line_width(if selected { 4.0 } else { 2.0 });
    let colour = tint.colour(scene.style.hue, scene.style.values);
    context.set_stroke_style_str(if selected {
        &scene.style.accent
    } else {
        &colour
    });
    context.stroke_rect(left, top, width, height);
    context.set_global_alpha(1.0);
}
