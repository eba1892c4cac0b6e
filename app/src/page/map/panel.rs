//! The map of the images, with what moves it, selects in it, and explains its colours.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html::Canvas;
use leptos::prelude::*;

use crate::page::browser::follow::Follow;
use crate::page::query::action::Action;
use crate::page::results::tools::image_name;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::{lower_first, task_title, value_title};
use crate::page::ui::format;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::picture::Picture;

use super::canvas::{Shown, keep_drawn};
use super::drawing::colour;
use super::pick::{self, Direction};
use super::pointer::{Gesture, Pointers};
use super::state::Progress;

/// Zoom of a button or a key.
const STEP: f64 = 1.6;

/// All images as points, near one another where they are similar.
#[component]
pub fn ImageMap() -> impl IntoView {
    let state = use_state();
    let element = NodeRef::<Canvas>::new();
    let shown = Shown {
        viewport: RwSignal::default(),
        pointed: RwSignal::new(None),
        frame: RwSignal::new(None),
    };
    // Another layout has other places.
    Effect::new(move |_| {
        state.mapped_task();
        shown.pointed.set(None);
    });
    follow_size(element, shown);
    keep_drawn(state, shown, element);
    let framing = RwSignal::new(false);
    let pointers = StoredValue::new(Pointers::default());
    let act = move |gesture: Option<Gesture>, event: &PointerEvent| match gesture {
        Some(Gesture::Move(by)) => shown.viewport.update(|it| *it = it.moved(by)),
        Some(Gesture::Zoom(times, at)) => shown.viewport.update(|it| *it = it.zoomed(times, at)),
        Some(Gesture::Frame(a, b)) => shown.frame.set(Some((a, b))),
        Some(Gesture::Framed(a, b)) => {
            shown.frame.set(None);
            select_within(state, shown, a, b);
        }
        Some(Gesture::Press(at)) => {
            shown.pointed.set(pick::nearest(&places(state, shown), at));
            press(state, shown, event);
        }
        None => {}
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(element) = element.get_untracked() {
            element.set_pointer_capture(event.pointer_id()).ok();
        }
        let frames = framing.get_untracked() || event.shift_key();
        pointers.update_value(|it| it.down(event.pointer_id(), at(&event), frames));
    };
    let moves = move |event: PointerEvent| {
        if !pointers.with_value(Pointers::are_down) {
            let near = pick::nearest(&places(state, shown), at(&event));
            if shown.pointed.get_untracked() != near {
                shown.pointed.set(near);
            }
            return;
        }
        let gesture = pointers
            .try_update_value(|it| it.moves(event.pointer_id(), at(&event)))
            .flatten();
        act(gesture, &event);
    };
    let up = move |event: PointerEvent| {
        let gesture = pointers
            .try_update_value(|it| it.up(event.pointer_id(), at(&event)))
            .flatten();
        act(gesture, &event);
    };
    let cancel = move |_: PointerEvent| {
        pointers.update_value(Pointers::cancel);
        shown.frame.set(None);
    };
    let leave = move |_: PointerEvent| {
        if !pointers.with_value(Pointers::are_down) {
            shown.pointed.set(None);
        }
    };
    let wheel = move |event: WheelEvent| {
        event.prevent_default();
        let times = (-event.delta_y() / 400.0).clamp(-1.0, 1.0).exp2();
        shown
            .viewport
            .update(|it| *it = it.zoomed(times, at(&event)));
    };
    let keys = move |event: KeyboardEvent| {
        if press_key(state, shown, &event) {
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
                        (rests && state.open().map.with(Option::is_some)).to_string()
                    }
                    node_ref=element
                    on:pointerdown=down
                    on:pointermove=moves
                    on:pointerup=up
                    on:pointercancel=cancel
                    on:pointerleave=leave
                    on:wheel=wheel
                    on:keydown=keys
                ></canvas>
                <Tools shown=shown framing=framing />
                <Tip shown=shown />
            </div>
            <p class="image-map__said" aria-live="polite">{move || said(state, shown)}</p>
        </section>
    }
}

/// Follows the size of the canvas.
fn follow_size(element: NodeRef<Canvas>, shown: Shown) {
    let follow = StoredValue::new_local(None::<Follow>);
    Effect::new(move |_| {
        let Some(canvas) = element.get() else { return };
        let measure = move || {
            let Some(canvas) = element.try_get_untracked().flatten() else {
                return;
            };
            let size = [canvas.client_width(), canvas.client_height()].map(f64::from);
            if shown.viewport.get_untracked().size != size {
                shown.viewport.update(|it| *it = it.resized(size));
            }
        };
        measure();
        follow.set_value(Follow::new(&canvas, measure));
    });
    on_cleanup(move || follow.set_value(None));
}

/// The place of a mouse's event on the canvas.
fn at(event: &MouseEvent) -> [f64; 2] {
    [event.offset_x(), event.offset_y()].map(f64::from)
}

/// The places of all points.
fn places(state: State, shown: Shown) -> Vec<[f64; 2]> {
    let viewport = shown.viewport.get_untracked();
    let points = state.open_now().map.get_untracked();
    let points = points.iter().flat_map(|points| &points.points);
    points.map(|point| viewport.place(*point)).collect()
}

/// The image of a point.
fn image(state: State, at: usize) -> Option<usize> {
    state
        .open()
        .map
        .with(|points| points.as_ref()?.images.get(at).copied())
}

/// Opens the image that is pointed at, or selects it where that is meant.
fn press(state: State, shown: Shown, event: &PointerEvent) {
    let pointed = shown.pointed.get_untracked();
    let Some(image) = untrack(|| pointed.and_then(|at| image(state, at))) else {
        return;
    };
    // Shift draws frames here.
    if event.shift_key() {
        state.toggle_selected(image);
    } else if !state.select_by(image, event, event.pointer_type() == "touch") {
        state.go(Action::Open(Some(image)));
    }
}

/// Selects what lies in a frame, beside what is selected.
fn select_within(state: State, shown: Shown, a: [f64; 2], b: [f64; 2]) {
    let within = pick::within(&places(state, shown), a, b);
    let images: Vec<usize> = within
        .into_iter()
        .filter_map(|at| untrack(|| image(state, at)))
        .collect();
    state.select_images(&images);
}

/// Does what a key says. Returns true if it says something.
fn press_key(state: State, shown: Shown, event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    let pointed = shown.pointed.get_untracked();
    let image = || untrack(|| pointed.and_then(|at| image(state, at)));
    let middle = shown
        .viewport
        .get_untracked()
        .size
        .map(|length| length / 2.0);
    let key = event.key();
    if let Some(direction) = Direction::of_key(&key) {
        go(state, shown, direction);
        return true;
    }
    match (key.as_str(), image()) {
        ("+" | "=", _) => shown.viewport.update(|it| *it = it.zoomed(STEP, middle)),
        ("-", _) => shown
            .viewport
            .update(|it| *it = it.zoomed(1.0 / STEP, middle)),
        ("0", _) => shown.viewport.update(|it| *it = it.zoomed(0.0, middle)),
        ("Escape", _) => return state.clear_selection(),
        ("Enter", Some(image)) => state.go(Action::Open(Some(image))),
        ("x" | "X", Some(image)) => state.toggle_selected(image),
        _ => return false,
    }
    true
}

/// Goes to the next point in a direction, from the middle at first.
fn go(state: State, shown: Shown, direction: Direction) {
    let places = places(state, shown);
    let from = shown.pointed.get_untracked();
    let from = from.and_then(|at| places.get(at).copied());
    let viewport = shown.viewport.get_untracked();
    let next = match from {
        Some(from) => pick::next(&places, from, direction),
        None => pick::closest(&places, viewport.size.map(|length| length / 2.0)),
    };
    let Some(next) = next else { return };
    shown.pointed.set(Some(next));
    let point = state.open_now().map.with_untracked(|points| {
        let points = points.as_ref()?;
        points.points.get(next).copied()
    });
    if let Some(point) = point {
        shown.viewport.set(viewport.showing(point));
    }
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
    let shown = open
        .map
        .with(|points| points.as_ref().map_or(0, |it| it.images.len()));
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
fn said(state: State, shown: Shown) -> Option<String> {
    let image = image(state, shown.pointed.get()?)?;
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
fn Tools(shown: Shown, framing: RwSignal<bool>) -> impl IntoView {
    let zoom = move |times: f64| {
        let middle = shown
            .viewport
            .get_untracked()
            .size
            .map(|length| length / 2.0);
        shown.viewport.update(|it| *it = it.zoomed(times, middle));
    };
    let button = move |label: &'static str, testid: &'static str, symbol: Symbol, times: f64| {
        let ends = move || times < 1.0 && shown.viewport.with(super::viewport::Viewport::is_whole);
        view! {
            <button
                class="button button--icon"
                type="button"
                aria-label=label
                title=label
                data-testid=testid
                disabled=ends
                on:click=move |_| zoom(times)
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
fn Tip(shown: Shown) -> impl IntoView {
    let state = use_state();
    let image = Memo::new(move |_| shown.pointed.get().and_then(|at| image(state, at)));
    let style = move || {
        let viewport = shown.viewport.get();
        let point = state.open().map.with(|points| {
            let points = points.as_ref()?;
            points.points.get(shown.pointed.get()?).copied()
        });
        let [x, y] = viewport.place(point.unwrap_or_default());
        let right = x > viewport.size[0] / 2.0;
        let low = y > viewport.size[1] / 2.0;
        let across = if right { "calc(-100% - 14px)" } else { "14px" };
        let down = if low { "calc(-100% - 14px)" } else { "14px" };
        format!("translate:{x:.0}px {y:.0}px;transform:translate({across},{down})")
    };
    move || {
        let image = image.get()?;
        Some(view! {
            <div class="image-map__tip" style=style aria-hidden="true">
                <Picture index=image class="image-map__large" />
                <span>{move || said(state, shown)}</span>
            </div>
        })
    }
}
