//! Multiplications per second of single layers and of `EfficientNet-Lite0` with random weights, on one thread.
//!
//! `cargo run -p modulens-kernels --example speed [network]`, where `network` leaves the single layers out.

use std::time::Instant;

use modulens_kernels::{Activation, Builder, Layer, LayerError, Node, Padding, Trunk};

/// Numbers from -1 to 1.
fn numbers(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A network in the making, and its multiplications.
struct Network {
    builder: Builder,
    last: Node,
    side: usize,
    channels: usize,
    multiplications: usize,
}

impl Network {
    fn new(side: usize) -> Self {
        let builder = Builder::new(side);
        Self {
            last: builder.image(),
            builder,
            side,
            channels: 3,
            multiplications: 0,
        }
    }

    fn layer(
        &mut self,
        outputs: usize,
        [kernel, stride]: [usize; 2],
        depthwise: bool,
        shortcut: Option<Node>,
    ) -> Result<(), LayerError> {
        let inputs = if depthwise { 1 } else { self.channels };
        let taps = inputs * kernel * kernel;
        let scale = (3.0 / taps as f32).sqrt();
        let weight = numbers(outputs * taps);
        let layer = Layer {
            weight: &weight.iter().map(|w| w * scale).collect::<Vec<_>>(),
            bias: &vec![0.1; outputs],
            kernel,
            stride,
            padding: Padding::Same,
            activation: Activation::Relu6,
        };
        self.last = match depthwise {
            true => self.builder.depthwise(self.last, &layer)?,
            false => self.builder.conv(self.last, &layer, shortcut)?,
        };
        self.side = self.side.div_ceil(stride);
        self.channels = outputs;
        self.multiplications += self.side * self.side * outputs * taps;
        Ok(())
    }

    fn lite0(side: usize) -> Result<Self, LayerError> {
        let mut network = Self::new(side);
        network.layer(32, [3, 2], false, None)?;
        // Expansion, window, stride, channels, repeats.
        for [expansion, kernel, stride, outputs, repeats] in [
            [1, 3, 1, 16, 1],
            [6, 3, 2, 24, 2],
            [6, 5, 2, 40, 2],
            [6, 3, 2, 80, 3],
            [6, 5, 1, 112, 3],
            [6, 5, 2, 192, 4],
            [6, 3, 1, 320, 1],
        ] {
            for repeat in 0..repeats {
                let shortcut = (repeat > 0).then_some(network.last);
                let inner = network.channels * expansion;
                if expansion > 1 {
                    network.layer(inner, [1, 1], false, None)?;
                }
                let stride = if repeat == 0 { stride } else { 1 };
                network.layer(inner, [kernel, stride], true, None)?;
                network.layer(outputs, [1, 1], false, shortcut)?;
            }
        }
        Ok(network)
    }

    fn finish(self) -> Result<Trunk, LayerError> {
        self.builder.finish(&[self.last])
    }
}

/// Seconds that this thread has computed: other programs' turns do not count where the system says so.
fn clock(start: Instant) -> f64 {
    let computed = std::fs::read_to_string("/proc/thread-self/schedstat");
    let computed = computed
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    computed.map_or_else(
        || start.elapsed().as_secs_f64(),
        |nanoseconds| nanoseconds / 1e9,
    )
}

/// Seconds for the features of some images, on average.
fn seconds(trunk: &Trunk, images: &[f32]) -> f64 {
    let start = Instant::now();
    let (before, mut runs) = (clock(start), 0.0);
    while start.elapsed().as_secs_f64() < 1.5 {
        std::hint::black_box(trunk.features(std::hint::black_box(images)));
        runs += 1.0;
    }
    (clock(start) - before) / runs
}

/// A layer's own speed: that of the network with it less that of the network without it.
fn layer(
    side: usize,
    channels: [usize; 2],
    window: [usize; 2],
    depthwise: bool,
) -> Result<(), LayerError> {
    let [inputs, outputs] = channels;
    let without = || -> Result<Network, LayerError> {
        let mut network = Network::new(side);
        network.layer(inputs, [1, 1], false, None)?;
        Ok(network)
    };
    let mut with = without()?;
    let before = with.multiplications;
    // Several times, so that the layers around it weigh little.
    let (times, first) = (8, with.last);
    for _ in 0..times {
        with.last = first;
        with.channels = inputs;
        with.side = side;
        with.layer(outputs, window, depthwise, None)?;
    }
    let work = (with.multiplications - before) as f64;
    let image = numbers(3 * side * side);
    let time = seconds(&with.finish()?, &image) - seconds(&without()?.finish()?, &image);
    let [kernel, stride] = window;
    println!(
        "{side:3} x {side:<3} {inputs:4} -> {outputs:<4} {kernel}x{kernel}/{stride} {} {:6.3} ms {:6.1} GMAC/s",
        if depthwise { "depthwise" } else { "         " },
        time / times as f64 * 1e3,
        work / time / 1e9
    );
    Ok(())
}

fn layers() -> Result<(), LayerError> {
    for (side, channels) in [
        (56, [16, 96]),
        (14, [16, 96]),
        (28, [40, 240]),
        (14, [80, 480]),
        (14, [480, 80]),
        (7, [192, 1152]),
        (7, [1152, 192]),
        (4, [192, 1152]),
        (4, [1152, 192]),
    ] {
        layer(side, channels, [1, 1], false)?;
    }
    for (side, channels) in [(56, 96), (28, 240), (14, 480), (7, 1152)] {
        for window in [[3, 1], [3, 2], [5, 1], [5, 2]] {
            layer(side, [channels; 2], window, true)?;
        }
    }
    layer(112, [3, 32], [3, 2], false)
}

fn main() -> Result<(), LayerError> {
    if std::env::args().nth(1).as_deref() != Some("network") {
        layers()?;
    }
    for side in [112, 224] {
        let network = Network::lite0(side)?;
        let work = network.multiplications as f64;
        let trunk = network.finish()?;
        for count in [1, 8] {
            let time = seconds(&trunk, &numbers(count * 3 * side * side)) / count as f64;
            println!(
                "Lite0 at {side}, {count} at once: {:.2} ms an image, {:.0} MMAC, {:.1} GMAC/s",
                time * 1e3,
                work / 1e6,
                work / time / 1e9
            );
        }
    }
    Ok(())
}
