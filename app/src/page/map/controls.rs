//! Controls over the map and beside it: zoom, the legend, and the image that is pointed at.

use leptos::prelude::*;

use crate::map_protocol::{Request, colour};
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::value_title;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::icon_button::icon_button;
use crate::page::ui::picture::Picture;

use super::words::{pointed, said};

/// Zoom of a button or a key.
pub const STEP: f64 = 1.6;

/// The map becomes so many times as large around a place; 0 shows all of it.
pub fn zoom(state: State, times: f64, at: Option<[f64; 2]>) {
    state.tell_map(Request::Zoom { times, at }, Vec::new(), |_| {});
}

/// The colours of the values.
#[component]
pub fn Legend() -> impl IntoView {
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
pub fn Tools(
    /// True while dragging selects.
    framing: RwSignal<bool>,
) -> impl IntoView {
    let state = use_state();
    let whole = Memo::new(move |_| state.open().map_shown.with(|shown| shown.whole));
    let button = move |label, testid, symbol, times: f64| {
        let ends = move || times < 1.0 && whole.get();
        icon_button(label, testid, symbol, ends, move || {
            zoom(state, times, None);
        })
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
pub fn Tip() -> impl IntoView {
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
