//! The view as a query string: short, readable, and forgiving when read.
//!
//! `?gallery=faces&want.Smiling=yes&not.Eyeglasses=yes&like=12&lens=Smiling&open=7&backend=cpu`.
//! A gallery without any condition is written `&all`, so that "nothing asked" differs from "the first query".

use super::view::{Condition, Example, View};
use crate::protocol::Preference;

const WANT: &str = "want.";
const NOT: &str = "not.";

/// Writes the query string, without the question mark.
pub fn encode(view: &View) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut push = |key: &str, value: &str| pairs.push((key.into(), value.into()));
    if let Some(gallery) = &view.gallery {
        push("gallery", gallery);
    }
    for condition in view.conditions.iter().flatten() {
        let key = format!(
            "{}{}",
            if condition.wanted { WANT } else { NOT },
            condition.task
        );
        push(&key, &condition.value);
    }
    if view.conditions.as_ref().is_some_and(Vec::is_empty) && view.example.is_none() {
        push("all", "");
    }
    if let Some(Example::Gallery(index)) = view.example {
        push("like", &index.to_string());
    }
    if let Some(lens) = &view.lens {
        push("lens", lens);
    }
    if let Some(open) = view.open {
        push("open", &open.to_string());
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

/// Reads a query string, with or without the question mark. What is not understood is left out.
pub fn decode(query: &str) -> View {
    let mut view = View::default();
    for pair in query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (unescape(key), unescape(value));
        match key.as_str() {
            "gallery" => view.gallery = Some(value),
            "all" => {
                view.conditions.get_or_insert_default();
            }
            "like" => {
                view.example = value.parse().ok().map(Example::Gallery);
                if view.example.is_some() {
                    view.conditions.get_or_insert_default();
                }
            }
            "lens" => view.lens = Some(value),
            "open" => view.open = value.parse().ok(),
            "backend" => view.backend = Preference::parse(&value),
            _ => {
                let condition = key
                    .strip_prefix(WANT)
                    .map(|task| (task, true))
                    .or_else(|| key.strip_prefix(NOT).map(|task| (task, false)));
                if let Some((task, wanted)) = condition {
                    let condition = Condition {
                        task: task.into(),
                        value,
                        wanted,
                    };
                    let conditions = view.conditions.get_or_insert_default();
                    if !conditions.contains(&condition) {
                        conditions.push(condition);
                    }
                }
            }
        }
    }
    view
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

    fn condition(task: &str, value: &str, wanted: bool) -> Condition {
        Condition {
            task: task.into(),
            value: value.into(),
            wanted,
        }
    }

    #[test]
    fn a_view_survives_its_address() {
        let view = View {
            gallery: Some("shoes".into()),
            conditions: Some(vec![
                condition("HeelHeight", "2in - 2 3/4in", true),
                condition("Größe & Maß", "50 % = halb+ganz", false),
            ]),
            example: Some(Example::Gallery(12)),
            lens: Some("Closure".into()),
            open: Some(7),
            backend: Preference::Webgpu,
        };
        let text = encode(&view);
        assert!(
            text.starts_with("gallery=shoes&want.HeelHeight=2in+-+2+3%2F4in&"),
            "{text}"
        );
        assert!(text.is_ascii());
        assert_eq!(decode(&format!("?{text}")), view);
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
    fn an_own_picture_is_not_in_the_address() {
        let view = View {
            example: Some(Example::Own),
            ..View::default()
        };
        assert_eq!(encode(&view), "");
    }

    #[test]
    fn broken_addresses_are_read_as_far_as_possible() {
        let view = decode("?want.Smiling=%zz%4&like=many&open=-1&utm=1&&=&want.Smiling=%zz%4");
        assert_eq!(
            view.conditions_or(&[]),
            [condition("Smiling", "%zz%4", true)]
        );
        assert_eq!((view.example, view.open), (None, None));
    }
}
