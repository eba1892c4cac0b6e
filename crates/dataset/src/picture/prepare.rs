//! RGB pixels to the network's input.

use std::borrow::Cow;

use fast_image_resize::images::{TypedCroppedImage, TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use image::imageops::FilterType::Triangle;
use image::imageops::{crop_imm, replace};
use modulens_schema::{Fit, InputSpec};

/// A padded picture longer than this many times the target is reduced to that length first: the white square
/// around it takes memory by the target's size and never by the picture's.
const REDUCED: u32 = 16;

/// The middle square ([`Fit::Crop`]), a part of it ([`Fit::Part`]) or the picture on a white square ([`Fit::Pad`]), resized to
/// `size` x `size` pixels.
///
/// The filter is a triangle as wide as the reduction (antialiased bilinear), in fixed-point arithmetic: the
/// same pixels come out natively and in a browser. When the margins are odd, the larger one is right or
/// below. A padded picture keeps at least about a pixel of width, however long it is. A picture without pixels
/// becomes white.
pub fn prepare(picture: &RgbImage, spec: &InputSpec) -> RgbImage {
    let (width, height) = picture.dimensions();
    let white = image::Rgb([255; 3]);
    if width == 0 || height == 0 || spec.size == 0 {
        return RgbImage::from_pixel(spec.size, spec.size, white);
    }
    match spec.fit {
        Fit::Pad if width != height => {
            let square = pad(&reduce(picture, spec.size), white);
            scale(&square, (0, 0), square.dimensions(), (spec.size, spec.size))
        }
        Fit::Part { percent, up } => {
            let square = width.min(height);
            let share = |percent: u8| u64::from(square) * u64::from(percent.min(100)) / 100;
            let side = u32::try_from(share(percent)).unwrap_or(square).max(1);
            let above = u32::try_from(share(up)).unwrap_or(square);
            let inset = (square - side) / 2;
            let corner = (
                (width - square) / 2 + inset,
                (height - square) / 2 + inset.saturating_sub(above),
            );
            scale(picture, corner, (side, side), (spec.size, spec.size))
        }
        Fit::Crop | Fit::Pad => {
            let side = width.min(height);
            let corner = ((width - side) / 2, (height - side) / 2);
            scale(picture, corner, (side, side), (spec.size, spec.size))
        }
    }
}

/// The whole picture, its longer side at most `longest` pixels; a smaller one as it is. The filter is that of [`prepare`].
pub fn reduce_to(picture: &RgbImage, longest: u32) -> Cow<'_, RgbImage> {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= longest || longest == 0 {
        return Cow::Borrowed(picture);
    }
    let side = |side: u32| {
        let scaled = u64::from(side) * u64::from(longest) + u64::from(longer) / 2;
        u32::try_from(scaled / u64::from(longer)).map_or(longest, |side| side.max(1))
    };
    let to = (side(width), side(height));
    Cow::Owned(scale(picture, (0, 0), (width, height), to))
}

/// The picture in the middle of a square as long as its longer side.
fn pad(picture: &RgbImage, white: image::Rgb<u8>) -> RgbImage {
    let (width, height) = picture.dimensions();
    let side = width.max(height);
    let mut canvas = RgbImage::from_pixel(side, side, white);
    let (left, top) = ((side - width) / 2, (side - height) / 2);
    replace(&mut canvas, picture, left.into(), top.into());
    canvas
}

/// The picture, no longer than [`REDUCED`] times the target's `size`.
fn reduce(picture: &RgbImage, size: u32) -> Cow<'_, RgbImage> {
    let (width, height) = picture.dimensions();
    match reduced(width, height, size) {
        same if same == (width, height) => Cow::Borrowed(picture),
        sides => Cow::Owned(scale(picture, (0, 0), (width, height), sides)),
    }
}

/// The sides of the picture that is padded. The shorter one stays at least one pixel of the target.
fn reduced(width: u32, height: u32, size: u32) -> (u32, u32) {
    let (longer, most) = (width.max(height), size.saturating_mul(REDUCED));
    if longer <= most {
        return (width, height);
    }
    let side = |side: u32| {
        let scaled =
            (u64::from(side) * u64::from(most) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(scaled).unwrap_or(most).max(REDUCED)
    };
    (side(width), side(height))
}

/// Resizes the part of a picture that begins at `corner` and has the sides `part`.
fn scale(picture: &RgbImage, corner: (u32, u32), part: (u32, u32), to: (u32, u32)) -> RgbImage {
    resize(picture, corner, part, to).unwrap_or_else(|| {
        // The part is inside and the buffers are built to fit, so the resizer has nothing to refuse; should it,
        // the slower filter of the same shape answers.
        let part = crop_imm(picture, corner.0, corner.1, part.0, part.1).to_image();
        image::imageops::resize(&part, to.0, to.1, Triangle)
    })
}

/// Resizes with the pixel type fixed: told at run time, it would bring the code for every type into a web page.
fn resize(
    picture: &RgbImage,
    (left, top): (u32, u32),
    part: (u32, u32),
    (width, height): (u32, u32),
) -> Option<RgbImage> {
    let whole = TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture);
    // A view of its own: the resizer would let pixels outside of a crop box bleed in.
    let part = TypedCroppedImage::new(whole.ok()?, left, top, part.0, part.1).ok()?;
    let mut resized = RgbImage::new(width, height);
    let mut target = TypedImage::<U8x3>::from_buffer(width, height, &mut resized).ok()?;
    let filter = ResizeAlg::Convolution(FilterType::Bilinear);
    let options = ResizeOptions::new().resize_alg(filter);
    let done = Resizer::new().resize_typed(&part, &mut target, &options);
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
    fn a_part_lies_in_the_middle_square_and_above_its_middle() {
        // 20 x 30 pixels: the square is rows 5 to 24, its half rows 10 to 19, moved up by 10 % rows 8 to 17.
        let picture = RgbImage::from_fn(20, 30, |x, y| image::Rgb([x as u8, y as u8, 0]));
        let corners = |percent, up| {
            let part = prepare(&picture, &spec(10, Fit::Part { percent, up }));
            (part.get_pixel(0, 0).0, part.get_pixel(9, 9).0)
        };
        assert_eq!(corners(50, 0), ([5, 10, 0], [14, 19, 0]));
        assert_eq!(corners(50, 10), ([5, 8, 0], [14, 17, 0]));
        assert_eq!(corners(50, 90), ([5, 5, 0], [14, 14, 0]));
        let all = prepare(
            &picture,
            &spec(
                10,
                Fit::Part {
                    percent: 100,
                    up: 0,
                },
            ),
        );
        assert_eq!(all, prepare(&picture, &spec(10, Fit::Crop)));
        prepare(
            &picture,
            &spec(
                10,
                Fit::Part {
                    percent: 0,
                    up: 255,
                },
            ),
        );
    }

    #[test]
    fn a_whole_picture_is_reduced_and_never_enlarged() {
        let sides =
            |width, height, longest| reduce_to(&RgbImage::new(width, height), longest).dimensions();
        assert_eq!(sides(900, 600, 512), (512, 341));
        assert_eq!(sides(600, 900, 512), (341, 512));
        assert_eq!(sides(300, 200, 512), (300, 200));
        assert_eq!(sides(5000, 3, 512), (512, 1));
        assert_eq!(sides(0, 0, 512), (0, 0));
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

    /// The picture on a square of its own length, as before long pictures were reduced first.
    fn padded_at_full_length(picture: &RgbImage, size: u32) -> RgbImage {
        let square = pad(picture, image::Rgb([255; 3]));
        scale(&square, (0, 0), square.dimensions(), (size, size))
    }

    /// Edges, waves, noise: what a photograph and a drawing have.
    fn scene(width: u32, height: u32) -> RgbImage {
        let mut seed = 1_u32;
        RgbImage::from_fn(width, height, |x, y| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let edge = u32::from((x * 7 / width + y * 5 / height).is_multiple_of(2)) * 120;
            let wave = (f64::from(x * y) / 5000.0).sin().mul_add(60.0, 60.0) as u32;
            let noise = seed >> 28;
            image::Rgb([edge + wave + noise, wave + noise, edge + noise].map(|v| v as u8))
        })
    }

    #[test]
    fn reducing_first_changes_no_pixel_of_a_short_picture_and_few_of_a_long_one() {
        for (width, height) in [(136, 102), (1023, 700), (90, 1024), (20, 1)] {
            let picture = scene(width, height);
            let before = padded_at_full_length(&picture, 64);
            assert_eq!(prepare(&picture, &spec(64, Fit::Pad)), before);
        }
        // What was measured, of 255. Where the shorter side does not land on whole pixels when it is reduced, the edge
        // against the white margin moves by up to half a pixel of the reduced picture: there 6, elsewhere 1.
        for (width, height, largest) in [
            (4000, 3000, 1),
            (3000, 4000, 1),
            (2048, 1024, 1),
            (2500, 1111, 6),
        ] {
            let picture = scene(width, height);
            let before = padded_at_full_length(&picture, 96);
            let after = prepare(&picture, &spec(96, Fit::Pad));
            let off = before.as_raw().iter().zip(after.as_raw());
            let off = off.map(|(a, b)| a.abs_diff(*b)).max();
            assert_eq!(off, Some(largest), "{width} x {height}");
        }
    }

    /// A square as long as the picture took 4 GB for a screenshot of 1080 x 27000, and the engine with it.
    #[test]
    fn a_long_picture_is_reduced_before_it_is_padded() {
        assert_eq!(reduced(1080, 27_000, 96), (61, 1536));
        assert_eq!(reduced(30_000, 1000, 64), (1024, 34));
        assert_eq!(reduced(u32::MAX, 1, 64), (1024, REDUCED));
        assert_eq!(reduced(1, 3, u32::MAX), (1, 3));
        for (width, height) in [(27_000, 108), (1, 60_000), (60_000, 1), (65_535, 1), (1, 1)] {
            let black = RgbImage::from_pixel(width, height, image::Rgb([0; 3]));
            let square = prepare(&black, &spec(64, Fit::Pad));
            assert_eq!(square.dimensions(), (64, 64));
            let seen = square.pixels().map(|pixel| 255 - u32::from(pixel.0[0]));
            assert!(
                seen.sum::<u32>() >= 60 * 255,
                "{width} x {height} is not seen"
            );
            let cropped = prepare(&black, &spec(64, Fit::Crop));
            assert!(cropped.pixels().all(|pixel| pixel.0 == [0; 3]));
        }
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
