//! Text for a terminal. Names of files and labels come from strangers: none of them reaches a terminal as a command.

use std::borrow::Cow;

/// Characters that steer a terminal or turn the direction of writing; line feed and tab may stay.
pub(crate) fn steers(c: char) -> bool {
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

/// The text with its line feeds written out: a name in it cannot forge a line.
pub fn one_line(text: &str) -> Cow<'_, str> {
    match text.contains('\n') {
        true => Cow::Owned(text.replace('\n', "\\u{a}")),
        false => Cow::Borrowed(text),
    }
}

/// Bytes for people: `1.2 MB`.
pub fn human_bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.2} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_forge_a_line() {
        assert_eq!(one_line("a\nerror: b.jpg"), "a\\u{a}error: b.jpg");
        assert!(matches!(one_line("a.jpg"), Cow::Borrowed(_)));
    }

    #[test]
    fn bytes_read_well() {
        assert_eq!(human_bytes(999), "999 B");
        assert_eq!(human_bytes(1_500), "1.5 kB");
        assert_eq!(human_bytes(2_340_000), "2.34 MB");
    }
}
