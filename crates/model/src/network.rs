//! The whole network: trunk, tail, and the full pass they are held against.

use burn::module::{Module, Param, ParamId, list_param_ids};
use burn::nn::{BatchNorm, Linear};
use burn::tensor::activation::relu;
use burn::tensor::{Int, Tensor};

use crate::backbone::{Body, FACE_FOLLOW};
use crate::modulation::{Attention, Modulator, Place, task_codes};
use crate::norm::{self, normalise};
use crate::plain::{PlainError, PlainTrunk};
use crate::product::matrix_product;
use crate::start::{Follow, Start};
use crate::unit::unit;
use crate::{Backbone, Head, NetworkConfig, Site};

/// A network with its weights; [`NetworkConfig::init`] makes one.
///
/// On an autodiff device batch norm uses the statistics of the batch and every pass moves the running
/// ones: embed with `network.valid()` on the plain device. In training the batch may mix tasks; statistics
/// behind the first site are then taken over all rows, of all tasks ([`Network::tail_all`]: over
/// `B * T` rows).
///
/// Learned values are grouped by path: everything under `modulation` is modulation, and so are `task_codes` and `attention`.
#[derive(Module, Debug)]
pub struct Network {
    pub(crate) body: Body,
    pub(crate) fc: Linear,
    pub(crate) fc_bn: Option<BatchNorm>,
    /// One per site in the order met; empty without modulation.
    pub(crate) modulation: Vec<Modulator>,
    /// One row per task, `[T, R]`; what factorised modulation makes its scales of.
    pub(crate) task_codes: Option<Param<Tensor<2>>>,
    pub(crate) attention: Option<Attention>,
    #[module(skip)]
    sites: Vec<Site>,
    #[module(skip)]
    config: NetworkConfig,
}

/// The tasks of the rows of a batch.
#[allow(
    clippy::large_enum_variant,
    reason = "one per pass, on the stack; without a backend it is not even large"
)]
enum Tasks {
    /// Each row has its own task.
    Each(Tensor<1, Int>),
    /// Every image is wanted under every task: rows are `[T * images]`, task after task, from the first site on.
    All { images: usize },
}

impl Tasks {
    /// The query of every row behind the first site, `[R, C]`.
    fn queries(&self, attention: &Attention) -> Tensor<2> {
        let queries = attention.query.val();
        match self {
            Self::Each(tasks) => queries.select(0, tasks.clone()),
            Self::All { images } => {
                let [tasks, channels] = queries.dims();
                let rows = queries.reshape([tasks, 1, channels]);
                let rows = rows.expand([tasks, *images, channels]);
                rows.reshape([tasks * images, channels])
            }
        }
    }
}

impl Network {
    /// Builds a network from a configuration that has been validated.
    pub(crate) fn new(config: &NetworkConfig, start: Start<'_>) -> Self {
        let sites = config.ordered_sites();
        let modulator = |(index, &site): (usize, &Site)| {
            let place = Place {
                index,
                tasks: config.tasks,
                channels: config.site_channels(site),
                start: match site {
                    Site::Embedding => config.embedding_start,
                    Site::Stage(_) => config.stage_start,
                },
            };
            Modulator::new(config.modulation, place, start.device())
        };
        let rectifies = config.backbone.rectifies();
        // The released face network's batch norm has another epsilon and momentum than PyTorch's default.
        let follow = match config.backbone {
            Backbone::Face => FACE_FOLLOW,
            _ => Follow::USUAL,
        };
        Self {
            body: Body::new(config, start),
            fc: start.linear([config.head_inputs(), config.embedding], !rectifies),
            fc_bn: rectifies.then(|| start.batch_norm(config.embedding, follow)),
            modulation: sites.iter().enumerate().filter_map(modulator).collect(),
            task_codes: task_codes(config.modulation, config.tasks, start.device()),
            attention: config
                .attention
                .then(|| Attention::new(config.tasks, config.head_inputs(), start.device())),
            sites,
            config: config.clone(),
        }
    }

    /// The network with a stem and so many stages that do not learn.
    #[must_use]
    pub fn with_frozen_stages(mut self, stages: usize) -> Self {
        self.body = self.body.frozen(stages);
        self
    }

    /// The configuration that the network was built from.
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// Learned parameters, modulation included; running statistics are not counted.
    pub fn num_params(&self) -> usize {
        self.config.num_params()
    }

    /// Learned parameters of the modulation of all tasks.
    pub fn modulation_params(&self) -> usize {
        self.config.modulation_params()
    }

    /// The scales of every task at every site that has any, as they are applied: `[T, C]` each. Empty for matrices.
    pub fn task_scales(&self) -> Vec<(Site, Tensor<2>)> {
        let codes = self.task_codes.as_ref();
        let sites = self.sites.iter().zip(&self.modulation);
        sites
            .filter_map(|(&site, modulator)| Some((site, modulator.scales(codes)?)))
            .collect()
    }

    /// The parameters of the modulation, for an optimiser that treats them otherwise.
    pub fn modulation_ids(&self) -> Vec<ParamId> {
        let mut ids = list_param_ids(&self.modulation);
        ids.extend(self.task_codes.iter().map(|codes| codes.id));
        ids.extend(self.attention.iter().map(|attention| attention.query.id));
        ids
    }

    /// The parameters of stem and stages, for an optimiser that treats them otherwise.
    pub fn backbone_ids(&self) -> Vec<ParamId> {
        list_param_ids(&self.body)
    }

    /// The task-free part: everything right before the first site.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; the result is `[B, C, H, W]` with [`NetworkConfig::feature_shape`]. It is
    /// `[B, C, 1, 1]` when the first site is a last stage that is averaged (a channel mask commutes with the
    /// average) and `[B, D, 1, 1]` when it is the embedding.
    pub fn trunk(&self, images: Tensor<4>) -> Tensor<4> {
        let last = match self.config.split() {
            Site::Stage(number) => number,
            Site::Embedding => self.stages(),
        };
        let mut averages = Vec::new();
        let mut x = self.body.stem(images);
        for number in 1..=last {
            x = self.stage(number, x, &mut averages);
            if number < last {
                self.keep_average(number, &x, &mut averages);
            }
        }
        match self.config.split() {
            Site::Stage(_) => x,
            Site::Embedding => self.head(x),
        }
    }

    /// The trunk without Burn, faster on one thread of a processor. `None` where there is none: it ends
    /// in the average of residual blocks, so that the first site has to be the last stage, and the backbone another than `face`.
    ///
    /// Reads synchronously: not for a GPU in a browser.
    ///
    /// # Errors
    /// When the weights cannot be read back from their device, or do not fit the images.
    pub fn plain_trunk(&self) -> Result<Option<PlainTrunk>, PlainError> {
        let config = &self.config;
        let averaged = config.backbone.pools() && config.split() == Site::Stage(self.stages());
        if !averaged {
            return Ok(None);
        }
        let mut network = modulens_kernels::Builder::new(config.input_size() as usize);
        let maps = self.body.plain(&config.backbone.pooled(), &mut network)?;
        Ok(match maps.as_slice() {
            [] => None,
            maps => Some(network.finish(maps)?),
        })
    }

    /// The embeddings of rows of features, each under its own task.
    ///
    /// # Shapes
    /// features `[B, C, H, W]` as [`Network::trunk`] gives them, tasks `[B]`; the result is `[B, D]` with
    /// rows of unit length.
    pub fn tail(&self, features: Tensor<4>, tasks: Tensor<1, Int>) -> Tensor<2> {
        unit(self.finish(features, &Tasks::Each(tasks)))
    }

    /// The embeddings of every image under every task.
    ///
    /// Late tails cost one matrix product over `B * T` rows.
    ///
    /// # Shapes
    /// features `[B, C, H, W]` as [`Network::trunk`] gives them; the result is `[B, T, D]` with rows of
    /// unit length.
    pub fn tail_all(&self, features: Tensor<4>) -> Tensor<3> {
        Head::Prototypes.embeddings(self.outputs_all(features), &[])
    }

    /// The outputs for every image under every task, which a [`Head`] makes embeddings of.
    ///
    /// # Shapes
    /// features `[B, C, H, W]` as [`Network::trunk`] gives them; the result is `[B, T, D]`.
    pub fn outputs_all(&self, features: Tensor<4>) -> Tensor<3> {
        let [images, ..] = features.dims();
        let (tasks, length) = (self.config.tasks, self.config.embedding);
        let rows = self.finish(features, &Tasks::All { images });
        if self.modulation.is_empty() {
            return rows
                .reshape([images, 1, length])
                .expand([images, tasks, length]);
        }
        rows.reshape([tasks, images, length]).swap_dims(0, 1)
    }

    /// The full pass from images to embeddings, layer after layer, modulating each stage where it stands.
    ///
    /// It takes no shortcut through the average, so that trunk and tail can be held against it.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`, tasks `[B]`; the result is `[B, D]` with rows of unit length.
    pub fn forward(&self, images: Tensor<4>, tasks: Tensor<1, Int>) -> Tensor<2> {
        let each = Tasks::Each(tasks);
        let mut averages = Vec::new();
        let mut x = self.body.stem(images);
        for number in 1..=self.stages() {
            x = self.body.stage(number, x);
            // Averages of several stages are modulated together, each of one where it stands.
            if number < self.stages() || !self.joins() {
                x = self.modulate(Site::Stage(number), x, &each);
            }
            if number < self.stages() {
                self.keep_average(number, &x, &mut averages);
            }
        }
        if let Some(attention) = &self.attention {
            x = Attention::pool(x, each.queries(attention));
        } else if self.config.backbone.pools() {
            self.keep_average(self.stages(), &x, &mut averages);
            x = Tensor::cat(averages, 1);
        }
        if self.joins() {
            x = self.modulate(Site::Stage(self.stages()), x, &each);
        }
        let embedding = self.modulate(Site::Embedding, self.head(x), &each);
        unit(embedding.flatten(1, 3))
    }

    /// The output of every layer for the same images, without modulation: what two backends are compared by.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; `stem`, `stage1` and so on `[B, C, H, W]`, `pooled` where the last stage is
    /// averaged, and `embedding` `[B, D, 1, 1]` before mask and unit length.
    pub fn layers(&self, images: Tensor<4>) -> Vec<(String, Tensor<4>)> {
        let mut x = self.body.stem(images);
        let mut layers = vec![("stem".to_owned(), x.clone())];
        let mut averages = Vec::new();
        for number in 1..=self.stages() {
            x = self.body.stage(number, x);
            layers.push((Site::Stage(number).to_string(), x.clone()));
            if number < self.stages() {
                self.keep_average(number, &x, &mut averages);
            }
        }
        if self.config.backbone.pools() {
            self.keep_average(self.stages(), &x, &mut averages);
            x = Tensor::cat(averages, 1);
            layers.push(("pooled".to_owned(), x.clone()));
        }
        layers.push((Site::Embedding.to_string(), self.head(x)));
        layers
    }

    /// The modulation at a site.
    pub(crate) fn modulator(&self, site: Site) -> Option<&Modulator> {
        let index = self.sites.iter().position(|&known| known == site)?;
        self.modulation.get(index)
    }

    /// The sites in the order met, as `modulation` has them.
    pub(crate) fn sites(&self) -> &[Site] {
        &self.sites
    }

    fn stages(&self) -> usize {
        self.config.backbone.stages()
    }

    /// Returns true if the features are the averages of several stages.
    fn joins(&self) -> bool {
        self.config.backbone.pooled().len() > 1
    }

    /// A stage. Behind the last one come its average, and those kept of earlier stages before it.
    fn stage(&self, number: usize, x: Tensor<4>, averages: &mut Vec<Tensor<4>>) -> Tensor<4> {
        let x = self.body.stage(number, x);
        if number == self.stages() && self.config.backbone.pools() {
            self.keep_average(number, &x, averages);
            return match averages.as_slice() {
                [only] => only.clone(),
                _ => Tensor::cat(std::mem::take(averages), 1),
            };
        }
        x
    }

    /// Keeps the averages of a stage that belong to the features.
    fn keep_average(&self, number: usize, x: &Tensor<4>, averages: &mut Vec<Tensor<4>>) {
        let pooled = self.config.backbone.pooled();
        let of_stage = pooled.iter().filter(|pooling| pooling.stage == number);
        averages.extend(of_stage.map(|pooling| average(x.clone(), pooling.cells)));
    }

    /// From the last stage to the embedding before its mask, `[B, D, 1, 1]`.
    fn head(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.linear(x.flatten(1, 3));
        let x = match &self.fc_bn {
            Some(norm) => relu(normalise(norm, x)),
            None => x,
        };
        let [rows, length] = x.dims();
        x.reshape([rows, length, 1, 1])
    }

    /// The linear layer, `[B, inputs]` to `[B, D]`.
    fn linear(&self, x: Tensor<2>) -> Tensor<2> {
        let x = matrix_product(x, self.fc.weight.val());
        match &self.fc.bias {
            Some(bias) => x + bias.val().unsqueeze(),
            None => x,
        }
    }

    fn finish(&self, features: Tensor<4>, tasks: &Tasks) -> Tensor<2> {
        let embedding = match self.config.split() {
            Site::Embedding => features,
            Site::Stage(first) => {
                let mut averages = Vec::new();
                let mut x = self.modulate(Site::Stage(first), features, tasks);
                for number in first + 1..=self.stages() {
                    self.keep_average(number - 1, &x, &mut averages);
                    let output = match &self.attention {
                        Some(attention) if number == self.stages() => {
                            Attention::pool(self.body.stage(number, x), tasks.queries(attention))
                        }
                        _ => self.stage(number, x, &mut averages),
                    };
                    x = self.modulate(Site::Stage(number), output, tasks);
                }
                self.head(x)
            }
        };
        self.modulate(Site::Embedding, embedding, tasks)
            .flatten(1, 3)
    }

    fn modulate(&self, site: Site, x: Tensor<4>, tasks: &Tasks) -> Tensor<4> {
        let Some(modulator) = self.modulator(site) else {
            return x;
        };
        let codes = self.task_codes.as_ref();
        match tasks {
            Tasks::Each(tasks) => modulator.each(x, tasks, codes),
            Tasks::All { images } => modulator.all(x, *images, codes),
        }
    }
}

/// The means over the cells of a grid, `[B, C, H, W]` to `[B, C * cells * cells, 1, 1]`: channel after channel, and row
/// after row of cells.
fn average(x: Tensor<4>, cells: usize) -> Tensor<4> {
    let [rows, channels, height, width] = x.dims();
    if cells > 1 {
        let inner = [height / cells, width / cells];
        let shape = [rows * channels, cells, inner[0], cells, inner[1]];
        let sums = x.reshape(shape).mean_dim(4).mean_dim(2);
        return sums.reshape([rows, channels * cells * cells, 1, 1]);
    }
    if norm::is_batch_last(&x.device()) {
        let positions = x.permute([2, 3, 1, 0]);
        let means = positions
            .reshape([height * width, channels * rows])
            .mean_dim(0);
        let means: Tensor<2> = means.reshape([channels, rows]).swap_dims(0, 1);
        return means.reshape([rows, channels, 1, 1]);
    }
    let positions = x.reshape([rows, channels, height * width]);
    positions.mean_dim(2).reshape([rows, channels, 1, 1])
}
