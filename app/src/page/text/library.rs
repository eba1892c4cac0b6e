//! Own galleries and imports.

use std::fmt::Display;

use crate::page::library::import_job::{Finished, Measured, Running, TrialState};
use crate::page::ui::format;
use crate::protocol::Backend;
use crate::store_protocol::{COLUMN_LETTERS, KeptColumns, MOST_COLUMNS, MOST_FACET_VALUES};

pub const DROP: &str = "Drop a zip, a folder or pictures anywhere on the page, or";
pub const CHOOSE_FILES: &str = "Choose a zip or pictures";
pub const CHOOSE_FOLDER: &str = "Choose a folder";
pub const TITLE: &str = "Your galleries";
pub const REFUSED: &str = "Can’t import this";
pub const CHOOSE_ELSE: &str = "Choose something else";
pub const PERSISTED: &str = "The browser will not delete it on its own.";
pub const NOT_PERSISTED: &str = "The browser may delete it when the disk is full.";
pub const ABOUT: &str = "\
    CelebA or UT-Zappos50K as downloaded, or pictures of your own with or without a table of \
    labels. They are read, embedded and kept in this browser, and sent nowhere.";
/// For a link from another browser, or a gallery that was deleted in another tab.
pub const GONE: &str = "\
    This gallery is not in this browser: it was imported in another one, or has been deleted. Choose \
    its pictures or its exported file again under “Your galleries”.";
pub const EMPTY: &str = "You have no galleries yet.";
pub const DROP_ZONE: &str = "\
    Drop pictures to search by example, or a zip or a folder to import it as a gallery. \
    Everything stays on your machine.";
pub const OPEN: &str = "Open";
pub const RENAME: &str = "Rename";
pub const EXPORT: &str = "Export";
pub const DELETE: &str = "Delete";
pub const NEW_NAME: &str = "New name";
pub const CANCEL: &str = "Cancel";
pub const DELETE_FOR_GOOD: &str = "Delete it for good?";
pub const KEEP: &str = "Keep";
pub const EXPORTING: &str = "Packing…";
pub const IMPORT: &str = "Import";
pub const IMPORT_DONE: &str = "Pictures done";
pub const RESUME: &str = "Resume";
pub const PAUSE: &str = "Pause";
pub const STOP: &str = "Stop";
pub const IMPORT_ENDED: &str = "Import ended";
pub const SHOW_IT: &str = "Show it";
pub const DISMISS: &str = "OK";
pub const BUSY: &str =
    "an import is running; wait until it ends, or stop it, and choose these files again";
pub const NO_INDEX: &str = "this site’s list of galleries is not loaded yet; try again";
pub const OVERTAKEN: &str = "you chose other files meanwhile";
pub const NO_FILES: &str =
    "there is no file in it; choose a zip, pictures, or a folder with pictures";
pub const NAME: &str = "Name";
pub const PICTURES: &str = "Pictures";
pub const LABELS: &str = "Labels";
pub const LEFT_OUT: &str = "Left out";
pub const SPACE: &str = "Space";
pub const TIME: &str = "Time";
pub const NO_SPACE: &str =
    "There is not enough space for all of it: delete a gallery, or free space on the disk.";
pub const AS_RECOGNISED: &str = "As recognised";
/// The kinds of columns, as configuration files name them and for people.
pub const COLUMN_KINDS: [(&str, &str); 8] = [
    ("yes-no", "Yes or no"),
    ("categories", "Categories"),
    ("ordered", "Ordered numbers"),
    ("tags", "Several labels"),
    ("image", "Name of the picture"),
    ("split", "Split"),
    ("group", "Group"),
    ("ignore", "Leave out"),
];
pub const NO_HEADING: &str = "(no heading)";
pub const MERGE: &str = "Make one task";
pub const SEPARATE: &str = "Keep separate";
pub const CONTINUE: &str = "Continue";
pub const CONTINUE_FILES: &str = "Continue with files";
pub const CONTINUE_FOLDER: &str = "Continue with a folder";
pub const UNFINISHED: &str = "unfinished";
pub const UNFINISHED_TITLE: &str = "Unfinished import";
pub const REREADING: &str = "Reading the tables again…";
pub const NETWORK: &str = "Network";
pub const COPYING: &str = "Copying…";
pub const RESTORE: &str = "Import";
pub const ENDED_EARLY: &str = "it was stopped before it began";
pub const OUT_OF_TURN: &str = "page and store are of different versions; reload the page";
pub const OWN_TERMS: &str = "Your own pictures, kept in this browser";

pub fn reading(name: &dyn Display) -> String {
    format!("Reading \u{201c}{name}\u{201d}…")
}

pub fn room(used: &dyn Display, quota: &dyn Display, promise: &dyn Display) -> String {
    format!("{used} of {quota} in use. {promise}")
}

pub fn open(title: &dyn Display) -> String {
    format!("Open {title}")
}

pub fn rename(title: &dyn Display) -> String {
    format!("Rename {title}")
}

pub fn export(title: &dyn Display) -> String {
    format!("Export {title}")
}

pub fn delete(title: &dyn Display) -> String {
    format!("Delete {title}")
}

pub const COMPLETE: &str = "complete";

pub fn partly_done(done: &dyn Display) -> String {
    format!("unfinished, {done} imported: continue with the same files")
}

/// "3,200 pictures · network: Drawn faces · 12 MB · 29 Nov 2026, 10:40 · complete".
pub fn facts(
    pictures: &dyn Display,
    network: &dyn Display,
    bytes: &dyn Display,
    begun: &dyn Display,
    progress: &dyn Display,
) -> String {
    format!("{pictures} · network: {network} · {bytes} · {begun} · {progress}")
}

/// The heading of an import that runs.
pub fn running(title: &dyn Display, paused: bool, finds_faces: bool) -> String {
    let verb = match (paused, finds_faces) {
        (true, _) => "Paused",
        (false, true) => "Finding faces",
        (false, false) => "Importing",
    };
    format!("{verb}: {title}")
}

pub fn measured_rates(ours: &dyn Display, theirs: &dyn Display) -> String {
    format!("measured here: {ours:.0} pictures per second against {theirs:.0}")
}

pub fn none_readable(pictures: &dyn Display, why: &dyn Display) -> String {
    format!("no picture could be read ({pictures} tried); the first: {why}")
}

pub fn not_to_its_end(message: &dyn Display) -> String {
    format!("This gallery is not searched to its end: {message}")
}

pub fn other_network(title: &dyn Display, network: &dyn Display) -> String {
    format!(
        "\u{201c}{title}\u{201d} was embedded by another version of the network \
         \u{201c}{network}\u{201d} than this site has now; delete it under \u{201c}Your galleries\u{201d} and import \
         its pictures again"
    )
}

pub fn network_left_out(title: &dyn Display, message: &dyn Display) -> String {
    format!("The network \u{201c}{title}\u{201d} cannot be chosen now: {message}")
}

pub fn own_description(source: &dyn Display, network: &dyn Display) -> String {
    format!(
        "Pictures from {source}, embedded on this machine by the network of \
         \u{201c}{network}\u{201d}. They are kept in this browser and nowhere else."
    )
}

pub fn resume_at(picture: &dyn Display) -> String {
    format!("Continue at picture {picture}")
}

pub fn embed(pictures: &dyn Display) -> String {
    format!("Import {pictures}")
}

pub fn begun(title: &dyn Display, done: &dyn Display, of: &dyn Display) -> String {
    format!(
        "You began to import these pictures as \u{201c}{title}\u{201d}: {done} of {of} are done."
    )
}

pub fn free(bytes: &dyn Display) -> String {
    format!(" of {bytes} free")
}

pub fn about_bytes(bytes: &dyn Display, free: &dyn Display) -> String {
    format!("about {bytes}{free}")
}

pub fn example_place(what: &str, place: &str) -> String {
    if place.is_empty() {
        return what.to_owned();
    }
    format!("{what} ({place})")
}

pub fn reason(
    count: &dyn Display,
    why: &dyn Display,
    examples: &dyn Display,
    more: &dyn Display,
) -> String {
    format!("{count} \u{d7} {why}: {examples}{more}")
}

pub fn left_out(count: &dyn Display, reasons: &dyn Display) -> String {
    format!("{count} for {reasons}")
}

pub fn offered(what: &dyn Display, name: &dyn Display) -> String {
    format!("{what} in \u{201c}{name}\u{201d}")
}

pub fn restore_facts(pictures: &dyn Display, bytes: &dyn Display) -> String {
    format!("{pictures}, {bytes}. Nothing has to be computed again.")
}

/// The headline of a table's columns: its path, their number, and how many of them are labels.
pub fn table_columns(table: &str, columns: usize, labels: usize) -> String {
    let columns = format::counted(columns, "column");
    match labels {
        0 => format!("{table}: {columns}, no labels"),
        1 => format!("{table}: {columns}, 1 with labels"),
        _ => format!("{table}: {columns}, {} with labels", format::count(labels)),
    }
}

pub fn unknown(unknown: &dyn Display, rows: &dyn Display) -> String {
    format!("{unknown} of {rows} unknown")
}

pub fn read_as(column: &dyn Display) -> String {
    format!("Read \u{201c}{column}\u{201d} as")
}

/// Columns with a common beginning that are one task, or can be.
pub fn one_hot(name: &dyn Display, values: &[String], merged: bool) -> String {
    let values = values.join(", ");
    if merged {
        format!("{name} is one task: {values}")
    } else {
        format!("{name} has one yes in each row: {values}")
    }
}

pub fn saved_gallery(name: &dyn Display) -> String {
    format!("The saved gallery \u{201c}{name}\u{201d}")
}

pub fn skipped_example(picture: &dyn Display, why: &dyn Display) -> String {
    format!("picture {picture}: {why}")
}

pub fn no_thumbnails(message: &dyn Display) -> String {
    format!("Pictures of this gallery cannot be shown: {message}")
}

/// The progress of an import, in words.
pub fn import_figures(running: &Running) -> String {
    let progress = &running.progress;
    if running.looking {
        return format!(
            "{} of {}",
            format::count(progress.done),
            format::counted(progress.total, "picture")
        );
    }
    if progress.total == 0 {
        return "Getting ready…".into();
    }
    let on = match (running.backend, running.workers) {
        (Backend::Cpu, 2..) => cpu_workers(&running.workers),
        (backend, _) => backend.title().to_owned(),
    };
    let pace = if running.paused {
        String::new()
    } else {
        let eta = progress
            .eta_seconds
            .map(|eta| format!(", {} to go", format::remaining(eta)));
        format!(
            " · {:.0} per second on {on}{}",
            progress.images_per_second,
            eta.unwrap_or_default()
        )
    };
    let skipped = (running.skipped > 0)
        .then(|| format!(" · {} could not be read", format::count(running.skipped)));
    format!(
        "{} of {}{pace}{}",
        format::count(progress.done),
        format::counted(progress.total, "picture"),
        skipped.unwrap_or_default()
    )
}

/// The outcome of a finished import.
pub fn finished(finished: &Finished) -> String {
    let what = if finished.added {
        format!("Added to \u{201c}{}\u{201d}", finished.title)
    } else {
        format!("\u{201c}{}\u{201d} is complete", finished.title)
    };
    let rate = finished.images as f64 / (finished.millis / 1000.0).max(1e-3);
    let skipped = finished.example.as_ref().map(|example| {
        format!(
            " {} could not be read; the first is {example}.",
            format::count(finished.skipped)
        )
    });
    format!(
        "{what}: {} in {} ({rate:.0} per second).{}{}",
        format::counted(finished.images, "picture"),
        format::remaining(finished.millis / 1000.0),
        skipped.unwrap_or_default(),
        super::faces::left_out(finished.faceless, &finished.faceless_names)
    )
}

/// The outcome of a stopped import.
pub fn stopped(title: &str, done: usize, total: usize, problem: Option<&str>) -> String {
    let why = problem
        .map(|problem| format!(": {problem}"))
        .unwrap_or_default();
    if total == 0 {
        return format!("The import of \u{201c}{title}\u{201d} did not start{why}");
    }
    format!(
        "The import of \u{201c}{title}\u{201d} ended early{why}. {} of {} are kept and can be \
         searched. Choose the same files to continue.",
        format::count(done),
        format::counted(total, "picture"),
    )
}

/// The headline of an offer.
pub fn headline(format: &str, name: &str) -> String {
    let what = match format {
        "celeba" => "CelebA",
        "zappos" => "UT-Zappos50K",
        _ => PICTURES,
    };
    offered(&what, &name)
}

/// The labels that come with the images, and the number of them that the network knows.
pub fn labels(columns: usize, known: usize) -> String {
    match (columns, known) {
        (0, _) => "none; only predictions are shown".into(),
        (columns, 0) => format!(
            "{}, none of which this network knows",
            format::counted(columns, "column")
        ),
        (columns, known) => format!(
            "{}; this network knows {} of them",
            format::counted(columns, "column"),
            format::count(known),
        ),
    }
}

/// "25 of 60 pictures".
pub fn part(done: &dyn Display, pictures: &dyn Display) -> String {
    format!("{done} of {pictures}")
}

pub fn being_imported(done: &dyn Display) -> String {
    format!("being imported, {done} done")
}

pub fn unfinished(title: &dyn Display, part: &dyn Display) -> String {
    format!(
        "“{title}” is unfinished: {part} are imported. To continue, choose the same files or folder again."
    )
}

pub fn continue_import(title: &dyn Display) -> String {
    format!("Continue the import of {title}")
}

pub fn continue_from_folder(title: &dyn Display) -> String {
    format!("{CONTINUE_FOLDER}: the import of {title}")
}

/// The label columns that are kept, and the limits that leave some out. Where images are added to a gallery
/// (`is_adding`), the older ones may have none.
pub fn kept_columns(kept: KeptColumns, is_adding: bool) -> Option<String> {
    let KeptColumns {
        filters,
        details,
        left_out,
        cut,
    } = kept;
    if filters + details == 0 {
        return None;
    }
    let filters = match filters {
        0 => "none as filters".to_owned(),
        1 => "1 column as a filter".to_owned(),
        more => format!("{} as filters", format::counted(more, "column")),
    };
    let details = match details {
        0 => String::new(),
        more => format!(
            ", {} in the details of a picture only (text, or more than {MOST_FACET_VALUES} values)",
            format::count(more)
        ),
    };
    let left_out = match left_out {
        0 => String::new(),
        more => format!(
            "; {} left out, since at most {MOST_COLUMNS} of a kind are kept, and 8 million texts in all",
            format::counted(more, "column")
        ),
    };
    let cut = match cut {
        true => format!("; texts are cut after {COLUMN_LETTERS} letters"),
        false => String::new(),
    };
    let of = if is_adding {
        " of the new pictures"
    } else {
        ""
    };
    Some(format!(
        "Kept with the gallery{of}: {filters}{details}{left_out}{cut}."
    ))
}

/// The estimated time, measured on a few of the images.
pub fn time(trial: &TrialState, images: usize) -> String {
    match trial {
        TrialState::Waiting => "trying a few pictures…".into(),
        TrialState::Failed(message) => format!("this network cannot be used: {message}"),
        TrialState::Ready(Measured {
            trial,
            backend,
            workers,
            why,
            ..
        }) => {
            let rate = trial.images_per_second * *workers as f64;
            let on = match (backend, workers) {
                (Backend::Cpu, 2..) => cpu_workers(workers),
                (backend, _) => backend.title().to_owned(),
            };
            let time = trial.seconds(images, *workers).map(format::about);
            format!(
                "{} ({rate:.0} per second on {on}; {})",
                time.unwrap_or_else(|| "–".into()),
                why.trim_end_matches('.')
            )
        }
    }
}

fn cpu_workers(workers: &dyn Display) -> String {
    format!("{workers} CPU workers")
}
