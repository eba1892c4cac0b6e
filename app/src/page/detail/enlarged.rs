//! The image of the details as large as the window: zoomed by wheel, fingers and keys, moved by dragging.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;

use crate::page::browser::follow::Follow;
use crate::page::browser::keys;
use crate::page::map::controls::STEP;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::icon::{Icon, Symbol};

use super::preview::{Preview, sides};
use super::zoom::{Fingers, Zoom};

/// Pixels of a step by an arrow key.
const PACE: f64 = 80.0;

/// The enlarged image.
#[component]
pub fn Enlarged(
    /// True while it is open.
    open: RwSignal<bool>,
    /// The image.
    index: Memo<Option<usize>>,
    /// Its larger preview.
    preview: Signal<Option<Preview>>,
    /// Set to true while not all of it is seen.
    zoomed: RwSignal<bool>,
) -> impl IntoView {
    // Without details there is nothing to go back to.
    Effect::new(move |_| {
        if index.get().is_none() {
            open.set(false);
        }
    });
    view! {
        <Dialog
            open=open
            close=move || open.set(false)
            label=text::previews::ENLARGED
            testid="enlarged"
            window=true
        >
            <Stage index=index preview=preview zoomed=zoomed />
        </Dialog>
    }
}

#[component]
fn Stage(
    index: Memo<Option<usize>>,
    preview: Signal<Option<Preview>>,
    zoomed: RwSignal<bool>,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let stage = RwSignal::new([0.0; 2]);
    let image = RwSignal::new([0.0; 2]);
    let zoom = RwSignal::new(None::<Zoom>);
    let fingers = StoredValue::new(Fingers::default());
    follow(element, stage);
    // Another image is seen whole.
    Effect::new(move |_| {
        index.track();
        image.set([0.0; 2]);
    });
    Effect::new(move |_| {
        let (stage, image) = (stage.get(), image.get());
        zoom.update(|zoom| {
            *zoom = match zoom {
                Some(zoom) if zoom.is_of(image) => Some(zoom.resized(stage)),
                _ => Zoom::fitted(stage, image),
            };
        });
    });
    Effect::new(move |_| {
        zoomed.set(zoom.with(|zoom| zoom.is_some_and(|zoom| !zoom.is_whole())));
    });
    let change = move |how: &dyn Fn(Zoom) -> Zoom| {
        zoom.update(|zoom| *zoom = zoom.map(how));
    };
    let step = move |times: f64| change(&|zoom| zoom.times(times, zoom.middle()));
    let press = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(element) = element.get_untracked() {
            element.set_pointer_capture(event.pointer_id()).ok();
        }
        fingers.update_value(|fingers| fingers.press(event.pointer_id(), place(&event)));
    };
    let go = move |event: PointerEvent| {
        let gone = fingers
            .try_update_value(|fingers| fingers.go(event.pointer_id(), place(&event)))
            .flatten();
        if let Some(gone) = gone {
            change(&|zoom| zoom.times(gone.times, gone.at).moved(gone.by));
        }
    };
    let lift = move |event: PointerEvent| {
        fingers.update_value(|fingers| fingers.lift(event.pointer_id()));
    };
    let wheel = move |event: WheelEvent| {
        event.prevent_default();
        let times = (-event.delta_y() / 400.0).clamp(-1.0, 1.0).exp2();
        change(&|zoom| zoom.times(times, place(&event)));
    };
    // On the window: the focus may lie on a button.
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let key = event.key();
        let by = match key.as_str() {
            "ArrowLeft" => [PACE, 0.0],
            "ArrowRight" => [-PACE, 0.0],
            "ArrowUp" => [0.0, PACE],
            "ArrowDown" => [0.0, -PACE],
            _ => [0.0; 2],
        };
        if is_modified(&event) {
            return;
        }
        if by != [0.0; 2] && zoomed.get_untracked() {
            event.prevent_default();
            change(&|zoom| zoom.moved(by));
        }
        if !keys::enabled() {
            return;
        }
        match key.as_str() {
            "+" | "=" => step(STEP),
            "-" => step(1.0 / STEP),
            "0" => change(&Zoom::whole),
            _ => {}
        }
    });
    on_cleanup(move || {
        listener.remove();
        zoomed.set(false);
    });
    let is = move |what: fn(&Zoom) -> bool| zoom.with(|zoom| zoom.as_ref().is_none_or(what));
    let button = move |label, testid, symbol, ends: fn(&Zoom) -> bool, press: f64| {
        view! {
            <button
                class="button button--icon"
                type="button"
                aria-label=label
                title=label
                data-testid=testid
                disabled=move || is(ends)
                on:click=move |_| match press {
                    0.0 => change(&Zoom::whole),
                    times => step(times),
                }
            >
                <Icon symbol=symbol />
            </button>
        }
    };
    view! {
        <div
            class="zoom"
            class:zoom--in=move || zoomed.get()
            role="application"
            tabindex="0"
            aria-label=move || index.get().map(|index| text::detail::alt(&index))
            aria-description=text::previews::KEYS
            data-testid="zoom"
            node_ref=element
            on:pointerdown=press
            on:pointermove=go
            on:pointerup=lift
            on:pointercancel=lift
            on:wheel=wheel
            on:dblclick=move |event| change(&|zoom| zoom.toggled(place(&event)))
        >
            {move || {
                let index = index.get()?;
                let style = move || zoom.get().map_or_else(|| "visibility:hidden".into(), |zoom| zoom.style());
                Some(view! { <Image index=index preview=preview style=style loaded=image /> })
            }}
        </div>
        <div class="zoom__tools">
            {button(text::map::ZOOM_OUT, "zoom-out", Symbol::Minus, Zoom::is_whole, 1.0 / STEP)}
            {button(text::previews::FIT, "zoom-fit", Symbol::Whole, Zoom::is_whole, 0.0)}
            {button(text::map::ZOOM_IN, "zoom-in", Symbol::Plus, Zoom::is_largest, STEP)}
        </div>
    }
}

/// The preview, or the image as the gallery has it.
#[component]
fn Image(
    index: usize,
    preview: Signal<Option<Preview>>,
    style: impl Fn() -> String + Send + Sync + 'static,
    loaded: RwSignal<[f64; 2]>,
) -> impl IntoView {
    let thumbnail = use_state().picture(index);
    let src = move || match preview.get() {
        Some(preview) => Some(preview.address),
        None => thumbnail.get(),
    };
    view! {
        <img
            class="zoom__image"
            src=src
            style=style
            alt=""
            draggable="false"
            on:load=move |event| {
                if let Some(sides) = sides(&event) {
                    loaded.set(sides);
                }
            }
        />
    }
}

/// Keeps the size of the stage.
fn follow(element: NodeRef<Div>, size: RwSignal<[f64; 2]>) {
    let follow = StoredValue::new_local(None::<Follow>);
    Effect::new(move |_| {
        let Some(stage) = element.get() else { return };
        let measure = move || {
            if let Some(stage) = element.try_get_untracked().flatten() {
                let now = [stage.client_width(), stage.client_height()].map(f64::from);
                if size.get_untracked() != now {
                    size.set(now);
                }
            }
        };
        measure();
        follow.set_value(Follow::new(&stage, measure));
    });
    on_cleanup(move || follow.set_value(None));
}

/// The place of a mouse's event on the stage.
fn place(event: &MouseEvent) -> [f64; 2] {
    [event.offset_x(), event.offset_y()].map(f64::from)
}

fn is_modified(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}
