//! Features computed here against the shipped ones.

use leptos::prelude::*;

use crate::page::shell::gallery::Source;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::format;

use super::feature_difference::TOP;

/// The choice of the searched features, and the difference between the two. Shown once there are
/// two.
#[component]
pub fn DifferencePanel() -> impl IntoView {
    let state = use_state();
    let figures = move || {
        state.open().difference.get().map(|difference| {
            let features = difference.features;
            let equal = difference.equal_results.map_or_else(|| "…".to_owned(), format::percent_fine);
            view! {
                <dl class="figures" data-testid="embed-difference">
                    <dt>{text::engine::LARGEST_DIFFERENCE}</dt>
                    <dd data-testid="difference-max">{format::small(features.max_abs)}</dd>
                    <dt>{text::engine::MEAN_COSINE}</dt>
                    <dd data-testid="difference-cosine">{format!("{:.6}", features.mean_cosine)}</dd>
                    <dt>{text::engine::equal_results(&TOP)}</dt>
                    <dd data-testid="difference-top">{equal}</dd>
                </dl>
            }
        })
    };
    let option = move |source: Source, name: &'static str, title: &'static str| {
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="source"
                    data-testid=format!("source-{name}")
                    prop:checked=move || state.open().source.get() == source
                    on:change=move |_| state.use_source(source)
                />
                <span class="segment__face">{title}</span>
            </label>
        }
    };
    let there = Memo::new(move |_| state.open().difference.with(Option::is_some));
    view! {
        <Show when=move || there.get()>
            <fieldset class="segments segments--small">
                <legend class="sr-only">{text::engine::SEARCHED}</legend>
                {option(Source::Shipped, "shipped", text::engine::SHIPPED)}
                {option(Source::Local, "local", text::engine::LOCAL)}
            </fieldset>
            {figures}
        </Show>
    }
}
