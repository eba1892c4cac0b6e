//! A task's fingerprint, drawn.

use leptos::prelude::*;

use crate::page::state::use_state;

use super::fingerprint::{path, shorten};

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
    // A taught task's changes with every mark.
    move || {
        let bars = shorten(&state.fingerprint(task)?, bars);
        let shape = format!("0 0 {} 1", bars.len() * 10);
        Some(view! {
            <svg class="barcode" viewBox=shape preserveAspectRatio="none" aria-hidden="true">
                <path d=path(&bars)></path>
            </svg>
        })
    }
}
