//! The figures of a run, the same for `eval` and `export`.

use std::path::Path;

use burn::tensor::Device;
use modulens_model::Model;
use modulens_retrieval::measure::{EvalConfig, Evaluation, evaluate};
use modulens_retrieval::{Embeddings, Head};
use modulens_schema::{Split, Task};

use crate::data::{self, OpenData, Pictures};
use crate::embed;
use crate::error::TrainerError;
use crate::run::{READOUTS, Run};

/// Opens the dataset of a run, or another one with the same tasks.
///
/// # Errors
/// The dataset cannot be read, or its tasks are not the run's.
pub fn open_data(run: &Run, path: Option<&Path>) -> Result<OpenData, TrainerError> {
    let mut config = run.config.data.clone();
    config.tasks = run
        .record
        .tasks
        .iter()
        .map(|task| task.name.clone())
        .collect();
    let data = data::open(&config, path)?;
    check_tasks(&run.record.tasks, &data.dataset.tasks).map_err(|difference| {
        TrainerError::Message(format!(
            "the dataset {} does not have the tasks of the run {}: {difference}; give the dataset \
             the run was trained on with --data",
            path.unwrap_or(&config.path).display(),
            run.path.display()
        ))
    })?;
    Ok(data)
}

/// Says how the tasks found differ from those needed.
fn check_tasks(needed: &[Task], found: &[Task]) -> Result<(), String> {
    for task in needed {
        match found.iter().find(|other| other.name == task.name) {
            None => return Err(format!("{} is missing or has one value only", task.name)),
            Some(other) if other != task => {
                return Err(format!(
                    "{} has the values {:?} instead of {:?}",
                    task.name, other.values, task.values
                ));
            }
            Some(_) => {}
        }
    }
    if needed == found {
        Ok(())
    } else {
        Err("they are in another order".into())
    }
}

/// The heads a run ended with, one per task.
///
/// # Errors
/// They are missing (the run was interrupted) or do not fit the network.
pub fn heads(run: &Run) -> Result<modulens_bundle::Heads, TrainerError> {
    if !run.is_finished() {
        return Err(TrainerError::Run {
            path: run.path.clone(),
            message: "it has no heads yet; let `trainer train` finish".into(),
        });
    }
    let heads = modulens_bundle::heads::decode(&run.read(READOUTS)?)?;
    let values: Vec<usize> = heads.tasks.iter().map(|head| head.bias.len()).collect();
    if values != run.record.values() || heads.embedding != run.record.embedding() {
        return Err(TrainerError::Run {
            path: run.path.clone(),
            message: "its heads are those of another network; finish training again".into(),
        });
    }
    Ok(heads)
}

/// Measures a run's model on one split of a dataset. Nothing is fitted.
///
/// # Errors
/// A picture, the heads or a tensor cannot be read, or nothing can be measured of some task.
pub fn measure(
    run: &Run,
    model: &Model,
    data: &OpenData,
    split: Split,
    seed: u64,
    device: &Device,
) -> Result<Evaluation, TrainerError> {
    let memory = run.config.data.memory_megabytes;
    let pictures = Pictures::load(data, split, &run.record.input, memory)?;
    let mut rows = embed::embeddings(model, &pictures, device)?;
    // Each task is asked for once, so its rows can be given away.
    measure_rows(run, &data.dataset.name, &pictures, split, seed, |task| {
        rows.get_mut(task).map(std::mem::take).unwrap_or_default()
    })
}

/// [`measure`] on embeddings that are there: `rows` gives those of all pictures under a task, `[images * length]`.
///
/// # Errors
/// As [`measure`].
pub fn measure_rows(
    run: &Run,
    dataset: &str,
    pictures: &Pictures<'_>,
    split: Split,
    seed: u64,
    mut rows: impl FnMut(usize) -> Vec<f32>,
) -> Result<Evaluation, TrainerError> {
    let heads = heads(run)?;
    let length = heads.embedding;
    let heads: Vec<Head> = heads
        .tasks
        .into_iter()
        .map(|weights| Head::new(weights, length))
        .collect::<Result<_, _>>()?;
    let config = EvalConfig {
        seed,
        ..EvalConfig::default()
    };
    let tasks = &run.record.tasks;
    let labels = pictures.labels();
    evaluate(dataset, split, tasks, &labels, &heads, &config, |task| {
        Ok(Embeddings::from_unit_rows(
            pictures.len(),
            length,
            rows(task),
        )?)
    })
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    #[test]
    fn differences_between_tasks_are_named() {
        let closure =
            |values: [&str; 2]| Task::with_values("Closure", TaskKind::Categorical, values);
        let needed = [Task::binary("Smiling"), closure(["Zipper", "Buckle"])];
        assert_eq!(check_tasks(&needed, &needed.clone()), Ok(()));
        let check = |found: &[Task]| check_tasks(&needed, found).expect_err("different");
        assert!(check(&needed[..1]).contains("Closure is missing"));
        assert!(check(&[needed[0].clone(), closure(["Zipper", "Laces"])]).contains("Laces"));
        assert!(check(&[needed[1].clone(), needed[0].clone()]).contains("order"));
    }
}
