//! `cargo xtask check`: formatting, lints, documentation, licences and advisories.

use crate::{
    child::Run,
    doc_rule,
    error::{Error, Result},
    places::Places,
    steps::{Step, Table},
};

const STEPS: [Step; 3] = [
    Step {
        name: "fmt",
        runs: |places| vec![Run::cargo(places).words("fmt --all --check")],
    },
    Step {
        name: "clippy",
        runs: |places| {
            vec![Run::cargo(places).words("clippy --workspace --all-targets -- -D warnings")]
        },
    },
    // Without wgpu, as the native tests: its own documentation is not ours to check.
    Step {
        name: "rustdoc",
        runs: |places| {
            vec![
                Run::cargo(places)
                    .words("doc --workspace --no-deps --no-default-features")
                    .words("--features modulens-app/page,modulens-app/map")
                    .env("RUSTDOCFLAGS", "-D warnings"),
            ]
        },
    },
];

/// The checks of `cargo deny` that need no network: licences, banned crates and sources.
const LICENCES: Step = Step {
    name: "licences",
    runs: |places| vec![Run::cargo(places).words("deny check licenses bans sources")],
};

/// Known vulnerabilities, and crates that were withdrawn, by the database that was fetched just before.
const ADVISORIES: Step = Step {
    name: "advisories",
    runs: |places| vec![Run::cargo(places).words("deny check --disable-fetch advisories")],
};

/// Runs the checks and prints their table.
pub(crate) fn run(places: &Places) -> Result<()> {
    let mut table = Table::default();
    steps(places, &mut table)?;
    eprintln!("== check: done");
    table.print();
    table.verdict()
}

/// Runs the checks one after the other, also after one failed.
pub(crate) fn steps(places: &Places, table: &mut Table) -> Result<()> {
    table.measure("doc comments", |_| doc_rule::run(places))?;
    for step in &STEPS {
        table.step(places, step)?;
    }
    if places.program("cargo-deny").is_none() {
        eprintln!(
            "== licences, advisories: left out; `cargo install cargo-deny --locked` brings the checks"
        );
        return Ok(());
    }
    table.step(places, &LICENCES)?;
    match Run::cargo(places).words("deny fetch").run() {
        Ok(()) => table.step(places, &ADVISORIES),
        Err(error @ Error::Interrupted) => Err(error),
        Err(_) => {
            eprintln!(
                "== advisories: left out; their database cannot be fetched without the network"
            );
            Ok(())
        }
    }
}
