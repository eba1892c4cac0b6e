//! The lenses: the task in which results are similar to the examples.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::page::browser::frames;
use crate::page::state::use_state;
use crate::page::teach::state::Teaching;
use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::hue;

use super::action::Action;
use crate::page::text::titles::task_title;

/// One radio button per task. The lens decides what "alike" means: without an example there is nothing to choose.
#[component]
pub fn LensStrip() -> impl IntoView {
    let state = use_state();
    let lenses = move || {
        let tasks = state.tasks.get();
        let lens = |(task, spec): (usize, &modulens_schema::Task)| {
            let name = spec.name.clone();
            view! {
                <label class="lens" style=hue::style(task)>
                    <input
                        class="sr-only"
                        type="radio"
                        name="lens"
                        data-testid=format!("lens-{name}")
                        prop:checked=move || state.selected_task.get() == Some(task)
                        on:change=move |_| state.go(Action::Lens(name.clone()))
                    />
                    <span class="lens__face">
                        <Barcode task=task bars=32 />
                        <span class="lens__name">{task_title(spec)}</span>
                    </span>
                </label>
            }
        };
        tasks.iter().enumerate().map(lens).collect_view()
    };
    let strip = NodeRef::<Div>::new();
    Effect::new(move |_| {
        // What is hidden cannot be scrolled.
        state.open().teaching.track();
        state.view.with(|view| view.examples.is_empty());
        if let (Some(lens), Some(strip)) = (state.selected_task.get(), strip.get()) {
            // Where it lies is known when the page is laid out; asking before would lay it out once more.
            frames::next(move || bring_to_middle(&strip, lens));
        }
    });
    // Side by side, every row is headed by a lens; while one teaches, the pictures are seen through what is taught.
    let hidden = move || {
        state.data().is_none()
            || state.view.with(|view| view.examples.is_empty())
            || state.rows.with(|rows| !rows.is_empty())
            || state
                .open()
                .teaching
                .with(|teaching| *teaching != Teaching::Nothing)
    };
    view! {
        <fieldset class="lenses" data-testid="example-task" hidden=hidden>
            <legend class="lenses__title">{text::query::SIMILAR_IN}</legend>
            <div class="lenses__strip" node_ref=strip>
                {lenses}
            </div>
        </fieldset>
    }
}

/// Scrolls the strip, and nothing else, so that the lens in use is seen.
fn bring_to_middle(strip: &HtmlElement, lens: usize) {
    let child = u32::try_from(lens)
        .ok()
        .and_then(|lens| strip.children().item(lens));
    if let Some(child) = child.and_then(|child| child.dyn_into::<HtmlElement>().ok()) {
        let middle = child.offset_left() + child.offset_width() / 2;
        strip.set_scroll_left(middle - strip.client_width() / 2);
    }
}
