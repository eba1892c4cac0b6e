//! JSON Lines: an object on each line, as Hugging Face's `metadata.jsonl` has it.

use csv::StringRecord;
use serde_json::{Map, Value};

use crate::error::DatasetError;
use crate::text::TextFile;

use super::{Content, check_columns};

/// Returns true if the first line is a JSON object.
pub(super) fn looks_like(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| parse(line).is_some())
}

/// Reads a table; the columns are the objects' keys: those of the first object by name, then those that come anew.
///
/// # Errors
/// When there are more keys than columns of a table.
pub(super) fn read(file: &TextFile) -> Result<Content, DatasetError> {
    let mut header: Vec<String> = Vec::new();
    let (mut objects, mut faults) = (Vec::new(), Vec::new());
    for (line, text) in file.lines() {
        let Some(object) = parse(text) else {
            faults.push((line, "line that is no JSON object"));
            continue;
        };
        for key in object.keys() {
            if !header.contains(key) {
                header.push(key.clone());
            }
        }
        check_columns(file, line, header.len())?;
        objects.push((line, object));
    }
    let row = |object: &Map<String, Value>| -> StringRecord {
        let cells = header.iter().map(|key| object.get(key).map(text));
        cells.map(Option::unwrap_or_default).collect()
    };
    Ok(Content {
        rows: objects
            .iter()
            .map(|(line, object)| (*line, row(object)))
            .collect(),
        header: (1, header),
        form: "JSON lines",
        faults,
    })
}

fn parse(line: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// A value as a cell: several are joined by bars.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}
