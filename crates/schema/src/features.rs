//! Backbone features of images.

/// The backbone features of some images, `[N, C]`: all that a change of task needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// Number of images `N`.
    pub rows: usize,
    /// Values per image `C` (channels x height x width of the feature map).
    pub channels: usize,
    /// `[N, C]`, row-major.
    pub data: Vec<f32>,
}

impl Features {
    /// Features from their row-major values; `None` where these are not `rows x channels`.
    pub fn new(rows: usize, channels: usize, data: Vec<f32>) -> Option<Self> {
        (rows.checked_mul(channels)? == data.len()).then_some(Self {
            rows,
            channels,
            data,
        })
    }

    /// The features of one image; empty where there is none.
    pub fn row(&self, index: usize) -> &[f32] {
        index
            .checked_mul(self.channels)
            .and_then(|start| self.data.get(start..start.checked_add(self.channels)?))
            .unwrap_or_default()
    }
}
