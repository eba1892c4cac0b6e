//! A task's fingerprint, drawn.

use leptos::prelude::*;

use crate::page::core::barcode::{path, shorten};
use crate::page::state::use_state;

/// The barcode of a task. Decoration: the task's name is always beside it.
#[component]
pub fn Barcode(
    /// The task.
    task: usize,
    /// The most bars there is room for.
    #[prop(default = 24)]
    bars: usize,
) -> impl IntoView {
    let state = use_state();
    let drawn = state.data_now().and_then(|data| {
        let bars = shorten(data.fingerprints.get(task)?, bars);
        Some((format!("0 0 {} 1", bars.len() * 10), path(&bars)))
    });
    drawn.map(|(shape, path)| {
        view! {
            <svg class="barcode" viewBox=shape preserveAspectRatio="none" aria-hidden="true">
                <path d=path></path>
            </svg>
        }
    })
}
