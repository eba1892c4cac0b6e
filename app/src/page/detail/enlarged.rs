//! The image of the details as large as the window: zoomed by wheel, fingers and keys, moved by dragging.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlDivElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

use crate::page::browser::dom::window;
use crate::page::browser::follow::Follow;
use crate::page::browser::keys;
use crate::page::map::controls::STEP;
use crate::page::text;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::effect::effect;
use crate::page::ui::icon::Symbol;
use crate::page::ui::icon_button::icon_button;

use super::preview::{Preview, address, sides};
use super::zoom::{Fingers, Zoom};

/// Pixels of a step by an arrow key.
const PACE: f64 = 80.0;

/// The events of the stage. Of the image only its load, which does not bubble: it is caught on its way down.
const EVENTS: [&str; 7] = [
    "load",
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "wheel",
    "dblclick",
];

/// The state of the enlarged image: its place on the stage, once it is loaded, and the fingers on it.
pub type Held = RwSignal<(Option<Zoom>, Fingers)>;

/// True while not all of the image is seen.
pub fn is_zoomed(held: Held) -> bool {
    held.with(|(zoom, _)| zoom.is_some_and(|zoom| !zoom.is_whole()))
}

/// The enlarged image.
#[component]
pub fn Enlarged(
    /// True while it is open.
    open: RwSignal<bool>,
    /// The image.
    index: Memo<Option<usize>>,
    /// Its larger preview.
    preview: RwSignal<Option<Preview>>,
    /// Its place.
    held: Held,
) -> impl IntoView {
    view! {
        <Dialog
            open=open
            close=move || open.set(false)
            label=text::previews::ENLARGED
            testid="enlarged"
            window=true
        >
            <Stage index=index preview=preview held=held />
        </Dialog>
    }
}

#[component]
fn Stage(
    index: Memo<Option<usize>>,
    preview: RwSignal<Option<Preview>>,
    held: Held,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    listen(element, held);
    let is = move |what: fn(&Zoom) -> bool| held.with(|(zoom, _)| zoom.as_ref().is_none_or(what));
    let button = move |label, testid, symbol, ends: fn(&Zoom) -> bool, key: &'static str| {
        icon_button(
            label,
            testid,
            symbol,
            move || is(ends),
            move || _ = press(held, key),
        )
    };
    let image = move || {
        let index = index.get()?;
        // Another image is seen whole.
        held.set(Default::default());
        let style = move || match held.with(|(zoom, _)| *zoom) {
            Some(zoom) => zoom.style(),
            None => "visibility:hidden".into(),
        };
        let src = address(index, preview);
        Some(view! { <img class="zoom__image" src=src style=style alt="" draggable="false" /> })
    };
    view! {
        <div
            class="zoom"
            class:zoom--in=move || is_zoomed(held)
            role="application"
            tabindex="0"
            aria-label=move || index.get().map(|index| text::detail::alt(&index))
            aria-description=text::previews::KEYS
            data-testid="zoom"
            node_ref=element
        >
            {image}
        </div>
        <div class="zoom__tools">
            {button(text::map::ZOOM_OUT, "zoom-out", Symbol::Minus, Zoom::is_whole, "-")}
            {button(text::previews::FIT, "zoom-fit", Symbol::Whole, Zoom::is_whole, "0")}
            {button(text::map::ZOOM_IN, "zoom-in", Symbol::Plus, Zoom::is_largest, "+")}
        </div>
    }
}

/// Listens to the size and the events of the stage, and to keys, as long as the stage is there.
fn listen(element: NodeRef<Div>, held: Held) {
    let following = StoredValue::new_local(None::<(Option<Follow>, Vec<EventListener>)>);
    effect(move || {
        let Some(stage) = element.get() else { return };
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        let on = |event: &'static str| {
            let stage_of = stage.clone();
            EventListener::new_with_options(&stage, event, options, move |event| {
                act(held, &stage_of, event);
            })
        };
        let mut listeners: Vec<EventListener> = EVENTS.into_iter().map(on).collect();
        // On the window: the focus may lie on a button.
        let stage_of = stage.clone();
        listeners.extend(window().map(|window| {
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                act(held, &stage_of, event);
            })
        }));
        let stage_of = stage.clone();
        let resized = move || {
            change(held, |zoom| zoom.resized(size(&stage_of)));
        };
        following.set_value(Some((Follow::new(&stage, resized), listeners)));
    });
    on_cleanup(move || {
        following.set_value(None);
        held.set(Default::default());
    });
}

/// Handles an event of the stage or the keyboard: fits a loaded image, zooms, or moves.
fn act(held: Held, stage: &HtmlDivElement, event: &Event) {
    if event.type_() == "load" {
        if let Some(sides) = sides(event) {
            held.update(|(zoom, _)| match zoom {
                Some(zoom) if zoom.is_of(sides) => {}
                zoom => *zoom = Zoom::fitted(size(stage), sides),
            });
        }
    } else if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
        let key = event.key();
        let pressed = keys::press(event, &key);
        let wanted = match key.len() {
            1 => keys::enabled(),
            _ => untrack(|| is_zoomed(held)),
        };
        if wanted && !pressed.modified && !pressed.typing && press(held, &key) {
            event.prevent_default();
        }
    } else if let Some(event) = event.dyn_ref::<WheelEvent>() {
        event.prevent_default();
        let times = (-event.delta_y() / 400.0).clamp(-1.0, 1.0).exp2();
        change(held, |zoom| zoom.times(times, place(event)));
    } else if let Some(event) = event.dyn_ref::<MouseEvent>() {
        point(held, stage, event);
    }
}

/// Drags, pinches and double-click zooms by the pointers on the stage.
fn point(held: Held, stage: &HtmlDivElement, event: &MouseEvent) {
    let at = place(event);
    let pointer = event.dyn_ref().map_or(0, PointerEvent::pointer_id);
    match event.type_().as_str() {
        "pointerdown" => {
            if event.button() == 0 {
                stage.set_pointer_capture(pointer).ok();
                held.update(|(_, fingers)| fingers.press(pointer, at));
            }
        }
        "pointermove" => held.maybe_update(|(zoom, fingers)| {
            let Some(gone) = fingers.go(pointer, at) else {
                return false;
            };
            *zoom = zoom.map(|zoom| zoom.times(gone.times, gone.at).moved(gone.by));
            true
        }),
        "pointerup" | "pointercancel" => held.update(|(_, fingers)| fingers.lift(pointer)),
        _ => {
            change(held, |zoom| zoom.toggled(at));
        }
    }
}

/// Zooms or moves the image by a key. Returns true if the key is one of these.
fn press(held: Held, key: &str) -> bool {
    let by = match key {
        "+" | "=" => return change(held, |zoom| zoom.times(STEP, zoom.middle())),
        "-" => return change(held, |zoom| zoom.times(1.0 / STEP, zoom.middle())),
        "0" => return change(held, Zoom::whole),
        "ArrowLeft" => [PACE, 0.0],
        "ArrowRight" => [-PACE, 0.0],
        "ArrowUp" => [0.0, PACE],
        "ArrowDown" => [0.0, -PACE],
        _ => return false,
    };
    change(held, |zoom| zoom.moved(by))
}

fn change(held: Held, how: impl FnOnce(Zoom) -> Zoom) -> bool {
    held.update(|(zoom, _)| *zoom = zoom.map(how));
    true
}

fn size(stage: &HtmlDivElement) -> [f64; 2] {
    [stage.client_width(), stage.client_height()].map(f64::from)
}

/// The place of a mouse's event on the stage.
fn place(event: &MouseEvent) -> [f64; 2] {
    [event.offset_x(), event.offset_y()].map(f64::from)
}
