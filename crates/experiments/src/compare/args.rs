//! The arguments of `trainer compare`.

use std::path::PathBuf;

use modulens_schema::Split;
use modulens_training::device::Backend;
use modulens_training::error::TrainerError;

use super::plan::Plan;

/// Arguments of `trainer compare`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan, such as trainer/configs/compare-faces.toml.
    pub(super) plan: PathBuf,
    /// The folder of the comparison. One that is not finished is gone on with.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Take the pictures from here instead of `base.data.path`.
    #[arg(long, value_name = "PATH")]
    pub(super) data: Option<PathBuf>,
    /// Train only methods whose name holds this; may be given several times.
    #[arg(long, value_name = "WORD")]
    pub(super) only: Vec<String>,
    /// Compare at this point of the plan's sweep alone; may be given several times.
    #[arg(long = "point", value_name = "NAME")]
    pub(super) points: Vec<String>,
    /// Hold every method against this one, on the same pictures and seeds: a difference and its interval each.
    #[arg(long, value_name = "NAME")]
    pub(super) against: Option<String>,
    /// Measure this split instead of the plan's: `val` for trials by which settings are chosen, so that the test split is
    /// measured once, with what was chosen.
    #[arg(long, value_name = "SPLIT", value_parser = parse_split)]
    pub(super) split: Option<Split>,
    /// Override any value of the base; may be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) overrides: Vec<String>,
    /// Train so many runs at once, each in a process of its own; on the CPU as many as there are cores unless told
    /// otherwise.
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<usize>,
    /// Do one run of the plan and nothing else, for as long as standard input stays open: what a job is.
    #[arg(long, value_name = "FOLDER", hide = true)]
    pub(super) run: Option<PathBuf>,
    /// The backend.
    #[arg(long, value_enum, default_value_t)]
    pub(super) backend: Backend,
    /// Print the object of compare.json, or of sweep.json, instead of tables.
    #[arg(long)]
    pub(super) json: bool,
}

impl Args {
    /// The plans that these arguments leave of all, as they change them.
    pub(super) fn plans(&self, all: &[Plan]) -> Result<Vec<Plan>, TrainerError> {
        let names: Vec<&str> = all
            .iter()
            .filter_map(|plan| plan.point.as_ref())
            .map(|point| point.name.as_str())
            .collect();
        for wanted in &self.points {
            if !names.contains(&wanted.as_str()) {
                return Err(TrainerError::Message(format!(
                    "--point {wanted} is no point of the plan; its points are {}",
                    match names.is_empty() {
                        true => "none: it has no [sweep]".to_owned(),
                        false => names.join(", "),
                    }
                )));
            }
        }
        let is_wanted = |plan: &&Plan| {
            self.points.is_empty()
                || plan
                    .point
                    .as_ref()
                    .is_some_and(|point| self.points.contains(&point.name))
        };
        let plans = all.iter().filter(is_wanted).map(|plan| {
            let mut plan = plan
                .clone()
                .only(&self.only)?
                .against(self.against.as_deref())?;
            plan.split = self.split.unwrap_or(plan.split);
            if let Some(path) = &self.data {
                plan.take_data_from(path);
            }
            Ok(plan)
        });
        plans.collect()
    }
}

fn parse_split(text: &str) -> Result<Split, String> {
    [Split::Val, Split::Test]
        .into_iter()
        .find(|split| split.name() == text)
        .ok_or_else(|| "a comparison measures val or test".to_owned())
}
