//! Resampling of a box that may reach beyond its image.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::face::Rect;
use crate::image::RgbView;

/// The pixels beyond the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// Black.
    Black,
    /// The nearest pixel of the image's border.
    Repeated,
}

/// One axis: the pixels `first..last` of the target show `extent` pixels of the image from `from`; the others lie
/// beyond.
#[derive(Debug)]
struct Axis {
    first: usize,
    last: usize,
    from: f64,
    extent: f64,
}

impl Axis {
    /// Target pixels that lie wholly inside the image; where none does, the one that shows most of it, or is the
    /// nearest.
    fn new(start: f32, box_length: f32, target: u32, length: u32) -> Self {
        let (start, end, most) = (f64::from(start), f64::from(length), f64::from(target));
        let step = f64::from(box_length) / most;
        let place = |position: f64| (position - start) / step;
        let first = place(0.0).ceil().clamp(0.0, most);
        let last = place(end).floor().clamp(0.0, most);
        let (first, last, from, to) = if first < last {
            (first, last, start + first * step, start + last * step)
        } else {
            let (from, to) = (start.max(0.0), (start + box_length as f64).min(end));
            let (from, to) = if from < to {
                (from, to)
            } else if start >= end {
                (end - 1.0, end)
            } else {
                (0.0, 1.0)
            };
            let pixel = place((from + to) / 2.0).floor().clamp(0.0, most - 1.0);
            (pixel, pixel + 1.0, from, to)
        };
        let from = from.clamp(0.0, end - 1e-3);
        // A hair less than what is there: the sum must not round to more than the image has.
        let extent = (to - from).clamp(1e-3, (end - from) * (1.0 - 1e-12));
        Self {
            first: first as usize,
            last: last as usize,
            from,
            extent,
        }
    }
}

/// The box `part` of an image as `width` x `height` RGB pixels. The filter is a triangle as wide as the reduction
/// (antialiased bilinear), in integers: the same pixels come out natively and in a browser.
pub(crate) fn sample(
    image: &RgbView<'_>,
    part: Rect,
    (width, height): (u32, u32),
    beyond: Beyond,
) -> Vec<u8> {
    let mut out = vec![0; 3 * width as usize * height as usize];
    let valid = [part.left, part.top, part.width, part.height].map(f32::is_finite) == [true; 4];
    if out.is_empty() || !valid || part.width <= 0.0 || part.height <= 0.0 {
        return out;
    }
    let x = Axis::new(part.left, part.width, width, image.width());
    let y = Axis::new(part.top, part.height, height, image.height());
    let columns = x.last - x.first;
    let inner = resize(image, &x, &y).unwrap_or_else(|| nearest(image, &x, &y));
    let place = |at: usize, axis: &Axis| match beyond {
        Beyond::Repeated => Some(at.clamp(axis.first, axis.last - 1) - axis.first),
        Beyond::Black => (axis.first..axis.last)
            .contains(&at)
            .then(|| at - axis.first),
    };
    for (row, line) in out.chunks_exact_mut(3 * width as usize).enumerate() {
        let Some(row) = place(row, &y) else { continue };
        let source = &inner[3 * row * columns..][..3 * columns];
        line[3 * x.first..3 * x.last].copy_from_slice(source);
        if beyond == Beyond::Repeated {
            let (left, right) = (&source[..3], &source[3 * columns - 3..]);
            let (before, after) = (3 * x.first, 3 * x.last);
            line[..before]
                .chunks_exact_mut(3)
                .for_each(|pixel| pixel.copy_from_slice(left));
            line[after..]
                .chunks_exact_mut(3)
                .for_each(|pixel| pixel.copy_from_slice(right));
        }
    }
    out
}

/// The inside, resized with the pixel type fixed: told at run time, it would bring the code for every type into a web
/// page.
fn resize(image: &RgbView<'_>, x: &Axis, y: &Axis) -> Option<Vec<u8>> {
    let source = TypedImageRef::<U8x3>::from_buffer(image.width(), image.height(), image.pixels());
    let (columns, rows) = (x.last - x.first, y.last - y.first);
    let mut resized = vec![0; 3 * columns * rows];
    let (columns, rows) = (u32::try_from(columns).ok()?, u32::try_from(rows).ok()?);
    let mut target = TypedImage::<U8x3>::from_buffer(columns, rows, &mut resized).ok()?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(x.from, y.from, x.extent, y.extent);
    let done = Resizer::new().resize_typed(&source.ok()?, &mut target, &options);
    done.is_ok().then_some(resized)
}

/// The inside by nearest pixels. The box is inside and the buffers are built to fit, so the resizer has nothing to
/// refuse; should it, this answers.
fn nearest(image: &RgbView<'_>, x: &Axis, y: &Axis) -> Vec<u8> {
    let places = |axis: &Axis, length: u32| -> Vec<usize> {
        let count = axis.last - axis.first;
        let at = |index: usize| axis.from + (index as f64 + 0.5) * axis.extent / count as f64;
        let last = length as usize - 1;
        (0..count)
            .map(|index| (at(index) as usize).min(last))
            .collect()
    };
    let columns = places(x, image.width());
    let mut out = Vec::new();
    for row in places(y, image.height()) {
        for column in &columns {
            let from = 3 * (row * image.width() as usize + column);
            out.extend_from_slice(&image.pixels()[from..from + 3]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32) -> Vec<u8> {
        let pixels =
            (0..width * height).map(|index| [(index % width) as u8, (index / width) as u8, 7]);
        pixels.flatten().collect()
    }

    fn part(left: f32, top: f32, width: f32, height: f32) -> Rect {
        Rect {
            left,
            top,
            width,
            height,
        }
    }

    fn take(sides: (u32, u32), rect: Rect, target: (u32, u32), beyond: Beyond) -> Vec<u8> {
        let pixels = gradient(sides.0, sides.1);
        let image = RgbView::new(&pixels, sides.0, sides.1).expect("valid");
        sample(&image, rect, target, beyond)
    }

    #[test]
    fn a_box_inside_comes_as_it_is() {
        let taken = take((10, 8), part(2.0, 3.0, 4.0, 2.0), (4, 2), Beyond::Black);
        let expected = [
            [2, 3, 7],
            [3, 3, 7],
            [4, 3, 7],
            [5, 3, 7],
            [2, 4, 7],
            [3, 4, 7],
            [4, 4, 7],
            [5, 4, 7],
        ];
        assert_eq!(taken, expected.concat());
    }

    #[test]
    fn borders_are_repeated_or_black() {
        let rect = part(-2.0, -1.0, 6.0, 4.0);
        let repeated = take((2, 2), rect, (6, 4), Beyond::Repeated);
        let row = |y: u8| {
            [
                [0, y, 7],
                [0, y, 7],
                [0, y, 7],
                [1, y, 7],
                [1, y, 7],
                [1, y, 7],
            ]
            .concat()
        };
        assert_eq!(repeated, [row(0), row(0), row(1), row(1)].concat());
        let black = take((2, 2), rect, (6, 4), Beyond::Black);
        let lit = |y: u8| [[0; 3], [0; 3], [0, y, 7], [1, y, 7], [0; 3], [0; 3]].concat();
        assert_eq!(black, [vec![0; 18], lit(0), lit(1), vec![0; 18]].concat());
    }

    #[test]
    fn thin_and_distant_images_show_something() {
        let line = take(
            (2000, 1),
            part(0.0, -1000.0, 2000.0, 2000.0),
            (128, 128),
            Beyond::Black,
        );
        let lit = line.chunks_exact(3).filter(|pixel| pixel[2] == 7).count();
        assert_eq!(lit, 128);
        for rect in [part(90.0, 90.0, 5.0, 5.0), part(-90.0, -70.0, 5.0, 5.0)] {
            let far = take((4, 4), rect, (3, 3), Beyond::Repeated);
            let corner = if rect.left > 0.0 {
                [3, 3, 7]
            } else {
                [0, 0, 7]
            };
            assert_eq!(far, corner.repeat(9));
        }
    }

    #[test]
    fn the_resizer_refuses_no_box() {
        let places = [-7.3_f32, -0.001, 0.0, 0.1, 3.7, 18.999, 19.0, 40.0];
        let lengths = [0.001_f32, 0.5, 1.0, 6.66, 19.0, 333.3];
        let pixels = gradient(19, 19);
        let image = RgbView::new(&pixels, 19, 19).expect("valid");
        for place in places {
            for length in lengths {
                for target in [1, 3, 128] {
                    let axis = Axis::new(place, length, target, 19);
                    assert!(
                        resize(&image, &axis, &axis).is_some(),
                        "{place} {length} {axis:?}"
                    );
                    assert_eq!(
                        nearest(&image, &axis, &axis).len(),
                        3 * (axis.last - axis.first).pow(2)
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_no_box_is_black() {
        for rect in [
            part(f32::NAN, 0.0, 1.0, 1.0),
            part(0.0, 0.0, 0.0, 1.0),
            part(0.0, 0.0, f32::INFINITY, 1.0),
        ] {
            assert_eq!(take((3, 3), rect, (2, 2), Beyond::Repeated), [0; 12]);
        }
        assert!(take((3, 3), part(0.0, 0.0, 1.0, 1.0), (0, 9), Beyond::Black).is_empty());
    }
}
