//! Starting a worker.

use wasm_bindgen::JsCast as _;
use web_sys::{ErrorEvent, Event, Worker, WorkerOptions, WorkerType};

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
        .map_err(|_| format!("{script} cannot be started as a worker in this browser"))
}

/// The message of a broken worker's event, in a sentence.
pub fn complaint(script: &str, event: &Event) -> String {
    // A script that cannot be fetched or parsed is told of by a plain event, without words.
    let said = event
        .dyn_ref::<ErrorEvent>()
        .map(ErrorEvent::message)
        .filter(|said| !said.is_empty());
    let reason = said.unwrap_or_else(|| {
        let unloaded = if is_online() {
            "it could not be loaded; reload the page"
        } else {
            "you are offline, and it is not kept on this machine; connect and try again"
        };
        unloaded.into()
    });
    format!("the worker {script} failed: {reason}")
}
