//! The states of an import: [`offer`](super::offer) recognises the files and tries the network on a few images,
//! [`run_import`](super::run_import) embeds all of them with the engines of a [`pool`](crate::page::engine::pool).

use std::sync::Arc;

use crate::page::domain::outside::Outside;
use crate::page::engine::job::Progress;
use crate::protocol::Backend;
use crate::store_protocol::{Overlap, Recognised};

use super::plan::Trial;
use super::propose::{Looked, Proposal};

/// The files that the visitor offered.
#[derive(Clone, Debug, PartialEq)]
pub enum OfferState {
    /// Nothing.
    Nothing,
    /// Files that are being looked at.
    Reading {
        /// Their common name.
        name: String,
        /// Number of files handed over so far.
        files: usize,
    },
    /// Files whose faces are being found.
    Looking {
        /// Their common name.
        name: String,
        /// Files looked at.
        done: usize,
        /// Files in all.
        total: usize,
    },
    /// A plan.
    Planned(Arc<Offer>),
    /// Something that is no gallery, and why.
    Refused(String),
}

/// The dataset that an offer was recognised as, and the choices it leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The recognised dataset.
    pub recognised: Recognised,
    /// The networks there are.
    pub networks: Vec<Candidate>,
    /// The one that is used unless the visitor says otherwise.
    pub proposal: Proposal,
    /// Observations on a few of the images; `None` where nobody looked.
    pub looked: Option<Looked>,
    /// The kept galleries that it can be added to, those that have most of it first.
    pub targets: Vec<Target>,
}

/// A kept gallery that an offer can be added to.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The gallery, compared with the offer.
    pub overlap: Overlap,
    /// Its network, by its place among the candidates.
    pub network: usize,
}

/// A network that could embed the offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Name of the shipped gallery it comes with, or its own.
    pub name: String,
    /// Its folder, relative to the page, with its slash.
    pub base: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its weights.
    pub weights: String,
    /// Length of a picture's features.
    pub channels: usize,
    /// Names of its tasks.
    pub task_names: Vec<String>,
    /// True for one that learned from photographs, as those without a gallery did.
    pub photographs: bool,
    /// True if it embeds portraits, which are cut out of the images.
    pub faces: bool,
}

impl Candidate {
    /// Its tasks that some of the label columns are about, by name.
    pub fn labelled(&self, columns: &[String]) -> Vec<String> {
        let known = |name: &&String| {
            columns
                .iter()
                .any(|column| column.eq_ignore_ascii_case(name))
        };
        self.task_names.iter().filter(known).cloned().collect()
    }
}

/// The result of trying a network on a few pictures.
#[derive(Clone, Debug, PartialEq)]
pub enum TrialState {
    /// Under way.
    Waiting,
    /// Done.
    Ready(Measured),
    /// It did not work, and why.
    Failed(String),
}

impl TrialState {
    /// The images tried that are unlike the training images, as far as they are known.
    pub fn outside(&self) -> Option<Outside> {
        match self {
            Self::Ready(measured) => measured.outside,
            Self::Waiting | Self::Failed(_) => None,
        }
    }
}

/// The measured rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The figures.
    pub trial: Trial,
    /// The device that is to run the network.
    pub backend: Backend,
    /// On how many workers.
    pub workers: usize,
    /// The reason, in words for the visitor.
    pub why: String,
    /// The images tried that are unlike the training images; `None` where the network does not describe them.
    pub outside: Option<Outside>,
}

/// The gallery being made.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportJob {
    /// None.
    Nothing,
    /// One is.
    Running(Running),
    /// It is complete.
    Finished(Finished),
    /// It ended early: what is done is kept.
    Stopped {
        /// The store's id.
        id: String,
        /// Its title.
        title: String,
        /// Pictures done.
        done: usize,
        /// Pictures in all.
        total: usize,
        /// The reason, unless the visitor asked for it.
        problem: Option<String>,
    },
}

/// A gallery being made.
#[derive(Clone, Debug, PartialEq)]
pub struct Running {
    /// The store's id; empty while it is being begun.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The progress so far.
    pub progress: Progress,
    /// True while faces are found, before anything is embedded.
    pub looking: bool,
    /// Pictures that could not be read so far.
    pub skipped: usize,
    /// True if the visitor, or a full disk, paused it.
    pub paused: bool,
    /// The reason of the pause, unless the visitor asked for it.
    pub problem: Option<String>,
    /// The device that runs the network.
    pub backend: Backend,
    /// On how many workers.
    pub workers: usize,
}

/// A gallery that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The store's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// True if pictures were added to a gallery that was there.
    pub added: bool,
    /// Pictures embedded this time.
    pub images: usize,
    /// Pictures that could not be read, and why the first one.
    pub skipped: usize,
    /// The reason of the first of them.
    pub example: Option<String>,
    /// Files in which no face was found.
    pub faceless: usize,
    /// The first few of them.
    pub faceless_names: Vec<String>,
    /// Time it took, pauses not counted.
    pub millis: f64,
}

impl ImportJob {
    /// Returns true if it is the gallery of that id, still being imported.
    pub fn is_of(&self, id: &str) -> bool {
        matches!(self, Self::Running(running) if running.id == id)
    }

    /// Returns true while an import runs.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }
}
