//! Batches made ready by a thread of their own, one step ahead of the device.

use std::sync::mpsc::sync_channel;

use modulens_schema::Labels;

use super::augment::augment;
use super::sampler::{self, TripletSampler, Triplets};
use crate::config::{Config, Loss};
use crate::data::Pictures;
use crate::error::TrainerError;
use crate::official::Official;
use crate::output::note;

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

impl Batch {
    /// Takes pictures out that could not be read, by their places; of triplets, every one that one of them is part of.
    fn leave_out(&mut self, missing: &[usize], length: usize) {
        let usable = |place: &usize| !missing.contains(place);
        let kept: Vec<usize> = match &mut self.triplets {
            None => (0..self.images.len()).filter(usable).collect(),
            Some(triplets) => {
                let count = triplets.tasks.len();
                let whole: Vec<usize> = (0..count)
                    .filter(|place| (0..3).all(|part| usable(&(part * count + place))))
                    .collect();
                triplets.tasks = whole.iter().map(|&place| triplets.tasks[place]).collect();
                (0..3)
                    .flat_map(|part| whole.iter().map(move |place| part * count + place))
                    .collect()
            }
        };
        self.pixels = kept
            .iter()
            .flat_map(|&place| &self.pixels[place * length..(place + 1) * length])
            .copied()
            .collect();
        self.images = kept.iter().map(|&place| self.images[place]).collect();
        if let Some(triplets) = &mut self.triplets {
            triplets.images.clone_from(&self.images);
        }
    }
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
                let mut lost = 0;
                for (step, (images, triplets)) in self.steps.into_iter().enumerate().skip(from) {
                    let (pixels, failures) = pictures.usable_pixels(&images);
                    let mut batch = Batch {
                        pixels,
                        images,
                        triplets,
                    };
                    // A stream for every step: a resumed epoch augments like an unbroken one.
                    let mut rng = sampler::generator(config.train.seed, epoch, 1 + step as u64);
                    augment(&mut batch.pixels, pictures.spec(), &config.augment, &mut rng);
                    if let Some((_, first)) = failures.first() {
                        let missing: Vec<usize> = failures.iter().map(|failure| failure.0).collect();
                        batch.leave_out(&missing, pictures.spec().len());
                        lost += failures.len();
                        note(&format!(
                            "warning: {lost} pictures of this epoch can no longer be read and are left out; the last: \
                             {first}"
                        ));
                    }
                    if sender.send(batch).is_err() {
                        break;
                    }
                }
            });
            for batch in receiver {
                if !each(batch)? {
                    break;
                }
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_lost_takes_its_triplets_along() {
        let images = vec![10, 11, 12, 20, 21, 22, 30, 31, 32];
        let pixels: Vec<u8> = (0..9).flat_map(|place| [place; 4]).collect();
        let mut plain = Batch {
            pixels: pixels.clone(),
            images: images.clone(),
            triplets: None,
        };
        plain.leave_out(&[0, 8], 4);
        assert_eq!(plain.images, images[1..8]);
        assert_eq!(plain.pixels, pixels[4..32]);

        let mut batch = Batch {
            pixels,
            images: images.clone(),
            triplets: Some(Triplets {
                images,
                tasks: vec![0, 1, 2],
            }),
        };
        // The positive of the second triplet.
        batch.leave_out(&[4], 4);
        let triplets = batch.triplets.expect("triplets");
        assert_eq!(triplets.tasks, [0, 2]);
        assert_eq!(batch.images, [10, 12, 20, 22, 30, 32]);
        assert_eq!(triplets.images, batch.images);
        assert_eq!(batch.pixels[4..8], [2; 4]);
    }
}
