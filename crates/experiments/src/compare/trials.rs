//! Trials: every method is trained with every setting of a grid and measured on validation, and goes on with its best.
//!
//! The same grid for all methods, and other seeds than those that are measured: so nothing is chosen on the test split, and
//! no method gets more tries than another.

use std::path::Path;

use modulens_schema::Split;
use modulens_training::device::Opened;
use modulens_training::error::TrainerError;
use modulens_training::output::note;
use serde::{Deserialize, Serialize};

use super::beyond::Asked;
use super::intervals;
use super::measured::{Extras, Measured, Request};
use super::plan::{Plan, PlannedRun};
use super::runs;

/// A setting that a method was tried with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The values, as `KEY=VALUE`, separated by commas.
    pub setting: String,
    /// Mean triplet accuracy over tasks and the trials' seeds, on validation.
    pub mean_triplet_accuracy: f64,
    /// Mean average precision over tasks and the trials' seeds, on validation.
    pub mean_map: f64,
    /// True for the one that the method was trained with.
    pub chosen: bool,
}

impl Plan {
    /// All trials, each once.
    pub(super) fn trials(&self) -> Vec<PlannedRun> {
        let mut all: Vec<PlannedRun> = Vec::new();
        let settings = self.methods.iter().flat_map(|method| &method.settings);
        for run in settings.flat_map(|setting| &setting.trials) {
            if all.iter().all(|other| other.folder != run.folder) {
                all.push(run.clone());
            }
        }
        all
    }
}

/// The measurements of a trial: those of the labels, on validation.
pub(super) fn request(nothing: &Asked) -> Request<'_> {
    Request {
        split: Split::Val,
        extras: Extras::default(),
        asked: nothing,
    }
}

/// Measures the trials, trains those that are missing, and chooses the setting of every method: the one with the largest
/// mean of triplet accuracy and mean average precision. The trials of each method, in the order of the methods.
///
/// # Errors
/// As [`super::run`].
pub(super) fn choose(
    plan: &mut Plan,
    out: &Path,
    opened: &Opened,
    progress: bool,
) -> Result<Vec<Vec<Trial>>, TrainerError> {
    let Some(first) = plan.trials().into_iter().next() else {
        return Ok(vec![Vec::new(); plan.methods.len()]);
    };
    let data = runs::open_data(&first.config, Split::Val, false)?;
    let asked = Asked::default();
    let request = request(&asked);
    let mut all = Vec::with_capacity(plan.methods.len());
    for method in &mut plan.methods {
        let mut trials = Vec::with_capacity(method.settings.len());
        for setting in &method.settings {
            let mut figures = Vec::with_capacity(setting.trials.len());
            for planned in &setting.trials {
                let run = runs::finish(planned, out, opened, || {
                    if progress {
                        note(&planned.folder.display().to_string());
                    }
                })?;
                runs::check_data(&run, &data)?;
                figures.push(request.measure(&run, &data, &opened.device)?);
            }
            let mean = |figure: &dyn Fn(&Measured) -> f64| {
                intervals::mean(&figures.iter().map(figure).collect::<Vec<_>>())
            };
            trials.push(Trial {
                setting: setting.name.clone(),
                mean_triplet_accuracy: mean(&|one| one.quality.mean_triplet_accuracy),
                mean_map: mean(&Measured::mean_map),
                chosen: false,
            });
        }
        method.chosen = best(&trials);
        let tried = trials.len();
        if let Some(chosen) = trials.get_mut(method.chosen) {
            chosen.chosen = true;
            if progress {
                note(&format!(
                    "{}: {}, by {} trials",
                    method.name, chosen.setting, tried
                ));
            }
        }
        all.push(trials);
    }
    Ok(all)
}

/// The place of the best; the first of several.
fn best(trials: &[Trial]) -> usize {
    let figure = |trial: &Trial| trial.mean_triplet_accuracy + trial.mean_map;
    let mut best = 0;
    for (place, trial) in trials.iter().enumerate() {
        if figure(trial) > figure(&trials[best]) {
            best = place;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_best_is_chosen() {
        let trial = |mean_triplet_accuracy, mean_map| Trial {
            setting: String::new(),
            mean_triplet_accuracy,
            mean_map,
            chosen: false,
        };
        assert_eq!(
            best(&[trial(0.8, 0.7), trial(0.9, 0.7), trial(0.7, 0.9)]),
            1
        );
        assert_eq!(best(&[]), 0);
    }
}
