//! The beginning of an import of faces: they are found before anything is embedded, since a gallery knows from the start how
//! many images it will have.

use leptos::prelude::*;

use crate::page::browser::clock;
use crate::page::engine::job::Progress;
use crate::page::state::State;
use crate::page::text;
use crate::store_protocol::{NO_FACE, Recognised};

use super::import_job::ImportJob;
use super::looking::Watch;
use super::run_import::{NAP, Order};

/// Files without a face that are named at the end.
const LISTED: usize = 3;

/// The files in which no face was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faceless {
    /// Their number.
    pub files: usize,
    /// The names of the first few.
    pub first: Vec<String>,
}

impl Faceless {
    /// Those of an offer.
    pub fn of(recognised: &Recognised) -> Self {
        let is_faceless = |why: &str| why == NO_FACE;
        let mut reasons = recognised.skipped.iter();
        let files = reasons.find(|(why, _)| is_faceless(why));
        let first = recognised.examples.iter();
        let first = first.filter(|[_, _, why]| is_faceless(why)).take(LISTED);
        Self {
            files: files.map_or(0, |(_, count)| *count),
            first: first.map(|[what, ..]| what.clone()).collect(),
        }
    }
}

impl State {
    /// Sees to it that the faces are offered, or the whole images. Returns the order, which goes on with a gallery that
    /// was begun with the very same faces, and the files without a face.
    pub(super) async fn settle_faces(
        &self,
        turn: u32,
        order: Order,
        recognised: Recognised,
        cut: bool,
    ) -> Result<(Order, Faceless), String> {
        let recognised = match (cut, recognised.cut) {
            (true, false) => {
                let watch = ImportWatch { state: *self, turn };
                self.cut_offer(recognised.files, &watch).await?
            }
            (false, true) => self.cut(None).await?,
            _ => recognised,
        };
        if recognised.images == 0 {
            return Err(text::faces::NONE_AT_ALL.into());
        }
        self.import_job.update(|import_job| {
            if let ImportJob::Running(running) = import_job {
                running.looking = false;
                running.progress = Progress::default();
            }
        });
        let order = match order {
            Order::New { title, network } => {
                let mut unfinished = recognised.unfinished.iter();
                match unfinished.find(|kept| kept.network == network) {
                    Some(kept) => Order::Resume {
                        id: kept.id.clone(),
                        title: kept.title.clone(),
                        network,
                    },
                    None => Order::New { title, network },
                }
            }
            order => order,
        };
        Ok((order, Faceless::of(&recognised)))
    }
}

/// Faces that are found at the beginning of an import.
struct ImportWatch {
    state: State,
    turn: u32,
}

impl Watch for ImportWatch {
    async fn goes_on(&self, done: usize, total: usize) -> bool {
        loop {
            if self.state.import_is_over(self.turn) {
                return false;
            }
            let mut paused = false;
            self.state.import_job.update(|import_job| {
                if let ImportJob::Running(running) = import_job {
                    running.progress.done = done;
                    running.progress.total = total;
                    paused = running.paused;
                }
            });
            if !paused {
                return true;
            }
            clock::sleep(NAP).await;
        }
    }
}
