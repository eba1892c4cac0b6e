//! Feature maps of a few images, channels last, with zeros around each.

use crate::simd::LANES;

/// `[images, top + side + bottom, left + side + right, channels]`.
///
/// Eight more numbers lie behind the last pixel, so that eight can be read from any channel on.
#[derive(Debug)]
pub(crate) struct Maps {
    pub(crate) images: usize,
    pub(crate) side: usize,
    pub(crate) channels: usize,
    /// `[top, left, bottom, right]`.
    border: [usize; 4],
    pub(crate) data: Vec<f32>,
}

impl Maps {
    /// Maps in a buffer that was used before: zeros around them, and anything inside.
    pub(crate) fn over(
        mut data: Vec<f32>,
        images: usize,
        (side, channels): (usize, usize),
        border: [usize; 4],
    ) -> Self {
        let [top, left, bottom, right] = border;
        let one = (top + side + bottom) * (left + side + right) * channels;
        if data.len() < images * one + LANES {
            data.resize(images * one + LANES, 0.0);
        }
        let mut maps = Self {
            images,
            side,
            channels,
            border,
            data,
        };
        let (row, inside) = (maps.row(), side * channels);
        for image in 0..images {
            let mut from = image * one;
            for y in 0..side {
                let to = maps.at(image, y, 0);
                maps.data[from..to].fill(0.0);
                from = to + inside;
            }
            let end = (image + 1) * one;
            debug_assert_eq!(from + right * channels + bottom * row, end);
            maps.data[from..end].fill(0.0);
        }
        maps
    }

    /// Writes images as they come, `[images, 3, side, side]`, into maps of three channels.
    pub(crate) fn fill_from_planes(&mut self, planes: &[f32]) {
        let side = self.side;
        let plane = side * side;
        for (image, planes) in planes.chunks_exact(3 * plane).enumerate() {
            let (red, rest) = planes.split_at(plane);
            let (green, blue) = rest.split_at(plane);
            let rows = red.chunks_exact(side).zip(green.chunks_exact(side));
            for (y, ((red, green), blue)) in rows.zip(blue.chunks_exact(side)).enumerate() {
                let at = self.at(image, y, 0);
                let row = self.data[at..at + 3 * side].as_chunks_mut::<3>().0;
                for (((pixel, &r), &g), &b) in row.iter_mut().zip(red).zip(green).zip(blue) {
                    *pixel = [r, g, b];
                }
            }
        }
    }

    /// Numbers from one row to the next.
    pub(crate) fn row(&self) -> usize {
        let [_, left, _, right] = self.border;
        (left + self.side + right) * self.channels
    }

    /// The offset of a pixel's channels.
    pub(crate) fn at(&self, image: usize, y: usize, x: usize) -> usize {
        let [top, left, bottom, _] = self.border;
        let rows = image * (top + self.side + bottom) + top + y;
        rows * self.row() + (left + x) * self.channels
    }

    /// The offset of the window of a pixel of the result.
    pub(crate) fn window(&self, (image, y, x): Pixel, stride: usize, pad: [usize; 4]) -> usize {
        let [top, left, ..] = pad;
        self.at(image, y * stride, x * stride) - top * self.row() - left * self.channels
    }

    /// Every pixel of every image.
    pub(crate) fn pixels(images: usize, side: usize) -> impl Iterator<Item = Pixel> {
        (0..images).flat_map(move |image| {
            (0..side).flat_map(move |y| (0..side).map(move |x| (image, y, x)))
        })
    }

    /// A row of an image without the zeros around it.
    pub(crate) fn inner_row(&self, image: usize, y: usize) -> &[f32] {
        let at = self.at(image, y, 0);
        &self.data[at..at + self.side * self.channels]
    }

    /// Writes each channel's averages over an image's cells, `[channels, cells, cells]`. A pixel belongs to the cell
    /// that its corner lies in.
    pub(crate) fn average_cells(&self, image: usize, cells: usize, out: &mut [f32]) {
        if cells == 1 {
            return self.average(image, out);
        }
        let cell = |at: usize| at * cells / self.side.max(1);
        let mut pixels = vec![0.0_f32; cells * cells];
        for y in 0..self.side {
            let rows = self.inner_row(image, y).chunks_exact(self.channels);
            for (x, values) in rows.enumerate() {
                let place = cell(y) * cells + cell(x);
                pixels[place] += 1.0;
                for (channel, value) in values.iter().enumerate() {
                    out[channel * cells * cells + place] += value;
                }
            }
        }
        for sums in out.chunks_exact_mut(cells * cells) {
            for (sum, &count) in sums.iter_mut().zip(&pixels) {
                *sum /= count.max(1.0);
            }
        }
    }

    /// Adds each channel's average over an image's pixels to `out`, `[channels]`.
    fn average(&self, image: usize, out: &mut [f32]) {
        for y in 0..self.side {
            for values in self.inner_row(image, y).chunks_exact(self.channels) {
                for (sum, value) in out.iter_mut().zip(values) {
                    *sum += value;
                }
            }
        }
        let pixels = (self.side * self.side) as f32;
        out.iter_mut().for_each(|sum| *sum /= pixels);
    }
}

/// Image, row, column.
pub(crate) type Pixel = (usize, usize, usize);
