//! Pictures and labels of one split, ready for batches.

use std::collections::HashMap;
use std::path::Path;

use modulens_dataset::{Dataset, Format, Options, RgbImage, Storage};
use modulens_schema::{InputSpec, Labels, Split};
use rand::RngExt as _;
use rayon::prelude::*;

use crate::config::{DataConfig, DataFormat};
use crate::coverage::split_advice;
use crate::data_record::Content;
use crate::error::{TrainerError, check_links};
use crate::output::note;
use crate::progress::Bar;
use crate::train::sampler::generator;

/// An opened dataset with the storage its pictures are read from.
#[derive(Debug)]
pub struct OpenData {
    /// Tasks, images, labels, and the report of what was skipped.
    pub dataset: Dataset,
    /// The encoded pictures.
    pub storage: Storage,
}

/// Opens a dataset as configured, optionally at another path.
///
/// # Errors
/// Whatever the dataset's reader finds.
pub fn open(config: &DataConfig, path: Option<&Path>) -> Result<OpenData, TrainerError> {
    let path = path.unwrap_or(&config.path);
    check_links(path)?;
    let storage = Storage::open(path)?;
    let options = Options {
        format: match config.format {
            DataFormat::Auto => Format::Auto,
            DataFormat::Celeba => Format::Celeba,
            DataFormat::Zappos => Format::Zappos,
            DataFormat::Folder => Format::Folder,
        },
        tasks: (!config.tasks.is_empty()).then(|| config.tasks.clone()),
        table: config.table.clone(),
        columns: config.columns.clone(),
        ..Options::default()
    };
    let dataset = modulens_dataset::load(&storage, &options)?;
    Ok(OpenData { dataset, storage })
}

/// The pictures of one split at the network's input size.
#[derive(Debug)]
pub struct Pictures<'a> {
    data: &'a OpenData,
    spec: InputSpec,
    /// Positions in the dataset, in its order, of the pictures that decode.
    pub images: Vec<usize>,
    /// `[images, size, size, 3]`; absent where they would not fit into memory.
    pixels: Option<Vec<u8>>,
    /// The content of every image that was looked at, by place in the dataset; of those that do not decode, too.
    pub(crate) contents: HashMap<usize, Content>,
}

impl<'a> Pictures<'a> {
    /// Decodes a split. Pictures that cannot be read or decoded are left out, counted and named on standard error,
    /// whether pixels are kept in memory or not.
    ///
    /// # Errors
    /// When nothing is left.
    pub fn load(
        data: &'a OpenData,
        split: Split,
        spec: &InputSpec,
        memory_megabytes: u64,
    ) -> Result<Self, TrainerError> {
        let all = data.dataset.in_split(split);
        Self::load_these(data, all, split.name(), spec, memory_megabytes)
    }

    /// [`Pictures::load`] of those pictures that a task has a label for, no more than `most` of them, spread evenly over
    /// the split as `sample` says.
    ///
    /// # Errors
    /// As [`Pictures::load`].
    pub fn load_most(
        data: &'a OpenData,
        split: Split,
        spec: &InputSpec,
        memory_megabytes: u64,
        (most, sample): (usize, u64),
    ) -> Result<Self, TrainerError> {
        let all = spread(labelled(&data.dataset, split), most, sample);
        Self::load_these(data, all, split.name(), spec, memory_megabytes)
    }

    /// [`Pictures::load`] of given places in the dataset; `what` they are, for people.
    ///
    /// # Errors
    /// As [`Pictures::load`].
    pub fn load_these(
        data: &'a OpenData,
        all: Vec<usize>,
        what: &str,
        spec: &InputSpec,
        memory_megabytes: u64,
    ) -> Result<Self, TrainerError> {
        if all.is_empty() {
            return Err(TrainerError::Message(format!(
                "no image of {} is in the {what} split; {}",
                data.dataset.name,
                split_advice(data.dataset.format)
            )));
        }
        let bytes = (all.len() as u64).saturating_mul(spec.len() as u64);
        let keep = bytes <= memory_megabytes.saturating_mul(1_000_000);
        let mut pictures = Self {
            data,
            spec: spec.clone(),
            images: all,
            pixels: None,
            contents: HashMap::new(),
        };
        pictures.decode_all(what, keep);
        if pictures.images.is_empty() {
            return Err(TrainerError::Message(format!(
                "no image of the {what} split of {} can be read; the warning above names one and says why",
                data.dataset.name
            )));
        }
        Ok(pictures)
    }

    /// Decodes every picture once and leaves out those that cannot be; `keep`s the pixels, or throws them away.
    fn decode_all(&mut self, what: &str, keep: bool) {
        let length = self.spec.len();
        let action = if keep { "decoding" } else { "checking" };
        let bar = Bar::new(self.images.len(), &format!("{action} {what}"));
        let look = |image: usize, out: &mut [u8]| {
            let looked = self.look_at(image, out);
            bar.step(1);
            looked
        };
        let mut pixels = vec![0_u8; if keep { self.images.len() * length } else { 0 }];
        let looked: Vec<(Content, Option<String>)> = if keep {
            pixels
                .par_chunks_mut(length)
                .zip(&self.images)
                .map(|(out, &image)| look(image, out))
                .collect()
        } else {
            self.images
                .par_iter()
                .map_init(|| vec![0_u8; length], |out, &image| look(image, out))
                .collect()
        };
        bar.finish();
        let failures = looked.iter().filter_map(|(_, failure)| failure.as_ref());
        warn_of(what, self.images.len(), failures);
        let contents = looked.iter().map(|(content, _)| *content);
        self.contents = self.images.iter().copied().zip(contents).collect();
        let kept: Vec<usize> = (0..self.images.len())
            .filter(|&position| looked[position].1.is_none())
            .collect();
        if keep {
            for (to, &from) in kept.iter().enumerate() {
                pixels.copy_within(from * length..(from + 1) * length, to * length);
            }
            pixels.truncate(kept.len() * length);
            self.pixels = Some(pixels);
        }
        self.images = kept.iter().map(|&position| self.images[position]).collect();
    }

    /// Decodes an image, and says what its file holds and, if it is of no use, why.
    fn look_at(&self, image: usize, out: &mut [u8]) -> (Content, Option<String>) {
        let id = &self.data.dataset.images[image].id;
        let bytes = match self.data.dataset.image(&self.data.storage, image) {
            Ok(bytes) => bytes,
            Err(error) => return (Content::Unreadable, Some(format!("{id}: {error}"))),
        };
        let content = Content::Crc(crc32fast::hash(&bytes));
        match modulens_dataset::decode(&bytes) {
            Ok(picture) => {
                let ready = modulens_dataset::prepare(&picture, &self.spec);
                out.copy_from_slice(ready.as_raw());
                (content, None)
            }
            Err(error) => (content, Some(format!("{id}: {error}"))),
        }
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// The layout of the dataset they are from.
    pub(crate) fn format(&self) -> Format {
        self.data.dataset.format
    }

    /// The input they were prepared for.
    pub fn spec(&self) -> &InputSpec {
        &self.spec
    }

    /// Their labels, in their order.
    pub fn labels(&self) -> Labels {
        self.data.dataset.labels.select(&self.images)
    }

    /// The dataset's own id of each picture.
    pub fn ids(&self) -> Vec<String> {
        let images = &self.data.dataset.images;
        self.images
            .iter()
            .map(|&image| images[image].id.clone())
            .collect()
    }

    /// The encoded file of one of them, as the dataset stores it.
    ///
    /// # Errors
    /// When it can no longer be read.
    pub fn encoded(&self, position: usize) -> Result<Vec<u8>, TrainerError> {
        Ok(self
            .data
            .dataset
            .image(&self.data.storage, self.images[position])?)
    }

    /// Pixels `[size, size, 3]` of the pictures at some positions, row after row.
    ///
    /// # Errors
    /// When a picture that is not kept in memory no longer decodes.
    pub fn pixels(&self, positions: &[usize]) -> Result<Vec<u8>, TrainerError> {
        let (pixels, failures) = self.usable_pixels(positions);
        match failures.into_iter().next() {
            None => Ok(pixels),
            Some((_, error)) => Err(TrainerError::Message(error)),
        }
    }

    /// [`Pictures::pixels`] where a picture may be missing: (index among `positions`, what is wrong) of each that can
    /// no longer be read, whose pixels are zero.
    pub(crate) fn usable_pixels(&self, positions: &[usize]) -> (Vec<u8>, Vec<(usize, String)>) {
        let length = self.spec.len();
        let mut out = vec![0_u8; positions.len() * length];
        let Some(pixels) = &self.pixels else {
            let failures = out
                .par_chunks_mut(length)
                .zip(positions)
                .enumerate()
                .filter_map(|(index, (out, &position))| {
                    let failure = self.look_at(self.images[position], out).1?;
                    Some((index, failure))
                })
                .collect();
            return (out, failures);
        };
        for (out, &position) in out.chunks_mut(length).zip(positions) {
            out.copy_from_slice(&pixels[position * length..(position + 1) * length]);
        }
        (out, Vec::new())
    }
}

/// The images of a split that at least one task has a label for: no other teaches a network anything.
pub(crate) fn labelled(dataset: &Dataset, split: Split) -> Vec<usize> {
    let labels = &dataset.labels;
    let known = |&image: &usize| (0..labels.tasks()).any(|task| labels.get(image, task).is_some());
    dataset.in_split(split).into_iter().filter(known).collect()
}

/// The stream of randomness of samples of images: no epoch has it.
const SAMPLE: u64 = u64::MAX - 1;

/// No more than `most` of some images, spread evenly over them: with `sample` 0 the first of every stretch, with another
/// number one of it at random.
pub fn spread(images: Vec<usize>, most: usize, sample: u64) -> Vec<usize> {
    if images.len() <= most {
        return images;
    }
    let mut random = generator(sample, 0, SAMPLE);
    let first = |place: usize| place * images.len() / most;
    (0..most)
        .map(|place| match sample {
            0 => images[first(place)],
            _ => images[random.random_range(first(place)..first(place + 1))],
        })
        .collect()
}

/// Says how many pictures are left out, and why the first of them is.
fn warn_of<'a>(what: &str, all: usize, mut failures: impl Iterator<Item = &'a String>) {
    if let Some(first) = failures.next() {
        let count = 1 + failures.count();
        note(&format!(
            "warning: {count} of {all} {what} pictures cannot be read and are left out; the first: {first}"
        ));
    }
}

/// Brings pixels `[n, size, size, 3]` to the network's values `[n, 3, size, size]`.
pub fn normalise(pixels: &[u8], spec: &InputSpec) -> Vec<f32> {
    let length = spec.len().max(1);
    let mut out = vec![0.0; pixels.len()];
    out.par_chunks_mut(length)
        .zip(pixels.par_chunks(length))
        .for_each(|(out, pixels)| {
            if let Some(picture) = RgbImage::from_raw(spec.size, spec.size, pixels.to_vec()) {
                modulens_dataset::normalise(&picture, spec, out);
            }
        });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_spread_evenly_and_differ() {
        let all: Vec<usize> = (0..100).collect();
        assert_eq!(spread(all.clone(), 4, 0), [0, 25, 50, 75]);
        let one = spread(all.clone(), 20, 1);
        for (place, image) in one.iter().enumerate() {
            assert_eq!(image / 5, place, "one of every five");
        }
        assert_eq!(one, spread(all.clone(), 20, 1));
        assert_ne!(one, spread(all.clone(), 20, 2));
        assert_eq!(spread(all.clone(), 100, 3), all);
    }
}
