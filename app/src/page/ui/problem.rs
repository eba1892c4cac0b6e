//! Something that cannot be shown, and what to do.

use leptos::prelude::*;

use crate::page::state::use_state;

/// A sentence and a button that tries again.
#[component]
pub fn Problem(
    /// The sentence.
    message: String,
) -> impl IntoView {
    let state = use_state();
    view! {
        <div class="problem" role="alert" data-testid="error">
            <h2>"This gallery cannot be shown"</h2>
            <p>{message}</p>
            <button class="button button--strong" type="button" on:click=move |_| state.retry()>
                "Try again"
            </button>
        </div>
    }
}
