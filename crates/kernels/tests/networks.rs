//! Whole networks of layers, compared with naive loops.

mod common;

use common::{Lcg, Map, Owned, assert_close};
use modulens_kernels::{Activation, Builder, LayerError, Node, Output, Padding, Trunk};

/// An inverted residual: expand, depthwise, project, and the side of its shortcut.
struct Inverted {
    expand: Option<Owned>,
    depthwise: Owned,
    project: Owned,
    shortcut: bool,
}

impl Inverted {
    fn random(
        random: &mut Lcg,
        channels: [usize; 2],
        expansion: usize,
        window: [usize; 2],
    ) -> Self {
        let [input, output] = channels;
        let inner = input * expansion;
        let (none, six) = (Activation::None, Activation::Relu6);
        let mut point = |shape, act| Owned::random(random, shape, [1, 1], Padding::NONE, act);
        Self {
            expand: (expansion != 1).then(|| point([input, inner], six)),
            project: point([inner, output], none),
            depthwise: Owned::random(random, [1, inner], window, Padding::Same, six),
            shortcut: input == output && window[1] == 1,
        }
    }

    fn append(&self, network: &mut Builder, x: Node) -> Result<Node, LayerError> {
        let expand = self.expand.as_ref().map(Owned::view);
        let (depthwise, project) = (self.depthwise.view(), self.project.view());
        network.inverted_residual(x, expand.as_ref(), &depthwise, &project, self.shortcut)
    }

    fn naive(&self, x: &Map) -> Map {
        let expand = |layer: &Owned| layer.naive(x, false).activated(layer.activation);
        let inner = self.expand.as_ref().map_or_else(|| x.clone(), expand);
        let inner = self
            .depthwise
            .naive(&inner, true)
            .activated(Activation::Relu6);
        let out = self.project.naive(&inner, false);
        if self.shortcut { out.plus(x) } else { out }
    }
}

/// A small `EfficientNet-Lite`, with the averages of three stages as its features.
#[test]
fn inverted_residuals_with_taps() {
    for side in [96, 97, 31, 45, 50] {
        let mut random = Lcg(side as u64);
        let stem = Owned::random(
            &mut random,
            [3, 8],
            [3, 2],
            Padding::Same,
            Activation::Relu6,
        );
        let blocks = [
            Inverted::random(&mut random, [8, 4], 1, [3, 1]),
            Inverted::random(&mut random, [4, 6], 6, [3, 2]),
            Inverted::random(&mut random, [6, 6], 6, [3, 1]),
            Inverted::random(&mut random, [6, 10], 6, [5, 2]),
            Inverted::random(&mut random, [10, 10], 6, [5, 1]),
            Inverted::random(&mut random, [10, 12], 6, [5, 2]),
        ];
        let build = || -> Result<(Builder, Vec<Node>), LayerError> {
            let mut network = Builder::new(side);
            let mut x = network.conv(network.image(), &stem.view(), None)?;
            let mut stages = Vec::new();
            for block in &blocks {
                x = block.append(&mut network, x)?;
                stages.push(x);
            }
            Ok((network, stages))
        };
        let (network, stages) = build().expect("fits");
        let outputs = [
            stages[4].into(),
            Output {
                node: stages[5],
                cells: 2,
            },
        ];
        let with_grid = network.clone().finish(&outputs).expect("fits");
        assert_eq!(with_grid.channels(), 10 + 12 * 4);
        let trunk = network
            .finish(&[stages[2], stages[4], stages[5]])
            .expect("fits");
        assert_eq!(trunk.channels(), 6 + 10 + 12);
        let count = 3;
        let images = random.numbers(count * 3 * side * side);
        let found = trunk.features(&images);
        let one = 3 * side * side;
        for (image, found) in images.chunks(one).zip(found.chunks(trunk.channels())) {
            let stem = stem.naive(&Map::of_image(image, side), false);
            let mut x = stem.activated(Activation::Relu6);
            let mut stages = Vec::new();
            for block in &blocks {
                x = block.naive(&x);
                stages.push(x.averages());
            }
            let expected = [&stages[2][..], &stages[4], &stages[5]].concat();
            assert_close(found, &expected);
            // A grid over the last map, of 2 to 7 pixels a side.
            let grid = x.cell_averages(2);
            let alone = with_grid.features(image);
            assert_close(&alone[..10], &stages[4]);
            assert_close(&alone[10..], &grid);
            // Alone or with others.
            assert_eq!(trunk.features(image), found);
        }
        assert!(trunk.features(&images[..one - 1]).is_empty());
    }
}

/// Blocks as in `BlazeFace`, with heads on the maps of two of them.
#[test]
fn depthwise_blocks_with_padded_channels_and_two_heads() {
    let (side, relu) = (32, Activation::Relu);
    let mut random = Lcg(9);
    let random = &mut random;
    let stem = Owned::random(random, [3, 12], [5, 2], Padding::Sides([1, 1, 2, 2]), relu);
    let mut block = |input, output, stride| {
        let pad = if stride == 2 {
            Padding::Sides([0, 0, 2, 2])
        } else {
            Padding::all(1)
        };
        let depthwise = Owned::random(random, [1, input], [3, stride], pad, Activation::None);
        let point = Owned::random(random, [input, output], [1, 1], Padding::NONE, relu);
        (depthwise, point)
    };
    let blocks = [block(12, 14, 1), block(14, 21, 2), block(21, 24, 2)];
    let mut head =
        |input| Owned::random(random, [input, 6], [1, 1], Padding::NONE, Activation::None);
    let heads = [head(21), head(24)];

    let build = || -> Result<Trunk, LayerError> {
        let mut network = Builder::new(side);
        let mut x = network.conv(network.image(), &stem.view(), None)?;
        let mut maps = Vec::new();
        for (depthwise, point) in &blocks {
            let inner = network.depthwise(x, &depthwise.view())?;
            let shortcut = match depthwise.stride {
                2 => network.max_pool(x, 2, 2, Padding::NONE)?,
                _ => x,
            };
            x = network.conv(inner, &point.view(), Some(shortcut))?;
            maps.push(x);
        }
        let large = network.conv(maps[1], &heads[0].view(), None)?;
        let small = network.conv(maps[2], &heads[1].view(), None)?;
        network.finish(&[large, small])
    };
    let trunk = build().expect("fits");
    assert_eq!(trunk.result_shapes().collect::<Vec<_>>(), [(8, 6), (4, 6)]);

    let image = random.numbers(3 * side * side);
    let mut x = stem
        .naive(&Map::of_image(&image, side), false)
        .activated(relu);
    let mut maps = Vec::new();
    for (depthwise, point) in &blocks {
        let shortcut = match depthwise.stride {
            2 => x.max_pool(2, 2, Padding::NONE),
            _ => x.clone(),
        };
        x = point
            .naive(&depthwise.naive(&x, true), false)
            .plus(&shortcut)
            .activated(relu);
        maps.push(x.clone());
    }
    let found = trunk.maps(&image);
    assert_close(&found[0], &heads[0].naive(&maps[1], false).data);
    assert_close(&found[1], &heads[1].naive(&maps[2], false).data);
}

/// The shapes of `EfficientNet-Lite0`'s windows on every image side that is used.
#[test]
fn windows_of_any_image_side() {
    let mut random = Lcg(5);
    for side in 96..=224 {
        let stem = Owned::random(
            &mut random,
            [3, 2],
            [3, 2],
            Padding::Same,
            Activation::Relu6,
        );
        let windows = [[3, 2], [5, 2], [3, 2], [5, 2]];
        let layers = windows.map(|window| {
            Owned::random(&mut random, [1, 2], window, Padding::Same, Activation::None)
        });
        let build = || -> Result<Trunk, LayerError> {
            let mut network = Builder::new(side);
            let mut x = network.conv(network.image(), &stem.view(), None)?;
            for layer in &layers {
                x = network.depthwise(x, &layer.view())?;
            }
            network.finish(&[x])
        };
        let image = random.numbers(3 * side * side);
        let found = build().expect("fits").maps(&image);
        let x = stem.naive(&Map::of_image(&image, side), false);
        let x = layers
            .iter()
            .fold(x.activated(Activation::Relu6), |x, layer| {
                layer.naive(&x, true)
            });
        assert_eq!(x.side, side.div_ceil(32));
        assert_close(&found[0], &x.data);
    }
}
