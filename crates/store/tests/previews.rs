//! Larger previews: their budget, a disk without room for them, galleries that have none, and an exported gallery.

use modulens_schema::{Fit, InputSpec, Task};
use modulens_store::{
    Contents, Disk, Entry, File, Header, MemoryDisk, Preview, Previews, Row, Sizes, Source,
    StoreError, Writer,
};
use std::io;

const CHANNELS: usize = 2;

fn header(images: usize) -> Header {
    Header {
        version: Header::current_version(),
        title: "Mine".into(),
        created: 0.0,
        source: source(),
        network: "faces".into(),
        weights: "00".into(),
        tasks: vec![Task::binary("Smiling")],
        channels: CHANNELS,
        input: InputSpec::centred(8, Fit::Crop),
        thumbnail: 8,
        images,
    }
}

fn source() -> Source {
    Source {
        name: "mine.zip".into(),
        format: "folder".into(),
        fingerprint: "abc".into(),
        terms: String::new(),
        columns: std::collections::BTreeMap::new(),
    }
}

fn begin<D: Disk>(disk: D, images: usize) -> Writer<D> {
    let ids: Vec<String> = (0..images).map(|image| image.to_string()).collect();
    Writer::begin(disk, header(images), &vec![0; images], &ids).expect("begins")
}

fn preview(image: usize) -> Vec<u8> {
    vec![image as u8 + 1; 100]
}

/// Takes in images and commits after each.
fn push<D: Disk>(writer: &mut Writer<D>, images: std::ops::Range<usize>) -> Result<(), StoreError> {
    for image in images {
        let (features, thumbnail) = ([image as f32; CHANNELS], [image as u8; 3]);
        writer.push(&Row::Picture {
            features: &features,
            thumbnail: &thumbnail,
        })?;
        writer.push_preview(&preview(image), None);
        writer.commit()?;
    }
    Ok(())
}

fn contents(disk: &MemoryDisk) -> Contents {
    let sizes = Sizes::new(File::ALL.map(|file| disk.size(file).expect("memory")));
    Contents::read(&disk.bytes(File::Journal), &sizes).expect("readable")
}

/// The images with a preview, each held against what was written.
fn previewed(disk: &MemoryDisk) -> Vec<usize> {
    let (index, previews) = (disk.bytes(File::PreviewIndex), disk.bytes(File::Previews));
    let known = contents(disk);
    let rows = index.chunks(Preview::BYTES).take(known.images).enumerate();
    rows.filter_map(|(image, row)| {
        let found = Preview::read(row)?;
        let end = found.end(known.previews.bytes)? as usize;
        let bytes = previews.get(found.at as usize..end)?;
        found.is_of(bytes).then(|| {
            assert_eq!(bytes, preview(image));
            image
        })
    })
    .collect()
}

#[test]
fn images_have_previews_until_the_budget_is_full_and_a_later_writer_has_room_again() {
    let disk = MemoryDisk::default();
    let mut writer = begin(disk.clone(), 6);
    writer.allow_previews(250);
    push(&mut writer, 0..4).expect("fits");
    assert!(writer.previews_are_full());
    drop(writer);
    let mut writer = Writer::resume(disk.clone()).expect("goes on");
    writer.allow_previews(200);
    assert!(writer.previews_are_full(), "there is no more room");
    push(&mut writer, 4..5).expect("fits");
    assert_eq!(previewed(&disk), [0, 1], "the first ones, without a gap");
    writer.allow_previews(u64::MAX);
    push(&mut writer, 5..6).expect("fits");
    let more = Previews {
        images: 3,
        bytes: 300,
        full: false,
    };
    assert_eq!(contents(&disk).previews, more);
    assert_eq!(previewed(&disk), [0, 1, 5]);
    assert_eq!(contents(&disk).images, 6);
}

#[test]
fn nothing_is_kept_unless_it_is_allowed() {
    let disk = MemoryDisk::default();
    let mut writer = begin(disk.clone(), 2);
    writer.push_preview(&preview(0), None);
    push(&mut writer, 0..2).expect("fits");
    assert_eq!(contents(&disk).previews, Previews::default());
    assert_eq!(
        (disk.bytes(File::Previews), disk.bytes(File::PreviewIndex)),
        (vec![], vec![])
    );
    let journal = String::from_utf8(disk.bytes(File::Journal)).expect("text");
    assert!(
        !journal.contains("previews"),
        "as earlier versions wrote it"
    );
}

/// A disk that has no room for previews from some write on.
#[derive(Debug)]
struct Small(MemoryDisk, usize);

impl Disk for Small {
    fn size(&self, file: File) -> io::Result<u64> {
        self.0.size(file)
    }

    fn read(&self, file: File, at: u64, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(file, at, into)
    }

    fn write(&mut self, file: File, at: u64, bytes: &[u8]) -> io::Result<()> {
        if matches!(file, File::Previews | File::PreviewIndex) {
            if self.1 == 0 {
                self.0.write(file, at, &bytes[..bytes.len() / 2])?;
                return Err(io::ErrorKind::QuotaExceeded.into());
            }
            self.1 -= 1;
        }
        self.0.write(file, at, bytes)
    }

    fn truncate(&mut self, file: File, size: u64) -> io::Result<()> {
        self.0.truncate(file, size)
    }

    fn flush(&mut self, file: File) -> io::Result<()> {
        self.0.flush(file)
    }
}

#[test]
fn a_preview_that_the_disk_has_no_room_for_costs_no_image() {
    for writes in 0..6 {
        let disk = MemoryDisk::default();
        let mut writer = begin(Small(disk.clone(), writes), 4);
        writer.allow_previews(u64::MAX);
        push(&mut writer, 0..4).expect("the images have room");
        writer.complete().expect("whole");
        let (known, there) = (contents(&disk), writes / 2);
        assert!(known.complete && known.previews.full);
        assert_eq!(known.previews.images, there);
        assert_eq!(previewed(&disk), Vec::from_iter(0..there));
        assert_eq!(
            disk.bytes(File::Previews).len(),
            100 * there,
            "the rest was cut off"
        );
    }
}

/// One refusal turned off the previews of all that was added later.
#[test]
fn images_added_once_the_disk_has_room_again_have_previews() {
    let disk = MemoryDisk::default();
    let mut writer = begin(Small(disk.clone(), 2), 3);
    writer.allow_previews(u64::MAX);
    push(&mut writer, 0..3).expect("the images have room");
    writer.complete().expect("whole");
    drop(writer);
    assert!(contents(&disk).previews.full);
    let mut writer = Writer::resume(disk.clone()).expect("opens");
    writer
        .add(source(), &[0, 0], &["a", "b"], &[])
        .expect("room for two");
    writer.allow_previews(u64::MAX);
    push(&mut writer, 3..5).expect("fits");
    assert_eq!(previewed(&disk), [0, 3, 4]);
    assert!(!contents(&disk).previews.full);
}

#[test]
fn images_added_to_a_gallery_of_an_earlier_version_have_previews() {
    let disk = MemoryDisk::default();
    let mut writer = begin(disk.clone(), 3);
    push(&mut writer, 0..3).expect("fits");
    writer.complete().expect("whole");
    drop(writer);
    let mut writer = Writer::resume(disk.clone()).expect("opens as before");
    writer.allow_previews(u64::MAX);
    writer
        .add(source(), &[0, 0], &["a", "b"], &[1])
        .expect("room for two");
    push(&mut writer, 3..5).expect("fits");
    assert_eq!(previewed(&disk), [3, 4]);
    assert_eq!(contents(&disk).kept(), 4, "one was replaced");
}

#[test]
fn previews_that_the_disk_lost_are_missing_and_cost_no_image() {
    let disk = MemoryDisk::default();
    let mut writer = begin(disk.clone(), 4);
    writer.allow_previews(u64::MAX);
    push(&mut writer, 0..3).expect("fits");
    drop(writer);
    disk.clone().truncate(File::Previews, 150).expect("memory");
    assert_eq!(contents(&disk).images, 3);
    let mut writer = Writer::resume(disk.clone()).expect("goes on");
    writer.allow_previews(u64::MAX);
    push(&mut writer, 3..4).expect("fits");
    assert_eq!(previewed(&disk), [0, 3]);
}

/// The journal of a restored gallery said that all previews are there, and later ones were written behind a gap.
#[test]
fn a_gallery_restored_without_some_previews_counts_those_that_are_there() {
    let disk = MemoryDisk::default();
    let mut writer = begin(disk.clone(), 4);
    writer.allow_previews(u64::MAX);
    push(&mut writer, 0..4).expect("fits");
    writer.complete().expect("whole");
    drop(writer);
    disk.clone().truncate(File::Previews, 250).expect("memory");
    drop(Writer::resume(disk.clone()).expect("opens"));
    let there = Previews {
        images: 2,
        bytes: 200,
        full: true,
    };
    assert_eq!(contents(&disk).previews, there);
    assert!(contents(&disk).complete);
    let noted = disk.bytes(File::Journal);
    let mut writer = Writer::resume(disk.clone()).expect("opens");
    assert_eq!(disk.bytes(File::Journal), noted, "it is noted once");
    writer.allow_previews(300);
    writer
        .add(source(), &[0, 0], &["a", "b"], &[])
        .expect("room for two");
    push(&mut writer, 4..6).expect("fits");
    assert_eq!(previewed(&disk), [0, 1, 4], "the budget is kept to");
    assert_eq!(disk.bytes(File::Previews).len(), 300, "without a gap");
}

/// An exported gallery is the counted part of every file; one of an earlier version ends before the previews.
#[test]
fn an_exported_gallery_has_its_previews_again() {
    let disk = MemoryDisk::default();
    let mut writer = begin(disk.clone(), 4);
    writer.allow_previews(350);
    push(&mut writer, 0..4).expect("fits");
    writer.complete().expect("whole");
    let sizes = Sizes::new(File::ALL.map(|file| disk.size(file).expect("memory")));
    let known = contents(&disk);
    for (there, expected) in [(File::ALL.len(), vec![0, 1, 2]), (10, vec![])] {
        let mut copy = MemoryDisk::default();
        for file in &File::ALL[..there] {
            let size = known.file_bytes(*file, &sizes) as usize;
            copy.write(*file, 0, &disk.bytes(*file)[..size])
                .expect("memory");
        }
        assert_eq!(previewed(&copy), expected);
        assert_eq!(contents(&copy).images, 4);
        assert!(Writer::resume(copy).is_ok());
    }
    // An earlier version goes on reading where its last file ended.
    let later = [File::Corrections, File::Previews, File::PreviewIndex];
    assert_eq!(File::ALL[10..], later);
    assert_eq!(Entry::read(b"PK\x01\x02", File::Previews), Entry::Directory);
    assert!(File::Previews.is_optional() && File::PreviewIndex.is_optional());
}
