//! The power fails after every single step of a gallery's making: what is found afterwards is always a whole number of
//! batches, bit for bit as written, and the making goes on from there to the same end.

use std::collections::BTreeMap;

use modulens_schema::{Fit, InputSpec, Task, UserTask};
use modulens_store::{
    Columns, Contents, Disk as _, File, Header, MemoryDisk, Preview, Row, Sizes, Source,
    StoreError, Writer, read_hidden, read_taught,
};

const IMAGES: usize = 10;
const CHANNELS: usize = 3;
const BATCH: usize = 3;

fn header() -> Header {
    Header {
        version: Header::current_version(),
        title: "Mine".into(),
        created: 1.5e12,
        source: Source {
            name: "mine.zip".into(),
            format: "folder".into(),
            fingerprint: "abc".into(),
            terms: String::new(),
            columns: BTreeMap::new(),
        },
        network: "faces".into(),
        weights: "00".into(),
        tasks: vec![Task::binary("Smiling"), Task::binary("Male")],
        channels: CHANNELS,
        input: InputSpec::centred(8, Fit::Crop),
        thumbnail: 8,
        images: IMAGES,
    }
}

fn features(image: usize) -> Vec<f32> {
    (0..CHANNELS)
        .map(|c| (image * CHANNELS + c) as f32 * 0.37)
        .collect()
}

fn thumbnail(image: usize) -> Vec<u8> {
    vec![image as u8; 5 + image]
}

fn columns() -> Columns {
    Columns {
        columns: vec![Task::binary("Hat")],
        cells: (0..IMAGES).map(|image| (image % 2) as u8).collect(),
        texts: vec!["Title".into()],
        rows: (0..IMAGES)
            .map(|image| vec![format!("no. {image}")])
            .collect(),
        ..Columns::default()
    }
}

fn taught(mark: usize) -> Vec<UserTask> {
    vec![UserTask {
        name: "Mine".into(),
        yes: vec![mark; 40],
        no: vec![3],
    }]
}

/// Images 6 and 7 are faces of one file, which has one preview.
fn preview(image: usize) -> Vec<u8> {
    let file = if image == 7 { 6 } else { image };
    vec![file as u8 ^ 0x55; 9 + file]
}

fn frame(image: usize) -> Option<[f32; 4]> {
    matches!(image, 6 | 7).then_some([0.25, -0.5, 0.125, image as f32])
}

/// The preview of an image as it is found, if there is one.
fn found_preview(
    disk: &MemoryDisk,
    contents: &Contents,
    image: usize,
) -> Option<(Preview, Vec<u8>)> {
    let index = disk.bytes(File::PreviewIndex);
    let at = image * Preview::BYTES;
    let preview = Preview::read(index.get(at..at + Preview::BYTES)?)?;
    let previews = disk.bytes(File::Previews);
    let end = preview.end(contents.previews.bytes)?;
    let bytes = previews.get(preview.at as usize..end as usize)?;
    preview.is_of(bytes).then(|| (preview, bytes.to_vec()))
}

fn readable(image: usize) -> bool {
    image != 4
}

/// Makes the gallery, or goes on with it, to the end.
fn make(disk: &MemoryDisk) -> Result<(), StoreError> {
    let ids: Vec<String> = (0..IMAGES).map(|image| format!("{image}.jpg")).collect();
    let labels: Vec<u8> = (0..IMAGES * 2).map(|cell| (cell % 2) as u8).collect();
    let mut writer = match Writer::resume(disk.clone()) {
        Ok(writer) => writer,
        Err(StoreError::NoHeader) => Writer::begin(disk.clone(), header(), &labels, &ids)?,
        Err(error) => return Err(error),
    };
    writer.keep_columns(0, &columns())?;
    writer.keep_taught(&taught(1))?;
    writer.keep_hidden(&[1])?;
    writer.allow_previews(1 << 20);
    while writer.images() < IMAGES {
        let image = writer.images();
        let (features, thumbnail) = (features(image), thumbnail(image));
        writer.push(&if readable(image) {
            Row::Picture {
                features: &features,
                thumbnail: &thumbnail,
            }
        } else {
            Row::Unreadable { why: "cut off" }
        })?;
        if readable(image) {
            writer.push_preview(&preview(image), frame(image));
        }
        if writer.waiting() == BATCH {
            writer.commit()?;
        }
    }
    writer.keep_taught(&taught(2))?;
    writer.keep_hidden(&[1, 3])?;
    writer.complete()
}

fn contents(disk: &MemoryDisk) -> Result<Contents, StoreError> {
    let sizes = Sizes::new(File::ALL.map(|file| disk.size(file).expect("memory")));
    Contents::read(&disk.bytes(File::Journal), &sizes)
}

/// Holds everything that counts against what was written.
fn check(disk: &MemoryDisk, contents: &Contents) {
    let floats: Vec<f32> = disk.bytes(File::Features)[..contents.images * CHANNELS * 4]
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four")))
        .collect();
    let lengths = disk.bytes(File::Lengths);
    let pictures = disk.bytes(File::Pictures);
    let mut at = 0;
    for image in 0..contents.images {
        let length = u32::from_le_bytes(lengths[image * 4..image * 4 + 4].try_into().expect("four"))
            as usize;
        let row = &floats[image * CHANNELS..(image + 1) * CHANNELS];
        if readable(image) {
            assert_eq!(row, features(image));
            assert_eq!(pictures[at..at + length], thumbnail(image));
            let (found, bytes) = found_preview(disk, contents, image).expect("whole");
            assert_eq!((bytes, found.frame), (preview(image), frame(image)));
        } else {
            assert_eq!(found_preview(disk, contents, image), None);
            assert_eq!((row, length), ([0.0; CHANNELS].as_slice(), 0));
        }
        at += length;
    }
    assert_eq!(at as u64, contents.picture_bytes);
    let skipped: Vec<usize> = contents.skipped.iter().map(|(image, _)| *image).collect();
    let expected: Vec<usize> = (0..contents.images)
        .filter(|&image| !readable(image))
        .collect();
    assert_eq!(skipped, expected);
}

/// Holds the label columns, taught tasks and hidden images against what was kept, before the first image and after the last.
fn check_kept(disk: &MemoryDisk, contents: &Contents) {
    let kept = Columns::read(&disk.bytes(File::Columns), IMAGES);
    let tasks = read_taught(&disk.bytes(File::Taught));
    let hidden = read_hidden(&disk.bytes(File::Hidden));
    if contents.images == 0 {
        assert!(kept.columns.is_empty() || kept == columns());
        assert!(tasks.is_empty() || tasks == taught(1));
        assert!(hidden.is_empty() || hidden == [1]);
    } else {
        assert_eq!(kept, columns());
        assert!(tasks == taught(2) || tasks == taught(1) && !contents.complete);
        assert!(hidden == [1, 3] || hidden == [1] && !contents.complete);
    }
}

#[test]
fn whenever_the_power_fails_whole_batches_are_left_and_the_end_is_the_same() {
    let whole = MemoryDisk::default();
    make(&whole).expect("nothing fails");
    let mut seen = Vec::new();
    for steps in 0.. {
        let disk = MemoryDisk::default();
        disk.fail_after(steps);
        let finished = make(&disk).is_ok();
        for kept in [0, 1, 100, 200, 254, 255] {
            let left = disk.after_failure(kept);
            match contents(&left) {
                Ok(found) => {
                    assert!(found.images % BATCH == 0 || found.images == IMAGES);
                    check(&left, &found);
                    check_kept(&left, &found);
                    seen.push(found.images);
                }
                Err(StoreError::NoHeader) => {}
                Err(error) => panic!("after {steps} steps: {error}"),
            }
            make(&left).expect("goes on");
            let end = contents(&left).expect("complete");
            assert!(end.complete);
            check(&left, &end);
            check_kept(&left, &end);
            for file in [
                File::Features,
                File::Pictures,
                File::Lengths,
                File::Labels,
                File::Ids,
                File::Columns,
            ] {
                assert_eq!(
                    left.bytes(file),
                    whole.bytes(file),
                    "{file:?} after {steps} steps"
                );
            }
        }
        if finished {
            break;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [0, 3, 6, 9, 10], "every state was met");
}

#[test]
fn a_full_disk_loses_nothing_and_the_batch_can_be_written_later() {
    let disk = MemoryDisk::default();
    let ids = vec!["x"; IMAGES];
    let mut writer = Writer::begin(disk.clone(), header(), &[0; IMAGES * 2], &ids).expect("begins");
    let used: u64 = File::ALL
        .iter()
        .map(|&file| disk.size(file).expect("memory"))
        .sum();
    for image in 0..IMAGES {
        let (features, thumbnail) = (features(image), thumbnail(image));
        writer
            .push(&Row::Picture {
                features: &features,
                thumbnail: &thumbnail,
            })
            .expect("fits");
    }
    for room in 0..60 {
        disk.limit(Some(used + room));
        let error = writer.commit().expect_err("no room");
        assert!(error.is_full(), "{error}");
        assert_eq!(contents(&disk).expect("begun").images, 0);
    }
    disk.limit(None);
    writer.complete().expect("there is room now");
    assert!(contents(&disk).expect("complete").complete);
}

#[test]
fn a_disk_that_lied_about_flushing_costs_batches_not_the_gallery() {
    let disk = MemoryDisk::default();
    make(&disk).expect("nothing fails");
    let mut cut = disk.clone();
    cut.truncate(File::Features, (7 * CHANNELS * 4) as u64)
        .expect("memory");
    let found = contents(&cut).expect("readable");
    assert_eq!((found.images, found.complete), (6, false));
}

#[test]
fn what_does_not_fit_is_refused() {
    let begin = |labels: usize, ids: usize| {
        Writer::begin(
            MemoryDisk::default(),
            header(),
            &vec![0; labels],
            &vec!["x"; ids],
        )
    };
    assert!(begin(1, IMAGES).is_err() && begin(IMAGES * 2, 1).is_err());
    let mut writer = begin(IMAGES * 2, IMAGES).expect("begins");
    let wrong = Row::Picture {
        features: &[1.0],
        thumbnail: &[],
    };
    assert!(writer.push(&wrong).is_err());
    for _ in 0..IMAGES {
        writer.push(&Row::Unreadable { why: "x" }).expect("fits");
    }
    assert!(writer.push(&Row::Unreadable { why: "x" }).is_err());
    writer.rename("Yours").expect("renamed");
    assert_eq!(writer.contents().title, "Yours");
}

#[test]
fn newer_formats_are_not_guessed_at() {
    let disk = MemoryDisk::default();
    let mut newer = header();
    newer.version += 1;
    Writer::begin(disk.clone(), newer, &[0; IMAGES * 2], &["x"; IMAGES]).expect("begins");
    let error = contents(&disk).expect_err("newer");
    assert!(error.to_string().contains("reload"), "{error}");
}
