//! The order of the results, chosen.

use leptos::prelude::*;
use modulens_schema::TaskKind;

use crate::page::browser::clock;
use crate::page::query::action::Action;
use crate::page::query::view::{Sort, SortBy};
use crate::page::state::{State, use_state};
use crate::page::text;

/// The orders there are to choose from: their groups' names, and in each its orders. Tracked.
fn choices(state: State) -> Vec<(&'static str, Vec<SortBy>)> {
    let plain = [SortBy::Score, SortBy::Name, SortBy::Random(0)];
    let mut groups = vec![("", plain.to_vec())];
    let tasks = state.tasks.get();
    let values = tasks.iter().flat_map(|task| {
        let first = usize::from(task.kind == TaskKind::Binary);
        task.values.iter().skip(first).map(|value| SortBy::Value {
            task: task.name.clone(),
            value: value.clone(),
        })
    });
    groups.push((text::results::PREDICTED, values.collect()));
    let columns = state.label_columns().unwrap_or_default();
    if !columns.is_empty() {
        let columns = columns.iter();
        let columns = columns.map(|column| SortBy::Label(column.name.clone()));
        groups.push((text::results::LABELS, columns.collect()));
    }
    groups
}

/// True if two are the same order, or both are random.
fn is_same(one: &SortBy, other: &SortBy) -> bool {
    one == other || matches!((one, other), (SortBy::Random(_), SortBy::Random(_)))
}

/// A random order that was not there before.
fn random() -> SortBy {
    SortBy::Random(clock::now() as u32 % 1_000_000)
}

/// The choice of the order, and of its direction.
#[component]
pub fn SortChoice() -> impl IntoView {
    let state = use_state();
    let choices = Memo::new(move |_| choices(state));
    let sort = Memo::new(move |_| state.view.with(|view| view.sort.clone()));
    let go = move |by: SortBy, reversed: bool| {
        state.go(Action::Sort(Sort { by, reversed }));
    };
    let choose = move |event| {
        let at = event_target_value(&event).parse::<usize>().ok();
        let by = choices.with_untracked(|groups| {
            let mut all = groups.iter().flat_map(|(_, group)| group);
            all.nth(at?).cloned()
        });
        match by {
            Some(SortBy::Random(_)) => go(random(), false),
            Some(by) => go(by, false),
            None => {}
        }
    };
    let options = move || {
        let (tasks, by) = (state.tasks.get(), sort.get().by);
        let mut at = 0;
        let mut option = |choice: &SortBy| {
            let number = at;
            at += 1;
            let selected = is_same(choice, &by);
            view! {
                <option value=number.to_string() prop:selected=selected>
                    {text::results::sort_title(&tasks, choice)}
                </option>
            }
        };
        choices.with(|groups| {
            let groups = groups.iter().map(|(name, group)| {
                let options = group.iter().map(&mut option).collect_view();
                match name.is_empty() {
                    true => options.into_any(),
                    false => view! { <optgroup label=*name>{options}</optgroup> }.into_any(),
                }
            });
            groups.collect_view()
        })
    };
    let is_random = Memo::new(move |_| sort.with(|sort| matches!(sort.by, SortBy::Random(_))));
    view! {
        <label class="tools__field">
            <span>{text::results::SORT_BY}</span>
            <select class="field" data-testid="sort" on:change=choose>
                {options}
            </select>
        </label>
        <label class="tools__switch" hidden=is_random>
            <input
                type="checkbox"
                data-testid="sort-reversed"
                prop:checked=move || sort.with(|sort| sort.reversed)
                on:change=move |event| {
                    go(sort.get_untracked().by, event_target_checked(&event));
                }
            />
            <span>{text::results::REVERSED}</span>
        </label>
        <button
            class="button"
            type="button"
            data-testid="shuffle"
            hidden=move || !is_random.get()
            on:click=move |_| go(random(), false)
        >
            {text::results::SHUFFLE}
        </button>
    }
}
