//! Task relations as a table: all that the map and the channels show, in figures.

use leptos::prelude::*;

use crate::page::text;

use super::facts::Facts;
use super::modulation::Part;
use super::relating::Relating;

/// A row per task.
pub fn relations_table(relating: &Relating) -> impl IntoView + use<> {
    let noun = relating.part.noun();
    let weight = match relating.part {
        Part::Embedding => text::relations::DIMENSION_COUNTS,
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
            <summary>{text::relations::AS_TABLE}</summary>
            <p class="side__hint">
                {text::relations::about_table(&weight)}
            </p>
            <div class="card__table" tabindex="0" role="region" aria-label=text::relations::TABLE>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{text::relations::TASK}</th>
                            <th scope="col">{text::relations::in_use(noun)}</th>
                            <th scope="col">{text::relations::WEIGHT_OF_FIVE}</th>
                            <th scope="col">{text::relations::MOST_ALIKE}</th>
                            <th scope="col">{text::relations::LEAST_ALIKE}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
