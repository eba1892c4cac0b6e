//! Making the gallery: pictures go from the store to the engines, what became of them goes back and is searched.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::FutureExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::caller::Store;
use crate::page::browser::clock;
use crate::page::browser::lanes;
use crate::page::browser::persist;
use crate::page::engine::job::Progress;
use crate::page::engine::loan::Loan;
use crate::page::engine::network::{Network, weights_of};
use crate::page::engine::pool::{Embedded, Given, Pool};
use crate::page::query::action::Action;
use crate::page::state::State;
use crate::page::text;
use crate::store_protocol::{Changes, Plan, Recognised, Reply, Request};
use crate::work::flight;

use super::import_faces::Faceless;
use super::import_job::{Finished, ImportJob, Measured, OfferState, Running};
use super::import_progress::{Batch, ImportProgress};
use super::own;
use super::plan::{PREVIEW, THUMBNAIL};
use super::state::out_of_turn;

/// Pictures that go through an engine together, unless they are large.
const BATCH: usize = 32;
/// Batches on their way to each engine: one is computed while the next is fetched.
const AHEAD: usize = 2;
/// Milliseconds between two looks of a paused import at whether it may go on.
pub(super) const NAP: u32 = 100;

/// The gallery to be made.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// A new gallery.
    New {
        /// Its title.
        title: String,
        /// Name of the network, which is that of its gallery if it has one.
        network: String,
    },
    /// One that is kept and gets the pictures it does not have.
    Add {
        /// The store's id.
        id: String,
        /// Its title.
        title: String,
        /// Name of the network, which is that of its gallery if it has one.
        network: String,
        /// The changes to make.
        changes: Changes,
    },
    /// One that was begun.
    Resume {
        /// The store's id.
        id: String,
        /// Its title.
        title: String,
        /// Name of the network, which is that of its gallery if it has one.
        network: String,
    },
}

/// Everything the lanes of one import job share.
#[derive(Clone)]
struct Work {
    turn: u32,
    id: String,
    store: Store,
    pool: Pool,
    progress: Rc<RefCell<ImportProgress>>,
    /// True if the pictures are added to a gallery that was there.
    adds: bool,
    /// Pictures that others replace: the new one, and the one it replaces.
    replaced: Rc<Vec<(usize, usize)>>,
    /// Files in which no face was found, and the names of the first few.
    faceless: Rc<Faceless>,
    /// True as long as larger previews are made.
    previews: Rc<Cell<bool>>,
}

impl Work {
    /// The pictures that are not shown any more once `count` pictures from `first` on are there.
    fn replaced_by(&self, first: usize, count: usize) -> impl Iterator<Item = usize> + '_ {
        let new = first..first + count;
        let replaced = self.replaced.iter().copied();
        replaced.filter_map(move |(image, old)| new.contains(&image).then_some(old))
    }
}

impl State {
    /// Makes the gallery that was offered: of the faces in the images if `cut` is true, with larger previews of so many
    /// bytes.
    pub fn make_gallery(
        &self,
        order: Order,
        measured: &Measured,
        recognised: Recognised,
        cut: bool,
        previews: u64,
    ) {
        let state = *self;
        let title = match &order {
            Order::New { title, .. } | Order::Add { title, .. } | Order::Resume { title, .. } => {
                title.clone()
            }
        };
        let turn = self.next_import();
        self.import_job.set(ImportJob::Running(Running {
            id: String::new(),
            title,
            progress: Progress::default(),
            looking: cut && !recognised.cut,
            skipped: 0,
            paused: false,
            problem: None,
            backend: measured.backend,
            workers: measured.workers,
        }));
        self.offer.set(OfferState::Nothing);
        self.close(Action::Show(None));
        let (backend, workers) = (measured.backend, measured.workers);
        spawn_local(async move {
            let preference = state.view.with_untracked(|view| view.backend);
            let begun = async {
                let (order, faceless) = state.settle_faces(turn, order, recognised, cut).await?;
                let begun = state.begin(turn, (order, previews), (backend, preference), workers);
                Ok::<_, String>(Work {
                    faceless: Rc::new(faceless),
                    ..begun.await?
                })
            };
            match begun.await {
                Ok(work) => state.work(work).await,
                Err(message) => state.end(turn, Some(message)),
            }
        });
    }

    /// Makes the gallery wait, or go on.
    pub fn pause_import(&self, paused: bool) {
        self.import_job.update(|import_job| {
            if let ImportJob::Running(running) = import_job {
                running.paused = paused;
                running.problem = None;
            }
        });
    }

    /// Ends the import job early; what is done is kept.
    pub fn stop_import(&self) {
        if !self.import_job.with_untracked(ImportJob::is_running) {
            return;
        }
        let turn = self.import_turn.get_value();
        self.end(turn, None);
        let state = *self;
        self.next_import();
        spawn_local(async move {
            // What cannot be made safe now is made again when the gallery is gone on with.
            if let Ok(store) = state.store().await {
                store.call(Request::Close, &[]).await.ok();
            }
            state.list_galleries().await;
        });
    }

    /// Forgets how the last import job ended.
    pub fn dismiss_import(&self) {
        if !self.import_job.with_untracked(ImportJob::is_running) {
            self.import_job.set(ImportJob::Nothing);
        }
    }

    /// Begins or resumes in the store, gets the engines ready, and shows the gallery.
    async fn begin(
        &self,
        turn: u32,
        (order, previews): (Order, u64),
        engine: (crate::protocol::Backend, crate::protocol::Preference),
        workers: usize,
    ) -> Result<Work, String> {
        persist::persist();
        let store = self.store().await?;
        let (Order::New { network, .. }
        | Order::Add { network, .. }
        | Order::Resume { network, .. }) = &order;
        let base = self.network_base(network).await?;
        let manifest = Network::manifest(&base).await?;
        let pool = Pool::new(&store, &base, &manifest, engine, workers)
            .await?
            .giving_way();
        let request = match order {
            Order::Resume { id, .. } => Request::Resume { id, previews },
            Order::Add { id, changes, .. } => Request::Add {
                id,
                changes,
                previews,
            },
            Order::New { title, network } => {
                let plan = Plan {
                    title,
                    network,
                    weights: weights_of(&manifest),
                    channels: manifest.feature_len(),
                    input: manifest.input,
                    thumbnail: THUMBNAIL,
                    tasks: manifest.tasks,
                };
                Request::Begin { plan, previews }
            }
        };
        let (reply, _) = store.call(request, &[]).await?;
        let Reply::Writing {
            id,
            done,
            total,
            first,
            replaced,
        } = reply
        else {
            return Err(out_of_turn());
        };
        if self.import_is_over(turn) {
            store.call(Request::Close, &[]).await.ok();
            return Err(text::library::ENDED_EARLY.into());
        }
        self.list_galleries().await;
        let progress = ImportProgress::new(first, done, total, clock::now());
        self.import_job.update(|import_job| {
            if let ImportJob::Running(running) = import_job {
                running.id.clone_from(&id);
                running.progress.done = done - first;
                running.progress.total = total - first;
            }
        });
        let adds = first > 0;
        self.show_own(&id, adds);
        Ok(Work {
            turn,
            id,
            store,
            pool,
            progress: Rc::new(RefCell::new(progress)),
            adds,
            replaced: Rc::new(replaced),
            faceless: Rc::default(),
            previews: Rc::new(Cell::new(previews > 0)),
        })
    }

    /// Shows an own gallery; one that is shown already is opened anew if it has `changed`.
    pub(super) fn show_own(&self, id: &str, changed: bool) {
        let name = own::name_of(id);
        let is_shown = self.shown.get_untracked().as_ref() == Some(&name);
        if is_shown && changed {
            self.retry();
        } else {
            self.go(Action::Gallery(name));
        }
    }

    /// Runs all lanes to their end.
    async fn work(&self, work: Work) {
        let count = work.pool.workers() * AHEAD;
        let lane = async |lane| {
            self.lane(&work, lane).await;
            Ok(())
        };
        // A lane that fails says so by the progress.
        lanes::run((0..count).map(|at| lane(at).boxed_local()).collect())
            .await
            .ok();
        if self.import_is_over(work.turn) {
            return;
        }
        let failed = work.progress.borrow_mut().failed.take();
        if let Some(message) = failed {
            self.end(work.turn, Some(message));
            return;
        }
        let closed = work.store.call(Request::Close, &[]).await;
        if self.import_is_over(work.turn) {
            return;
        }
        if let Err(refusal) = closed {
            self.end(work.turn, Some(refusal.message));
            return;
        }
        let finished = {
            let reached = work.progress.borrow();
            let example = reached.skipped.first();
            Finished {
                id: work.id.clone(),
                title: self.title_of(&work.id),
                added: work.adds,
                faceless: work.faceless.files,
                faceless_names: work.faceless.first.clone(),
                images: reached.embedded(),
                skipped: reached.skipped.len(),
                example: example
                    .map(|skipped| text::library::skipped_example(&skipped.index, &skipped.why)),
                millis: reached.millis,
            }
        };
        self.import_job.set(ImportJob::Finished(finished));
        self.list_galleries().await;
        self.catch_up(&work.id);
    }

    /// One batch after the other. Where one lane fails, all stop: what the others still made would wait for the
    /// missing pictures for ever, and they for room on the way.
    async fn lane(&self, work: &Work, lane: usize) {
        let Err(message) = self.parcels(work, lane).await else {
            return;
        };
        let first = work.progress.borrow().failed.is_none();
        if first && !self.import_is_over(work.turn) {
            work.progress.borrow_mut().failed = Some(message);
            work.store.call(Request::Close, &[]).await.ok();
        }
    }

    async fn parcels(&self, work: &Work, lane: usize) -> Result<(), String> {
        loop {
            self.wait_while_paused(work).await;
            if self.import_is_over(work.turn) || work.progress.borrow().failed.is_some() {
                return Ok(());
            }
            let lent = Loan::ask(&work.store, Request::Feed { count: BATCH }).await?;
            let Some(&first) = lent.images.first() else {
                return Ok(());
            };
            // It may have waited for room for a while.
            if self.import_is_over(work.turn) || work.progress.borrow().failed.is_some() {
                return Ok(());
            }
            let worker = flight::engine(lane, work.pool.workers(), lent.decoding);
            let given = Given {
                loan: &lent,
                places: 0..lent.images.len(),
                preview: if work.previews.get() { PREVIEW } else { 0 },
                keep: true,
            };
            let embedded = work.pool.embed(worker, THUMBNAIL, given).await?;
            // There is room for others.
            drop(lent);
            if self.import_is_over(work.turn) {
                return Ok(());
            }
            self.take_in(work, first, embedded).await?;
        }
    }

    /// Sees to it that a batch is kept, and lets it be searched.
    async fn take_in(&self, work: &Work, first: usize, embedded: Embedded) -> Result<(), String> {
        let Embedded {
            lengths,
            mut skipped,
            features,
            previews_full,
            mut refused,
            ..
        } = embedded;
        for skipped in &mut skipped {
            skipped.index += first;
        }
        let count = lengths.len();
        let batch = Batch::new(first, &lengths, &features, work.pool.channels());
        work.previews.set(work.previews.get() && !previews_full);
        // The store has taken the pictures in even where it had no room for them: once there is some, it tries again.
        while let Some(refusal) = refused {
            if !refusal.full || self.import_is_over(work.turn) {
                return Err(refusal.message);
            }
            self.hold(work, refusal.message);
            self.wait_while_paused(work).await;
            refused = work.store.call(Request::Retry, &[]).await.err();
        }
        if self.import_is_over(work.turn) {
            return Ok(());
        }
        let ready = work
            .progress
            .borrow_mut()
            .take(first, count, batch, skipped);
        for (first, batch) in ready {
            let count = batch.rows.len() / work.pool.channels().max(1);
            let replaced = work.replaced_by(first, count);
            let hidden: Vec<usize> = batch.unreadable.into_iter().chain(replaced).collect();
            self.grow(&work.id, first, &batch.rows, &hidden);
        }
        self.report(work);
        Ok(())
    }

    /// Shows how far it is, a few times per second.
    fn report(&self, work: &Work) {
        let mut current = work.progress.borrow_mut();
        let Some(progress) = current.due(clock::now()) else {
            return;
        };
        let (skipped, backend) = (current.skipped.len(), work.pool.backend());
        drop(current);
        self.import_job.update(|import_job| {
            if let ImportJob::Running(running) = import_job {
                running.progress = progress;
                running.skipped = skipped;
                running.backend = backend;
            }
        });
    }

    /// Makes the gallery wait because of something the visitor can mend.
    fn hold(&self, work: &Work, problem: String) {
        if self.import_is_over(work.turn) {
            return;
        }
        self.import_job.update(|import_job| {
            if let ImportJob::Running(running) = import_job {
                running.paused = true;
                running.problem = Some(problem);
            }
        });
    }

    async fn wait_while_paused(&self, work: &Work) {
        let paused = || {
            self.import_job.with_untracked(
                |import_job| matches!(import_job, ImportJob::Running(running) if running.paused),
            )
        };
        while paused() && !self.import_is_over(work.turn) && work.progress.borrow().failed.is_none()
        {
            clock::sleep(NAP).await;
            // Waiting is no work.
            work.progress.borrow_mut().rest(clock::now());
        }
    }

    /// Shows that the import job ended early.
    fn end(&self, turn: u32, problem: Option<String>) {
        if self.import_is_over(turn) {
            return;
        }
        self.import_job.update(|import_job| {
            if let ImportJob::Running(running) = import_job {
                *import_job = ImportJob::Stopped {
                    id: running.id.clone(),
                    title: running.title.clone(),
                    done: running.progress.done,
                    total: running.progress.total,
                    problem,
                };
            }
        });
        let state = *self;
        spawn_local(async move { state.list_galleries().await });
    }

    fn title_of(&self, id: &str) -> String {
        self.library
            .with_untracked(|library| library.find(id).map(|kept| kept.title.clone()))
            .unwrap_or_default()
    }

    fn next_import(&self) -> u32 {
        self.import_turn.update_value(|turn| *turn += 1);
        self.import_turn.get_value()
    }

    pub(super) fn import_is_over(&self, turn: u32) -> bool {
        self.import_turn.get_value() != turn
    }
}
