//! `cargo xtask`: every chore of the project in one place.
//!
//! ```text
//! cargo xtask demo     install what is missing, build the site, serve it
//! cargo xtask test     install what the tests need and run all of them
//! cargo xtask help     the rest
//! ```

mod assets;
mod bench;
mod browsers;
mod build;
mod check;
mod child;
mod cli;
mod coding;
mod count;
mod demo;
mod doc_rule;
mod e2e;
mod error;
mod finish;
mod headers;
mod icons;
mod lighthouse;
mod lockfile;
mod marks;
mod photos;
mod places;
mod pretrained;
mod server;
mod setup;
mod sizes;
mod steps;
mod test;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{Cli, Command},
    error::{Error, Result},
    places::Places,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(command: Command) -> Result<()> {
    let places = Places::find()?;
    match command {
        Command::Setup(args) => setup::run(&places, args.tests),
        Command::Build(args) => build::run(&places, &args),
        Command::Finish(args) => finish::run(&args.dir.unwrap_or_else(|| places.dist())),
        Command::Demo(args) => demo::run(&places, &args),
        Command::Serve(args) => server::Server::listen(&args.resolve(&places))?.run(),
        Command::Check => check::run(&places),
        Command::Test(args) => test::run(&places, &args),
        Command::E2e(args) => e2e::run(&places, &args),
        Command::Bench(args) => bench::run(&places, &args),
        Command::Assets(args) => assets::run(&places, &args),
        Command::Pretrained => pretrained::run(&places),
        Command::Icons => icons::run(&places),
        Command::Lighthouse(args) => lighthouse::run(&places, &args),
        Command::Browsers(args) => browsers::run(&places, &args),
    }
}

/// The one place where an error is said: its sentence, then each cause on a line.
fn report(error: &Error) {
    eprintln!("error: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        eprintln!("  because: {inner}");
        cause = inner.source();
    }
}
