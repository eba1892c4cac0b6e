//! The placeholder of the query and its results while a gallery loads.

use leptos::prelude::*;

use crate::page::browser::dom;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::page::ui::staged_mount::{Stage, StagedMount};

use super::gallery::Load;

/// Tiles drawn: more than a window has room for.
const TILES: usize = 30;

/// A line and empty tiles, while another gallery comes in place of one that was shown. Before the first one
/// `index.html` shows the same, and goes on until it is there: what was drawn first is not drawn twice.
#[component]
pub fn Waiting(
    /// The parts of the page that are built: results are not shown before there is a place for
    /// them.
    mount: StagedMount,
) -> impl IntoView {
    let state = use_state();
    let waiting = Memo::new(move |_| {
        let loads = state
            .gallery
            .with(|gallery| matches!(gallery, Load::Waiting));
        loads || !mount.is_built(Stage::Results)
    });
    let begun = RwSignal::new(false);
    effect(move || {
        if !waiting.get() {
            dom::remove("boot");
            dom::mark("data-booting", None);
            begun.set(true);
        }
    });
    let title = move || {
        let shown = state.shown.get();
        let title = state.index.with(|index| {
            let mut galleries = index.ready()?.galleries.iter();
            let entry = galleries.find(|entry| Some(&entry.name) == shown.as_ref())?;
            Some(entry.title.clone())
        });
        title.unwrap_or_else(|| text::shell::YOUR_GALLERY.to_owned())
    };
    move || {
        (waiting.get() && begun.get()).then(|| {
            view! {
                <div class="waiting">
                    <p class="query__headline">{title}</p>
                    <p class="query__found">{text::shell::LOADING}</p>
                    <div class="grid" aria-hidden="true">
                        {(0..TILES).map(|_| view! { <i class="tile skeleton"></i> }).collect_view()}
                    </div>
                </div>
            }
        })
    }
}
