//! One column of the visitor's labels as a facet: its values with their counts, and where they differ from what is
//! predicted.

use leptos::prelude::*;
use modulens_retrieval::Subject;

use crate::page::query::action::Action;
use crate::page::query::view::{LabelCondition, LabelTest};
use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::format;
use crate::page::ui::icon::{Icon, Symbol};

use super::teach::TeachFromColumn;

/// The values of a column.
#[component]
pub fn LabelFacet(
    /// The column.
    column: usize,
) -> impl IntoView {
    let state = use_state();
    let spec = untrack(|| state.label_columns()?.get(column).cloned())?;
    let title = task_title(&spec);
    let counts = Memo::new(move |_| {
        let keep = state.matching(Subject::Column(column))?;
        let truth = state.open().ground_truth.get()?;
        Some(truth.given.counts(column, &keep))
    });
    let most = Memo::new(move |_| counts.with(|counts| counts.as_ref()?.iter().max().copied()));
    let values = spec.values.iter().enumerate().map(|(value, name)| {
        let label = |test: LabelTest| LabelCondition {
            column: spec.name.clone(),
            test,
        };
        let count = Memo::new(move |_| counts.with(|counts| counts.as_ref()?.get(value).copied()));
        view! {
            <LabelValue
                label=label(LabelTest::Is(name.clone()))
                not=label(LabelTest::IsNot(name.clone()))
                name=name.clone()
                count=count
                most=most
            />
        }
    });
    let differs = state.task_of_column(&spec).map(|(task, name)| {
        let count = Memo::new(move |_| {
            let keep = state.matching(Subject::Disagreement(task))?;
            let truth = state.open().ground_truth.get()?;
            let predictions = state.predictions(task)?;
            let images = keep.iter().enumerate().filter(|(_, keep)| **keep);
            let differs = |image: usize| truth.given.disagrees(image, task, predictions.row(image));
            Some(images.filter(|(image, _)| differs(*image)).count())
        });
        let label = LabelCondition {
            column: name,
            test: LabelTest::Differs,
        };
        view! {
            <LabelValue
                label=label
                name=text::labels::DIFFERS.to_owned()
                count=count
                most=most
            />
        }
    });
    let values = values.collect_view();
    let teaching = RwSignal::new(false);
    let name = spec.name.clone();
    Some(view! {
        <div
            class="facet"
            role="group"
            aria-label=text::labels::label(&title)
            data-testid=format!("label-{name}")
        >
            <div class="facet__name">
                <span>{title.clone()}</span>
                <button
                    class="link labels__teach"
                    type="button"
                    aria-expanded=move || teaching.get().to_string()
                    aria-label=text::labels::teach_from(&title)
                    data-testid=format!("teach-from-{name}")
                    on:click=move |_| teaching.update(|teaching| *teaching = !*teaching)
                >
                    {text::labels::TEACH}
                </button>
            </div>
            {move || {
                let spec = spec.clone();
                teaching
                    .get()
                    .then(|| view! { <TeachFromColumn column=column spec=spec open=teaching /> })
            }}
            <ul class="values">{values} {differs}</ul>
        </div>
    })
}

/// One value: a button that asks for it, and a smaller one that asks for its absence.
#[component]
fn LabelValue(
    label: LabelCondition,
    #[prop(optional)] not: Option<LabelCondition>,
    name: String,
    count: Memo<Option<usize>>,
    most: Memo<Option<usize>>,
) -> impl IntoView {
    let state = use_state();
    let share = move || {
        let share = count.get().zip(most.get()).map_or(0.0, |(count, most)| {
            (count as f64 / most.max(1) as f64).min(1.0)
        });
        format!("--share:{share:.3}")
    };
    let button = move |label: LabelCondition| {
        let asked = {
            let label = label.clone();
            Memo::new(move |_| state.asks_label(&label))
        };
        let ask = move |_| state.go(Action::Label(label.clone()));
        (move || asked.get().to_string(), ask)
    };
    let testid = match &label.test {
        LabelTest::Differs => format!("differs-{}", label.column),
        _ => format!("label-{}-{name}", label.column),
    };
    let alone = not.is_none();
    let avoid = not.map(|not| {
        let spoken = text::facets::exclude(&name);
        let testid = format!("not-{testid}");
        let (pressed, ask) = button(not);
        view! {
            <button
                class="value__not"
                type="button"
                data-testid=testid
                aria-label=spoken
                aria-pressed=pressed
                on:click=ask
            >
                <Icon symbol=Symbol::Minus />
            </button>
        }
    });
    let (pressed, ask) = button(label);
    view! {
        <li class="value" class:value--alone=alone style=share>
            <button
                class="value__want"
                type="button"
                data-testid=testid
                aria-pressed=pressed
                on:click=ask
            >
                <span class="value__name">{name}</span>
                <span class="count">{move || count.get().map(format::count)}</span>
            </button>
            {avoid}
        </li>
    }
}
