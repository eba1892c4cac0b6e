//! Text files line by line, with the line number for every complaint.

use crate::error::DatasetError;
use crate::storage::Storage;

/// A text file as read.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// Path, for messages.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    /// Reads an entry as UTF-8; a byte order mark is dropped.
    pub(crate) async fn read(storage: &Storage, entry: usize) -> Result<Self, DatasetError> {
        let path = storage.entries()[entry].path.clone();
        let bytes = storage.read(entry).await?;
        Self::from_bytes(path, bytes)
    }

    pub(crate) fn from_bytes(path: String, bytes: Vec<u8>) -> Result<Self, DatasetError> {
        match String::from_utf8(bytes) {
            Ok(mut text) => {
                if text.starts_with('\u{FEFF}') {
                    text.drain(..'\u{FEFF}'.len_utf8());
                }
                Ok(Self { path, text })
            }
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let line = error.as_bytes()[..good]
                    .iter()
                    .filter(|&&byte| byte == b'\n')
                    .count();
                Err(DatasetError::Malformed {
                    file: path,
                    line: line as u64 + 1,
                    problem: "the text is not UTF-8".into(),
                    hint: "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")".into(),
                })
            }
        }
    }

    /// The file of that name in the storage, if it is there.
    pub(crate) async fn find(storage: &Storage, name: &str) -> Result<Option<Self>, DatasetError> {
        match storage.find(name) {
            Some(entry) => Self::read(storage, entry).await.map(Some),
            None => Ok(None),
        }
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

/// A file the dataset cannot do without.
///
/// # Errors
/// When it is not there; a zip's entry of that name that could not be used is mentioned.
pub(crate) async fn required(
    storage: &Storage,
    name: &str,
    hint: &str,
) -> Result<TextFile, DatasetError> {
    if let Some(file) = TextFile::find(storage, name).await? {
        return Ok(file);
    }
    let unusable = storage
        .report()
        .skipped
        .iter()
        .find(|skip| skip.what.contains(name));
    let hint = match (unusable, storage.unopened()) {
        (Some(skip), _) => format!("{} is there, but: {}", skip.what, skip.why),
        (None, Some(sentence)) => sentence,
        (None, None) => hint.to_owned(),
    };
    Err(DatasetError::Missing {
        what: name.to_owned(),
        place: storage.name().to_owned(),
        hint,
    })
}

/// The advice for a text file whose content contradicts itself.
pub(crate) const AGAIN: &str = "the file is damaged or cut short: download it again";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers() {
        let bytes = "\u{FEFF}a b\r\n\r\n c\n".into();
        let file = TextFile::from_bytes("x.txt".into(), bytes).expect("UTF-8");
        assert_eq!(file.lines().collect::<Vec<_>>(), [(1, "a b"), (3, " c")]);
    }

    #[test]
    fn other_encodings_are_named_with_their_line() {
        let error = TextFile::from_bytes("x.csv".into(), b"a,b\nM\xFCtze,1\n".to_vec());
        let message = error.expect_err("Latin-1").to_string();
        assert!(
            message.starts_with("x.csv, line 2: the text is not UTF-8"),
            "{message}"
        );
    }
}
