//! Shapes, parameters and multiplications, computed from the configuration alone.
//!
//! One multiply-accumulate (MAC) is counted for
//! * each weight of a convolution at each output position, `k * k * in * out * height * width`,
//! * each weight of a linear layer, `in * out`,
//! * each value that a scaling vector touches, `channels * height * width` (that a factorised one is a product of
//!   `rank * channels` first is not counted: once per task, however many images),
//! * each product of a modulation matrix, `channels * channels * height * width`.
//!
//! Batch norm (it folds into the convolution before it), rectifiers, pooling, sums and the unit length are
//! not counted.

use crate::backbone::efficientnet::{STAGES, STEM};
use crate::{Backbone, Modulation, NetworkConfig, Site};

/// The cost of a part of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cost {
    params: usize,
    macs: u64,
}

/// A stage: the shape of its output `[channels, height, width]` and its cost.
#[derive(Clone, Copy, Debug)]
struct Stage {
    shape: [usize; 3],
    cost: Cost,
}

/// `TensorFlow`'s "same" padding along one axis: pixels before and after the map, of which the odd one comes after. The
/// output has `ceil(side / stride)` pixels.
pub(crate) fn same_padding(side: usize, kernel: usize, stride: usize) -> (usize, usize) {
    let covered = (side.div_ceil(stride).max(1) - 1) * stride + kernel;
    let padding = covered.saturating_sub(side);
    (padding / 2, padding - padding / 2)
}

/// Adds up layers while following the shape of the image.
#[derive(Clone, Copy, Debug)]
struct Tracer {
    shape: [usize; 3],
    cost: Cost,
}

impl Tracer {
    fn new(shape: [usize; 3]) -> Self {
        Self {
            shape,
            cost: Cost::default(),
        }
    }

    /// A convolution without bias, followed by batch norm (a weight and a bias per channel).
    fn conv(mut self, out: usize, kernel: usize, stride: usize, padding: usize) -> Self {
        let [channels, height, width] = self.shape;
        let side = |side: usize| (side + 2 * padding).saturating_sub(kernel) / stride + 1;
        let (height, width) = (side(height), side(width));
        let weights = kernel * kernel * channels * out;
        self.cost.params += weights + 2 * out;
        self.cost.macs += weights as u64 * (height * width) as u64;
        self.shape = [out, height, width];
        self
    }

    /// A convolution with "same" padding, of all channels or of each by itself.
    fn same(mut self, out: usize, kernel: usize, stride: usize, depthwise: bool) -> Self {
        let [channels, height, width] = self.shape;
        let (height, width) = (height.div_ceil(stride), width.div_ceil(stride));
        let weights = kernel * kernel * out * if depthwise { 1 } else { channels };
        self.cost.params += weights + 2 * out;
        self.cost.macs += weights as u64 * (height * width) as u64;
        self.shape = [out, height, width];
        self
    }

    fn pool(mut self, kernel: usize, padding: usize) -> Self {
        let side = |side: usize| (side + 2 * padding).saturating_sub(kernel) / 2 + 1;
        self.shape = [self.shape[0], side(self.shape[1]), side(self.shape[2])];
        self
    }

    /// Two 3x3 convolutions and a shortcut, which is a 1x1 convolution where the shape changes.
    fn basic_block(self, out: usize, stride: usize) -> Self {
        let mut main = self.conv(out, 3, stride, 1).conv(out, 3, 1, 1);
        if stride != 1 || self.shape[0] != out {
            let side = Self {
                cost: Cost::default(),
                ..self
            }
            .conv(out, 1, stride, 0);
            main.cost.params += side.cost.params;
            main.cost.macs += side.cost.macs;
        }
        main
    }

    /// Closes a stage and starts counting the next.
    fn stage(&mut self) -> Stage {
        Stage {
            shape: self.shape,
            cost: std::mem::take(&mut self.cost),
        }
    }
}

/// The stem's cost, then every stage.
fn trace(backbone: &Backbone, input: usize) -> (Cost, Vec<Stage>) {
    let image = Tracer::new([3, input, input]);
    match backbone {
        Backbone::Small { widths, stem, .. } => {
            let (kernel, stride) = (stem.kernel(), stem.stride());
            let width = widths.first().copied().unwrap_or(0);
            let mut at = image.conv(width, kernel, stride, kernel / 2);
            let stem = at.stage().cost;
            let mut stages = Vec::new();
            for &width in widths {
                at = at.basic_block(width, 2);
                stages.push(at.stage());
            }
            (stem, stages)
        }
        Backbone::Face => {
            let mut at = image.conv(32, 3, 1, 0);
            let stem = at.stage().cost;
            let stages = [64, 128, 128, 128].map(|width| {
                at = at
                    .conv(width, 3, 1, 0)
                    .pool(2, 0)
                    .conv(width, 3, 1, 1)
                    .conv(width, 3, 1, 1);
                at.stage()
            });
            (stem, stages.to_vec())
        }
        Backbone::Resnet18 => {
            let mut at = image.conv(64, 7, 2, 3).pool(3, 1);
            let stem = at.stage().cost;
            let stages = [(64, 1), (128, 2), (256, 2)].map(|(width, stride)| {
                at = at.basic_block(width, stride).basic_block(width, 1);
                at.stage()
            });
            (stem, stages.to_vec())
        }
        Backbone::EfficientNetLite0 { .. } => {
            let mut at = image.same(STEM, 3, 2, false);
            let stem = at.stage().cost;
            let stages = STAGES.map(|shape| {
                for number in 0..shape.blocks {
                    let stride = if number == 0 { shape.stride } else { 1 };
                    let wide = shape.expansion * at.shape[0];
                    if shape.expansion > 1 {
                        at = at.same(wide, 1, 1, false);
                    }
                    at =
                        at.same(wide, shape.kernel, stride, true)
                            .same(shape.channels, 1, 1, false);
                }
                at.stage()
            });
            (stem, stages.to_vec())
        }
    }
}

impl NetworkConfig {
    fn trace(&self) -> (Cost, Vec<Stage>) {
        trace(&self.backbone, self.input_size() as usize)
    }

    /// Shape `[channels, height, width]` of the trunk's output for one image.
    pub fn feature_shape(&self) -> [usize; 3] {
        self.site_shape(self.split())
    }

    /// Side of a stage's map, counted from 1; 0 for a stage that the backbone does not have.
    pub(crate) fn stage_side(&self, number: usize) -> usize {
        let (_, stages) = self.trace();
        let index = number.checked_sub(1);
        index
            .and_then(|index| stages.get(index))
            .map_or(0, |stage| stage.shape[1])
    }

    /// Channels at a site; 0 for a site that the backbone does not have.
    pub fn site_channels(&self, site: Site) -> usize {
        self.site_shape(site)[0]
    }

    /// Shape of what is modulated at a site: the last stage only after its average, where there is one.
    fn site_shape(&self, site: Site) -> [usize; 3] {
        let Site::Stage(number) = site else {
            return [self.embedding, 1, 1];
        };
        let (_, stages) = self.trace();
        let shape = number
            .checked_sub(1)
            .and_then(|index| stages.get(index))
            .map_or([0; 3], |stage| stage.shape);
        if number == stages.len() && self.backbone.pools() {
            let values = self.backbone.pooled().into_iter().filter_map(|pooling| {
                let stage = stages.get(pooling.stage.checked_sub(1)?)?;
                Some(stage.shape[0] * pooling.cells * pooling.cells)
            });
            return [values.sum(), 1, 1];
        }
        shape
    }

    /// Number of values that enter the linear layer.
    pub(crate) fn head_inputs(&self) -> usize {
        let [channels, height, width] = self.site_shape(Site::Stage(self.backbone.stages()));
        channels * height * width
    }

    fn head(&self) -> Cost {
        let weights = self.head_inputs() * self.embedding;
        // Batch norm's weight and bias, or the bias of a plain linear layer.
        let per_channel = if self.backbone.rectifies() { 2 } else { 1 };
        Cost {
            params: weights + per_channel * self.embedding,
            macs: weights as u64,
        }
    }

    /// Multiplications that one task costs at a site.
    fn site_macs(&self, site: Site) -> u64 {
        let [channels, height, width] = self.site_shape(site);
        let per_position = match self.modulation {
            Modulation::None => 0,
            Modulation::Matrix => channels * channels,
            Modulation::Vector
            | Modulation::Film
            | Modulation::Fixed
            | Modulation::Routing { .. }
            | Modulation::Factorised { .. } => channels,
        };
        (per_position * height * width) as u64
    }

    /// Parameters that are learned, modulation included; running statistics are not counted.
    pub fn num_params(&self) -> usize {
        let (stem, stages) = self.trace();
        let stages: usize = stages.iter().map(|stage| stage.cost.params).sum();
        stem.params + stages + self.head().params + self.modulation_params()
    }

    /// Parameters of the modulation of all tasks that are learned: masks that are given are not counted.
    pub fn modulation_params(&self) -> usize {
        let at_site = |&site: &Site| {
            let channels = self.site_channels(site);
            match self.modulation {
                Modulation::None | Modulation::Fixed | Modulation::Routing { .. } => 0,
                Modulation::Vector => self.tasks * channels,
                Modulation::Film => self.tasks * 2 * channels,
                Modulation::Matrix => self.tasks * channels * channels,
                Modulation::Factorised { rank } => rank * channels,
            }
        };
        let codes = match self.modulation {
            Modulation::Factorised { rank } => self.tasks * rank,
            _ => 0,
        };
        codes + self.sites.iter().map(at_site).sum::<usize>() + self.attention_params()
    }

    /// Queries of all tasks.
    fn attention_params(&self) -> usize {
        match self.attention {
            true => self.tasks * self.head_inputs(),
            false => 0,
        }
    }

    /// Multiplications of one task's attention: a score for every position, and a weighted sum.
    fn attention_macs(&self) -> u64 {
        let side = self.stage_side(self.backbone.stages());
        match self.attention {
            true => (2 * self.head_inputs() * side * side) as u64,
            false => 0,
        }
    }

    /// Learned parameters behind the first site, its modulation not counted.
    pub(crate) fn tail_params(&self) -> usize {
        let Site::Stage(number) = self.split() else {
            return 0;
        };
        let (_, stages) = self.trace();
        let rest = stages.iter().skip(number).map(|stage| stage.cost.params);
        rest.sum::<usize>() + self.head().params
    }

    /// Multiply-accumulates of the trunk for one image.
    pub fn trunk_macs(&self) -> u64 {
        let (stem, stages) = self.trace();
        let count = match self.split() {
            Site::Stage(number) => number,
            Site::Embedding => stages.len(),
        };
        let stages: u64 = stages.iter().take(count).map(|stage| stage.cost.macs).sum();
        let head = if self.split() == Site::Embedding {
            self.head().macs
        } else {
            0
        };
        stem.macs + stages + head
    }

    /// Multiply-accumulates of the tail for one image and one task: the price of a change of task.
    pub fn tail_macs(&self) -> u64 {
        let (_, stages) = self.trace();
        let sites: u64 = self.sites.iter().map(|&site| self.site_macs(site)).sum();
        match self.split() {
            Site::Embedding => sites,
            Site::Stage(number) => {
                let rest: u64 = stages
                    .iter()
                    .skip(number)
                    .map(|stage| stage.cost.macs)
                    .sum();
                sites + rest + self.attention_macs() + self.head().macs
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Head, MaskStart, Stem};

    fn config(backbone: Backbone, embedding: usize, modulation: Modulation) -> NetworkConfig {
        let last = Site::Stage(backbone.stages());
        NetworkConfig {
            backbone,
            embedding,
            tasks: 4,
            sites: vec![last, Site::Embedding],
            modulation,
            embedding_start: MaskStart::Ones,
            stage_start: MaskStart::Ones,
            attention: false,
            head: Head::default(),
        }
    }

    #[test]
    fn the_face_network_is_the_released_one() {
        let face = config(Backbone::Face, 256, Modulation::None);
        // The release has 2,953,664 parameters: 2,952,032 weights and 1,632 offsets of batch norms
        // without a scale. Ours keep the scale, 1,632 more.
        assert_eq!(face.num_params(), 2_953_664 + 1_632);
        assert_eq!(face.feature_shape(), [128, 7, 7]);
        let macs = face.trunk_macs() + face.tail_macs();
        assert_eq!(
            (macs + 500_000) / 1_000_000,
            1_819,
            "1.819 thousand million"
        );
        assert!(!face.late());

        let released = NetworkConfig {
            sites: vec![Site::Stage(3), Site::Stage(4), Site::Embedding],
            modulation: Modulation::Vector,
            tasks: 7,
            ..face
        };
        assert_eq!(released.modulation_params(), 3_584);
        assert_eq!(released.feature_shape(), [128, 16, 16]);
        let share = released.tail_macs() as f64 / released.trunk_macs() as f64;
        assert!((0.024..0.026).contains(&share), "{share}");
    }

    #[test]
    fn the_cut_resnet_is_that_of_conditional_similarity_networks() {
        let resnet = config(Backbone::Resnet18, 64, Modulation::None);
        assert_eq!(resnet.num_params(), 2_799_232);
        assert_eq!(resnet.feature_shape(), [256, 1, 1]);
        let macs = resnet.trunk_macs() + resnet.tail_macs();
        assert_eq!((macs + 50_000) / 100_000, 3_506, "350.6 million");
        assert!(resnet.late());
    }

    #[test]
    fn a_task_costs_what_its_sites_cost() {
        let backbone = Backbone::Small {
            widths: vec![8, 16],
            input: 16,
            stem: Stem::Full,
        };
        let mut small = config(backbone, 10, Modulation::Vector);
        assert_eq!(small.modulation_params(), 4 * (16 + 10));
        assert_eq!(small.tail_macs(), 16 + 16 * 10 + 10);
        let whole = small.trunk_macs() + small.tail_macs();

        small.sites = vec![Site::Embedding, Site::Stage(1)];
        assert_eq!(small.feature_shape(), [8, 8, 8]);
        let block = 16 * (9 * 8 * 16 + 9 * 16 * 16 + 8 * 16);
        assert_eq!(small.tail_macs(), 8 * 64 + block + 160 + 10);
        assert_eq!(small.trunk_macs() + small.tail_macs(), whole - 16 + 8 * 64);

        small.modulation = Modulation::Matrix;
        assert_eq!(small.modulation_params(), 4 * (8 * 8 + 10 * 10));
        assert_eq!(small.tail_macs(), 64 * 64 + block + 160 + 100);

        small.sites = vec![Site::Embedding];
        assert_eq!(small.feature_shape(), [10, 1, 1]);
        assert_eq!(small.tail_macs(), 100);
    }

    #[test]
    fn a_stem_that_halves_makes_every_stage_a_quarter() {
        let small = |input, stem| {
            let backbone = Backbone::Small {
                widths: vec![8, 16],
                input,
                stem,
            };
            config(backbone, 10, Modulation::Vector)
        };
        let (full, half) = (small(16, Stem::Full), small(32, Stem::Half));
        // Behind the stems both networks are the same.
        let stem = |kernel: u64| kernel * kernel * 3 * 8;
        assert_eq!(
            full.trunk_macs() - stem(3) * 256,
            half.trunk_macs() - stem(5) * 256
        );
        assert_eq!(
            full.num_params() as u64 - stem(3),
            half.num_params() as u64 - stem(5)
        );
        assert_eq!(small(8, Stem::Half).feature_shape(), [16, 1, 1]);
        assert!(small(7, Stem::Half).validate().is_err());
    }
}
