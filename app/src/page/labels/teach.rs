//! A task taught by a column: its yes and no, or one value against the rest, become the marks.

use leptos::ev::SubmitEvent;
use leptos::html::{Input, Select};
use leptos::prelude::*;
use modulens_schema::{Task, case};

use crate::page::query::view::UserTask;
use crate::page::state::{State, use_state};
use crate::page::teach::examples::LONGEST;
use crate::page::text;
use crate::page::text::titles::task_title;

use super::sample::{MOST, marks};

/// The form: a value, and a name for the task.
#[component]
pub fn TeachFromColumn(
    /// The column.
    column: usize,
    /// Its values.
    spec: Task,
    /// True while the form is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let state = use_state();
    let field = NodeRef::<Input>::new();
    let choice = NodeRef::<Select>::new();
    let problem = RwSignal::new(None::<String>);
    let yes = spec.value_index("yes").filter(|_| spec.values.len() == 2);
    let value = RwSignal::new(yes.unwrap_or(0));
    let values = spec.values.clone();
    let name = Memo::new(move |_| {
        let proposed = match yes {
            Some(_) => task_title(&spec),
            None => {
                let value = spec.values.get(value.get()).cloned().unwrap_or_default();
                text::labels::value_of(&task_title(&spec), &value)
            }
        };
        proposed_name(state, &proposed)
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else {
            return;
        };
        let taught = state.teach_from(column, value.get_untracked(), &field.value());
        if taught.is_ok() {
            open.set(false);
        }
        problem.set(taught.err());
    };
    let options = yes.is_none().then(|| {
        let option = |(at, value): (usize, &String)| {
            view! { <option value=at.to_string()>{value.clone()}</option> }
        };
        view! {
            <select
                class="select"
                node_ref=choice
                aria-label=text::labels::SHOWS
                on:change=move |event| value.set(event_target_value(&event).parse().unwrap_or(0))
            >
                {values.iter().enumerate().map(option).collect_view()}
            </select>
        }
    });
    view! {
        <form class="labels__form" on:submit=submit data-testid="teach-from">
            {options}
            <input
                class="field"
                type="text"
                node_ref=field
                maxlength=LONGEST.to_string()
                autocomplete="off"
                aria-label=text::labels::NAME
                data-testid="teach-from-name"
                prop:value=move || name.get()
            />
            <button class="button button--strong" type="submit" data-testid="teach-from-start">
                {text::teach::TITLE}
            </button>
            <p class="side__hint">{text::labels::sampled(&MOST)}</p>
            <p class="teach__problem" role="alert" hidden=move || problem.with(Option::is_none)>
                {move || problem.get()}
            </p>
        </form>
    }
}

/// A name that the network has no task of, and that is not too long.
fn proposed_name(state: State, title: &str) -> String {
    let is_free = state.new_name(title).is_ok();
    let suffix = if is_free { "" } else { text::labels::OF_LABELS };
    let letters = LONGEST - suffix.chars().count();
    let cut: String = title.chars().take(letters).collect();
    format!("{}{suffix}", cut.trim_end())
}

impl State {
    /// Teaches a task by a column: images with a value show it, images with another one do not.
    ///
    /// # Errors
    /// A sentence: the name cannot be used, or there is nothing to learn from.
    pub fn teach_from(&self, column: usize, value: usize, written: &str) -> Result<(), String> {
        let name = self.new_name(written)?;
        let is_known = self.known_tasks.with_untracked(|tasks| {
            let same = |task: &UserTask| case::lower(&task.name) == case::lower(&name);
            tasks.iter().any(same)
        });
        if is_known {
            return Err(text::teach::taken(&name));
        }
        self.room_for(&name)?;
        let open = self.open_now();
        let truth = open.ground_truth.get_untracked();
        let truth = truth.ok_or(text::labels::NOTHING)?;
        let images = open.images.get_untracked();
        let hidden = open.excluded.get_untracked();
        let (yes, no) = marks(&truth.given, column, value, images, &hidden);
        if yes.is_empty() {
            return Err(text::labels::NOTHING.into());
        }
        self.teach_task(UserTask { name, yes, no });
        Ok(())
    }
}
