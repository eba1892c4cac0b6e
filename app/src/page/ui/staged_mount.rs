//! Building the page in turns: the browser answers the visitor, and draws, between one part and the next.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::dom;
use crate::page::shell::gallery::Load;
use crate::page::state::State;
use crate::page::ui::effect::effect;
use crate::turn;

/// The parts of the page, in the order in which they are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nothing is there yet.
    None,
    /// Background effects, which show nothing.
    Work,
    /// The header.
    Header,
    /// The query.
    Question,
    /// The lens strip.
    Lenses,
    /// The results.
    Results,
    /// The dialogs.
    Dialogs,
}

/// The parts of the page that are built so far.
#[derive(Clone, Copy, Debug)]
pub struct StagedMount {
    last: RwSignal<Stage>,
    /// True while the sidebar is built: when the results are there, or cannot be had, and it has room beside them.
    side: RwSignal<bool>,
    settled: Memo<bool>,
}

impl StagedMount {
    /// Begins with nothing.
    pub fn begin(state: State) -> Self {
        let settled = Memo::new(move |_| {
            let failed = state
                .gallery
                .with(|gallery| matches!(gallery, Load::Failed(_)));
            failed || state.open().answer.with(Option::is_some)
        });
        let mount = Self {
            last: RwSignal::new(Stage::None),
            side: RwSignal::new(false),
            settled,
        };
        spawn_local(async move {
            for stage in [
                Stage::Work,
                Stage::Header,
                Stage::Question,
                Stage::Lenses,
                Stage::Results,
                Stage::Dialogs,
            ] {
                turn::breathe().await;
                mount.last.set(stage);
            }
        });
        effect(move || {
            if settled.get() {
                spawn_local(async move {
                    turn::breathe().await;
                    mount.widen();
                });
            }
        });
        let resized = window_event_listener(ev::resize, move |_| mount.widen());
        on_cleanup(move || resized.remove());
        mount
    }

    /// Builds what stands beside the results while there is room for it.
    fn widen(self) {
        let there = self.settled.get_untracked() && dom::is_wide();
        if self.side.get_untracked() != there {
            self.side.set(there);
        }
    }

    /// Returns true if the sidebar stands beside the results; tracked.
    pub fn has_side(self) -> bool {
        self.side.get()
    }

    /// Returns true if a part is built; tracked.
    pub fn is_built(self, stage: Stage) -> bool {
        self.last.get() >= stage
    }

    /// A part that is built when it is its turn.
    pub fn part(self, stage: Stage, build: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
        when(Memo::new(move |_| self.is_built(stage)).into(), build)
    }

    /// The sidebar of the results.
    pub fn beside(self, build: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
        when(self.side.into(), build)
    }
}

fn when(there: Signal<bool>, build: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    move || there.get().then(&build)
}
