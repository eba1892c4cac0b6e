//! Text for the terminal. Names of files and labels come from strangers: none of them reaches a terminal as a command.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use crate::error::TrainerError;

/// Characters that steer a terminal or turn the direction of writing; line feed and tab may stay.
fn steers(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with every character that steers a terminal written out: `\u{1b}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// JSON with the characters that steer a terminal and that JSON lets stand (U+007F to U+009F, directions) written out;
/// they occur only inside strings.
fn plain_json(json: String) -> String {
    if !json.contains(steers) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) {
            // Writing to a string does not fail.
            write!(out, "\\u{:04x}", u32::from(c)).ok();
        } else {
            out.push(c);
        }
    }
    out
}

/// Prints a result, with a final newline. A reader that has seen enough (`| head`) is no error.
///
/// # Errors
/// Standard output takes nothing, such as a file on a full disk.
pub fn print(text: &str) -> Result<(), TrainerError> {
    write_line(&mut io::stdout().lock(), text)
        .map_err(TrainerError::io("write to", "standard output"))
}

/// Prints a part of a long result, as it is where a file or a program reads it. Returns false once the reader has seen
/// enough (`| head`).
///
/// # Errors
/// Standard output takes nothing, such as a file on a full disk.
pub(crate) fn print_part(text: &str) -> Result<bool, TrainerError> {
    let mut out = io::stdout().lock();
    let shown = match out.is_terminal() {
        true => Cow::Owned(plain(&text.replace("\r\n", "\n")).into_owned()),
        false => Cow::Borrowed(text),
    };
    let written = out.write_all(shown.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        written => written
            .map(|()| true)
            .map_err(TrainerError::io("write to", "standard output")),
    }
}

/// Tells something of one line beside the result, on standard error. One that takes nothing is no reason to stop.
pub fn note(text: &str) {
    notes(&one_line(text));
}

/// [`note`] of several lines.
pub fn notes(text: &str) {
    write_line(&mut io::stderr().lock(), text).ok();
}

/// The text with its line feeds written out: a name in it cannot forge a line.
pub fn one_line(text: &str) -> Cow<'_, str> {
    match text.contains('\n') {
        true => Cow::Owned(text.replace('\n', "\\u{a}")),
        false => Cow::Borrowed(text),
    }
}

fn write_line(out: &mut impl io::Write, text: &str) -> io::Result<()> {
    match writeln!(out, "{}", plain(text.trim_end())).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Indented JSON of something that is printed.
///
/// # Errors
/// It holds what JSON cannot express.
pub fn to_json(object: &impl Serialize) -> Result<String, TrainerError> {
    serde_json::to_string_pretty(object)
        .map(plain_json)
        .map_err(|error| TrainerError::Message(format!("the result cannot be printed: {error}")))
}

/// JSON of something on one line, without its end.
///
/// # Errors
/// As [`to_json`].
pub(crate) fn to_json_line(object: &impl Serialize) -> Result<String, TrainerError> {
    serde_json::to_string(object)
        .map(plain_json)
        .map_err(|error| TrainerError::Message(format!("the result cannot be printed: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_steer_the_terminal() {
        let name = "a\u{1b}]0;gone\u{7}\u{9b}2J\u{202e}gpj.jpg";
        let shown = plain(name);
        assert_eq!(shown, "a\\u{1b}]0;gone\\u{7}\\u{9b}2J\\u{202e}gpj.jpg",);
        let mut out = Vec::new();
        write_line(&mut out, name).expect("memory");
        assert_eq!(out, format!("{shown}\n").into_bytes());
        assert!(matches!(plain("zwei\tSätze\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_file_name_cannot_forge_a_line() {
        assert_eq!(one_line("a\nerror: b.jpg"), "a\\u{a}error: b.jpg");
        assert!(matches!(one_line("a.jpg"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_stays_what_it_was_without_steering_characters() {
        let name = "a\u{1b}\u{7f}\u{9b}\u{202e}ö";
        let json = to_json(&name).expect("a string");
        assert!(!json.contains(steers), "{json}");
        assert_eq!(
            serde_json::from_str::<String>(&json).expect("JSON"),
            name,
            "the value is the same"
        );
    }
}
