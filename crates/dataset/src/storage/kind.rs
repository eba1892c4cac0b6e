//! Kinds of archives, told by their first bytes; and the names that make a file worth a look.

use crate::error::DatasetError;

use super::{path, tar};

/// Bytes from the start of a file that tell its kind.
pub(super) const START: usize = 512;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    Tar,
    Gzip,
    /// An archive that is not opened here, with its name.
    Foreign(&'static str),
    /// The first part of a zip split by `zip -s` or `WinZip`.
    SplitZip,
    /// Something that a server sends in place of an archive.
    Refusal(&'static str),
    Pointer,
    Empty,
    Unknown,
}

impl Kind {
    /// The kind of a file that begins with these bytes; all of it if it is shorter than [`START`].
    pub(super) fn of(start: &[u8]) -> Self {
        const MAGIC: [(&[u8], Kind); 13] = [
            (b"PK\x03\x04", Kind::Zip),
            (b"PK\x05\x06", Kind::Zip),
            (b"PK00PK\x03\x04", Kind::Zip),
            (b"PK\x07\x08", Kind::SplitZip),
            (b"\x1F\x8B", Kind::Gzip),
            (b"7z\xBC\xAF\x27\x1C", Kind::Foreign("a 7z archive")),
            (b"Rar!\x1A\x07", Kind::Foreign("a RAR archive")),
            (b"BZh", Kind::Foreign("a bzip2 archive")),
            (b"\xFD7zXZ\x00", Kind::Foreign("an xz archive")),
            (b"\x28\xB5\x2F\xFD", Kind::Foreign("a Zstandard archive")),
            (b"LZIP", Kind::Foreign("an lzip archive")),
            (b"\x1F\x9D", Kind::Foreign("an archive of compress")),
            (b"\x5D\x00\x00", Kind::Foreign("an LZMA archive")),
        ];
        if start.is_empty() {
            return Self::Empty;
        }
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
            return *kind;
        }
        if tar::is_header(start) {
            return Self::Tar;
        }
        Self::of_text(start)
    }

    fn of_text(start: &[u8]) -> Self {
        // UTF-16 has a zero beside each of the letters that count here.
        let wide = start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF");
        let plain: Vec<u8> = match start.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) => rest.to_vec(),
            None if wide => start[2..]
                .iter()
                .copied()
                .filter(|&byte| byte != 0)
                .collect(),
            None => start.to_vec(),
        };
        let text = plain.trim_ascii_start();
        if text.starts_with(b"version https://git-lfs") {
            return Self::Pointer;
        }
        let control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
        if text.is_empty() || text.iter().any(control) {
            return Self::Unknown;
        }
        match text[0] {
            b'<' if text[1..].starts_with(b"?xml") => Self::Refusal("a server's message in XML"),
            b'<' => Self::Refusal("a web page"),
            b'{' | b'[' => Self::Refusal("a server's message in JSON"),
            // The start may be cut within a character.
            _ => match std::str::from_utf8(text) {
                Err(error) if error.error_len().is_some() && !wide => Self::Unknown,
                _ => Self::Refusal("a text"),
            },
        }
    }

    /// Returns true for an archive, whether it can be opened here or not.
    pub(super) fn is_archive(self) -> bool {
        match self {
            Self::Zip | Self::Tar | Self::Gzip | Self::Foreign(_) | Self::SplitZip => true,
            Self::Refusal(_) | Self::Pointer | Self::Empty | Self::Unknown => false,
        }
    }

    /// The reason why a file is not opened.
    pub(super) fn refuse(self, file: &str) -> DatasetError {
        let expected = if path::has_extension(file, "zip") {
            "not a zip"
        } else {
            "not an archive"
        };
        let neither = (
            "neither a folder nor a zip, tar or tar.gz".to_owned(),
            "give one of these",
        );
        let (what, hint) = match self {
            Self::Foreign(what) => (
                format!("{what}, which is not opened here"),
                "unpack it with 7-Zip, next to the text files if there are any, and give the folder",
            ),
            Self::SplitZip => (
                "the first part of a split zip, which is not opened here".to_owned(),
                "put all parts (.z01, ..., .zip) in one folder and unpack the .zip with 7-Zip",
            ),
            // Such as a table, given alone.
            Self::Refusal(_) if !is_archive_name(file) && !says_nothing(file) => neither,
            Self::Refusal(what) => (
                format!("{what}, {expected}: the download was refused"),
                "download it again",
            ),
            Self::Pointer => (
                format!("a pointer of Git LFS, {expected}"),
                "fetch the file itself with `git lfs pull`",
            ),
            Self::Empty => ("empty".to_owned(), "download it again"),
            Self::Zip | Self::Tar | Self::Gzip | Self::Unknown if is_archive_name(file) => (
                format!("{expected}, nor any archive that is known here"),
                "download it again",
            ),
            Self::Zip | Self::Tar | Self::Gzip | Self::Unknown => neither,
        };
        DatasetError::Archive {
            file: file.to_owned(),
            what,
            hint: hint.to_owned(),
        }
    }
}

/// Returns true for the name of an archive, of any kind.
pub(super) fn is_archive_name(file: &str) -> bool {
    const EXTENSIONS: [&str; 16] = [
        "zip", "tar", "gz", "tgz", "7z", "rar", "bz2", "tbz", "tbz2", "xz", "txz", "zst", "tzst",
        "lz", "lzma", "z",
    ];
    let Some((_, extension)) = path::file_name(file).rsplit_once('.') else {
        return false;
    };
    // A zip has hundreds of thousands of images, none of which begins like one of these.
    if matches!(
        extension.as_bytes().first(),
        None | Some(b'j' | b'J' | b'p' | b'P')
    ) {
        return false;
    }
    EXTENSIONS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(extension))
        || is_volume(extension)
}

/// Returns true for `z01` and `r00`, the parts beside a `.zip` and a `.rar`.
fn is_volume(extension: &str) -> bool {
    let bytes = extension.as_bytes();
    bytes.len() == 3
        && matches!(bytes[0], b'z' | b'Z' | b'r' | b'R')
        && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// Returns true for a part that another part of the same archive stands for: all but the first of a split rar, and those
/// beside a split zip. They are no archives by themselves.
pub(super) fn is_further_part(file: &str) -> bool {
    let name = path::file_name(file).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let part = path::stem(&name)
        .rsplit_once(".part")
        .map(|(_, number)| number);
    let numbered = part.and_then(|number| number.parse::<u32>().ok());
    is_volume(extension) || (extension == "rar" && numbered.is_some_and(|number| number > 1))
}

/// Returns true for a name that says nothing of its content: without an extension, with one that is none
/// (`archive.zip (1)`), or with one behind that of an archive (`celeba.zip.download`).
pub(super) fn says_nothing(file: &str) -> bool {
    let name = path::file_name(file);
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return true;
    };
    let plausible = extension.len() <= 8
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic());
    !plausible
        || [".zip", ".tar", ".tgz"].iter().any(|known| {
            stem.len() >= known.len()
                && stem.is_char_boundary(stem.len() - known.len())
                && stem[stem.len() - known.len()..].eq_ignore_ascii_case(known)
                && !is_archive_name(file)
        })
}

/// The name without the extension of an archive or a Parquet file.
pub(super) fn strip(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    [".zip", ".tar", ".tar.gz", ".tgz", ".parquet"]
        .iter()
        .find(|extension| lower.ends_with(*extension) && lower.len() > extension.len())
        .and_then(|extension| name.get(..name.len() - extension.len()))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(file: &str, start: &[u8]) -> String {
        Kind::of(start).refuse(file).to_string()
    }

    #[test]
    fn a_refused_download_is_named() {
        for page in [
            "<!DOCTYPE html><html>".as_bytes(),
            b"\xEF\xBB\xBF\r\n  <html>",
            b"\xFF\xFE<\0h\0t\0m\0l\0>\0",
            b"<!-- moved -->",
        ] {
            assert_eq!(
                sentence("Img/a.zip", page),
                "Img/a.zip is a web page, not a zip: the download was refused; download it again"
            );
        }
        assert!(sentence("a.zip", br#"{"error": 403}"#).contains("message in JSON, not a zip"));
        assert!(sentence("a.zip", b"<?xml version='1.0'?><Error>").contains("in XML, not a zip"));
        assert!(sentence("a.tgz", b"Access denied\n").contains("a text, not an archive"));
        assert!(sentence("a.zip", "Zugriff verweigert für".as_bytes()).contains("is a text"));
        assert!(
            sentence("a.zip", b"version https://git-lfs.github.com/spec/v1\n").contains("lfs pull")
        );
        assert!(sentence("a.zip", b"").contains("a.zip is empty"));
        assert!(sentence("a.zip", &[0; 512]).contains("is not a zip, nor any archive"));
        assert!(sentence("a.csv", b"a,b\n").contains("neither a folder nor a zip"));
        assert!(sentence("download", b"<html>").contains("is a web page"));
        assert_eq!(Kind::of(b"\xFF\xD8\xFF\xE0"), Kind::Unknown);
    }

    #[test]
    fn names_of_archives() {
        for name in [
            "a.ZIP",
            "b/a.tar.gz",
            "a.tgz",
            "a.7z",
            "a.rar",
            "a.z01",
            "a.r00",
            "a.Z",
        ] {
            assert!(is_archive_name(name), "{name}");
        }
        for name in [
            "a.jpg",
            "zip",
            "a.zip.txt",
            "a.docx",
            "a.001",
            "b.zip/a.png",
            "a.z1",
        ] {
            assert!(!is_archive_name(name), "{name}");
        }
        for name in [
            "noname",
            "x.7z/noname",
            "archive.zip (1)",
            "celeba.zip.download",
            "photos 2019.12.24",
        ] {
            assert!(says_nothing(name), "{name}");
        }
        for name in [
            "a.jpg",
            "a.docx",
            "a.npz",
            "celeba.zip",
            "x.tar.gz",
            "Größe.jpeg",
        ] {
            assert!(!says_nothing(name), "{name}");
        }
        assert!(
            is_further_part("a.part2.rar")
                && is_further_part("a.part03.rar")
                && is_further_part("a.z01")
        );
        assert!(
            !is_further_part("a.part1.rar")
                && !is_further_part("a.part01.rar")
                && !is_further_part("a.rar")
        );
        assert_eq!(strip("a.tar.gz"), "a");
        assert_eq!(strip("a.ZIP"), "a");
        assert_eq!(strip(".zip"), ".zip");
        assert_eq!(strip("Ünï"), "Ünï");
    }
}
