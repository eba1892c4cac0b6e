//! Asking in words: "no beard, glasses" becomes conditions, and what is half written is completed.

use modulens_schema::{Task, TaskKind, case};

use super::view::Condition;
use crate::page::text::titles::{asked_title, lower_first, task_title};
use crate::page::ui::descending::descending;

/// Synonyms of yes/no tasks; true for those that mean its presence.
const SYNONYMS: [(&str, &str, bool); 25] = [
    ("glasses", "Eyeglasses", true),
    ("spectacles", "Eyeglasses", true),
    ("man", "Male", true),
    ("men", "Male", true),
    ("boy", "Male", true),
    ("woman", "Male", false),
    ("women", "Male", false),
    ("female", "Male", false),
    ("girl", "Male", false),
    ("old", "Young", false),
    ("blonde", "Blond_Hair", true),
    ("blond", "Blond_Hair", true),
    ("brunette", "Brown_Hair", true),
    ("grey hair", "Gray_Hair", true),
    ("open mouth", "Mouth_Slightly_Open", true),
    ("stubble", "5_o_Clock_Shadow", true),
    ("tie", "Wearing_Necktie", true),
    ("happy", "Smiling", true),
    ("smile", "Smiling", true),
    ("smiles", "Smiling", true),
    ("bearded", "No_Beard", false),
    ("clean shaven", "No_Beard", true),
    ("shaved", "No_Beard", true),
    ("fringe", "Bangs", true),
    ("moustache", "Mustache", true),
];

/// Words that turn what follows round.
const NEGATIONS: [&str; 5] = ["no", "not", "without", "non", "never"];
/// Words between one wish and the next, or before it, that ask for nothing.
const FILLERS: [&str; 9] = ["and", "with", "but", "a", "an", "the", "is", "has", "are"];
/// The word between values of which any will do.
const OR: &str = "or";
/// The most words of a phrase that are tried as one.
const LONGEST: usize = 6;

/// All that can be asked for by words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    words: Vec<String>,
    condition: Condition,
}

/// Something to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The condition.
    pub condition: Condition,
    /// The task's index.
    pub task: usize,
    /// In words.
    pub title: String,
}

/// The conditions of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Conditions, in the order they were written.
    pub conditions: Vec<Condition>,
    /// Words that name nothing here.
    pub unknown: Vec<String>,
    /// True if "or" stands between two tasks, of which both are asked: only values of one task are alternatives.
    pub or_apart: bool,
}

impl Vocabulary {
    /// The words for the tasks of a gallery.
    pub fn new(tasks: &[Task]) -> Self {
        let mut entries = Vec::new();
        let mut add = |text: &str, condition: Condition| {
            entries.push(Entry {
                words: words(text),
                condition,
            });
        };
        for task in tasks {
            let title = task_title(task);
            if task.kind == TaskKind::Binary {
                let Some(yes) = task.values.get(1) else {
                    continue;
                };
                let condition = |wanted| Condition::new(&task.name, yes, wanted);
                add(&title, condition(true));
                if let Some(thing) = title.strip_prefix("No ") {
                    add(thing, condition(false));
                }
                for (word, _, wanted) in SYNONYMS.iter().filter(|(_, name, _)| *name == task.name) {
                    add(word, condition(*wanted));
                }
            } else {
                for value in &task.values {
                    add(value, Condition::new(&task.name, value, true));
                    add(
                        &format!("{title} {value}"),
                        Condition::new(&task.name, value, true),
                    );
                }
            }
        }
        Self { entries }
    }

    /// The likeliest completions of the last phrase of a text, best first.
    pub fn suggest(&self, text: &str, tasks: &[Task], most: usize) -> Vec<Suggestion> {
        let (_, last) = split_last(text);
        let (negated, phrase) = strip(&words(last));
        let whole = words(last);
        let mut found: Vec<(u32, &Condition, bool)> = Vec::new();
        for entry in &self.entries {
            // "No beard" is the name of an attribute before it is the absence of one.
            let as_said = likeness(&whole, &entry.words).map(|score| (score + 1, false));
            let stripped = likeness(&phrase, &entry.words).map(|score| (score, negated));
            let Some((score, turned)) = as_said.max(stripped) else {
                continue;
            };
            let wanted = entry.condition.wanted != turned;
            let same = |(_, known, known_wanted): &&mut (u32, &Condition, bool)| {
                known.same_value(&entry.condition) && *known_wanted == wanted
            };
            match found.iter_mut().find(same) {
                Some(known) => known.0 = known.0.max(score),
                None => found.push((score, &entry.condition, wanted)),
            }
        }
        // Of equals, the one whose task comes first.
        let scores: Vec<f64> = found.iter().map(|found| f64::from(found.0)).collect();
        descending(&scores)
            .into_iter()
            .take(most)
            .filter_map(|at| {
                let (_, condition, wanted) = *found.get(at)?;
                let task = tasks.iter().position(|task| task.name == condition.task)?;
                let condition = Condition {
                    wanted,
                    ..condition.clone()
                };
                Some(Suggestion {
                    title: title(tasks, &condition),
                    condition,
                    task,
                })
            })
            .collect()
    }

    /// Parses a whole text into conditions.
    pub fn read(&self, text: &str) -> Asked {
        let mut asked = Asked::default();
        for phrase in text.split([',', ';', '+', '&', '\n']) {
            self.read_phrase(&words(phrase), &mut asked);
        }
        asked
    }

    /// Reads the longest piece that means something, then the next.
    fn read_phrase(&self, phrase: &[String], asked: &mut Asked) {
        let mut at = 0;
        let mut negated = false;
        // The sign of what stands before an "or".
        let mut or = None;
        while at < phrase.len() {
            let longest = LONGEST.min(phrase.len() - at);
            let found = (1..=longest).rev().find_map(|length| {
                let piece = &phrase[at..at + length];
                self.best(piece).map(|condition| (length, condition))
            });
            let word = phrase[at].as_str();
            if let Some((length, condition)) = found {
                // "No hat or glasses" has neither.
                negated |= or == Some(true);
                asked.or_apart |= or == Some(false) && asked.is_of_another_task(condition);
                let condition = Condition {
                    wanted: condition.wanted != negated,
                    ..condition.clone()
                };
                asked
                    .conditions
                    .retain(|known| !known.same_value(&condition));
                asked.conditions.push(condition);
                let says_no = negated || NEGATIONS.contains(&word);
                at += length;
                or = (phrase.get(at).map(String::as_str) == Some(OR)).then_some(says_no);
                at += usize::from(or.is_some());
                negated = false;
                continue;
            }
            if NEGATIONS.contains(&word) {
                negated = !negated;
            } else if word == OR {
                // After a comma: the condition before it stands in another phrase.
                or = (!asked.conditions.is_empty()).then_some(false);
            } else if !FILLERS.contains(&word) {
                asked.unknown.push(word.into());
                negated = false;
            }
            at += 1;
        }
    }

    fn best(&self, piece: &[String]) -> Option<&Condition> {
        let says_nothing = |word: &String| {
            let word = word.as_str();
            word == OR || NEGATIONS.contains(&word) || FILLERS.contains(&word)
        };
        if piece.iter().all(says_nothing) {
            return None;
        }
        let scored = self
            .entries
            .iter()
            .filter_map(|entry| Some((likeness(piece, &entry.words)?, &entry.condition)));
        // The first of equals.
        scored
            .fold(None, |best: Option<(u32, &Condition)>, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            })
            .map(|(_, condition)| condition)
    }
}

impl Asked {
    fn is_of_another_task(&self, condition: &Condition) -> bool {
        let last = self.conditions.last();
        last.is_some_and(|last| last.task != condition.task)
    }

    /// All of it in words, in the order written.
    pub fn titles(&self, tasks: &[Task]) -> Vec<String> {
        let titles = self.conditions.iter();
        titles.map(|condition| title(tasks, condition)).collect()
    }
}

/// A condition in words, on a suggestion: "Smiling", "Not eyeglasses", "Beard", "Closure: Lace up".
fn title(tasks: &[Task], condition: &Condition) -> String {
    match asked_title(tasks, condition) {
        (true, title) => format!("Not {}", lower_first(&title)),
        (false, title) => title,
    }
}

/// The text before its last phrase, and that phrase.
pub fn split_last(text: &str) -> (&str, &str) {
    match text.rfind([',', ';', '+', '&', '\n']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => ("", text),
    }
}

/// Takes negations and fillers from the front. Returns whether what is left is turned round.
fn strip(phrase: &[String]) -> (bool, Vec<String>) {
    let mut negated = false;
    let mut rest = phrase;
    while let [word, left @ ..] = rest {
        let word = word.as_str();
        let is_negation = NEGATIONS.contains(&word);
        // The word being written may become another: "no" may be "nose".
        if left.is_empty() || !(is_negation || word == OR || FILLERS.contains(&word)) {
            break;
        }
        negated ^= is_negation;
        rest = left;
    }
    (negated, rest.to_vec())
}

/// Small letters and digits, in words; a leading minus is a "not".
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in text.split_whitespace() {
        if piece.starts_with(['-', '−']) && piece.chars().nth(1).is_some_and(char::is_alphabetic)
        {
            found.push("not".into());
        }
        let parts = piece.split(|letter: char| !letter.is_alphanumeric());
        found.extend(parts.filter(|part| !part.is_empty()).map(case::lower));
    }
    found
}

/// The match of a phrase with an entry: every word of the phrase must begin a word of the entry, or
/// be one letter off a long one. `None` if it does not match.
fn likeness(phrase: &[String], entry: &[String]) -> Option<u32> {
    if phrase.is_empty() {
        return None;
    }
    if phrase == entry {
        return Some(1000);
    }
    let mut score = 0;
    for (at, word) in phrase.iter().enumerate() {
        let best = entry
            .iter()
            .enumerate()
            .filter_map(|(place, known)| {
                let base = if known == word {
                    90
                } else if known.starts_with(word.as_str()) {
                    60
                } else if is_one_off(word, known) {
                    20
                } else {
                    return None;
                };
                Some(base + u32::from(place == at) * 5)
            })
            .max()?;
        score += best;
    }
    // What leaves less of the entry unsaid is meant rather.
    Some(score * 4 / (3 + entry.len() as u32) + 1)
}

/// Returns true if two long words differ by one letter: changed, added, left out, or swapped with
/// the next.
fn is_one_off(word: &str, known: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    if a.len() < 5 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let tail = |a: &[char], b: &[char]| a == b;
    match (a, b) {
        ([], _) | (_, []) => true,
        ([x, y, a @ ..], [v, w, b @ ..]) if x == w && y == v => tail(a, b),
        _ => tail(&a[1..], &b[1..]) || tail(&a[1..], b) || tail(a, &b[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks() -> Vec<Task> {
        let mut tasks: Vec<Task> = [
            "Eyeglasses",
            "No_Beard",
            "Smiling",
            "Wearing_Hat",
            "Wearing_Necklace",
            "Male",
            "Bangs",
        ]
        .map(Task::binary)
        .into();
        tasks.push(Task::with_values(
            "Closure",
            TaskKind::Categorical,
            ["Lace up", "Slip-On"],
        ));
        tasks
    }

    fn read(text: &str) -> Vec<String> {
        let asked = Vocabulary::new(&tasks()).read(text);
        assert_eq!(asked.unknown, Vec::<String>::new(), "{text}");
        let word = |asked: &Condition| {
            let sign = if asked.wanted { "" } else { "-" };
            match asked.value.as_str() {
                "yes" => format!("{sign}{}", asked.task),
                value => format!("{sign}{value}"),
            }
        };
        asked.conditions.iter().map(word).collect()
    }

    #[test]
    fn sentences_become_conditions() {
        assert_eq!(read("no beard, glasses"), ["No_Beard", "Eyeglasses"]);
        assert_eq!(read("beard and no glasses"), ["-No_Beard", "-Eyeglasses"]);
        assert_eq!(
            read("smiling woman without a hat"),
            ["Smiling", "-Male", "-Wearing_Hat"]
        );
        assert_eq!(read("Lace-up; not slip on"), ["Lace up", "-Slip-On"]);
        assert_eq!(read("closure lace up"), ["Lace up"]);
        assert_eq!(read("-hat -smiling"), ["-Wearing_Hat", "-Smiling"]);
        assert_eq!(read("smilng"), ["Smiling"], "one letter off");
        assert_eq!(read(" , and the "), Vec::<String>::new());
    }

    #[test]
    fn a_later_wish_replaces_an_earlier_one() {
        assert_eq!(read("hat, smiling, no hat"), ["Smiling", "-Wearing_Hat"]);
    }

    #[test]
    fn words_that_name_nothing_are_reported() {
        let asked = Vocabulary::new(&tasks()).read("smiling unicorn, no dragons");
        assert_eq!(asked.unknown, ["unicorn", "dragons"]);
        assert_eq!(asked.conditions.len(), 1);
    }

    /// "smile", "bearded", "clean shaven" and "fringe" named nothing.
    #[test]
    fn everyday_words_named_nothing() {
        assert_eq!(read("smile"), ["Smiling"]);
        assert_eq!(read("bearded man"), ["-No_Beard", "Male"]);
        assert_eq!(read("clean shaven"), ["No_Beard"]);
        assert_eq!(read("not clean-shaven, fringe"), ["-No_Beard", "Bangs"]);
    }

    /// "or" was an unknown word.
    #[test]
    fn or_was_an_unknown_word() {
        let apart = |text: &str| Vocabulary::new(&tasks()).read(text).or_apart;
        assert_eq!(read("lace up or slip on"), ["Lace up", "Slip-On"]);
        assert_eq!(read("lace up, or slip on"), ["Lace up", "Slip-On"]);
        assert!(!apart("lace up or slip on") && !apart("smiling, glasses"));
        assert_eq!(read("no hat or glasses"), ["-Wearing_Hat", "-Eyeglasses"]);
        assert!(!apart("no hat or glasses"), "neither is what it asks");
        assert_eq!(read("no beard or glasses"), ["No_Beard", "-Eyeglasses"]);
        assert_eq!(read("hat or glasses"), ["Wearing_Hat", "Eyeglasses"]);
        assert!(apart("hat or glasses") && apart("hat, or glasses"));
        assert_eq!(read("or or smiling or"), ["Smiling"]);
    }

    #[test]
    fn the_last_phrase_is_completed() {
        let tasks = tasks();
        let vocabulary = Vocabulary::new(&tasks);
        let titles = |text: &str| {
            let found = vocabulary.suggest(text, &tasks, 4);
            found
                .into_iter()
                .map(|suggestion| suggestion.title)
                .collect::<Vec<_>>()
        };
        assert_eq!(titles("smiling, no gl"), ["Not eyeglasses"]);
        assert_eq!(titles("wear"), ["Wearing hat", "Wearing necklace"]);
        assert_eq!(titles("without neck"), ["Not wearing necklace"]);
        assert_eq!(titles("no beard")[0], "No beard");
        assert_eq!(titles("beard")[0], "Beard");
        assert_eq!(titles("lace")[0], "Closure: Lace up");
        assert!(titles("").is_empty());
        assert!(titles("xyz").is_empty());
    }

    #[test]
    fn one_letter_is_forgiven_in_long_words_only() {
        assert!(is_one_off("smilng", "smiling"));
        assert!(is_one_off("smiilng", "smiling"));
        assert!(is_one_off("smilings", "smiling"));
        assert!(!is_one_off("smlng", "smiling"));
        assert!(!is_one_off("hat", "bat"));
    }
}
