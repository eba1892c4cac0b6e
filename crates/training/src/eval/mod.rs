//! `trainer eval`: how good a trained network is on a split it was not trained on.
//!
//! Nothing is fitted here: the heads were fitted on the training split and calibrated on validation when
//! the run ended. The same seed gives the same figures, and `trainer export` writes the very same object into
//! a bundle's manifest.
//!
//! With `--json` one object is printed ([`modulens_schema::Quality`]):
//!
//! ```text
//! dataset, split ("test" | "val"), mean_triplet_accuracy,
//! tasks: [{ name, triplet_accuracy, ci95: [low, high], precision_at_10, map, calibration_error, auc, images }]
//! ```
//!
//! Tasks that the labels of the split cannot measure are not among `tasks`; a line on standard error says why.
//!
//! With `--given` the triplets are those that lie with the data, such as CSN's test lists: `dataset`, `split`,
//! `mean_triplet_accuracy`, `left_out`, `tasks`: [{ `name`, `triplet_accuracy`, `ci95`, `triplets` }].

mod given;
mod measure;
mod noise;
mod table;

use std::path::PathBuf;

use clap::ValueEnum;
use modulens_schema::Split;

use crate::device::{self, Backend};
use crate::error::TrainerError;
use crate::output::{note, print, to_json};
use crate::run::Run;

pub use measure::{
    DEFAULT_SEED, cautions, heads, measure, measure_rows, open_data, reasons, unmeasured,
};

/// The splits that can be measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MeasuredSplit {
    /// The reported split.
    #[default]
    Test,
    /// The split the model was chosen on: its figures are a little too good.
    Val,
}

impl From<MeasuredSplit> for Split {
    fn from(split: MeasuredSplit) -> Self {
        match split {
            MeasuredSplit::Test => Self::Test,
            MeasuredSplit::Val => Self::Val,
        }
    }
}

/// Arguments of `trainer eval`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run's folder.
    run: PathBuf,
    /// Take the pictures from here instead of where the run was trained.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// The split to measure.
    #[arg(long, value_enum, default_value_t)]
    split: MeasuredSplit,
    /// Measure on the triplets that lie with the data (CSN's lists for UT-Zappos50K) instead of drawing some.
    #[arg(long)]
    given: bool,
    /// Decides which triplets are drawn; the figures in a bundle use the default.
    #[arg(long, default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// The backend.
    #[arg(long, value_enum, default_value_t)]
    backend: Backend,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Measures a run and prints the figures.
///
/// # Errors
/// A run, dataset or device that cannot be used, or a split on which no task can be measured.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let run = Run::open(&args.run)?;
    let opened = device::open(args.backend)?;
    let data = open_data(&run, args.data.as_deref())?;
    let model = run.model(&opened.device)?;
    if args.given {
        let found = given::measure(&run, &model, &data, args.split.into(), &opened.device)?;
        return match args.json {
            true => print(&to_json(&found)?),
            false => print(&given::render(&found)),
        };
    }
    let evaluation = measure(
        &run,
        &model,
        &data,
        args.split.into(),
        args.seed,
        &opened.device,
    )?;
    for sentence in cautions(&run, &data, args.split.into()) {
        note(&format!("note: {sentence}"));
    }
    if args.json {
        print(&to_json(&evaluation.quality)?)
    } else {
        let mut text = table::render(&evaluation, &opened.description);
        text.push_str(&noise::render(&data, &evaluation.quality)?);
        print(&text)
    }
}
