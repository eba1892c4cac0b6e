//! The memory that decoding takes, told by a picture's first bytes.

use super::decode::{MAX_PIXELS, MAX_PIXELS_REDUCED, MAX_SIDE};
use super::exif;
use super::jpeg::Outline;

/// Taken by a picture whose header says nothing: one of a format that the browser decodes and draws small.
const UNKNOWN: u64 = 64 << 20;

/// The memory that decoding takes, by a header.
struct Cost {
    sides: (u32, u32),
    /// Bytes per pixel where every pixel is decoded.
    each: u64,
    /// Bytes per pixel of an eighth of the sides; `None` where a huge picture is refused.
    reduced: Option<u64>,
}

/// Bytes that [`decode`](super::decode()) takes at its peak beside the file itself, by the header alone. Nothing for a
/// picture that is refused.
pub fn decoding_bytes(bytes: &[u8]) -> u64 {
    let cost = if bytes.starts_with(&[0xFF, 0xD8]) {
        match Outline::read(bytes) {
            Some(outline) => of_jpeg(&outline),
            None => return 0,
        }
    } else {
        match bytes.get(..29) {
            Some(header) if header.starts_with(b"\x89PNG\r\n\x1a\n") => of_png(header),
            _ => return UNKNOWN,
        }
    };
    let (width, height) = cost.sides;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS_REDUCED || width.max(height) > MAX_SIDE {
        return 0;
    }
    // A turned copy, of 3 bytes as the picture itself.
    let turned = if exif::swaps_sides(exif::orientation(bytes)) {
        6
    } else {
        0
    };
    if pixels <= MAX_PIXELS {
        return pixels * cost.each.max(turned);
    }
    let eighth = u64::from(width.div_ceil(8)) * u64::from(height.div_ceil(8));
    cost.reduced.map_or(0, |each| eighth * each.max(turned))
}

/// A JPEG takes the pixels, and the coefficients of one that comes in several scans; an eighth takes the first
/// coefficient of each block beside its pixels.
fn of_jpeg(outline: &Outline) -> Cost {
    let planes = u64::from(outline.planes);
    let scans = if outline.is_progressive() {
        2 * planes
    } else {
        0
    };
    Cost {
        sides: (outline.sides.0.into(), outline.sides.1.into()),
        each: planes.max(3) + scans,
        reduced: Some(2 * planes + 3),
    }
}

fn of_png(header: &[u8]) -> Cost {
    let side = |at: usize| u32::from_be_bytes([0, 1, 2, 3_usize].map(|byte| header[at + byte]));
    Cost {
        sides: (side(16), side(20)),
        each: per_pixel(header[24], header[25]),
        reduced: (header[28] == 0).then_some(3),
    }
}

/// Bytes per pixel of a PNG of that depth and colour type: the pixels, and their copy in 8-bit RGB.
fn per_pixel(depth: u8, colour: u8) -> u64 {
    let samples = match colour {
        0 => 1,
        2 => 3,
        4 => 2,
        // A palette's entry may have an opacity.
        _ => 4,
    };
    let pixels = if depth == 16 { 2 * samples } else { samples };
    if (depth, colour) == (8, 2) {
        3
    } else {
        pixels + 3
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn jpeg(progressive: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
        encoder.set_progressive(progressive);
        encoder
            .encode(&[90; 40 * 16 * 3], 40, 16, jpeg_encoder::ColorType::Rgb)
            .expect("valid pixels");
        bytes
    }

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let written = picture.write_to(&mut bytes, ImageFormat::Png);
        written.expect("valid pixels");
        bytes.into_inner()
    }

    #[test]
    fn a_header_tells_what_decoding_takes() {
        assert_eq!(decoding_bytes(&jpeg(false)), 40 * 16 * 3);
        assert_eq!(decoding_bytes(&jpeg(true)), 40 * 16 * 9);
        let mut turned = b"\xFF\xE1\x00\x22Exif\0\0MM\x00\x2A\x00\x00\x00\x08\x00\x01".to_vec();
        turned.extend(b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00");
        let mut bytes = jpeg(false);
        bytes.splice(2..2, turned);
        assert_eq!(decoding_bytes(&bytes), 40 * 16 * 6);
        assert_eq!(
            decoding_bytes(&png(&DynamicImage::new_rgb8(7, 3))),
            7 * 3 * 3
        );
        assert_eq!(
            decoding_bytes(&png(&DynamicImage::new_rgba16(7, 3))),
            7 * 3 * 11
        );
        assert_eq!(
            decoding_bytes(&png(&DynamicImage::new_luma8(7, 3))),
            7 * 3 * 4
        );
    }

    #[test]
    fn the_beginning_is_enough_and_damage_is_no_panic() {
        let whole = jpeg(false);
        let scan = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]);
        let end = scan.expect("has a scan") + 5;
        assert_eq!(decoding_bytes(&whole[..end]), 40 * 16 * 3);
        for end in 0..whole.len() {
            decoding_bytes(&whole[..end]);
        }
        let mut huge = png(&DynamicImage::new_rgb8(1, 1));
        huge[16..24].fill(0xFF);
        assert_eq!(decoding_bytes(&huge), 0, "it is refused");
        huge[16..24].copy_from_slice(&[0, 0, 0x20, 0, 0, 0, 0x40, 0]);
        assert_eq!(
            decoding_bytes(&huge),
            1024 * 2048 * 3,
            "an eighth of 8192 x 16384"
        );
        assert_eq!(decoding_bytes(b"RIFF____WEBP"), UNKNOWN);
    }
}
