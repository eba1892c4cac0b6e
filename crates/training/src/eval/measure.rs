//! The figures of a run, the same for `eval` and `export`.

use std::collections::HashMap;
use std::path::Path;

use burn::tensor::Device;
use modulens_model::Model;
use modulens_retrieval::measure::{EvalConfig, Evaluation, evaluate};
use modulens_retrieval::{Embeddings, Head};
use modulens_schema::{Labels, Split, Task};

use crate::coverage::{columns, split_advice, why_uncertain, why_unmeasurable};
use crate::data::{self, OpenData, Pictures};
use crate::data_record::DataRecord;
use crate::embed;
use crate::error::TrainerError;
use crate::output::note;
use crate::run::{READOUTS, Run};

/// The seed of the figures unless told otherwise.
pub const DEFAULT_SEED: u64 = 1;

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
    warn_of_changed_data(run, &data)?;
    Ok(data)
}

/// Warns where the data are not those that the run was trained on, as far as that shows without decoding an image.
fn warn_of_changed_data(run: &Run, data: &OpenData) -> Result<(), TrainerError> {
    let Some(before) = DataRecord::read(&run.path)? else {
        return Ok(());
    };
    let now = DataRecord::of(&data.dataset, &data.storage, &HashMap::new());
    let difference = now.since(&before);
    if !difference.is_empty() {
        note(&format!(
            "warning: the data are not those that the run was trained on: {difference}"
        ));
    }
    Ok(())
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

/// Measures a run's model on one split of a dataset. Nothing is fitted. Tasks that the split's labels cannot measure are
/// left out.
///
/// # Errors
/// A picture, the heads or a tensor cannot be read, or no task can be measured.
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
    let fitted = heads(run)?;
    let length = fitted.embedding;
    let labels = pictures.labels();
    let tasks = &run.record.tasks;
    let unmeasured = unmeasured(tasks, &labels);
    let measured: Vec<usize> = (0..tasks.len())
        .filter(|place| unmeasured.iter().all(|(task, _)| task != place))
        .collect();
    if measured.is_empty() {
        let advice = split_advice(pictures.format());
        return Err(TrainerError::Message(format!(
            "no task can be measured on the {} split of {dataset}: {}; {advice}",
            split.name(),
            reasons(tasks, &unmeasured)
        )));
    }
    let heads: Vec<Head> = measured
        .iter()
        .map(|&task| Head::new(fitted.tasks[task].clone(), length))
        .collect::<Result<_, _>>()?;
    let config = EvalConfig {
        seed,
        ..EvalConfig::default()
    };
    let chosen: Vec<Task> = measured.iter().map(|&task| tasks[task].clone()).collect();
    let labels = columns(&labels, &measured);
    evaluate(dataset, split, &chosen, &labels, &heads, &config, |task| {
        Ok(Embeddings::from_unit_rows(
            pictures.len(),
            length,
            rows(measured[task]),
        )?)
    })
}

/// The tasks that a split's labels cannot measure, with the reasons.
pub fn unmeasured(tasks: &[Task], labels: &Labels) -> Vec<(usize, String)> {
    let places = 0..tasks.len();
    places
        .filter_map(|task| Some((task, why_unmeasurable(&tasks[task], labels, task)?)))
        .collect()
}

/// Tasks that cannot be measured, as a clause.
pub fn reasons(tasks: &[Task], unmeasured: &[(usize, String)]) -> String {
    let reasons = unmeasured
        .iter()
        .map(|(task, why)| format!("{}, since {why}", tasks[*task].name));
    reasons.collect::<Vec<_>>().join("; ")
}

/// Sentences on the tasks of a run that are not among the figures, and on those whose figures rest on few images.
pub fn cautions(run: &Run, data: &OpenData, split: Split) -> Vec<String> {
    let tasks = &run.record.tasks;
    let labels = data.dataset.labels.select(&data.dataset.in_split(split));
    let unmeasured = unmeasured(tasks, &labels);
    let left_out = (!unmeasured.is_empty()).then(|| {
        format!(
            "not measured on the {} split: {}",
            split.name(),
            reasons(tasks, &unmeasured)
        )
    });
    let few: Vec<String> = (0..tasks.len())
        .filter(|place| unmeasured.iter().all(|(task, _)| task != place))
        .filter_map(|task| {
            let few = why_uncertain(&tasks[task], &labels, task)?;
            Some(format!("{} ({few})", tasks[task].name))
        })
        .collect();
    let few = (!few.is_empty()).then(|| {
        format!(
            "some figures rest on few images of the {} split and say little: {}",
            split.name(),
            few.join(", ")
        )
    });
    left_out.into_iter().chain(few).collect()
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
