//! The rule on the wording of doc comments: they name the thing, and do not open with a question word.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Result},
    places::Places,
};

/// Openings that make a riddle of a sentence ("What is seen through.").
const QUESTION_WORDS: [&str; 9] = [
    "What", "Whether", "How", "Where", "Which", "Whoever", "Who", "Why", "When",
];
/// The share of doc comments that may open so, in percent.
const ALLOWED: usize = 4;
/// Folders with our Rust code.
const FOLDERS: [&str; 3] = ["app", "crates", "trainer"];

/// The doc comments of some code, and those of them that break the rule.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    blocks: usize,
    offenders: Vec<Offender>,
}

/// A doc comment that opens with a question word.
#[derive(Debug, PartialEq, Eq)]
struct Offender {
    /// Counted from 1.
    line: usize,
    text: String,
}

/// Checks the doc comments of all our code and prints the offenders.
///
/// # Errors
/// More of them than the allowance, or a file that cannot be read.
pub(crate) fn run(places: &Places) -> Result<()> {
    let mut report = String::new();
    let (mut blocks, mut offenders) = (0, 0);
    for path in rust_files(places.root())? {
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let found = doc_comments(&text);
        blocks += found.blocks;
        offenders += found.offenders.len();
        let path = path.strip_prefix(places.root()).unwrap_or(&path);
        for Offender { line, text } in found.offenders {
            // Writing to a String cannot fail.
            let _ = writeln!(report, "{}:{line}: {text}", path.display());
        }
    }
    eprint!("{report}");
    let summary =
        format!("{offenders} of {blocks} doc comments open with a question word; {ALLOWED} % may");
    eprintln!("{summary}");
    if is_allowed(offenders, blocks) {
        Ok(())
    } else {
        Err(Error::Wording(summary))
    }
}

fn is_allowed(offenders: usize, blocks: usize) -> bool {
    offenders * 100 <= blocks * ALLOWED
}

/// Finds the runs of `///` and of `//!` in a file, and those that open with a question word.
fn doc_comments(text: &str) -> Found {
    let mut found = Found::default();
    let mut run = None;
    for (number, line) in text.lines().enumerate() {
        let Some((kind, words)) = doc_line(line) else {
            run = None;
            continue;
        };
        if run == Some(kind) {
            continue;
        }
        run = Some(kind);
        found.blocks += 1;
        if opens_with_question(words) {
            found.offenders.push(Offender {
                line: number + 1,
                text: words.to_owned(),
            });
        }
    }
    found
}

/// The kind and the words of a line of a doc comment.
fn doc_line(line: &str) -> Option<(char, &str)> {
    let rest = line.trim().strip_prefix("//")?;
    let kind = rest.chars().next().filter(|kind| "/!".contains(*kind))?;
    let words = &rest[1..];
    // Four slashes are an ordinary comment.
    (!words.starts_with('/')).then(|| (kind, words.trim()))
}

fn opens_with_question(words: &str) -> bool {
    let first = words.split(|letter: char| !letter.is_alphabetic()).next();
    first.is_some_and(|first| QUESTION_WORDS.contains(&first))
}

/// All Rust files of ours, in order.
fn rust_files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<_> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
            let path = entry.map_err(Error::io("list", &folder))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let found = doc_comments(text);
        found.offenders.iter().map(|one| one.line).collect()
    }

    #[test]
    fn only_the_opening_of_a_block_counts() {
        let text = "//! Virtual scrolling.\n//! What is near is drawn.\n\n/// What it is.\nstruct A;\n    \
                    /// Its size.\n    /// How it grows is below.\n";
        assert_eq!(lines(text), [4]);
        assert_eq!(doc_comments(text).blocks, 3);
    }

    #[test]
    fn blocks_of_two_kinds_are_two() {
        assert_eq!(lines("//! Why.\n/// Whether.\n"), [1, 2]);
    }

    #[test]
    fn code_between_separates_blocks() {
        assert_eq!(lines("/// One.\na: u8,\n/// Where.\nb: u8,\n"), [3]);
    }

    #[test]
    fn longer_words_and_later_words_pass() {
        assert!(
            lines("/// However it is.\nx\n/// Whatever.\nx\n/// The way, and why.\n").is_empty()
        );
    }

    #[test]
    fn ordinary_comments_are_not_looked_at() {
        let text = "// What.\n//// What.\nlet url = \"/// What\";\n";
        assert_eq!(doc_comments(text), Found::default());
    }

    #[test]
    fn punctuation_after_the_word_hides_nothing() {
        assert_eq!(lines("/// Why, in words.\n"), [1]);
    }

    #[test]
    fn the_allowance_is_a_share() {
        assert!(is_allowed(4, 100));
        assert!(!is_allowed(5, 100));
        assert!(is_allowed(0, 0));
    }
}
