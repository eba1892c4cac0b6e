//! File names in archives: UTF-8 where they are, else the code page that fits the whole archive.

use std::collections::HashMap;

use crate::report::Report;

use super::code_page::CodePage;

/// Returns true for a name that is UTF-8 but may be so by accident: two-byte characters of GBK and its like can form
/// UTF-8 of the planes of Latin, Greek, Cyrillic, Hebrew and Arabic.
pub(super) fn is_doubtful(name: &str) -> bool {
    !name.is_ascii() && name.chars().all(|c| c < '\u{800}')
}

/// The names in text, in the same order. Names that differ in a byte differ in the text.
pub(super) fn decode(raw: &[Vec<u8>], archive: &str, report: &mut Report) -> Vec<String> {
    let undecodable = || {
        let names = raw.iter().map(Vec::as_slice);
        names.filter(|name| std::str::from_utf8(name).is_err())
    };
    if undecodable().next().is_none() {
        let text = |raw: &Vec<u8>| String::from_utf8_lossy(raw).into_owned();
        return raw.iter().map(text).collect();
    }
    let page = CodePage::of(undecodable());
    report.note(format!(
        "the file names in {archive} are not UTF-8; they are read as {}",
        page.label()
    ));
    let mut owners: HashMap<String, &[u8]> = HashMap::with_capacity(raw.len());
    raw.iter()
        .map(|raw| {
            let mut text = one(raw, page);
            while let Some(owner) = owners.get(&text) {
                if *owner == raw.as_slice() {
                    break;
                }
                text = apart(&text, raw);
            }
            owners.insert(text.clone(), raw);
            text
        })
        .collect()
}

fn one(raw: &[u8], page: CodePage) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) if !page.is_double_byte() => Some(text.to_owned()),
        _ => page.decode(raw),
    }
    .or_else(|| CodePage::Cp437.decode(raw))
    .unwrap_or_default()
}

/// The name with its bytes before the extension: two names must not become one.
fn apart(text: &str, raw: &[u8]) -> String {
    let high = raw.iter().filter(|byte| !byte.is_ascii());
    let bytes: String = high.map(|byte| format!("{byte:02x}")).collect();
    let name = super::path::file_name(text).len();
    match text.rfind('.') {
        Some(dot) if dot > text.len() - name => {
            format!("{}~{bytes}{}", &text[..dot], &text[dot..])
        }
        _ => format!("{text}~{bytes}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(names: &[&[u8]]) -> (Vec<String>, Vec<String>) {
        let names: Vec<Vec<u8>> = names.iter().map(|name| name.to_vec()).collect();
        let mut report = Report::default();
        (decode(&names, "x.zip", &mut report), report.notes)
    }

    #[test]
    fn utf8_by_accident_follows_its_archive() {
        let accident = b"\xC4\xA3\xD0\xA1.jpg".as_slice();
        assert!(is_doubtful(
            std::str::from_utf8(accident).expect("by accident")
        ));
        let (names, notes) = decoded(&[accident, b"\xCD\xBC\xC6\xAC/\xBA\xEC\xC9\xAB.jpg"]);
        assert_eq!(names, ["模小.jpg", "图片/红色.jpg"]);
        assert_eq!(
            notes,
            ["the file names in x.zip are not UTF-8; they are read as GBK"]
        );
        let (names, notes) = decoded(&["grün.jpg".as_bytes()]);
        assert_eq!(names, ["grün.jpg"]);
        assert!(notes.is_empty());
    }

    #[test]
    fn a_name_outside_of_the_code_page_is_kept() {
        let (names, _) = decoded(&[
            b"\xCD\xBC\xC6\xAC.jpg",
            b"\xBA\xEC\xC9\xAB.jpg",
            b"\xFF.jpg",
        ]);
        assert_eq!(names, ["图片.jpg", "红色.jpg", "\u{a0}.jpg"]);
    }

    #[test]
    fn bytes_that_mean_the_same_stay_two_names() {
        // Two codes of one character, an old one and a standard one.
        let (names, _) = decoded(&[
            b"\x8E\xCA\x90\x5E\x82\xCC\x83\\.jpg",
            b"\x81\xCA.jpg",
            b"\xEE\xF9.jpg",
            b"\x81\xCA.jpg",
        ]);
        assert_eq!(names[1], names[3]);
        assert_ne!(names[1], names[2]);
        assert!(names[2].ends_with(".jpg"), "{names:?}");
    }
}
