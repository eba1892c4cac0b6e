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
use crate::page::ui::effect::effect;
use crate::page::ui::hue;

use super::action::Action;
use super::view::OVERALL;
use crate::page::text::titles::task_title;

/// One radio button for all tasks together, and one per task of the network. The lens decides what "alike" means:
/// without an example or the map there is nothing to choose.
#[component]
pub fn LensStrip() -> impl IntoView {
    let state = use_state();
    let on_map = move || state.view.with(|view| view.map);
    let lens_in_use = move || match on_map() {
        true => state.mapped_task(),
        false => state.compared.get(),
    };
    let lens = move |task: Option<usize>, name: Option<String>, title: String| {
        let testid = format!("lens-{}", name.as_deref().unwrap_or_default());
        view! {
            <label
                class="lens"
                style=hue::style(task.unwrap_or_default())
                on:pointerenter=move |_| state.expect_lens(task)
            >
                <input
                    class="sr-only"
                    type="radio"
                    name="lens"
                    data-testid=testid
                    prop:checked=move || lens_in_use() == task
                    on:change=move |_| {
                        // Without an example the lens is else that of the first condition.
                        let overall = on_map().then(|| OVERALL.to_owned());
                        state.go(Action::Lens(name.clone().or(overall)));
                    }
                />
                <span class="lens__face">
                    {task.map(|task| view! { <Barcode task=task bars=16 /> })}
                    <span class="lens__name">{title}</span>
                </span>
            </label>
        }
    };
    let lenses = move || {
        let data = state.data()?;
        let tasks = data.manifest.tasks.iter().enumerate();
        let tasks =
            tasks.map(|(task, spec)| lens(Some(task), Some(spec.name.clone()), task_title(spec)));
        let overall = lens(None, None, text::query::OVERALL.to_owned());
        Some((overall, tasks.collect_view()))
    };
    let strip = NodeRef::<Div>::new();
    effect(move || {
        // What is hidden cannot be scrolled.
        state.open().teaching.track();
        state.view.with(|view| view.examples.is_empty());
        let lens = lens_in_use().map_or(0, |task| task + 1);
        if let Some(strip) = strip.get() {
            // Where it lies is known when the page is laid out; asking before would lay it out once more.
            frames::next(move || bring_to_middle(&strip, lens));
        }
    });
    // Side by side, every row is headed by a lens; while one teaches, the pictures are seen through what is taught.
    let hidden = move || {
        state.data().is_none()
            || state
                .view
                .with(|view| view.examples.is_empty() && !view.map)
            || state.rows.with(|rows| !rows.is_empty())
            || state
                .open()
                .teaching
                .with(|teaching| *teaching != Teaching::Nothing)
    };
    view! {
        <fieldset class="lenses" data-testid="example-task" hidden=hidden>
            <legend class="lenses__title">
                {move || if on_map() { text::map::LENSES } else { text::query::SIMILAR_IN }}
            </legend>
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
