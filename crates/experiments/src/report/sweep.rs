//! The report of a sweep: tables of methods against points, and a plot of each figure along the axis.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::axis::percent;
use super::lines::{Line, Lines, Side, span};
use super::summary::{apart, references, seeds, signed};
use super::tables::Table;
use super::words::Words;
use super::{html, markdown};
use crate::compare::{Comparison, MethodFigures};

/// The comparisons of a sweep.
pub(super) struct Points {
    pub(super) axis: String,
    /// The names of the points with what was found there; at least one.
    pub(super) found: Vec<(String, Comparison)>,
}

/// A figure of a method at a point.
struct Figure {
    heading: &'static str,
    legend: &'static str,
    value: fn(&MethodFigures) -> Option<f64>,
    cell: fn(&MethodFigures) -> Option<String>,
    side: fn(f64, f64) -> Side,
}

const FIGURES: [Figure; 5] = [
    Figure {
        heading: "Triplets",
        legend: "Share of triplets whose anchor is nearer to the picture of its own value than to that of another, in \
                 percent; means over tasks and seeds, with 95 % intervals over pictures and seeds. Points with other tasks are \
                 compared by the differences.",
        value: |method| Some(method.mean_triplet_accuracy),
        cell: |method| {
            let [mean, low, high] = [
                method.mean_triplet_accuracy,
                method.ci95.low,
                method.ci95.high,
            ]
            .map(|share| 100.0 * share);
            Some(format!("{mean:.2} ({low:.1} – {high:.1})"))
        },
        side: |low, high| Side::round(low, high, percent),
    },
    Figure {
        heading: "Differences in triplets",
        legend: "In points, on the same pictures, tasks and seeds, with 95 % intervals; where zero lies inside, which of \
                 the two is better is not known.",
        value: |method| Some(method.difference.as_ref()?.mean),
        cell: |method| {
            let difference = method.difference.as_ref()?;
            Some(apart(difference.mean, difference.ci95))
        },
        side: |low, high| {
            let points = |value: f64, step: f64| signed(100.0 * value, usize::from(step < 0.01));
            Side::round(low.min(0.0), high.max(0.0), points)
        },
    },
    Figure {
        heading: "Mean average precision",
        legend: "In percent; means over tasks and seeds.",
        value: |method| Some(method.mean_map),
        cell: |method| Some(format!("{:.2}", 100.0 * method.mean_map)),
        side: |low, high| Side::round(low, high, percent),
    },
    Figure {
        heading: "Bytes of the networks",
        legend: "All learned parameters, in half precision.",
        value: |method| Some((2.0 * method.parameters as f64).max(1.0).log2()),
        cell: |method| Some((2 * method.parameters).to_string()),
        side: Side::powers,
    },
    Figure {
        heading: "Bytes of a picture",
        legend: "Kept of each picture, in half precision, so that every task can be searched.",
        value: |method| Some((method.gallery_bytes_per_image.max(1) as f64).log2()),
        cell: |method| Some(method.gallery_bytes_per_image.to_string()),
        side: Side::powers,
    },
];

impl Points {
    /// The name of a method in the tables, with that of its own table where its budget is another.
    fn name(method: &MethodFigures) -> String {
        match method.table.as_str() {
            "" => method.name.clone(),
            table => format!("{} ({table})", method.name),
        }
    }

    /// The methods of all points, each once.
    fn methods(&self) -> Vec<&MethodFigures> {
        let mut all: Vec<&MethodFigures> = Vec::new();
        for method in self.found.iter().flat_map(|(_, found)| &found.methods) {
            if all.iter().all(|known| known.name != method.name) {
                all.push(method);
            }
        }
        all
    }

    /// The figures of a method at every point.
    fn along(&self, name: &str) -> impl Iterator<Item = Option<&MethodFigures>> {
        self.found
            .iter()
            .map(move |(_, found)| found.methods.iter().find(|one| one.name == name))
    }

    /// The protocol, in a few words.
    fn protocol(&self) -> String {
        let Some((_, first)) = self.found.first() else {
            return String::new();
        };
        let methods = self.found.iter().flat_map(|(_, found)| &found.methods);
        format!(
            "{} on the {} split; at every point the same methods under one protocol, from {}; computed with {}.{}",
            first.dataset,
            first.split.name(),
            seeds(first),
            first.device,
            references(methods),
        )
    }

    /// The points: what is trained on at each, and for how long. What the axis tells is not told again.
    fn budgets(&self) -> Table {
        let mut table = Table::new(&[
            &self.axis,
            "pictures of an epoch",
            "epochs",
            "number of tasks",
            "tasks that no point before has",
        ]);
        let mut known: Vec<&str> = Vec::new();
        for (name, found) in &self.found {
            let tasks = found.tasks.iter().map(String::as_str);
            let new: Vec<&str> = tasks.filter(|task| !known.contains(task)).collect();
            known.extend(&new);
            table.rows.push(vec![
                name.clone(),
                found.images_trained_on.to_string(),
                found.epochs.to_string(),
                found.tasks.len().to_string(),
                match new[..] {
                    [] => "–".to_owned(),
                    _ => new.join(", "),
                },
            ]);
        }
        table.drop_repeats();
        table
    }

    /// A figure of every method at every point; nothing where no method has it.
    fn table(&self, figure: &Figure) -> Option<Table> {
        let mut columns = vec!["method"];
        columns.extend(self.found.iter().map(|(name, _)| name.as_str()));
        let mut table = Table::new(&columns);
        for method in self.methods() {
            let cells = self
                .along(&method.name)
                .map(|found| found.and_then(figure.cell));
            let cells: Vec<Option<String>> = cells.collect();
            if cells.iter().any(Option::is_some) {
                let cells = cells
                    .into_iter()
                    .map(|cell| cell.unwrap_or_else(|| "–".to_owned()));
                table
                    .rows
                    .push(std::iter::once(Self::name(method)).chain(cells).collect());
            }
        }
        (!table.rows.is_empty()).then_some(table)
    }

    fn plot(&self, figure: &Figure) -> Markup {
        let points = |method: &MethodFigures| -> Vec<(f64, f64)> {
            let found = self.along(&method.name).enumerate();
            let points =
                found.filter_map(|(place, found)| Some((place as f64, (figure.value)(found?)?)));
            points.collect()
        };
        let lines = self.methods().into_iter().map(|method| Line {
            name: Self::name(method),
            points: points(method),
        });
        let lines: Vec<Line> = lines.collect();
        let (low, high) = span(&lines);
        Lines {
            title: figure.heading,
            across: Side::names(self.found.iter().map(|(name, _)| name.as_str())),
            up: (figure.side)(low, high),
            caption: &self.axis,
            lines: &lines,
        }
        .draw()
    }

    /// The report in Markdown.
    pub(super) fn markdown(&self, words: &Words) -> String {
        let mut text = format!("# {}\n\n{}\n", words.title, self.protocol());
        // Writing to a String cannot fail.
        for note in &words.notes {
            let _ = writeln!(text, "\n{note}");
        }
        let _ = write!(
            text,
            "\n{}sweep.json lists the points, compare-POINT.json has the figures of each.\n\n## Points\n{}",
            markdown::PLOTS,
            markdown::table(&self.budgets())
        );
        for figure in &FIGURES {
            if let Some(table) = self.table(figure) {
                let _ = writeln!(
                    text,
                    "\n## {}\n{}\n{}",
                    figure.heading,
                    markdown::table(&table),
                    figure.legend
                );
            }
        }
        text.push_str(&markdown::about(self.methods().into_iter()));
        text.push_str(&markdown::not_run(words));
        text
    }

    /// The report as a page.
    pub(super) fn html(&self, words: &Words) -> Markup {
        let body = html! {
            (html::opening(&self.protocol(), words))
            h2 { "Points" }
            (html::table(&self.budgets()))
            @for figure in &FIGURES {
                @if let Some(table) = self.table(figure) {
                    h2 { (figure.heading) }
                    (html::wide(&self.plot(figure)))
                    (html::table(&table))
                    p.faint { (figure.legend) }
                }
            }
            (html::about(self.methods().into_iter()))
            (html::not_run(words))
        };
        html::page(&words.title, &body)
    }
}
