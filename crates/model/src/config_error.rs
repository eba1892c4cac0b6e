//! Configurations that make no network.

use thiserror::Error;

use crate::Site;

/// A configuration that makes no network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// There is nothing to tell apart.
    #[error("the network has no tasks; it needs at least one")]
    NoTasks,
    /// A size is zero or absurd.
    #[error("{what} is {found}; it must be between {low} and {high}")]
    Size {
        /// The part whose size it is.
        what: &'static str,
        /// The size given.
        found: u64,
        /// The least allowed.
        low: u64,
        /// The most allowed.
        high: u64,
    },
    /// The image is smaller than one value of the last stage.
    #[error(
        "an input of {input} pixels is too small for its stem and {stages} stages that each halve it; use at least \
         {least} pixels or fewer stages"
    )]
    InputTooSmall {
        /// Side of the input.
        input: u32,
        /// Number of stages.
        stages: usize,
        /// The smallest side that works.
        least: u32,
    },
    /// An input that the photographic backbone is not made for.
    #[error("an input of {0} pixels; this backbone takes a multiple of 16 from 96 to 224")]
    Side(u32),
    /// A map that does not divide into cells.
    #[error(
        "the map of stage {stage} is {side} pixels wide and does not divide into {cells} cells; choose a divisor, or 1"
    )]
    Cells {
        /// The stage.
        stage: usize,
        /// Side of its map.
        side: usize,
        /// Cells along a side.
        cells: usize,
    },
    /// Stages to average that are not in order, or without the last.
    #[error(
        "the stages to average are {found:?}; they must be in ascending order, from {first} (the first site, or 1) to the \
         last stage, {last}, which has to be among them"
    )]
    Pooled {
        /// The stages given.
        found: Vec<usize>,
        /// The first stage that can be averaged.
        first: usize,
        /// The last stage.
        last: usize,
    },
    /// A site that this backbone does not have.
    #[error(
        "the backbone has no site \"{site}\"; its sites are \"stage1\" to \"stage{stages}\", and \"embedding\""
    )]
    UnknownSite {
        /// The site asked for.
        site: Site,
        /// Number of stages.
        stages: usize,
    },
    /// A site is named twice.
    #[error("the site \"{0}\" is named twice; name it once")]
    RepeatedSite(Site),
    /// Modulation without a place.
    #[error("the network is modulated, but at no site; name a site, or set modulation to \"none\"")]
    NoSites,
    /// Logits on a backbone that rectifies its output.
    #[error(
        "this backbone rectifies its output, which then is no logit; use the head \"prototypes\", or another backbone"
    )]
    RectifiedLogits,
    /// Masks on outputs of which each is one value's.
    #[error(
        "with the head \"probabilities\" every output is a value of one task, so that there is no embedding to modulate; \
         take \"embedding\" out of the sites"
    )]
    ModulatedProbabilities,
    /// Attention to maps that are not those of a task, or that are not averaged.
    #[error(
        "attention weights the last map of every task: the network has to be modulated, every site to lie before the last \
         stage, {last}, and the backbone to average that map alone"
    )]
    Attention {
        /// The last stage.
        last: usize,
    },
    /// Outputs that are not one per value.
    #[error(
        "the tasks have {values} values together and the network has {found} outputs; with the head \"probabilities\" \
         they are as many"
    )]
    Outputs {
        /// Values of all tasks.
        values: usize,
        /// Outputs of the network.
        found: usize,
    },
    /// The start of the disjoint masks is no scale.
    #[error("the rest of a disjoint start is {0}; it must be a number between 0 and 1")]
    Rest(String),
}
