//! A run.

use std::path::Path;

use modulens_training::error::TrainerError;
use modulens_training::run::Run;
use serde_json::json;

use super::about::About;
use super::{network, tasks};

pub(super) fn about(path: &Path) -> Result<About, TrainerError> {
    let run = Run::open(path)?;
    let record = &run.record;
    let tasks = tasks::tasks(&record.tasks, None);
    let network = network::network(&record.network).of_method(record.method, &record.network);
    let heads = run.is_finished();
    let mut text = format!(
        "{} is a run on {} ({} tasks): best epoch {} of {} with {}{}\n",
        path.display(),
        record.dataset,
        record.tasks.len(),
        record.best_epoch,
        run.config.train.epochs,
        record.validation(),
        if heads {
            ""
        } else {
            "; training has not finished"
        },
    );
    network::render(&network, &mut text);
    text.push_str("tasks:\n");
    tasks::render(&tasks, &mut text);
    let json = json!({
        "kind": "run",
        "path": path,
        "dataset": record.dataset,
        "tasks": tasks,
        "method": record.method,
        "head": record.network.head,
        "network": network,
        "readouts": heads,
        "best_epoch": record.best_epoch,
        "best_val": record.best_val,
    });
    Ok(About { json, text })
}
