//! `trainer train`: fit a network, keep the best epoch, go on after an interruption.

use std::path::PathBuf;

use modulens_training::config::Config;
use modulens_training::device::{self, Backend};
use modulens_training::error::TrainerError;
use modulens_training::train::options::{Tell, Way};
use modulens_training::train::session::Session;

pub use modulens_experiments::compliance;
pub use modulens_training::train::pretrained;

/// Arguments of `trainer train`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration file, such as trainer/configs/faces.toml.
    config: PathBuf,
    /// The run's folder. One that holds an unfinished run is gone on with.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Take the pictures from here instead of `data.path`.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Override `train.epochs`.
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Override `train.batch`.
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
    /// Override `train.seed`.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Override any value of the configuration; may be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Start again where the folder holds a run. The old one is kept in its `replaced-run` until the new one has an
    /// epoch.
    #[arg(long)]
    fresh: bool,
    /// Go on with a run although its images or labels have changed since it began.
    #[arg(long, conflicts_with = "fresh")]
    accept_changed_data: bool,
    /// The backend.
    #[arg(long, value_enum, default_value_t)]
    backend: Backend,
    /// Print one JSON object at the end instead of the live summary.
    #[arg(long)]
    json: bool,
}

/// Trains a network.
///
/// # Errors
/// Unusable configuration, data or device; an interruption, after saving.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let config = resolve(args)?;
    let opened = device::open(args.backend)?;
    let tell = if args.json { Tell::Json } else { Tell::Summary };
    let way = match (args.fresh, args.accept_changed_data) {
        (true, _) => Way::Fresh,
        (false, true) => Way::AcceptChangedData,
        (false, false) => Way::GoOn,
    };
    Session::start(&config, &args.out, way, tell, &opened, compliance::measure)?.run()
}

/// The configuration with every flag applied.
fn resolve(args: &Args) -> Result<Config, TrainerError> {
    let mut overrides = args.overrides.clone();
    if let Some(epochs) = args.epochs {
        overrides.push(format!("train.epochs={epochs}"));
    }
    if let Some(batch) = args.batch {
        overrides.push(format!("train.batch={batch}"));
    }
    if let Some(seed) = args.seed {
        overrides.push(format!("train.seed={seed}"));
    }
    let mut config = Config::load(&args.config, &overrides)?;
    if let Some(path) = &args.data {
        config.data.path.clone_from(path);
    }
    Ok(config)
}
