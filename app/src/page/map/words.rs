//! The map in words, for the page and for whoever does not see it.

use leptos::prelude::*;

use crate::page::results::tools::image_name;
use crate::page::state::State;
use crate::page::text;
use crate::page::text::titles::{lower_first, task_title, value_title};
use crate::page::ui::format;

use super::state::Progress;

/// The image that is pointed at; tracked.
pub fn pointed(state: State) -> Option<usize> {
    let open = state.open();
    let (at, _) = open.map_shown.with(|shown| shown.pointed)?;
    open.map_images.with(|images| images.get(at).copied())
}

/// The map in a sentence; its progress, or why there is none.
pub fn about(state: State) -> String {
    let open = state.open();
    match open.map_progress.get() {
        Progress::Failed(message) => return text::map::failed(&message),
        Progress::Working(done) => {
            return text::map::laying_out(&format::percent(f64::from(done)));
        }
        Progress::Rest => {}
    }
    let shown = open.map_images.with(|images| images.len());
    let all = open
        .images
        .get()
        .saturating_sub(open.excluded.with(|excluded| excluded.len()));
    let task = state.mapped_task();
    let lens = state.tasks.with(|tasks| {
        let title = task.and_then(|task| tasks.get(task)).map(task_title);
        title.map_or_else(
            || text::map::OVERALL.to_owned(),
            |title| lower_first(&title),
        )
    });
    let counted = format::counted(shown, "picture");
    match shown < all {
        true => text::map::about_some(
            &format::count(shown),
            &format::counted(all, "picture"),
            &lens,
        ),
        false => text::map::about(&counted, &lens),
    }
}

/// The image pointed at in words, for whoever does not see the map.
pub fn said(state: State) -> Option<String> {
    let image = pointed(state)?;
    let name = state.open().ground_truth.with(|known| {
        image_name(
            known.as_ref().map_or(&[][..], |known| &known.given.ids),
            image,
        )
    });
    let predicted = state.mapped_task().and_then(|task| {
        let (value, probability) = state.predictions(task)?.prediction(image)?;
        let words = state
            .tasks
            .with(|tasks| Some(value_title(tasks.get(task)?, value)))?;
        Some(format!(
            ", {words} {}",
            format::percent(f64::from(probability))
        ))
    });
    Some(format!("{name}{}", predicted.unwrap_or_default()))
}
