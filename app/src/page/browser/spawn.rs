//! Starting a worker.

use wasm_bindgen::JsCast as _;
use web_sys::{ErrorEvent, Event, Worker, WorkerOptions, WorkerType};

use super::address::absolute;
use super::offline::is_online;

/// A visitor knows nothing of workers and their files.
const OFFLINE: &str = "you are offline, and the part of this site that does this is not on this machine yet; connect and \
    try again: from then on it is here without a connection, too";

/// Starts a worker from a script beside the page.
///
/// # Errors
/// This browser has no such workers.
pub fn spawn(script: &str) -> Result<Worker, String> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&absolute(script), &options)
        .map_err(|_| format!("{script} cannot be started as a worker in this browser"))
}

/// The message of a broken worker's event, in a sentence.
pub fn complaint(script: &str, event: &Event) -> String {
    // A script that cannot be fetched or parsed is told of by a plain event, without words.
    let said = event
        .dyn_ref::<ErrorEvent>()
        .map(ErrorEvent::message)
        .filter(|said| !said.is_empty());
    match said {
        Some(said) => format!("the worker {script} failed: {said}"),
        None if is_online() => format!("the worker {script} could not be loaded; reload the page"),
        None => OFFLINE.into(),
    }
}
