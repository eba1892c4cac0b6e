//! Starting a worker.

use wasm_bindgen::JsCast as _;
use web_sys::{ErrorEvent, Event, Worker, WorkerOptions, WorkerType};

use crate::caller::Caller;
use crate::calls::Protocol;
use crate::page::text;

use super::address::absolute;
use super::offline::is_online;

/// Starts the worker of a script beside the page.
///
/// # Errors
/// This browser has no such workers, or it cannot be loaded, in a sentence.
pub async fn start<P: Protocol>(script: &'static str) -> Result<Caller<P>, String> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&absolute(script), &options)
        .map_err(|_| text::problems::cannot_start(&script))?;
    Caller::start(script, worker, complaint).await
}

/// The message of a broken worker's event, in a sentence.
fn complaint(script: &str, event: &Event) -> String {
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
