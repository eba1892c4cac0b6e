//! Things to do with all results: saved as a table, their names copied, equal images folded into one.

use leptos::ev::KeyboardEvent;
use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::Node;

use crate::page::browser::clipboard;
use crate::page::browser::save;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::format;

use super::csv::{Cell, csv, file_name};

/// A menu at the results' header.
#[component]
pub fn ResultTools() -> impl IntoView {
    let state = use_state();
    let element = NodeRef::<Details>::new();
    let said = RwSignal::new(String::new());
    let close = move || {
        if let Some(element) = element.try_get_untracked().flatten() {
            element.set_open(false);
        }
        said.try_set(String::new());
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|it| it.dyn_into::<Node>().ok());
        let inside = element
            .try_get_untracked()
            .flatten()
            .is_some_and(|element| element.contains(target.as_ref()));
        if !inside {
            close();
        }
    });
    on_cleanup(move || outside.remove());
    let left = move |event: web_sys::FocusEvent| {
        let to = event
            .related_target()
            .and_then(|it| it.dyn_into::<Node>().ok());
        let element = element.get_untracked();
        if let (Some(to), Some(element)) = (to, element)
            && !element.contains(Some(&to))
        {
            close();
        }
    };
    let keys = move |event: KeyboardEvent| {
        let open = element
            .get_untracked()
            .filter(web_sys::HtmlDetailsElement::open);
        if event.key() == "Escape"
            && let Some(element) = open
        {
            event.stop_propagation();
            close();
            if let Ok(Some(summary)) = element.query_selector("summary")
                && let Ok(summary) = summary.dyn_into::<web_sys::HtmlElement>()
            {
                summary.focus().ok();
            }
        }
    };
    let save = move |_| {
        let saved = match table(state) {
            Some((name, table)) => save::text(&table, "text/csv;charset=utf-8", &name),
            None => Ok(()),
        };
        said.set(saved.err().unwrap_or_default());
    };
    let copy = move |_| {
        let names = names(state);
        spawn_local(async move {
            let words = match clipboard::copy(&names.join("\n")).await {
                Ok(()) => text::results::copied(&format::counted(names.len(), "name")),
                Err(message) => message,
            };
            said.try_set(words);
        });
    };
    let nothing = move || {
        state.open().answer.with(|answer| {
            answer
                .as_ref()
                .is_none_or(|answer| answer.ranking.order.is_empty())
        })
    };
    view! {
        <details
            class="tools"
            node_ref=element
            on:focusout=left
            on:keydown=keys
            data-testid="result-tools"
        >
            <summary class="button tools__open">{text::results::MORE}</summary>
            <div class="tools__menu">
                <label class="tools__switch">
                    <input
                        type="checkbox"
                        data-testid="fold-copies"
                        prop:checked=move || state.folded.get()
                        on:change=move |event| state.folded.set(event_target_checked(&event))
                    />
                    <span>{text::results::FOLD}</span>
                </label>
                <button
                    class="button"
                    type="button"
                    data-testid="save-results"
                    disabled=nothing
                    on:click=save
                >
                    {text::results::SAVE}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="copy-names"
                    disabled=nothing
                    on:click=copy
                >
                    {text::results::COPY_NAMES}
                </button>
                <p class="tools__said" role="status">{said}</p>
            </div>
        </details>
    }
}

/// The name of an image: its id, or its number while the ids are not there.
pub fn image_name(ids: &[String], index: usize) -> String {
    ids.get(index)
        .cloned()
        .unwrap_or_else(|| text::results::unnamed(index))
}

/// The names of all results, the best first.
fn names(state: State) -> Vec<String> {
    let open = state.open_now();
    let known = open.ground_truth.get_untracked();
    let ids = known.as_ref().map_or(&[][..], |known| &known.ids);
    open.answer.with_untracked(|answer| {
        let order = answer.as_ref().map_or(&[][..], |it| &it.ranking.order);
        order
            .iter()
            .map(|ranked| image_name(ids, ranked.index))
            .collect()
    })
}

/// The results as a table, and a name for it: place, name, score, the score of every part of the query.
fn table(state: State) -> Option<(String, String)> {
    let answer = state.open_now().answer.get_untracked()?;
    let (ranking, tasks) = (&answer.ranking, state.tasks.get_untracked());
    let names = names(state);
    let mut header = vec![
        text::results::PLACE.to_owned(),
        text::results::NAME.to_owned(),
    ];
    if ranking.scored {
        header.push(text::results::SCORE.to_owned());
    }
    let clauses = answer.query.all.iter();
    header.extend(clauses.map(|clause| text::results::clause(&tasks, clause)));
    if answer.folded > 0 {
        header.push(text::results::COPIES.to_owned());
    }
    let rows = ranking.order.iter().zip(&names).enumerate();
    let rows = rows.map(|(place, (ranked, name))| {
        let mut row = vec![Cell::Count(place + 1), Cell::Text(name)];
        if ranking.scored {
            row.push(Cell::Share(ranked.score));
        }
        let parts = ranking.clauses.iter();
        row.extend(parts.map(|scores| {
            scores
                .get(ranked.index)
                .copied()
                .map_or(Cell::Empty, Cell::Share)
        }));
        if answer.folded > 0 {
            row.push(Cell::Count(answer.copies(ranked.index).unwrap_or(1)));
        }
        row
    });
    let title = state.data_now()?.manifest.title.clone();
    Some((file_name(&text::results::file(&title)), csv(&header, rows)))
}
