//! The results as JSON, with the names of `trainer search --json` and `trainer predict --json`: docs/json.md.

use modulens_retrieval::{Clause, Criterion, LabelFilter};
use modulens_schema::Task;
use serde_json::{Map, Value, json};

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

/// The beginning of the object, up to its first result.
pub fn head(sheet: &Sheet, about: &About) -> String {
    let query = &sheet.answer.query;
    let mut examples = about.examples.iter();
    let parts = query.all.iter().map(|clause| {
        let example = match clause.criterion {
            Criterion::Similar { .. } => examples.next().and_then(Option::as_ref),
            _ => None,
        };
        part(&sheet.tasks, clause, example)
    });
    let limits = query.limits.iter().map(|limit| {
        let task = sheet.tasks.get(limit.task);
        json!({
            "task": task.map(|task| &task.name),
            "value": task.and_then(|task| task.values.get(limit.value)),
            "low": number(limit.low),
            "high": number(limit.high),
        })
    });
    let columns = sheet.truth.as_ref().map(|truth| &truth.columns[..]);
    let filters = query.labels.iter().map(|filter: &LabelFilter| {
        let column = columns.and_then(|columns| columns.get(filter.column));
        json!({
            "task": column.map(|column| &column.name),
            "any_of": column.map(|column| names(column, &filter.any_of)),
            "none_of": column.map(|column| names(column, &filter.none_of)),
        })
    });
    let differs = query.disagree.iter();
    let differs = differs.filter_map(|&task| sheet.tasks.get(task).map(|task| &task.name));
    let head = json!({
        "gallery": about.gallery,
        "title": about.title,
        "query": parts.collect::<Vec<_>>(),
        "only": limits.collect::<Vec<_>>(),
        "labels": filters.collect::<Vec<_>>(),
        "differs": differs.collect::<Vec<_>>(),
        "least": number(query.min_score),
        "images": about.images,
        "found": sheet.answer.ranking.order.len(),
    })
    .to_string();
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
        items.push_str(&item(sheet, labels, *row).to_string());
    }
    items
}

fn item(sheet: &Sheet, labels: &[Column], row: Row) -> Value {
    let (ranking, image) = (&sheet.answer.ranking, row.image);
    let score = ranking.scores.get(image).filter(|_| ranking.scored);
    let parts = ranking.clauses.iter();
    let parts = parts.map(|scores| scores.get(image).map_or(Value::Null, |it| number(*it)));
    let truth = sheet.truth.as_ref();
    let tasks = sheet.tasks.iter().enumerate().filter_map(|(task, spec)| {
        let row = sheet.probabilities(task, image);
        let (value, _) = predict(row)?;
        let shares = spec.values.iter().zip(row);
        let shares = shares.map(|(value, share)| (value.clone(), number(*share)));
        Some(json!({
            "name": spec.name,
            "value": spec.values.get(value),
            "probabilities": shares.collect::<Map<_, _>>(),
        }))
    });
    let words = |column: Column| {
        let words = sheet.words(column, image);
        (sheet.name(column).to_owned(), json!(words))
    };
    let marks = (0..sheet.taught.len()).map(|at| words(Column::Mark(at)));
    let copies = sheet.answer.copies(image).unwrap_or(1);
    json!({
        "rank": row.place.map(|place| place + 1),
        "index": image,
        "id": truth.and_then(|truth| truth.ids.get(image)),
        "score": score.map_or(Value::Null, |score| number(*score)),
        "parts": parts.collect::<Vec<_>>(),
        "copies": copies,
        "tasks": tasks.collect::<Vec<_>>(),
        "labels": labels.iter().map(|column| words(*column)).collect::<Map<_, _>>(),
        "marks": marks.collect::<Map<_, _>>(),
    })
}

/// A part of the query.
fn part(tasks: &[Task], clause: &Clause, example: Option<&String>) -> Value {
    let task = clause.task.and_then(|task| tasks.get(task));
    let (key, asked) = match &clause.criterion {
        Criterion::AnyOf(values) => ("any_of", json!(task.map(|task| names(task, values)))),
        Criterion::NoneOf(values) => ("none_of", json!(task.map(|task| names(task, values)))),
        Criterion::Similar { negated: true, .. } => ("unlike", json!(example)),
        Criterion::Similar { .. } => ("like", json!(example)),
        Criterion::Confident => ("any_of", json!(task.map(|task| &task.values))),
    };
    json!({
        "task": task.map(|task| &task.name),
        key: asked,
        "weight": number(clause.weight),
    })
}

fn names<'a>(task: &'a Task, values: &[usize]) -> Vec<&'a String> {
    let values = values.iter();
    values.filter_map(|&value| task.values.get(value)).collect()
}

/// A number with six decimals; null where it is not finite.
fn number(value: f32) -> Value {
    json!((f64::from(value) * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
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
            part(&tasks, &Clause::similar(0, []), Some(&id)),
            json!({ "task": "Smiling", "like": "a.png", "weight": 1.0 })
        );
        assert_eq!(
            part(&tasks, &Clause::dissimilar(0, []).weighted(0.5), None),
            json!({ "task": "Smiling", "unlike": null, "weight": 0.5 })
        );
        assert_eq!(number(0.9), json!(0.9));
        assert_eq!(number(f32::NAN), Value::Null);
    }
}
