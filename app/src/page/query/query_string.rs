//! The view as a query string: short, readable, and forgiving when read.
//!
//! `?gallery=faces&want.Smiling=yes&not~50.Eyeglasses=yes&like=12&unlike.Male=7&lens=Smiling&open=7&backend=cpu`.
//! A gallery without any condition is written `&all`, so that "nothing asked" differs from "the first query".
//!
//! | key | value | meaning |
//! | --- | --- | --- |
//! | `want.TASK`, `not.TASK` | a value | a condition; `want~150.TASK` counts 150 % |
//! | `like`, `unlike` | a picture's number | an example through the lens; `like.TASK` compares in that task |
//! | `only.TASK` | `VALUE:LOW-HIGH` | the value's probability lies between, in percent |
//! | `label.COLUMN`, `not-label.COLUMN` | a value | the label that the image came with is it, or is known and not it |
//! | `differs` | a task | the label that the image came with is not what is predicted |
//! | `name` | a text | a part of the name of every result |
//! | `least` | percent | the least score of a result |
//! | `sort` | `name`, `random~SEED` | the order of the results |
//! | `sort.TASK` | a value | the order by its probability |
//! | `sort-label` | a column | the order by the labels that the images came with |
//! | `reversed` | | the order the other way round |
//! | `view` | `map` | the images as a map |
//! | `row` | a task | the question under this task, beside others |
//! | `lens` | a task, or `overall` | the task in which examples are compared; without it, all tasks together |
//! | `show` | `relations`, `model-card`, `help` | what is opened over the page |
//! | `teach.NAME` | `1,2/3` | a task taught by pictures that show it, and others that do not |

use crate::protocol::Preference;

use super::view::{
    Bound, Condition, Example, LabelCondition, LabelTest, Like, Panel, Sort, SortBy, UserTask, View,
};
use super::weight::Weight;

/// Writes the query string, without the question mark. The visitor's own pictures are not in it.
pub fn encode(view: &View) -> String {
    write(view, false)
}

/// Writes all of the view, own pictures included: for the browser's history, which ends with the page.
pub fn encode_whole(view: &View) -> String {
    write(view, true)
}

fn write(view: &View, own: bool) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut push = |key: &str, value: &str| pairs.push((key.into(), value.into()));
    if let Some(gallery) = &view.gallery {
        push("gallery", gallery);
    }
    for user_task in &view.user_tasks {
        let value = format!("{}/{}", list(&user_task.yes), list(&user_task.no));
        push(&format!("teach.{}", user_task.name), &value);
    }
    for condition in view.conditions.iter().flatten() {
        let word = if condition.wanted { "want" } else { "not" };
        let key = key(word, condition.weight, Some(&condition.task));
        push(&key, &condition.value);
    }
    if view.conditions.as_ref().is_some_and(Vec::is_empty) && view.examples.is_empty() {
        push("all", "");
    }
    for like in &view.examples {
        let (prefix, number) = match like.example {
            Example::Gallery(index) => ("", index.to_string()),
            Example::Own(number) if own => ("own-", number.to_string()),
            Example::Own(_) => continue,
        };
        let word = if like.wanted { "like" } else { "unlike" };
        let key = key(
            &format!("{prefix}{word}"),
            like.weight,
            like.task.as_deref(),
        );
        push(&key, &number);
    }
    for bound in &view.bounds {
        let value = format!("{}:{}-{}", bound.value, bound.low, bound.high);
        push(&format!("only.{}", bound.task), &value);
    }
    for LabelCondition { column, test } in &view.labels {
        match test {
            LabelTest::Is(value) => push(&format!("label.{column}"), value),
            LabelTest::IsNot(value) => push(&format!("not-label.{column}"), value),
            LabelTest::Differs => push("differs", column),
        }
    }
    if !view.name.is_empty() {
        push("name", &view.name);
    }
    if view.at_least > 0 {
        push("least", &view.at_least.to_string());
    }
    let Sort { by, reversed } = &view.sort;
    match by {
        SortBy::Score => {}
        SortBy::Name => push("sort", "name"),
        SortBy::Random(seed) => push("sort", &format!("random~{seed}")),
        SortBy::Value { task, value } => push(&format!("sort.{task}"), value),
        SortBy::Label(column) => push("sort-label", column),
    }
    if *reversed {
        push("reversed", "");
    }
    for row in &view.rows {
        push("row", row);
    }
    if view.map {
        push("view", "map");
    }
    if let Some(selected_task) = &view.selected_task {
        push("lens", selected_task);
    }
    if let Some(open) = view.open {
        push("open", &open.to_string());
    }
    if let Some(panel) = view.panel {
        push("show", panel.name());
    }
    match view.backend {
        Preference::Auto => {}
        Preference::Cpu => push("backend", "cpu"),
        Preference::Webgpu => push("backend", "webgpu"),
    }
    let write = |(key, value): &(String, String)| match value.as_str() {
        "" => escape(key),
        _ => format!("{}={}", escape(key), escape(value)),
    };
    pairs.iter().map(write).collect::<Vec<_>>().join("&")
}

/// A key of several pieces: `word`, `word~weight`, `word.TASK`, `word~weight.TASK`.
fn key(word: &str, weight: Weight, task: Option<&str>) -> String {
    let weight = match weight {
        Weight::ORDINARY => String::new(),
        _ => format!("~{}", weight.in_percent()),
    };
    let task = task.map(|task| format!(".{task}")).unwrap_or_default();
    format!("{word}{weight}{task}")
}

/// Takes such a key apart.
fn pieces(key: &str) -> (&str, Option<Weight>, Option<&str>) {
    let (head, task) = match key.split_once('.') {
        Some((head, task)) => (head, Some(task)),
        None => (key, None),
    };
    let (word, weight) = match head.split_once('~') {
        Some((word, percent)) => (word, percent.parse().ok().map(Weight::percent)),
        None => (head, Some(Weight::default())),
    };
    (word, weight, task)
}

fn list(numbers: &[usize]) -> String {
    let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
    numbers.join(",")
}

/// The most numbers of a list that are read.
const MOST: usize = 1000;

fn unlist(text: &str) -> Vec<usize> {
    let mut numbers = Vec::new();
    let read = text.split(',').filter_map(|number| number.parse().ok());
    for number in read.take(MOST) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// The most parts of a query string that are read: each costs a search, or a row.
const MOST_PARTS: usize = 200;
/// The most tasks that are taught by one.
const MOST_USER_TASKS: usize = 20;
/// The most bytes that are read of one: enough for all parts, and for user tasks of hundreds of pictures.
const MOST_BYTES: usize = 1 << 16;

/// A query string that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The view that it asks for.
    pub view: View,
    /// True if it asks for more than is read.
    pub left_out: bool,
    /// Parts with a key of ours that cannot be read. Keys of others, such as those of newsletters, are none.
    pub not_understood: Vec<String>,
}

/// Reads a query string as [`read`].
pub fn decode(query: &str) -> View {
    read(query).view
}

/// Reads a query string, with or without the question mark. What is not understood is left out, and all that follows
/// once it is longer than any question.
pub fn read(query: &str) -> Decoded {
    let mut decoded = Decoded::default();
    let (mut parts, mut bytes) = (0, 0);
    let pairs = query.trim_start_matches('?').split('&');
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        (parts, bytes) = (parts + 1, bytes + pair.len());
        if parts > MOST_PARTS || bytes > MOST_BYTES {
            decoded.left_out = true;
            break;
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (unescape(key), unescape(value));
        let said = format!("{key}={value}");
        if !read_pair(&mut decoded, &key, value) {
            decoded.not_understood.push(said);
        }
    }
    decoded
}

/// Reads one part. False where its key is one of ours, and it cannot be read as it stands.
fn read_pair(decoded: &mut Decoded, key: &str, value: String) -> bool {
    let Decoded { view, left_out, .. } = decoded;
    let (word, weight, task) = pieces(key);
    let mut understood = true;
    match (word, task) {
        ("gallery", None) => view.gallery = Some(value),
        ("all", None) => {
            view.conditions.get_or_insert_default();
        }
        ("want" | "not", Some(task)) => {
            let conditions = view.conditions.get_or_insert_default();
            understood = weight.is_some();
            let condition = Condition {
                weight: weight.unwrap_or_default(),
                ..Condition::new(task, value, word == "want")
            };
            if !conditions.iter().any(|known| known.same_value(&condition)) {
                conditions.push(condition);
            }
        }
        ("like" | "unlike" | "own-like" | "own-unlike", task) => {
            let example = match word.starts_with("own-") {
                true => value.parse().ok().map(Example::Own),
                false => value.parse().ok().map(Example::Gallery),
            };
            let Some(example) = example else {
                return false;
            };
            understood = weight.is_some();
            view.conditions.get_or_insert_default();
            if !view.examples.iter().any(|like| like.example == example) {
                view.examples.push(Like {
                    example,
                    task: task.map(Into::into),
                    wanted: !word.ends_with("unlike"),
                    weight: weight.unwrap_or_default(),
                });
            }
        }
        ("only", Some(task)) => match read_bound(task, &value) {
            Some(bound) => view.bounds.push(bound),
            None => understood = false,
        },
        ("label" | "not-label", Some(column)) => read_label(
            view,
            column,
            match word {
                "label" => LabelTest::Is(value),
                _ => LabelTest::IsNot(value),
            },
        ),
        ("differs", None) => read_label(view, &value, LabelTest::Differs),
        ("least", None) => {
            let least = value.parse().ok().filter(|least| *least <= 100);
            understood = least.is_some();
            view.at_least = least.unwrap_or(0);
        }
        ("name", None) => view.name = value,
        ("sort", None) => {
            let by = read_sort(&value);
            understood = by.is_some();
            view.sort.by = by.unwrap_or_default();
        }
        ("sort", Some(task)) => {
            let task = task.into();
            view.sort.by = SortBy::Value { task, value };
        }
        ("sort-label", None) => view.sort.by = SortBy::Label(value),
        ("reversed", None) => view.sort.reversed = true,
        ("view", None) => {
            view.map = value == "map";
            understood = view.map;
        }
        ("row", None) if !view.rows.contains(&value) => view.rows.push(value),
        ("teach", Some(name)) => {
            let (yes, no) = value.split_once('/').unwrap_or((&value, ""));
            let (yes, mut no) = (unlist(yes), unlist(no));
            no.retain(|picture| !yes.contains(picture));
            let known = view
                .user_tasks
                .iter()
                .any(|user_task| user_task.name == name);
            if known || name.is_empty() || yes.is_empty() && no.is_empty() {
                return known;
            }
            if view.user_tasks.len() >= MOST_USER_TASKS {
                *left_out = true;
            } else {
                view.user_tasks.push(UserTask {
                    name: name.into(),
                    yes,
                    no,
                });
            }
        }
        ("lens", None) => view.selected_task = Some(value),
        ("open", None) => {
            view.open = value.parse().ok();
            understood = view.open.is_some();
        }
        ("show", None) => {
            view.panel = Panel::named(&value);
            understood = view.panel.is_some();
        }
        ("backend", None) => {
            view.backend = Preference::parse(&value);
            understood = view.backend != Preference::Auto || value == "auto";
        }
        ("want" | "not" | "only" | "teach" | "label" | "not-label", None) => understood = false,
        _ => {}
    }
    understood
}

fn read_label(view: &mut View, column: &str, test: LabelTest) {
    let read = LabelCondition {
        column: column.into(),
        test,
    };
    if !view.labels.iter().any(|known| known.same_value(&read)) {
        view.labels.push(read);
    }
}

/// `name`, `random`, `random~SEED`.
fn read_sort(text: &str) -> Option<SortBy> {
    match text.split_once('~') {
        Some(("random", seed)) => Some(SortBy::Random(seed.parse().ok()?)),
        None if text == "random" => Some(SortBy::Random(0)),
        None if text == "name" => Some(SortBy::Name),
        _ => None,
    }
}

/// `VALUE:LOW-HIGH`; a value may hold colons of its own.
fn read_bound(task: &str, text: &str) -> Option<Bound> {
    let (value, range) = text.rsplit_once(':')?;
    let (low, high) = range.split_once('-')?;
    let (low, high): (u8, u8) = (low.parse().ok()?, high.parse().ok()?);
    (low <= high && high <= 100).then(|| Bound {
        task: task.into(),
        value: value.into(),
        low,
        high,
    })
}

/// Percent-encodes all but what every address may carry as it is; a space becomes `+`.
fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    out.push(byte.into());
                }
                b' ' => out.push('+'),
                // Writing to a String cannot fail.
                _ => _ = write!(out, "%{byte:02X}"),
            }
            out
        })
}

/// Undoes [`escape`]; a broken escape stays as it is, broken UTF-8 is replaced.
fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes
            .get(at + 1..at + 3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                out.push(code);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> View {
        View {
            gallery: Some("shoes".into()),
            conditions: Some(vec![
                Condition::new("HeelHeight", "2in - 2 3/4in", true),
                Condition {
                    weight: Weight::percent(50),
                    ..Condition::new("Größe & Maß.x", "50 % = halb+ganz", false)
                },
            ]),
            examples: vec![
                Like::new(Example::Gallery(12)),
                Like {
                    task: Some("Closure".into()),
                    wanted: false,
                    weight: Weight::percent(200),
                    ..Like::new(Example::Gallery(7))
                },
            ],
            bounds: vec![Bound {
                task: "Closure".into(),
                value: "a:b".into(),
                low: 20,
                high: 85,
            }],
            labels: vec![
                LabelCondition {
                    column: "Größe.x".into(),
                    test: LabelTest::Is("50 % = halb+ganz".into()),
                },
                LabelCondition {
                    column: "Größe.x".into(),
                    test: LabelTest::IsNot("ganz".into()),
                },
                LabelCondition {
                    column: "Closure".into(),
                    test: LabelTest::Differs,
                },
            ],
            name: "a+b &c".into(),
            at_least: 60,
            sort: Sort {
                by: SortBy::Value {
                    task: "Größe.x".into(),
                    value: "ganz".into(),
                },
                reversed: true,
            },
            selected_task: Some("Closure".into()),
            rows: vec!["Closure".into(), "Category".into()],
            map: true,
            user_tasks: vec![UserTask {
                name: "My task".into(),
                yes: vec![1, 20],
                no: vec![3],
            }],
            open: Some(7),
            panel: Some(Panel::Relations),
            backend: Preference::Webgpu,
        }
    }

    #[test]
    fn a_view_survives_its_address() {
        let text = encode(&whole());
        assert!(
            text.contains("want.HeelHeight=2in+-+2+3%2F4in&not~50.Gr"),
            "{text}"
        );
        assert!(
            text.contains("&like=12&unlike~200.Closure=7&only.Closure="),
            "{text}"
        );
        assert!(text.is_ascii());
        assert_eq!(decode(&format!("?{text}")), whole());
    }

    #[test]
    fn every_order_survives_its_address() {
        for (text, by) in [
            ("sort=name", SortBy::Name),
            ("sort=random~7", SortBy::Random(7)),
            ("sort-label=a.b", SortBy::Label("a.b".into())),
        ] {
            let sort = Sort {
                by,
                reversed: false,
            };
            assert_eq!(decode(text).sort, sort);
            let view = View {
                sort,
                ..View::default()
            };
            assert_eq!(encode(&view), text);
        }
        assert_eq!(decode("sort=random").sort.by, SortBy::Random(0));
        for bad in ["sort=size", "sort=random~x", "sort="] {
            assert_eq!(read(bad).not_understood.len(), 1, "{bad}");
        }
    }

    #[test]
    fn nothing_asked_differs_from_the_first_query() {
        let cleared = View {
            conditions: Some(Vec::new()),
            ..View::default()
        };
        assert_eq!(encode(&cleared), "all");
        assert_eq!(decode("all"), cleared);
        assert_eq!(decode("").conditions, None);
        assert_eq!(encode(&View::default()), "");
    }

    #[test]
    fn own_pictures_are_in_the_history_and_not_in_the_address() {
        let view = View {
            conditions: Some(Vec::new()),
            examples: vec![Like::new(Example::Own(3))],
            ..View::default()
        };
        assert_eq!(encode(&view), "");
        assert_eq!(decode(&encode_whole(&view)), view);
    }

    /// A link of 1.3 MB gave no results within 90 seconds.
    #[test]
    fn a_link_that_asks_for_too_much_is_read_as_far_as_a_question_goes() {
        let likes = |count| {
            (0..count)
                .map(|at| format!("like={at}&"))
                .collect::<String>()
        };
        let within = read(&likes(MOST_PARTS));
        assert_eq!(
            (within.view.examples.len(), within.left_out),
            (MOST_PARTS, false)
        );
        let beyond = read(&format!("gallery=faces&{}", likes(100_000)));
        assert_eq!(
            (beyond.view.examples.len(), beyond.left_out),
            (MOST_PARTS - 1, true)
        );
        assert_eq!(beyond.view.gallery.as_deref(), Some("faces"));
        let long = read(&format!("like=3&want.{}=yes&like=4", "x".repeat(1_300_000)));
        assert_eq!((long.view.examples.len(), long.left_out), (1, true));
        let user_tasks: String = (0..=MOST_USER_TASKS)
            .map(|at| format!("teach.{at}=1/2&"))
            .collect();
        let taught = read(&format!("{user_tasks}like=3"));
        assert_eq!(
            (taught.view.user_tasks.len(), taught.left_out),
            (MOST_USER_TASKS, true)
        );
        assert_eq!(taught.view.examples.len(), 1);
        assert!(!read(&encode(&whole())).left_out);
    }

    /// Bad parameters were left out without a word.
    #[test]
    fn bad_parameters_were_taken_silently() {
        let bad = |address: &str| read(address).not_understood;
        assert_eq!(
            bad("like=many&open=-1&utm=1&fbclid=a~b"),
            ["like=many", "open=-1"]
        );
        assert_eq!(bad("least=900&show=cat&backend=abacus&want=yes").len(), 4);
        assert_eq!(bad("want~x.A=b&only.A=b:9-3&teach.B=").len(), 3);
        assert_eq!(read("least=900").view.at_least, 0);
        assert_eq!(
            bad("all&least=7&backend=auto&like=3&like=3&row=A&row=A"),
            [""; 0]
        );
        assert_eq!(bad(&encode(&whole())), [""; 0]);
    }

    #[test]
    fn broken_addresses_are_read_as_far_as_possible() {
        let view = decode(
            "?want.Smiling=%zz%4&like=many&open=-1&utm=1&&=&want.Smiling=%zz%4&want~x.A=b&only.A=b:9-3&only.A=b\
             &least=900&teach.=1&teach.B=&teach.C=1,x,1/1,2&row=A&row=A&like=4&unlike=4",
        );
        assert_eq!(
            view.conditions_or(&[]),
            [
                Condition::new("Smiling", "%zz%4", true),
                Condition::new("A", "b", true)
            ]
        );
        assert_eq!((view.open, view.bounds.len(), view.at_least), (None, 0, 0));
        assert_eq!(view.rows, ["A"]);
        assert_eq!(view.examples, [Like::new(Example::Gallery(4))]);
        let taught = UserTask {
            name: "C".into(),
            yes: vec![1],
            no: vec![2],
        };
        assert_eq!(view.user_tasks, [taught]);
    }
}
