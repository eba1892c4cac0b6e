//! Below the typed text: what is understood of it, and completions of it: attributes, or a user task to create
//! and file names to filter by.

use leptos::prelude::*;

use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};

use super::parser::Suggestion;
use super::typed::Typed;

/// The list below the search bar.
#[component]
pub fn Suggestions(
    /// The typed text.
    typed: Typed,
) -> impl IntoView {
    let option = move |(at, suggestion): (usize, Suggestion)| {
        let Suggestion { task, title, .. } = suggestion.clone();
        view! {
            <li
                class="suggestion"
                id=option_id(at)
                role="option"
                aria-selected=move || (typed.active.get() == Some(at)).to_string()
                style=hue::style(task)
                data-testid="suggestion"
                // Before the field loses the focus, and with it the list.
                on:mousedown=move |event| {
                    event.prevent_default();
                    typed.take(&suggestion);
                }
            >
                <Barcode task=task bars=16 />
                {title}
            </li>
        }
    };
    let options = move || {
        let shown = typed.open.get().then(|| typed.suggestions.get());
        let shown = shown.unwrap_or_default();
        shown.into_iter().enumerate().map(option).collect_view()
    };
    let unknown = move || {
        let name = typed.unknown.get().filter(|_| typed.open.get())?;
        let option = |at: usize| {
            let name = name.clone();
            let (words, symbol, testid) = match at {
                0 => (text::query::teach(&name), Symbol::Plus, "suggestion-teach"),
                _ => (
                    text::query::name_contains(&name),
                    Symbol::Search,
                    "suggestion-name",
                ),
            };
            view! {
                <li
                    class="suggestion"
                    id=option_id(at)
                    role="option"
                    aria-selected=move || (typed.active.get() == Some(at)).to_string()
                    data-testid=testid
                    on:mousedown=move |event| {
                        event.prevent_default();
                        match at {
                            0 => typed.teach(&name),
                            _ => typed.filter_names(&name),
                        }
                    }
                >
                    <Icon symbol=symbol />
                    {words}
                </li>
            }
        };
        Some([0, 1].map(option).collect_view())
    };
    let understood = move || typed.understood.get();
    let none = move || {
        let nothing = typed.options() == 0 && typed.understood.with(String::is_empty);
        !typed.open.get() || nothing
    };
    view! {
        <div class="suggestions" hidden=none>
            <p class="suggestions__understood" id="ask-understood" data-testid="ask-understood">
                {understood}
            </p>
            <ul
                id="suggestions"
                role="listbox"
                aria-label=text::query::ATTRIBUTES
                hidden=move || typed.options() == 0
            >
                {options}
                {unknown}
            </ul>
        </div>
    }
}

/// The id of an option, for the field to say which one is chosen.
pub fn option_id(at: usize) -> String {
    format!("suggestion-{at}")
}
