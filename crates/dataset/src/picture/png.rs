//! Huge PNGs, reduced row by row.

use std::io::{Cursor, ErrorKind};

use image::RgbImage;
use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

use super::decode::{MAX_MEMORY, MAX_PIXELS, blend};
use crate::error::DecodeError;

/// Pixels of the image across and down that become one.
const REDUCTION: u32 = 8;

/// Decodes to an eighth of the sides, each pixel the mean of 8 x 8; one that comes interlaced would have to be held as a
/// whole and is refused.
pub(super) fn eighth(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let limits = Limits {
        bytes: MAX_MEMORY as usize,
    };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(fault)?;
    let (width, height) = reader.info().size();
    if reader.info().interlaced {
        return Err(DecodeError::TooLarge {
            width,
            height,
            limit: MAX_PIXELS,
        });
    }
    let colour = reader.output_color_type().0;
    let each = colour.samples();
    let across = width.div_ceil(REDUCTION) as usize;
    let mut pixels = Vec::with_capacity(across * height.div_ceil(REDUCTION) as usize * 3);
    let mut sums = vec![[0_u32; 3]; across];
    for y in 0..height {
        let row = reader.next_row().map_err(fault)?;
        let row = row.ok_or(DecodeError::Empty)?;
        let groups = row.data().chunks(each * REDUCTION as usize);
        for (sum, group) in sums.iter_mut().zip(groups) {
            for pixel in group.chunks_exact(each) {
                let rgb = over_white(colour, pixel);
                for (sum, value) in sum.iter_mut().zip(rgb) {
                    *sum += u32::from(value);
                }
            }
        }
        let rows = y % REDUCTION + 1;
        if rows == REDUCTION || y + 1 == height {
            for (x, sum) in (0..).zip(&mut sums) {
                let count = rows * REDUCTION.min(width - x * REDUCTION);
                pixels.extend(sum.map(|sum| ((sum + count / 2) / count) as u8));
                *sum = [0; 3];
            }
        }
    }
    RgbImage::from_raw(across as u32, height.div_ceil(REDUCTION), pixels).ok_or(DecodeError::Empty)
}

fn over_white(colour: ColorType, pixel: &[u8]) -> [u8; 3] {
    match (colour, pixel) {
        (ColorType::GrayscaleAlpha, &[grey, alpha]) => [blend(grey, alpha); 3],
        (ColorType::Rgba, &[r, g, b, alpha]) => [r, g, b].map(|value| blend(value, alpha)),
        (_, &[r, g, b, ..]) => [r, g, b],
        (_, &[grey, ..]) => [grey; 3],
        _ => [255; 3],
    }
}

fn fault(error: DecodingError) -> DecodeError {
    let detail = error.to_string();
    match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            DecodeError::Truncated { detail }
        }
        _ => DecodeError::Corrupt { detail },
    }
}
