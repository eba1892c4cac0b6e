//! The tables of what a classifier of the labels cannot win by itself, the same for the page and for Markdown.

use super::summary::{apart, percent, signed};
use super::tables::Table;
use crate::compare::{Comparison, Finer, Found, MethodFigures, OverSeeds};

/// A heading, tables under headings of their own, and the sentence that explains them.
pub(super) struct Section {
    /// The heading.
    pub(super) heading: &'static str,
    /// Name and table of every part.
    pub(super) tables: Vec<(String, Table)>,
    /// The explanation.
    pub(super) legend: &'static str,
}

const GRADED: &str = "Of two pictures, the one whose number is nearer to that of a third should be nearer to it under \
     the task; in percent of the triplets, means over seeds with 95 % intervals over seeds. Within a value: triplets all \
     of whose pictures have the same label, so that nothing but what the label leaves out can tell. Rank correlation: \
     Spearman's, of distance and difference.";

const FINER: &str = "Pictures are compared under a task that was trained and asked for a label that was not, among all \
     pictures and among those with the query's value of the task (within); without other pictures of the query's product \
     or person, every value weighing the same. P@10: share of right ones among the ten nearest. mAP@R: mean average \
     precision of the first R, R being the number of right ones.";

const FEW_SHOT: &str = "An attribute that no method was trained on is learned from a few training pictures that have it \
     and as many that do not, as the site learns a task, on the numbers that a gallery keeps of a picture (column bytes \
     above); average precision and area under the ROC curve over all pictures of the split, means over draws, values and \
     seeds.";

/// The sections that were measured.
pub(super) fn sections(found: &Comparison) -> Vec<Section> {
    let all = [
        Section {
            heading: "Graded triplets",
            tables: graded(found),
            legend: GRADED,
        },
        Section {
            heading: "Coarse to fine",
            tables: finer(found),
            legend: FINER,
        },
        Section {
            heading: "Attributes nobody trained on",
            tables: few_shot(found),
            legend: FEW_SHOT,
        },
    ];
    let measured = all.into_iter().filter(|section| !section.tables.is_empty());
    measured.collect()
}

/// The names of the entries of a list, in the order of the first method that has any.
fn names<T>(
    found: &Comparison,
    list: impl Fn(&MethodFigures) -> &[T],
    name: impl Fn(&T) -> String,
) -> Vec<String> {
    let mut lists = found.methods.iter().map(list);
    let first = lists.find(|entries| !entries.is_empty());
    first.into_iter().flatten().map(name).collect()
}

/// A table for every name, made from its place.
fn named(names: Vec<String>, table: impl Fn(usize) -> Table) -> Vec<(String, Table)> {
    let places = names.into_iter().enumerate();
    places.map(|(place, name)| (name, table(place))).collect()
}

fn graded(found: &Comparison) -> Vec<(String, Table)> {
    let names = names(
        found,
        |method| &method.beyond.graded,
        |one| format!("{} by {}", one.task, one.column),
    );
    let columns = [
        "method",
        "triplets",
        "difference",
        "within a value",
        "difference",
        "rank correlation",
    ];
    let table = |place: usize| {
        let mut table = Table::new(&columns);
        for method in &found.methods {
            let Some(one) = method.beyond.graded.get(place) else {
                continue;
            };
            let within = one.within_value.as_ref();
            table.rows.push(vec![
                method.name.clone(),
                share(&one.accuracy),
                difference(&one.accuracy),
                within.map_or_else(nothing, share),
                within.map_or_else(nothing, difference),
                signed(one.rank_correlation.mean, 2),
            ]);
        }
        table
    };
    named(names, table)
}

fn finer(found: &Comparison) -> Vec<(String, Table)> {
    let names = names(
        found,
        |method| &method.beyond.finer,
        |one| format!("{} under {}", one.label, one.task),
    );
    let columns = [
        "method",
        "P@10",
        "difference",
        "mAP@R",
        "difference",
        "within, P@10",
        "difference",
        "within, mAP@R",
        "difference",
    ];
    let table = |place: usize| {
        let mut table = Table::new(&columns);
        let measured = found.methods.iter();
        let measured: Vec<(&MethodFigures, &Finer<OverSeeds>)> = measured
            .filter_map(|method| Some((method, method.beyond.finer.get(place)?)))
            .collect();
        if let Some((_, one)) = measured.first() {
            let within = one.within_value.as_ref();
            let mut row = vec![nothing(); columns.len()];
            row[0] = "(by chance)".to_owned();
            row[1] = percent(one.among_all.chance);
            row[5] = within.map_or_else(nothing, |within| percent(within.chance));
            table.rows.push(row);
        }
        for (method, one) in measured {
            let mut row = vec![method.name.clone()];
            row.extend(rankings(Some(&one.among_all)));
            row.extend(rankings(one.within_value.as_ref()));
            table.rows.push(row);
        }
        table
    };
    named(names, table)
}

fn rankings(found: Option<&Found<OverSeeds>>) -> [String; 4] {
    let cell = |text: &dyn Fn(&Found<OverSeeds>) -> String| found.map_or_else(nothing, text);
    [
        cell(&|found| share(&found.precision_at_10)),
        cell(&|found| difference(&found.precision_at_10)),
        cell(&|found| share(&found.map_at_r)),
        cell(&|found| difference(&found.map_at_r)),
    ]
}

fn few_shot(found: &Comparison) -> Vec<(String, Table)> {
    let names = names(
        found,
        |method| &method.beyond.few_shot,
        |one| format!("{}, {} examples of each kind", one.name, one.examples),
    );
    let columns = [
        "method",
        "numbers",
        "average precision",
        "difference",
        "AUC",
        "difference",
    ];
    let table = |place: usize| {
        let mut table = Table::new(&columns);
        for method in &found.methods {
            if let Some(one) = method.beyond.few_shot.get(place) {
                table.rows.push(vec![
                    method.name.clone(),
                    one.numbers.to_string(),
                    share(&one.average_precision),
                    difference(&one.average_precision),
                    share(&one.auc),
                    difference(&one.auc),
                ]);
            }
        }
        table
    };
    named(names, table)
}

fn nothing() -> String {
    "–".to_owned()
}

/// A share in percent, with its interval.
fn share(figure: &OverSeeds) -> String {
    let interval = figure.ci95.map_or_else(String::new, |ci95| {
        format!(" ({:.1} – {:.1})", 100.0 * ci95.low, 100.0 * ci95.high)
    });
    format!("{}{interval}", percent(figure.mean))
}

/// A difference in points, with its interval.
fn difference(figure: &OverSeeds) -> String {
    match (figure.difference, figure.difference_ci95) {
        (Some(mean), Some(ci95)) => apart(mean, ci95),
        (Some(mean), None) => signed(100.0 * mean, 1),
        (None, _) => nothing(),
    }
}
