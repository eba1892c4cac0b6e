//! Installing what is missing, and saying so; saying little and doing nothing where all is there.

mod browser;
mod node;
mod tools;

use std::time::Instant;

use crate::{error::Result, places::Places};

pub(crate) use self::browser::find as find_browser;
pub(crate) use self::node::{
    bench_packages, browsers_packages, find as find_node, lighthouse_packages,
};

/// Prepares this machine for building the site, and with `tests` for its tests.
///
/// # Errors
/// When something can neither be found nor installed; the sentence says what to do.
pub(crate) fn run(places: &Places, tests: bool) -> Result<()> {
    let start = Instant::now();
    tools::wasm_target(places)?;
    tools::cargo_tools(places)?;
    node::packages(places)?;
    if tests {
        let browser = browser::ensure(places)?;
        eprintln!("setup: browser {}", browser.display());
    }
    eprintln!(
        "setup: everything is there ({:.1} s)",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
