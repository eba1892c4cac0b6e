//! The visitor's position on the tour.

use std::sync::Arc;

use leptos::prelude::*;

use crate::page::browser::dom;
use crate::page::browser::memory;
use crate::page::query::view::View;
use crate::page::state::State;
use crate::page::ui::effect::effect;

use super::stops::{STOPS, Stop};

/// Says that the visitor knows there is a tour.
const KEY: &str = "modulens.tour";

/// The progress of the tour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tour {
    /// Nobody asked for it.
    #[default]
    Away,
    /// Offered, by the welcome, to somebody who was never here.
    Offered,
    /// At a stop.
    At(Visit),
}

impl Tour {
    /// True at a stop.
    pub fn is_on(&self) -> bool {
        matches!(self, Self::At(_))
    }
}

/// A visit to a stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Its place among the stops.
    pub at: usize,
    /// True once the visitor did what the step asks.
    pub done: bool,
    /// The view when it began.
    before: Arc<View>,
}

impl Visit {
    /// The stop.
    pub fn stop(&self) -> Stop {
        STOPS.get(self.at).copied().unwrap_or(Stop::End)
    }
}

impl State {
    /// Offers the tour to whoever is here for the first time and did not follow a link to something; watches the view
    /// from then on.
    pub(crate) fn keep_touring(&self) {
        let state = *self;
        let is_plain = state.view.with_untracked(|view| *view == View::default());
        if memory::recall(KEY).is_none() && is_plain {
            state.tour.set(Tour::Offered);
        }
        effect(move || {
            let view = state.view.get();
            let newly = state.tour.with_untracked(|tour| match tour {
                Tour::At(visit) => !visit.done && visit.stop().is_done(&visit.before, &view),
                Tour::Away | Tour::Offered => false,
            });
            if newly {
                state.tour.update(|tour| {
                    if let Tour::At(visit) = tour {
                        visit.done = true;
                    }
                });
            }
        });
        effect(move || {
            let shown = state.tour.with(Tour::is_on);
            dom::mark("data-touring", shown.then_some(""));
        });
        // What belongs to a stop is marked by the style sheet.
        effect(move || {
            let name = state.tour.with(|tour| match tour {
                Tour::At(visit) if !visit.done => Some(visit.stop().name()),
                _ => None,
            });
            dom::mark("data-tour", name);
        });
    }

    /// Begins the tour, or goes to a stop; beyond the last one it ends.
    pub fn tour_to(&self, at: usize) {
        memory::keep(KEY, Some("seen"));
        if at >= STOPS.len() {
            self.tour.set(Tour::Away);
            return;
        }
        let visit = Visit {
            at,
            done: STOPS[at] == Stop::End,
            before: Arc::new(self.view.get_untracked()),
        };
        self.tour.set(Tour::At(visit));
    }

    /// Ends the tour, and does not offer it again.
    pub fn end_tour(&self) {
        self.tour_to(usize::MAX);
    }
}
