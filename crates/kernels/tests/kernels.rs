//! Every kernel computes what a naive loop computes.

mod common;

use common::{Lcg, Map, Owned, assert_close};
use modulens_kernels::{Activation, Builder, Layer, LayerError, Padding};

const ACTIVATIONS: [Activation; 3] = [Activation::None, Activation::Relu, Activation::Relu6];

/// A network's first layer, which makes a map of so many channels of the image.
fn spread(random: &mut Lcg, channels: usize) -> Owned {
    let none = Activation::None;
    Owned::random(random, [3, channels], [1, 1], Padding::NONE, none)
}

#[test]
fn convolutions() {
    let mut random = Lcg(1);
    let sides = [1, 2, 3, 4, 5, 7, 8, 13];
    let paddings = |kernel: usize| {
        let half = Padding::all(kernel / 2);
        [
            Padding::NONE,
            half,
            Padding::Same,
            Padding::Sides([0, 0, kernel / 2, kernel / 2]),
        ]
    };
    for (number, side) in sides.into_iter().enumerate() {
        for [kernel, stride] in [[1, 1], [1, 2], [2, 2], [3, 1], [3, 2], [5, 2], [7, 2]] {
            for padding in paddings(kernel) {
                let (inputs, outputs) = [(3, 8), (5, 12), (16, 7), (9, 33)][number % 4];
                let activation = ACTIVATIONS[(number + kernel) % 3];
                let shape = [inputs, outputs];
                let first = spread(&mut random, inputs);
                let layer =
                    Owned::random(&mut random, shape, [kernel, stride], padding, activation);
                let mut network = Builder::new(side);
                let x = network
                    .conv(network.image(), &first.view(), None)
                    .expect("fits");
                let Ok(y) = network.conv(x, &layer.view(), None) else {
                    assert!(padding != Padding::Same && side < kernel);
                    continue;
                };
                let network = network.finish(&[x, y]).expect("fits");
                // More than are computed at once.
                let images = random.numbers(3 * side * side * 11);
                let maps = network.maps(&images);
                let inputs = maps[0].chunks_exact(side * side * inputs);
                let expected: Vec<f32> = inputs
                    .flat_map(|x| {
                        let x = Map {
                            side,
                            channels: shape[0],
                            data: x.to_vec(),
                        };
                        layer.naive(&x, false).activated(activation).data
                    })
                    .collect();
                assert_close(&maps[1], &expected);
            }
        }
    }
}

#[test]
fn depthwise_convolutions() {
    let mut random = Lcg(2);
    for side in [1, 2, 3, 4, 5, 7, 8, 11] {
        for channels in [1, 7, 8, 12, 24, 36] {
            for [kernel, stride] in [[3, 1], [3, 2], [5, 1], [5, 2]] {
                for padding in [
                    Padding::Same,
                    Padding::all(kernel / 2),
                    Padding::Sides([0, 0, 2, 2]),
                ] {
                    let activation = ACTIVATIONS[(side + channels) % 3];
                    let shape = [1, channels];
                    let first = spread(&mut random, channels);
                    let layer =
                        Owned::random(&mut random, shape, [kernel, stride], padding, activation);
                    let mut network = Builder::new(side);
                    let x = network
                        .conv(network.image(), &first.view(), None)
                        .expect("fits");
                    let Ok(y) = network.depthwise(x, &layer.view()) else {
                        assert!(padding == Padding::Sides([0, 0, 2, 2]) && side + 2 < kernel);
                        continue;
                    };
                    let network = network.finish(&[x, y]).expect("fits");
                    let maps = network.maps(&random.numbers(3 * side * side));
                    let x = Map {
                        side,
                        channels,
                        data: maps[0].clone(),
                    };
                    let expected = layer.naive(&x, true).activated(activation);
                    assert_close(&maps[1], &expected.data);
                }
            }
        }
    }
}

#[test]
fn shortcuts_are_added_before_the_activation() {
    let mut random = Lcg(3);
    for (inputs, outputs) in [(24, 24), (24, 28), (5, 36), (7, 9), (8, 16)] {
        for activation in ACTIVATIONS {
            let side = 5;
            let first = spread(&mut random, inputs);
            let shape = [inputs, outputs];
            let layer = Owned::random(&mut random, shape, [3, 1], Padding::Same, activation);
            let mut network = Builder::new(side);
            let x = network
                .conv(network.image(), &first.view(), None)
                .expect("fits");
            let y = network.conv(x, &layer.view(), Some(x)).expect("fits");
            let network = network.finish(&[x, y]).expect("fits");
            let maps = network.maps(&random.numbers(3 * side * side));
            let x = Map {
                side,
                channels: inputs,
                data: maps[0].clone(),
            };
            let expected = layer.naive(&x, false).plus(&x).activated(activation);
            assert_close(&maps[1], &expected.data);
        }
    }
}

#[test]
fn max_pooling_of_maps_below_zero() {
    let mut random = Lcg(4);
    for side in [2, 3, 4, 7, 8] {
        for (kernel, stride, padding) in [
            (2, 2, Padding::NONE),
            (2, 2, Padding::Same),
            (3, 2, Padding::all(1)),
            (3, 2, Padding::Same),
            (3, 1, Padding::Same),
        ] {
            let mut layer = spread(&mut random, 12);
            layer.bias.iter_mut().for_each(|bias| *bias -= 4.0);
            let mut network = Builder::new(side);
            let x = network
                .conv(network.image(), &layer.view(), None)
                .expect("fits");
            let y = network.max_pool(x, kernel, stride, padding).expect("fits");
            let network = network.finish(&[x, y]).expect("fits");
            let maps = network.maps(&random.numbers(3 * side * side));
            let x = Map {
                side,
                channels: 12,
                data: maps[0].clone(),
            };
            assert_eq!(maps[1], x.max_pool(kernel, stride, padding).data);
        }
    }
}

#[test]
fn refuses_layers_that_do_not_fit() {
    let mut network = Builder::new(8);
    let image = network.image();
    let layer = Layer {
        weight: &[0.5; 3],
        bias: &[0.0],
        kernel: 1,
        stride: 1,
        padding: Padding::NONE,
        activation: Activation::None,
    };
    let one = network.conv(image, &layer, None).expect("fits");
    let wide = Layer {
        kernel: 9,
        weight: &[0.5; 243],
        ..layer
    };
    assert!(matches!(
        network.conv(image, &wide, None),
        Err(LayerError::Window { side: 8, .. })
    ));
    let half = Layer { stride: 2, ..layer };
    let add = Some(image);
    assert!(matches!(
        network.conv(image, &half, add),
        Err(LayerError::Shortcut { .. })
    ));
    assert!(matches!(
        network.conv(image, &layer, add),
        Err(LayerError::Shortcut { .. })
    ));
    assert!(matches!(
        network.conv(one, &layer, None),
        Err(LayerError::Weights { .. })
    ));
    assert!(matches!(
        network.depthwise(image, &layer),
        Err(LayerError::Channels { .. })
    ));
    let still = Layer { stride: 0, ..layer };
    assert!(matches!(
        network.conv(image, &still, None),
        Err(LayerError::Window { .. })
    ));
    let none = Layer {
        weight: &[],
        bias: &[],
        ..layer
    };
    assert_eq!(
        network.conv(image, &none, None).err(),
        Some(LayerError::Empty)
    );
    let strange = Builder::new(8).conv(one, &layer, None).err();
    assert_eq!(strange, Some(LayerError::Node { node: 1, nodes: 1 }));
    assert_eq!(
        network.finish::<modulens_kernels::Node>(&[]).err(),
        Some(LayerError::Empty)
    );
    let empty = Builder::new(0);
    let image = empty.image();
    assert_eq!(empty.finish(&[image]).err(), Some(LayerError::Empty));
}
