//! Layers as their numbers, and what can be wrong with them.

use thiserror::Error;

/// A convolution as plain numbers; batch norm is already folded in.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// `[outputs, inputs, kernel, kernel]`; of a depthwise convolution `[channels, 1, kernel, kernel]`.
    pub weight: &'a [f32],
    /// `[outputs]`.
    pub bias: &'a [f32],
    /// Side of the window.
    pub kernel: usize,
    /// Pixels from one window to the next, down and across.
    pub stride: usize,
    /// Zeros around the map.
    pub padding: Padding,
    /// Applied last, behind the shortcut if one is added.
    pub activation: Activation,
}

/// Zeros around a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// So many on each side: `[top, left, bottom, right]`.
    Sides([usize; 4]),
    /// `TensorFlow`'s "same": an output of `ceil(side / stride)`, the odd zero at the bottom and on the right.
    /// See <https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2>.
    Same,
}

impl Padding {
    /// No zeros.
    pub const NONE: Self = Self::Sides([0; 4]);

    /// As many zeros on all sides.
    pub const fn all(zeros: usize) -> Self {
        Self::Sides([zeros; 4])
    }

    /// `[top, left, bottom, right]` for a map of this side.
    fn sides(self, side: usize, window: Window) -> [usize; 4] {
        match self {
            Self::Sides(sides) => sides,
            Self::Same => {
                let outputs = side.div_ceil(window.stride);
                let covered = outputs.saturating_sub(1) * window.stride + window.kernel;
                let total = covered.saturating_sub(side);
                let before = total / 2;
                [before, before, total - before, total - before]
            }
        }
    }
}

/// A function of each number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The number itself.
    None,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
}

/// A layer that does not fit the map it is applied to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LayerError {
    /// Weights of another number than the shape says.
    #[error(
        "{outputs} outputs of {inputs} inputs with a {kernel}x{kernel} window need {expected} weights, found {found}; \
         give the layer of this place in the network"
    )]
    Weights {
        /// Numbers of the bias.
        outputs: usize,
        /// Channels that a window looks at.
        inputs: usize,
        /// Side of the window.
        kernel: usize,
        /// Weights that the shape asks for.
        expected: usize,
        /// Weights that were given.
        found: usize,
    },
    /// A depthwise convolution over a map with another number of channels.
    #[error("a depthwise convolution of {layer} channels cannot be applied to a map of {map}")]
    Channels {
        /// Numbers of the bias.
        layer: usize,
        /// Channels of the map.
        map: usize,
    },
    /// A window or stride of 0, padding as wide as the window, or a map that is smaller than the window.
    #[error(
        "a {kernel}x{kernel} window with stride {stride} and padding {padding:?} (top, left, bottom, right) does not \
         fit a {side}x{side} map; the padding has to be smaller than the window, and equal across and down"
    )]
    Window {
        /// Side of the window.
        kernel: usize,
        /// Pixels from one window to the next.
        stride: usize,
        /// Zeros on each side.
        padding: [usize; 4],
        /// Side of the map.
        side: usize,
    },
    /// A shortcut of another size than the result, or with more channels.
    #[error(
        "a shortcut of {channels} channels and {side}x{side} pixels cannot be added to a map of {to_channels} channels \
         and {to_side}x{to_side} pixels"
    )]
    Shortcut {
        /// Channels of the shortcut.
        channels: usize,
        /// Side of the shortcut.
        side: usize,
        /// Channels of the result.
        to_channels: usize,
        /// Side of the result.
        to_side: usize,
    },
    /// A node of another network.
    #[error("the network has {nodes} maps so far, and number {node} is none of them")]
    Node {
        /// The number that was asked for.
        node: usize,
        /// Maps of the network, the image included.
        nodes: usize,
    },
    /// More cells than pixels, or none.
    #[error("a map of {side} x {side} pixels cannot be averaged over {cells} x {cells} cells")]
    Cells {
        /// Cells along a side.
        cells: usize,
        /// Side of the map.
        side: usize,
    },
    /// A network without pixels or results, or a layer without outputs.
    #[error(
        "a network needs an image side above 0, outputs in every layer, and at least one result"
    )]
    Empty,
}

/// A window that moves over a map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
}

impl Window {
    /// Zeros around a map of this side, and the side of the result.
    pub(crate) fn over(
        self,
        side: usize,
        padding: Padding,
    ) -> Result<([usize; 4], usize), LayerError> {
        let Self { kernel, stride } = self;
        let wrong = |padding| LayerError::Window {
            kernel,
            stride,
            padding,
            side,
        };
        if kernel == 0 || stride == 0 {
            return Err(wrong([0; 4]));
        }
        let sides = padding.sides(side, self);
        let [top, left, bottom, right] = sides;
        let square = top + bottom == left + right;
        if !square || sides.iter().any(|&zeros| zeros >= kernel) || side + top + bottom < kernel {
            return Err(wrong(sides));
        }
        Ok((sides, (side + top + bottom - kernel) / stride + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_padding_is_that_of_tensorflow() {
        let sides = |kernel, stride, side| {
            let (sides, output) = Window { kernel, stride }
                .over(side, Padding::Same)
                .expect("fits");
            assert_eq!(output, side.div_ceil(stride));
            (sides[0], sides[2])
        };
        assert_eq!(sides(3, 2, 112), (0, 1));
        assert_eq!(sides(3, 2, 113), (1, 1));
        assert_eq!(sides(5, 2, 112), (1, 2));
        assert_eq!(sides(5, 2, 7), (2, 2));
        assert_eq!(sides(5, 1, 7), (2, 2));
        assert_eq!(sides(1, 2, 7), (0, 0));
    }

    #[test]
    fn refuses_windows_that_do_not_fit() {
        let fits = |kernel, stride, side, padding| {
            Window { kernel, stride }
                .over(side, Padding::Sides(padding))
                .is_ok()
        };
        assert!(fits(3, 1, 3, [0; 4]));
        assert!(fits(3, 2, 2, [0, 0, 1, 1]));
        assert!(!fits(3, 1, 2, [0; 4]));
        assert!(!fits(0, 1, 2, [0; 4]));
        assert!(!fits(1, 0, 2, [0; 4]));
        assert!(!fits(3, 1, 9, [3; 4]));
        assert!(!fits(3, 1, 9, [1, 0, 1, 0]));
    }
}
