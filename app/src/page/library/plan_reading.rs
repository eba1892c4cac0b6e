//! The reading of the offered tables: as recognised, or as the visitor tells for single columns.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::state::State;
use crate::store_protocol::Recognised;

/// The reading of an offer, and the choices of how its columns are read otherwise.
#[derive(Clone, Copy, Debug)]
pub struct PlanReading {
    state: State,
    /// The dataset as it is read now.
    pub recognised: RwSignal<Recognised>,
    /// The kinds of columns told; ahead of `recognised` while the tables are read again.
    pub told: RwSignal<BTreeMap<String, String>>,
    /// True while the tables are read again.
    pub busy: RwSignal<bool>,
    /// The reason that a column could not be read as told.
    pub problem: RwSignal<Option<String>>,
}

impl PlanReading {
    /// The reading of an offer as it was recognised.
    pub fn new(state: State, recognised: Recognised) -> Self {
        Self {
            state,
            told: RwSignal::new(recognised.told.clone()),
            recognised: RwSignal::new(recognised),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    /// Reads a column (or a group of them) as told; as recognised without a kind.
    pub fn tell(self, name: &str, kind: Option<&str>) {
        self.told.update(|told| {
            // Names are compared without case, as the tables' reader does.
            told.retain(|known, _| !known.eq_ignore_ascii_case(name));
            if let Some(kind) = kind {
                told.insert(name.to_owned(), kind.to_owned());
            }
        });
        if !self.busy.get_untracked() {
            self.busy.set(true);
            spawn_local(self.read());
        }
    }

    /// The kind told for a column, tracked.
    pub fn kind_of(self, name: &str) -> Option<String> {
        self.told.with(|told| {
            let mut told = told.iter();
            let (_, kind) = told.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            Some(kind.clone())
        })
    }

    /// Reads the tables until they are as told last; what cannot be read so is taken back.
    async fn read(self) {
        loop {
            let Some(told) = self.told.try_get_untracked() else {
                return;
            };
            let read = self.state.reread_offer(told.clone()).await;
            match self.told.try_get_untracked() {
                // The plan was closed meanwhile.
                None => return,
                Some(now) if now != told => continue,
                Some(_) => {}
            }
            match read {
                Ok(recognised) => {
                    self.problem.set(None);
                    self.recognised.set(recognised);
                }
                Err(message) => {
                    self.problem.set(Some(message));
                    let before = self.recognised.with_untracked(|read| read.told.clone());
                    self.told.set(before);
                }
            }
            self.busy.set(false);
            return;
        }
    }
}
