//! Starting a worker.

use wasm_bindgen::JsCast as _;
use web_sys::{ErrorEvent, Event, Worker, WorkerOptions, WorkerType};

use crate::page::text;

use super::address::absolute;
use super::offline::is_online;

/// Starts a worker from a script beside the page.
///
/// # Errors
/// This browser has no such workers.
pub fn spawn(script: &str) -> Result<Worker, String> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&absolute(script), &options)
        .map_err(|_| text::problems::cannot_start(&script))
}

/// The message of a broken worker's event, in a sentence.
pub fn complaint(script: &str, event: &Event) -> String {
    // A script that cannot be fetched or parsed is told of by a plain event, without words.
    let said = event
        .dyn_ref::<ErrorEvent>()
        .map(ErrorEvent::message)
        .filter(|said| !said.is_empty());
    match said {
        Some(said) => text::problems::worker_failed(&script, &said),
        None if is_online() => text::problems::worker_missing(&script),
        None => text::problems::OFFLINE.into(),
    }
}
