//! A bench in headless Chromium: what it needs is built and installed, then node drives the browser.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{measured, report::Report};
use crate::{
    child::Run,
    error::{Error, Result},
    places::Places,
    setup,
};

/// The profiles in which the site ships what is measured: the page's for the search, the engine's for pictures.
const PROFILES: [&str; 2] = ["web", "engine"];
const NAME: &str = "modulens_bench";

/// Runs a bench of `e2e/bench`.
pub(super) fn measure(places: &Places, name: &str, quick: bool) -> Result<Report> {
    setup::run(places, true)?;
    setup::bench_packages(places)?;
    let dist = places.site()?;
    let module = build(places)?;
    let node = setup::find_node(places)?;
    let browser = setup::find_browser(places).ok_or(Error::Missing {
        what: "a browser".into(),
        what_to_do: "run `cargo xtask setup --tests`",
    })?;
    let script = places.root().join("e2e/bench/run.mjs");
    let run = Run::new(places, node)
        .arg(&script)
        .arg(name)
        .env("CHROMIUM", browser)
        .env("MODULENS_DIST", dist)
        .env("MODULENS_BENCH_MODULE", module)
        .env(
            "MODULENS_BENCH_MODULES",
            places.npm_bench().join("node_modules"),
        )
        .env("MODULENS_NODE_MODULES", places.npm().join("node_modules"));
    measured(run, script, name, quick)
}

/// Builds our module in every profile; the folder that holds them.
fn build(places: &Places) -> Result<PathBuf> {
    let folder = places.root().join("target/bench");
    for profile in PROFILES {
        Run::cargo(places)
            .words("build --quiet --package modulens-bench --lib --target wasm32-unknown-unknown")
            .args(["--profile", profile])
            .run()?;
        let module = wasm(places, profile);
        if !module.is_file() {
            return Err(Error::Missing {
                what: module.display().to_string(),
                what_to_do: "unset CARGO_BUILD_TARGET_DIR, or name the folder in CARGO_TARGET_DIR",
            });
        }
        let out = folder.join(profile);
        fs::create_dir_all(&out).map_err(Error::io("make the folder", &out))?;
        Run::new(places, "wasm-bindgen")
            .words("--target web --no-typescript --out-name")
            .arg(NAME)
            .arg("--out-dir")
            .arg(&out)
            .arg(&module)
            .run()?;
    }
    Ok(folder)
}

/// The path of our module in cargo's target folder.
fn wasm(places: &Places, profile: &str) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    places
        .root()
        .join(target)
        .join("wasm32-unknown-unknown")
        .join(profile)
        .join(Path::new(NAME).with_extension("wasm"))
}
