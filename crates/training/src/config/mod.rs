//! The training configuration: a TOML file, every value of which a flag can override.

mod training;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use modulens_dataset::ColumnKind;
use modulens_model::{Backbone, Head, MaskStart, Method, Modulation, NetworkConfig, Site};
use modulens_schema::{Fit, InputSpec};
use serde::{Deserialize, Serialize};

use crate::error::TrainerError;

pub use training::{
    AugmentConfig, FC, Loss, MeasureConfig, OptimizerKind, Schedule, TrainConfig, layer_place,
};

/// Everything a training run needs to know. `trainer/configs/` holds commented examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The dataset.
    pub data: DataConfig,
    /// The network.
    pub network: NetworkSection,
    /// The training.
    #[serde(default)]
    pub train: TrainConfig,
    /// The augmentation of the training images.
    #[serde(default)]
    pub augment: AugmentConfig,
    /// The measurements during training.
    #[serde(default)]
    pub measure: MeasureConfig,
}

/// The place of the images and labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// A folder or a zip, relative to where the command runs.
    pub path: PathBuf,
    /// The on-disk format.
    #[serde(default)]
    pub format: DataFormat,
    /// The tasks by name, in order; empty takes every task with at least two known values.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// The one table of an image folder that is read, by its path in there; by default all that name its images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The meaning of columns of an image folder's tables, by name: `yes-no`, `categories`, `ordered`, `tags`, `one-hot`,
    /// `image`, `split`, `group` or `ignore`. The others are recognised; `trainer info` says as what.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnKind>,
    /// The source of the triplets of `train.loss = "triplet"`.
    #[serde(default)]
    pub triplets: TripletSource,
    /// Train on so many of the given triplets, spread evenly over the lists; 0 for all. An epoch is a pass over these.
    #[serde(default)]
    pub train_triplets: usize,
    /// Train on so many pictures of the training split, spread evenly over it; 0 for all.
    #[serde(default)]
    pub train_images: usize,
    /// Decides which these are: 0 for every so many-th, any other number for one of as many at random.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub train_sample: u64,
    /// The way images are made square.
    #[serde(default = "default_fit")]
    pub fit: Fit,
    /// Decoded pictures are kept in memory up to this many megabytes, else decoded for every batch.
    #[serde(default = "default_memory")]
    pub memory_megabytes: u64,
}

impl DataConfig {
    /// Everything at a path, read as it is recognised.
    pub fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            format: DataFormat::Auto,
            tasks: Vec::new(),
            table: None,
            columns: BTreeMap::new(),
            triplets: TripletSource::Drawn,
            train_triplets: 0,
            train_images: 0,
            train_sample: 0,
            fit: default_fit(),
            memory_megabytes: default_memory(),
        }
    }

    /// The most images of the training split that are trained on.
    pub(crate) fn most_train_images(&self) -> usize {
        match self.train_images {
            0 => usize::MAX,
            most => most,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn default_fit() -> Fit {
    Fit::Crop
}

fn default_memory() -> u64 {
    6144
}

/// The source of triplets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TripletSource {
    /// Drawn from the labels.
    #[default]
    Drawn,
    /// Given: CSN's files for UT-Zappos50K (`filenames.json`, `tripletlists/`), anywhere below `path`.
    Given,
    /// Given where the files are there, else drawn.
    GivenIfThere,
}

/// The on-disk format of a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum DataFormat {
    /// Recognised from the files.
    #[default]
    Auto,
    /// `CelebA` as downloaded.
    Celeba,
    /// UT-Zappos50K as downloaded.
    Zappos,
    /// Images in folders, with or without tables of labels.
    Folder,
}

/// The normalisation that torchvision's networks were trained with, per channel of values from 0 to
/// 1 (<https://docs.pytorch.org/vision/stable/models.html>).
const IMAGENET_MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const IMAGENET_STD: [f32; 3] = [0.229, 0.224, 0.225];
/// The normalisation of `EfficientNet`-Lite, `(x - 127) / 128` of values from 0 to 255.
const LITE_MEAN: [f32; 3] = [127.0 / 255.0; 3];
const LITE_STD: [f32; 3] = [128.0 / 255.0; 3];

/// The network, but for the number of tasks, which the data decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSection {
    /// The method of serving several tasks: one modulated network, or a baseline.
    #[serde(default)]
    pub method: Method,
    /// The convolutional part.
    pub backbone: Backbone,
    /// Length of the embedding; with the head `probabilities` it has one output per value instead.
    pub embedding: usize,
    /// The relation of the outputs to the values of a task.
    #[serde(default)]
    pub head: Head,
    /// Stem and stages to start from, by the names of [`modulens_model::weights`]: safetensors, or a checkpoint of
    /// `PyTorch` such as torchvision's `resnet18-f37072fd.pth`, of which layer4 and fc are not used. Pictures are then
    /// normalised as `ImageNet`'s were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretrained: Option<PathBuf>,
    /// The modulated sites.
    pub sites: Vec<Site>,
    /// The kind of modulation.
    pub modulation: Modulation,
    /// The initial masks on the embedding.
    pub embedding_start: MaskStart,
    /// The initial masks on stages.
    #[serde(default)]
    pub stage_start: MaskStart,
    /// Each task weights the positions of the last map in place of averaging them alike.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub attention: bool,
}

impl NetworkSection {
    /// The whole configuration of a network for tasks with so many `values` each.
    pub fn for_tasks(&self, values: &[usize]) -> NetworkConfig {
        NetworkConfig {
            backbone: self.backbone.clone(),
            embedding: match self.head {
                Head::Probabilities => values.iter().sum(),
                Head::Prototypes | Head::Logits => self.embedding,
            },
            tasks: values.len(),
            sites: self.sites.clone(),
            modulation: self.modulation,
            embedding_start: self.embedding_start,
            stage_start: self.stage_start,
            head: self.head,
            attention: self.attention,
        }
    }
}

impl Config {
    /// A small network on the data at a path, for tests.
    #[cfg(test)]
    pub(crate) fn example(path: &str) -> Self {
        let network = "backbone = { small = { widths = [4, 8], input = 32 } }\nembedding = 8\n\
                       sites = [\"embedding\"]\nmodulation = \"vector\"\n\
                       embedding_start = { disjoint = { rest = 0.1 } }";
        let text = format!("[data]\npath = {path:?}\n[network]\n{network}");
        Self::parse(&text, "a test", &[]).expect("a configuration")
    }

    /// Reads a configuration file and applies `key=value` overrides (`train.epochs=3`).
    ///
    /// # Errors
    /// Unreadable file, unknown keys or values, an override that is no `key=value`.
    pub fn load(path: &Path, overrides: &[String]) -> Result<Self, TrainerError> {
        let text = crate::files::read_text(path)?;
        Self::parse(&text, &path.display().to_string(), overrides)
    }

    /// Parses a configuration; `origin` names it in errors.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str, origin: &str, overrides: &[String]) -> Result<Self, TrainerError> {
        let fail = |message: String| TrainerError::Config {
            origin: origin.to_owned(),
            message,
        };
        let mut table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| fail(error.to_string()))?;
        for text in overrides {
            set(&mut table, text).map_err(fail)?;
        }
        let config: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| fail(error.to_string()))?;
        config.check().map_err(fail)?;
        Ok(config)
    }

    /// The preparation of images as the network's input.
    pub fn input(&self) -> InputSpec {
        let size = self.network.for_tasks(&[2]).input_size();
        let spec = InputSpec::centred(size, self.data.fit);
        let (mean, std) = match (&self.network.backbone, &self.network.pretrained) {
            (Backbone::EfficientNetLite0 { .. }, _) => (LITE_MEAN, LITE_STD),
            (_, Some(_)) => (IMAGENET_MEAN, IMAGENET_STD),
            (_, None) => return spec,
        };
        InputSpec { mean, std, ..spec }
    }

    fn check(&self) -> Result<(), String> {
        let train = &self.train;
        let rules = [
            (
                self.data.triplets != TripletSource::Drawn && train.loss != Loss::Triplet,
                "data.triplets is for train.loss = \"triplet\"; set that, or leave it out",
            ),
            (
                self.data.triplets != TripletSource::Drawn && self.data.train_images > 0,
                "given triplets say which pictures are trained on; leave data.train_images out",
            ),
            (
                train.frozen_stages.is_some() && self.network.pretrained.is_none(),
                "train.frozen_stages keeps pretrained weights; name them as network.pretrained",
            ),
            (
                train.frozen_stages > Some(self.network.backbone.stages()),
                "train.frozen_stages is more than the backbone has",
            ),
            (
                train.teacher.is_some() && self.measure.compliance_batches > 0,
                "measure.compliance_batches compares the gradients of the labels alone; leave it out with train.teacher",
            ),
            (
                matches!(self.data.fit, Fit::Part { percent, up }
                    if !(1..=100).contains(&percent) || up > 100),
                "data.fit: percent must be from 1 to 100 and up at most 100",
            ),
        ];
        broken(&rules)?;
        broken(&train.rules())?;
        broken(&self.augment.rules())?;
        broken(&self.measure.rules())
    }
}

/// The message of the first rule that is broken.
fn broken(rules: &[(bool, &str)]) -> Result<(), String> {
    match rules.iter().find(|(broken, _)| *broken) {
        Some((_, message)) => Err((*message).to_owned()),
        None => Ok(()),
    }
}

/// Sets one dotted key of a table to a TOML value; text that is no TOML value is taken as a string.
fn set(table: &mut toml::Table, text: &str) -> Result<(), String> {
    let Some((key, value)) = text.split_once('=') else {
        return Err(format!(
            "the override {text:?} is not of the form key=value, such as train.epochs=3"
        ));
    };
    let value = value.trim();
    let parsed = format!("value = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| toml::Value::String(value.to_owned()));
    let mut keys: Vec<&str> = key.trim().split('.').collect();
    let Some(last) = keys.pop() else {
        return Err(format!("the override {text:?} names no key"));
    };
    let mut inner = table;
    for key in keys {
        inner = inner
            .entry(key)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()))
            .as_table_mut()
            .ok_or_else(|| format!("the override {text:?} goes through {key}, which is a value"))?;
    }
    inner.insert(last.to_owned(), parsed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [data]
        path = "data/faces"
        [network]
        backbone = { small = { widths = [8, 16], input = 32 } }
        embedding = 8
        sites = ["stage2", "embedding"]
        modulation = "vector"
        embedding_start = { disjoint = { rest = 0.1 } }
    "#;

    fn parse(overrides: &[&str]) -> Result<Config, TrainerError> {
        let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
        Config::parse(TEXT, "test.toml", &overrides)
    }

    #[test]
    fn flags_override_every_value() {
        let config = parse(&[
            "train.epochs=3",
            "train.loss=triplet",
            "data.tasks=[\"Smiling\"]",
            "train.schedule={step={epochs=40,factor=0.1}}",
        ])
        .expect("parses");
        assert_eq!(config.train.epochs, 3);
        assert_eq!(config.train.loss, Loss::Triplet);
        assert_eq!(config.data.tasks, ["Smiling"]);
        assert_eq!(
            config.train.schedule,
            Schedule::Step {
                epochs: 40,
                factor: 0.1
            }
        );
    }

    #[test]
    fn unknown_keys_and_nonsense_are_named() {
        for (text, needle) in [
            ("train.epoch=3", "epoch"),
            ("train.epochs=0", "at least 1"),
            ("train.learning_rate=nan", "learning_rate"),
            ("epochs", "key=value"),
            ("data.fit={part={percent=0,up=3}}", "1 to 100"),
            ("data.fit={part={percent=80,up=101}}", "at most 100"),
            ("data.path.deep=1", "is a value"),
        ] {
            let error = parse(&[text]).expect_err(text).to_string();
            assert!(error.contains(needle), "{text}: {error}");
            assert!(error.contains("test.toml"), "{error}");
        }
    }

    #[test]
    fn a_resolved_configuration_reads_back_the_same() {
        let config = parse(&[]).expect("parses");
        let text = toml::to_string(&config).expect("writes");
        assert_eq!(Config::parse(&text, "again", &[]).expect("reads"), config);
    }
}
