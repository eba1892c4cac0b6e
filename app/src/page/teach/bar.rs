//! Teaching a task: its name, then the marks, above the pictures they are made on.

use leptos::ev::SubmitEvent;
use leptos::html::{H2, Input};
use leptos::prelude::*;

use crate::page::browser::frames;
use crate::page::query::view::UserTask;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::effect::effect;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};

use super::examples::{LONGEST, advice, counts};
use super::state::Teaching;
use super::uncertain::Unsure;

/// The bar; nothing while nobody teaches.
#[component]
pub fn TeachBar() -> impl IntoView {
    let state = use_state();
    // The marks change while the bar stays.
    let stage = Memo::new(move |_| state.open().teaching.get());
    let name = move || match stage.get() {
        Teaching::Marking(name) => Some(name),
        _ => None,
    };
    // A task that has no mark yet will be the next one.
    let task = Memo::new(move |_| {
        let known = name().and_then(|name| state.task_named(&name));
        known.unwrap_or_else(|| state.tasks.with(|tasks| tasks.len()))
    });
    view! {
        <Show when=move || stage.get() != Teaching::Nothing>
            <section
                class="teach"
                aria-label=text::teach::TITLE
                data-testid="teach"
                style=move || hue::style(task.get())
            >
                {move || match stage.get() {
                    Teaching::Naming(proposed) => naming(state, proposed, false).into_any(),
                    Teaching::Renaming(name) => naming(state, name, true).into_any(),
                    Teaching::Marking(name) => marking(state, &name, task).into_any(),
                    Teaching::Nothing => ().into_any(),
                }}
            </section>
        </Show>
    }
}

/// The form for the name of a user task: its first one, or another one.
fn naming(state: State, proposed: String, again: bool) -> impl IntoView {
    let before = proposed.clone();
    let field = NodeRef::<Input>::new();
    let problem = RwSignal::new(None::<String>);
    effect(move || {
        if let Some(field) = field.get() {
            frames::next(move || {
                // It is in the document by now.
                field.focus().ok();
                field.select();
            });
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            let named = match again {
                true => state.rename_task(&before, &field.value()),
                false => state.name_task(&field.value()),
            };
            problem.set(named.err());
        }
    };
    view! {
        <form class="teach__form" on:submit=submit>
            <label class="teach__label">
                <b>{if again { text::teach::ASK_OTHER_NAME } else { text::teach::ASK_NAME }}</b>
                <input
                    class="teach__name"
                    node_ref=field
                    type="text"
                    placeholder=text::teach::EXAMPLE_NAME
                    maxlength=LONGEST.to_string()
                    autocomplete="off"
                    enterkeyhint="next"
                    aria-describedby="teach-help teach-problem"
                    data-testid="teach-name"
                    prop:value=proposed
                />
            </label>
            <button class="button button--strong" type="submit" data-testid="teach-start">
                {if again { text::teach::RENAME } else { text::teach::START }}
            </button>
            <button
                class="button button--quiet"
                type="button"
                on:click=move |_| state.end_teaching()
            >
                {text::teach::CANCEL}
            </button>
            <p class="side__hint teach__help" id="teach-help">
                {if again { text::teach::RENAMING_HELP } else { text::teach::HELP }}
            </p>
            <p
                class="teach__problem"
                id="teach-problem"
                role="alert"
                hidden=move || problem.with(Option::is_none)
            >
                {move || problem.get()}
            </p>
        </form>
    }
}

/// The progress of labelling, and the uncertain images.
fn marking(state: State, name: &str, task: Memo<usize>) -> impl IntoView + use<> {
    let title = NodeRef::<H2>::new();
    effect(move || {
        if let Some(title) = title.get() {
            // The field for the name is gone, and the focus with it.
            frames::next(move || _ = title.focus().ok());
        }
    });
    let user_task = move || state.marking.get().unwrap_or_default();
    let marks = move |say: fn(usize, usize) -> String| {
        let user_task = user_task();
        say(user_task.yes.len(), user_task.no.len())
    };
    let is_new = move || {
        let UserTask { yes, no, .. } = &*user_task();
        yes.is_empty() && no.is_empty()
    };
    let forgotten = name.to_owned();
    view! {
        <div class="teach__head">
            {move || view! { <Barcode task=task.get() bars=32 /> }}
            <h2 class="teach__title" tabindex="-1" node_ref=title>
                {text::teach::teaching(&name)}
            </h2>
            <p class="teach__count" data-testid="teach-count">
                {move || marks(counts)}
            </p>
            <p class="side__hint teach__help">
                {move || marks(|yes, no| advice(yes, no).to_owned())}
            </p>
            <button
                class="button button--quiet teach__forget"
                type="button"
                data-testid="teach-forget"
                hidden=is_new
                on:click=move |_| state.forget(&forgotten)
            >
                {text::teach::DELETE}
            </button>
            <button
                class="button button--strong"
                type="button"
                data-testid="teach-done"
                on:click=move |_| state.end_teaching()
            >
                <Icon symbol=Symbol::Check />
                {text::teach::DONE}
            </button>
        </div>
        <Unsure />
    }
}
