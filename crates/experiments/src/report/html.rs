//! The page: one file, nothing fetched.

use std::fmt::Write as _;

use super::pictures::Album;
use super::summary::{protocol, signed};
use super::tables::{self, LEGEND, Table};
use super::words::Words;
use super::{beyond, few_shot, grids, heat_maps, plots};
use crate::compare::{Comparison, MethodFigures};
use crate::compliance::Compliance;

const STYLE: &str = "
:root { color-scheme: light dark; --paper: #fdfcfa; --ink: #1d1b22; --faint: #6c6874; --line: #e2dee6; --accent: #6d3fd1;
  --against: #c2410c; --along: #0f766e; }
@media (prefers-color-scheme: dark) { :root { --paper: #16141b; --ink: #eceaf1; --faint: #a39eae; --line: #322e3b;
  --accent: #b79bff; --against: #fb923c; --along: #2dd4bf; } }
body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; } p { max-width: 44rem; } .faint { color: var(--faint); font-size: .9rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } thead th { color: var(--faint); font-weight: 600; }
tr.best td { font-weight: 650; } svg { display: block; width: 100%; min-width: 38rem; height: auto; margin: .5rem 0; } .maps svg { min-width: 0; }
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; } figure { margin: 0; }
figcaption { font-size: .9rem; } svg text { fill: var(--ink); font-size: 12.5px; } svg text.small { font-size: 11px; }
.grid { stroke: var(--line); } .dot { fill: var(--accent); fill-opacity: .85; } .whisker { stroke: var(--accent);
  stroke-width: 2.5; stroke-linecap: round; stroke-opacity: .5; } .along { fill: var(--along); }
.against { fill: var(--against); } .line { fill: none; stroke: hsl(var(--hue) 60% 52%); stroke-width: 2; }
svg text.name, .point { fill: hsl(var(--hue) 60% 52%); } code { font-size: .9em; }
p.answer { margin: .5rem 0 .15rem; } .pictures { display: flex; gap: 6px; padding: 2px; width: max-content; }
.pictures span { position: relative; line-height: 0; border-radius: 6px; border: 2px solid transparent; }
.pictures img { border-radius: 4px; } .pictures .query { margin-right: 14px; } .pictures .right { border-color: var(--along); }
.pictures .wrong img { opacity: .55; } .pictures .right::after, .pictures .wrong::after { position: absolute; right: -3px;
  bottom: -3px; font: 700 .7rem/1rem system-ui, sans-serif; width: 1rem; text-align: center; border-radius: 50%;
  color: var(--paper); } .pictures .right::after { content: '\\2713'; background: var(--along); }
.pictures .wrong::after { content: '\\00d7'; background: var(--against); }
";

/// Mark of the pages that this program writes.
pub(super) const GENERATOR: &str = "<meta name=\"generator\" content=\"Modulens trainer report\">";

pub(super) fn render(found: &Comparison, words: &Words, album: &Album) -> String {
    let mut page = opening(&protocol(found), words);
    // Writing to a String cannot fail.
    let _ = write!(
        page,
        "\n<h2>Accuracy</h2>{}\n{}<p class=\"faint\">{LEGEND}</p>",
        wide(&plots::intervals(found)),
        methods(found)
    );
    let _ = write!(
        page,
        "\n<h2>Accuracy against what it costs</h2><p>Left is cheap to keep, up is accurate, and a large dot computes much \
         again when the task changes.</p>{}",
        wide(&plots::frontier(found))
    );
    for section in beyond::sections(found) {
        let _ = write!(page, "\n<h2>{}</h2>", section.heading);
        for (name, found) in &section.tables {
            let _ = write!(page, "<h3>{}</h3>{}", escaped(name), table(found));
        }
        let _ = write!(page, "<p class=\"faint\">{}</p>", section.legend);
    }
    page.push_str(&section(
        "Task by task",
        Some(tables::tasks(found)),
        tables::TASKS,
    ));
    page.push_str(&section(
        "Other figures",
        Some(tables::others(found)),
        tables::OTHERS,
    ));
    page.push_str(&section(
        "Attributes nobody trained on, by likeness",
        tables::unseen(found),
        tables::UNSEEN,
    ));
    page.push_str(&section(
        "Trials on validation",
        tables::trials(found),
        tables::TRIALS,
    ));
    if !album.tasks.is_empty() {
        page.push_str(&grids::render(found, album));
    }
    page.push_str(&task_maps(found));
    page.push_str(&gradients(found));
    page.push_str(&section(
        "Update compliance under controls",
        tables::controls(found),
        tables::CONTROLS,
    ));
    page.push_str(&new_tasks(words));
    page.push_str(&about(found.methods.iter()));
    page.push_str(&not_run(words));
    self::page(&words.title, &page)
}

/// A whole page: a heading, and what stands below it.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">{GENERATOR}<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{0}</title><style>{STYLE}</style></head>\n<body><h1>{0}</h1>\
         {body}\n</body></html>\n",
        escaped(title),
    )
}

/// The protocol and the notes.
pub(super) fn opening(protocol: &str, words: &Words) -> String {
    let mut text = format!("<p>{}</p>", escaped(protocol));
    for note in &words.notes {
        // Writing to a String cannot fail.
        let _ = write!(text, "<p class=\"faint\">{}</p>", escaped(note));
    }
    text
}

/// The descriptions of methods.
pub(super) fn about<'a>(methods: impl Iterator<Item = &'a MethodFigures>) -> String {
    let mut text = "\n<h2>What the methods are</h2><dl>".to_owned();
    for method in methods.filter(|method| !method.about.is_empty()) {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "<dt><strong>{}</strong></dt><dd>{}</dd>",
            escaped(&method.name),
            escaped(&method.about)
        );
    }
    text + "</dl>"
}

/// The methods that were not run; nothing where none is named.
pub(super) fn not_run(words: &Words) -> String {
    let mut text = String::new();
    if !words.not_run.is_empty() {
        text.push_str("\n<h2>Not run here</h2>");
    }
    for one in &words.not_run {
        // Writing to a String cannot fail.
        let _ = write!(text, "<p>{}</p>", escaped(one));
    }
    text
}

/// A plot or a table that a narrow screen scrolls rather than shrinks.
pub(super) fn wide(plot: &str) -> String {
    format!("<div class=\"wide\" tabindex=\"0\">{plot}</div>")
}

/// A table that scrolls on a narrow screen, its best row in bold.
pub(super) fn table(found: &Table) -> String {
    let cells = |kind: &str, cells: &[String]| -> String {
        let cell = |text: &String| format!("<{kind}>{}</{kind}>", escaped(text));
        cells.iter().map(cell).collect()
    };
    let mut rows = String::new();
    for (place, row) in found.rows.iter().enumerate() {
        let class = match found.best == Some(place) {
            true => " class=\"best\"",
            false => "",
        };
        let _ = write!(rows, "<tr{class}>{}</tr>", cells("td", row));
    }
    wide(&format!(
        "<table><thead><tr>{}</tr></thead><tbody>{rows}</tbody></table>",
        cells("th", &found.columns)
    ))
}

/// The tables of methods, each under its name.
fn methods(found: &Comparison) -> String {
    let mut text = String::new();
    for name in tables::names(found) {
        if !name.is_empty() {
            let _ = write!(text, "<h3>{}</h3>", escaped(name));
        }
        text.push_str(&table(&tables::methods(found, name)));
    }
    text
}

/// A table under a heading, with its legend; nothing of no table.
fn section(heading: &str, found: Option<Table>, legend: &str) -> String {
    found.map_or_else(String::new, |found| {
        let table = table(&found);
        format!("\n<h2>{heading}</h2>{table}<p class=\"faint\">{legend}</p>")
    })
}

/// The similarity of tasks by their modulation vectors, beside that by their labels.
fn task_maps(found: &Comparison) -> String {
    let mut maps = found
        .methods
        .iter()
        .filter_map(|method| Some((method, method.task_map.as_ref()?)))
        .peekable();
    let Some((_, first)) = maps.peek() else {
        return String::new();
    };
    let mut text = format!(
        "\n<h2>Which tasks are related?</h2><p>On the left what the labels say (Cramér’s V). Then what networks learned: the          cosine between the scaling vectors of two tasks on the stages (on the embedding where no stage is modulated), less          the mean over all tasks. Behind each name: the rank correlation of the two over all pairs.</p><div          class=\"maps\"><figure><figcaption>labels</figcaption>{}</figure>",
        heat_maps::square(
            &first.labels,
            &found.tasks,
            "Cramér’s V of the labels, pair by pair"
        )
    );
    for (method, map) in maps {
        let correlation = map
            .rank_correlation
            .map_or_else(|| "–".to_owned(), |correlation| signed(correlation, 2));
        let _ = write!(
            text,
            "<figure><figcaption>{} ({correlation})</figcaption>{}</figure>",
            escaped(&method.name),
            heat_maps::square(
                &map.vectors,
                &found.tasks,
                "Cosine of scaling vectors, pair by pair"
            )
        );
    }
    text.push_str("</div>");
    text
}

/// Tasks that no network was trained for, where they were measured.
fn new_tasks(words: &Words) -> String {
    if words.few_shot.is_empty() {
        return String::new();
    }
    format!(
        "\n<h2>A task nobody trained for</h2><p>{}</p>{}",
        few_shot::ABOUT,
        table(&few_shot::table(&words.few_shot))
    )
}

/// Update compliance, where it was measured.
fn gradients(found: &Comparison) -> String {
    let measured: Vec<&MethodFigures> = found
        .methods
        .iter()
        .filter(|method| {
            method
                .last_compliance(false)
                .and_then(Compliance::all)
                .is_some()
        })
        .collect();
    if measured.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\n<h2>Do the tasks pull the same way?</h2><p>The gradients of two tasks on the layers that they share, modulation left \
         out. Each cell: the share of mini-batches in which they agree, and their mean cosine.</p>{}<h3>Along \
         training</h3><p class=\"faint\">Mean cosine on all shared layers after each epoch.</p>{}<h3>Pair by \
         pair</h3><div class=\"maps\">",
        wide(&plots::layers(found)),
        wide(&plots::along_training(found))
    );
    for method in measured {
        for permuted in [false, true] {
            let Some(layer) = method.last_compliance(permuted).and_then(Compliance::all) else {
                continue;
            };
            // Without modulation there is nothing to permute; with it, both are shown.
            let name = if permuted {
                format!("{}, permuted", method.name)
            } else {
                method.name.clone()
            };
            let _ = write!(
                text,
                "<figure><figcaption>{}</figcaption>{}</figure>",
                escaped(&name),
                heat_maps::pairs(layer, &found.tasks)
            );
        }
    }
    text.push_str("</div>");
    text
}

/// Text as HTML, in elements and attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
