//! The position within the results, and jumping elsewhere.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

use crate::page::text;
use crate::page::ui::format;
use crate::page::ui::icon::{Icon, Symbol};

use super::moves::numbered;
use super::virtual_grid::VirtualGrid;

/// The numbers of the results in view, and a field for the number of another one. It is there where there is much to go
/// through.
#[component]
pub fn Jump(
    /// The virtual grid.
    grid: VirtualGrid,
) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let long = Memo::new(move |_| {
        let screen = grid.screen.get();
        grid.rows.get().map(|rows| rows.is_long(screen))
    });
    let seen = Memo::new(move |_| {
        let rows = grid.rows.get()?;
        Some(rows.seen(grid.top.get(), grid.screen.get()))
    });
    let range = move || {
        let seen = seen.get()?;
        Some(format!(
            "{}–{}",
            format::count(seen.start + 1),
            format::count(seen.end)
        ))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else {
            return;
        };
        let place = numbered(&field.value(), grid.results.get_untracked());
        if let Some(place) = place {
            grid.go_to(place);
        }
        field.set_value("");
    };
    view! {
        // Until it is known whether it is needed, it keeps its room.
        <form
            class="jump"
            class:jump--waiting=move || long.get().is_none()
            hidden=move || long.get() == Some(false)
            data-testid="jump"
            on:submit=submit
        >
            <p class="jump__range">
                <span class="jump__word">{text::results::RESULTS_SPAN}</span>
                <span class="jump__seen" data-testid="jump-range">{range}</span>
                <span>{text::results::OF} {move || format::count(grid.results.get())}</span>
            </p>
            <label class="jump__label">
                <span>{text::results::GO_TO}<span class="jump__word">{text::results::RESULT}</span></span>
                <input
                    class="jump__field"
                    node_ref=field
                    type="text"
                    inputmode="numeric"
                    enterkeyhint="go"
                    autocomplete="off"
                    size="7"
                    data-testid="jump-field"
                />
            </label>
            <button class="jump__go" type="submit" aria-label=text::results::GO title=text::results::GO>
                <Icon symbol=Symbol::Forward />
            </button>
        </form>
    }
}
