//! Tables in documents that a chore writes: what lies between two marks is replaced, the words around it stay.

use std::{fs, path::Path};

use crate::error::{Error, Result};

/// Writes a table between the marks `<!-- NAME -->` and `<!-- /NAME -->` of a document.
///
/// # Errors
/// The document cannot be read or written, or lacks the marks.
pub(crate) fn replace(path: &Path, name: &str, table: &str) -> Result<()> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let text = with_table(&text, name, table).ok_or_else(|| Error::Content {
        path: path.to_owned(),
        what: format!("it lacks the marks <!-- {name} --> and <!-- /{name} -->"),
    })?;
    fs::write(path, text).map_err(Error::io("write", path))
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
