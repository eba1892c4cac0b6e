//! Results of a search, as the terminal prints them.

use super::found::{Found, LabelledAs, Part, Test};
use super::terms;

/// The query in a line, and a line per result.
pub(super) fn render(found: &Found) -> String {
    let words = |Part {
                     task,
                     asked,
                     weight,
                 }: &Part| {
        let task = task.as_deref().unwrap_or(terms::OVERALL);
        let asked = match asked {
            Test::AnyOf(values) => format!("{task} = {}", values.join(" or ")),
            Test::NoneOf(values) => format!("{task} is not {}", values.join(" or ")),
            Test::Like(like) => format!("{task} like {like}"),
            Test::Unlike(unlike) => format!("{task} unlike {unlike}"),
        };
        match *weight {
            1.0 => asked,
            weight => format!("{asked} ×{weight}"),
        }
    };
    let mut query: Vec<String> = found.query.iter().map(words).collect();
    query.extend(found.only.iter().map(|limit| {
        let percent = [limit.low, limit.high].map(|p| (p * 100.0).round());
        let [low, high] = percent;
        format!("{} = {} {low}-{high} %", limit.task, limit.value)
    }));
    for LabelledAs {
        task,
        any_of,
        none_of,
    } in &found.labels
    {
        if !any_of.is_empty() {
            query.push(format!("labelled {task} {}", any_of.join(" or ")));
        }
        if !none_of.is_empty() {
            query.push(format!("labelled {task}, not {}", none_of.join(" or ")));
        }
    }
    let differs = found.differs.iter();
    query.extend(differs.map(|task| format!("label differs from the prediction of {task}")));
    if !found.name.is_empty() {
        query.push(format!("id contains {:?}", found.name));
    }
    if found.least > 0.0 {
        query.push(format!(
            "score at least {} %",
            (found.least * 100.0).round()
        ));
    }
    if found.sort != terms::BY_SCORE || found.reversed {
        let reversed = if found.reversed { ", reversed" } else { "" };
        query.push(format!("sorted by {}{reversed}", found.sort));
    }
    let mut text = format!(
        "{} among {} images: {} found\n",
        query.join(", "),
        found.images,
        found.found
    );
    for hit in &found.results {
        let parts: Vec<String> = hit.parts.iter().map(|part| format!("{part:.3}")).collect();
        let labels: Vec<String> = hit
            .labels
            .iter()
            .map(|(task, value)| format!("{task} {}", value.as_deref().unwrap_or("unknown")))
            .collect();
        text.push_str(&format!(
            "{:>4}  {:.4}  {:24}  [{}]  labelled: {}\n",
            hit.rank,
            hit.score,
            hit.picture.as_deref().unwrap_or(&hit.id),
            parts.join(" "),
            labels.join(", ")
        ));
    }
    text
}
