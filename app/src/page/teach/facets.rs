//! The tasks that the visitor taught, as facets.

use leptos::prelude::*;

use crate::page::browser::save;
use crate::page::facets::binary::BinaryFacet;
use crate::page::results::csv::{Cell, csv, file_name};
use crate::page::results::tools::image_name;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::each::each_item;
use crate::page::ui::icon::{Icon, Symbol};

use super::examples::{counts, ignored};

/// The taught tasks; nothing where there are none.
#[component]
pub fn TaughtFacets() -> impl IntoView {
    let state = use_state();
    let taught = Memo::new(move |_| {
        let first = state.network_tasks();
        state.user_tasks.with(|user_tasks| {
            let named = user_tasks.iter().enumerate();
            let named = named.map(|(at, user_task)| (first + at, user_task.name.clone()));
            named.collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || taught.with(|taught| !taught.is_empty())>
            <h3 class="facets__part">{text::teach::YOURS}</h3>
            {each_item(
                move || taught.get(),
                |(task, name)| view! { <TaughtFacet task=task name=name /> }.into_any(),
            )}
        </Show>
    }
}

/// One taught task, what it was learned from, and ways to go on with it.
#[component]
fn TaughtFacet(task: usize, name: String) -> impl IntoView {
    let state = use_state();
    let learned = Memo::new(move |_| {
        let learned = state.learned(task)?;
        let words = text::teach::learned_from(&counts(learned.yes, learned.no));
        let problem = ignored(learned.yes + learned.no, learned.ignored);
        Some((words, problem))
    });
    let words = move || learned.get().map(|(words, _)| words);
    let problem = move || learned.get().and_then(|(_, problem)| problem);
    let kept = {
        let name = name.clone();
        Memo::new(move |_| state.open().kept_tasks.with(|kept| kept.has(&name)))
    };
    let names = StoredValue::new(name.clone());
    let act = |words: &'static str, label: String, id: &str, does: fn(State, &str)| {
        view! {
            <button
                class="link"
                type="button"
                aria-label=label
                data-testid=format!("{id}-{name}")
                on:click=move |_| names.with_value(|name| does(state, name))
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="taught" data-testid=format!("taught-{name}")>
            <BinaryFacet task=task />
            <p class="taught__foot">
                <span>{words}</span>
                {act(text::teach::MORE, text::teach::teach_more_of(&name), "teach-more", |state, name| state.teach_more(name))}
                {act(text::teach::RENAME, text::teach::rename(&name), "rename", |state, name| state.begin_renaming(name))}
                {act(text::teach::SAVE_MARKS, text::teach::save_marks(&name), "save-marks", save_marks)}
                {act(text::teach::DELETE, text::teach::delete(&name), "forget", |state, name| state.forget(name))}
            </p>
            <p class="taught__foot" hidden=move || kept.get()>
                <span>{text::teach::FROM_A_LINK}</span>
                {act(text::teach::KEEP, text::teach::keep(&name), "keep", |state, name| state.keep_task(name))}
            </p>
            <p class="taught__problem" role="status" hidden=move || problem().is_none()>
                {problem}
            </p>
        </div>
    }
}

/// Lets the browser save the marks of a task: the name of every marked image, and its mark.
fn save_marks(state: State, name: &str) {
    let task = state.user_task_now(name);
    let truth = state.open_now().ground_truth.get_untracked();
    let ids = truth.as_ref().map_or(&[][..], |truth| &truth.given.ids);
    let header = [text::teach::IMAGE, text::teach::MARK].map(str::to_owned);
    let mark = |yes: bool| if yes { "yes" } else { "no" };
    let marks = task.yes.iter().map(|&image| (image, true));
    let marks: Vec<(String, bool)> = marks
        .chain(task.no.iter().map(|&image| (image, false)))
        .map(|(image, yes)| (image_name(ids, image), yes))
        .collect();
    let rows = marks.iter();
    let rows: Vec<_> = rows
        .map(|(name, yes)| vec![Cell::Text(name.into()), Cell::Text(mark(*yes).into())])
        .collect();
    let name = file_name(&text::teach::marks_file(&name), "csv");
    if let Err(message) = save::text(&csv(&header, &rows), "text/csv;charset=utf-8", &name) {
        state.notify(message);
    }
}

/// The way to teach one more.
#[component]
pub fn TeachButton() -> impl IntoView {
    let state = use_state();
    view! {
        <div class="facets__teach">
            <button
                class="button"
                type="button"
                data-testid="teach-new"
                hidden=move || state.data().is_none()
                on:click=move |_| state.begin_teaching("")
            >
                <Icon symbol=Symbol::Plus />
                {text::teach::TITLE}
            </button>
        </div>
    }
}
