//! Task relations as a table: all that the map and the channels show, in figures.

use leptos::prelude::*;

use super::facts::Facts;
use super::modulation::Part;
use super::relating::Relating;

/// A row per task.
pub fn relations_table(relating: &Relating) -> impl IntoView + use<> {
    let noun = relating.part.noun();
    let weight = match relating.part {
        Part::Embedding => ", which is how a dimension counts when two pictures are compared",
        Part::Features => "",
    };
    let row = |(task, title): (usize, &String)| {
        let facts = Facts::of(&relating.scaling, task, &relating.titles);
        view! {
            <tr>
                <th scope="row">{title.clone()}</th>
                <td>{facts.used}</td>
                <td>{facts.share}</td>
                <td>{facts.most}</td>
                <td>{facts.least}</td>
            </tr>
        }
    };
    let rows = relating.titles.iter().enumerate().map(row).collect_view();
    view! {
        <details class="relations__table">
            <summary>"All of it as a table"</summary>
            <p class="side__hint">
                {format!(
                    "In use: scaled by at least a twentieth of the task\u{2019}s largest scale; the others are as good as off. Weight: \
                     the squared scale{weight}.",
                )}
            </p>
            <div class="card__table" tabindex="0" role="region" aria-label="How the tasks relate, in figures">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Task"</th>
                            <th scope="col">{format!("{noun}s in use")}</th>
                            <th scope="col">"Weight of the five strongest"</th>
                            <th scope="col">"Most alike"</th>
                            <th scope="col">"Least alike"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
