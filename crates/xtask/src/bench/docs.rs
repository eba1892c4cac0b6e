//! Keeping what was measured: the figures as JSON, and their table in the document.

use std::fs;

use super::report::Report;
use crate::{
    error::{Error, Result},
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
    let path = docs.join("benchmarks.md");
    let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let text = with_table(&text, name, &report.markdown()).ok_or_else(|| Error::Content {
        path: path.clone(),
        what: format!("it lacks the marks <!-- {name} --> and <!-- /{name} -->"),
    })?;
    fs::write(&path, text).map_err(Error::io("write", &path))
}

/// The document with another table between the marks.
fn with_table(text: &str, name: &str, table: &str) -> Option<String> {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&start)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{start}\n{table}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::with_table;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n";
        let found = with_table(text, "x", "| new |\n").expect("marked");
        assert_eq!(
            found,
            "a\n<!-- x -->\n\n| new |\n\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n"
        );
        assert_eq!(with_table(&found, "x", "| new |\n"), Some(found.clone()));
        assert_eq!(with_table(text, "z", ""), None);
    }
}
