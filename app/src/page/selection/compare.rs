//! Two images beside each other: what is predicted for each in every task, and how similar they are in it.

use leptos::prelude::*;

use crate::page::results::tools::image_name;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::descending::descending;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::format;
use crate::page::ui::hue;
use crate::page::ui::picture::Picture;

/// The dialog; closed while nothing is compared.
#[component]
pub fn CompareDialog() -> impl IntoView {
    let state = use_state();
    let open = Signal::derive(move || state.open().comparing.get());
    let pair = move || {
        let selection = state.open_now().selection.get_untracked();
        <[usize; 2]>::try_from(selection.images()).ok()
    };
    view! {
        <Dialog
            open=open
            close=move || state.open_now().comparing.set(false)
            label=text::selection::COMPARE_TITLE
            testid="compare"
        >
            {pair().map(|pair| view! { <Comparison pair=pair /> })}
        </Dialog>
    }
}

#[component]
fn Comparison(pair: [usize; 2]) -> impl IntoView {
    let state = use_state();
    let by_similarity = RwSignal::new(false);
    let similarities = StoredValue::new(similarities(state, pair));
    let similarity = move |task: usize| similarities.with_value(|all| all.get(task).copied());
    let order = move || {
        let figure = |task: usize| match by_similarity.get() {
            true => similarity(task),
            false => state.predictions(task).and_then(|predictions| {
                difference(predictions.row(pair[0]), predictions.row(pair[1]))
            }),
        };
        let tasks = 0..state.tasks.with(|tasks| tasks.len());
        // What is not known comes last.
        let figures = tasks.map(|task| figure(task).map_or(f64::NEG_INFINITY, f64::from));
        descending(&figures.collect::<Vec<_>>())
    };
    let names = pair.map(|image| {
        let truth = state.open_now().ground_truth.get_untracked();
        image_name(
            truth.as_ref().map_or(&[][..], |truth| &truth.given.ids),
            image,
        )
    });
    let figure = |(image, name): (usize, &String)| {
        view! {
            <figure class="compare__figure">
                <Picture index=image class="detail__picture" alt=text::detail::alt(&image) />
                <figcaption class="detail__id">{name.clone()}</figcaption>
            </figure>
        }
    };
    let mean = similarities.with_value(|all| {
        let mean = all.iter().sum::<f32>() / all.len() as f32;
        (!all.is_empty()).then_some(mean)
    });
    let [one, other] = names.clone();
    let heads = [
        text::selection::TASK.to_owned(),
        one,
        other,
        text::selection::SIMILAR.to_owned(),
    ];
    let overall = [
        text::selection::OVERALL.to_owned(),
        String::new(),
        String::new(),
        cosine(mean),
    ];
    let rows = move || {
        let overall = line(None, overall.clone(), "overall");
        let tasks = order().into_iter();
        let tasks = tasks.filter_map(|task| task_line(state, task, pair, similarity(task)));
        std::iter::once(overall).chain(tasks).collect_view()
    };
    view! {
        <article class="compare">
            <h2>{text::selection::COMPARE_TITLE}</h2>
            <div class="compare__images">
                {pair.into_iter().zip(&names).map(figure).collect_view()}
            </div>
            <button
                class="toggle"
                type="button"
                aria-pressed=move || by_similarity.get().to_string()
                data-testid="compare-by-similarity"
                on:click=move |_| by_similarity.update(|by| *by = !*by)
            >
                {text::selection::BY_SIMILARITY}
            </button>
            <table class="compare__table">
                <thead>{line(None, heads, "heads")}</thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="side__hint">{text::selection::ABOUT_COMPARE}</p>
        </article>
    }
}

/// The two predictions of one task, and the similarity.
fn task_line(
    state: State,
    task: usize,
    pair: [usize; 2],
    similarity: Option<f32>,
) -> Option<AnyView> {
    let spec = state
        .tasks
        .with_untracked(|tasks| tasks.get(task).cloned())?;
    let predictions = untrack(|| state.predictions(task));
    let [one, other] = pair.map(|image| {
        let predicted = predictions.as_ref().and_then(|all| all.prediction(image));
        let (value, share) = predicted.unwrap_or_default();
        let value = spec.values.get(value).filter(|_| predicted.is_some());
        value.map_or_else(String::new, |value| {
            format!("{value} {}", format::percent(share.into()))
        })
    });
    let cells = [task_title(&spec), one, other, cosine(similarity)];
    Some(line(Some(task), cells, &spec.name))
}

/// A row: its head, then its cells; of a task with its barcode and hue. All rows are compiled as one.
fn line(task: Option<usize>, [head, cells @ ..]: [String; 4], name: &str) -> AnyView {
    let scope = if name == "heads" { "col" } else { "row" };
    let cell = |words: String| match scope {
        "col" => view! { <th scope="col">{words}</th> }.into_any(),
        _ => view! { <td>{words}</td> }.into_any(),
    };
    view! {
        <tr style=task.map(hue::style) data-testid=format!("compare-{name}")>
            <th scope=scope>
                {task.map(|task| view! { <Barcode task=task bars=16 /> })}
                {head}
            </th>
            {cells.map(cell).into_iter().collect_view()}
        </tr>
    }
    .into_any()
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

fn cosine(similarity: Option<f32>) -> String {
    similarity.map_or_else(String::new, |it| format::cosine(0.5 + 0.5 * it, false))
}

/// Half of the sum of the differences of two rows of probabilities, 0..1: their total variation distance. `None` while
/// they are not known.
fn difference(one: &[f32], other: &[f32]) -> Option<f32> {
    let is_known = !one.is_empty() && one.len() == other.len();
    let pairs = one.iter().zip(other);
    let sum: f32 = pairs.map(|(one, other)| (one - other).abs()).sum();
    is_known.then_some(0.5 * sum)
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn predictions_differ_by_half_the_sum_of_their_differences() {
        assert_eq!(difference(&[0.25, 0.75], &[0.75, 0.25]), Some(0.5));
        assert_eq!(difference(&[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]), Some(1.0));
        assert_eq!(difference(&[], &[]), None);
        assert_eq!(difference(&[1.0], &[0.5, 0.5]), None);
    }
}
