//! Text files: decoding, and lines with their numbers for complaints.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::DatasetError;
use crate::storage::Storage;

/// A text file as read.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// Path, for messages.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The encoding it was decoded from, unless it is UTF-8.
    pub(crate) encoding: Option<&'static str>,
}

impl TextFile {
    /// Reads an entry of any encoding.
    ///
    /// # Errors
    /// When the storage fails, or the bytes are no text.
    pub(crate) fn read(storage: &Storage, entry: usize) -> Result<Self, DatasetError> {
        let path = storage.entries()[entry].path.clone();
        let bytes = storage.read(entry)?;
        Self::from_bytes(path, bytes)
    }

    /// Decodes bytes: by their byte order mark, else as UTF-8 where they are valid, else by a guess from the bytes
    /// (the detector of Firefox). A mark is dropped.
    ///
    /// # Errors
    /// When the bytes are no text in any encoding known here.
    pub(crate) fn from_bytes(path: String, bytes: Vec<u8>) -> Result<Self, DatasetError> {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => {
                let text = match text.strip_prefix('\u{FEFF}') {
                    Some(rest) => rest.to_owned(),
                    None => text,
                };
                return Ok(Self {
                    path,
                    text,
                    encoding: None,
                });
            }
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let Some((text, encoding)) = decode(&bytes) else {
            return Err(DatasetError::Malformed {
                file: path,
                line: 1,
                problem: "this is not text".into(),
                hint: "save the table as CSV (in a spreadsheet: \"CSV UTF-8\")".into(),
            });
        };
        Ok(Self {
            path,
            text: text.into_owned(),
            encoding: (encoding != UTF_8).then(|| encoding.name()),
        })
    }

    /// The file of that name in the storage, if it is there.
    pub(crate) fn find(storage: &Storage, name: &str) -> Result<Option<Self>, DatasetError> {
        Self::find_any(storage, &[name])
    }

    /// The first of several names that is in the storage.
    pub(crate) fn find_any(
        storage: &Storage,
        names: &[&str],
    ) -> Result<Option<Self>, DatasetError> {
        let found = names.iter().find_map(|name| storage.find(name));
        found.map(|entry| Self::read(storage, entry)).transpose()
    }

    /// The lines that are not blank, with their numbers from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, &str)> {
        (1..)
            .zip(self.text.lines())
            .filter(|(_, line)| !line.trim_ascii().is_empty())
    }

    /// A complaint about a line.
    pub(crate) fn fault(
        &self,
        line: u64,
        problem: impl Into<String>,
        hint: impl Into<String>,
    ) -> DatasetError {
        DatasetError::Malformed {
            file: self.path.clone(),
            line,
            problem: problem.into(),
            hint: hint.into(),
        }
    }

    /// "file, line 7", for the report.
    pub(crate) fn place(&self, line: u64) -> String {
        format!("{}, line {line}", self.path)
    }
}

/// The text of bytes that are not plain UTF-8, and its encoding; `None` where they are no text.
fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static Encoding)> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => without_mark(bytes)?,
    };
    let (text, encoding, _) = encoding.decode(bytes);
    // A table with a few broken letters can still be read; one that is full of them is of another kind.
    let broken = text.chars().filter(|&c| c == '\u{FFFD}').count();
    let strange = text.chars().filter(|&c| is_binary(c)).count();
    (broken * 20 <= text.len() && strange == 0).then_some((text, encoding))
}

/// The encoding of bytes without a byte order mark that are not UTF-8.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    // UTF-16 of a table is half zeros: its delimiters, digits and Latin letters have an empty byte each.
    let zeros = |parity: usize| {
        let bytes = bytes.iter().skip(parity).step_by(2);
        bytes.filter(|&&byte| byte == 0).count()
    };
    let pairs = bytes.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, 0) => {}
        (0, odd) if odd * 2 > pairs => return Some(UTF_16LE),
        (even, 0) if even * 2 > pairs => return Some(UTF_16BE),
        _ => return None,
    }
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    Some(detector.guess(None, false))
}

fn is_binary(c: char) -> bool {
    c.is_control()
        && !matches!(
            c,
            '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{1A}' | '\u{80}'..='\u{9F}'
        )
}

/// A file the dataset cannot do without, by the first of its names that is there.
///
/// # Errors
/// When none is there; a zip's entry of that name that could not be used is mentioned.
pub(crate) fn required(
    storage: &Storage,
    names: &[&str],
    hint: &str,
) -> Result<TextFile, DatasetError> {
    if let Some(file) = TextFile::find_any(storage, names)? {
        return Ok(file);
    }
    let unusable = storage
        .report()
        .skipped
        .iter()
        .find(|skip| names.iter().any(|name| skip.what.contains(name)));
    let hint = match (unusable, storage.unopened()) {
        (Some(skip), _) => format!("{} is there, but: {}", skip.what, skip.why),
        (None, Some(sentence)) => sentence,
        (None, None) => hint.to_owned(),
    };
    Err(DatasetError::Missing {
        what: names.first().copied().unwrap_or_default().to_owned(),
        place: storage.name().to_owned(),
        hint,
    })
}

/// The separator of a list's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delimiter {
    /// Any number of blanks, as in the official lists.
    Blanks,
    /// One of `,`, `;` and tab, as in copies made by spreadsheets and pandas.
    Sign(char),
}

impl Delimiter {
    /// The separator of a list, by one of its lines.
    pub(crate) fn of(line: &str) -> Self {
        let sign = [',', ';', '\t']
            .into_iter()
            .find(|&sign| line.contains(sign));
        sign.map_or(Self::Blanks, Self::Sign)
    }

    /// The fields of a line, trimmed.
    pub(crate) fn fields(self, line: &str) -> impl Iterator<Item = &str> {
        let (blanks, sign) = match self {
            Self::Blanks => (Some(line.split_ascii_whitespace()), None),
            Self::Sign(sign) => (None, Some(line.split(sign).map(str::trim))),
        };
        blanks
            .into_iter()
            .flatten()
            .chain(sign.into_iter().flatten())
    }
}

/// Returns true for a line that is only a count, such as the first of an official list.
pub(crate) fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// The advice for a text file whose content contradicts itself.
pub(crate) const AGAIN: &str = "the file is damaged or cut short: download it again";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Option<&'static str>) {
        let file = TextFile::from_bytes("x.csv".into(), bytes.to_vec()).expect("text");
        (file.text, file.encoding)
    }

    #[test]
    fn lines_keep_their_numbers() {
        let bytes = "\u{FEFF}a b\r\n\r\n c\n".into();
        let file = TextFile::from_bytes("x.txt".into(), bytes).expect("UTF-8");
        assert_eq!(file.lines().collect::<Vec<_>>(), [(1, "a b"), (3, " c")]);
    }

    #[test]
    fn tables_of_spreadsheets_are_decoded_and_their_encoding_is_named() {
        let text = "file;colour\na.png;grün\n";
        assert_eq!(read(text.as_bytes()), (text.into(), None));
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        assert_eq!(read(&latin), (text.into(), Some("windows-1252")));
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&little), (text.into(), Some("UTF-16LE")));
        let marked: Vec<u8> = [vec![0xFF, 0xFE], little].concat();
        assert_eq!(read(&marked), (text.into(), Some("UTF-16LE")));
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&big), (text.into(), Some("UTF-16BE")));
        let (chinese, _, _) = encoding_rs::GBK.encode("文件,颜色\n一.png,红色\n二.png,绿色\n");
        assert!(read(&chinese).0.contains("红色"));
    }

    #[test]
    fn a_spreadsheet_file_under_another_name_is_no_text() {
        let mut zip = b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec();
        zip.extend((0..2000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8));
        let error = TextFile::from_bytes("labels.csv".into(), zip).expect_err("no text");
        let message = error.to_string();
        assert!(
            message.starts_with("labels.csv, line 1: this is not text"),
            "{message}"
        );
    }
}
