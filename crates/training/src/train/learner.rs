//! One step of learning.

use burn::module::{Module, ParamId};
use burn::optim::{AdaGradConfig, AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData};
use modulens_model::loss::{self, TaskLosses};
use modulens_model::{Head, Method, Model, Network, NetworkConfig, Prototypes};
use modulens_schema::Labels;

use super::sampler::Triplets;
use crate::config::{OptimizerKind, TrainConfig};
use crate::error::TrainerError;

/// All that learns: the model, and the prototypes of the softmax loss.
#[derive(Module, Debug)]
pub struct Trainable {
    /// The model.
    pub model: Model,
    /// The prototypes of the softmax loss.
    pub prototypes: Prototypes,
}

impl Trainable {
    /// A network of a method for tasks with so many `values` each, with random weights from the device's seed.
    ///
    /// # Errors
    /// A network that cannot be built.
    pub fn new(
        method: Method,
        network: &NetworkConfig,
        values: &[usize],
        device: &Device,
    ) -> Result<Self, TrainerError> {
        Ok(Self {
            model: Model::new(method, network, values, device)?,
            prototypes: Prototypes::new(values, network.embedding, network.head, device),
        })
    }

    /// The loss of every task, each label of each image taken into account: that of the model's head, and of the triplets
    /// of the batch as far as [`TrainConfig::triplet_share`] says.
    ///
    /// Every task sees through the modulation of the one `places` further on: 0 for its own. `taught` holds the probabilities
    /// of a teacher, which count as [`TrainConfig::teacher_share`] says.
    ///
    /// # Shapes
    /// images `[B, 3, H, W]`, labels `[B, T]` with -1 for unknown, taught `[B, D]`.
    pub fn task_losses(
        &self,
        images: Tensor<4>,
        labels: Tensor<2, Int>,
        config: &TrainConfig,
        places: usize,
        taught: Option<Tensor<2>>,
    ) -> TaskLosses {
        let (head, values) = (self.model.head(), self.model.values());
        let outputs = self.model.outputs_all(images, places);
        let embedded = head.embeddings(outputs.clone(), values);
        let losses = match head {
            Head::Prototypes => loss::normalised_softmax(
                embedded.clone(),
                labels.clone(),
                &self.prototypes,
                config.temperature,
            ),
            Head::Logits => loss::softmax_of_logits(outputs, labels.clone(), &self.prototypes),
            Head::Probabilities => loss::classification(embedded.clone(), labels.clone(), values),
        };
        let losses = match taught {
            Some(taught) => {
                let distilled = loss::distillation(embedded.clone(), taught, values);
                losses.mixed(distilled, config.teacher_share)
            }
            None => losses,
        };
        if config.triplet_share == 0.0 {
            return losses;
        }
        let triplets = loss::all_triplets(embedded, labels, values, config.triplet_temperature);
        losses.mixed(triplets, config.triplet_share)
    }

    /// The paper's triplet loss; `images` holds all anchors, then positives, then negatives.
    ///
    /// # Shapes
    /// images `[3 N, 3, H, W]`, tasks `[N]`.
    pub fn triplet_loss(&self, images: Tensor<4>, tasks: Tensor<1, Int>, margin: f32) -> Tensor<1> {
        let tasks = Tensor::cat(vec![tasks.clone(), tasks.clone(), tasks], 0);
        let embedded = self.model.embed(images, tasks);
        let mut parts = embedded.chunk(3, 0).into_iter();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(anchor), Some(positive), Some(negative)) => {
                loss::triplet(anchor, positive, negative, margin)
            }
            _ => unreachable!("chunk(3) of three times N rows gives three parts"),
        }
    }
}

/// Labels of some images as `[n, T]`, -1 for unknown.
pub fn label_tensor(labels: &Labels, images: &[usize], device: &Device) -> Tensor<2, Int> {
    let cells: Vec<i64> = images
        .iter()
        .flat_map(|&image| {
            (0..labels.tasks()).map(move |task| labels.get(image, task).map_or(-1, i64::from))
        })
        .collect();
    Tensor::from_data(
        TensorData::new(cells, [images.len(), labels.tasks()]),
        device,
    )
}

/// The tasks of a step's triplets as `[n]`.
pub fn task_tensor(triplets: &Triplets, device: &Device) -> Tensor<1, Int> {
    let cells: Vec<i64> = triplets.tasks.iter().map(|&task| task as i64).collect();
    let count = cells.len();
    Tensor::from_data(TensorData::new(cells, [count]), device)
}

/// The optimiser as configured.
pub(crate) fn optimizer(config: &TrainConfig) -> ModuleOptimizer {
    match config.optimizer {
        OptimizerKind::Adamw => AdamWConfig::new()
            .with_weight_decay(config.weight_decay)
            .with_epsilon(1e-8)
            .init(),
        OptimizerKind::Adagrad => AdaGradConfig::new().init(),
    }
}

/// One update of every parameter; those of the modulation and of the backbone have their own multiples of the rate.
pub(crate) fn update(
    trainable: Trainable,
    optimizer: &mut ModuleOptimizer,
    rate: f64,
    config: &TrainConfig,
    loss: &Tensor<1>,
) -> Trainable {
    let mut gradients = loss.backward();
    let networks = trainable.model.networks();
    let modulation: Vec<_> = networks.iter().flat_map(Network::modulation_ids).collect();
    let backbone: Vec<_> = networks.iter().flat_map(Network::backbone_ids).collect();
    // All before the first step: it replaces the tensors that gradients are found by.
    let mut own = |ids: &[ParamId]| GradientsParams::from_params(&mut gradients, &trainable, ids);
    let (modulation, backbone) = (own(&modulation), own(&backbone));
    let others = GradientsParams::from_grads(gradients, &trainable);
    let trainable = optimizer.step(rate * config.modulation_rate, trainable, modulation);
    let trainable = optimizer.step(rate * config.backbone_rate, trainable, backbone);
    optimizer.step(rate, trainable, others)
}
