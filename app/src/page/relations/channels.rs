//! The channel view: a row per task, a column per number, like beside like.

use leptos::ev::KeyboardEvent;
use leptos::html::Ul;
use leptos::prelude::*;

use crate::page::browser::focus;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::upper_first;
use crate::page::ui::hue;

use super::channel_bars::{Columns, HEIGHT, PITCH, bars, unchanged};
use super::relating::{Relating, move_of, task_of};
use super::seriation;

/// The scaling vectors of all tasks as rows of bars. One row is reached by the keyboard, the others from it by the
/// arrows.
#[component]
pub fn Channels(
    /// The vectors shown.
    relating: Relating,
) -> impl IntoView {
    let state = use_state();
    let Relating {
        part,
        scaling,
        start,
        titles,
        focused,
        active,
        ..
    } = relating;
    let rows = seriation::rows(&scaling);
    let columns = Columns {
        order: seriation::columns(&scaling, &rows),
        owners: seriation::owners(&scaling),
    };
    let list = NodeRef::<Ul>::new();
    let order = rows.clone();
    let press = move |event: KeyboardEvent| {
        let (Some(step), Some(task)) = (move_of(&event), task_of(event.target())) else {
            return;
        };
        // Also at the edge: what has the focus is not to be scrolled away.
        event.prevent_default();
        let next = order
            .iter()
            .position(|&row| row == task)
            .and_then(|at| order.get(step.from(at, order.len(), 1, order.len())?));
        if let (Some(next), Some(list)) = (next, list.get_untracked()) {
            focus::go(&list, &[&format!("[data-task=\"{next}\"]")]);
        }
    };
    let shape = format!("0 0 {} {HEIGHT}", scaling.width() * PITCH);
    let line = unchanged(&scaling).map(|at| format!("M0 {at:.1}h{}", scaling.width() * PITCH));
    let row = |task: usize| {
        let bars = bars(&scaling, &columns, task);
        let line = line.clone();
        view! {
            <li>
                <button
                    class="channel"
                    class:channel--active=move || active.get() == Some(task)
                    type="button"
                    style=hue::style(task)
                    data-task=task.to_string()
                    aria-pressed=move || (state.selected_task.get() == Some(task)).to_string()
                    tabindex=move || {
                        let stop = focused.get().or(state.selected_task.get()).unwrap_or_default();
                        if stop == task { "0" } else { "-1" }
                    }
                >
                    <span class="channel__name">{titles.get(task).cloned()}</span>
                    <svg
                        class="channel__bars"
                        viewBox=shape.clone()
                        preserveAspectRatio="none"
                        aria-hidden="true"
                    >
                        <path class="channel__others" d=bars.others></path>
                        <path d=bars.own></path>
                        <path class="channel__line" d=line></path>
                    </svg>
                </button>
            </li>
        }
    };
    let rows = rows.iter().map(|&task| row(task)).collect_view();
    let noun = part.noun();
    view! {
        <section aria-labelledby="channels-title">
            <h3 id="channels-title">{text::relations::plural(&upper_first(noun))}</h3>
            <p class="side__hint">
                {text::relations::about_channels(&noun)} {start}
            </p>
            <ul class="channels" node_ref=list data-testid="channels" on:keydown=press>
                {rows}
            </ul>
        </section>
    }
}
