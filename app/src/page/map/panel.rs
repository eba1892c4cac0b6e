//! The map of the images: its canvas, and what pointers and keys do with it.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::map_protocol::{Direction, Pointing, Request, Style, Tint};
use crate::page::browser::dom::window;
use crate::page::browser::follow::Follow;
use crate::page::browser::measure;
use crate::page::query::action::Action;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::page::ui::hue;

use super::controls::{Legend, STEP, Tip, Tools, zoom};
use super::state::Progress;
use super::words::{about, pointed, said};

/// All images as points, near one another where they are similar.
#[component]
pub fn ImageMap() -> impl IntoView {
    let state = use_state();
    let element = NodeRef::<Canvas>::new();
    keep_drawn(state, element);
    let framing = RwSignal::new(false);
    let point = move |does: Pointing, event: PointerEvent| {
        let (id, at) = (event.pointer_id(), place(&event));
        let request = Request::Pointer { id, does, at };
        state.tell_map(request, Vec::new(), move |shown| {
            if shown.pressed {
                press(state, &event);
            }
            let images = state.open_now().map_images.get_untracked();
            let framed = shown.framed.iter();
            let framed: Vec<usize> = framed.filter_map(|at| images.get(*at).copied()).collect();
            if !framed.is_empty() {
                state.select_images(&framed);
            }
        });
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(element) = element.get_untracked() {
            element.set_pointer_capture(event.pointer_id()).ok();
        }
        let frames = framing.get_untracked() || event.shift_key();
        point(
            if frames {
                Pointing::Frame
            } else {
                Pointing::Down
            },
            event,
        );
    };
    let wheel = move |event: WheelEvent| {
        let times = (-event.delta_y() / 400.0).clamp(-1.0, 1.0).exp2();
        // Where all is seen, the wheel scrolls the page.
        if times < 1.0
            && state
                .open_now()
                .map_shown
                .with_untracked(|shown| shown.whole)
        {
            return;
        }
        event.prevent_default();
        zoom(state, times, Some(place(&event)));
    };
    // The mouse passes over many images; only those reached by keys are told.
    let by_keys = RwSignal::new(false);
    let keys = move |event: KeyboardEvent| {
        by_keys.set(true);
        if press_key(state, &event) {
            event.prevent_default();
        }
    };
    view! {
        <section class="image-map" aria-label=text::map::TITLE data-testid="map">
            <div class="image-map__head">
                <p class="image-map__about" data-testid="map-about">{move || about(state)}</p>
                <Legend />
            </div>
            <div class="image-map__field">
                <canvas
                    class="image-map__canvas"
                    class:image-map__canvas--frame=move || framing.get()
                    role="application"
                    tabindex="0"
                    aria-label=move || about(state)
                    aria-description=text::map::KEYS
                    data-testid="map-canvas"
                    data-done=move || {
                        let rests = state.open().map_progress.with(|it| *it == Progress::Rest);
                        (rests && state.open().map_shown.with(|shown| shown.done >= 1.0)).to_string()
                    }
                    node_ref=element
                    on:pointerdown=down
                    on:pointermove=move |event| {
                        by_keys.set(false);
                        point(Pointing::Move, event);
                    }
                    on:pointerup=move |event| point(Pointing::Up, event)
                    on:pointercancel=move |event| point(Pointing::Cancel, event)
                    on:pointerleave=move |event| point(Pointing::Leave, event)
                    on:wheel=wheel
                    on:keydown=keys
                ></canvas>
                <Tools framing=framing />
                <Tip />
            </div>
            <p class="image-map__said" aria-live=move || if by_keys.get() { "polite" } else { "off" }>{move || said(state)}</p>
        </section>
    }
}

/// Hands the canvas to the worker, and tells it whatever changes what is drawn.
fn keep_drawn(state: State, element: NodeRef<Canvas>) {
    let open = state.open_now();
    let size = RwSignal::new([0.0; 2]);
    let follow = StoredValue::new_local(None::<Follow>);
    effect(move || {
        let Some(canvas) = element.get() else { return };
        let measure = move || {
            if let Some(canvas) = element.try_get_untracked().flatten() {
                let now = [canvas.client_width(), canvas.client_height()].map(f64::from);
                if size.get_untracked() != now {
                    size.set(now);
                }
            }
        };
        measure();
        follow.set_value(Follow::new(&canvas, measure));
        match canvas.transfer_control_to_offscreen() {
            Ok(canvas) => open.run_latest(open.opening_map, state.open_map(canvas.into())),
            Err(_) => {
                let message = text::map::NO_CANVAS.to_owned();
                open.map_progress.set(Progress::Failed(message));
            }
        }
    });
    // Effects may run once more after the gallery was closed.
    let is_open = move || state.open().map_ready == open.map_ready;
    let tell = move |request: Request, part: Option<JsValue>| {
        state.tell_map(request, part.into_iter().collect(), |_| {});
    };
    effect(move || {
        state.theme.track();
        let (size, task) = (size.get(), state.mapped_task());
        let ready = is_open() && open.map_ready.get();
        if let Some(canvas) = element.get_untracked().filter(|_| ready) {
            tell(Request::Style(style(state, &canvas, size, task)), None);
        }
    });
    effect(move || {
        if is_open() && open.map_ready.get() {
            let tints = tints(state);
            tell(
                Request::Tints,
                Some(js_sys::Uint8Array::from(&*tints).buffer().into()),
            );
        }
    });
    effect(move || {
        if !is_open() || !open.map_ready.get() {
            return;
        }
        let points = open.selection.with(|selection| {
            let images = open.map_images.get();
            let places = images.iter().enumerate();
            let selected = places.filter(|(_, image)| selection.has(**image));
            selected.map(|(at, _)| at).collect()
        });
        tell(Request::Select { points }, None);
    });
    on_cleanup(move || {
        follow.set_value(None);
        // The gallery may be closed already.
        open.map_ready.try_set(false);
        open.cancel(open.opening_map);
        open.cancel(open.mapping);
    });
}

/// The size and the colours of the drawing.
fn style(state: State, canvas: &web_sys::Element, size: [f64; 2], task: Option<usize>) -> Style {
    let values = state
        .tasks
        .with(|tasks| Some(tasks.get(task?)?.values.len()));
    let format = state.data().and_then(|data| data.manifest.picture.clone());
    let ratio = format.map_or(1.0, |it| {
        f64::from(it.width) / f64::from(it.height).max(1.0)
    });
    Style {
        size,
        density: window().map_or(1.0, |window| window.device_pixel_ratio()),
        ratio,
        hue: hue::hue(task.unwrap_or_default()),
        values: values.unwrap_or(1),
        ink: measure::property(canvas, "color"),
        accent: measure::property(canvas, "outline-color"),
    }
}

/// The colours of the points, two bytes each, by the predictions of the map's task and the results.
fn tints(state: State) -> Vec<u8> {
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
        Tint::new(prediction, result.copied().unwrap_or(true)).bytes()
    };
    let images = state.open().map_images.get();
    images.iter().flat_map(tint).collect()
}

/// The place of a mouse's event on the canvas.
fn place(event: &MouseEvent) -> [f64; 2] {
    [event.offset_x(), event.offset_y()].map(f64::from)
}

/// Opens the image that is pointed at, or selects it where that is meant.
fn press(state: State, event: &PointerEvent) {
    let Some(image) = untrack(|| pointed(state)) else {
        return;
    };
    // Shift draws frames here.
    if event.shift_key() {
        state.toggle_selected(image);
    } else if !state.select_by(image, event, event.pointer_type() == "touch") {
        state.go(Action::Open(Some(image)));
    }
}

/// Does what a key says. Returns true if it says something.
fn press_key(state: State, event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    let go = |direction| state.tell_map(Request::Go(direction), Vec::new(), |_| {});
    match (event.key().as_str(), untrack(|| pointed(state))) {
        ("ArrowLeft", _) => go(Direction::Left),
        ("ArrowRight", _) => go(Direction::Right),
        ("ArrowUp", _) => go(Direction::Up),
        ("ArrowDown", _) => go(Direction::Down),
        ("+" | "=", _) => zoom(state, STEP, None),
        ("-", _) => zoom(state, 1.0 / STEP, None),
        ("0", _) => zoom(state, 0.0, None),
        ("Escape", _) => return state.clear_selection(),
        ("Enter", Some(image)) => state.go(Action::Open(Some(image))),
        ("x" | "X", Some(image)) => state.toggle_selected(image),
        _ => return false,
    }
    true
}
