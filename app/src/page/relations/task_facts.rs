//! The facts of the selected task.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::upper_first;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::hue;

use super::facts::Facts;
use super::relating::Relating;

/// The figures of one task: its relations, and the numbers it turns up most.
#[component]
pub fn TaskFacts(
    /// The task relations.
    relating: Relating,
) -> impl IntoView {
    let state = use_state();
    let Relating {
        part,
        scaling,
        titles,
        active,
        ..
    } = relating;
    let noun = part.noun();
    let facts = move || {
        let task = active.get()?;
        let facts = Facts::of(&scaling, task, &titles);
        let alike = (!facts.most.is_empty()).then(|| {
            view! {
                <dt>{text::relations::MOST_ALIKE}</dt>
                <dd data-testid="facts-most">{facts.most}</dd>
            }
        });
        let least = (!facts.least.is_empty()).then(|| {
            view! {
                <dt class="facts__less">{text::relations::LEAST_ALIKE}</dt>
                <dd class="facts__less">{facts.least}</dd>
            }
        });
        let through = move || {
            let same = state.selected_task.get() == Some(task);
            if same {
                text::relations::CURRENT_LENS
            } else {
                text::relations::MAKE_LENS
            }
        };
        Some(view! {
            <div style=hue::style(task)>
                <h3 class="facts__title">
                    <Barcode task=task bars=32 />
                    <span data-testid="facts-title">{titles.get(task).cloned()}</span>
                </h3>
                <dl class="facts__list">
                    {alike}
                    {least}
                    <dt>{text::relations::strongest(&noun)}</dt>
                    <dd>
                        {facts.strongest} <span class="facts__share facts__less">
                            {text::relations::together(&facts.share)}
                        </span>
                    </dd>
                    <dt class="facts__less">{text::relations::in_use(&upper_first(noun))}</dt>
                    <dd class="facts__less">{facts.used}</dd>
                </dl>
                <p class="side__hint facts__less">{through}</p>
            </div>
        })
    };
    view! {
        <section class="facts" aria-label=text::relations::TASK_FACTS data-testid="task-facts">
            {facts}
        </section>
    }
}
