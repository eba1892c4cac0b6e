//! The visitor's own columns as facets.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::each::each;
use crate::page::ui::format;

use super::facet::LabelFacet;

/// More columns than this are folded at first.
const FEW: usize = 6;

/// The columns, foldable; nothing where there are none.
#[component]
pub fn LabelFacets() -> impl IntoView {
    let state = use_state();
    let columns = Memo::new(move |_| state.label_facets());
    let count = move || columns.with(Vec::len);
    let few = Memo::new(move |_| count() <= FEW);
    view! {
        <Show when=move || count() != 0>
            <details class="labels" open=few.get_untracked() data-testid="label-facets">
                <summary class="labels__title">
                    {text::labels::YOURS}
                    <span class="count">{move || format::count(count())}</span>
                </summary>
                <p class="side__hint">{text::labels::ABOUT}</p>
                {each(
                    move || columns.get(),
                    |column| view! { <LabelFacet column=column /> }.into_any(),
                )}
            </details>
        </Show>
    }
}
