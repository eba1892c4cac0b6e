//! Archives of every kind that people have: opened, or named with what to do.

mod common;

use std::io::Write as _;

use common::{Part, failure, folder, jpeg, load, tar, write, zip};
use modulens_dataset::{DatasetError, ReadAt, Storage};

const PAGE: &[u8] = b"<!DOCTYPE html><html><title>Quota exceeded</title></html>";

fn open(name: &str, bytes: &[u8]) -> Result<Storage, DatasetError> {
    let root = folder(&[(name, bytes)]);
    Storage::open(root.path().join(name))
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    open(name, bytes).expect_err("must be refused").to_string()
}

/// As a browser hands over what was dropped.
fn dropped(files: &[(&str, &[u8])]) -> Result<Storage, DatasetError> {
    let source = |bytes: &[u8]| Box::new(bytes.to_vec()) as Box<dyn ReadAt>;
    let files = files
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), source(bytes)));
    Storage::from_files("dropped", files.collect())
}

fn paths(storage: &Storage) -> Vec<&str> {
    let entries = storage.entries().iter();
    entries.map(|entry| entry.path.as_str()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn images(folder: &str) -> Vec<u8> {
    let name = |number: u8| format!("{folder}/{number:06}.jpg");
    let parts = (1..4).map(|number| Part::stored(name(number), jpeg(4, 4, [number; 3])));
    zip(&parts.collect::<Vec<_>>(), false)
}

#[test]
fn a_zip_in_a_zip_is_opened_where_it_lies() {
    let inner = images("img_align_celeba");
    let packs: [fn(&str, Vec<u8>) -> Part; 2] = [
        |name, data| Part::stored(name, data),
        |name, data| Part::deflated(name, data),
    ];
    for pack in packs {
        let outer = zip(
            &[
                Part::stored("celeba/Anno/note.txt", "text"),
                pack("celeba/Img/img_align_celeba.zip", inner.clone()),
            ],
            false,
        );
        // Also with something in front, and three deep.
        let shifted = [b"#!/bin/sh\n".to_vec(), outer.clone()].concat();
        let deeper = zip(&[pack("a.zip", outer.clone())], false);
        for bytes in [outer, shifted, deeper] {
            let storage = open("all.zip", &bytes).expect("opens");
            assert_eq!(storage.report().skipped_total, 0, "{}", storage.report());
            assert_eq!(
                paths(&storage),
                [
                    "celeba/Anno/note.txt",
                    "celeba/Img/img_align_celeba/000001.jpg",
                    "celeba/Img/img_align_celeba/000002.jpg",
                    "celeba/Img/img_align_celeba/000003.jpg"
                ]
            );
            for (entry, number) in (1..4).zip(1..) {
                let bytes = storage.read(entry).expect("reads");
                assert_eq!(bytes, jpeg(4, 4, [number; 3]));
            }
        }
    }
}

#[test]
fn the_parts_of_a_drive_folder_are_one_tree() {
    let text = zip(&[Part::stored("celeba/Anno/note.txt", "text")], false);
    let image = zip(&[Part::stored("celeba/Img/a.jpg", "image")], false);
    let storage = dropped(&[("CelebA-002.zip", &image), ("CelebA-001.zip", &text)]);
    let storage = storage.expect("opens");
    assert_eq!(
        paths(&storage),
        ["celeba/Anno/note.txt", "celeba/Img/a.jpg"]
    );
}

#[test]
fn bombs_in_zips_are_refused() {
    // A zip within zips without end.
    let mut nested = zip(&[Part::stored("a.jpg", "x")], false);
    for depth in 0..6 {
        nested = zip(&[Part::deflated(format!("{depth}.zip"), nested)], false);
    }
    let storage = open("x.zip", &nested).expect("opens");
    assert!(paths(&storage).is_empty());
    assert!(
        storage.report().skipped[0]
            .what
            .contains("one archive too many")
    );
    // The same inner zip thousands of times.
    let inner = zip(&[Part::stored("a.jpg", "x")], false);
    let many: Vec<Part> = (0..1200)
        .map(|number| Part::stored(format!("{number}/a.zip"), inner.clone()))
        .collect();
    let storage = open("x.zip", &zip(&many, false)).expect("opens");
    assert_eq!(storage.entries().len(), 1000);
    assert_eq!(storage.report().skipped_total, 200);
    // More than it claims, less than it claims, another checksum, gigabytes of zeros.
    for lie in [
        Part {
            claimed: Some(60),
            ..Part::deflated("b.zip", inner.clone())
        },
        Part {
            claimed: Some(600),
            ..Part::deflated("b.zip", inner.clone())
        },
        Part {
            crc: Some(1),
            ..Part::deflated("b.zip", inner.clone())
        },
        Part::deflated("b.zip", vec![0; 100 << 20]),
        Part {
            offset: Some(3),
            ..Part::stored("b.zip", inner.clone())
        },
    ] {
        let good = Part::stored("a.jpg", jpeg(4, 4, [0; 3]));
        let storage = open("x.zip", &zip(&[good, lie], false)).expect("opens");
        assert_eq!(paths(&storage), ["a.jpg"]);
        let skip = &storage.report().skipped[0];
        assert!(skip.what.starts_with("b.zip"), "{}", skip.what);
    }
}

#[test]
fn an_inner_zip_cut_or_changed_anywhere_never_panics() {
    let inner = images("a");
    for end in (0..inner.len()).step_by(13) {
        let outer = zip(&[Part::stored("b.zip", &inner[..end])], false);
        let storage = open("x.zip", &outer).expect("the outer one is whole");
        assert_eq!(storage.report().skipped_total, 1, "cut at {end}");
    }
    let outer = zip(&[Part::deflated("b.zip", inner)], false);
    for at in (0..outer.len()).step_by(7) {
        let mut changed = outer.clone();
        changed[at] ^= 0x81;
        if let Ok(storage) = open("x.zip", &changed) {
            for entry in 0..storage.entries().len() {
                let _ = storage.read(entry);
            }
        }
    }
}

#[test]
fn an_archive_is_known_by_its_content() {
    let whole = images("a");
    for name in [
        "noname",
        "archive.zip (1)",
        "a.jar",
        "celeba.zip.download",
        "x.bin",
    ] {
        assert_eq!(open(name, &whole).expect(name).entries().len(), 3, "{name}");
        let storage = dropped(&[(name, &whole)]).expect(name);
        assert_eq!(storage.entries().len(), 3, "{name}");
    }
    // Among other files only where the name says nothing.
    let storage = dropped(&[
        ("b/noname", &whole),
        ("c/letter.docx", &whole),
        ("d/note", b"text"),
        ("archive.zip (1)", &tar(&[("t.jpg", b"x")])),
    ]);
    let storage = storage.expect("opens");
    assert_eq!(
        paths(&storage),
        [
            "b/a/000001.jpg",
            "b/a/000002.jpg",
            "b/a/000003.jpg",
            "c/letter.docx",
            "d/note",
            "t.jpg"
        ]
    );
    // A file that is no archive stays a file.
    let image = jpeg(4, 4, [0; 3]);
    assert_eq!(
        paths(&dropped(&[("a.jpg", &image)]).expect("a file")),
        ["a.jpg"]
    );
    let message = refusal("a.jpg", &image);
    assert!(message.contains("neither a folder nor a zip"), "{message}");
}

/// The error was "unpack other archives".
#[test]
fn a_web_page_in_place_of_a_zip_is_named() {
    let sentence = "img_align_celeba.zip is a web page, not a zip: the download was refused; download it again";
    assert_eq!(refusal("img_align_celeba.zip", PAGE), sentence);
    let attributes = b"2\nSmiling Young\n000001.jpg 1 -1\n000002.jpg -1 1\n";
    let files: [(&str, &[u8]); 2] = [
        ("Anno/list_attr_celeba.txt", attributes),
        ("Img/img_align_celeba.zip", PAGE),
    ];
    let root = folder(&files);
    let message = failure(root.path());
    assert!(message.contains(sentence), "{message}");
    let storage = dropped(&files).expect("the table is fine");
    let message = modulens_dataset::load(&storage, &Default::default()).expect_err("no images");
    assert!(message.to_string().contains(sentence), "{message}");
    // With images elsewhere it is in the report.
    write(root.path(), &[("Img/000001.jpg", &jpeg(4, 4, [0; 3]))]);
    let (_, dataset) = load(root.path()).expect("an image");
    assert_eq!(dataset.report.reasons["archive that cannot be opened"], 1);
}

#[test]
fn archives_of_other_kinds_are_named_with_what_to_do() {
    let seven = b"7z\xBC\xAF\x27\x1C\0\x04 and noise".as_slice();
    let rar = b"Rar!\x1A\x07\x01\0 and noise".as_slice();
    for (name, bytes, says) in [
        (
            "a.7z",
            seven,
            "a.7z is a 7z archive, which is not opened here; unpack it with 7-Zip",
        ),
        ("a.zip", seven, "a.zip is a 7z archive"),
        ("a.rar", rar, "a.rar is a RAR archive"),
        ("a.part1.rar", rar, "a.part1.rar is a RAR archive"),
        (
            "a.part2.rar",
            rar,
            "a.part2.rar is one part of a split archive",
        ),
        (
            "a.z01",
            b"PK\x07\x08PK\x03\x04",
            "a.z01 is one part of a split archive",
        ),
        (
            "a.tar.xz",
            b"\xFD7zXZ\0 and noise",
            "a.tar.xz is an xz archive",
        ),
        (
            "a.tar.bz2",
            b"BZh91AY and noise",
            "a.tar.bz2 is a bzip2 archive",
        ),
        (
            "a.tar.zst",
            b"\x28\xB5\x2F\xFD and noise",
            "a.tar.zst is a Zstandard archive",
        ),
        (
            "a.csv.gz",
            &gzip(b"a,b\n1,2\n"),
            "a.csv.gz is a gzip that holds no tar",
        ),
        (
            "a.7z.001",
            seven,
            "a.7z.001 is the first of 1 parts of a 7z archive",
        ),
    ] {
        let message = refusal(name, bytes);
        assert!(message.starts_with(says), "{message}");
        let root = folder(&[(name, bytes), ("note.txt", b"text")]);
        let message = failure(root.path());
        assert!(message.contains(says), "{message}");
    }
    let mut last = zip(&[Part::stored("a", "1")], false);
    let end = last.len() - 22;
    last[end + 4] = 1;
    last[end + 6] = 0;
    last[..4].fill(7);
    let files: [(&str, &[u8]); 2] = [("a.z01", b"PK\x07\x08PK\x03\x04"), ("a.zip", &last)];
    let message = failure(folder(&files).path());
    assert!(
        message.contains("a.zip is the last part of a zip split"),
        "{message}"
    );
    let files: [(&str, &[u8]); 2] = [("x/a.7z.001", seven), ("x/a.7z.002", b"noise")];
    let message = failure(folder(&files).path());
    assert!(
        message.contains("x/a.7z.001 is the first of 2 parts"),
        "{message}"
    );
}

#[test]
fn a_zip_cut_into_parts_is_joined() {
    let whole = images("a");
    let (one, two) = whole.split_at(300);
    let (two, three) = two.split_at(200);
    let parts: [(&str, &[u8]); 3] = [
        ("b/x.zip.001", one),
        ("b/x.zip.002", two),
        ("b/x.zip.003", three),
    ];
    let storage = dropped(&[parts[2], parts[0], parts[1]]).expect("opens");
    assert_eq!(
        paths(&storage),
        ["b/a/000001.jpg", "b/a/000002.jpg", "b/a/000003.jpg"]
    );
    assert_eq!(storage.read(2).expect("reads"), jpeg(4, 4, [3; 3]));
    // Any part will do where the others lie beside it.
    let root = folder(&parts);
    for (part, _) in parts {
        let storage = Storage::open(root.path().join(part)).expect("opens");
        assert_eq!(storage.entries().len(), 3);
        assert_eq!(storage.name(), "x");
    }
    let split: [(&str, &[u8]); 2] = [
        ("x.tar.gz.aa", &gzip(&tar(&[("a.jpg", b"x")]))),
        ("x.tar.gz.ab", b""),
    ];
    assert_eq!(paths(&dropped(&split).expect("opens")), ["a.jpg"]);

    for (given, says) in [
        (
            &parts[..1],
            "b/x.zip.001 is one part of an archive that is split over several files",
        ),
        (
            &parts[..2],
            "b/x.zip.001 is the first of 2 parts that do not make a whole archive",
        ),
        (
            &[parts[0], parts[2]],
            "b/x.zip.001 is the first part of b/x.zip, of which others are missing",
        ),
        (
            &parts[1..],
            "b/x.zip.002 is a part of b/x.zip, whose first part is missing",
        ),
    ] {
        let storage = dropped(given);
        let message = match storage {
            Ok(storage) => modulens_dataset::load(&storage, &Default::default())
                .expect_err("no images")
                .to_string(),
            Err(error) => error.to_string(),
        };
        assert!(message.contains(says), "{message}");
    }
    // Numbers behind other files mean nothing.
    let storage = dropped(&[("scan.001", b"x"), ("scan.002", b"y")]).expect("files");
    assert_eq!(paths(&storage), ["scan.001", "scan.002"]);
}

#[test]
fn tars_are_read_plain_and_packed() {
    let image = jpeg(4, 4, [9; 3]);
    let inner = images("in");
    let plain = tar(&[("a/1.jpg", &image), ("._a", b"fork"), ("b/z.zip", &inner)]);
    let packed = gzip(&plain);
    let zipped = zip(
        &[
            Part::deflated("x.tar.gz", packed.clone()),
            Part::stored("y/x.tar", plain.clone()),
        ],
        false,
    );
    for (name, bytes, prefixes) in [
        ("x.tar", &plain, &[""][..]),
        ("x.tgz", &packed, &[""]),
        ("x.tar.gz", &packed, &[""]),
        ("x", &packed, &[""]),
        ("x.zip", &zipped, &["", "y/"]),
    ] {
        let storage = open(name, bytes).expect("opens");
        let expected: Vec<String> = prefixes
            .iter()
            .flat_map(|prefix| {
                ["a/1", "b/in/000001", "b/in/000002", "b/in/000003"]
                    .map(|path| format!("{prefix}{path}.jpg"))
            })
            .collect();
        assert_eq!(paths(&storage), expected, "{name}");
        assert_eq!(storage.name(), "x");
        assert_eq!(storage.read(0).expect("reads"), image);
        assert_eq!(storage.read(3).expect("reads"), jpeg(4, 4, [3; 3]));
    }
    let message = refusal("x.tar.gz", &packed[..packed.len() / 2]);
    assert!(message.contains("damaged or cut short"), "{message}");
    let message = refusal("x.tar.gz", &gzip(&tar(&[("a.jpg", &vec![0; 150 << 20])])));
    assert!(message.contains("MiB if unpacked"), "{message}");
}
