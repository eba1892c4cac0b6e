//! Node and the packages of `e2e/package.json`: wasm-opt for the build, the browser's driver for the tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    child::Run,
    error::{Error, Result},
    places::Places,
};

/// `node --test` with two reporters, and what the packages ask for.
const OLDEST_NODE: u32 = 20;

/// The node on `PATH`.
///
/// # Errors
/// When there is none, or it is too old.
pub(crate) fn find(places: &Places) -> Result<PathBuf> {
    let missing = |what: String| Error::Missing {
        what,
        what_to_do: "install Node 20 or newer from your distribution or nodejs.org; npm comes with it",
    };
    let node = places
        .program("node")
        .ok_or_else(|| missing("node, which runs wasm-opt and the browser tests,".into()))?;
    let said = Run::new(places, &node).arg("--version").read();
    match said.as_deref().and_then(major) {
        Some(major) if major >= OLDEST_NODE => Ok(node),
        _ => Err(missing(format!(
            "a recent node ({} says {})",
            node.display(),
            said.as_deref().unwrap_or("nothing")
        ))),
    }
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Makes sure that the pinned packages are in the cache.
pub(super) fn packages(places: &Places) -> Result<()> {
    install(places, "e2e", &places.npm())
}

/// Makes sure that what the benches compare with is in the cache: some 200 MB that nothing else needs.
pub(crate) fn bench_packages(places: &Places) -> Result<()> {
    install(places, "e2e/bench", &places.npm_bench())
}

/// Makes sure that Lighthouse is in the cache: some 100 packages that nothing else needs.
pub(crate) fn lighthouse_packages(places: &Places) -> Result<()> {
    install(places, "e2e/lighthouse", &places.npm_lighthouse())
}

/// Makes sure that what drives Firefox is in the cache.
pub(crate) fn browsers_packages(places: &Places) -> Result<()> {
    install(places, "e2e/browsers", &places.npm_browsers())
}

/// Installs the packages that a folder of the repository pins, where any is missing.
fn install(places: &Places, source: &str, folder: &Path) -> Result<()> {
    find(places)?;
    let source = places.root().join(source);
    let wanted = pins(&source.join("package.json"))?;
    let modules = folder.join("node_modules");
    let missing: Vec<_> = wanted
        .iter()
        .filter(|(name, version)| installed(&modules, name).as_ref() != Some(version))
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("setup: installing {} with npm", missing.join(", "));
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    fs::create_dir_all(folder).map_err(Error::io("make the folder", folder))?;
    for file in ["package.json", "package-lock.json"] {
        let from = source.join(file);
        fs::copy(&from, folder.join(file)).map_err(Error::io("copy", &from))?;
    }
    Run::new(places, npm)
        .words("ci --no-audit --no-fund --ignore-scripts")
        .dir(folder)
        .run()
}

/// The exact versions that a package file asks for.
fn pins(path: &Path) -> Result<Vec<(String, String)>> {
    let package = read_json(path)?;
    let pins = package.get("dependencies").and_then(Value::as_object);
    Ok(pins
        .into_iter()
        .flatten()
        .filter_map(|(name, version)| Some((name.clone(), version.as_str()?.to_owned())))
        .collect())
}

fn installed(modules: &Path, name: &str) -> Option<String> {
    let package = read_json(&modules.join(name).join("package.json")).ok()?;
    Some(package.get("version")?.as_str()?.to_owned())
}

fn read_json(path: &Path) -> Result<Value> {
    let text = fs::read(path).map_err(Error::io("read", path))?;
    serde_json::from_slice(&text).map_err(|error| Error::Content {
        path: path.to_owned(),
        what: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::{major, pins};

    #[test]
    fn versions_of_node() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major("vodka"), None);
    }

    #[test]
    fn our_packages_are_pinned_exactly() {
        for file in [
            "e2e/package.json",
            "e2e/bench/package.json",
            "e2e/lighthouse/package.json",
            "e2e/browsers/package.json",
        ] {
            let path = format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"));
            let pins = pins(path.as_ref()).expect("our own file");
            assert!(!pins.is_empty(), "{file} names its packages");
            for (name, version) in pins {
                assert!(
                    version.starts_with(|first: char| first.is_ascii_digit()),
                    "{name} {version} is a range"
                );
            }
        }
    }
}
