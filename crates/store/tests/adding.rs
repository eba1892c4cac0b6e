//! The power fails after every single step of adding to a gallery and taking images out of it: what was there before is
//! always there, what was added is a whole number of batches, and the adding goes on from there to the same end.

use std::collections::{BTreeMap, BTreeSet};

use modulens_schema::{Fit, InputSpec, Task};
use modulens_store::{
    Contents, Disk as _, File, Header, MemoryDisk, Origin, Row, Sizes, Source, StoreError, Writer,
};

const FIRST: usize = 4;
/// Images added: the first replaces image 1, another cannot be read.
const ADDED: usize = 5;
const BATCH: usize = 2;
const REPLACED: usize = 1;
const UNREADABLE: usize = 6;
const TAKEN_OUT: usize = 2;
const DATA: [File; 6] = [
    File::Features,
    File::Pictures,
    File::Lengths,
    File::Labels,
    File::Ids,
    File::Origins,
];

fn source(fingerprint: &str) -> Source {
    Source {
        name: "day".into(),
        format: "folder".into(),
        fingerprint: fingerprint.into(),
        terms: String::new(),
        columns: BTreeMap::new(),
    }
}

fn header() -> Header {
    Header {
        version: Header::current_version(),
        title: "Mine".into(),
        created: 1.5e12,
        source: source("day 1"),
        network: "faces".into(),
        weights: "00".into(),
        tasks: vec![Task::binary("Smiling"), Task::binary("Male")],
        channels: 2,
        input: InputSpec::centred(8, Fit::Crop),
        thumbnail: 8,
        images: FIRST,
    }
}

/// The name of an image: the first one added has that of the one it replaces.
fn id(image: usize) -> String {
    format!("{}.jpg", if image == FIRST { REPLACED } else { image })
}

fn features(image: usize) -> [f32; 2] {
    [image as f32, -0.5]
}

fn origin(image: usize) -> Origin {
    Origin::of(&vec![7; image + 1])
}

fn labels(images: std::ops::Range<usize>) -> Vec<u8> {
    images.flat_map(|image| [(image % 2) as u8, 255]).collect()
}

/// Pushes images up to the end of what is planned.
fn push(writer: &mut Writer<MemoryDisk>) -> Result<(), StoreError> {
    while writer.images() < writer.contents().header.images {
        let image = writer.images();
        let row = if image == UNREADABLE {
            Row::Unreadable { why: "cut off" }
        } else {
            Row::Picture {
                features: &features(image),
                thumbnail: &vec![image as u8; 3 + image],
            }
        };
        writer.push_from(&row, origin(image))?;
        if writer.waiting() == BATCH {
            writer.commit()?;
        }
    }
    writer.complete()
}

/// A gallery as it is before anything is added.
fn before() -> MemoryDisk {
    let disk = MemoryDisk::default();
    let ids: Vec<String> = (0..FIRST).map(id).collect();
    let mut writer =
        Writer::begin(disk.clone(), header(), &labels(0..FIRST), &ids).expect("begins");
    push(&mut writer).expect("nothing fails");
    disk.after_failure(255)
}

/// Adds to the gallery, or goes on with it, to the end; then takes an image out.
fn add(disk: &MemoryDisk) -> Result<(), StoreError> {
    let mut writer = Writer::resume(disk.clone())?;
    if writer.contents().header.source.fingerprint != "day 2" {
        let images = FIRST..FIRST + ADDED;
        let ids: Vec<String> = images.clone().map(id).collect();
        writer.add(source("day 2"), &labels(images), &ids, &[REPLACED])?;
    }
    if !writer.contents().complete {
        push(&mut writer)?;
    }
    if !writer.contents().removed.contains(&TAKEN_OUT) {
        writer.remove(&[TAKEN_OUT, 99])?;
    }
    Ok(())
}

fn sizes(disk: &MemoryDisk) -> Sizes {
    Sizes::new(File::ALL.map(|file| disk.size(file).expect("memory")))
}

fn contents(disk: &MemoryDisk) -> Contents {
    Contents::read(&disk.bytes(File::Journal), &sizes(disk)).expect("a gallery")
}

/// Holds everything that counts against what was written.
fn check(disk: &MemoryDisk, found: &Contents) {
    let sizes = sizes(disk);
    let bytes = |file| {
        let length = usize::try_from(found.file_bytes(file, &sizes)).expect("small");
        disk.bytes(file)[..length].to_vec()
    };
    let all = found.header.images;
    found.header.check_ids(&bytes(File::Ids)).expect("every id");
    let lines = String::from_utf8(bytes(File::Ids)).expect("text");
    assert!(lines.lines().eq((0..all).map(id)));
    assert_eq!(bytes(File::Labels), labels(0..all));
    let origins: Vec<Origin> = (0..found.images).map(origin).collect();
    assert_eq!(Origin::read(&bytes(File::Origins)), origins);
    for (image, row) in bytes(File::Features).chunks_exact(8).enumerate() {
        let expected = if image == UNREADABLE {
            [0.0; 2]
        } else {
            features(image)
        };
        assert_eq!(row, expected.map(f32::to_le_bytes).concat());
    }
    let replaced = found.images > FIRST;
    assert_eq!(
        found.removed.contains(&REPLACED),
        replaced,
        "an image goes as the one that replaces it comes"
    );
}

#[test]
fn whenever_the_power_fails_the_gallery_is_there_with_whole_batches_added() {
    let whole = before();
    add(&whole).expect("nothing fails");
    let mut seen = BTreeSet::new();
    for steps in 0.. {
        let disk = before();
        disk.fail_after(steps);
        let finished = add(&disk).is_ok();
        for kept in [0, 1, 100, 200, 254, 255] {
            let left = disk.after_failure(kept);
            let found = contents(&left);
            let added = found.images.checked_sub(FIRST).expect("none is lost");
            assert!(added.is_multiple_of(BATCH) || added == ADDED);
            check(&left, &found);
            seen.insert((added, found.complete, found.removed.contains(&TAKEN_OUT)));
            add(&left).expect("goes on");
            let end = contents(&left);
            assert!(end.complete);
            assert_eq!(end.removed, BTreeSet::from([REPLACED, TAKEN_OUT]));
            assert_eq!((end.images, end.kept()), (FIRST + ADDED, FIRST + ADDED - 2));
            check(&left, &end);
            for file in DATA {
                assert_eq!(
                    left.bytes(file),
                    whole.bytes(file),
                    "{file:?} after {steps}"
                );
            }
        }
        if finished {
            break;
        }
    }
    let states = [
        (0, false, false),
        (0, true, false),
        (2, false, false),
        (4, false, false),
        (5, false, false),
        (5, true, false),
        (5, true, true),
    ];
    assert_eq!(seen, BTreeSet::from(states), "every state was met");
}

#[test]
fn an_addition_that_was_cut_off_can_be_given_up_for_another() {
    let disk = before();
    let mut writer = Writer::resume(disk.clone()).expect("opens");
    let ids: Vec<String> = (FIRST..FIRST + ADDED).map(id).collect();
    writer
        .add(source("day 2"), &labels(FIRST..FIRST + ADDED), &ids, &[])
        .expect("adds");
    let picture = Row::Picture {
        features: &features(FIRST),
        thumbnail: &[1; 7],
    };
    writer.push(&picture).expect("fits");
    writer.commit().expect("nothing fails");
    let mut writer = Writer::resume(disk.clone()).expect("opens");
    writer
        .add(source("day 3"), &[1, 1], &["other.jpg"], &[])
        .expect("adds");
    writer.push(&picture).expect("fits");
    writer.complete().expect("nothing fails");
    let found = contents(&disk);
    assert_eq!((found.images, found.complete), (FIRST + 2, true));
    assert_eq!(found.header.source.fingerprint, "day 3");
    let ids = String::from_utf8(disk.bytes(File::Ids)).expect("text");
    assert!(ids.ends_with("3.jpg\n1.jpg\nother.jpg\n"), "{ids}");
}

#[test]
fn galleries_of_earlier_versions_can_be_added_to() {
    let mut disk = before();
    disk.truncate(File::Origins, 0).expect("memory");
    assert_eq!(contents(&disk).file_bytes(File::Origins, &sizes(&disk)), 0);
    let mut writer = Writer::resume(disk.clone()).expect("opens");
    writer
        .add(source("day 2"), &[0, 0], &["new.jpg"], &[])
        .expect("adds");
    let picture = Row::Picture {
        features: &features(9),
        thumbnail: &[1],
    };
    writer.push_from(&picture, origin(9)).expect("fits");
    writer.complete().expect("nothing fails");
    let mut expected = vec![Origin::UNKNOWN; FIRST];
    expected.push(origin(9));
    assert_eq!(Origin::read(&disk.bytes(File::Origins)), expected);
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let disk = before();
    let journal = disk.bytes(File::Journal);
    let mut writer = Writer::resume(disk.clone()).expect("opens");
    assert!(writer.add(source(""), &[0], &["a"], &[]).is_err());
    assert!(writer.add(source(""), &[0, 0], &["a"], &[FIRST]).is_err());
    assert_eq!(disk.bytes(File::Journal), journal);
}
