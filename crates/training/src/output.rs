//! Results on standard output, notes on standard error.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use crate::error::TrainerError;
use crate::text::{one_line, plain, steers};

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
pub fn print_part(text: &str) -> Result<bool, TrainerError> {
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
pub fn to_json_line(object: &impl Serialize) -> Result<String, TrainerError> {
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
