//! The canvas of the map: its size, its images, and what is drawn on it.

use std::collections::HashMap;
use std::sync::Arc;

use gloo::events::EventListener;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use crate::page::browser::dom::{self, window};
use crate::page::browser::frames::Frames;
use crate::page::browser::measure;
use crate::page::state::State;
use crate::page::ui::hue;

use super::crowd;
use super::drawing::{self, Scene, Tint};
use super::state::Points;
use super::viewport::Viewport;

/// The most images that are kept ready.
const KEPT: usize = 900;

/// What the map shows, beside its points.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// The part of the map that is seen.
    pub viewport: RwSignal<Viewport>,
    /// The image pointed at, or reached by the keyboard: its place among the points.
    pub pointed: RwSignal<Option<usize>>,
    /// The frame being drawn.
    pub frame: RwSignal<Option<([f64; 2], [f64; 2])>>,
}

/// An image on its way to the canvas.
#[derive(Debug)]
struct Loading {
    address: RwSignal<Option<String>>,
    element: Option<(HtmlImageElement, EventListener)>,
}

/// Images by their index.
#[derive(Debug, Default)]
struct Images(HashMap<usize, Loading>);

/// Draws the map whenever something of it changes.
pub fn keep_drawn(state: State, shown: Shown, element: NodeRef<leptos::html::Canvas>) {
    let owner = Owner::current().unwrap_or_default();
    let images = StoredValue::new_local(Images::default());
    let tints = Memo::new(move |_| tints(state));
    let again = StoredValue::new_local(None::<Frames>);
    let draw = move || {
        let Some(canvas) = element.try_get_untracked().flatten() else {
            return;
        };
        let Some(points) = state.open_now().map.get_untracked() else {
            return;
        };
        let ask = again.with_value(Clone::clone);
        owner.with(|| {
            untrack(|| {
                paint(
                    state,
                    shown,
                    &canvas,
                    &points,
                    &tints.get(),
                    images,
                    ask.as_ref(),
                );
            });
        });
    };
    let frames = Frames::new(draw);
    again.set_value(Some(frames.clone()));
    Effect::new(move |_| {
        shown.viewport.track();
        shown.pointed.track();
        shown.frame.track();
        tints.track();
        state.open().map.track();
        state.open().selection.track();
        state.theme.track();
        element.track();
        again.with_value(|frames| {
            if let Some(frames) = frames {
                frames.ask();
            }
        });
    });
    on_cleanup(move || again.set_value(None));
}

/// The tint of every point, by the predictions of the map's task and the results.
fn tints(state: State) -> Arc<Vec<Tint>> {
    let Some(points) = state.open().map.get() else {
        return Arc::default();
    };
    let predictions = state.mapped_task().and_then(|task| state.predictions(task));
    let results = state.open().answer.with(|answer| {
        let answer = answer.as_ref()?;
        let mut is_result = vec![false; answer.ranking.scores.len()];
        for ranked in &answer.ranking.order {
            if let Some(result) = is_result.get_mut(ranked.index) {
                *result = true;
            }
        }
        Some(is_result)
    });
    let tint = |&image: &usize| {
        let prediction = predictions.as_ref().and_then(|it| it.prediction(image));
        let result = results.as_ref().and_then(|it| it.get(image));
        Tint::new(prediction, result.copied().unwrap_or(true))
    };
    Arc::new(points.images.iter().map(tint).collect())
}

fn paint(
    state: State,
    shown: Shown,
    canvas: &HtmlCanvasElement,
    points: &Points,
    tints: &[Tint],
    images: StoredValue<Images, LocalStorage>,
    again: Option<&Frames>,
) {
    let viewport = shown.viewport.get();
    let places: Vec<[f64; 2]> = points.points.iter().map(|it| viewport.place(*it)).collect();
    let mut drawn = crowd::drawn(&places, viewport.size, viewport.place([0.0; 2]));
    let pointed = shown.pointed.get().filter(|at| *at < places.len());
    if let Some(pointed) = pointed.filter(|at| !drawn.contains(at)) {
        drawn.push(pointed);
    }
    let ready = images.try_update_value(|images| {
        let of = |&at: &usize| Some((at, images.ready(state, *points.images.get(at)?, again)?));
        drawn.iter().filter_map(of).collect::<Vec<_>>()
    });
    let selection = state.open_now().selection.get();
    let selected = points.images.iter().enumerate();
    let selected: Vec<usize> = selected
        .filter_map(|(at, image)| selection.has(*image).then_some(at))
        .collect();
    let task = state.mapped_task();
    let values = state.tasks.with(|tasks| {
        let task = tasks.get(task?)?;
        Some(task.values.len())
    });
    let format = state
        .data_now()
        .and_then(|data| data.manifest.picture.clone());
    let ratio = format.map_or(1.0, |it| {
        f64::from(it.width) / f64::from(it.height).max(1.0)
    });
    let density = window().map_or(1.0, |window| window.device_pixel_ratio());
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok());
    let [width, height] = viewport.size;
    let pixels = |length: f64| (length * density).round() as u32;
    if canvas.width() != pixels(width) || canvas.height() != pixels(height) {
        canvas.set_width(pixels(width));
        canvas.set_height(pixels(height));
    }
    let scene = Scene {
        size: viewport.size,
        density,
        side: viewport.side(),
        places: &places,
        tints,
        hue: hue::hue(task.unwrap_or_default()),
        values: values.unwrap_or(1),
        images: ready.as_deref().unwrap_or_default(),
        ratio,
        selected: &selected,
        pointed,
        frame: shown.frame.get(),
        ink: &measure::property(canvas, "color"),
        accent: &measure::property(canvas, "outline-color"),
    };
    if let Some(context) = context {
        drawing::draw(&context, &scene);
    }
}

impl Images {
    /// An image that can be drawn; one that is not there yet is asked for, and all is drawn again once it is.
    fn ready(
        &mut self,
        state: State,
        image: usize,
        again: Option<&Frames>,
    ) -> Option<HtmlImageElement> {
        if self.0.len() > KEPT {
            self.0.clear();
        }
        let loading = self.0.entry(image).or_insert_with(|| {
            let address = state.picture(image);
            if let (None, Some(again)) = (address.get_untracked(), again.cloned()) {
                Effect::new(move |_| {
                    if address.get().is_some() {
                        again.ask();
                    }
                });
            }
            Loading {
                address,
                element: None,
            }
        });
        if loading.element.is_none() {
            let address = loading.address.get_untracked()?;
            let element: HtmlImageElement = dom::document()?
                .create_element("img")
                .ok()?
                .dyn_into()
                .ok()?;
            let again = again.cloned();
            let listener = EventListener::once(&element, "load", move |_| {
                if let Some(again) = again {
                    again.ask();
                }
            });
            element.set_src(&address);
            loading.element = Some((element, listener));
        }
        let (element, _) = loading.element.as_ref()?;
        (element.complete() && element.natural_width() > 0).then(|| element.clone())
    }
}
