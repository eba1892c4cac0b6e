//! RGB pixels to the network's input.

use std::borrow::Cow;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use image::imageops::FilterType::Triangle;
use image::imageops::{crop_imm, replace};
use modulens_schema::{Fit, InputSpec};

/// The middle square ([`Fit::Crop`]) or the picture on a white square ([`Fit::Pad`]), resized to
/// `size` x `size` pixels.
///
/// The filter is a triangle as wide as the reduction (antialiased bilinear), in fixed-point arithmetic: the
/// same pixels come out natively and in a browser. When the margins are odd, the larger one is right or
/// below. A picture without pixels becomes white.
pub fn prepare(picture: &RgbImage, spec: &InputSpec) -> RgbImage {
    let (width, height) = picture.dimensions();
    let white = image::Rgb([255; 3]);
    if width == 0 || height == 0 || spec.size == 0 {
        return RgbImage::from_pixel(spec.size, spec.size, white);
    }
    let square = match spec.fit {
        _ if width == height => Cow::Borrowed(picture),
        Fit::Crop => {
            let side = width.min(height);
            let (left, top) = ((width - side) / 2, (height - side) / 2);
            // Cut first: the resizer would let pixels outside of a crop box bleed in.
            Cow::Owned(crop_imm(picture, left, top, side, side).to_image())
        }
        Fit::Pad => {
            let side = width.max(height);
            let mut canvas = RgbImage::from_pixel(side, side, white);
            let (left, top) = ((side - width) / 2, (side - height) / 2);
            replace(&mut canvas, picture, left.into(), top.into());
            Cow::Owned(canvas)
        }
    };
    resize(&square, spec.size).unwrap_or_else(|| {
        // The buffers are built to fit, so the resizer has nothing to refuse; should it, the slower filter
        // of the same shape answers.
        image::imageops::resize(square.as_ref(), spec.size, spec.size, Triangle)
    })
}

/// Resizes with the pixel type fixed: told at run time, it would bring the code for every type into a web page.
fn resize(square: &RgbImage, size: u32) -> Option<RgbImage> {
    let source = TypedImageRef::<U8x3>::from_buffer(square.width(), square.height(), square);
    let mut resized = RgbImage::new(size, size);
    let mut target = TypedImage::<U8x3>::from_buffer(size, size, &mut resized).ok()?;
    let filter = ResizeAlg::Convolution(FilterType::Bilinear);
    let options = ResizeOptions::new().resize_alg(filter);
    let done = Resizer::new().resize_typed(&source.ok()?, &mut target, &options);
    done.is_ok().then_some(resized)
}

/// Writes a picture of `size` x `size` pixels as `[3, size, size]` planes: `(x / 255 - mean) / std`.
///
/// `out` has [`InputSpec::len`] values; planes or pixels beyond the shorter of the two are left alone.
pub fn normalise(picture: &RgbImage, spec: &InputSpec, out: &mut [f32]) {
    let pixels = picture.as_raw();
    let plane = (spec.size as usize).pow(2).max(1);
    for (channel, values) in out.chunks_exact_mut(plane).take(3).enumerate() {
        let (mean, std) = (spec.mean[channel], spec.std[channel]);
        let table: [f32; 256] = std::array::from_fn(|value| (value as f32 / 255.0 - mean) / std);
        for (value, pixel) in values.iter_mut().zip(pixels.chunks_exact(3)) {
            *value = table[usize::from(pixel[channel])];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(size: u32, fit: Fit) -> InputSpec {
        InputSpec::centred(size, fit)
    }

    fn stripes(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([
                (x * 5 % 256) as u8,
                (y * 3 % 256) as u8,
                ((x + y) % 256) as u8,
            ])
        })
    }

    #[test]
    fn crop_keeps_the_middle() {
        let picture = RgbImage::from_fn(30, 10, |x, _| {
            image::Rgb(if (10..20).contains(&x) {
                [10, 20, 30]
            } else {
                [200; 3]
            })
        });
        let square = prepare(&picture, &spec(5, Fit::Crop));
        assert_eq!(square.dimensions(), (5, 5));
        assert!(square.pixels().all(|pixel| pixel.0 == [10, 20, 30]));
    }

    #[test]
    fn pad_adds_white_and_keeps_everything() {
        let picture = RgbImage::from_pixel(20, 10, image::Rgb([0; 3]));
        let square = prepare(&picture, &spec(20, Fit::Pad));
        assert_eq!(square.get_pixel(10, 0).0, [255; 3]);
        assert_eq!(square.get_pixel(10, 19).0, [255; 3]);
        assert_eq!(square.get_pixel(0, 10).0, [0; 3]);
        let black = square.pixels().filter(|pixel| pixel.0 == [0; 3]).count();
        assert_eq!(black, 200);
    }

    #[test]
    fn a_fitting_picture_is_not_touched_and_none_is_white() {
        let picture = stripes(8, 8);
        assert_eq!(prepare(&picture, &spec(8, Fit::Pad)), picture);
        let nothing = prepare(&RgbImage::new(0, 3), &spec(2, Fit::Crop));
        assert!(nothing.pixels().all(|pixel| pixel.0 == [255; 3]));
    }

    #[test]
    fn reduction_averages_instead_of_picking() {
        let chess = RgbImage::from_fn(64, 64, |x, y| image::Rgb([((x + y) % 2 * 255) as u8; 3]));
        let small = prepare(&chess, &spec(8, Fit::Crop));
        for pixel in small.pixels() {
            assert!((120..=135).contains(&pixel.0[0]), "{pixel:?}");
        }
    }

    #[test]
    fn planes_come_one_after_the_other() {
        let picture = RgbImage::from_fn(2, 2, |x, y| {
            let at = (y * 2 + x) as u8;
            image::Rgb([at, 100 + at, 255])
        });
        let spec = InputSpec {
            size: 2,
            fit: Fit::Crop,
            mean: [0.0, 0.5, 0.0],
            std: [1.0, 0.5, 1.0],
        };
        let mut out = [0.0; 12];
        normalise(&picture, &spec, &mut out);
        assert_eq!(out[..4], [0.0, 1.0 / 255.0, 2.0 / 255.0, 3.0 / 255.0]);
        assert_eq!(out[4], (100.0f32 / 255.0 - 0.5) / 0.5);
        assert_eq!(out[8..], [1.0; 4]);
    }
}
