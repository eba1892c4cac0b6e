//! The native command line of Modulens: draw the default galleries, train, evaluate, export, search, predict.
//!
//! Every subcommand is a module of its own with an `Args` struct and a `run` function.

use modulens_training::error::TrainerError;

use crate::cli::{Cli, Command};

pub use modulens_experiments::{compare, few_shot, report};
pub use modulens_training::{config, data, device, domain, error, eval, official, output, run};

pub mod add_task;
mod bundle_network;
pub mod cli;
pub mod export;
mod faces;
pub mod gallery;
pub mod info;
pub mod manual;
pub mod predict;
pub mod search;
pub mod synth;
pub mod train;

/// Does what the command line asks for.
///
/// # Errors
/// The first thing that went wrong, in a sentence a person can act on.
pub fn run(cli: Cli) -> Result<(), TrainerError> {
    match cli.command {
        Command::Synth(args) => synth::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Report(args) => report::run(&args),
        Command::FewShot(args) => few_shot::run(&args),
        Command::AddTask(args) => add_task::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Domain(args) => domain::run(&args),
        Command::Gallery(args) => gallery::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Info(args) => info::run(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    }
}
