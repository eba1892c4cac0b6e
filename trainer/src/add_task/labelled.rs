//! The labelled pictures of a new task: a CSV of picture and value.

use std::collections::{BTreeSet, HashMap};

use modulens_schema::{Task, TaskKind};

/// Labels of some pictures of a bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// The task with its values.
    pub task: Task,
    /// One for every picture of the bundle; none where the file says nothing of it.
    pub labels: Vec<Option<u8>>,
}

/// The accepted spellings of "yes"; `NO` has those of "no".
const YES: [&str; 4] = ["yes", "true", "1", "y"];
const NO: [&str; 5] = ["no", "false", "0", "-1", "n"];

/// Reads a CSV with a heading, whose first column names pictures by their ids in the bundle and whose second one has
/// their values. Yes and no make a binary task; anything else one with as many values as there are.
///
/// # Errors
/// In a sentence: a line that names no picture of the bundle or the same one twice, an empty value, fewer than two
/// values.
pub fn parse(text: &str, name: &str, ids: &[String]) -> Result<Labelled, String> {
    let places: HashMap<&str, usize> = (0..)
        .zip(ids)
        .map(|(place, id)| (id.as_str(), place))
        .collect();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut found: Vec<Option<String>> = vec![None; ids.len()];
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let (Some(id), Some(value)) = (
            record.get(0),
            record.get(1).filter(|value| !value.is_empty()),
        ) else {
            return Err(format!(
                "line {line} has no value; each line needs a picture and a value"
            ));
        };
        let place = *places.get(id).ok_or_else(|| {
            format!(
                "line {line}: {id:?} is no picture of the bundle (the first is {:?})",
                ids.first().map_or("", String::as_str)
            )
        })?;
        if found[place].replace(value.to_owned()).is_some() {
            return Err(format!(
                "line {line}: {id:?} is there twice; remove one of the lines"
            ));
        }
    }
    let values: BTreeSet<String> = found.iter().flatten().cloned().collect();
    let truth = |value: &str| {
        let value = value.to_lowercase();
        match (YES.contains(&value.as_str()), NO.contains(&value.as_str())) {
            (true, _) => Some(1),
            (_, true) => Some(0),
            _ => None,
        }
    };
    let told: BTreeSet<u8> = values.iter().filter_map(|value| truth(value)).collect();
    let binary = values.iter().all(|value| truth(value).is_some());
    let different = if binary { told.len() } else { values.len() };
    if different < 2 {
        return Err(format!(
            "{different} different values are there; a task needs at least two"
        ));
    }
    if different > 254 {
        return Err(format!(
            "{different} different values are there; a task has at most 254"
        ));
    }
    let task = if binary {
        Task::binary(name)
    } else {
        Task::with_values(
            name,
            TaskKind::Categorical,
            values.iter().map(String::as_str),
        )
    };
    let index = |value: &String| match binary {
        true => truth(value),
        false => task.value_index(value).map(|index| index as u8),
    };
    let labels = found
        .iter()
        .map(|value| value.as_ref().and_then(index))
        .collect();
    Ok(Labelled { task, labels })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Vec<String> {
        ["a.jpg", "b.jpg", "c.jpg"].map(str::to_owned).to_vec()
    }

    #[test]
    fn yes_and_no_are_one_task_however_they_are_written() {
        let found = parse("picture,hat\nc.jpg,YES\na.jpg, 0\n", "Hat", &ids()).expect("parses");
        assert_eq!(found.task, Task::binary("Hat"));
        assert_eq!(found.labels, [Some(0), None, Some(1)]);
        let found = parse(
            "picture,sole\nc.jpg,Rubber\na.jpg,\"Cork, thin\"\n",
            "Sole",
            &ids(),
        )
        .expect("parses");
        assert_eq!(found.task.values, ["Cork, thin", "Rubber"]);
        assert_eq!(found.labels, [Some(0), None, Some(1)]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, says) in [
            (
                "p,v\na.jpg,yes\nd.jpg,no\n",
                "line 3: \"d.jpg\" is no picture",
            ),
            (
                "p,v\na.jpg,yes\na.jpg,no\n",
                "line 3: \"a.jpg\" is there twice",
            ),
            ("p,v\na.jpg,\n", "line 2 has no value"),
            ("p,v\na.jpg\n", "line 2 has no value"),
            ("p,v\na.jpg,yes\nb.jpg,1\n", "1 different values"),
            ("p,v\n", "0 different values"),
        ] {
            let message = parse(text, "Hat", &ids()).expect_err(text);
            assert!(message.contains(says), "{message}");
        }
    }
}
