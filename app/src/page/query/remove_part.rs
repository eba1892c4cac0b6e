//! The remove button of a query part.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::ui::icon::{Icon, Symbol};

use super::action::{Action, PartAt};

/// A button that takes a part of the question away.
#[component]
pub fn RemovePart(
    /// The query part.
    at: PartAt,
    /// Its label.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let state = use_state();
    view! {
        <button
            class="chip__remove"
            type="button"
            aria-label=label
            on:click=move |_| state.go(Action::Remove(at))
        >
            <Icon symbol=Symbol::Close />
        </button>
    }
}
