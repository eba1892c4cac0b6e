//! The configuration of a network.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::backbone::efficientnet::STAGES;
use crate::start::Start;
use crate::{ConfigError, Head, Network, Site};

/// A network, complete enough to build it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// The convolutional part.
    pub backbone: Backbone,
    /// Length `D` of an embedding.
    pub embedding: usize,
    /// Number of tasks `T`.
    pub tasks: usize,
    /// The modulated sites, in any order. The trunk ends right before the first of them; without
    /// any, before the embedding.
    pub sites: Vec<Site>,
    /// The kind of modulation at each site.
    pub modulation: Modulation,
    /// The initial modulation of the embedding. Ignored if the embedding is not modulated.
    #[serde(default)]
    pub embedding_start: MaskStart,
    /// The initial modulation of the stages.
    #[serde(default, skip_serializing_if = "MaskStart::is_ones")]
    pub stage_start: MaskStart,
    /// The relation of the outputs to the values of a task.
    #[serde(default, skip_serializing_if = "Head::is_default")]
    pub head: Head,
    /// True if each task weights the positions of the last map in place of averaging them alike. It needs sites before
    /// the last stage, whose maps are those of a task.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub attention: bool,
}

/// The convolutional part of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Backbone {
    /// The demo's network: a stem and one residual block per width, each of which halves the resolution; then
    /// the global average.
    Small {
        /// Channels of each stage. The stem has as many as the first.
        widths: Vec<usize>,
        /// Side of the input in pixels.
        input: u32,
        /// The kind of stem.
        #[serde(default)]
        stem: Stem,
    },
    /// The face network of the paper's release: 150x150, four blocks of 64-128-128-128 channels, flattened.
    Face,
    /// ResNet-18 cut after its third layer, as conditional similarity networks use it: 112x112, 64-128-256
    /// channels, global average.
    Resnet18,
    /// `EfficientNet`-Lite0 without its head, to start from `ImageNet`'s weights: channels 16-24-40-80-112-192-320, made
    /// for photographs. Averages of several stages are the features, since the late ones alone have forgotten what a
    /// face's attributes need.
    #[serde(rename = "efficientnet-lite0")]
    EfficientNetLite0 {
        /// Side of the input in pixels, a multiple of 16 from 96 to 224.
        input: u32,
        /// The averages that are joined, by their stages in ascending order; the last stage, 7, has to be among them.
        #[serde(default = "default_pooled")]
        pooled: Vec<Pooling>,
    },
}

/// Averages of a stage's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pooling {
    /// The stage, counted from 1.
    pub stage: usize,
    /// Cells along a side, each with an average of its own: 1 for that of the whole map, more where it matters in which
    /// part of an image something is seen.
    #[serde(default = "one_cell", skip_serializing_if = "is_one")]
    pub cells: usize,
}

fn one_cell() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_one(cells: &usize) -> bool {
    *cells == 1
}

fn default_pooled() -> Vec<Pooling> {
    let pooling = |stage| Pooling { stage, cells: 1 };
    [3, 5, 7].map(pooling).to_vec()
}

/// The first convolution of the small network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stem {
    /// 3x3 at the input's own resolution.
    #[default]
    Full,
    /// 5x5 with stride 2: fine lines of a larger input for fewer multiplications than all of a smaller one.
    Half,
}

impl Stem {
    /// Side of the kernel.
    pub(crate) fn kernel(self) -> usize {
        match self {
            Self::Full => 3,
            Self::Half => 5,
        }
    }

    /// Pixels from one output to the next.
    pub(crate) fn stride(self) -> usize {
        match self {
            Self::Full => 1,
            Self::Half => 2,
        }
    }
}

/// The operation of a task on the channels at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modulation {
    /// Nothing: one embedding serves all tasks.
    None,
    /// Each channel is scaled by `relu(s_t)`, as in the paper.
    Vector,
    /// Channels are mixed by a full matrix, `x W_t` at every position.
    Matrix,
    /// Each channel is scaled and shifted, `s_t x + b_t`, without a rectifier (Perez et al., AAAI 2018).
    Film,
    /// Scaling vectors that stay as they start. With a disjoint start and `rest = 0`: the fixed masks of
    /// conditional similarity networks (Veit et al., CVPR 2017).
    Fixed,
    /// Random binary masks that are never learned: task routing (Strezoski et al., ICCV 2019).
    Routing {
        /// The share of channels that a task keeps, 1 to 100.
        keep_percent: u8,
        /// Decides which.
        #[serde(default)]
        seed: u64,
    },
    /// Scaling vectors `relu(e_t B)`: a task is a code `e_t` of `rank` values that all sites share, and each site has a
    /// matrix `B` that all tasks share.
    Factorised {
        /// Length of a code.
        rank: usize,
    },
}

/// The initial modulation of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum MaskStart {
    /// Ones, as in the paper.
    #[default]
    Ones,
    /// Every task owns an equal share of the channels: one there, `rest` elsewhere.
    Disjoint {
        /// The scale outside the task's own share. At 0 a rectified scale has no gradient and stays 0.
        rest: f32,
    },
}

impl MaskStart {
    /// Returns true if modulation starts as the identity.
    pub fn is_ones(&self) -> bool {
        *self == Self::Ones
    }
}

const MAX_STAGES: u64 = 6;
const MAX_WIDTH: u64 = 2048;
const MAX_INPUT: u64 = 512;
const MAX_EMBEDDING: u64 = 4096;
const MAX_TASKS: u64 = 1024;
const MAX_RANK: u64 = 256;

impl NetworkConfig {
    /// Builds the network with random weights.
    ///
    /// # Errors
    /// When the configuration makes no network; see [`NetworkConfig::validate`].
    pub fn init(&self, device: &Device) -> Result<Network, ConfigError> {
        self.validate()?;
        Ok(Network::new(self, Start::drawn(device)))
    }

    /// Checks sizes and sites. The upper limits keep a configuration from elsewhere from asking for more
    /// memory than there is.
    ///
    /// # Errors
    /// Says what is wrong, and what would do.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.tasks == 0 {
            return Err(ConfigError::NoTasks);
        }
        check("the number of tasks", self.tasks as u64, MAX_TASKS)?;
        check(
            "the length of the embedding",
            self.embedding as u64,
            MAX_EMBEDDING,
        )?;
        if let Backbone::Small {
            widths,
            input,
            stem,
        } = &self.backbone
        {
            check("the number of stages", widths.len() as u64, MAX_STAGES)?;
            for &width in widths {
                check("the width of a stage", width as u64, MAX_WIDTH)?;
            }
            check("the side of the input", u64::from(*input), MAX_INPUT)?;
            let least = (stem.stride() as u32) << widths.len();
            if *input < least {
                return Err(ConfigError::InputTooSmall {
                    input: *input,
                    stages: widths.len(),
                    least,
                });
            }
        }
        self.validate_sites()?;
        if let Backbone::EfficientNetLite0 { input, pooled } = &self.backbone {
            if !(96..=224).contains(input) || !input.is_multiple_of(16) {
                return Err(ConfigError::Side(*input));
            }
            self.validate_pooled(pooled)?;
        }
        match self.modulation {
            Modulation::Routing { keep_percent, .. } => {
                check(
                    "the percentage of channels a task keeps",
                    keep_percent.into(),
                    100,
                )?;
            }
            Modulation::Factorised { rank } => {
                check("the rank of the modulation", rank as u64, MAX_RANK)?;
            }
            _ => {}
        }
        for start in [self.embedding_start, self.stage_start] {
            if let MaskStart::Disjoint { rest } = start
                && !(0.0..=1.0).contains(&rest)
            {
                return Err(ConfigError::Rest(rest.to_string()));
            }
        }
        Ok(())
    }

    /// Every stage that is averaged lies at the first site or behind it: the features are one map.
    fn validate_pooled(&self, pooled: &[Pooling]) -> Result<(), ConfigError> {
        let last = self.backbone.stages();
        let first = match self.split() {
            Site::Stage(number) if number < last => number,
            _ => 1,
        };
        let ascending = pooled.windows(2).all(|pair| pair[0].stage < pair[1].stage);
        let within = pooled.first().is_some_and(|pooling| pooling.stage >= first);
        let ends = pooled.last().is_some_and(|pooling| pooling.stage == last);
        if !(ascending && within && ends) {
            return Err(ConfigError::Pooled {
                found: pooled.iter().map(|pooling| pooling.stage).collect(),
                first,
                last,
            });
        }
        for &Pooling { stage, cells } in pooled {
            let side = self.stage_side(stage);
            if cells == 0 || !side.is_multiple_of(cells) {
                return Err(ConfigError::Cells { stage, side, cells });
            }
        }
        Ok(())
    }

    fn validate_sites(&self) -> Result<(), ConfigError> {
        let stages = self.backbone.stages();
        for (index, &site) in self.sites.iter().enumerate() {
            if matches!(site, Site::Stage(number) if number == 0 || number > stages) {
                return Err(ConfigError::UnknownSite { site, stages });
            }
            if self.sites[..index].contains(&site) {
                return Err(ConfigError::RepeatedSite(site));
            }
        }
        if self.sites.is_empty() && self.modulation != Modulation::None {
            return Err(ConfigError::NoSites);
        }
        if self.attention {
            let is_early = |site: &Site| matches!(site, Site::Stage(number) if *number < stages);
            let others = self.sites.iter().filter(|site| **site != Site::Embedding);
            let averages_one = matches!(&*self.backbone.pooled(), [pooling] if pooling.cells == 1);
            let is_modulated = self.modulation != Modulation::None;
            if !is_modulated
                || !averages_one
                || !is_early(&self.split())
                || !others.into_iter().all(is_early)
            {
                return Err(ConfigError::Attention { last: stages });
            }
        }
        if self.head == Head::Probabilities {
            if self.backbone.rectifies() {
                return Err(ConfigError::RectifiedLogits);
            }
            if self.sites.contains(&Site::Embedding) && self.modulation != Modulation::None {
                return Err(ConfigError::ModulatedProbabilities);
            }
        }
        Ok(())
    }

    /// Side of the square input in pixels.
    pub fn input_size(&self) -> u32 {
        match self.backbone {
            Backbone::Small { input, .. } | Backbone::EfficientNetLite0 { input, .. } => input,
            Backbone::Face => 150,
            Backbone::Resnet18 => 112,
        }
    }

    /// The sites in the order an image meets them.
    pub fn ordered_sites(&self) -> Vec<Site> {
        let mut sites = self.sites.clone();
        sites.sort_unstable();
        sites
    }

    /// The site right before which the trunk ends: the first one, or the embedding when there is none.
    pub fn split(&self) -> Site {
        self.sites.iter().copied().min().unwrap_or(Site::Embedding)
    }

    /// Returns true if every site acts on the pooled last stage or on the embedding, so that the
    /// features of an image are one short vector and a task costs next to nothing.
    pub fn late(&self) -> bool {
        match self.split() {
            Site::Embedding => true,
            Site::Stage(number) => number == self.backbone.stages() && self.backbone.pools(),
        }
    }
}

impl Backbone {
    /// Number of stages.
    pub fn stages(&self) -> usize {
        match self {
            Self::Small { widths, .. } => widths.len(),
            Self::Face => 4,
            Self::Resnet18 => 3,
            Self::EfficientNetLite0 { .. } => STAGES.len(),
        }
    }

    /// The stages whose averages are joined to the features behind the last stage, in ascending order; none where the
    /// last stage is flattened.
    pub fn pooled(&self) -> Vec<Pooling> {
        match self {
            Self::Face => Vec::new(),
            Self::EfficientNetLite0 { pooled, .. } => pooled.clone(),
            Self::Small { .. } | Self::Resnet18 => vec![Pooling {
                stage: self.stages(),
                cells: 1,
            }],
        }
    }

    /// Returns true if the last stage is averaged over its positions; otherwise it is flattened.
    pub fn pools(&self) -> bool {
        !matches!(self, Self::Face)
    }

    /// Returns true if the embedding passes through batch norm and a rectifier before its mask, as
    /// in the paper's face network. The cut ResNet-18 ends in a plain linear layer, and so does the
    /// small network: of the few dimensions that a task owns a rectifier often leaves none alive,
    /// and fine attributes are learned much later.
    pub fn rectifies(&self) -> bool {
        matches!(self, Self::Face)
    }
}

fn check(what: &'static str, found: u64, high: u64) -> Result<(), ConfigError> {
    if (1..=high).contains(&found) {
        return Ok(());
    }
    Err(ConfigError::Size {
        what,
        found,
        low: 1,
        high,
    })
}
