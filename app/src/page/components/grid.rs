//! The results.

use leptos::html::Div;
use leptos::prelude::*;

use super::problem::Problem;
use super::tile::Tile;
use crate::page::browser::visible::Watch;
use crate::page::state::{Load, use_state};

/// Tiles shown at first, and added whenever the end comes near.
const PAGE: usize = 60;
/// Tiles drawn while nothing is there yet.
const SKELETONS: usize = 24;

/// The ranked pictures, a page at a time.
#[component]
pub fn Grid() -> impl IntoView {
    let state = use_state();
    let shown = RwSignal::new(PAGE);
    let end = NodeRef::<Div>::new();
    // A new question starts at its best results again.
    let asked = Memo::new(move |_| {
        (
            state.conditions.get(),
            state.view.with(|view| (view.example, view.gallery.clone())),
        )
    });
    Effect::new(move |_| {
        asked.track();
        shown.set(PAGE);
    });
    let total = Memo::new(move |_| {
        state.answer.with(|answer| {
            answer
                .as_ref()
                .map_or(0, |answer| answer.ranking.order.len())
        })
    });
    let watch = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        if let Some(end) = end.get() {
            let more = move || {
                let (have, all) = (shown.get_untracked(), total.get_untracked());
                if have < all {
                    shown.set((have + PAGE).min(all));
                }
            };
            watch.set_value(Watch::new(&end, "1200px", more));
        }
    });
    let tiles = move || {
        let count = shown.get();
        state.answer.with(|answer| {
            let order = answer.as_ref().map(|answer| &answer.ranking.order);
            order
                .into_iter()
                .flatten()
                .take(count)
                .map(|ranked| ranked.index)
                .collect::<Vec<_>>()
        })
    };
    let shape = move || {
        let format = state.data().and_then(|data| data.manifest.picture.clone());
        format
            .map(|format| format!("--picture:{}/{}", format.width, format.height))
            .unwrap_or_default()
    };
    let failed = move || match state.gallery.get() {
        Load::Failed(message) => Some(message),
        Load::Waiting | Load::Ready(_) => None,
    };
    let waiting = move || state.answer.with(Option::is_none) && failed().is_none();
    view! {
        {move || failed().map(|message| view! { <Problem message=message /> })}
        <ol
            class="grid"
            data-testid="grid"
            style=shape
            aria-label="Results, best first"
            aria-busy=move || waiting().to_string()
        >
            <Show when=waiting>
                {(0..SKELETONS)
                    .map(|_| view! { <li class="tile skeleton" aria-hidden="true"></li> })
                    .collect_view()}
            </Show>
            <For each=tiles key=|index| *index children=move |index| view! { <Tile index=index /> } />
        </ol>
        <div class="grid-end" node_ref=end>
            <Show when=move || { total.get() > shown.get() }>
                <button
                    class="button"
                    type="button"
                    on:click=move |_| shown.update(|shown| *shown += PAGE)
                >
                    "More"
                </button>
            </Show>
        </div>
    }
}
