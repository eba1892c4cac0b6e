//! Reading the query string: forgiving, and never more of it than a question needs.

use crate::protocol::Preference;

use super::percent::unescape;
use super::view::{
    Bound, Condition, Example, LabelCondition, LabelTest, Like, Panel, SortBy, UserTask, View,
};
use super::weight::Weight;

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
        None if text == "score" => Some(SortBy::Score),
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

#[cfg(test)]
mod tests {
    use super::*;

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
