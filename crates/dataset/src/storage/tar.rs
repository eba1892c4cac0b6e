//! The entries of a tar, read where they lie.
//!
//! Sources: POSIX.1-2017, `pax`, "ustar Interchange Format" and "pax Header Block"; the GNU tar manual, "Basic Tar
//! Format" (long names, sizes above 8 GiB, sparse files). Links, devices and sparse files are reported, not followed.

use std::io;

use crate::error::DatasetError;
use crate::report::Report;

use super::read_at::{ReadAt, read_exact};
use super::{names, path};

const BLOCK: usize = 512;
/// The longest name or pax header that is read.
const MAX_META: u64 = 1 << 20;
/// Bytes read at once where headers lie close together, and where they do not.
const NEAR: usize = 1 << 20;
const FAR: usize = 4 << 10;

const BROKEN: &str = "download or pack the tar again";

/// A file in a tar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// Returns true if the bytes begin with a tar header.
pub(super) fn is_header(start: &[u8]) -> bool {
    start
        .get(..BLOCK)
        .is_some_and(|block| Header(block).is_sound())
}

/// The files of a tar, at most `most`. What cannot be used goes into the report.
///
/// # Errors
/// When the tar cannot be read, holds too many entries, or is damaged at its very start.
pub(super) fn files(
    source: &dyn ReadAt,
    name: &str,
    most: usize,
    report: &mut Report,
) -> Result<Vec<File>, DatasetError> {
    let mut reader = Reader {
        window: Window {
            source,
            start: 0,
            bytes: Vec::new(),
        },
        at: 0,
        found: Vec::new(),
        left_out: Vec::new(),
        extended: Extended::default(),
        open_end: false,
    };
    let end = loop {
        if reader.found.len() + reader.left_out.len() > most {
            let problem = format!("it holds more than {most} entries");
            return Err(broken(name, problem));
        }
        match reader.step() {
            Ok(true) => {}
            Ok(false) => break None,
            Err(Fault::Read(source)) => {
                let place = name.to_owned();
                return Err(DatasetError::Read { place, source });
            }
            Err(Fault::Damaged(why)) => break Some(why),
        }
    };
    let Reader {
        found,
        left_out,
        at,
        open_end,
        ..
    } = reader;
    if open_end {
        report.note(format!("{name} has no end mark: it may be cut short"));
    }
    if let Some(why) = end {
        if found.is_empty() {
            return Err(broken(name, why));
        }
        let rest = format!("the rest of {name}, from byte {at} on");
        report.skip(rest, name, why);
    }
    Ok(named(found, left_out, name, report))
}

fn broken(name: &str, problem: impl Into<String>) -> DatasetError {
    DatasetError::Zip {
        file: name.to_owned(),
        problem: problem.into(),
        hint: BROKEN,
    }
}

/// Turns names into paths, all at once: their encoding is one for the whole tar.
fn named(
    found: Vec<(Vec<u8>, u64, u64)>,
    left_out: Vec<(Vec<u8>, &'static str)>,
    name: &str,
    report: &mut Report,
) -> Vec<File> {
    let all = found
        .iter()
        .map(|(raw, ..)| raw)
        .chain(left_out.iter().map(|(raw, _)| raw));
    let odd: Vec<Vec<u8>> = all
        .filter(|raw| std::str::from_utf8(raw).is_err())
        .cloned()
        .collect();
    let mut odd = names::decode(&odd, name, report).into_iter();
    let mut text = |raw: Vec<u8>| match String::from_utf8(raw) {
        Ok(text) => text,
        Err(_) => odd.next().unwrap_or_default(),
    };
    let mut files = Vec::with_capacity(found.len());
    for (raw, offset, size) in found {
        let raw = text(raw);
        match path::clean(&raw) {
            Ok(path) if path::is_noise(&path) => {}
            Ok(path) => files.push(File { path, offset, size }),
            Err(why) => report.skip(raw, name, why),
        }
    }
    for (raw, why) in left_out {
        report.skip(text(raw), name, why);
    }
    files
}

enum Fault {
    Read(io::Error),
    Damaged(&'static str),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

const CUT: &str = "the tar is cut short; download it again";
const DAMAGED: &str = "the tar is damaged; download it again";

/// Headers for the entry that follows them.
#[derive(Default)]
struct Extended {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

struct Reader<'a> {
    window: Window<'a>,
    at: u64,
    /// Raw name, offset, size.
    found: Vec<(Vec<u8>, u64, u64)>,
    left_out: Vec<(Vec<u8>, &'static str)>,
    extended: Extended,
    /// The tar ends without the two empty blocks.
    open_end: bool,
}

impl Reader<'_> {
    /// Reads one header; false at the end.
    fn step(&mut self) -> Result<bool, Fault> {
        let len = self.window.source.len();
        if self.at >= len {
            self.open_end = true;
            return Ok(false);
        }
        if len - self.at < BLOCK as u64 {
            return Err(Fault::Damaged(CUT));
        }
        let block = self.window.get(self.at, BLOCK)?.to_vec();
        let header = Header(&block);
        if block.iter().all(|&byte| byte == 0) {
            return Ok(false);
        }
        if !header.is_sound() {
            return Err(Fault::Damaged(DAMAGED));
        }
        let kind = block[156];
        let own = header.number(124, 12).ok_or(Fault::Damaged(DAMAGED))?;
        let is_meta = matches!(kind, b'L' | b'K' | b'x' | b'g' | b'X');
        let size = match kind {
            b'2'..=b'6' => 0,
            _ if is_meta => own,
            _ => self.extended.size.unwrap_or(own),
        };
        let mut data = self.at + BLOCK as u64;
        let mut more = kind == b'S' && block[482] != 0;
        while more {
            // The map of a sparse file goes on in blocks of its own.
            if len.saturating_sub(data) < BLOCK as u64 {
                return Err(Fault::Damaged(CUT));
            }
            more = self.window.get(data, BLOCK)?[504] != 0;
            data += BLOCK as u64;
        }
        let stop = data
            .checked_add(size)
            .filter(|&stop| stop <= len)
            .ok_or(Fault::Damaged(CUT))?;
        if is_meta {
            self.meta(kind, data, size)?;
        } else {
            self.entry(&header, data, size);
        }
        self.at = stop.next_multiple_of(BLOCK as u64);
        Ok(true)
    }

    fn entry(&mut self, header: &Header<'_>, data: u64, size: u64) {
        let extended = std::mem::take(&mut self.extended);
        let name = extended.path.unwrap_or_else(|| header.name());
        match header.0[156] {
            _ if extended.sparse => self.left_out.push((name, "a sparse file in a tar")),
            0 | b'0' | b'7' if name.ends_with(b"/") => {}
            0 | b'0' | b'7' => self.found.push((name, data, size)),
            b'5' | b'D' | b'V' | b'M' => {}
            b'1' | b'2' => self.left_out.push((name, "a link, not a file")),
            b'S' => self.left_out.push((name, "a sparse file in a tar")),
            _ => self.left_out.push((name, "neither a file nor a folder")),
        }
    }

    fn meta(&mut self, kind: u8, data: u64, size: u64) -> Result<(), Fault> {
        if size > MAX_META {
            return Err(Fault::Damaged("a header in the tar is longer than 1 MiB"));
        }
        let body = self.window.get(data, usize::try_from(size).unwrap_or(0))?;
        match kind {
            b'L' => self.extended.path = Some(until_zero(body).to_vec()),
            b'x' | b'X' => self.extended.pax(body).ok_or(Fault::Damaged(DAMAGED))?,
            // Long targets of links, and what holds for the whole tar (a comment, mostly).
            _ => {}
        }
        Ok(())
    }
}

impl Extended {
    /// Takes in the records of a pax header: `LENGTH KEY=VALUE\n`, the length being that of the whole record.
    fn pax(&mut self, mut rest: &[u8]) -> Option<()> {
        while !rest.is_empty() && rest[0] != 0 {
            let space = rest.iter().position(|&byte| byte == b' ')?;
            let length: usize = std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
            let record = rest.get(space + 1..length)?.strip_suffix(b"\n")?;
            let equals = record.iter().position(|&byte| byte == b'=')?;
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"size" => self.size = Some(std::str::from_utf8(value).ok()?.parse().ok()?),
                _ => self.sparse |= key.starts_with(b"GNU.sparse."),
            }
            rest = &rest[length..];
        }
        Some(())
    }
}

/// The part of a source that was read last.
struct Window<'a> {
    source: &'a dyn ReadAt,
    start: u64,
    bytes: Vec<u8>,
}

impl Window<'_> {
    fn get(&mut self, at: u64, len: usize) -> io::Result<&[u8]> {
        let inside = at
            .checked_sub(self.start)
            .and_then(|from| usize::try_from(from).ok());
        let there = |from: &usize| from.saturating_add(len) <= self.bytes.len();
        if let Some(from) = inside.filter(there) {
            return Ok(&self.bytes[from..from + len]);
        }
        let gap = at.saturating_sub(self.start + self.bytes.len() as u64);
        let wanted = len.max(if gap < NEAR as u64 / 4 { NEAR } else { FAR });
        let left = self.source.len().saturating_sub(at);
        let wanted = usize::try_from(left).unwrap_or(wanted).min(wanted).max(len);
        self.bytes = read_exact(self.source, at, wanted)?;
        self.start = at;
        Ok(&self.bytes[..len])
    }
}

struct Header<'a>(&'a [u8]);

impl Header<'_> {
    /// Returns true if the checksum is right. The field itself counts as spaces; some old programs added signed bytes.
    fn is_sound(&self) -> bool {
        let Some(told) = self.number(148, 8).filter(|&told| told > 0) else {
            return false;
        };
        let (mut sum, mut signed) = (0_i64, 0_i64);
        for (at, &byte) in self.0.iter().enumerate() {
            let byte = if (148..156).contains(&at) { b' ' } else { byte };
            sum += i64::from(byte);
            signed += i64::from(byte.cast_signed());
        }
        let told = i64::try_from(told).unwrap_or(-1);
        told == sum || told == signed
    }

    /// A number in octal digits, or above them in base 256.
    fn number(&self, at: usize, len: usize) -> Option<u64> {
        let field = self.0.get(at..at + len)?;
        if field[0] == 0x80 {
            let (high, low) = field.split_at(len - 8);
            let fits = len > 8 && high[1..].iter().all(|&byte| byte == 0);
            return fits.then(|| u64::from_be_bytes(low.try_into().unwrap_or_default()));
        }
        let digits = std::str::from_utf8(until_zero(field)).ok()?.trim();
        if digits.is_empty() {
            return Some(0);
        }
        let octal = digits.bytes().all(|byte| byte.is_ascii_digit());
        octal.then(|| u64::from_str_radix(digits, 8).ok())?
    }

    /// The name; POSIX has room for more in front of it.
    fn name(&self) -> Vec<u8> {
        let name = until_zero(&self.0[..100]);
        let prefix = until_zero(&self.0[345..500]);
        if self.0[257..263] == *b"ustar\0" && !prefix.is_empty() {
            [prefix, b"/", name].concat()
        } else {
            name.to_vec()
        }
    }
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&byte| byte == 0);
    &bytes[..end.unwrap_or(bytes.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header and its data.
    fn member(name: &[u8], kind: u8, size: &[u8], data: &[u8]) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..name.len()].copy_from_slice(name);
        block[100..108].copy_from_slice(b"0000644\0");
        block[124..124 + size.len()].copy_from_slice(size);
        block[156] = kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        seal(&mut block);
        block.extend(data);
        block.resize(block.len().next_multiple_of(BLOCK), 0);
        block
    }

    fn seal(block: &mut [u8]) {
        block[148..156].fill(b' ');
        let sum: u32 = block[..BLOCK].iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }

    fn file(name: &str, data: &[u8]) -> Vec<u8> {
        member(
            name.as_bytes(),
            b'0',
            format!("{:011o}\0", data.len()).as_bytes(),
            data,
        )
    }

    fn meta(kind: u8, body: &[u8]) -> Vec<u8> {
        member(
            b"meta",
            kind,
            format!("{:011o}\0", body.len()).as_bytes(),
            body,
        )
    }

    fn pax(records: &[(&str, &str)]) -> Vec<u8> {
        let mut body = String::new();
        for (key, value) in records {
            let mut length = key.len() + value.len() + 4;
            while length != key.len() + value.len() + 3 + length.to_string().len() {
                length += 1;
            }
            body += &format!("{length} {key}={value}\n");
        }
        meta(b'x', body.as_bytes())
    }

    fn read(parts: &[Vec<u8>]) -> (Result<Vec<File>, DatasetError>, Report) {
        let mut report = Report::default();
        let tar = parts.concat();
        let found = files(&tar, "x.tar", 100, &mut report);
        if let Ok(found) = &found {
            assert!(
                found
                    .iter()
                    .all(|file| file.offset + file.size <= tar.len() as u64)
            );
        }
        (found, report)
    }

    fn paths(parts: &[Vec<u8>]) -> Vec<String> {
        let (found, report) = read(parts);
        assert_eq!(report.skipped_total, 0, "{report}");
        found
            .expect("sound")
            .into_iter()
            .map(|file| file.path)
            .collect()
    }

    #[test]
    fn names_of_every_format_are_read() {
        let long = format!("{}/a.jpg", "folder".repeat(40));
        let mut prefixed = file("b.jpg", b"12");
        prefixed[345..351].copy_from_slice(b"Img/in");
        seal(&mut prefixed);
        let mut old = file("old.jpg", b"1");
        old[257..265].fill(0);
        old[156] = 0;
        seal(&mut old);
        let parts = [
            meta(b'g', b"20 comment=a commit\n"),
            file("a.jpg", b"123"),
            prefixed,
            old,
            meta(b'L', format!("{long}\0").as_bytes()),
            file("folderfolder", b"x"),
            pax(&[("path", "grün.jpg"), ("mtime", "1.5")]),
            file("gr?n.jpg", b"y"),
            member(b"dir/", b'5', b"00000000000\0", b""),
            file("dir/._a.jpg", b"fork"),
            file("./c.jpg", b"z"),
            vec![0; 1024],
            file("behind the end.jpg", b"x"),
        ];
        assert_eq!(
            paths(&parts),
            [
                "a.jpg",
                "Img/in/b.jpg",
                "old.jpg",
                &long,
                "grün.jpg",
                "c.jpg"
            ]
        );
    }

    #[test]
    fn sizes_of_every_format_are_read() {
        let mut wide = vec![0x80, 0, 0, 0];
        wide.extend(700_u64.to_be_bytes());
        let parts = [
            member(b"wide", b'0', &wide, &[1; 700]),
            pax(&[("size", "600")]),
            member(b"pax", b'0', b"00000000000\0", &[2; 600]),
            file("end", b"x"),
        ];
        let (found, _) = read(&parts);
        let found = found.expect("sound");
        let places: Vec<_> = found.iter().map(|file| (file.offset, file.size)).collect();
        assert_eq!(places, [(512, 700), (512 * 6, 600), (512 * 9, 1)]);
    }

    #[test]
    fn links_devices_and_sparse_files_are_left_out_with_a_reason() {
        let mut sparse = file("s", b"map and data");
        sparse[156] = b'S';
        sparse[482] = 1;
        seal(&mut sparse);
        let mut more = vec![0; BLOCK];
        more[504] = 0;
        sparse.splice(BLOCK..BLOCK, more);
        let (found, report) = read(&[
            member(b"l", b'2', b"00000000000\0", b""),
            member(b"h", b'1', b"00000000000\0", b""),
            member(b"d", b'3', b"00000000000\0", b""),
            sparse,
            pax(&[("GNU.sparse.major", "1")]),
            file("t", b"data"),
            file("../a.jpg", b"x"),
            file("a.jpg", b"x"),
        ]);
        assert_eq!(found.expect("sound").len(), 1);
        assert_eq!(report.reasons["a link, not a file"], 2);
        assert_eq!(report.reasons["a sparse file in a tar"], 2);
        assert_eq!(report.reasons["neither a file nor a folder"], 1);
        assert_eq!(report.reasons["path leading out of the zip"], 1);
    }

    #[test]
    fn lying_headers_end_the_tar_and_are_reported() {
        let good = file("a.jpg", b"x");
        let huge = |size: &[u8]| member(b"b", b'0', size, b"x");
        for bad in [
            huge(b"77777777777\0"),
            huge(b"\x80\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
            huge(b"\x80\0\0\x01\0\0\0\0\0\0\0\0"),
            huge(b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
            huge(b"-1\0"),
            huge(b"99\0"),
            meta(b'x', b"99 path=short\n"),
            meta(b'x', b"path=x\n"),
            meta(b'x', b"0 path=x\n"),
            meta(b'x', b"18446744073709551615 path=x\n"),
            meta(b'x', b"13 size=many\n"),
            meta(b'L', &vec![b'a'; (1 << 20) + 1]),
            vec![7; 512],
            vec![0x80; 512],
        ] {
            let (found, report) = read(&[good.clone(), bad.clone(), good.clone()]);
            assert_eq!(found.expect("the first is sound").len(), 1);
            assert_eq!(report.skipped_total, 1, "{report}");
            assert!(read(&[bad]).0.is_err());
        }
        // Too many entries.
        let many = vec![good; 102];
        assert!(read(&many).0.is_err());
    }

    #[test]
    fn a_tar_cut_anywhere_never_panics() {
        let whole = [
            pax(&[("path", "b.jpg")]),
            file("a.jpg", &[1; 900]),
            meta(b'L', b"long"),
            file("c", b"c"),
        ]
        .concat();
        for end in 1..whole.len() {
            let (found, report) = read(&[whole[..end].to_vec()]);
            let Ok(found) = found else { continue };
            let complete = found.len() == 2 && end > 512 * 8;
            assert!(
                complete || report.skipped_total > 0 || !report.notes.is_empty(),
                "{end}"
            );
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0xA5;
            let _ = read(&[changed]);
        }
    }
}
