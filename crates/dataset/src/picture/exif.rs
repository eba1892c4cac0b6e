//! The orientation that a camera noted in an image's EXIF data.

use std::ops::Range;

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// The mark before EXIF data in a JPEG; some programs write it elsewhere too.
const MARK: &[u8] = b"Exif\0\0";
/// The most bytes of a text that is unpacked.
const MOST_TEXT: usize = 1 << 20;

/// The turn that the bytes of a JPEG, PNG, WebP or TIFF ask for; none for other kinds.
pub(super) fn orientation(bytes: &[u8]) -> Orientation {
    let found = match find(bytes) {
        Some(data) => Orientation::from_exif_chunk(&bytes[data]),
        None => in_text(bytes).and_then(|data| Orientation::from_exif_chunk(&data)),
    };
    found.unwrap_or(Orientation::NoTransforms)
}

/// Takes the turn out of the bytes of a JPEG, PNG, WebP or TIFF, for [`turn`] after another decoder: some turn, some do
/// not, and none does now. Other kinds keep theirs.
pub fn take_orientation(bytes: &mut [u8]) -> Orientation {
    let Some(data) = find(bytes) else {
        // No browser looks into texts.
        return orientation(bytes);
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
        [0x89, b'P', b'N', b'G', ..] => in_png(bytes, |name, _| name == b"eXIf"),
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
        ] => in_chunks(bytes, false, |name, _| name == b"EXIF"),
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

/// EXIF data in a text of a PNG, as `ImageMagick` wrote them before there was a chunk for them: a name, a number of bytes,
/// and these in hexadecimal.
fn in_text(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"\x89PNG") {
        return None;
    }
    let wanted = |name: &[u8; 4], data: &[u8]| {
        let profile = ["exif", "APP1"].iter().any(|kind| {
            let rest = data.strip_prefix(b"Raw profile type ");
            rest.is_some_and(|rest| rest.starts_with(kind.as_bytes()))
        });
        profile && matches!(name, b"tEXt" | b"zTXt")
    };
    let chunk = in_png(bytes, wanted)?;
    let packed = &bytes[chunk.start - 4..chunk.start] == b"zTXt";
    let chunk = &bytes[chunk];
    let text = &chunk[chunk.iter().position(|&byte| byte == 0)? + 1..];
    let text = if packed {
        decompress_to_vec_zlib_with_limit(text.get(1..)?, MOST_TEXT).ok()?
    } else {
        text.to_vec()
    };
    let mut lines = text
        .split(|&byte| byte == b'\n')
        .skip_while(|line| line.is_empty());
    lines.nth(1)?;
    let digits: Vec<u8> = lines
        .flatten()
        .filter_map(|&digit| (digit as char).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    let data: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    Some(data.strip_prefix(MARK).map_or(data.clone(), <[u8]>::to_vec))
}

fn in_png(bytes: &[u8], wanted: impl Fn(&[u8; 4], &[u8]) -> bool) -> Option<Range<usize>> {
    in_chunks(bytes, true, wanted)
}

/// The data of the first chunk that is wanted, by its name and data. In a PNG a chunk is length, name, data, checksum; in
/// a WebP name, length, data, and a zero after data of odd length.
fn in_chunks(
    bytes: &[u8],
    png: bool,
    wanted: impl Fn(&[u8; 4], &[u8]) -> bool,
) -> Option<Range<usize>> {
    let mut at = if png { 8 } else { 12 };
    loop {
        let field = |at: usize| <[u8; 4]>::try_from(bytes.get(at..at + 4)?).ok();
        let (length, name) = if png {
            (u32::from_be_bytes(field(at)?), field(at + 4)?)
        } else {
            (u32::from_le_bytes(field(at + 4)?), field(at)?)
        };
        let length = usize::try_from(length).ok()?;
        let data = at + 8..(at + 8).checked_add(length)?;
        if wanted(&name, bytes.get(data.clone())?) {
            return Some(data);
        }
        at = data.end.checked_add(if png { 4 } else { length % 2 })?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EXIF data with the orientation 6 only.
    const SIX: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

    /// A PNG of 3 x 2 pixels with one more chunk, before or after its pixels.
    fn png(name: &[u8; 4], data: &[u8], late: bool) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let image = DynamicImage::ImageRgb8(RgbImage::from_fn(3, 2, |x, y| {
            image::Rgb([x as u8, y as u8, 9])
        }));
        let written = image.write_to(&mut bytes, image::ImageFormat::Png);
        written.expect("valid pixels");
        let mut bytes = bytes.into_inner();
        let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
        chunk.extend(name);
        chunk.extend(data);
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
        let hex: String = [MARK, SIX]
            .concat()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let text = format!("\nexif\n      32\n{}\n{}\n", &hex[..20], &hex[20..]);
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
        let plain = [b"Raw profile type exif\0", text.as_bytes()].concat();
        let packed = [b"Raw profile type APP1\0\0", packed.as_slice()].concat();
        for (name, bytes) in [
            ("PNG", png(b"eXIf", SIX, false)),
            ("PNG, after its pixels", png(b"eXIf", SIX, true)),
            ("WebP", webp(b"")),
            ("WebP, with the mark of a JPEG", webp(MARK)),
        ] {
            let turned = crate::decode(&bytes).expect(name);
            assert_eq!(turned.dimensions(), (2, 3), "{name}");
            for end in 0..bytes.len() {
                take_orientation(&mut bytes[..end].to_vec());
            }
            let mut taken = bytes.clone();
            let orientation = take_orientation(&mut taken);
            assert_eq!(orientation, Orientation::Rotate90, "{name}");
            let lying = crate::decode(&taken).expect(name);
            assert_eq!(lying.dimensions(), (3, 2), "{name}");
            assert_eq!(turn(lying, orientation), turned, "{name}");
        }
        for (name, bytes) in [
            ("text", png(b"tEXt", &plain, false)),
            ("packed text", png(b"zTXt", &packed, true)),
        ] {
            let turned = crate::decode(&bytes).expect(name);
            assert_eq!(turned.dimensions(), (2, 3), "{name}");
        }
    }
}
