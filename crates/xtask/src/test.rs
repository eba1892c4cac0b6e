//! `cargo xtask test`: everything that has to hold before a change goes in.

use crate::{
    build, check,
    child::Run,
    cli::{BuildArgs, E2eArgs, TestArgs, TestPart},
    e2e,
    error::Result,
    places::Places,
    setup,
    steps::{Step, Table},
};

/// The native tests, the examples in the documentation included. They run on the CPU backend: no test may need a
/// graphics card, the lints have already compiled the wgpu backend, and optimising it would take ten minutes more.
const NATIVE: Step = Step {
    name: "native tests",
    runs: |places| {
        vec![Run::cargo(places).words(
            "test --workspace --no-default-features --features modulens-app/page,modulens-app/map --no-fail-fast",
        )]
    },
};

/// The crates that also run in the browser, and the page, under lints. The site's build compiles the engines.
const WASM: Step = Step {
    name: "wasm clippy",
    runs: |places| {
        let wasm = |words: &str| {
            Run::cargo(places)
                .words("clippy --target wasm32-unknown-unknown")
                .words(words)
                .words("-- -D warnings")
        };
        vec![
            wasm(
                "-p modulens-schema -p modulens-dataset -p modulens-model -p modulens-retrieval -p modulens-bundle -p modulens-store -p modulens-bench",
            ),
            wasm("-p modulens-app --no-default-features --features page"),
            wasm("-p modulens-app --no-default-features --features store"),
            wasm("-p modulens-app --no-default-features --features map"),
        ]
    },
};

/// Runs all steps, also after one failed, and ends with `N passed, N failed` alone on a line.
pub(crate) fn run(places: &Places, args: &TestArgs) -> Result<()> {
    let mut table = Table::default();
    match args.only {
        Some(TestPart::Native) => table.step(places, &NATIVE)?,
        Some(TestPart::Wasm) => table.step(places, &WASM)?,
        None => all(places, args, &mut table)?,
    }
    if args.json {
        println!("{}", table.json());
    } else {
        table.print();
    }
    let total = table.total();
    let verdict = table.verdict();
    if !args.json {
        println!("{} passed, {} failed", total.passed, total.failed);
    }
    verdict
}

fn all(places: &Places, args: &TestArgs, table: &mut Table) -> Result<()> {
    setup::run(places, !args.skip_browser)?;
    check::steps(places, table)?;
    table.step(places, &NATIVE)?;
    table.step(places, &WASM)?;
    if args.skip_browser {
        return Ok(());
    }
    table.measure("site", |_| build::run(places, &BuildArgs::default()))?;
    if table.last_is_good() {
        return table.measure("browser tests", |count| {
            *count = e2e::count(places, &E2eArgs::default())?;
            Ok(())
        });
    }
    eprintln!("== browser tests: left out, since the site was not built");
    Ok(())
}
