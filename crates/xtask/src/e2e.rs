//! The tests in a real browser: node's own test runner over `e2e/tests`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    child::Run,
    cli::E2eArgs,
    count::Count,
    error::{Error, Result},
    places::Places,
    setup,
};

/// Runs the tests against `dist/` (or `MODULENS_DIST`) and prints the count.
pub(crate) fn run(places: &Places, args: &E2eArgs) -> Result<()> {
    setup::run(places, true)?;
    let count = count(places, args)?;
    println!("{} passed, {} failed", count.passed, count.failed);
    if count.failed > 0 {
        return Err(Error::Steps {
            failed: 1,
            total: 1,
            names: "browser tests".into(),
        });
    }
    Ok(())
}

/// Runs the tests and counts them. Failing tests are a count, not an error.
pub(crate) fn count(places: &Places, args: &E2eArgs) -> Result<Count> {
    let dist = places.site()?;
    let browser = setup::find_browser(places).ok_or(Error::Missing {
        what: "a browser".into(),
        what_to_do: "run `cargo xtask setup --tests`",
    })?;
    let node = setup::find_node(places)?;
    let fixture = write_fixture(places)?;
    let large = write_large_zip(places)?;
    let artefacts = places.root().join("e2e/artefacts");
    discard(&artefacts)?;
    fs::create_dir_all(&artefacts).map_err(Error::io("make the folder", &artefacts))?;
    let tap = artefacts.join("results.tap");

    let mut run = Run::new(places, node)
        // One file after the other: two browsers on two cores would only wait for each other.
        .words("--test --test-concurrency=1")
        .words("--test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", tap.display()))
        .words("--test-reporter=./e2e/lib/times.mjs --test-reporter-destination=stdout")
        .env("MODULENS_XTASK", places.ourselves())
        .env("MODULENS_DIST", dist)
        .env("MODULENS_FIXTURE", fixture)
        .env("MODULENS_LARGE_ZIP", large)
        .env("MODULENS_NODE_MODULES", places.npm().join("node_modules"))
        .env("CHROMIUM", browser);
    if let Some(filter) = &args.filter {
        run = run.arg(format!("--test-name-pattern={filter}"));
    }
    if args.headed {
        run = run.env("MODULENS_HEADED", "1");
    }
    let tests = test_files(places)?;
    let outcome = run.args(tests).run();
    if let Err(error @ (Error::Interrupted | Error::Spawn { .. })) = outcome {
        return Err(error);
    }
    let text = fs::read_to_string(&tap).map_err(Error::io("read", &tap))?;
    let mut count = Count::default();
    text.lines().for_each(|line| count.read_line(line));
    if let (Err(error), 0) = (outcome, count.failed) {
        return Err(error);
    }
    Ok(count)
}

/// Lets the native model compute what the engines in the browser are held against.
fn write_fixture(places: &Places) -> Result<PathBuf> {
    let folder = places.root().join("target/e2e-fixture");
    discard(&folder)?;
    Run::cargo(places)
        // Natively with vector instructions: the build of Burn that is there already.
        .words("run --quiet --package modulens-app --no-default-features --features cpu,burn/simd")
        .words("--example engine_fixture --")
        .arg(&folder)
        .arg(places.root().join("www/networks/portraits"))
        .run()?;
    Ok(folder)
}

/// Draws a gallery in CelebA's layout that a visitor brings.
fn write_large_zip(places: &Places) -> Result<PathBuf> {
    let zip = places.root().join("target/e2e-celeba.zip");
    Run::cargo(places)
        .words("run --quiet --package modulens-synth --example celeba_zip --")
        .words("--images 5000 --drawn 200 --out")
        .arg(&zip)
        .run()?;
    Ok(zip)
}

/// Removes what an earlier run left, so that nothing old is taken for new.
fn discard(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io("remove the old", folder))?;
    }
    Ok(())
}

/// The files `e2e/tests/*.test.mjs`, in order; named one by one, since old versions of node know no patterns.
fn test_files(places: &Places) -> Result<Vec<PathBuf>> {
    let folder = places.root().join("e2e/tests");
    let entries = fs::read_dir(&folder).map_err(Error::io("list", &folder))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    Ok(files)
}
