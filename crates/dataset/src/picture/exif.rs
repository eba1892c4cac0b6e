//! The orientation that a camera noted in an image's EXIF data.

use std::ops::Range;

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

/// The mark before EXIF data in a JPEG; some programs write it elsewhere too.
const MARK: &[u8] = b"Exif\0\0";

/// The turn that the bytes of a JPEG, PNG, WebP or TIFF ask for; none for other kinds.
pub(super) fn orientation(bytes: &[u8]) -> Orientation {
    find(bytes)
        .and_then(|data| Orientation::from_exif_chunk(&bytes[data]))
        .unwrap_or(Orientation::NoTransforms)
}

/// Takes the turn out of the bytes of a JPEG, PNG, WebP or TIFF, for [`turn`] after another decoder: some turn, some do
/// not, and none does now. Other kinds keep theirs.
pub fn take_orientation(bytes: &mut [u8]) -> Orientation {
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

/// The image, turned.
pub fn turn(image: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return image;
    }
    let mut image = DynamicImage::ImageRgb8(image);
    image.apply_orientation(orientation);
    image.into_rgb8()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// EXIF data with the orientation 6 only.
    const SIX: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

    fn png(late: bool) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let image = DynamicImage::ImageRgb8(RgbImage::from_fn(3, 2, |x, y| {
            image::Rgb([x as u8, y as u8, 9])
        }));
        let written = image.write_to(&mut bytes, image::ImageFormat::Png);
        written.expect("valid pixels");
        let mut bytes = bytes.into_inner();
        let mut chunk = (SIX.len() as u32).to_be_bytes().to_vec();
        chunk.extend(b"eXIf");
        chunk.extend(SIX);
        chunk.extend(crc32fast::hash(&chunk[4..]).to_be_bytes());
        let place = if late { bytes.len() - 12 } else { 33 };
        bytes.splice(place..place, chunk);
        bytes
    }

    fn webp(mark: &[u8]) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let image = DynamicImage::new_rgb8(3, 2);
        let written = image.write_to(&mut bytes, image::ImageFormat::WebP);
        written.expect("valid pixels");
        let bytes = bytes.into_inner();
        let chunk = |name: &[u8; 4], data: &[u8]| {
            let mut chunk = name.to_vec();
            chunk.extend((data.len() as u32).to_le_bytes());
            chunk.extend(data);
            chunk.resize(chunk.len().next_multiple_of(2), 0);
            chunk
        };
        let mut all = b"WEBP".to_vec();
        all.extend(chunk(b"VP8X", &[8, 0, 0, 0, 2, 0, 0, 1, 0, 0]));
        all.extend(&bytes[12..]);
        all.extend(chunk(b"EXIF", &[mark, SIX].concat()));
        chunk(b"RIFF", &all)
    }

    #[test]
    fn png_and_webp_are_turned_once() {
        for (name, bytes) in [
            ("PNG", png(false)),
            ("PNG, after its pixels", png(true)),
            ("WebP", webp(b"")),
            ("WebP, with the mark of a JPEG", webp(MARK)),
        ] {
            let turned = crate::decode(&bytes).expect(name);
            assert_eq!(turned.dimensions(), (2, 3), "{name}");
            let mut taken = bytes.clone();
            let orientation = take_orientation(&mut taken);
            assert_eq!(orientation, Orientation::Rotate90, "{name}");
            let lying = crate::decode(&taken).expect(name);
            assert_eq!(lying.dimensions(), (3, 2), "{name}");
            assert_eq!(turn(lying, orientation), turned, "{name}");
            for end in 0..bytes.len() {
                take_orientation(&mut bytes[..end].to_vec());
            }
        }
    }
}
