//! JPEG to RGB pixels.

mod colours;
mod huffman;
mod outline;
mod scan;

use image::RgbImage;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

pub(super) use outline::Outline;

use super::decode::{MAX_PIXELS, MAX_PIXELS_REDUCED, check_sides};
use crate::error::DecodeError;
use colours::Colours;
use scan::{Blocks, Fault};

/// The end-of-image marker.
const END: [u8; 2] = [0xFF, 0xD9];

/// Decodes a JPEG; one of more than [`MAX_PIXELS`] to an eighth of its sides.
pub(super) fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let outline = Outline::read(bytes).ok_or_else(|| cut("it has no scan"))?;
    let (width, height) = (outline.sides.0.into(), outline.sides.1.into());
    check_sides(width, height, MAX_PIXELS_REDUCED)?;
    if outline.planes_apart() {
        return Err(DecodeError::PlanesApart);
    }
    let colours = Colours::of(&outline)?;
    if outline.pixels() > MAX_PIXELS {
        return eighth(bytes, &outline, colours);
    }
    let (end, restarts) = outline.scan_end(bytes);
    let ends = if outline.is_progressive() {
        // The decoder takes zeros for bits that are missing, and says nothing.
        check(bytes)?
    } else {
        let ends = bytes.get(end..end + 2) == Some(&END);
        if !ends || !restarts {
            check(bytes)?;
        } else if !outline.restarts() {
            // The decoder would fill what is missing with grey and say nothing; in strict mode and without an end to
            // read on behind it does.
            match whole(&bytes[..end], colours, true) {
                Ok(picture) => return Ok(picture),
                // It also complains where the last row is but a few bits.
                Err(_) => check(bytes)?,
            };
        }
        ends
    };
    if ends {
        return whole(bytes, colours, false);
    }
    // An `FF` at the end was the first half of the marker.
    let bytes = bytes.strip_suffix(&[0xFF]).unwrap_or(bytes);
    whole(&[bytes, &END].concat(), colours, false)
}

/// Refuses a file that does not have every block; returns true if it has an end marker.
fn check(bytes: &[u8]) -> Result<bool, DecodeError> {
    Blocks::check(bytes).map_err(fault)
}

fn fault(fault: Fault) -> DecodeError {
    match fault {
        Fault::Short => cut("rows are missing"),
        Fault::Damaged => DecodeError::Corrupt {
            detail: "its bits make no JPEG".to_owned(),
        },
    }
}

fn cut(detail: &str) -> DecodeError {
    DecodeError::Truncated {
        detail: detail.to_owned(),
    }
}

/// Decodes every pixel.
fn whole(bytes: &[u8], colours: Colours, strict: bool) -> Result<RgbImage, DecodeError> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    // The decoder's own conversion where it is right, else the planes as they are.
    let found = match decoder.input_colorspace() {
        // What it calls so until it decodes.
        Some(ColorSpace::CMYK) if colours == Colours::Rgb || colours == Colours::YCbCr => {
            ColorSpace::RGB
        }
        Some(ColorSpace::YCCK) if colours == Colours::YCbCr => ColorSpace::YCbCr,
        Some(found) => found,
        None => ColorSpace::Unknown,
    };
    let (planes, raw) = match (colours, found) {
        (Colours::Grey, ColorSpace::Luma)
        | (Colours::YCbCr, ColorSpace::YCbCr)
        | (Colours::Rgb, ColorSpace::RGB) => (ColorSpace::RGB, None),
        (_, ColorSpace::RGB | ColorSpace::YCbCr | ColorSpace::CMYK | ColorSpace::YCCK) => {
            (found, Some(colours))
        }
        _ => {
            return Err(DecodeError::Colours {
                detail: format!("{found:?}"),
            });
        }
    };
    let options = options
        .jpeg_set_out_colorspace(planes)
        .set_strict_mode(strict);
    decoder.set_options(options);
    let mut pixels = vec![0; width * height * planes.num_components()];
    decoder
        .decode_into(&mut pixels)
        .map_err(|error| refused(&error))?;
    drop(decoder);
    if let Some(colours) = raw {
        // In place: three values are never more than were there.
        let each = planes.num_components();
        for at in 0..width * height {
            let mut values = [0; 4];
            values[..each].copy_from_slice(&pixels[at * each..][..each]);
            pixels[at * 3..][..3].copy_from_slice(&colours.rgb(values));
        }
        pixels.truncate(width * height * 3);
    }
    RgbImage::from_raw(width as u32, height as u32, pixels).ok_or(DecodeError::Empty)
}

fn refused(error: &DecodeErrors) -> DecodeError {
    let detail = format!("{error:?}");
    match error {
        DecodeErrors::ExhaustedData | DecodeErrors::IoErrors(_) => {
            DecodeError::Truncated { detail }
        }
        _ => DecodeError::Corrupt { detail },
    }
}

/// Decodes to an eighth of the sides: the mean of each block of 8 x 8 pixels is its first coefficient.
fn eighth(bytes: &[u8], outline: &Outline, colours: Colours) -> Result<RgbImage, DecodeError> {
    let blocks = Blocks::means(bytes).map_err(fault)?;
    let [width, height] =
        [outline.sides.0, outline.sides.1].map(|side| u32::from(side).div_ceil(8));
    Ok(RgbImage::from_fn(width, height, |x, y| {
        let mut planes = [0; 4];
        for (value, plane) in planes.iter_mut().zip(&blocks.planes) {
            let x = x as usize * plane.sampling.0 / blocks.most.0;
            let y = y as usize * plane.sampling.1 / blocks.most.1;
            *value = plane.mean(y * plane.stride + x);
        }
        image::Rgb(colours.rgb(planes))
    }))
}
