//! A zip written from front to back: stored entries and Zip64 records.
//!
//! Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 and 4.3.15
//! (Zip64 end and its locator), 4.3.16 (end) and 4.5.3 (Zip64 extra field).

use std::io::{self, Write};

/// A version that knows Zip64.
const VERSION: u16 = 45;
/// MS-DOS's first day, 1 January 1980: the same input gives the same bytes.
const DATE: u16 = 1 << 5 | 1;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;

/// A zip on its way.
#[derive(Debug)]
pub(super) struct Archive<W> {
    out: W,
    written: u64,
    directory: Vec<u8>,
    entries: u64,
}

impl<W: Write> Archive<W> {
    /// An empty zip.
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            written: 0,
            directory: Vec::new(),
            entries: 0,
        }
    }

    /// Adds a file.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let too_big = |_| io::Error::other(format!("{name} is too big for an entry"));
        let size = u32::try_from(bytes.len()).map_err(too_big)?;
        let length = u16::try_from(name.len()).map_err(too_big)?;
        let mut facts = Vec::with_capacity(22);
        put16(&mut facts, &[VERSION, FLAGS, 0, 0, DATE]);
        put32(&mut facts, &[crc32fast::hash(bytes), size, size]);
        put16(&mut facts, &[length]);

        let start = self.written;
        self.write(b"PK\x03\x04")?;
        self.write(&facts)?;
        self.write(&[0, 0])?;
        self.write(name.as_bytes())?;
        self.write(bytes)?;

        // Beyond 4 GiB the place of a file is in an extra field.
        let (place, wide) = match u32::try_from(start) {
            Ok(place) if place < u32::MAX => (place, false),
            _ => (u32::MAX, true),
        };
        let directory = &mut self.directory;
        directory.extend(b"PK\x01\x02");
        // Made on Unix, so that readers find the permissions below.
        put16(directory, &[3 << 8 | VERSION]);
        directory.extend(&facts);
        put16(directory, &[if wide { 12 } else { 0 }, 0, 0, 0]);
        put32(directory, &[0o100_644 << 16, place]);
        directory.extend(name.as_bytes());
        if wide {
            put16(directory, &[1, 8]);
            directory.extend(start.to_le_bytes());
        }
        self.entries += 1;
        Ok(())
    }

    /// Writes the directory; returns what was written to, not flushed, and the zip's size.
    pub(super) fn finish(mut self) -> io::Result<(W, u64)> {
        let start = self.written;
        let directory = std::mem::take(&mut self.directory);
        self.write(&directory)?;
        let mut end = Vec::with_capacity(98);
        let size = directory.len() as u64;
        let place = self.written;
        end.extend(b"PK\x06\x06");
        put64(&mut end, &[44]);
        put16(&mut end, &[3 << 8 | VERSION, VERSION]);
        put32(&mut end, &[0, 0]);
        put64(&mut end, &[self.entries, self.entries, size, start]);
        end.extend(b"PK\x06\x07");
        put32(&mut end, &[0]);
        put64(&mut end, &[place]);
        put32(&mut end, &[1]);
        // What does not fit here is all ones, and so points to the record above.
        let entries = u16::try_from(self.entries).unwrap_or(u16::MAX);
        let short = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        end.extend(b"PK\x05\x06");
        put16(&mut end, &[0, 0, entries, entries]);
        put32(&mut end, &[short(size), short(start)]);
        put16(&mut end, &[0]);
        self.write(&end)?;
        Ok((self.out, self.written))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

fn put16(out: &mut Vec<u8>, values: &[u16]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn put32(out: &mut Vec<u8>, values: &[u32]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn put64(out: &mut Vec<u8>, values: &[u64]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use modulens_dataset::Storage;

    use super::*;

    #[test]
    fn files_beyond_every_short_limit_are_found() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("x.zip");
        let mut archive = Archive::new(File::create(&path).expect("made"));
        archive.add("first.txt", b"one").expect("added");
        // A hole costs no disk; it stands for gigabytes of pictures.
        let hole = 5 << 30;
        io::Seek::seek(&mut archive.out, io::SeekFrom::Current(hole)).expect("a hole");
        archive.written += hole as u64;
        for number in 0..70_000 {
            archive.add(&format!("{number}.txt"), b"").expect("added");
        }
        archive.add("last.txt", b"two").expect("added");
        let (_, size) = archive.finish().expect("finished");
        assert_eq!(fs::metadata(&path).expect("there").len(), size);
        let storage = Storage::open(&path).expect("a zip");
        assert_eq!(storage.entries().len(), 70_002);
        for (name, content) in [("first.txt", b"one"), ("last.txt", b"two")] {
            let entry = storage.entries().iter().position(|e| e.path == name);
            let entry = entry.expect("there");
            assert_eq!(storage.read(entry).expect("reads"), content);
        }
    }
}
