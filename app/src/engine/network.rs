//! The network on its device.

use burn::tensor::{Tensor, TensorData};
use modulens_model::{Backbone, Network, NetworkConfig, PlainTrunk, weights};
use modulens_schema::InputSpec;
use serde_json::Value;

use super::device::Started;
use super::jobs::Stop;
use crate::protocol::Backend;
use crate::work::{Batch, most_within};

/// A network with its weights, ready for pictures.
#[derive(Debug)]
pub(super) struct Loaded {
    /// The preparation of an image as the input.
    pub input: InputSpec,
    /// Length of one image's features.
    pub channels: usize,
    network: Network,
    /// The trunk that computes the features on the CPU.
    plain: Option<PlainTrunk>,
    started: Started,
    most: usize,
}

/// Features, or where they will be.
enum Output {
    Ready(Vec<f32>),
    Tensor(Tensor<4>),
}

/// A layer's output.
#[derive(Debug)]
pub(super) struct LayerValues {
    /// Its name in the network.
    pub name: String,
    /// Images, channels, rows, columns.
    pub shape: [usize; 4],
    /// The values, row-major.
    pub values: Vec<f32>,
}

impl Loaded {
    /// Builds the network and runs it once, so that the first picture does not pay for the preparation.
    ///
    /// # Errors
    /// The configuration or the weights are of another version or damaged, or the backend does not compute.
    pub(super) async fn load(
        started: &Started,
        config: Value,
        input: InputSpec,
        bytes: &[u8],
    ) -> Result<Self, Stop> {
        let config: NetworkConfig = serde_json::from_value(config).map_err(|error| {
            format!("the gallery's network is not one this page knows ({error}); reload the page for its newest version")
        })?;
        check_input(&config, &input)?;
        let network = weights::from_safetensors(&config, bytes, &started.device)
            .map_err(|error| error.to_string())?;
        let fits = most_within(started.buffer_bytes, input.size, widest(&config.backbone));
        let plain = match started.backend {
            Backend::Cpu => network.plain_trunk().map_err(|error| error.to_string())?,
            Backend::Webgpu => None,
        };
        let mut loaded = Self {
            plain,
            channels: config.feature_shape().iter().product(),
            most: fits.min(started.pictures_at_once),
            input,
            network,
            started: started.clone(),
        };
        loaded.warm_up().await?;
        Ok(loaded)
    }

    /// The batch size to begin with.
    pub(super) fn batch(&self) -> Batch {
        Batch::new(8, self.most)
    }

    /// Puts pictures through the trunk.
    ///
    /// On a GPU the work is handed over when this returns and the result is awaited with the future: what is
    /// done in between costs no time. On the CPU the work is done when this returns.
    ///
    /// # Shapes
    /// `pictures` is `[rows, 3, size, size]`; the result `[rows, channels]`.
    pub(super) fn features(
        &self,
        pictures: Vec<f32>,
        rows: usize,
    ) -> impl Future<Output = Result<Vec<f32>, Stop>> + use<> {
        let output = match &self.plain {
            Some(plain) => Output::Ready(plain.features(&pictures)),
            None => Output::Tensor(self.network.trunk(self.tensor(pictures, rows))),
        };
        async move {
            match output {
                Output::Ready(features) => Ok(features),
                Output::Tensor(features) => read(features).await,
            }
        }
    }

    /// The output of every layer.
    ///
    /// # Shapes
    /// `pictures` is `[rows, 3, size, size]`.
    pub(super) async fn layers(
        &self,
        pictures: Vec<f32>,
        rows: usize,
    ) -> Result<Vec<LayerValues>, Stop> {
        let mut layers = Vec::new();
        for (name, output) in self.network.layers(self.tensor(pictures, rows)) {
            layers.push(LayerValues {
                name,
                shape: output.dims(),
                values: read(output).await?,
            });
        }
        Ok(layers)
    }

    /// The number of images in a buffer of this many floats.
    ///
    /// # Errors
    /// It holds none, or not whole ones.
    pub(super) fn rows(&self, floats: usize) -> Result<usize, String> {
        let one = self.input.len();
        if floats == 0 || !floats.is_multiple_of(one) {
            return Err(format!(
                "{floats} values are not whole inputs of {one}; check the input's size"
            ));
        }
        Ok(floats / one)
    }

    async fn warm_up(&mut self) -> Result<(), Stop> {
        let features = self.features(vec![0.25; self.input.len()], 1).await?;
        // A kernel that does not run leaves its output as it was: better no engine than a wrong one.
        if features.len() != self.channels || !features.iter().all(|value| value.is_finite()) {
            return Err(Stop::Broken(format!(
                "the {} engine computes wrong values for this network on this machine",
                self.started.backend.title()
            )));
        }
        Ok(())
    }

    fn tensor(&self, pictures: Vec<f32>, rows: usize) -> Tensor<4> {
        let side = self.input.size as usize;
        Tensor::from_data(
            TensorData::new(pictures, [rows, 3, side, side]),
            &self.started.device,
        )
    }
}

/// Reads a tensor without blocking.
#[expect(
    deprecated,
    reason = "the converting kind brings a conversion for every pair of types along (0.3 MB)"
)]
async fn read(tensor: Tensor<4>) -> Result<Vec<f32>, Stop> {
    let data = tensor.into_data_async().await.map_err(|error| {
        Stop::Broken(format!("the graphics device was lost or failed ({error})"))
    })?;
    data.into_vec::<f32>()
        .map_err(|error| Stop::Failed(error.to_string()))
}

/// Holds the input against the network.
fn check_input(config: &NetworkConfig, input: &InputSpec) -> Result<(), String> {
    if input.size != config.input_size() {
        return Err(format!(
            "the gallery's input is {} pixels wide and its network's {}; get the gallery again",
            input.size,
            config.input_size()
        ));
    }
    let usable = |&std: &f32| std.is_finite() && std > 0.0;
    if !input.std.iter().all(usable) || !input.mean.iter().all(|mean| mean.is_finite()) {
        return Err("the gallery's normalisation is not usable; get the gallery again".into());
    }
    Ok(())
}

/// Channels of the widest layer at full resolution, or more.
fn widest(backbone: &Backbone) -> usize {
    match backbone {
        Backbone::Small { widths, .. } => widths.iter().copied().max().unwrap_or(1),
        Backbone::Face => 128,
        Backbone::Resnet18 => 256,
        // The wide layer at the stem's resolution, 96 channels on a quarter of the pixels.
        Backbone::EfficientNetLite0 { .. } => 32,
    }
}
