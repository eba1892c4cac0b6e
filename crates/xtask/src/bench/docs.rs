//! Keeping what was measured: the figures as JSON, and their table in the document.

use std::fs;

use super::report::Report;
use crate::{
    error::{Error, Result},
    marks,
    places::Places,
};

/// Writes `docs/benchmarks/NAME.json` and the table between the marks of `NAME` in `docs/benchmarks.md`.
pub(super) fn save(places: &Places, name: &str, report: &Report) -> Result<()> {
    let docs = places.root().join("docs");
    let folder = docs.join("benchmarks");
    fs::create_dir_all(&folder).map_err(Error::io("make the folder", &folder))?;
    let figures = folder.join(format!("{name}.json"));
    let text = format!("{:#}\n", report.json());
    fs::write(&figures, text).map_err(Error::io("write", &figures))?;
    marks::replace(&docs.join("benchmarks.md"), name, &report.markdown())
}
