//! Names in zips: code pages, the Unicode path field, and what macOS and Windows make of them.

mod common;

use common::{Part, folder, zip};
use modulens_dataset::Storage;

fn open(parts: &[Part]) -> Storage {
    let root = folder(&[("x.zip", &zip(parts, false))]);
    Storage::open(root.path().join("x.zip")).expect("opens")
}

fn paths(storage: &Storage) -> Vec<&str> {
    let entries = storage.entries().iter();
    entries.map(|entry| entry.path.as_str()).collect()
}

fn note(storage: &Storage) -> &str {
    assert_eq!(storage.report().notes.len(), 1);
    &storage.report().notes[0]
}

/// They became one name of question marks, and all images but one were taken for its twins.
#[test]
fn names_in_gbk_are_read_and_stay_distinct() {
    let storage = open(&[
        Part::stored(b"\xD4\xB2/\xD2\xBB.jpg", "1"),
        Part::stored(b"\xD4\xB2/\xB6\xFE.jpg", "2"),
        Part::stored(b"\xB7\xBD/\xC8\xFD.jpg", "3"),
        Part::stored(b"\xB7\xBD/", ""),
    ]);
    assert_eq!(paths(&storage), ["圆/一.jpg", "圆/二.jpg", "方/三.jpg"]);
    assert_eq!(storage.read(1).expect("reads"), b"2");
    assert!(note(&storage).ends_with("read as GBK"), "{storage:?}");
}

/// The second byte of a Japanese character may be a backslash.
#[test]
fn a_backslash_within_a_character_is_no_folder() {
    let storage = open(&[
        Part::stored(b"\x8E\xCA\x90\x5E\\\x83\\\x81\x5B\x83X\x95\\.jpg", "1"),
        Part::stored(b"\x82\xA2\x82\xBF\x82\xB2.jpg", "2"),
    ]);
    assert_eq!(paths(&storage), ["いちご.jpg", "写真/ソース表.jpg"]);
}

#[test]
fn names_of_windows_in_europe_are_read() {
    let storage = open(&[
        Part::stored(b"gr\x81n_1.jpg", "1"),
        Part::stored(b"gr\x81n_2.jpg", "2"),
        Part::stored("labels.csv", "3"),
    ]);
    assert_eq!(paths(&storage), ["grün_1.jpg", "grün_2.jpg", "labels.csv"]);
    assert!(note(&storage).contains("code page"));
}

fn unicode_path(raw: &[u8], text: &str, version: u8) -> Vec<u8> {
    let mut field = vec![0x75, 0x70];
    let length = u16::try_from(text.len() + 5).expect("short");
    field.extend(length.to_le_bytes());
    field.push(version);
    field.extend(crc32fast::hash(raw).to_le_bytes());
    field.extend(text.as_bytes());
    field
}

#[test]
fn the_unicode_path_field_wins_if_it_is_of_this_name() {
    let raw = b"gr\x81n.jpg";
    let part = |extra: Vec<u8>| Part {
        extra,
        ..Part::stored(raw, "1")
    };
    let storage = open(&[part(unicode_path(raw, "grün wie Gras.jpg", 1))]);
    assert_eq!(paths(&storage), ["grün wie Gras.jpg"]);
    assert!(storage.report().notes.is_empty());
    // Of another name, of another version, cut short, empty, not UTF-8 in spite of its name.
    let whole = unicode_path(raw, "other.jpg", 1);
    let mut long = whole.clone();
    long[2] = 200;
    let mut latin = whole.clone();
    latin[10] = 0xFF;
    for extra in [
        unicode_path(b"gras.jpg", "other.jpg", 1),
        unicode_path(raw, "other.jpg", 2),
        unicode_path(raw, "", 1),
        vec![0x75, 0x70, 2, 0, 1, 0],
        vec![0x75, 0x70, 2],
        long,
        latin,
    ] {
        let storage = open(&[part(extra.clone())]);
        assert_eq!(paths(&storage), ["grün.jpg"], "{extra:?}");
    }
}

#[test]
fn decomposed_names_stay_as_they_are() {
    let storage = open(&[
        Part {
            flags: 0x800,
            ..Part::stored("Schuhe/gru\u{308}n.jpg", "1")
        },
        Part::stored("__MACOSX/Schuhe/._gru\u{308}n.jpg", "fork"),
    ]);
    assert_eq!(paths(&storage), ["Schuhe/gru\u{308}n.jpg"]);
}
