//! The results: in a grid, side by side, or as a map.

use leptos::prelude::*;

use crate::page::map::panel::ImageMap;
use crate::page::results::grid::Grid;
use crate::page::side_by_side::panel::SideBySide;
use crate::page::state::use_state;
use crate::page::ui::each::each;

/// One of them, as the view says.
#[component]
pub fn Results() -> impl IntoView {
    let state = use_state();
    let rows = Memo::new(move |_| state.rows.with(|rows| !rows.is_empty()));
    let map = Memo::new(move |_| state.view.with(|view| view.map));
    // Another gallery's map has another worker, and so a canvas of its own.
    let galleries = Memo::new(move |before: Option<&usize>| {
        state.open();
        before.map_or(0, |before| before + 1)
    });
    let maps = move || map.get().then(|| galleries.get()).into_iter().collect();
    view! {
        {each(maps, |_| view! { <ImageMap /> }.into_any())}
        {move || match (map.get(), rows.get()) {
            (true, _) => ().into_any(),
            (false, true) => view! { <SideBySide /> }.into_any(),
            (false, false) => view! { <Grid /> }.into_any(),
        }}
    }
}
