//! Tasks against tasks, a figure of every pair as a colour and a number.

use maud::{Markup, html};

use super::plots::{px, sign, strength, svg};
use super::summary::signed;
use crate::compare::Square;
use crate::compliance::Layer;

/// The pairs of tasks on one layer: the mean cosine as colour, the share of agreeing batches as a number.
pub(super) fn pairs(layer: &Layer, tasks: &[String]) -> Markup {
    let cells = layer.pairs.iter().map(|pair| Cell {
        tasks: pair.tasks,
        // Half a cosine is already a lot between gradients of many values.
        colour: pair.cosine / 0.5,
        text: format!("{:.0}", 100.0 * pair.positive),
        about: format!(
            "{:.0} % of {} batches agree, mean cosine {}",
            100.0 * pair.positive,
            pair.batches,
            signed(pair.cosine, 3)
        ),
    });
    heat_map(cells, tasks, "Agreement of gradients, pair by pair")
}

/// A figure of every pair of tasks, from -1 to 1.
pub(super) fn square(table: &Square, tasks: &[String], title: &str) -> Markup {
    let cells = (0..tasks.len()).flat_map(|first| {
        (first + 1..tasks.len()).filter_map(move |second| {
            let value = *table.get(first)?.get(second)?;
            Some(Cell {
                tasks: [first, second],
                colour: value,
                text: format!("{value:.2}").replace("0.", "."),
                about: signed(value, 3),
            })
        })
    });
    heat_map(cells, tasks, title)
}

/// A pair of tasks in a heat map.
struct Cell {
    tasks: [usize; 2],
    /// From -1, against each other, to 1.
    colour: f64,
    text: String,
    about: String,
}

/// Every pair twice, on both sides of an empty diagonal.
fn heat_map(cells: impl Iterator<Item = Cell>, tasks: &[String], title: &str) -> Markup {
    let (cell, room) = (44.0, 120.0);
    let side = cell * tasks.len() as f64;
    let middle = |task: usize| cell * (task as f64 + 0.5);
    let name = |task: usize| tasks.get(task).map_or("", String::as_str);
    let content = html! {
        @for (row, task) in tasks.iter().enumerate() {
            text.small x=(px(room - 6.0)) y=(px(middle(row) + 4.0)) text-anchor="end" { (task) }
            text.small transform={ "translate(" (px(room + middle(row) - 6.0)) " " (px(side + 14.0)) ") rotate(40)" } { (task) }
        }
        @for pair in cells {
            @let [first, second] = pair.tasks;
            @for (column, row) in [(first, second), (second, first)] {
                rect class=(sign(pair.colour)) fill-opacity=(strength(pair.colour)) rx="4"
                    x=(px(room + cell * column as f64 + 1.0)) y=(px(cell * row as f64 + 1.0))
                    width=(px(cell - 2.0)) height=(px(cell - 2.0)) {
                    title { (name(first)) " and " (name(second)) ": " (pair.about) }
                }
                text.small x=(px(room + middle(column))) y=(px(middle(row) + 4.0)) text-anchor="middle" { (pair.text) }
            }
        }
    };
    svg(room + side + 52.0, side + room, title, &content)
}
