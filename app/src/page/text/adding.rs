//! Adding pictures to a gallery that is kept.

use std::fmt::Display;

use crate::page::library::add_choice::Step;
use crate::page::ui::format;
use crate::store_protocol::{Changes, Overlap};

use super::titles::upper_first;

pub const GALLERY: &str = "Gallery";
pub const NEW: &str = "A new gallery";
const LABELS_STAY: &str = "The labels of the pictures already in the gallery stay as they are.";

/// Names that are listed before the rest is counted.
const LISTED: usize = 4;

pub fn add_to(title: &dyn Display) -> String {
    format!("Add to \u{201c}{title}\u{201d}")
}

/// The share of the offered pictures that the gallery has.
pub fn summary(overlap: &Overlap, offered: &dyn Display) -> String {
    let title = &overlap.kept.title;
    let (found, changed) = (overlap.found(), overlap.changed);
    let are = if found == 1 { "is" } else { "are" };
    let mut words = if overlap.added == 0 {
        format!("{offered}, all of them already in \u{201c}{title}\u{201d}")
    } else {
        let found = format::count(found);
        format!("{offered}, {found} of them {are} already in \u{201c}{title}\u{201d}")
    };
    match changed {
        0 => {}
        1 => words.push_str("; 1 has changed since"),
        more => words.push_str(&format!("; {} have changed since", format::count(more))),
    }
    words
}

pub fn add(count: usize) -> String {
    format!("Add {}", format::counted(count, "new picture"))
}

pub fn replace(count: usize) -> String {
    format!("Replace {}", format::counted(count, "changed picture"))
}

pub fn take_out(count: usize) -> String {
    let are = if count == 1 { "is" } else { "are" };
    format!(
        "Remove {} that {are} no longer among these files",
        format::counted(count, "picture")
    )
}

/// The words of the button.
pub fn verb(overlap: &Overlap, changes: Changes, step: Step) -> String {
    match step {
        Step::Open => return format!("Open \u{201c}{}\u{201d}", overlap.kept.title),
        Step::Nothing => return "Choose a change".into(),
        Step::Embed(_) | Step::TakeOut(_) => {}
    }
    let all = [
        ("add", changes.add, overlap.added),
        ("replace", changes.replace, overlap.changed),
        ("remove", changes.take_out, overlap.gone),
    ];
    let wanted: Vec<_> = all.into_iter().filter(|it| it.1 && it.2 > 0).collect();
    let words = if let [(verb, _, count)] = wanted[..] {
        format!("{verb} {}", format::counted(count, "picture"))
    } else {
        let part =
            |(verb, _, count): (&str, bool, usize)| format!("{verb} {}", format::count(count));
        let parts: Vec<String> = wanted.into_iter().map(part).collect();
        parts.join(", ")
    };
    upper_first(&words)
}

/// Further things to know: how files were compared, and which labels come with them. `labelled` are the network's
/// tasks that the brought table has.
pub fn notes(overlap: &Overlap, columns: usize, labelled: &[String]) -> Vec<String> {
    let mut notes = Vec::new();
    let pictures = |count| {
        let are = if count == 1 { "is" } else { "are" };
        format!("{} {are}", format::counted(count, "picture"))
    };
    if overlap.by_name > 0 {
        notes.push(format!(
            "{} compared by name only: an earlier version of this page kept nothing else of them.",
            pictures(overlap.by_name)
        ));
    }
    if overlap.by_size > 0 {
        notes.push(format!(
            "{} compared by name and size only: reading all of these files would take long.",
            pictures(overlap.by_size)
        ));
    }
    if overlap.gone > 0 {
        notes.push(
            "Removed pictures are no longer shown; their thumbnails stay on the disk until you \
             delete the gallery."
                .into(),
        );
    }
    let among = |names: &[String], name: &String| {
        names.iter().any(|other| other.eq_ignore_ascii_case(name))
    };
    let list = |names: Vec<&String>| {
        let listed: Vec<String> = names
            .iter()
            .take(LISTED)
            .map(|name| name.replace('_', " "))
            .collect();
        let more = names.len().saturating_sub(LISTED);
        let more = (more > 0).then(|| format!(" and {} more", format::count(more)));
        format!("{}{}", listed.join(", "), more.unwrap_or_default())
    };
    let comes_in = overlap.added + overlap.changed > 0;
    let lacks = |names: &[String], name: &&String| !among(names, name);
    let missing = overlap.labelled.iter();
    let missing: Vec<&String> = missing.filter(|name| lacks(labelled, name)).collect();
    if comes_in && !missing.is_empty() {
        notes.push(format!(
            "The pictures that you bring have no labels for {}, so it is unknown for them.",
            list(missing)
        ));
    }
    let anew = labelled.iter();
    let anew: Vec<&String> = anew.filter(|name| lacks(&overlap.labelled, name)).collect();
    if comes_in && !anew.is_empty() {
        notes.push(format!(
            "The pictures already in the gallery have no labels for {}.",
            list(anew)
        ));
    }
    if columns > 0 {
        notes.push(LABELS_STAY.into());
    }
    notes
}
