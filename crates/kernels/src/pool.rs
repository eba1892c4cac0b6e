//! The largest number of each window.

use crate::maps::Maps;

/// Max pooling; pixels outside of the map do not count.
#[derive(Clone, Debug)]
pub(crate) struct MaxPool {
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) pad: [usize; 4],
}

impl MaxPool {
    pub(crate) fn apply(&self, x: &Maps, out: &mut Maps) {
        let [top, left, ..] = self.pad;
        let channels = x.channels;
        let inside = |at: usize, pad: usize| {
            let first = at * self.stride;
            first.saturating_sub(pad)..(first + self.kernel).saturating_sub(pad).min(x.side)
        };
        for (image, y, column) in Maps::pixels(out.images, out.side) {
            let to = out.at(image, y, column);
            let out = &mut out.data[to..to + channels];
            out.fill(f32::NEG_INFINITY);
            for y in inside(y, top) {
                for column in inside(column, left) {
                    let from = x.at(image, y, column);
                    for (out, &value) in out.iter_mut().zip(&x.data[from..from + channels]) {
                        if value > *out {
                            *out = value;
                        }
                    }
                }
            }
        }
    }
}
