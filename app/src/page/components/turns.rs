//! Building the page in turns: the browser answers the visitor, and draws, between one part and the next.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::clock;
use crate::page::state::{Load, State};

/// Which parts of the page are built.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// The question and its results: while the files of the gallery are on their way.
    pub results: RwSignal<bool>,
    /// What is opened over the page.
    pub dialogs: RwSignal<bool>,
    /// What stands beside the results: once they are there, or cannot be had.
    pub side: RwSignal<bool>,
}

impl Turns {
    /// Begins with what is there from the start.
    pub fn begin(state: State) -> Self {
        let turns = Self {
            results: RwSignal::new(false),
            dialogs: RwSignal::new(false),
            side: RwSignal::new(false),
        };
        spawn_local(async move {
            clock::breathe().await;
            turns.results.set(true);
            clock::breathe().await;
            turns.dialogs.set(true);
        });
        let settled = Memo::new(move |_| {
            let failed = state
                .gallery
                .with(|gallery| matches!(gallery, Load::Failed(_)));
            failed || state.answer.with(Option::is_some)
        });
        Effect::new(move |_| {
            if settled.get() {
                spawn_local(async move {
                    clock::breathe().await;
                    turns.side.set(true);
                });
            }
        });
        turns
    }
}
