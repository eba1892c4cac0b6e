//! A moment of the training at which a network can be measured.

use std::path::Path;

use burn::tensor::Device;

use super::learner::Trainable;
use crate::config::Config;
use crate::data::Pictures;
use crate::error::TrainerError;
use crate::run::RunRecord;

/// The network before the first epoch, or after one.
#[derive(Debug)]
pub struct Moment<'a> {
    /// The folder of the run, to which a measurement may add its own file.
    pub out: &'a Path,
    /// The configuration of the run.
    pub config: &'a Config,
    /// The tasks, the method and the network.
    pub record: &'a RunRecord,
    /// The network as it is now, with gradients.
    pub trainable: &'a Trainable,
    /// The images that are trained on.
    pub train: &'a Pictures<'a>,
    /// The device of the network, with gradients.
    pub device: &'a Device,
    /// Epochs that are done; 0 before the first step.
    pub epoch: usize,
}

/// A measurement of a network while it is trained. It draws its own random numbers and leaves the network as it is.
///
/// # Errors
/// It cannot be made or written; the training stops there.
pub type Measure = fn(&Moment<'_>) -> Result<(), TrainerError>;
