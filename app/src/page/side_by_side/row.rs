//! One row: a task, and the best results under it.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::frames;
use crate::page::query::action::Action;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::{lower_first, task_title, value_title};
use crate::page::ui::barcode::Barcode;
use crate::page::ui::each::each;
use crate::page::ui::effect::effect;
use crate::page::ui::flip::Flip;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};
use crate::turn;

use super::picture::BesidePicture;
use super::position::Beside;
use super::rows::{PICTURES, neighbour, shared};

/// Pictures there might be, drawn while the row is on its way.
const SKELETONS: usize = 12;
/// Pictures drawn in one go: as many as most windows are wide.
const AT_ONCE: usize = 20;
/// Pictures drawn after that before the browser gets its turn.
const SLICE: usize = 10;

/// The task's heading and its strip of pictures.
#[component]
pub fn BesideRow(
    /// The task.
    task: usize,
    /// The position within the rows.
    beside: Beside,
) -> impl IntoView {
    let state = use_state();
    let row = move || state.row(task);
    let strip = NodeRef::<Div>::new();
    let flip = Flip::default();
    let drawn = RwSignal::new(AT_ONCE);
    let pictures = move || {
        let (row, drawn) = (row(), drawn.get());
        let answer = row
            .as_ref()
            .map(|row| (Arc::as_ptr(row).addr(), row.pictures()));
        flip.before(strip.get_untracked().map(Into::into), answer, || None);
        beside.drawing();
        let best = row.iter().flat_map(|row| &row.best).take(drawn);
        best.map(|ranked| ranked.index).collect::<Vec<_>>()
    };
    effect(move || {
        if row().is_some() && drawn.get_untracked() == AT_ONCE {
            spawn_local(draw_more(drawn));
        }
    });
    // What its values are called, for every picture once.
    let titles: Arc<[String]> = state.tasks.with_untracked(|tasks| {
        let spec = tasks.get(task);
        let values = spec.map_or(0, |spec| spec.values.len());
        let title = |value| spec.map(|spec| value_title(spec, value));
        (0..values).filter_map(title).collect()
    });
    let waiting = move || row().is_none();
    let picture = move |index| {
        let titles = Arc::clone(&titles);
        view! { <BesidePicture task=task index=index beside=beside titles=titles /> }.into_any()
    };
    // Empty places while it is on its way; words where it has nothing.
    let instead = move || match row() {
        Some(row) if row.best.is_empty() => Some(
            view! {
                <p class="beside__none" role="gridcell">
                    {text::side_by_side::NOTHING_LEFT}
                </p>
            }
            .into_any(),
        ),
        Some(_) => None,
        None => {
            let empty = |_| {
                view! { <div class="tile skeleton beside__cell" aria-hidden="true"></div> }
            };
            Some((0..SKELETONS).map(empty).collect_view().into_any())
        }
    };
    view! {
        <div
            class="beside__row"
            role="row"
            aria-busy=move || waiting().to_string()
            style=hue::style(task)
            data-testid="beside-row"
        >
            <Heading task=task beside=beside />
            <div class="beside__strip" role="presentation" node_ref=strip>
                {instead}
                {each(pictures, picture)}
            </div>
        </div>
    }
}

/// Draws the pictures that lie beyond the window's edge, a few at a time.
async fn draw_more(drawn: RwSignal<usize>) {
    for end in (AT_ONCE + SLICE..=PICTURES).step_by(SLICE) {
        turn::breathe().await;
        // The row may be gone by then.
        drawn.try_set(end);
    }
}

/// The task's name, which makes it the lens; how much the row shares with the first; and a way to take it away.
#[component]
fn Heading(task: usize, beside: Beside) -> impl IntoView {
    let state = use_state();
    let spec = state.tasks.get_untracked().get(task)?.clone();
    let (title, name) = (task_title(&spec), spec.name);
    let lens = name.clone();
    let remove = move |_| {
        let mut names = state.view.with_untracked(|view| view.rows.clone());
        names.retain(|row| *row != name);
        let next = neighbour(&state.rows.get_untracked(), task);
        state.go(Action::Rows(names));
        // What was pressed goes with its row.
        if let Some(next) = next {
            frames::next(move || beside.focus((next, 0)));
        }
    };
    let remove_label = text::side_by_side::remove(&title);
    Some(view! {
        <div class="beside__head" role="rowheader" aria-label=title.clone()>
            <button
                class="beside__lens"
                type="button"
                aria-pressed=move || (state.selected_task.get() == Some(task)).to_string()
                title=text::side_by_side::look_through(&lower_first(&title))
                data-row=task.to_string()
                data-cell="0"
                data-testid=format!("row-{lens}")
                on:click=move |_| state.go(Action::Lens(Some(lens.clone())))
            >
                <Barcode task=task bars=32 />
                <span class="beside__name">{title.clone()}</span>
            </button>
            <button
                class="beside__remove"
                type="button"
                aria-label=remove_label.clone()
                title=remove_label
                data-testid="beside-remove"
                hidden=move || state.rows.with(|rows| rows.len() < 2)
                on:click=remove
            >
                <Icon symbol=Symbol::Close />
            </button>
            <span
                class="beside__shared"
                title=text::side_by_side::OVERLAP
                data-testid="beside-shared"
            >
                {move || in_common(state, task)}
            </span>
        </div>
    })
}

/// "12 of 20 shared with Closure"; nothing for the first row.
fn in_common(state: State, task: usize) -> Option<String> {
    let first = state.rows.with(|rows| rows.first().copied())?;
    if first == task {
        return None;
    }
    let (row, first) = (state.row(task)?, state.row(first)?);
    let (count, of) = shared(&row.best, &first.best);
    Some(text::side_by_side::shared(
        &count,
        &of,
        &lower_first(&first.title),
    ))
}
