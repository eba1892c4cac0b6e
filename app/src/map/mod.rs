//! The worker of the map: it lays out the images of a gallery in the plane ([`modulens_retrieval::projection`]), draws
//! them on a canvas that the page hands over, and finds what a pointer means.
//!
//! [`plane`] is all of it but the browser: [`viewport`], [`pick`], [`mod@pointer`] and [`crowd`] are its parts. [`drawing`]
//! puts it on the canvas, with the images that [`bitmaps`] fetches.

mod bitmaps;
pub mod crowd;
mod drawing;
pub mod pick;
pub mod plane;
pub mod pointer;
pub mod viewport;

use std::cell::RefCell;

use modulens_retrieval::Embeddings;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use crate::calls::Call;
use crate::map_protocol::{Request, Shown, Tint};
use crate::{answers, scope};

use bitmaps::Bitmaps;
use drawing::Scene;
use plane::Plane;

thread_local! {
    static WORKER: RefCell<MapWorker> = RefCell::default();
}

/// The map, where it is drawn, and the images there are.
#[derive(Debug, Default)]
struct MapWorker {
    plane: Plane,
    bitmaps: Bitmaps,
    canvas: Option<(OffscreenCanvas, OffscreenCanvasRenderingContext2d)>,
    /// True while the next frame draws.
    asked: bool,
}

/// Listens to the page, and says so.
pub fn run() {
    answers::listen("map", |Call { call, request }, parts| {
        let shown = WORKER.with_borrow_mut(|worker| worker.handle(request, &parts));
        match shown {
            Ok(shown) => answers::reply(call, shown, &[]),
            Err(message) => answers::fail(Some(call), message),
        }
        draw_soon();
    });
}

/// Draws with the next frame, however often it is asked for.
fn draw_soon() {
    let asked = WORKER.with_borrow_mut(|worker| std::mem::replace(&mut worker.asked, true));
    if asked {
        return;
    }
    let draw = Closure::once_into_js(|| {
        WORKER.with_borrow_mut(|worker| {
            worker.asked = false;
            worker.draw();
        });
    });
    // The closure is a function, so that asking for it cannot fail.
    scope::global()
        .request_animation_frame(draw.unchecked_ref())
        .ok();
}

impl MapWorker {
    fn handle(&mut self, request: Request, parts: &[JsValue]) -> Result<Shown, String> {
        let part = || {
            parts
                .first()
                .ok_or("a message without its part arrived; reload the page")
        };
        let mut told = (false, Vec::new());
        match request {
            Request::Canvas => self.canvas = Some(canvas(part()?)?),
            Request::Begin { dim, same } => {
                let embeddings = scope::floats(part()?)?;
                let images = embeddings.len().checked_div(dim).unwrap_or_default();
                let embeddings = Embeddings::from_unit_rows(images, dim, embeddings)
                    .map_err(|error| format!("the pictures cannot be laid out: {error}"))?;
                self.plane.begin(&embeddings, same);
                if !same {
                    self.bitmaps.clear();
                }
            }
            Request::Step { epochs } => self.plane.step(epochs),
            Request::Style(style) => self.plane.set_style(style),
            Request::Tints => {
                let bytes = scope::bytes(part()?)?;
                let pairs = bytes.as_chunks::<2>().0.iter();
                self.plane.tints = pairs.map(|pair| Tint::of_bytes(*pair)).collect();
            }
            Request::Select { points } => self.plane.selected = points,
            Request::Images { images } => {
                let drawn = self.plane.drawn(&self.plane.places());
                self.bitmaps.fetch(images, &drawn);
            }
            Request::Pointer { id, does, at } => told = self.plane.point(id, does, at),
            Request::Zoom { times, at } => self.plane.zoom(times, at),
            Request::Go(direction) => self.plane.go(direction),
        }
        let shown = self.plane.shown(|at| self.bitmaps.is_known(at));
        let (pressed, framed) = told;
        Ok(Shown {
            pressed,
            framed,
            ..shown
        })
    }

    fn draw(&self) {
        let Some((canvas, context)) = &self.canvas else {
            return;
        };
        let style = &self.plane.style;
        let [width, height] = style
            .size
            .map(|length| (length * style.density).round() as u32);
        if canvas.width() != width || canvas.height() != height {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let places = self.plane.places();
        let drawn = self.plane.drawn(&places).into_iter();
        let images: Vec<_> = drawn
            .filter_map(|at| Some((at, self.bitmaps.get(at)?)))
            .collect();
        drawing::draw(
            context,
            &Scene {
                style,
                side: self.plane.side(),
                places: &places,
                tints: &self.plane.tints,
                images: &images,
                selected: &self.plane.selected,
                pointed: self.plane.pointed(),
                frame: self.plane.frame,
            },
        );
    }
}

/// A canvas that the page handed over, and the context that draws on it.
fn canvas(part: &JsValue) -> Result<(OffscreenCanvas, OffscreenCanvasRenderingContext2d), String> {
    let canvas: OffscreenCanvas = part
        .clone()
        .dyn_into()
        .map_err(|_| "a part of the message is no canvas; reload the page")?;
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|context| context.dyn_into().ok());
    let context = context.ok_or("this browser cannot draw in a worker")?;
    Ok((canvas, context))
}
