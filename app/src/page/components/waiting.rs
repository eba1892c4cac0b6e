//! What is shown while a gallery is on its way, in place of the question and its results.

use leptos::prelude::*;

use crate::page::state::{Load, use_state};

/// Tiles drawn: more than a window has room for.
const TILES: usize = 30;

/// A line and empty tiles. `index.html` shows the same until the program is there.
#[component]
pub fn Waiting() -> impl IntoView {
    let state = use_state();
    let waiting = Memo::new(move |_| {
        state
            .gallery
            .with(|gallery| matches!(gallery, Load::Waiting))
    });
    let visited = StoredValue::new(false);
    Effect::new(move |_| {
        if !waiting.get() {
            visited.set_value(true);
        }
    });
    // Whoever comes from another gallery knows what this is.
    let headline = move || {
        if !visited.get_value() {
            return "Image search through one lens at a time".to_owned();
        }
        let shown = state.shown.get();
        let title = state.index.with(|index| {
            let galleries = &index.ready()?.galleries;
            let entry = galleries
                .iter()
                .find(|entry| Some(&entry.name) == shown.as_ref());
            entry.map(|entry| entry.title.clone())
        });
        title.unwrap_or_else(|| "Your gallery".to_owned())
    };
    view! {
        <Show when=move || waiting.get()>
            <div class="waiting">
                <p class="query__headline">{headline}</p>
                <p class="query__found">"Loading…"</p>
                <div class="grid" aria-hidden="true">
                    {(0..TILES).map(|_| view! { <i class="tile skeleton"></i> }).collect_view()}
                </div>
            </div>
        </Show>
    }
}
