//! Bytes of an image file to RGB pixels.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use super::{exif, jpeg, png};
use crate::error::DecodeError;

/// The most pixels that are all decoded: 64 million. A JPEG or PNG that has more is decoded to an eighth of its sides.
pub const MAX_PIXELS: u64 = 64_000_000;
/// The most pixels a JPEG or PNG may have: a thousand million.
pub const MAX_PIXELS_REDUCED: u64 = 1_000_000_000;
/// The longest side a picture may have: that of a JPEG. What resizing takes grows with it.
pub const MAX_SIDE: u32 = 65_535;
/// Rows that are put over white at once.
const STRIP: u32 = 64;
/// The most memory decoding may take, in bytes.
pub(super) const MAX_MEMORY: u64 = 512 << 20;

/// Decodes an image to 8-bit RGB: JPEG and PNG everywhere, outside a browser also WebP, GIF, BMP and TIFF. The bytes
/// tell the kind, not a file's name.
///
/// The orientation in the EXIF data is applied; grey and CMYK become RGB; what is transparent shows white; 16 bits
/// become 8; of an animation the first image is taken. A JPEG or PNG of more than [`MAX_PIXELS`] comes at an eighth of
/// its sides. An image that is cut short is an error, never a half-grey one; a JPEG that lacks but its end marker is
/// whole.
///
/// # Errors
/// When the bytes are of another kind, are damaged or cut short, or the image has more than [`MAX_PIXELS`]
/// ([`MAX_PIXELS_REDUCED`] for a JPEG, or a PNG that is not interlaced) or a side longer than [`MAX_SIDE`].
pub fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let picture = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => jpeg::decode(bytes)?,
        Ok(format) if is_read(format) => read(bytes, format)?,
        _ => return Err(foreign(bytes)),
    };
    // Turned last: turning needs room for a second copy, and this one has 3 bytes per pixel instead of up to 8.
    Ok(exif::turn(picture, exif::orientation(bytes)))
}

/// Returns true for a format that is decoded here. A browser has decoders of its own for the others.
fn is_read(format: ImageFormat) -> bool {
    let native = [
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
    ];
    format == ImageFormat::Png || cfg!(not(target_arch = "wasm32")) && native.contains(&format)
}

/// The error for a kind that is not read here, by its name where it is known.
fn foreign(bytes: &[u8]) -> DecodeError {
    let kind = match bytes {
        [] => return DecodeError::NoBytes,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4) {
            Some(b"avif" | b"avis") => "an AVIF image",
            Some(b"heic" | b"heix" | b"heim" | b"hevc" | b"mif1" | b"msf1") => "an HEIC image",
            _ => return DecodeError::NotAPicture,
        },
        [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => "a JPEG XL image",
        [b'G', b'I', b'F', b'8', ..] => "a GIF image",
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
        ] => "a WebP image",
        _ => return DecodeError::NotAPicture,
    };
    DecodeError::Foreign { kind }
}

/// Refuses an image without pixels, or with too many.
pub(super) fn check_sides(width: u32, height: u32, limit: u64) -> Result<(), DecodeError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(DecodeError::Empty);
    }
    if pixels > limit {
        return Err(DecodeError::TooLarge {
            width,
            height,
            limit,
        });
    }
    if width.max(height) > MAX_SIDE {
        return Err(DecodeError::TooLong {
            side: width.max(height),
            limit: MAX_SIDE,
        });
    }
    Ok(())
}

fn read(bytes: &[u8], format: ImageFormat) -> Result<RgbImage, DecodeError> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format)
        .into_decoder()
        .map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let png = format == ImageFormat::Png;
    check_sides(
        width,
        height,
        if png { MAX_PIXELS_REDUCED } else { MAX_PIXELS },
    )?;
    if png && u64::from(width) * u64::from(height) > MAX_PIXELS {
        return png::eighth(bytes);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY);
    decoder.set_limits(limits).map_err(fault)?;
    over_white(DynamicImage::from_decoder(decoder).map_err(fault)?)
}

fn fault(error: ImageError) -> DecodeError {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            DecodeError::Truncated {
                detail: error.to_string(),
            }
        }
        error => DecodeError::Corrupt {
            detail: error.to_string(),
        },
    }
}

/// The picture without transparency, strip by strip: a whole copy in another format would take more room than the
/// picture itself.
fn over_white(picture: DynamicImage) -> Result<RgbImage, DecodeError> {
    if !picture.color().has_alpha() {
        return Ok(picture.into_rgb8());
    }
    let (width, height) = (picture.width(), picture.height());
    let mut opaque = Vec::with_capacity(3 * width as usize * height as usize);
    for top in (0..height).step_by(STRIP as usize) {
        let strip = picture.crop_imm(0, top, width, STRIP.min(height - top));
        let strip = strip.into_rgba8();
        opaque.extend(strip.pixels().flat_map(|pixel| {
            let [r, g, b, alpha] = pixel.0;
            [r, g, b].map(|value| blend(value, alpha))
        }));
    }
    RgbImage::from_raw(width, height, opaque).ok_or(DecodeError::Empty)
}

/// `value` with opacity `alpha` over white, rounded to nearest; integers, so that it is the same everywhere.
pub(super) fn blend(value: u8, alpha: u8) -> u8 {
    let sum = u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
    u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let pixels: Vec<u8> = (0..usize::from(width) * usize::from(height) * 3)
            .map(|at| (at * 7 % 251) as u8)
            .collect();
        let mut bytes = Vec::new();
        jpeg_encoder::Encoder::new(&mut bytes, 90)
            .encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)
            .expect("valid pixels");
        bytes
    }

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, ImageFormat::Png)
            .expect("valid pixels");
        bytes.into_inner()
    }

    #[test]
    fn a_whole_picture_decodes_and_a_part_of_it_never_does() {
        let bytes = jpeg(40, 30);
        assert_eq!(decode(&bytes).expect("whole").dimensions(), (40, 30));
        for end in 3..bytes.len() - 2 {
            let error = decode(&bytes[..end]).expect_err("a part must not pass");
            assert!(matches!(
                error,
                DecodeError::Truncated { .. } | DecodeError::Corrupt { .. }
            ));
        }
    }

    /// A decoder once read some layouts in false colours and said nothing.
    #[test]
    fn every_layout_of_a_jpeg_has_its_colours_or_is_refused() {
        use jpeg_encoder::SamplingFactor::{F_1_1, F_2_1, F_2_2};
        let (width, height) = (48_u16, 40_u16);
        let picture: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| [(4 * x) as u8, (5 * y) as u8, (250 - 2 * x - 3 * y) as u8])
            .collect();
        for quality in [60, 80, 95] {
            for sampling in [F_1_1, F_2_1, F_2_2] {
                for (progressive, own_tables) in [(false, false), (true, false), (false, true)] {
                    let mut bytes = Vec::new();
                    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
                    encoder.set_sampling_factor(sampling);
                    encoder.set_progressive(progressive);
                    // This encoder then stores plane after plane.
                    encoder.set_optimized_huffman_tables(own_tables);
                    encoder
                        .encode(&picture, width, height, jpeg_encoder::ColorType::Rgb)
                        .expect("valid pixels");
                    let what = format!("{quality}, {sampling:?}, {progressive}, {own_tables}");
                    let decoded = decode(&bytes);
                    if own_tables {
                        let error = decoded.expect_err(&what);
                        assert_eq!(error, DecodeError::PlanesApart, "{what}");
                        continue;
                    }
                    let decoded = decoded.expect(&what);
                    let off = decoded.as_raw().iter().zip(&picture);
                    let off: u32 = off.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
                    let mean = off as f32 / picture.len() as f32;
                    assert!(mean < 6.0, "{what}: {mean} off on average");
                }
            }
        }
    }

    /// Many files lack but the end marker; they were refused.
    #[test]
    fn a_jpeg_without_its_end_marker_is_whole() {
        for (progressive, restart) in [(false, 0), (false, 2), (true, 0), (true, 2)] {
            let pixels: Vec<u8> = (0..70 * 50 * 3).map(|at| (at * 7 % 251) as u8).collect();
            let mut bytes = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
            encoder.set_progressive(progressive);
            encoder.set_restart_interval(restart);
            encoder
                .encode(&pixels, 70, 50, jpeg_encoder::ColorType::Rgb)
                .expect("valid pixels");
            let what = format!("progressive {progressive}, restart {restart}");
            let whole = decode(&bytes).expect(&what);
            let trailer = [bytes.as_slice(), &[7; 500]].concat();
            assert_eq!(decode(&trailer).expect(&what), whole, "{what}");
            let end = bytes.len() - 2;
            assert_eq!(decode(&bytes[..end]).expect(&what), whole, "{what}");
            assert_eq!(decode(&bytes[..=end]).expect(&what), whole, "{what}");
            assert!(decode(&bytes[..end - 1]).is_err(), "{what}");
        }
    }

    /// A decoder fills the missing rows with grey or noise where an end marker follows.
    #[test]
    fn half_a_jpeg_with_an_end_marker_is_cut_short() {
        for (progressive, restart) in [(false, 0), (false, 2), (true, 0)] {
            let pixels: Vec<u8> = (0..160 * 120 * 3).map(|at| (at * 7 % 251) as u8).collect();
            let mut bytes = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
            encoder.set_progressive(progressive);
            encoder.set_restart_interval(restart);
            encoder
                .encode(&pixels, 160, 120, jpeg_encoder::ColorType::Rgb)
                .expect("valid pixels");
            for part in [40, 50, 60, 75, 90] {
                let half = &bytes[..bytes.len() * part / 100];
                let ended = [half, &[0xFF, 0xD9]].concat();
                let what = format!("{part} %, progressive {progressive}, restart {restart}");
                assert!(decode(&ended).is_err(), "{what}");
                // Another JPEG after it, as in files of two images.
                assert!(decode(&[half, &bytes].concat()).is_err(), "{what}");
            }
        }
    }

    #[test]
    fn ordinary_jpegs_have_the_pixels_of_the_image_crate() {
        use jpeg_encoder::ColorType::{Luma, Rgb};
        for (width, height) in [(1, 1), (5, 5), (17, 9), (64, 40), (101, 67)] {
            for (kind, each) in [(Luma, 1), (Rgb, 3)] {
                let values = (0..usize::from(width) * usize::from(height) * each).map(|at| {
                    if at % 5 == 0 {
                        128
                    } else {
                        (at * 13 % 256) as u8
                    }
                });
                let mut bytes = Vec::new();
                jpeg_encoder::Encoder::new(&mut bytes, 85)
                    .encode(&values.collect::<Vec<_>>(), width, height, kind)
                    .expect("valid pixels");
                let expected = image::load_from_memory(&bytes).expect("valid").into_rgb8();
                assert_eq!(
                    decode(&bytes).expect("valid"),
                    expected,
                    "{width} x {height}"
                );
            }
        }
    }

    #[test]
    fn other_kinds_are_told_by_their_bytes() {
        let image = DynamicImage::ImageRgb8(RgbImage::from_fn(9, 7, |x, y| {
            image::Rgb([(x * 20) as u8, (y * 30) as u8, 77])
        }));
        for (format, exact) in [
            (ImageFormat::WebP, true),
            (ImageFormat::Bmp, true),
            (ImageFormat::Tiff, true),
            (ImageFormat::Gif, false),
        ] {
            let mut bytes = Cursor::new(Vec::new());
            image.write_to(&mut bytes, format).expect("valid pixels");
            let bytes = bytes.into_inner();
            let decoded = decode(&bytes).expect("a known kind");
            assert_eq!(decoded.dimensions(), (9, 7), "{format:?}");
            assert!(!exact || decoded == image.to_rgb8(), "{format:?}");
            for end in 0..bytes.len() {
                decode(&bytes[..end]).ok();
            }
        }
    }

    #[test]
    fn a_huge_image_comes_at_an_eighth_of_its_sides() {
        // 8200 x 8000 is more than 64 million; plain halves make small files.
        let (width, height) = (8200_u16, 8000_u16);
        let grey: Vec<u8> = (0..usize::from(width) * usize::from(height))
            .map(|at| {
                if at % usize::from(width) < 4096 {
                    40
                } else {
                    200
                }
            })
            .collect();
        let mut files = Vec::new();
        for progressive in [false, true] {
            let mut bytes = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
            encoder.set_progressive(progressive);
            encoder
                .encode(&grey, width, height, jpeg_encoder::ColorType::Luma)
                .expect("valid pixels");
            files.push(bytes);
        }
        let image = image::GrayImage::from_raw(width.into(), height.into(), grey);
        files.push(png(&DynamicImage::ImageLuma8(image.expect("its size"))));
        for (kind, bytes) in ["JPEG", "progressive JPEG", "PNG"].into_iter().zip(files) {
            let small = decode(&bytes).expect("huge, but whole");
            assert_eq!(small.dimensions(), (1025, 1000));
            for (x, value) in [(0, 40), (511, 40), (512, 200), (1024, 200)] {
                assert!(small.get_pixel(x, 999).0[0].abs_diff(value) < 2, "{x}");
            }
            // The first coefficients of a progressive one come first, for all rows.
            let half = decode(&bytes[..bytes.len() / 2]);
            assert!(half.is_err() || kind == "progressive JPEG", "half a {kind}");
        }
    }

    #[test]
    fn a_png_cut_short_is_an_error() {
        let bytes = png(&DynamicImage::ImageRgb8(RgbImage::from_fn(
            64,
            64,
            |x, y| image::Rgb([(x * y) as u8, x as u8, y as u8]),
        )));
        assert!(decode(&bytes).is_ok());
        assert!(decode(&bytes[..bytes.len() / 2]).is_err());
    }

    #[test]
    fn a_damaged_jpeg_is_an_error() {
        let mut bytes = jpeg(40, 30);
        // The length of the first Huffman table runs over the end of the file.
        let table = bytes
            .windows(2)
            .position(|pair| pair == [0xFF, 0xC4])
            .expect("has tables");
        bytes[table + 2] = 0xFF;
        assert!(decode(&bytes).is_err());
    }

    #[test]
    fn text_is_no_picture() {
        let error = decode(b"file,Smiling\n").expect_err("text");
        assert_eq!(error, DecodeError::NotAPicture);
        assert_eq!(decode(b"").expect_err("nothing"), DecodeError::NoBytes);
        let avif = decode(b"\0\0\0\x1cftypavif____").expect_err("avif");
        assert!(avif.to_string().contains("an AVIF image"), "{avif}");
    }

    #[test]
    fn a_png_that_claims_a_huge_size_is_refused_before_it_takes_memory() {
        let mut bytes = png(&DynamicImage::new_rgb8(1, 1));
        bytes[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        let checksum = crc32fast::hash(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert!(matches!(decode(&bytes), Err(DecodeError::TooLarge { .. })));
    }

    /// Resizing 60,000,000 pixels in a row took a gigabyte for its weights alone.
    #[test]
    fn a_picture_longer_than_any_jpeg_is_refused() {
        let line = |width| png(&DynamicImage::new_luma8(width, 1));
        assert_eq!(decode(&line(MAX_SIDE)).expect("long").width(), MAX_SIDE);
        let error = decode(&line(MAX_SIDE + 1)).expect_err("longer");
        assert!(matches!(error, DecodeError::TooLong { side: 65_536, .. }));
    }

    #[test]
    fn every_strip_of_a_transparent_picture_is_put_over_white() {
        let at = |x: u32, y: u32| {
            [
                ((x * 3) as u16).wrapping_mul(256),
                ((y * 7) as u16).wrapping_mul(199),
                65_535,
                40_000,
            ]
        };
        let deep = image::ImageBuffer::from_fn(5, 3 * STRIP / 2, |x, y| image::Rgba(at(x, y)));
        let deep = DynamicImage::ImageRgba16(deep);
        let whole = deep.to_rgba8();
        let picture = decode(&png(&deep)).expect("16 bits");
        assert_eq!(picture.dimensions(), whole.dimensions());
        for (found, pixel) in picture.pixels().zip(whole.pixels()) {
            let [r, g, b, alpha] = pixel.0;
            assert_eq!(found.0, [r, g, b].map(|value| blend(value, alpha)));
        }
    }

    #[test]
    fn grey_becomes_rgb_and_transparent_becomes_white() {
        let grey = decode(&png(&DynamicImage::ImageLuma8(
            image::GrayImage::from_pixel(2, 2, image::Luma([90])),
        )))
        .expect("grey");
        assert_eq!(grey.get_pixel(1, 1).0, [90; 3]);

        let clear = image::RgbaImage::from_pixel(1, 1, image::Rgba([200, 0, 10, 0]));
        let clear = decode(&png(&DynamicImage::ImageRgba8(clear))).expect("alpha");
        assert_eq!(clear.get_pixel(0, 0).0, [255; 3]);
        assert_eq!((blend(100, 255), blend(0, 128)), (100, 127));
    }

    #[test]
    fn the_camera_s_orientation_is_applied() {
        // APP1 with one IFD entry: orientation (0x0112), short, 6 = turn clockwise.
        let mut exif = b"\xFF\xE1\x00\x22Exif\0\0MM\x00\x2A\x00\x00\x00\x08\x00\x01".to_vec();
        exif.extend(b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00");
        let mut bytes = jpeg(40, 16);
        bytes.splice(2..2, exif);
        assert_eq!(decode(&bytes).expect("with EXIF").dimensions(), (16, 40));
    }

    /// Adobe's numbers are inverted, and a decoder that overlooks it shows the negative.
    #[test]
    fn every_kind_of_colours_becomes_rgb() {
        use jpeg_encoder::ColorType::{Cmyk, CmykAsYcck, Ycbcr};
        let segment = |transform: u8| {
            let mut segment = b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0".to_vec();
            segment.push(transform);
            segment
        };
        // Without the markers that the encoder writes, and with others.
        let file = |pixel: &[u8], kind, front: &[u8]| {
            let mut bytes = Vec::new();
            jpeg_encoder::Encoder::new(&mut bytes, 100)
                .encode(&pixel.repeat(256), 16, 16, kind)
                .expect("valid pixels");
            while matches!(bytes[3], 0xE0 | 0xEE) {
                let length = usize::from(u16::from_be_bytes([bytes[4], bytes[5]]));
                bytes.drain(2..4 + length);
            }
            bytes.splice(2..2, front.iter().copied());
            bytes
        };
        let named = |mut bytes: Vec<u8>| {
            let at = |bytes: &[u8], marker| {
                let found = bytes.windows(2).position(|pair| pair == [0xFF, marker]);
                found.expect("there")
            };
            let (frame, scan) = (at(&bytes, 0xC0), at(&bytes, 0xDA));
            for (plane, name) in (0..).zip(*b"RGB") {
                bytes[frame + 10 + 3 * plane] = name;
                bytes[scan + 5 + 2 * plane] = name;
            }
            bytes
        };
        let jfif = b"\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
        // Inks of 200, 100, 50 and black of 60 leave light of 55, 155 and 205, times 195 of 255.
        let light = [42, 119, 157];
        let inks = [200, 100, 50, 60];
        let inverted = inks.map(|ink| 255 - ink);
        let rgb = [200, 90, 30];
        let cases = [
            // The encoder inverts as Adobe's programs do.
            ("CMYK of Adobe", file(&inks, Cmyk, &segment(0)), light),
            ("CMYK of others", file(&inverted, Cmyk, b""), light),
            ("YCCK of Adobe", file(&inks, CmykAsYcck, &segment(2)), light),
            ("RGB, Adobe", file(&rgb, Ycbcr, &segment(0)), rgb),
            ("RGB, by name", named(file(&rgb, Ycbcr, b"")), rgb),
            ("YCbCr, JFIF", file(&[128; 3], Ycbcr, jfif), [128; 3]),
            (
                "YCbCr, JFIF and Adobe",
                file(
                    &[90, 128, 128],
                    Ycbcr,
                    &[jfif, segment(0).as_slice()].concat(),
                ),
                [90; 3],
            ),
        ];
        for (name, bytes, expected) in cases {
            let decoded = decode(&bytes).expect(name);
            let found = decoded.get_pixel(7, 7).0;
            let off = found.iter().zip(expected).map(|(a, b)| a.abs_diff(b)).max();
            assert!(off <= Some(3), "{name}: {found:?} instead of {expected:?}");
        }
        let error = decode(&file(&inks, Cmyk, &segment(1))).expect_err("not known");
        assert!(matches!(error, DecodeError::Colours { .. }), "{error}");
    }
}
