//! The page: one file, nothing fetched.

use maud::{DOCTYPE, Markup, PreEscaped, html};

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

/// Name of the program that writes the pages, by which it knows them again.
pub(super) const GENERATOR: &str = "Modulens trainer report";

pub(super) fn render(found: &Comparison, words: &Words, album: &Album) -> Markup {
    page(
        &words.title,
        &html! {
            (opening(&protocol(found), words))
            h2 { "Accuracy" }
            (wide(&plots::intervals(found)))
            @for name in tables::names(found) {
                @if !name.is_empty() { h3 { (name) } }
                (table(&tables::methods(found, name)))
            }
            p.faint { (LEGEND) }
            h2 { "Accuracy against what it costs" }
            p {
                "Left is cheap to keep, up is accurate, and a large dot computes much again when the task changes."
            }
            (wide(&plots::frontier(found)))
            @for section in beyond::sections(found) {
                h2 { (section.heading) }
                @for (name, found) in &section.tables { h3 { (name) } (table(found)) }
                p.faint { (section.legend) }
            }
            (section("Task by task", Some(tables::tasks(found)), tables::TASKS))
            (section("Other figures", Some(tables::others(found)), tables::OTHERS))
            (section("Attributes nobody trained on, by likeness", tables::unseen(found), tables::UNSEEN))
            (section("Trials on validation", tables::trials(found), tables::TRIALS))
            @if !album.tasks.is_empty() { (grids::render(found, album)) }
            (task_maps(found))
            (gradients(found))
            (section("Update compliance under controls", tables::controls(found), tables::CONTROLS))
            @if !words.few_shot.is_empty() {
                h2 { "A task nobody trained for" }
                p { (few_shot::ABOUT) }
                (table(&few_shot::table(&words.few_shot)))
            }
            (about(found.methods.iter()))
            (not_run(words))
        },
    )
}

/// A whole page: a heading, and what stands below it.
pub(super) fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="generator" content=(GENERATOR);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { h1 { (title) } (body) }
        }
    }
}

/// The protocol and the notes.
pub(super) fn opening(protocol: &str, words: &Words) -> Markup {
    html! {
        p { (protocol) }
        @for note in &words.notes { p.faint { (note) } }
    }
}

/// The descriptions of methods.
pub(super) fn about<'a>(methods: impl Iterator<Item = &'a MethodFigures>) -> Markup {
    html! {
        h2 { "What the methods are" }
        dl {
            @for method in methods.filter(|method| !method.about.is_empty()) {
                dt { strong { (method.name) } }
                dd { (method.about) }
            }
        }
    }
}

/// The methods that were not run; nothing where none is named.
pub(super) fn not_run(words: &Words) -> Markup {
    html! {
        @if !words.not_run.is_empty() { h2 { "Not run here" } }
        @for one in &words.not_run { p { (one) } }
    }
}

/// A plot or a table that a narrow screen scrolls rather than shrinks.
pub(super) fn wide(plot: &Markup) -> Markup {
    html! { div.wide tabindex="0" { (plot) } }
}

/// A table that scrolls on a narrow screen, its best row in bold.
pub(super) fn table(found: &Table) -> Markup {
    wide(&html! {
        table {
            thead { tr { @for name in &found.columns { th { (name) } } } }
            tbody {
                @for (place, row) in found.rows.iter().enumerate() {
                    tr class=[(found.best == Some(place)).then_some("best")] { @for cell in row { td { (cell) } } }
                }
            }
        }
    })
}

/// A table under a heading, with its legend; nothing of no table.
fn section(heading: &str, found: Option<Table>, legend: &str) -> Markup {
    html! {
        @if let Some(found) = found {
            h2 { (heading) }
            (table(&found))
            p.faint { (legend) }
        }
    }
}

/// A small plot under its name, one of several side by side.
fn map(name: &str, plot: &Markup) -> Markup {
    html! { figure { figcaption { (name) } (plot) } }
}

/// The similarity of tasks by their modulation vectors, beside that by their labels.
fn task_maps(found: &Comparison) -> Markup {
    let methods = found.methods.iter();
    let maps: Vec<_> = methods
        .filter_map(|method| Some((method, method.task_map.as_ref()?)))
        .collect();
    let name = |method: &MethodFigures, correlation: Option<f64>| {
        let correlation = correlation.map_or_else(|| "–".to_owned(), |value| signed(value, 2));
        format!("{} ({correlation})", method.name)
    };
    let square = |values, title| heat_maps::square(values, &found.tasks, title);
    html! {
        @if let Some((_, first)) = maps.first() {
            h2 { "Which tasks are related?" }
            p {
                "On the left what the labels say (Cramér’s V). Then what networks learned: the cosine between the scaling \
                 vectors of two tasks on the stages (on the embedding where no stage is modulated), less the mean over all \
                 tasks. Behind each name: the rank correlation of the two over all pairs."
            }
            div.maps {
                (map("labels", &square(&first.labels, "Cramér’s V of the labels, pair by pair")))
                @for (method, found) in &maps {
                    (map(
                        &name(method, found.rank_correlation),
                        &square(&found.vectors, "Cosine of scaling vectors, pair by pair"),
                    ))
                }
            }
        }
    }
}

/// Update compliance, where it was measured.
fn gradients(found: &Comparison) -> Markup {
    let methods = found.methods.iter();
    // Without modulation there is nothing to permute; with it, both are shown.
    let layers = methods.filter_map(|method| {
        let last = |permuted| method.last_compliance(permuted).and_then(Compliance::all);
        let permuted = last(true).map(|layer| (format!("{}, permuted", method.name), layer));
        Some((method.name.clone(), last(false)?)).map(|own| [Some(own), permuted])
    });
    let layers: Vec<_> = layers.flatten().flatten().collect();
    html! {
        @if !layers.is_empty() {
            h2 { "Do the tasks pull the same way?" }
            p {
                "The gradients of two tasks on the layers that they share, modulation left out. Each cell: the share of \
                 mini-batches in which they agree, and their mean cosine."
            }
            (wide(&plots::layers(found)))
            h3 { "Along training" }
            p.faint { "Mean cosine on all shared layers after each epoch." }
            (wide(&plots::along_training(found)))
            h3 { "Pair by pair" }
            div.maps {
                @for (name, layer) in layers { (map(&name, &heat_maps::pairs(layer, &found.tasks))) }
            }
        }
    }
}
