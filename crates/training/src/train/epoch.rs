//! One pass over the training split.

use std::time::Instant;

use burn::optim::ModuleOptimizer;
use burn::tensor::{Device, Tensor};
use modulens_schema::Labels;

use super::batches::{Batch, Plan};
use super::checkpoint::Progress;
use super::learner::{Trainable, label_tensor, task_tensor, update};
use super::teacher::Teacher;
use super::{schedule, stop};
use crate::config::Config;
use crate::data::Pictures;
use crate::embed;
use crate::error::TrainerError;
use crate::official::Official;
use crate::progress::Bar;

/// Losses stay on the device for so many steps before they are read: each read waits for the device.
const READ_EVERY: usize = 10;

/// The inputs of an epoch.
pub(crate) struct Epoch<'a> {
    pub(crate) config: &'a Config,
    pub(crate) pictures: &'a Pictures<'a>,
    pub(crate) labels: &'a Labels,
    /// Values of each task.
    pub(crate) values: &'a [usize],
    /// Triplets that are given rather than drawn, by places among the pictures.
    pub(crate) official: Option<&'a Official>,
    pub(crate) teacher: Option<&'a Teacher>,
    /// With autodiff.
    pub(crate) device: &'a Device,
}

/// The end of an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    /// Every step is done.
    Complete {
        /// Steps of the epoch.
        steps: usize,
        /// Images seen.
        images: usize,
    },
    /// Somebody asked to stop.
    Stopped,
}

impl Epoch<'_> {
    /// Trains from where `progress` stands to the end of its epoch, keeping `progress` up to date.
    pub(crate) fn run(
        &self,
        mut trainable: Trainable,
        optimizer: &mut ModuleOptimizer,
        progress: &mut Progress,
    ) -> Result<(Trainable, Ended), TrainerError> {
        let plan = Plan::draw(
            self.config,
            self.labels,
            self.values,
            self.official,
            progress.epoch,
        );
        let steps = plan.len();
        if steps == 0 {
            return Err(TrainerError::Message(
                "no step can be made from the training split: too few images, or no task with two \
                 known values"
                    .into(),
            ));
        }
        let bar = Bar::new(self.labels.images(), "training");
        let started = Instant::now();
        let before = progress.seconds;
        let mut losses = Vec::with_capacity(READ_EVERY);
        let mut stopped = false;
        let mut images_seen = 0;
        let (epoch, from) = (progress.epoch, progress.batch);
        // Moved in and out of each step: the optimiser takes a module and gives it back.
        let mut slot = Some(trainable);
        plan.run(self.pictures, self.config, epoch, from, |batch| {
            let Some(current) = slot.take() else {
                return Ok(false);
            };
            let done = progress.batch as f64 / steps as f64;
            let rate = schedule::rate(&self.config.train, progress.step, epoch as f64 + done);
            if batch.images.is_empty() {
                return Err(TrainerError::Message(
                    "none of the pictures of a step can be read any more; see that the disk they are on is there, and \
                     give the same command again"
                        .into(),
                ));
            }
            // Too few for batch norm where pictures were lost.
            if batch.images.len() < 2 {
                slot = Some(current);
            } else {
                // On a thread of the pool: its loops need not wake another one each time.
                let (next, loss) = rayon::scope(|_| {
                    let loss = self.loss(&current, &batch);
                    let next = update(current, optimizer, rate, &self.config.train, &loss);
                    (next, loss.detach())
                });
                slot = Some(next);
                losses.push(loss);
            }
            progress.batch += 1;
            progress.step += 1;
            images_seen += batch.images.len();
            bar.step(batch.images.len());
            stopped = stop::asked();
            if losses.len() == READ_EVERY || progress.batch == steps || stopped {
                progress.loss_sum += read(&mut losses)?;
                let mean = progress.loss_sum / progress.batch as f64;
                if !mean.is_finite() {
                    return Err(TrainerError::Message(format!(
                        "the loss is {mean} in epoch {}; lower train.learning_rate and start \
                         again from the last checkpoint",
                        epoch + 1
                    )));
                }
                bar.say(format!("epoch {} loss {mean:.4}", epoch + 1));
            }
            progress.seconds = before + started.elapsed().as_secs_f64();
            Ok(!stopped)
        })?;
        bar.finish();
        trainable = slot.ok_or_else(|| TrainerError::Message("a step lost its network".into()))?;
        let complete = progress.batch == steps;
        let ended = if complete {
            Ended::Complete {
                steps,
                images: images_seen,
            }
        } else {
            Ended::Stopped
        };
        Ok((trainable, ended))
    }

    fn loss(&self, trainable: &Trainable, batch: &Batch) -> Tensor<1> {
        let images = embed::input(&batch.pixels, self.pictures.spec(), self.device);
        let train = &self.config.train;
        match &batch.triplets {
            Some(triplets) => {
                let tasks = task_tensor(triplets, self.device);
                trainable.triplet_loss(images, tasks, train.margin)
            }
            None => {
                let labels = label_tensor(self.labels, &batch.images, self.device);
                let taught = self
                    .teacher
                    .map(|teacher| teacher.of(&batch.images, self.device));
                let losses = trainable.task_losses(images, labels, train, 0, taught);
                losses.focused(train.task_focus)
            }
        }
    }
}

/// The sum of some losses, read from the device at once.
fn read(losses: &mut Vec<Tensor<1>>) -> Result<f64, TrainerError> {
    if losses.is_empty() {
        return Ok(0.0);
    }
    let all = Tensor::cat(std::mem::take(losses), 0);
    let values = embed::values(all.into_data())?;
    Ok(values.iter().copied().map(f64::from).sum())
}
