//! Tasks against tasks, a figure of every pair as a colour and a number.

use std::fmt::Write as _;

use super::html::escaped;
use super::plots::open;
use super::summary::signed;
use crate::compare::Square;
use crate::compliance::Layer;

/// The pairs of tasks on one layer: the mean cosine as colour, the share of agreeing batches as a number.
pub(super) fn pairs(layer: &Layer, tasks: &[String]) -> String {
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
pub(super) fn square(table: &Square, tasks: &[String], title: &str) -> String {
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
fn heat_map(cells: impl Iterator<Item = Cell>, tasks: &[String], title: &str) -> String {
    let (cell, room) = (44.0, 120.0);
    let side = cell * tasks.len() as f64;
    let mut svg = open(room + side + 52.0, side + room, title);
    for (row, task) in tasks.iter().enumerate() {
        let at = cell * (row as f64 + 0.5);
        let _ = write!(
            svg,
            r#"<text class="small" x="{:.1}" y="{:.1}" text-anchor="end">{}</text><text class="small" transform="translate({:.1} {:.1}) rotate(40)">{}</text>"#,
            room - 6.0,
            at + 4.0,
            escaped(task),
            room + at - 6.0,
            side + 14.0,
            escaped(task),
        );
    }
    for pair in cells {
        let [first, second] = pair.tasks;
        let strength = pair.colour.abs().min(1.0);
        let class = if pair.colour < 0.0 {
            "against"
        } else {
            "along"
        };
        for (column, row) in [(first, second), (second, first)] {
            let (x, y) = (room + cell * column as f64, cell * row as f64);
            let _ = write!(
                svg,
                r#"<rect class="{class}" fill-opacity="{strength:.2}" x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}" rx="4"><title>{} and {}: {}</title></rect><text class="small" x="{:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
                x + 1.0,
                y + 1.0,
                cell - 2.0,
                cell - 2.0,
                escaped(tasks.get(first).map_or("", String::as_str)),
                escaped(tasks.get(second).map_or("", String::as_str)),
                pair.about,
                x + cell / 2.0,
                y + cell / 2.0 + 4.0,
                pair.text,
            );
        }
    }
    svg.push_str("</svg>");
    svg
}
