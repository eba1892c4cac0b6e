//! Batches made ready by a thread of their own, one step ahead of the device.

use std::sync::mpsc::sync_channel;

use modulens_schema::Labels;

use super::augment::augment;
use super::sampler::{self, TripletSampler, Triplets};
use crate::config::{Config, Loss};
use crate::data::Pictures;
use crate::error::TrainerError;
use crate::official::Official;

/// The data of one training step.
#[derive(Debug)]
pub(crate) struct Batch {
    /// `[n, size, size, 3]`.
    pub(crate) pixels: Vec<u8>,
    /// Positions of the images among the split's pictures.
    pub(crate) images: Vec<usize>,
    /// Given for the triplet loss.
    pub(crate) triplets: Option<Triplets>,
}

/// The images of every step of an epoch, before any is decoded.
#[derive(Debug)]
pub(crate) struct Plan {
    steps: Vec<(Vec<usize>, Option<Triplets>)>,
}

impl Plan {
    /// Draws an epoch. With drawn triplets, an epoch has as many images as the split, so that both losses
    /// are compared at the same cost; given ones all have their turn.
    pub(crate) fn draw(
        config: &Config,
        labels: &Labels,
        values: &[usize],
        official: Option<&Official>,
        epoch: usize,
    ) -> Self {
        let train = &config.train;
        let images = labels.images();
        let steps = match (train.loss, official) {
            (Loss::Triplet, Some(official)) => sampler::given(
                &official.tasks,
                train.triplets_per_task,
                &mut sampler::generator(train.seed, epoch, 0),
            )
            .into_iter()
            .map(|triplets| (triplets.images.clone(), Some(triplets)))
            .collect(),
            (Loss::Softmax, _) => sampler::batches(images, train.batch, train.seed, epoch)
                .into_iter()
                .map(|images| (images, None))
                .collect(),
            (Loss::Triplet, None) => {
                let sampler = TripletSampler::new(labels, values, train.triplets_per_task);
                let mut rng = sampler::generator(train.seed, epoch, 0);
                let step = 3 * values.len() * train.triplets_per_task;
                (0..images.div_ceil(step.max(1)))
                    .map(|_| sampler.draw(&mut rng))
                    .filter(|triplets| !triplets.tasks.is_empty())
                    .map(|triplets| (triplets.images.clone(), Some(triplets)))
                    .collect()
            }
        };
        Self { steps }
    }

    /// Steps of the epoch.
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Gives each batch from step `from` on to `each`, which says whether to go on.
    pub(crate) fn run(
        self,
        pictures: &Pictures<'_>,
        config: &Config,
        epoch: usize,
        from: usize,
        mut each: impl FnMut(Batch) -> Result<bool, TrainerError>,
    ) -> Result<(), TrainerError> {
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(2);
            scope.spawn(move || {
                for (step, (images, triplets)) in self.steps.into_iter().enumerate().skip(from) {
                    let batch = pictures.pixels(&images).map(|mut pixels| {
                        // A stream for every step: a resumed epoch augments like an unbroken one.
                        let mut rng = sampler::generator(config.train.seed, epoch, 1 + step as u64);
                        augment(&mut pixels, pictures.spec(), &config.augment, &mut rng);
                        Batch {
                            pixels,
                            images,
                            triplets,
                        }
                    });
                    let failed = batch.is_err();
                    if sender.send(batch).is_err() || failed {
                        break;
                    }
                }
            });
            for batch in receiver {
                if !each(batch?)? {
                    break;
                }
            }
            Ok(())
        })
    }
}
