//! Terms of a query: `Smiling=yes`, `Smiling=yes~150`, `Smiling=yes:20-80`.

use modulens_retrieval::{Limit, OrderBy};
use modulens_schema::Task;
use modulens_training::error::TrainerError;

/// The greatest weight, in percent; the page's sliders end there.
const MOST: u16 = 300;

/// Reads a term with or without a weight, `TERM~PERCENT`. A term that holds a tilde of its own is read as a whole
/// first.
pub(super) fn weighted<T>(
    text: &str,
    read: impl Fn(&str) -> Result<T, TrainerError>,
) -> Result<(T, f32), TrainerError> {
    let error = match read(text) {
        Ok(term) => return Ok((term, 1.0)),
        Err(error) => error,
    };
    let Some((term, weight)) = text.rsplit_once('~') else {
        return Err(error);
    };
    let term = read(term)?;
    let percent = weight.trim().parse::<u16>().ok();
    match percent.filter(|percent| (1..=MOST).contains(percent)) {
        Some(percent) => Ok((term, f32::from(percent) / 100.0)),
        None => Err(TrainerError::Message(format!(
            "{weight:?} in {text:?} is no weight: give a whole number of percent, 1 to {MOST}"
        ))),
    }
}

/// Reads `TASK=VALUE:LOW-HIGH`, both in percent; a value may hold colons of its own.
pub(super) fn limit(text: &str, tasks: &[Task]) -> Result<Limit, TrainerError> {
    let range = |range: &str| {
        let (low, high) = range.split_once('-')?;
        let (low, high): (u8, u8) = (low.trim().parse().ok()?, high.trim().parse().ok()?);
        (low <= high && high <= 100).then_some((low, high))
    };
    let read = text.rsplit_once(':');
    let Some((term, (low, high))) = read.and_then(|(term, text)| Some((term, range(text)?))) else {
        return Err(TrainerError::Message(format!(
            "{text:?} is not of the form TASK=VALUE:LOW-HIGH in percent, such as Smiling=yes:20-80"
        )));
    };
    let (task, value) = value(term, tasks)?;
    Ok(Limit {
        task,
        value,
        low: f32::from(low) / 100.0,
        high: f32::from(high) / 100.0,
    })
}

/// The order by score, as the output names it.
pub(super) const BY_SCORE: &str = "score";

/// Reads an order: `name`, `random`, `random~SEED`, `label:TASK`, or `TASK=VALUE`.
pub(super) fn order(text: &str, tasks: &[Task]) -> Result<OrderBy, TrainerError> {
    let words = text.trim();
    match words {
        BY_SCORE => return Ok(OrderBy::Score),
        "name" => return Ok(OrderBy::Name),
        "random" => return Ok(OrderBy::Random(0)),
        _ => {}
    }
    if let Some(seed) = words.strip_prefix("random~") {
        return seed.parse().map(OrderBy::Random).map_err(|_| {
            TrainerError::Message(format!(
                "{seed:?} in {text:?} is no seed: give a whole number from 0 to {}",
                u32::MAX
            ))
        });
    }
    if let Some(name) = words.strip_prefix("label:") {
        let column = task(name, tasks)?;
        return Ok(OrderBy::label(column, &tasks[column]));
    }
    if !words.contains('=') {
        return Err(TrainerError::Message(format!(
            "{text:?} is no order: give score, name, random, label:TASK or TASK=VALUE; the tasks are {}",
            names(tasks)
        )));
    }
    let (task, value) = value(words, tasks)?;
    Ok(OrderBy::Value { task, value })
}

/// The index of a task, its name compared without regard to case.
pub(crate) fn task(name: &str, tasks: &[Task]) -> Result<usize, TrainerError> {
    let name = name.trim();
    tasks
        .iter()
        .position(|task| task.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            TrainerError::Message(format!(
                "there is no task {name:?}; the tasks are {}",
                names(tasks)
            ))
        })
}

/// The name of the comparison by all tasks together; a task of that name goes first, as in the address of the page.
pub(super) const OVERALL: &str = "overall";

/// The index of a task in which examples are compared; none for `overall`.
pub(super) fn lens(name: &str, tasks: &[Task]) -> Result<Option<usize>, TrainerError> {
    match task(name, tasks) {
        Err(_) if name.trim().eq_ignore_ascii_case(OVERALL) => Ok(None),
        found => found.map(Some),
    }
}

/// The indices of a task and one of its values.
pub(super) fn value(text: &str, tasks: &[Task]) -> Result<(usize, usize), TrainerError> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(TrainerError::Message(format!(
            "{text:?} is not of the form TASK=VALUE, such as Smiling=yes"
        )));
    };
    let index = task(name, tasks)?;
    let known = &tasks[index];
    let value = value.trim();
    let found = known.value_index(value).ok_or_else(|| {
        TrainerError::Message(format!(
            "{} has no value {value:?}; its values are {}",
            known.name,
            known.values.join(", ")
        ))
    })?;
    Ok((index, found))
}

/// The names of all tasks in one line.
pub(super) fn names(tasks: &[Task]) -> String {
    tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    #[test]
    fn terms_are_read_and_mistakes_are_answered_with_what_there_is() {
        let tasks = [
            Task::binary("Smiling"),
            Task::with_values("Heel", TaskKind::Ordinal, ["Flat", "1in - 4in"]),
        ];
        assert_eq!(value("smiling=YES", &tasks).expect("there"), (0, 1));
        assert_eq!(value("Heel = 1in - 4in", &tasks).expect("there"), (1, 1));
        let error = |text: &str| value(text, &tasks).expect_err(text).to_string();
        assert!(error("Smiling").contains("TASK=VALUE"));
        assert_eq!(lens("heel", &tasks).expect("there"), Some(1));
        assert_eq!(lens("Overall", &tasks).expect("there"), None);
        assert!(lens("all", &tasks).is_err());
        assert_eq!(
            lens("overall", &[Task::binary("Overall")]).expect("there"),
            Some(0)
        );
        assert!(error("Hat=yes").contains("Smiling, Heel"));
        assert!(error("Heel=high").contains("Flat, 1in - 4in"));
    }

    #[test]
    fn orders_are_read_and_mistakes_are_answered_with_what_there_is() {
        let tasks = [
            Task::binary("Smiling"),
            Task::with_values("Sole", TaskKind::Categorical, ["10 mm", "2 mm"]),
        ];
        let read = |text: &str| order(text, &tasks).expect(text);
        assert_eq!(read(" name"), OrderBy::Name);
        assert_eq!(read("random~7"), OrderBy::Random(7));
        assert_eq!(read("smiling=no"), OrderBy::Value { task: 0, value: 0 });
        for text in ["score", "name", "random~7", "label:Sole", "Smiling=no"] {
            assert_eq!(read(text).words(&tasks, &tasks), text);
        }
        let (column, places) = (1, vec![1, 0]);
        assert_eq!(read("label:Sole"), OrderBy::Label { column, places });
        for (bad, says) in [
            ("size", "TASK=VALUE; the tasks are Smiling, Sole"),
            ("random~x", "whole number"),
            ("label:Hat", "no task"),
            ("Smiling=perhaps", "no, yes"),
        ] {
            let error = order(bad, &tasks).expect_err(bad).to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn weights_and_limits_are_read_in_percent() {
        let tasks = [
            Task::binary("Smiling"),
            Task::with_values("Odd", TaskKind::Categorical, ["a~5", "b:1-2"]),
        ];
        let read = |text: &str| weighted(text, |text| value(text, &tasks));
        assert_eq!(read("Smiling=yes").expect("a term"), ((0, 1), 1.0));
        assert_eq!(read("Smiling=yes~150").expect("a term"), ((0, 1), 1.5));
        assert_eq!(read("Odd=a~5").expect("a term"), ((1, 0), 1.0));
        assert_eq!(read("Odd=a~5~50").expect("a term"), ((1, 0), 0.5));
        for bad in ["Smiling=yes~0", "Smiling=yes~301", "Smiling=yes~much"] {
            let error = read(bad).expect_err(bad).to_string();
            assert!(error.contains("1 to 300"), "{error}");
        }
        let error = read("Smiling=maybe~50").expect_err("no such value");
        assert!(error.to_string().contains("no, yes"), "{error}");

        let found = limit("Odd=b:1-2:20-95", &tasks).expect("a limit");
        let expected = Limit {
            task: 1,
            value: 1,
            low: 0.2,
            high: 0.95,
        };
        assert_eq!(found, expected);
        for bad in ["Smiling=yes", "Smiling=yes:80-20", "Smiling=yes:0-101"] {
            let error = limit(bad, &tasks).expect_err(bad).to_string();
            assert!(error.contains("LOW-HIGH"), "{error}");
        }
    }
}
