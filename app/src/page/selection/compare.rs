//! Two images beside each other: what is predicted for each in every task, and how similar they are in it.

use leptos::prelude::*;

use crate::page::results::tools::image_name;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::format;
use crate::page::ui::hue;
use crate::page::ui::picture::Picture;

use super::compared::{Compared, Order, difference, sort};

/// The dialog; closed while nothing is compared.
#[component]
pub fn CompareDialog() -> impl IntoView {
    let state = use_state();
    let pair = Memo::new(move |_| state.open().comparing.get());
    view! {
        <Dialog
            open=Signal::derive(move || pair.get().is_some())
            close=move || state.open_now().comparing.set(None)
            label=text::selection::COMPARE_TITLE
            testid="compare"
        >
            {move || pair.get().map(|pair| view! { <Comparison pair=pair /> })}
        </Dialog>
    }
}

#[component]
fn Comparison(pair: [usize; 2]) -> impl IntoView {
    let state = use_state();
    let order = RwSignal::new(Order::default());
    let similarities = StoredValue::new(similarities(state, pair));
    let rows = Memo::new(move |_| {
        let tasks = state.tasks.with(|tasks| tasks.len());
        let mut rows: Vec<Compared> = (0..tasks)
            .map(|task| Compared {
                task,
                difference: state.predictions(task).and_then(|predictions| {
                    difference(predictions.row(pair[0]), predictions.row(pair[1]))
                }),
                similarity: similarities.with_value(|all| all.get(task).copied()),
            })
            .collect();
        sort(&mut rows, order.get());
        rows
    });
    let names = pair.map(|image| {
        let truth = state.open_now().ground_truth.get_untracked();
        image_name(truth.as_ref().map_or(&[][..], |truth| &truth.ids), image)
    });
    let figure = |(image, name): (usize, &String)| {
        view! {
            <figure class="compare__figure">
                <Picture index=image class="detail__picture" alt=text::detail::alt(&image) />
                <figcaption class="detail__id">{name.clone()}</figcaption>
            </figure>
        }
    };
    let choice = move |words: &'static str, testid: &'static str, wanted: Order| {
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="compare-order"
                    data-testid=testid
                    prop:checked=move || order.get() == wanted
                    on:change=move |_| order.set(wanted)
                />
                <span class="segment__face">{words}</span>
            </label>
        }
    };
    let overall = similarities.with_value(|all| {
        let mean = all.iter().sum::<f32>() / all.len() as f32;
        (!all.is_empty()).then(|| cosine(mean))
    });
    view! {
        <article class="compare">
            <h2>{text::selection::COMPARE_TITLE}</h2>
            <div class="compare__images">
                {pair.into_iter().zip(&names).map(figure).collect_view()}
            </div>
            <fieldset class="segments segments--small">
                <legend class="sr-only">{text::selection::ORDER}</legend>
                {choice(text::selection::BY_DIFFERENCE, "compare-by-difference", Order::Difference)}
                {choice(text::selection::BY_SIMILARITY, "compare-by-similarity", Order::Similarity)}
            </fieldset>
            <table class="compare__table">
                <thead>
                    <tr>
                        <th scope="col">{text::selection::TASK}</th>
                        {names.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view()}
                        <th scope="col">{text::selection::SIMILAR}</th>
                    </tr>
                </thead>
                <tbody>
                    <tr data-testid="compare-overall">
                        <th scope="row">{text::selection::OVERALL}</th>
                        <td></td>
                        <td></td>
                        <td class="compare__similar">{overall}</td>
                    </tr>
                    {move || {
                        let rows = rows.get().into_iter();
                        rows.map(|row| view! { <TaskLine row=row pair=pair /> }).collect_view()
                    }}
                </tbody>
            </table>
            <p class="side__hint">{text::selection::ABOUT_COMPARE}</p>
        </article>
    }
}

/// The two predictions of one task, and the similarity.
#[component]
fn TaskLine(row: Compared, pair: [usize; 2]) -> impl IntoView {
    let state = use_state();
    let task = row.task;
    let spec = state
        .tasks
        .with_untracked(|tasks| tasks.get(task).cloned())?;
    let predictions = untrack(|| state.predictions(task));
    let cells = pair.map(|image| {
        let (value, share) = predictions.as_ref()?.prediction(image)?;
        let words = spec.values.get(value)?.clone();
        let share = f64::from(share);
        Some(view! {
            <span class="compare__value">{words} " " {format::percent(share)}</span>
            <span class="task-row__bar" style=format!("--share:{share:.3}") aria-hidden="true"></span>
        })
    });
    let cells = cells.map(|cell| view! { <td>{cell}</td> });
    Some(view! {
        <tr style=hue::style(task) data-testid=format!("compare-{}", spec.name)>
            <th scope="row">
                <span class="task-row__name">
                    <Barcode task=task bars=16 />
                    {task_title(&spec)}
                </span>
            </th>
            {cells}
            <td class="compare__similar">{row.similarity.map(cosine)}</td>
        </tr>
    })
}

/// The cosine similarities of two images under the network's tasks.
fn similarities(state: State, [one, other]: [usize; 2]) -> Vec<f32> {
    let open = state.open_now();
    let source = open.source.get_untracked();
    let similarities = open.searchers.try_update_value(|searchers| {
        let gallery = searchers.of(source)?;
        let features = gallery.features().row(one).to_vec();
        gallery.similarities(&features, other).ok()
    });
    similarities.flatten().unwrap_or_default()
}

fn cosine(similarity: f32) -> String {
    format::cosine(0.5 + 0.5 * similarity, false)
}
