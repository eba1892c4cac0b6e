//! The orientation that a camera noted in an image's EXIF data.

use std::ops::Range;

use image::metadata::Orientation;

/// The mark before EXIF data in a JPEG; some programs write it elsewhere too.
const MARK: &[u8] = b"Exif\0\0";

/// The turn that the bytes of a JPEG, PNG, WebP or TIFF ask for.
pub(super) fn orientation(bytes: &[u8]) -> Orientation {
    find(bytes)
        .and_then(|data| Orientation::from_exif_chunk(&bytes[data]))
        .unwrap_or(Orientation::NoTransforms)
}

/// Takes the turn out of a file's bytes, so that another decoder does not turn the image too.
pub(super) fn take(bytes: &mut [u8]) -> Orientation {
    let Some(data) = find(bytes) else {
        return Orientation::NoTransforms;
    };
    let taken = Orientation::remove_from_exif_chunk(&mut bytes[data.clone()]);
    if bytes.starts_with(b"\x89PNG")
        && let Some(chunk) = bytes.get(data.start - 4..data.end)
    {
        let checksum = crc32fast::hash(chunk).to_be_bytes();
        if let Some(place) = bytes.get_mut(data.end..data.end + 4) {
            place.copy_from_slice(&checksum);
        }
    }
    taken.unwrap_or(Orientation::NoTransforms)
}

/// Returns true if the image is to be turned by a quarter.
pub(super) fn swaps_sides(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// The place of the EXIF data.
fn find(bytes: &[u8]) -> Option<Range<usize>> {
    let data = match bytes {
        [0xFF, 0xD8, ..] => in_jpeg(bytes),
        [0x89, b'P', b'N', b'G', ..] => in_chunks(bytes, 8, 12, *b"eXIf", u32::from_be_bytes),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => in_chunks(bytes, 12, 8, *b"EXIF", u32::from_le_bytes),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(0..bytes.len()),
        _ => None,
    }?;
    let mark = bytes[data.clone()].starts_with(MARK);
    Some(if mark {
        data.start + MARK.len()..data.end
    } else {
        data
    })
}

/// The EXIF segment of a JPEG, before its first scan.
fn in_jpeg(bytes: &[u8]) -> Option<Range<usize>> {
    let mut at = 2;
    loop {
        let &[first, marker] = bytes.get(at..at + 2)? else {
            return None;
        };
        match (first, marker) {
            (0xFF, 0xFF) => at += 1,
            (0xFF, 0xD9 | 0xDA) => return None,
            (0xFF, 0x01 | 0xD0..=0xD8) => at += 2,
            (0xFF, _) => {
                let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                let data = at + 4..at + 2 + usize::from(length).max(2);
                at = data.end;
                if marker == 0xE1 && bytes.get(data.clone())?.starts_with(MARK) {
                    return Some(data);
                }
            }
            _ => at += 1,
        }
    }
}

/// The data of a chunk: `first` is the first one's offset, `around` the bytes of a chunk beside its data. In a PNG the
/// length comes before the name and a checksum after the data, in a WebP the name comes first and data of odd length are
/// followed by a zero.
fn in_chunks(
    bytes: &[u8],
    first: usize,
    around: usize,
    name: [u8; 4],
    number: fn([u8; 4]) -> u32,
) -> Option<Range<usize>> {
    let webp = around == 8;
    let mut at = first;
    loop {
        let field = |at: usize| <[u8; 4]>::try_from(bytes.get(at..at.checked_add(4)?)?).ok();
        let (length, found) = if webp {
            (field(at + 4)?, field(at)?)
        } else {
            (field(at)?, field(at + 4)?)
        };
        let length = usize::try_from(number(length)).ok()?;
        let data = at + 8..(at + 8).checked_add(length)?;
        if found == name {
            return (data.end <= bytes.len()).then_some(data);
        }
        let odd = if webp { length % 2 } else { 0 };
        at = at
            .checked_add(around)?
            .checked_add(length)?
            .checked_add(odd)?;
    }
}
