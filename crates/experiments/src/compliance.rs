//! Update compliance: whether the tasks want to move the layers they share the same way.
//!
//! The paper counts, over mini-batches of training, how often the gradients of two tasks agree on shared parameters and how
//! often they do not; the update compliance ratio is the one over the other, 1 where it is left to chance (Sec. 3.1).
//! Counted are all measured batches in which both tasks want to move the same values of the layer; where their gradients
//! do not overlap, there is nothing to agree on. Besides the share of batches with a positive inner product, which gives
//! the ratio, the mean cosine is kept, which says how strongly they agree. Modulation itself and prototypes are not shared
//! between tasks and are left out.
//!
//! Two tasks see the same batch, or other halves of it (`measure.compliance_disjoint`). After the last epoch the same is
//! measured under two controls: every task seen through the modulation of the next, and through the mean over all tasks.

mod control;
mod gradients;

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::Module as _;
use modulens_model::{Method, Modulation};
use modulens_schema::Interval;
use modulens_training::config::{FC, Loss, layer_place};
use modulens_training::embed;
use modulens_training::error::TrainerError;
use modulens_training::files;
use modulens_training::train::learner::{label_tensor, task_tensor};
use modulens_training::train::moment::Moment;
use modulens_training::train::sampler::{self, TripletSampler};
use serde::{Deserialize, Serialize};

use control::{Seen, with_mean_modulation};
use gradients::{Layers, of_layers};

/// The name under which all shared layers are taken together.
pub const ALL: &str = "all";

/// The file of a run's measurements.
const FILE: &str = "compliance.jsonl";

/// The stream of randomness of these batches: no step of an epoch has it.
const STREAM: u64 = u64::MAX;

/// One measurement: a line of `compliance.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compliance {
    /// The epoch after which it was measured; 0 before the first step.
    pub epoch: usize,
    /// Mini-batches it comes from.
    pub batches: usize,
    /// `false` for the network as it is, `true` for the control: every task sees through the modulation of the next.
    pub permuted: bool,
    /// `true` for the control in which every task sees through the mean of all tasks' modulation.
    #[serde(default)]
    pub averaged: bool,
    /// The layers as an image meets them, then all together.
    pub layers: Vec<Layer>,
    /// Counts of each batch: pairs of tasks that agree on all layers together, and all pairs whose gradients overlap there.
    /// Batches are independent observations, pairs of one batch are not.
    #[serde(default)]
    pub per_batch: Vec<[usize; 2]>,
    /// 95 % interval of the share of agreeing gradients on all layers together, over batches and seeds; in the figures of a
    /// comparison only.
    #[serde(default)]
    pub ci95: Option<Interval>,
}

/// The pairs of tasks on one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// `stem`, `stage1` and so on, `fc`, or [`ALL`].
    pub name: String,
    /// Every pair of tasks once.
    pub pairs: Vec<Pair>,
}

/// Two tasks on one layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The tasks, by their places.
    pub tasks: [usize; 2],
    /// Batches in which their gradients overlapped: the denominator.
    pub batches: usize,
    /// Share of them in which the inner product was positive.
    pub positive: f64,
    /// Mean cosine over them.
    pub cosine: f64,
}

impl Compliance {
    /// With four decimals: more than so few batches mean.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        let four = |figure: &mut f64| *figure = (*figure * 1e4).round() / 1e4;
        for pair in self.layers.iter_mut().flat_map(|layer| &mut layer.pairs) {
            four(&mut pair.positive);
            four(&mut pair.cosine);
        }
        self
    }

    /// The layer that stands for all shared ones.
    pub fn all(&self) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.name == ALL)
    }
}

impl Layer {
    /// Share of agreeing gradients and mean cosine, over all pairs and batches; [`ratio`] makes the ratio of the former; nothing where no gradients overlapped.
    pub fn agreement(&self) -> Option<(f64, f64)> {
        let batches: usize = self.pairs.iter().map(|pair| pair.batches).sum();
        let (mut positive, mut cosine) = (0.0, 0.0);
        for pair in &self.pairs {
            positive += pair.positive * pair.batches as f64;
            cosine += pair.cosine * pair.batches as f64;
        }
        (batches > 0).then(|| (positive / batches as f64, cosine / batches as f64))
    }
}

/// The update compliance ratio of a share of agreeing gradients, for people: 1.00 at a half, and the sign of infinity where
/// all agree.
pub fn ratio(positive: f64) -> String {
    match positive < 1.0 {
        true => format!("{:.2}", positive / (1.0 - positive)),
        false => "∞".to_owned(),
    }
}

/// Measures how far tasks agree on what to change, where the configuration asks for it, and adds that to the run's
/// `compliance.jsonl`.
///
/// # Errors
/// An image or a tensor that cannot be read, or a disk that does not take the file.
pub fn measure(moment: &Moment<'_>) -> Result<(), TrainerError> {
    let config = &moment.config.measure;
    let last = moment.epoch == moment.config.train.epochs;
    let due = last || moment.epoch.is_multiple_of(config.compliance_every);
    if config.compliance_batches == 0 || !due {
        return Ok(());
    }
    // A control costs as much again, and is only looked at when training is over.
    let modulated = moment.record.method == Method::Modulated
        && moment.record.network.modulation != Modulation::None;
    let seen: &[Seen] = match modulated && last {
        true => &[Seen::Own, Seen::Mean, Seen::Permuted],
        false => &[Seen::Own],
    };
    let found = seen
        .iter()
        .map(|&seen| agreement(moment, seen))
        .collect::<Result<Vec<_>, _>>()?;
    append(moment.out, &found)
}

/// Measures a model that is being trained, on batches of the training split without augmentation: by the loss it is
/// trained with, each task's own. Triplets are drawn from the labels, for each task other ones.
fn agreement(moment: &Moment<'_>, seen: Seen) -> Result<Compliance, TrainerError> {
    let Moment {
        config,
        trainable,
        train: pictures,
        device,
        epoch,
        ..
    } = *moment;
    // A pass in training moves running statistics; those of the copy are its own.
    let mut copy = trainable.clone().valid();
    if seen == Seen::Mean {
        copy = with_mean_modulation(copy);
    }
    let copy = copy.train();
    let labels = pictures.labels();
    let tasks = labels.tasks();
    let mut tally = Tally::default();
    let seed = config.train.seed ^ STREAM;
    let mut batches = sampler::batches(pictures.len(), config.train.batch, seed, epoch);
    // Batch norm needs two images in either half.
    batches.retain(|batch| !config.measure.compliance_disjoint || batch.len() > 3);
    batches.truncate(config.measure.compliance_batches);
    let per_task = config.train.triplets_per_task;
    let triplets = TripletSampler::new(&labels, trainable.model.values(), per_task);
    let mut draws = sampler::generator(seed, epoch, 1);
    let places = usize::from(seen == Seen::Permuted);
    let last = config.measure.compliance_up_to.as_deref();
    let last = last.and_then(layer_place).unwrap_or(FC);
    for batch in &batches {
        let drawn = match config.train.loss {
            Loss::Softmax => None,
            Loss::Triplet => Some(triplets.draw(&mut draws)),
        };
        let gradients_on = |batch: &[usize]| -> Result<Vec<Layers>, TrainerError> {
            let pixels = pictures.pixels(batch)?;
            let known = label_tensor(&labels, batch, device);
            let of_task = |task: usize| {
                let loss = match &drawn {
                    None => {
                        let images = embed::input(&pixels, pictures.spec(), device);
                        let known = known.clone();
                        let losses = copy.task_losses(images, known, &config.train, places, None);
                        losses.of(task)
                    }
                    Some(drawn) => {
                        let mut own = drawn.of_task(task);
                        if own.tasks.is_empty() {
                            return Ok(Layers::new());
                        }
                        own.tasks.fill((task + places) % tasks);
                        let pixels = pictures.pixels(&own.images)?;
                        let images = embed::input(&pixels, pictures.spec(), device);
                        copy.triplet_loss(images, task_tensor(&own, device), config.train.margin)
                    }
                };
                let mut layers = of_layers(&copy, moment.record.method, &loss.backward())?;
                layers.retain(|(place, _), _| *place <= last);
                Ok(layers)
            };
            (0..tasks).map(of_task).collect()
        };
        // Triplets of a task are its own anyway.
        if config.measure.compliance_disjoint && drawn.is_none() {
            let (left, right) = batch.split_at(batch.len() / 2);
            tally.add(&gradients_on(left)?, &gradients_on(right)?);
        } else {
            let gradients = gradients_on(batch)?;
            tally.add(&gradients, &gradients);
        }
    }
    let per_batch = std::mem::take(&mut tally.per_batch);
    Ok(Compliance {
        epoch,
        batches: batches.len(),
        permuted: seen == Seen::Permuted,
        averaged: seen == Seen::Mean,
        layers: tally.layers(),
        per_batch,
        ci95: None,
    })
}

/// Adds measurements of an epoch to `compliance.jsonl`; those of an epoch that is done again are replaced.
fn append(run: &Path, found: &[Compliance]) -> Result<(), TrainerError> {
    let Some(epoch) = found.first().map(|first| first.epoch) else {
        return Ok(());
    };
    let mut all = read(run)?;
    all.retain(|earlier| earlier.epoch < epoch);
    all.extend_from_slice(found);
    files::write_sealed_lines(&run.join(FILE), &all)
}

/// The measurements of a run so far.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn read(run: &Path) -> Result<Vec<Compliance>, TrainerError> {
    files::read_lines(&run.join(FILE))
}

/// Sums over batches, per layer and pair.
#[derive(Default)]
struct Tally {
    per_batch: Vec<[usize; 2]>,
    sums: BTreeMap<(usize, String), BTreeMap<[usize; 2], Sum>>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    batches: usize,
    positive: usize,
    cosine: f64,
}

impl Tally {
    /// Adds a batch: the gradient of every task on every layer, as the first of a pair and as the second.
    fn add(&mut self, firsts: &[Layers], seconds: &[Layers]) {
        let mut agreeing = [0, 0];
        for (second, right) in seconds.iter().enumerate() {
            for (first, left) in firsts[..second].iter().enumerate() {
                let mut all = [0.0; 3];
                for (layer, left) in left {
                    let Some(right) = right.get(layer) else {
                        continue;
                    };
                    let products = products(left, right);
                    self.count(layer.clone(), [first, second], products);
                    let [_, left, right] = products;
                    // A layer that only one of them moves is not shared, and would only dilute the cosine.
                    if left > 0.0 && right > 0.0 {
                        for (sum, product) in all.iter_mut().zip(products) {
                            *sum += product;
                        }
                    }
                }
                // Behind every layer, whatever the backbone has.
                if let Some(agree) = self.count((usize::MAX, ALL.to_owned()), [first, second], all)
                {
                    agreeing[0] += usize::from(agree);
                    agreeing[1] += 1;
                }
            }
        }
        self.per_batch.push(agreeing);
    }

    /// Counts the inner product and both squared lengths. Gradients that do not overlap, such as those of masks that share
    /// no channel, have an inner product of exactly zero, and there is nothing to count. True if they agree.
    fn count(
        &mut self,
        layer: (usize, String),
        pair: [usize; 2],
        [inner, left, right]: [f64; 3],
    ) -> Option<bool> {
        let lengths = (left * right).sqrt();
        if inner == 0.0 || lengths <= 0.0 || !lengths.is_finite() {
            return None;
        }
        let sum = self.sums.entry(layer).or_default().entry(pair).or_default();
        sum.batches += 1;
        sum.positive += usize::from(inner > 0.0);
        sum.cosine += inner / lengths;
        Some(inner > 0.0)
    }

    fn layers(self) -> Vec<Layer> {
        self.sums
            .into_iter()
            .map(|((_, name), pairs)| Layer {
                name,
                pairs: pairs
                    .into_iter()
                    .map(|(tasks, sum)| Pair {
                        tasks,
                        batches: sum.batches,
                        positive: sum.positive as f64 / sum.batches as f64,
                        cosine: sum.cosine / sum.batches as f64,
                    })
                    .collect(),
            })
            .collect()
    }
}

fn products(left: &[f32], right: &[f32]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for (&left, &right) in left.iter().zip(right) {
        let (left, right) = (f64::from(left), f64::from(right));
        sums[0] += left * right;
        sums[1] += left * left;
        sums[2] += right * right;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(stem: &[f32], fc: &[f32]) -> Layers {
        Layers::from([
            ((0, "stem".to_owned()), stem.to_vec()),
            ((FC, "fc".to_owned()), fc.to_vec()),
        ])
    }

    #[test]
    fn pairs_are_counted_per_layer_and_together() {
        let mut tally = Tally::default();
        for batch in [
            [layers(&[1.0, 0.0], &[1.0]), layers(&[1.0, 1.0], &[-3.0])],
            [layers(&[1.0, 0.0], &[1.0]), layers(&[-1.0, 0.0], &[0.0])],
        ] {
            tally.add(&batch, &batch);
        }
        assert_eq!(tally.per_batch, [[0, 1], [0, 1]]);
        let found = tally.layers();
        let names: Vec<&str> = found.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, ["stem", "fc", ALL]);
        let pair = |layer: usize| found[layer].pairs[0];
        assert_eq!(pair(0).tasks, [0, 1]);
        assert_eq!((pair(0).batches, pair(0).positive), (2, 0.5));
        let cosine = f64::midpoint(0.5_f64.sqrt(), -1.0);
        assert!((pair(0).cosine - cosine).abs() < 1e-9);
        // Where a task has no gradient there is no batch to divide by.
        assert_eq!((pair(1).batches, pair(1).positive), (1, 0.0));
        assert!((pair(1).cosine + 1.0).abs() < 1e-9);
        // 1 - 3 = -2, then -1.
        assert_eq!((pair(2).batches, pair(2).positive), (2, 0.0));
    }

    #[test]
    fn the_earlier_task_of_a_pair_is_taken_from_the_first_half() {
        let mut tally = Tally::default();
        let first = [layers(&[1.0], &[1.0]), layers(&[9.0], &[9.0])];
        let second = [layers(&[9.0], &[9.0]), layers(&[-1.0], &[-1.0])];
        tally.add(&first, &second);
        assert_eq!(tally.per_batch, [[0, 1]]);
        assert_eq!(tally.layers()[0].pairs[0].positive, 0.0);
    }

    #[test]
    fn a_ratio_is_a_number_or_infinity() {
        assert_eq!(
            [0.0, 0.5, 0.75, 1.0].map(ratio),
            ["0.00", "1.00", "3.00", "∞"]
        );
    }

    #[test]
    fn pairs_weigh_their_batches() {
        let pair = |batches, positive, cosine| Pair {
            tasks: [0, 1],
            batches,
            positive,
            cosine,
        };
        let mut layer = Layer {
            name: ALL.into(),
            pairs: vec![pair(3, 1.0, 0.5), pair(1, 0.0, -0.5)],
        };
        assert_eq!(layer.agreement(), Some((0.75, 0.25)));
        layer.pairs.clear();
        assert_eq!(layer.agreement(), None);
    }
}
