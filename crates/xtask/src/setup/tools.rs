//! The wasm target and the two pinned programs that cargo installs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    child::Run,
    error::{Error, Result},
    lockfile,
    places::Places,
};

const TARGET: &str = "wasm32-unknown-unknown";

/// The newest trunk that our compiler builds (0.22 asks for rustc 1.96).
const TRUNK: &str = "0.21.14";

/// The profile in which the programs are built: at level 1 they take twice as long to compile, and wasm-bindgen one
/// second instead of three for the largest module. Trunk's own profile links all of it in one piece, which keeps one core
/// busy for minutes.
const PROFILE: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
];

/// Makes sure that the compiler has a standard library for wasm.
pub(super) fn wasm_target(places: &Places) -> Result<()> {
    if has_wasm_target(places) {
        return Ok(());
    }
    eprintln!("setup: adding the compiler's {TARGET} target");
    if places.program("rustup").is_none() {
        return Err(Error::Missing {
            what: format!("the compiler's {TARGET} target"),
            what_to_do: "install Rust through rustup (rustup.rs), or add your distribution's package of the target",
        });
    }
    Run::new(places, "rustup")
        .words("target add")
        .arg(TARGET)
        .run()
}

fn has_wasm_target(places: &Places) -> bool {
    // Asked of the compiler, not of rustup: a distribution's own compiler will do as well.
    Run::new(places, "rustc")
        .words("--print target-libdir --target")
        .arg(TARGET)
        .read()
        .and_then(|folder| fs::read_dir(Path::new(&folder)).ok())
        .is_some_and(|mut entries| entries.next().is_some())
}

/// Makes sure that `wasm-bindgen` and `trunk` are there in exactly our versions.
pub(super) fn cargo_tools(places: &Places) -> Result<()> {
    let wasm_bindgen = lockfile::version(places, "wasm-bindgen")?;
    // Without --locked: its lock file names a version of a certificate list that registries have withdrawn.
    ensure(
        places,
        "wasm-bindgen",
        "wasm-bindgen-cli",
        &wasm_bindgen,
        &[],
    )?;
    // Without its check for updates, and without TLS, which it would need to download tools.
    let locked = ["--locked", "--no-default-features"];
    ensure(places, "trunk", "trunk", TRUNK, &locked)?;
    remove_build(places);
    Ok(())
}

/// The folder in which the programs are compiled: one, since they share crates.
fn build_folder(places: &Places) -> PathBuf {
    places.root().join("target/tools")
}

/// Removes the folder, two gigabytes that nothing needs any more.
fn remove_build(places: &Places) {
    let folder = build_folder(places);
    if folder.is_dir()
        && let Err(error) = fs::remove_dir_all(&folder)
    {
        eprintln!("note: {} can be removed ({error})", folder.display());
    }
}

fn ensure(
    places: &Places,
    program: &str,
    package: &str,
    version: &str,
    extra: &[&str],
) -> Result<()> {
    if version_of(places, program).as_deref() == Some(version) {
        return Ok(());
    }
    eprintln!("setup: installing {package} {version} (some minutes, once)");
    let install = Run::cargo(places)
        .args(["install", package, "--version", version])
        .args(extra)
        .arg("--root")
        .arg(places.tools())
        .env("CARGO_TARGET_DIR", build_folder(places));
    PROFILE
        .iter()
        .fold(install, |install, (key, value)| install.env(key, value))
        .run()?;
    match version_of(places, program) {
        Some(found) if found == version => Ok(()),
        found => Err(Error::Content {
            path: places.tools().join("bin").join(program),
            what: format!(
                "it should be {version} but says {}; remove it and try again",
                found.as_deref().unwrap_or("nothing")
            ),
        }),
    }
}

/// The version that a program names: the last word of "trunk 0.21.14".
fn version_of(places: &Places, program: &str) -> Option<String> {
    let path = places.program(program)?;
    let said = Run::new(places, path).arg("--version").read()?;
    said.split_whitespace().nth(1).map(str::to_owned)
}
