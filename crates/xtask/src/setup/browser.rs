//! The browser of the tests: any Chromium or Chrome of this machine, else Debian's.

use std::{env, path::PathBuf};

use crate::{
    child::Run,
    error::{Error, Result},
    places::Places,
};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A browser of this machine; `CHROMIUM` names another one.
pub(crate) fn find(places: &Places) -> Option<PathBuf> {
    let given = env::var_os("CHROMIUM").map(PathBuf::from);
    given
        .filter(|path| path.is_file())
        .or_else(|| NAMES.iter().find_map(|name| places.program(name)))
}

/// Finds a browser, or installs Debian's where we may.
pub(super) fn ensure(places: &Places) -> Result<PathBuf> {
    if let Some(path) = find(places) {
        return Ok(path);
    }
    let missing = || Error::Missing {
        what: "a browser for the tests".into(),
        what_to_do: "install Chromium or Chrome (Debian: apt-get install chromium mesa-vulkan-drivers), \
            or set CHROMIUM to the program",
    };
    if places.program("apt-get").is_none() || !is_root(places) {
        return Err(missing());
    }
    eprintln!("setup: installing chromium with apt-get");
    let apt = |words: &str| {
        Run::new(places, "apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .words(words)
            .run()
    };
    // An old package list names files that are gone; a failed update may still leave a usable one.
    if let Err(error @ Error::Interrupted) = apt("update --quiet") {
        return Err(error);
    }
    apt(
        "install --yes --quiet --no-install-recommends chromium mesa-vulkan-drivers fonts-liberation",
    )?;
    find(places).ok_or_else(missing)
}

fn is_root(places: &Places) -> bool {
    Run::new(places, "id").arg("-u").read().as_deref() == Some("0")
}
