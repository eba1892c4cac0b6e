//! Zips that are whole, and zips that lie.

mod common;

use common::{Part, folder, jpeg, load, zip};
use modulens_dataset::{DatasetError, ReadAt, Storage};

fn open(bytes: &[u8]) -> Result<Storage, DatasetError> {
    let root = folder(&[("x.zip", bytes)]);
    // The file stays open, so it may lose its name.
    Storage::open(root.path().join("x.zip"))
}

fn open_one(part: Part) -> Storage {
    open(&zip(&[part], false)).expect("the directory is fine")
}

fn read_error(part: Part) -> String {
    open_one(part).read(0).expect_err("must fail").to_string()
}

fn only_reason(storage: &Storage) -> &str {
    assert!(storage.entries().is_empty());
    assert_eq!(storage.report().skipped_total, 1);
    &storage.report().skipped[0].why
}

#[test]
fn stored_deflated_and_zip64_entries_read_back() {
    let long: Vec<u8> = (0..200_000u32)
        .flat_map(|at| (at / 7).to_le_bytes())
        .collect();
    let parts = [
        Part::deflated("b/long.bin", long.clone()),
        Part::stored("a.txt", "hello"),
        Part::deflated("empty", ""),
        Part {
            zip64: true,
            ..Part::deflated("wide.txt", "zip64 ".repeat(50))
        },
        Part::stored("folder/", ""),
        Part::stored("__MACOSX/._a.txt", "fork"),
    ];
    for zip64 in [false, true] {
        let mut bytes = zip(&parts, zip64);
        for front in [0, 1000] {
            // A self-extracting zip has a program in front, which no offset in it counts.
            bytes.splice(0..0, vec![0x4D; front]);
            let storage = open(&bytes).expect("whole");
            let paths: Vec<_> = storage
                .entries()
                .iter()
                .map(|entry| entry.path.as_str())
                .collect();
            assert_eq!(paths, ["a.txt", "b/long.bin", "empty", "wide.txt"]);
            assert_eq!(storage.read(0).expect("stored"), b"hello");
            assert_eq!(storage.read(1).expect("deflated"), long);
            assert_eq!(storage.read(2).expect("empty"), b"");
            assert_eq!(
                storage.read(3).expect("wide"),
                "zip64 ".repeat(50).as_bytes()
            );
            assert!(storage.read(4).is_err());
        }
    }
}

#[test]
fn a_bomb_stops_at_the_size_it_claims() {
    let zeros = vec![0; 50_000_000];
    let bomb = Part {
        claimed: Some(1000),
        ..Part::deflated("bomb.jpg", zeros)
    };
    let message = read_error(bomb);
    assert!(
        message.contains("bomb.jpg: it claims 1000 bytes and holds more"),
        "{message}"
    );
}

/// 500 MB of zeros take 0.5 MB in a zip, and took the store's worker with them.
#[test]
fn a_table_that_unpacks_to_hundreds_of_megabytes_is_not_unpacked() {
    let bomb = Part::deflated("attributes.csv", vec![0; (128 << 20) + 1]);
    let message = read_error(bomb);
    assert!(
        message.contains("it has 134217729 bytes, more than 134217728"),
        "{message}"
    );
    let picture = Part {
        claimed: Some((256 << 20) + 1),
        ..Part::deflated("a.jpg", vec![0; 1_000_000])
    };
    let message = read_error(picture);
    assert!(
        message.contains("it has 268435457 bytes, more than 268435456"),
        "{message}"
    );
}

#[test]
fn an_entry_that_is_packed_to_much_more_than_itself_is_left_out() {
    let large = Part {
        claimed: Some(100),
        ..Part::deflated(
            "a.jpg",
            (0..90_000_u32)
                .flat_map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes())
                .collect::<Vec<_>>(),
        )
    };
    assert!(only_reason(&open_one(large)).contains("contradict"));
}

#[test]
fn wrong_sizes_checksums_and_data_are_named() {
    let shrunk = Part {
        claimed: Some(4000),
        ..Part::deflated("a", "short")
    };
    assert!(read_error(shrunk).contains("it claims 4000 bytes and holds 5"));
    let crc = Part {
        crc: Some(7),
        ..Part::stored("a", "hello")
    };
    assert!(read_error(crc).contains("its checksum is wrong"));
    let mut bytes = zip(&[Part::deflated("a", "hello hello hello hello")], false);
    bytes[36..44].fill(0xFF);
    let message = open(&bytes)
        .expect("opens")
        .read(0)
        .expect_err("damaged")
        .to_string();
    assert!(message.contains("its packed data is damaged"), "{message}");
    let elsewhere = Part {
        offset: Some(3),
        ..Part::stored("a", "hello")
    };
    assert!(read_error(elsewhere).contains("points to something else"));
    let huge = Part {
        claimed: Some(u32::MAX - 1),
        ..Part::deflated("a", "hello")
    };
    assert!(read_error(huge).contains("it has 4294967294 bytes, more than"));
}

#[test]
fn entries_that_cannot_be_used_are_left_out_with_a_reason() {
    let reason = |part: Part| only_reason(&open_one(part)).to_owned();
    assert_eq!(
        reason(Part::stored("../../etc/passwd", "x")),
        "path leading out of the zip"
    );
    assert_eq!(
        reason(Part::stored("/etc/passwd", "x")),
        "absolute path in a zip"
    );
    assert_eq!(
        reason(Part::stored("C:\\x.jpg", "x")),
        "absolute path in a zip"
    );
    let encrypted = Part {
        flags: 1,
        ..Part::stored("a.jpg", "x")
    };
    assert!(reason(encrypted).starts_with("encrypted"));
    let strange = Part {
        method: 93,
        ..Part::stored("a.jpg", "x")
    };
    assert!(reason(strange).contains("other than deflate"));
    let beyond = Part {
        offset: Some(1 << 30),
        ..Part::stored("a.jpg", "x")
    };
    assert_eq!(reason(beyond), "outside of the zip");
    let contradiction = Part {
        claimed: Some(99),
        ..Part::stored("a.jpg", "x")
    };
    assert!(reason(contradiction).contains("contradict"));
    let link = Part {
        attributes: 0o120_777 << 16,
        ..Part::stored("a.jpg", "/etc/passwd")
    };
    assert_eq!(reason(link), "a link, not a file");
}

#[test]
fn a_missing_text_file_that_is_there_but_encrypted_is_said_so() {
    let root = folder(&[]);
    let encrypted = Part {
        flags: 1,
        ..Part::stored("Anno/list_attr_celeba.txt", "x")
    };
    let picture = Part::stored("img_align_celeba/000001.jpg", jpeg(4, 4, [0; 3]));
    common::write(
        root.path(),
        &[("c.zip", &zip(&[encrypted, picture], false))],
    );
    let storage = Storage::open(root.path().join("c.zip")).expect("opens");
    let options = modulens_dataset::Options {
        format: modulens_dataset::Format::Celeba,
        ..Default::default()
    };
    let message = modulens_dataset::load(&storage, &options)
        .expect_err("encrypted")
        .to_string();
    assert!(message.contains("is there, but: encrypted"), "{message}");
}

#[test]
fn twins_in_a_zip_are_counted() {
    let storage = open(&zip(
        &[Part::stored("a", "1"), Part::stored("./a", "2")],
        false,
    ))
    .expect("opens");
    assert_eq!(storage.entries().len(), 1);
    assert_eq!(storage.read(0).expect("the first"), b"1");
    assert_eq!(
        storage.report().reasons["there twice, the first is used"],
        1
    );
}

#[test]
fn a_zip_cut_short_or_damaged_anywhere_never_panics() {
    let parts = [
        Part::deflated("a.txt", "hello hello hello"),
        Part {
            zip64: true,
            ..Part::stored("b.txt", "world")
        },
    ];
    let whole = zip(&parts, true);
    for end in 0..whole.len() {
        assert!(open(&whole[..end]).is_err(), "cut at {end}");
    }
    // Every byte once changed: the zip opens and reads, or says why not.
    for at in 0..whole.len() {
        for value in [0x00, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] = value;
            if let Ok(storage) = open(&bytes) {
                for entry in 0..storage.entries().len() {
                    let _ = storage.read(entry);
                }
            }
        }
    }
}

#[test]
fn directories_that_lie_are_refused() {
    let whole = zip(&[Part::stored("a", "1"), Part::stored("b", "2")], false);
    let end = whole.len() - 22;
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = whole.clone();
        changed[end + at..end + at + bytes.len()].copy_from_slice(bytes);
        open(&changed).expect_err("must be refused").to_string()
    };
    let message = with(10, &[1, 0]);
    assert!(
        message.contains("announces 1 entries and holds 2"),
        "{message}"
    );
    let message = with(10, &[0xFF, 0xFF]);
    assert!(message.contains("cannot hold 65535 entries"), "{message}");
    let message = with(12, &[0xFF, 0xFF, 0xFF, 0x00]);
    assert!(message.contains("begin before the file does"), "{message}");
    let message = with(16, &[0xFF, 0xFF, 0xFF, 0x00]);
    assert!(
        message.contains("offset of its directory is wrong"),
        "{message}"
    );
    let message = with(4, &[1, 0]);
    assert!(message.contains("split over several files"), "{message}");
}

#[test]
fn what_is_no_zip_is_told_what_to_do() {
    let message = open(b"\xFF\xD8\xFF\xE0........................")
        .expect_err("an image")
        .to_string();
    assert!(message.starts_with("x.zip is not a zip"), "{message}");
    assert!(open(b"").is_err());
    assert!(
        open(b"PK\x03\x04")
            .expect_err("cut")
            .to_string()
            .contains("its end is missing")
    );
}

#[test]
fn a_broken_zip_among_good_files_is_reported() {
    let picture = jpeg(4, 4, [0; 3]);
    let root = folder(&[("a.jpg", &picture), ("rest.zip", b"PK\x03\x04 cut short")]);
    let (_, dataset) = load(root.path()).expect("the picture is fine");
    assert_eq!(dataset.images.len(), 1);
    assert_eq!(dataset.report.reasons["archive that cannot be opened"], 1);
}

#[test]
fn deflate64_of_windows_explorer_is_unpacked() {
    let data: Vec<u8> = (0..3000u32)
        .flat_map(|at| (at / 7).wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let part = |claimed| Part {
        method: 9,
        claimed,
        ..Part::stored("a.bin", data.clone())
    };
    assert_eq!(open_one(part(None)).read(0).expect("reads"), data);
    let message = read_error(part(Some(11_000)));
    assert!(message.contains("11000 bytes and holds more"), "{message}");
    let message = read_error(part(Some(13_000)));
    assert!(message.contains("13000 bytes and holds 12000"), "{message}");
    // Any byte changed, and cut anywhere: an error, no more.
    let whole = zip(&[part(None)], false);
    for at in (30..whole.len() - 80).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        if let Ok(storage) = open(&bytes) {
            assert!(storage.read(0).is_err() || at < 60, "{at}");
        }
    }
}

/// A file that is a hole but for its ends.
struct Sparse {
    head: Vec<u8>,
    tail: Vec<u8>,
    tail_at: u64,
}

impl ReadAt for Sparse {
    fn read_at(&self, offset: u64, len: usize) -> std::io::Result<Vec<u8>> {
        let end = self.len().min(offset.saturating_add(len as u64));
        let byte = |at: u64| match at.checked_sub(self.tail_at) {
            Some(at) => self.tail[at as usize],
            None => self.head.get(at as usize).copied().unwrap_or(0),
        };
        Ok((offset..end.max(offset)).map(byte).collect())
    }

    fn len(&self) -> u64 {
        self.tail_at + self.tail.len() as u64
    }
}

/// Finder writes no Zip64: sizes and offsets are cut to 32 bits, which looked like 4 GiB in front of the zip.
#[test]
fn a_zip_of_macos_above_4_gb_is_read() {
    let film = (1_u64 << 32) + 1000;
    let mut whole = zip(
        &[
            Part::stored("a.txt", "first"),
            Part::stored("film.mov", vec![0; 1000]),
            Part::stored("b.txt", "second"),
            Part::deflated("c.txt", "third"),
        ],
        false,
    );
    // The hole goes into the film: no number in the zip changes, all of them are cut.
    let film_at = whole.windows(8).position(|name| name == b"film.mov");
    let tail = whole.split_off(film_at.expect("is in it") + 8 + 4 + 1000);
    let tail_at = whole.len() as u64 + film - 1000;
    let sparse = Sparse {
        head: whole,
        tail,
        tail_at,
    };
    let storage = Storage::from_zip("x.zip", sparse).expect("opens");
    let sizes: Vec<u64> = storage.entries().iter().map(|entry| entry.size).collect();
    assert_eq!(sizes, [5, 6, 5, film]);
    assert_eq!(storage.read(0).expect("before"), b"first");
    assert_eq!(storage.read(1).expect("after"), b"second");
    assert_eq!(storage.read(2).expect("after"), b"third");
    assert!(storage.read(3).is_err());
}

/// The directory of the inner zip was taken for that of the whole.
#[test]
fn a_zip_cut_within_is_not_taken_for_the_zip_inside_it() {
    let inner = zip(&[Part::stored("a.txt", "inner")], false);
    let outer = zip(
        &[
            Part::stored("b.txt", "outer"),
            Part::stored("inner.zip", inner),
        ],
        false,
    );
    let end = outer.windows(4).position(|bytes| bytes == b"PK\x05\x06");
    let message = open(&outer[..end.expect("of the inner") + 22])
        .expect_err("cut")
        .to_string();
    assert!(message.contains("cut short"), "{message}");
}
