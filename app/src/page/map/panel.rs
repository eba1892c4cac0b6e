//! The map of the images, with what moves it, selects in it, and explains its colours.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::map_protocol::{Direction, Pointing, Request, Style, Tint, colour};
use crate::page::browser::dom::window;
use crate::page::browser::follow::Follow;
use crate::page::browser::measure;
use crate::page::query::action::Action;
use crate::page::results::tools::image_name;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::{lower_first, task_title, value_title};
use crate::page::ui::format;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::picture::Picture;

use super::state::Progress;

/// Zoom of a button or a key.
const STEP: f64 = 1.6;

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
    Effect::new(move |_| {
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
    Effect::new(move |_| {
        state.theme.track();
        let (size, task) = (size.get(), state.mapped_task());
        let ready = is_open() && open.map_ready.get();
        if let Some(canvas) = element.get_untracked().filter(|_| ready) {
            tell(Request::Style(style(state, &canvas, size, task)), None);
        }
    });
    Effect::new(move |_| {
        if is_open() && open.map_ready.get() {
            let tints = tints(state);
            tell(
                Request::Tints,
                Some(js_sys::Uint8Array::from(&*tints).buffer().into()),
            );
        }
    });
    Effect::new(move |_| {
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

/// The image that is pointed at; tracked.
fn pointed(state: State) -> Option<usize> {
    let open = state.open();
    let (at, _) = open.map_shown.with(|shown| shown.pointed)?;
    open.map_images.with(|images| images.get(at).copied())
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

fn zoom(state: State, times: f64, at: Option<[f64; 2]>) {
    state.tell_map(Request::Zoom { times, at }, Vec::new(), |_| {});
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

/// The map in a sentence; its progress, or why there is none.
fn about(state: State) -> String {
    let open = state.open();
    match open.map_progress.get() {
        Progress::Failed(message) => return text::map::failed(&message),
        Progress::Working(done) => {
            return text::map::laying_out(&format::percent(f64::from(done)));
        }
        Progress::Rest => {}
    }
    let shown = open.map_images.with(|images| images.len());
    let all = open
        .images
        .get()
        .saturating_sub(open.excluded.with(|excluded| excluded.len()));
    let task = state.mapped_task();
    let lens = state.tasks.with(|tasks| {
        let title = task.and_then(|task| tasks.get(task)).map(task_title);
        title.map_or_else(
            || text::map::OVERALL.to_owned(),
            |title| lower_first(&title),
        )
    });
    let counted = format::counted(shown, "image");
    match shown < all {
        true => text::map::about_some(&format::count(shown), &format::counted(all, "image"), &lens),
        false => text::map::about(&counted, &lens),
    }
}

/// The image pointed at in words, for whoever does not see the map.
fn said(state: State) -> Option<String> {
    let image = pointed(state)?;
    let name = state
        .open()
        .ground_truth
        .with(|known| image_name(known.as_ref().map_or(&[][..], |known| &known.ids), image));
    let predicted = state.mapped_task().and_then(|task| {
        let (value, probability) = state.predictions(task)?.prediction(image)?;
        let words = state
            .tasks
            .with(|tasks| Some(value_title(tasks.get(task)?, value)))?;
        Some(format!(
            ", {words} {}",
            format::percent(f64::from(probability))
        ))
    });
    Some(format!("{name}{}", predicted.unwrap_or_default()))
}

/// The colours of the values.
#[component]
fn Legend() -> impl IntoView {
    let state = use_state();
    move || {
        let task = state.mapped_task()?;
        let spec = state.tasks.with(|tasks| tasks.get(task).cloned())?;
        let values = spec.values.len();
        let value = move |at: usize| {
            let style = format!("background:{}", colour(hue::hue(task), values, at, 1.0));
            view! {
                <li class="image-map__value">
                    <i class="image-map__dot" style=style aria-hidden="true"></i>
                    {value_title(&spec, at)}
                </li>
            }
        };
        Some(view! {
            <ul class="image-map__legend" aria-label=text::map::COLOURS>
                {(0..values).rev().map(value).collect_view()}
            </ul>
        })
    }
}

/// Zoom, and selecting by a frame.
#[component]
fn Tools(framing: RwSignal<bool>) -> impl IntoView {
    let state = use_state();
    let whole = Memo::new(move |_| state.open().map_shown.with(|shown| shown.whole));
    let button = move |label: &'static str, testid: &'static str, symbol: Symbol, times: f64| {
        let ends = move || times < 1.0 && whole.get();
        view! {
            <button
                class="button button--icon"
                type="button"
                aria-label=label
                title=label
                data-testid=testid
                disabled=ends
                on:click=move |_| zoom(state, times, None)
            >
                <Icon symbol=symbol />
            </button>
        }
    };
    view! {
        <div class="image-map__tools">
            {button(text::map::ZOOM_IN, "map-in", Symbol::Plus, STEP)}
            {button(text::map::ZOOM_OUT, "map-out", Symbol::Minus, 1.0 / STEP)}
            {button(text::map::WHOLE, "map-whole", Symbol::Whole, 0.0)}
            <button
                class="button button--icon"
                type="button"
                aria-label=text::map::FRAME
                title=text::map::FRAME
                aria-pressed=move || framing.get().to_string()
                data-testid="map-frame"
                on:click=move |_| framing.update(|framing| *framing = !*framing)
            >
                <Icon symbol=Symbol::Frame />
            </button>
        </div>
    }
}

/// The image pointed at, beside its point.
#[component]
fn Tip() -> impl IntoView {
    let state = use_state();
    let image = Memo::new(move |_| pointed(state));
    let style = move || {
        let pointed = state.open().map_shown.with(|shown| shown.pointed);
        let (_, [x, y]) = pointed.unwrap_or_default();
        format!("--x:{x:.0}px;--y:{y:.0}px")
    };
    move || {
        let image = image.get()?;
        Some(view! {
            <div class="image-map__tip" style=style aria-hidden="true">
                <Picture index=image class="image-map__large" />
                <span>{move || said(state)}</span>
            </div>
        })
    }
}
