//! The results as JSON, with the names of `trainer search --json` and `trainer predict --json`: docs/json.md.

use modulens_retrieval::{Clause, Criterion};
use modulens_schema::Task;
use serde::{Serialize, Serializer};

use super::predictions::predict;
use super::sheet::{Column, Row, Sheet};

/// Facts about the gallery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Its name in the address.
    pub gallery: String,
    /// Its title.
    pub title: String,
    /// Number of its images.
    pub images: usize,
    /// The id of every example of the query; none for one that is no image of the gallery.
    pub examples: Vec<Option<String>>,
}

/// A value; objects keep their order. One type for all keeps the page small.
enum Json<'a> {
    Null,
    Bool(bool),
    Count(usize),
    Number(f64),
    Text(&'a str),
    List(Vec<Self>),
    Object(Vec<(&'a str, Self)>),
}

use Json::{Bool, Count, List, Null, Object, Text};

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Null => serializer.serialize_unit(),
            Bool(yes) => serializer.serialize_bool(*yes),
            Count(count) => serializer.serialize_u64(*count as u64),
            Json::Number(number) => serializer.serialize_f64(*number),
            Text(text) => serializer.serialize_str(text),
            List(items) => serializer.collect_seq(items),
            Object(fields) => {
                serializer.collect_map(fields.iter().map(|(key, value)| (key, value)))
            }
        }
    }
}

impl<'a> Json<'a> {
    fn text(text: Option<&'a String>) -> Self {
        text.map_or(Null, |text| Text(text))
    }

    fn texts(texts: impl Iterator<Item = &'a String>) -> Self {
        List(texts.map(|text| Text(text)).collect())
    }

    fn written(&self) -> String {
        // Texts and numbers can be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The beginning of the object, up to its first result.
pub fn head(sheet: &Sheet, about: &About) -> String {
    let (query, tasks) = (&sheet.answer.query, &sheet.tasks[..]);
    let mut examples = about.examples.iter();
    let parts = query.all.iter().map(|clause| {
        let example = match clause.criterion {
            Criterion::Similar { .. } => examples.next().and_then(Option::as_ref),
            _ => None,
        };
        part(tasks, clause, example)
    });
    let limits = query.limits.iter().filter_map(|limit| {
        let task = tasks.get(limit.task)?;
        Some(Object(vec![
            ("task", Text(&task.name)),
            ("value", Json::text(task.values.get(limit.value))),
            ("low", number(limit.low)),
            ("high", number(limit.high)),
        ]))
    });
    let columns = sheet.truth.as_ref().map_or(&[][..], |truth| &truth.columns);
    let filters = query.labels.iter().filter_map(|filter| {
        let column = columns.get(filter.column)?;
        Some(Object(vec![
            ("task", Text(&column.name)),
            ("any_of", names(column, &filter.any_of)),
            ("none_of", names(column, &filter.none_of)),
        ]))
    });
    let differs = query.disagree.iter().filter_map(|&task| tasks.get(task));
    let sort = query.order.by.words(tasks, columns);
    let head = Object(vec![
        ("gallery", Text(&about.gallery)),
        ("title", Text(&about.title)),
        ("query", List(parts.collect())),
        ("only", List(limits.collect())),
        ("labels", List(filters.collect())),
        ("differs", Json::texts(differs.map(|task| &task.name))),
        ("name", Text(&query.name)),
        ("least", number(query.min_score)),
        ("sort", Text(&sort)),
        ("reversed", Bool(query.order.reversed)),
        ("images", Count(about.images)),
        ("found", Count(sheet.answer.ranking.order.len())),
    ])
    .written();
    let open = head.strip_suffix('}').unwrap_or(&head);
    format!("{open},\"results\":[")
}

/// The end of the object.
pub const END: &str = "\n]}\n";

/// Results, as they follow the [`head`]; `first` of them follows it at once.
pub fn items(sheet: &Sheet, labels: &[Column], rows: &[Row], mut first: bool) -> String {
    let mut items = String::new();
    for row in rows {
        items.push_str(if first { "\n" } else { ",\n" });
        first = false;
        items.push_str(&item(sheet, labels, *row).written());
    }
    items
}

fn item<'a>(sheet: &'a Sheet, labels: &[Column], row: Row) -> Json<'a> {
    let (ranking, image) = (&sheet.answer.ranking, row.image);
    let share = |scores: &Vec<f32>| scores.get(image).map_or(Null, |score| number(*score));
    let score = if ranking.scored {
        share(&ranking.scores)
    } else {
        Null
    };
    let ids = sheet
        .truth
        .as_ref()
        .map_or(&[][..], |truth| &truth.given.ids);
    let tasks = sheet.tasks.iter().enumerate().filter_map(|(task, spec)| {
        let row = sheet.probabilities(task, image);
        let (value, _) = predict(row)?;
        let shares = spec.values.iter().zip(row);
        let shares = shares.map(|(value, share)| (value.as_str(), number(*share)));
        Some(Object(vec![
            ("name", Text(&spec.name)),
            ("value", Json::text(spec.values.get(value))),
            ("probabilities", Object(shares.collect())),
        ]))
    });
    let words = |column: Column| {
        let words = sheet.words(column, image).map_or(Null, Text);
        (sheet.name(column), words)
    };
    let marks = (0..sheet.taught.len()).map(|at| words(Column::Mark(at)));
    Object(vec![
        ("rank", row.place.map_or(Null, |place| Count(place + 1))),
        ("index", Count(image)),
        ("id", Json::text(ids.get(image))),
        ("score", score),
        ("parts", List(ranking.clauses.iter().map(share).collect())),
        ("copies", Count(sheet.answer.copies(image))),
        ("tasks", List(tasks.collect())),
        (
            "labels",
            Object(labels.iter().map(|column| words(*column)).collect()),
        ),
        ("marks", Object(marks.collect())),
    ])
}

/// A part of the query.
fn part<'a>(tasks: &'a [Task], clause: &Clause, example: Option<&'a String>) -> Json<'a> {
    let task = clause.task.and_then(|task| tasks.get(task));
    let values = |values: &[usize]| task.map_or(Null, |task| names(task, values));
    let (key, asked) = match &clause.criterion {
        Criterion::AnyOf(any) => ("any_of", values(any)),
        Criterion::NoneOf(none) => ("none_of", values(none)),
        Criterion::Similar { negated: true, .. } => ("unlike", Json::text(example)),
        Criterion::Similar { .. } => ("like", Json::text(example)),
        Criterion::Confident => ("any_of", Null),
    };
    Object(vec![
        ("task", Json::text(task.map(|task| &task.name))),
        (key, asked),
        ("weight", number(clause.weight)),
    ])
}

fn names<'a>(task: &'a Task, values: &[usize]) -> Json<'a> {
    Json::texts(values.iter().filter_map(|&value| task.values.get(value)))
}

/// A number with six decimals; one that is not finite is written as null.
fn number(value: f32) -> Json<'static> {
    Json::Number((f64::from(value) * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::page::results::sheet::rows;
    use crate::page::results::sheet::tests::sheet;

    #[test]
    fn results_have_the_names_that_commands_print() {
        let sheet = sheet(true);
        let about = About {
            gallery: "own-1".into(),
            title: "Mine".into(),
            images: 3,
            examples: Vec::new(),
        };
        let rows = rows(&sheet.answer, Some(&[0, 2]));
        let labels = sheet.label_columns();
        let text = head(&sheet, &about)
            + &items(&sheet, &labels, &rows[..1], true)
            + &items(&sheet, &labels, &rows[1..], false)
            + END;
        let found: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            found["query"],
            json!([{ "task": "Smiling", "any_of": ["yes"], "weight": 1.0 }])
        );
        assert_eq!((&found["images"], &found["found"]), (&json!(3), &json!(2)));
        let results = found["results"].as_array().expect("a list");
        assert_eq!(
            results[0],
            json!({
                "rank": 2, "index": 0, "id": "a.png", "score": 0.75, "parts": [0.75], "copies": 1,
                "tasks": [
                    { "name": "Smiling", "value": "yes", "probabilities": { "no": 0.25, "yes": 0.75 } },
                    { "name": "Closure", "value": "Lace up",
                      "probabilities": { "Lace up": 0.5, "Zipper": 0.25, "Slip-on": 0.25 } },
                    { "name": "Hats", "value": "yes", "probabilities": { "no": 0.0, "yes": 1.0 } },
                ],
                "labels": { "Closure": "Slip-on", "Age": "12.5", "smiling": "no", "Place": "Rome" },
                "marks": { "Hats": "yes" },
            })
        );
        assert_eq!(results[1]["rank"], Value::Null);
        assert_eq!(results[1]["labels"]["Age"], Value::Null);
        let none = head(&sheet, &about) + END;
        let none: Value = serde_json::from_str(&none).expect("JSON");
        assert_eq!(none["results"], json!([]));
    }

    #[test]
    fn an_example_is_told_by_its_id() {
        let tasks = [Task::binary("Smiling")];
        let id = "a.png".to_owned();
        assert_eq!(
            part(&tasks, &Clause::similar(0, []), Some(&id)).written(),
            r#"{"task":"Smiling","like":"a.png","weight":1.0}"#
        );
        assert_eq!(
            part(&tasks, &Clause::dissimilar(0, []).weighted(0.5), None).written(),
            r#"{"task":"Smiling","unlike":null,"weight":0.5}"#
        );
        assert_eq!(number(0.9).written(), "0.9");
        assert_eq!(number(f32::NAN).written(), "null");
    }
}
