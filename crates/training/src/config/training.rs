//! The settings of the training, of its augmentation and of what is measured meanwhile.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The loss that a training step minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loss {
    /// The loss of the network's head over every value of every task: one trunk pass serves all
    /// labels of an image. The default, because random triplets leave fine attributes unlearned at
    /// a CPU's budget.
    Softmax,
    /// The paper's triplet loss on squared distances, one task per triplet.
    Triplet,
}

/// The optimiser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerKind {
    /// Adam with decoupled weight decay.
    Adamw,
    /// The paper's choice.
    Adagrad,
}

/// The schedule of the learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Down to zero along half a cosine.
    Cosine,
    /// Times `factor` after every `epochs` epochs; the paper's is 0.1 every 40.
    Step {
        /// Epochs between two drops.
        epochs: usize,
        /// The factor on the rate.
        factor: f64,
    },
}

/// The settings of the training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainConfig {
    /// The loss that a step minimises.
    pub loss: Loss,
    /// Passes over the training split.
    pub epochs: usize,
    /// Images of a step; for triplets `3 * tasks * triplets_per_task` is used instead.
    pub batch: usize,
    /// Triplets of each task in a step (the paper uses 8).
    pub triplets_per_task: usize,
    /// The optimiser.
    pub optimizer: OptimizerKind,
    /// Learning rate after the warm-up.
    pub learning_rate: f64,
    /// The learning rate of the modulation, as a multiple of the others'.
    pub modulation_rate: f64,
    /// The learning rate of stem and stages, as a multiple of the others': below 1 where they start from weights that
    /// were trained on far more images.
    pub backbone_rate: f64,
    /// The stem and so many stages keep their pretrained weights; without it everything learns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_stages: Option<usize>,
    /// Steps over which the learning rate rises from zero; a quarter of the training at most.
    pub warmup_steps: usize,
    /// The decay afterwards.
    pub schedule: Schedule,
    /// Decoupled weight decay (adamw) or the L2 term (adagrad).
    pub weight_decay: f32,
    /// Temperature of the softmax loss.
    pub temperature: f32,
    /// The share of the loss over all triplets of a batch, beside that of the head: 0 for the head's alone, 1 for the
    /// triplets' alone. Every image of a batch is in thousands of triplets of every task.
    pub triplet_share: f32,
    /// Temperature of that loss.
    pub triplet_temperature: f32,
    /// The folder of a finished run that teaches: its predictions are learned beside the labels. Both networks have the head
    /// `probabilities`, the same tasks and the same input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teacher: Option<PathBuf>,
    /// The share of the teacher's predictions in the loss: 0 for the labels alone, 1 for the teacher alone.
    pub teacher_share: f32,
    /// Each task weighs its own softmax loss to this power: 0 for all the same, more for those that are not solved.
    pub task_focus: f32,
    /// Margin of the triplet loss.
    pub margin: f32,
    /// Decides the start, the order of the images and the augmentation.
    pub seed: u64,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            loss: Loss::Softmax,
            epochs: 20,
            batch: 64,
            triplets_per_task: 8,
            optimizer: OptimizerKind::Adamw,
            learning_rate: 3e-3,
            modulation_rate: 1.0,
            backbone_rate: 1.0,
            frozen_stages: None,
            warmup_steps: 200,
            schedule: Schedule::Cosine,
            weight_decay: 0.02,
            temperature: 0.1,
            triplet_share: 0.0,
            triplet_temperature: 0.2,
            teacher: None,
            teacher_share: 0.5,
            task_focus: 1.0,
            margin: 0.2,
            seed: 666,
        }
    }
}

/// Random changes to training pictures that no label depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AugmentConfig {
    /// Largest shift in pixels of the input, edges repeated.
    pub shift: u32,
    /// Mirror half of the pictures; off where left and right mean something.
    pub mirror: bool,
    /// Largest relative change of brightness and of contrast, 0.1 for ±10 %.
    pub light: f32,
    /// Largest relative change of size, 0.2 for a face 20 % larger or smaller.
    pub scale: f32,
    /// Largest rotation in degrees.
    pub turn: f32,
    /// Largest relative change of one colour channel against the others.
    pub colour: f32,
    /// The share of images without colour.
    pub grey: f32,
    /// The share of images that are blurred.
    pub blur: f32,
    /// The share of images that are compressed badly.
    pub jpeg: f32,
}

impl Default for AugmentConfig {
    fn default() -> Self {
        Self {
            shift: 3,
            mirror: true,
            light: 0.1,
            scale: 0.0,
            turn: 0.0,
            colour: 0.0,
            grey: 0.0,
            blur: 0.0,
            jpeg: 0.0,
        }
    }
}

/// The measurements made while training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MeasureConfig {
    /// Mini-batches on which the gradients of all tasks are compared; each costs a step per task. 0 for none.
    pub compliance_batches: usize,
    /// Epochs from one such measurement to the next; the last epoch is always measured.
    pub compliance_every: usize,
    /// The last layer that counts: `stem`, `stage1` and so on, or `fc`. Up to their first site all modulated methods share
    /// every value, and can be compared; nothing for all layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance_up_to: Option<String>,
    /// Compare the gradient of one task on the first half of a mini-batch with that of the other on the second half, so that
    /// images they both see are no reason to agree.
    pub compliance_disjoint: bool,
}

impl Default for MeasureConfig {
    fn default() -> Self {
        Self {
            compliance_batches: 0,
            compliance_every: 1,
            compliance_up_to: None,
            compliance_disjoint: false,
        }
    }
}

impl TrainConfig {
    /// Each rule with what to say where it is broken.
    pub(super) fn rules(&self) -> [(bool, &'static str); 15] {
        [
            (self.epochs == 0, "train.epochs must be at least 1"),
            (
                self.batch < 2,
                "train.batch must be at least 2: batch norm needs a batch",
            ),
            (
                self.triplets_per_task == 0,
                "train.triplets_per_task must be at least 1",
            ),
            (
                !(self.learning_rate > 0.0 && self.learning_rate.is_finite()),
                "train.learning_rate must be a number above 0",
            ),
            (
                !(0.0..=1000.0).contains(&self.modulation_rate),
                "train.modulation_rate must be a number from 0 to 1000",
            ),
            (
                !(0.0..=1000.0).contains(&self.backbone_rate),
                "train.backbone_rate must be a number from 0 to 1000",
            ),
            (
                !(self.temperature > 0.0 && self.temperature.is_finite()),
                "train.temperature must be a number above 0",
            ),
            (
                !(0.0..=1.0).contains(&self.triplet_share),
                "train.triplet_share must be a number from 0 to 1",
            ),
            (
                !(self.triplet_temperature > 0.0 && self.triplet_temperature.is_finite()),
                "train.triplet_temperature must be a number above 0",
            ),
            (
                self.triplet_share > 0.0 && self.loss == Loss::Triplet,
                "train.triplet_share goes with train.loss = \"softmax\"; with \"triplet\" there is no other loss to share with",
            ),
            (
                !(0.0..=1.0).contains(&self.teacher_share),
                "train.teacher_share must be a number from 0 to 1",
            ),
            (
                self.teacher.is_some() && self.loss == Loss::Triplet,
                "train.teacher goes with train.loss = \"softmax\": it gives probabilities, and triplets have none",
            ),
            (
                !(0.0..=4.0).contains(&self.task_focus),
                "train.task_focus must be a number from 0 to 4",
            ),
            (
                !(self.margin >= 0.0 && self.margin.is_finite()),
                "train.margin must be a number, 0 or above",
            ),
            (
                matches!(self.schedule, Schedule::Step { epochs: 0, .. }),
                "train.schedule.step.epochs must be at least 1",
            ),
        ]
    }
}

impl AugmentConfig {
    /// Each rule with what to say where it is broken.
    pub(super) fn rules(&self) -> [(bool, &'static str); 5] {
        [
            (
                !(0.0..1.0).contains(&self.scale),
                "augment.scale must be from 0 up to but not including 1",
            ),
            (
                !(0.0..=180.0).contains(&self.turn),
                "augment.turn must be from 0 to 180 degrees",
            ),
            (
                !(0.0..1.0).contains(&self.colour),
                "augment.colour must be from 0 up to but not including 1",
            ),
            (
                [self.grey, self.blur, self.jpeg]
                    .iter()
                    .any(|share| !(0.0..=1.0).contains(share)),
                "augment.grey, augment.blur and augment.jpeg are shares from 0 to 1",
            ),
            (
                !(0.0..1.0).contains(&self.light),
                "augment.light must be from 0 up to but not including 1",
            ),
        ]
    }
}

impl MeasureConfig {
    /// Each rule with what to say where it is broken.
    pub(super) fn rules(&self) -> [(bool, &'static str); 2] {
        let last = self.compliance_up_to.as_deref();
        [
            (
                self.compliance_every == 0,
                "measure.compliance_every must be at least 1",
            ),
            (
                last.is_some_and(|name| layer_place(name).is_none()),
                "measure.compliance_up_to must be stem, stage1 (or another number) or fc",
            ),
        ]
    }
}

/// The place of the linear layer: behind every stage.
pub const FC: usize = usize::MAX - 1;

/// The place of a layer by its name: `stem`, `stage1` and so on, or `fc`.
pub fn layer_place(name: &str) -> Option<usize> {
    match name {
        "stem" => Some(0),
        "fc" => Some(FC),
        _ => name.strip_prefix("stage")?.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_have_their_places_by_name() {
        assert_eq!(layer_place("stem"), Some(0));
        assert_eq!(layer_place("stage3"), Some(3));
        assert!(layer_place("fc") > layer_place("stage9"));
        assert_eq!(layer_place("stages"), None);
    }
}
