//! `cargo xtask check`: formatting, lints, documentation and licences.

use crate::{
    child::Run,
    doc_rule,
    error::Result,
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

/// Licences, banned crates and sources. Advisories are left out, since they need the network.
const LICENCES: Step = Step {
    name: "licences",
    runs: |places| vec![Run::cargo(places).words("deny check licenses bans sources")],
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
    if places.program("cargo-deny").is_some() {
        table.step(places, &LICENCES)?;
    } else {
        eprintln!("== licences: left out; `cargo install cargo-deny --locked` brings the check");
    }
    Ok(())
}
