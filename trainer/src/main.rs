//! The `trainer` command.

use std::process::ExitCode;

use clap::Parser as _;
use trainer::cli::Cli;

fn main() -> ExitCode {
    match trainer::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            trainer::output::notes(&trainer::error::report(&error));
            error.exit_code()
        }
    }
}
