//! The visitor's own galleries: listed, renamed, deleted; and the store that keeps them, started when it is needed.

use std::rc::Rc;

use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::caller::Store;
use crate::page::browser::memory;
use crate::page::browser::save;
use crate::page::browser::spawn;
use crate::page::domain::outside::KeptOutside;
use crate::page::query::action::Action;
use crate::page::query::saved;
use crate::page::query::view::Panel;
use crate::page::state::State;
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::store_protocol::{self, Changes, Kept, Reply, Request, Room};

use super::own;

/// The visitor's own galleries, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// The galleries, the newest first.
    pub kept: Vec<Kept>,
    /// The storage quota and its use.
    pub room: Room,
    /// True once the store was asked.
    pub known: bool,
    /// The reason something could not be done.
    pub problem: Option<String>,
    /// Images unlike the training images.
    pub outside: KeptOutside,
}

/// The store, once it runs.
#[derive(Debug, Default)]
pub struct StoreSlot {
    running: Option<Store>,
    /// One start at a time.
    starting: Rc<futures::lock::Mutex<()>>,
}

/// Remembers across visits that there are own galleries, so that the store need not be started to know.
const MEMORY: &str = "modulens.own-galleries";

impl Library {
    /// Nothing but what is remembered from earlier visits.
    pub fn recall() -> Self {
        Self {
            outside: KeptOutside::recall(),
            ..Self::default()
        }
    }

    /// The gallery of an id.
    pub fn find(&self, id: &str) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.id == id)
    }
}

impl State {
    /// The store, started if need be.
    ///
    /// # Errors
    /// It cannot be started, in a sentence.
    pub(crate) async fn store(&self) -> Result<Store, String> {
        let (state, (sender, started)) = (*self, oneshot::channel());
        // In a task of its own: closing the gallery that asks for the store cancels its task, and not the start.
        spawn_local(async move {
            sender.send(state.start_store().await).ok();
        });
        started.await.unwrap_or_else(|_| Err(out_of_turn()))
    }

    async fn start_store(&self) -> Result<Store, String> {
        let lock = self.store.with_value(|slot| Rc::clone(&slot.starting));
        let _alone = lock.lock().await;
        let running = self.store.with_value(|slot| slot.running.clone());
        if let Some(running) = running.filter(|running| !running.is_broken()) {
            return Ok(running);
        }
        let store = spawn::start(store_protocol::SCRIPT).await?;
        self.store
            .update_value(|slot| slot.running = Some(store.clone()));
        Ok(store)
    }

    /// Lists own galleries once the first results are there, if there were some at the last visit.
    pub(crate) fn recall_library(&self) {
        let state = *self;
        let ready = Memo::new(move |_| state.open().answer.with(Option::is_some));
        effect(move || {
            if ready.get() && memory::recall(MEMORY).is_some() {
                spawn_local(async move { state.list_galleries().await });
            }
        });
    }

    /// Lists what is kept whenever the library is opened.
    pub(crate) fn keep_library(&self) {
        let state = *self;
        let open = self.shows(Panel::Library);
        effect(move || {
            if open.get() {
                spawn_local(async move { state.list_galleries().await });
            }
        });
    }

    /// The kept galleries, and the storage quota.
    ///
    /// # Errors
    /// Nothing can be kept in this browser, in a sentence.
    pub(crate) async fn kept(&self) -> Result<(Vec<Kept>, Room), String> {
        match self.store().await?.call(Request::List, &[]).await? {
            (Reply::Kept { galleries, room }, _) => Ok((galleries, room)),
            _ => Err(out_of_turn()),
        }
    }

    /// Asks the store what is kept.
    pub(crate) async fn list_galleries(&self) {
        match self.kept().await {
            Ok((kept, room)) => {
                memory::keep(MEMORY, (!kept.is_empty()).then_some("1"));
                self.library.update(|library| {
                    library.kept = kept;
                    library.room = room;
                    library.known = true;
                });
            }
            Err(message) => self.library.update(|library| {
                library.known = true;
                library.problem = Some(message);
            }),
        }
    }

    /// Gives a gallery another name.
    pub fn rename_gallery(&self, id: String, title: &str) {
        let title = title.trim().to_owned();
        if title.is_empty() {
            return;
        }
        self.change_library(Request::Rename { id, title });
    }

    /// Deletes a gallery. When it is the one shown, the default one is shown instead.
    pub fn delete_gallery(&self, id: String) {
        let shown = self.shown.get_untracked();
        if self
            .import_job
            .with_untracked(|import_job| import_job.is_of(&id))
        {
            self.stop_import();
        }
        if shown.as_deref().and_then(own::id_of) == Some(&id) {
            let first = self
                .index
                .with_untracked(|index| Some(index.ready()?.choose(None)?.name.clone()));
            self.go(Action::Gallery(first.unwrap_or_default()));
            // It is seen that the gallery is gone.
            self.go(Action::Show(Some(Panel::Library)));
        }
        saved::forget(&own::name_of(&id));
        self.change_library(Request::Delete { id });
    }

    /// Packs a gallery into one file and hands it to the browser to be saved.
    pub async fn export_gallery(&self, id: String) {
        self.library.update(|library| library.problem = None);
        let exported = async {
            let (reply, parts) = self
                .store()
                .await?
                .call(Request::Export { id }, &[])
                .await?;
            match (reply, parts.first()) {
                (Reply::Exported { name }, Some(packed)) => save::blob(packed, &name),
                _ => Err(out_of_turn()),
            }
        };
        if let Err(message) = exported.await {
            self.library
                .update(|library| library.problem = Some(message));
        }
    }

    /// Keeps the saved gallery that was offered, and shows it.
    pub async fn restore_gallery(&self) -> Result<(), String> {
        let (reply, _) = self.store().await?.call(Request::Restore, &[]).await?;
        let Reply::Writing { id, .. } = reply else {
            return Err(out_of_turn());
        };
        self.list_galleries().await;
        self.drop_offer();
        self.go(Action::Gallery(own::name_of(&id)));
        Ok(())
    }

    /// Takes pictures that were not offered out of a kept gallery, and shows it.
    pub async fn take_out(&self, id: String) -> Result<(), String> {
        let store = self.store().await?;
        let changes = Changes {
            take_out: true,
            ..Changes::default()
        };
        let add = Request::Add {
            id: id.clone(),
            changes,
            previews: 0,
        };
        store.call(add, &[]).await?;
        store.call(Request::Close, &[]).await?;
        self.list_galleries().await;
        self.drop_offer();
        self.close(Action::Show(None));
        self.show_own(&id, true);
        Ok(())
    }

    fn change_library(&self, request: Request) {
        let state = *self;
        self.library.update(|library| library.problem = None);
        spawn_local(async move {
            let changed = async {
                state.store().await?.call(request, &[]).await?;
                Ok::<_, String>(())
            };
            if let Err(message) = changed.await {
                state
                    .library
                    .update(|library| library.problem = Some(message));
            }
            state.list_galleries().await;
        });
    }
}

/// The message for an unexpected answer of the store.
pub(crate) fn out_of_turn() -> String {
    text::library::OUT_OF_TURN.into()
}
