//! Something that cannot be shown, and what to do.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;

/// A sentence and a button that tries again.
#[component]
pub fn Problem(
    /// The sentence.
    message: String,
) -> impl IntoView {
    let state = use_state();
    view! {
        <div class="problem" role="alert" data-testid="error">
            <h2>{text::shell::CANNOT_BE_SHOWN}</h2>
            <p>{message}</p>
            <button class="button button--strong" type="button" on:click=move |_| state.retry()>
                {text::shell::TRY_AGAIN}
            </button>
        </div>
    }
}
