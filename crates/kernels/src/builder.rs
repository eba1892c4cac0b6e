//! The description of a network, layer after layer.

use crate::conv::Conv;
use crate::depthwise::Depthwise;
use crate::layer::Window;
use crate::pool::MaxPool;
use crate::{Layer, LayerError, Padding, Trunk};

/// A map of a network in the making: the image, or what a layer makes of other maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node(pub(crate) usize);

/// A map that is a result, and the grid that [`Trunk::features`] averages it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// The map.
    pub node: Node,
    /// Cells along a side: 1 for the average of the whole map.
    pub cells: usize,
}

impl From<Node> for Output {
    fn from(node: Node) -> Self {
        Self { node, cells: 1 }
    }
}

/// A network in the making.
///
/// ```
/// use modulens_kernels::{Activation, Builder, Layer, Padding};
///
/// # fn main() -> Result<(), modulens_kernels::LayerError> {
/// let mut network = Builder::new(8);
/// let stem = Layer {
///     weight: &[0.1; 4 * 3 * 3 * 3],
///     bias: &[0.0; 4],
///     kernel: 3,
///     stride: 2,
///     padding: Padding::Same,
///     activation: Activation::Relu,
/// };
/// let stem = network.conv(network.image(), &stem, None)?;
/// let trunk = network.finish(&[stem])?;
/// assert_eq!(trunk.features(&[1.0; 3 * 8 * 8]).len(), 4);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    /// Of every map, the image's first.
    pub(crate) shapes: Vec<Shape>,
    /// The layers that make the maps behind the image.
    pub(crate) steps: Vec<Step>,
}

/// Shape and surroundings of one image's map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) side: usize,
    pub(crate) channels: usize,
    /// Zeros that the layers behind it want around it, `[top, left, bottom, right]`.
    pub(crate) border: [usize; 4],
}

/// A layer and the maps it reads.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) from: Node,
    pub(crate) add: Option<Node>,
    pub(crate) kernel: Kernel,
}

#[derive(Clone, Debug)]
pub(crate) enum Kernel {
    Conv(Conv),
    Depthwise(Depthwise),
    MaxPool(MaxPool),
}

impl Builder {
    /// A network over images of three channels and this side.
    pub fn new(side: usize) -> Self {
        Self {
            shapes: vec![Shape {
                side,
                channels: 3,
                border: [0; 4],
            }],
            steps: Vec::new(),
        }
    }

    /// The image.
    pub fn image(&self) -> Node {
        Node(0)
    }

    /// A convolution, `activation(conv(from) + add)`. A shortcut with fewer channels than the result is added to
    /// the first of them.
    ///
    /// # Errors
    /// A layer, map or shortcut that does not fit.
    pub fn conv(
        &mut self,
        from: Node,
        layer: &Layer<'_>,
        add: Option<Node>,
    ) -> Result<Node, LayerError> {
        let inputs = self.shape(from)?.channels;
        check_weights(layer, inputs)?;
        let (pad, side) = self.window(from, layer.kernel, layer.stride, layer.padding)?;
        let channels = layer.bias.len();
        if let Some(add) = add {
            let add = self.shape(add)?;
            if add.side != side || add.channels > channels {
                return Err(LayerError::Shortcut {
                    channels: add.channels,
                    side: add.side,
                    to_channels: channels,
                    to_side: side,
                });
            }
        }
        self.widen(from, pad);
        let kernel = Kernel::Conv(Conv::new(layer, inputs, pad));
        Ok(self.push(Step { from, add, kernel }, side, channels))
    }

    /// A convolution of each channel alone.
    ///
    /// # Errors
    /// A layer or map that does not fit.
    pub fn depthwise(&mut self, from: Node, layer: &Layer<'_>) -> Result<Node, LayerError> {
        let channels = self.shape(from)?.channels;
        if layer.bias.len() != channels {
            return Err(LayerError::Channels {
                layer: layer.bias.len(),
                map: channels,
            });
        }
        check_weights(layer, 1)?;
        let (pad, side) = self.window(from, layer.kernel, layer.stride, layer.padding)?;
        self.widen(from, pad);
        let kernel = Kernel::Depthwise(Depthwise::new(layer, pad));
        let step = Step {
            from,
            add: None,
            kernel,
        };
        Ok(self.push(step, side, channels))
    }

    /// Max pooling. Zeros of the padding do not count: the largest of what a window covers of the map.
    ///
    /// # Errors
    /// A window or map that does not fit.
    pub fn max_pool(
        &mut self,
        from: Node,
        kernel: usize,
        stride: usize,
        padding: Padding,
    ) -> Result<Node, LayerError> {
        let channels = self.shape(from)?.channels;
        let (pad, side) = self.window(from, kernel, stride, padding)?;
        let step = Step {
            from,
            add: None,
            kernel: Kernel::MaxPool(MaxPool {
                kernel,
                stride,
                pad,
            }),
        };
        Ok(self.push(step, side, channels))
    }

    /// The inverted residual of `MobileNetV2`, <https://arxiv.org/abs/1801.04381>, section 3.3: `expand` to more
    /// channels, a depthwise convolution, `project` to fewer; the input is added where the shape is the same and
    /// `shortcut` is set.
    ///
    /// # Errors
    /// A layer or map that does not fit.
    pub fn inverted_residual(
        &mut self,
        from: Node,
        expand: Option<&Layer<'_>>,
        depthwise: &Layer<'_>,
        project: &Layer<'_>,
        shortcut: bool,
    ) -> Result<Node, LayerError> {
        let inner = match expand {
            Some(expand) => self.conv(from, expand, None)?,
            None => from,
        };
        let inner = self.depthwise(inner, depthwise)?;
        self.conv(inner, project, shortcut.then_some(from))
    }

    /// The network whose results are these maps, or their averages.
    ///
    /// # Errors
    /// No result, a node of another network, more cells than pixels, or images without pixels.
    pub fn finish<O: Copy + Into<Output>>(self, results: &[O]) -> Result<Trunk, LayerError> {
        let results: Vec<Output> = results.iter().map(|&result| result.into()).collect();
        if results.is_empty() || self.shapes[0].side == 0 {
            return Err(LayerError::Empty);
        }
        for result in &results {
            let side = self.shape(result.node)?.side;
            if result.cells == 0 || result.cells > side {
                return Err(LayerError::Cells {
                    cells: result.cells,
                    side,
                });
            }
        }
        Ok(Trunk::new(self, results))
    }

    fn shape(&self, node: Node) -> Result<Shape, LayerError> {
        let nodes = self.shapes.len();
        let found = self.shapes.get(node.0).copied();
        found.ok_or(LayerError::Node {
            node: node.0,
            nodes,
        })
    }

    fn window(
        &self,
        from: Node,
        kernel: usize,
        stride: usize,
        padding: Padding,
    ) -> Result<([usize; 4], usize), LayerError> {
        Window { kernel, stride }.over(self.shape(from)?.side, padding)
    }

    /// Leaves room for zeros around a map.
    fn widen(&mut self, node: Node, pad: [usize; 4]) {
        if let Some(shape) = self.shapes.get_mut(node.0) {
            for (border, pad) in shape.border.iter_mut().zip(pad) {
                *border = pad.max(*border);
            }
        }
    }

    fn push(&mut self, step: Step, side: usize, channels: usize) -> Node {
        self.steps.push(step);
        self.shapes.push(Shape {
            side,
            channels,
            border: [0; 4],
        });
        Node(self.shapes.len() - 1)
    }
}

fn check_weights(layer: &Layer<'_>, inputs: usize) -> Result<(), LayerError> {
    let (outputs, kernel) = (layer.bias.len(), layer.kernel);
    if outputs == 0 {
        return Err(LayerError::Empty);
    }
    let expected = [inputs, kernel, kernel]
        .into_iter()
        .fold(outputs, usize::saturating_mul);
    if layer.weight.len() == expected {
        return Ok(());
    }
    Err(LayerError::Weights {
        outputs,
        inputs,
        kernel,
        expected,
        found: layer.weight.len(),
    })
}
