//! The site itself: whether there is a connection, whether a newer version waits, whether it can be installed; and the
//! gallery shown is kept on this machine.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::{clock, offline};
use crate::page::engine::embed::EmbedState;
use crate::page::library::import_job::ImportJob;
use crate::page::state::State;
use crate::page::text;
use crate::page::ui::effect::effect;

use super::gallery::Load;
use super::load::is_lone;

/// Milliseconds before each try once the connection is back.
const RETRIES: [u32; 3] = [0, 1_000, 4_000];

/// The status of the site.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// True with a connection, as far as the browser knows.
    pub online: RwSignal<bool>,
    /// True if a newer version is ready.
    pub update: RwSignal<bool>,
    /// True if the browser offers to install the site.
    pub installable: RwSignal<bool>,
}

impl Site {
    /// Reads the current status.
    pub(crate) fn look() -> Self {
        Self {
            online: RwSignal::new(offline::is_online()),
            update: RwSignal::new(offline::update_ready()),
            installable: RwSignal::new(offline::installable()),
        }
    }
}

impl State {
    /// Follows what the browser says of the site, and keeps every gallery once its results are shown; of an own gallery
    /// the network, where no gallery of the site has it.
    pub(crate) fn follow_site(&self) {
        let state = *self;
        offline::follow(move || state.look_again());
        let wanted = Memo::new(move |_| {
            let is_here = state.open().answer.with(Option::is_some);
            let data = state.data()?;
            let wanted = match data.kept_id() {
                None => state.shown.get(),
                Some(_) => is_lone(&data.network_base).then(|| data.network_base.clone()),
            };
            wanted.filter(|_| is_here)
        });
        effect(move || {
            if let Some(wanted) = wanted.get() {
                offline::keep(&wanted);
            }
        });
    }

    fn look_again(&self) {
        let site = self.site;
        let was_online = site.online.get_untracked();
        site.online.set(offline::is_online());
        site.update.set(offline::update_ready());
        site.installable.set(offline::installable());
        if !was_online && offline::is_online() {
            let state = *self;
            spawn_local(async move { state.retry_online().await });
        }
    }

    /// Tries again what failed without a connection: at once, and later, since a browser says that it is online before
    /// every request gets through.
    async fn retry_online(&self) {
        for pause in RETRIES {
            clock::sleep(pause).await;
            let failed = self
                .gallery
                .with_untracked(|gallery| matches!(gallery, Load::Failed(_)));
            if failed && offline::is_online() {
                self.retry();
            }
        }
    }

    /// The work that a reload would interrupt; everything else is in the address.
    pub fn at_stake(&self) -> Option<&'static str> {
        if self.import_job.with(ImportJob::is_running) {
            Some(text::shell::RELOAD_PAUSES_IMPORT)
        } else if self.open().embed.with(EmbedState::is_busy) {
            Some(text::shell::RELOAD_ENDS_EMBEDDING)
        } else if self.open().own.with(|own| !own.is_empty()) {
            Some(text::shell::RELOAD_FORGETS_PICTURE)
        } else {
            None
        }
    }
}
