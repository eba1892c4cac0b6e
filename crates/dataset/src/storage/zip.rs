//! The directory of a zip, Zip64 included, read with a few range reads.
//!
//! Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to
//! 4.3.16 (its ends), 4.5.3 (Zip64 extra field), 4.6.9 (Unicode path). Only what a reader of images needs: one
//! disk; stored, deflated or packed by Deflate64; not encrypted. Every number in the file is taken for a claim: offsets are checked against the
//! file's size, sizes against what is really unpacked.

use std::borrow::Cow;

use crate::error::DatasetError;
use crate::report::Report;

use super::names;
use super::path;
use super::read_at::{ReadAt, read_exact};
use super::wrapped::{self, Cut, Found, WRAP};

/// A local header without its name and extra field.
pub(super) const LOCAL: usize = 30;

/// End of central directory without its comment.
const END: usize = 22;
const END64: usize = 56;
const LOCATOR64: usize = 20;
/// A central directory header without its name and fields.
const HEADER: usize = 46;
const MAX_COMMENT: usize = 65_535;
/// Bytes of the directory read at once.
const CHUNK: usize = 1 << 20;
/// Directories beyond this are refused: `CelebA`'s takes 20 MB.
const MAX_DIRECTORY: u64 = 1 << 30;

/// A file of this size may be packed to any number of bytes below it.
const SMALL: u64 = 1 << 16;

pub(crate) const BROKEN: &str = "download or pack the zip again";

/// The compression method of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflated,
    /// Deflate64, which Windows Explorer takes for large zips.
    Deflated64,
}

/// The position of an entry in its zip, and the sizes it claims.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// Of the local header.
    pub(crate) offset: u64,
    /// Size as packed.
    pub(crate) packed: u64,
    /// Size unpacked.
    pub(crate) size: u64,
    pub(crate) crc: u32,
    pub(crate) method: Method,
    /// Length of the name as written in the file, to guess how much to read.
    pub(crate) name_len: u16,
}

/// The files in a zip as (path, member), at most `most` of them. What cannot be used goes into the report under the
/// zip's `name`.
///
/// # Errors
/// When this is no zip, its directory is broken, or it holds too many entries.
pub(crate) fn directory(
    source: &dyn ReadAt,
    name: &str,
    most: usize,
    report: &mut Report,
) -> Result<Vec<(String, Member)>, DatasetError> {
    let end = find_end(source, name)?;
    if end.records > most as u64 {
        return Err(broken(name, format!("it holds more than {most} entries")));
    }
    let places = if end.wrapped {
        places(source, &end, name)?
    } else {
        Vec::new()
    };
    let mut members = Vec::new();
    let (mut odd, mut odd_places) = (Vec::new(), Vec::new());
    let mut count = 0;
    each(source, &end, name, |header| {
        let found = places.get(count).copied();
        count += 1;
        if count > most {
            return Err(broken(name, format!("it holds more than {most} entries")));
        }
        match header.name() {
            Name::Text(raw) => {
                let place = || header.place(&end, source.len(), found);
                members.extend(member(&raw, place, name, report));
            }
            Name::Odd => {
                odd.push(header.name.to_vec());
                odd_places.push(header.place(&end, source.len(), found));
            }
        }
        Ok(())
    })?;
    for (raw, place) in names::decode(&odd, name, report).iter().zip(odd_places) {
        members.extend(member(raw, || place, name, report));
    }
    Ok(members)
}

/// Hands over every header of the directory.
fn each(
    source: &dyn ReadAt,
    end: &End,
    name: &str,
    mut take: impl FnMut(Header<'_>) -> Result<(), DatasetError>,
) -> Result<(), DatasetError> {
    let mut buffer: Vec<u8> = Vec::new();
    let mut at = end.start;
    let mut count = 0u64;
    loop {
        let mut used = 0;
        while let Some((header, length)) = Header::parse(&buffer[used..], name)? {
            count += 1;
            used += length;
            take(header)?;
        }
        buffer.drain(..used);
        if at == end.stop {
            break;
        }
        let wanted = usize::try_from(end.stop - at).unwrap_or(CHUNK).min(CHUNK);
        buffer.extend(read_exact(source, at, wanted).map_err(|source| unreadable(name, source))?);
        at += wanted as u64;
    }
    if !buffer.is_empty() || !end.says(count) {
        let problem = format!(
            "its directory announces {} entries and holds {count}",
            end.records
        );
        return Err(broken(name, problem));
    }
    Ok(())
}

/// The true places of the entries of a zip whose offsets have lost their upper bits.
fn places(source: &dyn ReadAt, end: &End, name: &str) -> Result<Vec<Found>, DatasetError> {
    let mut cuts = Vec::new();
    each(source, end, name, |header| {
        let word = |at| u32_at(header.fixed, at).unwrap_or_default();
        cuts.push(Cut {
            offset: word(42),
            packed: word(20),
            name: header.name.to_vec(),
        });
        Ok(())
    })?;
    wrapped::places(source, &cuts, end.start)
        .map_err(|source| unreadable(name, source))?
        .ok_or_else(|| DatasetError::Zip {
            file: name.to_owned(),
            problem: "it is larger than 4 GB, and macOS left out where its entries lie".into(),
            hint: "unpack it on the Mac and give the folder, or pack it with `zip -r` in a terminal",
        })
}

/// The file of that name, unless it is a folder or cannot be used.
fn member(
    raw: &str,
    place: impl FnOnce() -> Result<Member, &'static str>,
    zip: &str,
    report: &mut Report,
) -> Option<(String, Member)> {
    if raw.ends_with('/') || raw.ends_with('\\') {
        return None;
    }
    let path = match path::clean(raw) {
        Ok(path) if path::is_noise(&path) => return None,
        Ok(path) => path,
        Err(why) => {
            report.skip(raw, zip, why);
            return None;
        }
    };
    match place() {
        Ok(member) => Some((path, member)),
        Err(why) => {
            report.skip(path, zip, why);
            None
        }
    }
}

fn broken(name: &str, problem: impl Into<String>) -> DatasetError {
    DatasetError::Zip {
        file: name.to_owned(),
        problem: problem.into(),
        hint: BROKEN,
    }
}

fn unreadable(name: &str, source: std::io::Error) -> DatasetError {
    DatasetError::Read {
        place: name.to_owned(),
        source,
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// The position of the central directory.
struct End {
    start: u64,
    stop: u64,
    /// Bytes before the zip proper, to be added to every offset in it.
    base: u64,
    records: u64,
    zip64: bool,
    /// Offsets and sizes have lost everything above 32 bits.
    wrapped: bool,
}

impl End {
    /// Returns true if the count fits the announced one. Without Zip64 the field has 16 bits, and
    /// tools write larger archives all the same.
    fn says(&self, count: u64) -> bool {
        if self.zip64 {
            count == self.records
        } else {
            count & 0xFFFF == self.records
        }
    }
}

fn find_end(source: &dyn ReadAt, name: &str) -> Result<End, DatasetError> {
    let len = source.len();
    let tail_len = len.min((END + MAX_COMMENT + LOCATOR64) as u64);
    let tail_start = len - tail_len;
    let tail = read_exact(source, tail_start, usize::try_from(tail_len).unwrap_or(0))
        .map_err(|source| unreadable(name, source))?;
    let position = (0..=tail.len().saturating_sub(END))
        .rev()
        .find(|&at| {
            tail[at..].starts_with(b"PK\x05\x06")
                && u16_at(&tail, at + 20)
                    .is_some_and(|comment| at + END + usize::from(comment) <= tail.len())
        })
        .ok_or_else(|| broken(name, "this is no complete zip (its end is missing)"))?;
    let record = &tail[position..];
    let field = |at| u16_at(record, at).map(u64::from).unwrap_or_default();
    let wide = |at| u32_at(record, at).map(u64::from).unwrap_or_default();
    if field(4) != field(6) || (field(4) != 0 && field(4) != 0xFFFF) {
        return Err(DatasetError::Archive {
            file: name.to_owned(),
            what: "the last part of a zip split over several files".into(),
            hint: "put all parts (.z01, ..., .zip) in one folder and unpack this one with 7-Zip"
                .into(),
        });
    }
    let mut end_at = tail_start + position as u64;
    let (mut records, mut size, mut offset, mut zip64) = (field(10), wide(12), wide(16), false);
    let locator = position
        .checked_sub(LOCATOR64)
        .and_then(|at| tail.get(at..position));
    if let Some(locator) = locator.filter(|bytes| bytes.starts_with(b"PK\x06\x07")) {
        let told = u64_at(locator, 8).unwrap_or_default();
        let (at, record) = find_end64(source, name, told, end_at)?;
        records = u64_at(&record, 32).unwrap_or_default();
        size = u64_at(&record, 40).unwrap_or_default();
        offset = u64_at(&record, 48).unwrap_or_default();
        end_at = at;
        zip64 = true;
    }
    if size > MAX_DIRECTORY || records > size / HEADER as u64 {
        let problem = format!("its directory of {size} bytes cannot hold {records} entries");
        return Err(broken(name, problem));
    }
    let start = end_at
        .checked_sub(size)
        .ok_or_else(|| broken(name, "its directory would begin before the file does"))?;
    let mut base = start
        .checked_sub(offset)
        .ok_or_else(|| broken(name, "the offset of its directory is wrong"))?;
    let mut wrapped = false;
    // Something in front of the zip; unless the file begins with an entry.
    if base > 0 && begins_with_entry(source, name)? {
        wrapped = !zip64 && base % WRAP == 0;
        if !wrapped {
            let problem = "it is cut short: its last part is another zip inside it";
            return Err(broken(name, problem));
        }
        base = 0;
    }
    Ok(End {
        start,
        stop: end_at,
        base,
        records,
        zip64,
        wrapped,
    })
}

fn begins_with_entry(source: &dyn ReadAt, name: &str) -> Result<bool, DatasetError> {
    let start = source.read_at(0, 4);
    let start = start.map_err(|source| unreadable(name, source))?;
    Ok(start == b"PK\x03\x04")
}

/// The Zip64 end record: where the locator says, or right before the locator when something was put in
/// front of the zip.
fn find_end64(
    source: &dyn ReadAt,
    name: &str,
    told: u64,
    end_at: u64,
) -> Result<(u64, Vec<u8>), DatasetError> {
    let before = end_at.checked_sub((LOCATOR64 + END64) as u64);
    for at in [Some(told), before].into_iter().flatten() {
        if at
            .checked_add(END64 as u64)
            .is_none_or(|stop| stop > source.len())
        {
            continue;
        }
        let record = read_exact(source, at, END64).map_err(|source| unreadable(name, source))?;
        if record.starts_with(b"PK\x06\x06") {
            return Ok((at, record));
        }
    }
    Err(broken(name, "its Zip64 directory cannot be found"))
}

/// The name of an entry.
enum Name<'a> {
    Text(Cow<'a, str>),
    /// In an encoding that the whole archive must tell.
    Odd,
}

/// One header of the central directory.
struct Header<'a> {
    fixed: &'a [u8],
    name: &'a [u8],
    extra: &'a [u8],
}

impl<'a> Header<'a> {
    /// The first header and its length; `None` while it is incomplete.
    fn parse(bytes: &'a [u8], zip: &str) -> Result<Option<(Self, usize)>, DatasetError> {
        let Some(fixed) = bytes.get(..HEADER) else {
            return Ok(None);
        };
        if !fixed.starts_with(b"PK\x01\x02") {
            return Err(broken(zip, "its directory is damaged"));
        }
        let length = |at| usize::from(u16_at(fixed, at).unwrap_or_default());
        let (name, extra, comment) = (length(28), length(30), length(32));
        let total = HEADER + name + extra + comment;
        if bytes.len() < total {
            return Ok(None);
        }
        let header = Self {
            fixed,
            name: &bytes[HEADER..HEADER + name],
            extra: &bytes[HEADER + name..HEADER + name + extra],
        };
        Ok(Some((header, total)))
    }

    /// The name: from the Unicode path field, or as UTF-8.
    fn name(&self) -> Name<'a> {
        if self.name.is_ascii() && self.extra.is_empty() {
            return Name::Text(String::from_utf8_lossy(self.name));
        }
        if let Some(text) = self.unicode_path() {
            return Name::Text(Cow::Borrowed(text));
        }
        let flagged = u16_at(self.fixed, 8).is_some_and(|flags| flags & 0x800 != 0);
        match std::str::from_utf8(self.name) {
            Ok(text) if flagged || !names::is_doubtful(text) => Name::Text(Cow::Borrowed(text)),
            _ => Name::Odd,
        }
    }

    /// The name in the Unicode path field, if that was written for this very name.
    fn unicode_path(&self) -> Option<&'a str> {
        let field = self.field(0x7075)?;
        if *field.first()? != 1 || u32_at(field, 1)? != crc32fast::hash(self.name) {
            return None;
        }
        std::str::from_utf8(field.get(5..)?)
            .ok()
            .filter(|text| !text.is_empty())
    }

    /// The body of an extra field.
    fn field(&self, wanted: u16) -> Option<&'a [u8]> {
        let mut rest = self.extra;
        loop {
            let body = rest.get(4..4 + usize::from(u16_at(rest, 2)?))?;
            if u16_at(rest, 0)? == wanted {
                return Some(body);
            }
            rest = &rest[4 + body.len()..];
        }
    }

    fn place(&self, end: &End, len: u64, found: Option<Found>) -> Result<Member, &'static str> {
        let short = |at| u16_at(self.fixed, at).unwrap_or_default();
        let word = |at| u32_at(self.fixed, at).unwrap_or_default();
        let made_by_unix = short(4) >> 8 == 3;
        if made_by_unix && word(38) >> 16 & 0o170_000 == 0o120_000 {
            return Err("a link, not a file");
        }
        if short(8) & 0b0100_0001 != 0 {
            return Err("encrypted; unpack the zip with its password");
        }
        let method = match short(10) {
            0 => Method::Stored,
            8 => Method::Deflated,
            9 => Method::Deflated64,
            _ => return Err("packed by a method other than deflate; pack the zip again"),
        };
        let (mut size, mut packed, mut offset) = self.wide_sizes()?;
        if let Some(found) = found {
            offset = found.offset;
            packed += found.more;
            if found.more > 0 && method != Method::Stored {
                return Err("larger than 4 GB in a zip of macOS, which lost its size");
            }
            size += found.more;
        }
        let offset = offset.checked_add(end.base).ok_or("outside of the zip")?;
        let stop = offset.checked_add(30).and_then(|at| at.checked_add(packed));
        if stop.is_none_or(|stop| stop > len) {
            return Err("outside of the zip");
        }
        // Deflate makes nothing much larger: what does not compress is stored, with 5 bytes for every 64 KB.
        let most = match method {
            Method::Stored => size,
            Method::Deflated | Method::Deflated64 => size.saturating_mul(2).saturating_add(SMALL),
        };
        if packed > most || (method == Method::Stored && packed != size) {
            return Err("sizes in the zip's directory contradict each other");
        }
        Ok(Member {
            offset,
            packed,
            size,
            crc: word(16),
            method,
            name_len: short(28),
        })
    }

    /// Unpacked size, packed size and offset, from the Zip64 field where the header has no room.
    fn wide_sizes(&self) -> Result<(u64, u64, u64), &'static str> {
        let word = |at| u32_at(self.fixed, at).unwrap_or_default();
        let mut fields = [word(24), word(20), word(42)].map(u64::from);
        if fields.iter().all(|&field| field != u64::from(u32::MAX)) {
            return Ok((fields[0], fields[1], fields[2]));
        }
        let body = self.field(1).ok_or("Zip64 sizes are missing")?;
        let mut at = 0;
        let full = fields
            .iter_mut()
            .filter(|field| **field == u64::from(u32::MAX));
        for field in full {
            *field = u64_at(body, at).ok_or("Zip64 sizes are missing")?;
            at += 8;
        }
        Ok((fields[0], fields[1], fields[2]))
    }
}
