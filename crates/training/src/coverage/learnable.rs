//! The tasks and images of a dataset that a network can be trained on.

use modulens_dataset::Dataset;
use modulens_schema::Split;

use super::{Coverage, SPLITS, Verdict, columns};
use crate::config::DataConfig;
use crate::data::{labelled, spread};
use crate::error::TrainerError;

/// A note on the images of the training split that no task has a label for, but for those left out: they are not trained
/// on.
pub fn unlabelled(dataset: &Dataset, left_out: &[usize]) -> Option<String> {
    let tasks = 0..dataset.tasks.len();
    let tasks: Vec<usize> = tasks.filter(|task| !left_out.contains(task)).collect();
    let all = dataset.in_split(Split::Train);
    let known = |image: usize| {
        let mut tasks = tasks.iter();
        tasks.any(|&task| dataset.labels.get(image, task).is_some())
    };
    let without = all.iter().filter(|&&image| !known(image)).count();
    let (are, them) = match without {
        0 => return None,
        1 => ("is", "it"),
        _ => ("are", "them"),
    };
    Some(format!(
        "{without} of {} training images {are} not trained on, since no task has a label for {them}",
        all.len()
    ))
}

/// Leaves the tasks out of a dataset that its training images cannot teach, and says what is worth knowing before
/// training.
///
/// # Errors
/// A sentence with what to do, where nothing can be trained.
pub(crate) fn keep_learnable(
    dataset: &mut Dataset,
    parts: [&[usize]; 3],
) -> Result<Verdict, TrainerError> {
    let verdict = Coverage::of_parts(dataset, parts).judge(&dataset.tasks);
    if let Some(why) = &verdict.refused {
        return Err(TrainerError::Message(format!(
            "{} cannot be trained on: {why}",
            dataset.name
        )));
    }
    if !verdict.left_out.is_empty() {
        let kept: Vec<usize> = (0..dataset.tasks.len())
            .filter(|place| !verdict.left_out.contains(place))
            .collect();
        dataset.labels = columns(&dataset.labels, &kept);
        dataset.tasks = kept
            .iter()
            .map(|&task| dataset.tasks[task].clone())
            .collect();
    }
    Ok(verdict)
}

/// [`keep_learnable`] for a dataset's own splits, as a configuration trains on them.
///
/// # Errors
/// As [`keep_learnable`].
pub fn keep_learnable_of_splits(
    dataset: &mut Dataset,
    config: &DataConfig,
) -> Result<Verdict, TrainerError> {
    let [all, val, test] = SPLITS.map(|split| dataset.in_split(split));
    // Without any label the verdict says what is missing.
    let train = match labelled(dataset, Split::Train) {
        train if train.is_empty() => all,
        train => spread(train, config.most_train_images(), config.train_sample),
    };
    let mut verdict = keep_learnable(dataset, [&train, &val, &test])?;
    verdict.notes.extend(unlabelled(dataset, &[]));
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use modulens_schema::{Labels, Task};

    use super::super::tests::{dataset, judge};
    use super::*;

    #[test]
    fn a_task_that_training_cannot_learn_is_left_out_and_the_rest_stays() {
        let images = [
            "t00", "t10", "t-0", "v01", "v00", "v10", "e01", "e01", "e10",
        ];
        let mut shapes = dataset(vec![Task::binary("shape"), Task::binary("ring")], &images);
        let parts = SPLITS.map(|split| shapes.in_split(split));
        let parts = parts.each_ref().map(Vec::as_slice);
        let verdict = keep_learnable(&mut shapes, parts).expect("the other can be learned");
        assert_eq!(verdict.left_out, [1]);
        assert_eq!(
            verdict.notes,
            [
                "task ring is left out, since the training split cannot teach it: all of its labelled images are \"no\" \
              (\"yes\": 1 in val, 2 in test)"
            ]
        );
        assert_eq!(shapes.tasks, [Task::binary("shape")]);
        assert_eq!(shapes.labels.cells()[..3], [0, 1, Labels::UNKNOWN]);

        let mut alone = dataset(vec![Task::binary("ring")], &["t0", "t0", "v1", "e1"]);
        let parts = SPLITS.map(|split| alone.in_split(split));
        let error = keep_learnable(&mut alone, parts.each_ref().map(Vec::as_slice));
        let said = error.expect_err("nothing is left").to_string();
        assert!(
            said.contains("no task can be learned") && said.contains("ring"),
            "{said}"
        );
    }

    /// Images that teach nothing had their steps in every epoch.
    #[test]
    fn images_without_any_label_are_counted_and_left_out() {
        // The last training image has a label of the task only that cannot be learned.
        let images = [
            "t0-", "t1-", "t--", "t0-", "t--", "t-1", "v0-", "v0-", "v1-", "e00", "e01", "e10",
        ];
        let mut shapes = dataset(vec![Task::binary("shape"), Task::binary("ring")], &images);
        let verdict = judge(&shapes);
        let told = "3 of 6 training images are not trained on, since no task has a label for them";
        assert_eq!(
            unlabelled(&shapes, &verdict.left_out).as_deref(),
            Some(told)
        );
        let config: DataConfig = toml::from_str("path = \"shapes\"").expect("a configuration");
        let verdict = keep_learnable_of_splits(&mut shapes, &config).expect("trains");
        assert_eq!(verdict.left_out, [1]);
        assert_eq!(verdict.notes.last().map(String::as_str), Some(told));
        assert_eq!(labelled(&shapes, Split::Train), [0, 1, 3]);

        let full = dataset(vec![Task::binary("ring")], &["t0", "t1", "v0", "v1", "e-"]);
        assert_eq!(unlabelled(&full, &[]), None);
        let mut none = dataset(vec![Task::binary("ring")], &["t-", "t-", "v0", "v1", "e1"]);
        let error = keep_learnable_of_splits(&mut none, &config).expect_err("nothing to learn");
        assert!(
            error.to_string().contains("none of its images is labelled"),
            "{error}"
        );
    }
}
