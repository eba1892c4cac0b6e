//! The results, in a grid or side by side.

use leptos::prelude::*;

use crate::page::results::grid::Grid;
use crate::page::side_by_side::panel::SideBySide;
use crate::page::state::use_state;

/// One or the other, as the view says.
#[component]
pub fn Results() -> impl IntoView {
    let state = use_state();
    let rows = Memo::new(move |_| state.rows.with(|rows| !rows.is_empty()));
    view! {
        <Show when=move || rows.get() fallback=|| view! { <Grid /> }>
            <SideBySide />
        </Show>
    }
}
