//! Feature maps of a few pictures, channels last, with zeros around each.

/// `[images, side + 2 border, side + 2 border, channels]`.
#[derive(Clone, Debug)]
pub(super) struct Maps {
    pub(super) images: usize,
    pub(super) side: usize,
    pub(super) channels: usize,
    pub(super) border: usize,
    pub(super) data: Vec<f32>,
}

impl Maps {
    pub(super) fn zeros(images: usize, side: usize, channels: usize, border: usize) -> Self {
        let padded = side + 2 * border;
        Self {
            images,
            side,
            channels,
            border,
            data: vec![0.0; images * padded * padded * channels],
        }
    }

    /// Pictures as they come, `[images, 3, side, side]`.
    pub(super) fn from_planes(planes: &[f32], side: usize, border: usize) -> Self {
        let plane = side * side;
        let mut maps = Self::zeros(planes.len() / (3 * plane), side, 3, border);
        for (image, planes) in planes.chunks_exact(3 * plane).enumerate() {
            let (red, rest) = planes.split_at(plane);
            let (green, blue) = rest.split_at(plane);
            let rows = red.chunks_exact(side).zip(green.chunks_exact(side));
            for (y, ((red, green), blue)) in rows.zip(blue.chunks_exact(side)).enumerate() {
                let at = maps.at(image, y, 0);
                let row = maps.data[at..at + 3 * side].as_chunks_mut::<3>().0;
                for (((pixel, &r), &g), &b) in row.iter_mut().zip(red).zip(green).zip(blue) {
                    *pixel = [r, g, b];
                }
            }
        }
        maps
    }

    /// Numbers from one row to the next.
    pub(super) fn row(&self) -> usize {
        (self.side + 2 * self.border) * self.channels
    }

    /// The offset of a pixel's channels.
    pub(super) fn at(&self, image: usize, y: usize, x: usize) -> usize {
        let padded = self.side + 2 * self.border;
        ((image * padded + y + self.border) * padded + x + self.border) * self.channels
    }

    /// Every pixel of every image: image, row, column.
    pub(super) fn pixels(
        images: usize,
        side: usize,
    ) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..images).flat_map(move |image| {
            (0..side).flat_map(move |y| (0..side).map(move |x| (image, y, x)))
        })
    }

    /// The largest of each 3x3 window around every second pixel; outside of the map there are zeros.
    pub(super) fn pooled(&self, border: usize) -> Self {
        let channels = self.channels;
        let mut out = Self::zeros(self.images, self.side.div_ceil(2), channels, border);
        for (image, y, x) in Self::pixels(out.images, out.side) {
            let to = out.at(image, y, x);
            let out = &mut out.data[to..to + channels];
            let corner = self.at(image, 2 * y, 2 * x) - self.row() - channels;
            for dy in 0..3 {
                for dx in 0..3 {
                    let from = corner + dy * self.row() + dx * channels;
                    for (out, &value) in out.iter_mut().zip(&self.data[from..from + channels]) {
                        *out = out.max(value);
                    }
                }
            }
        }
        out
    }

    /// Appends each image's average over its pixels, `[images, channels]`.
    pub(super) fn averages(&self, out: &mut Vec<f32>) {
        let pixels = (self.side * self.side) as f32;
        for image in 0..self.images {
            let start = out.len();
            out.resize(start + self.channels, 0.0);
            for (_, y, x) in Self::pixels(1, self.side) {
                let at = self.at(image, y, x);
                let values = &self.data[at..at + self.channels];
                for (sum, value) in out[start..].iter_mut().zip(values) {
                    *sum += value;
                }
            }
            out[start..].iter_mut().for_each(|sum| *sum /= pixels);
        }
    }
}
