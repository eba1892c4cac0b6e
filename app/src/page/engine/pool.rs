//! Engines for a gallery being made: as many as wanted, each replaced when it breaks; a picture that breaks every one
//! is left out.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use modulens_bundle::Manifest;

use crate::caller::{Answers, Engine, Store};
use crate::calls::Refusal;
use crate::page::browser::input_throttle;
use crate::page::text;
use crate::protocol::{Backend, Embedding, Preference, Reply, Request, Skipped};
use crate::store_protocol;

use super::culprit::Search;
use super::loan::{Loan, connect, unless_broken};
use super::network::{start_engine, weights};
use super::own_picture::floats;

/// After so many pictures in a row that each broke an engine it is not the pictures that are at fault.
const HOPELESS: usize = 16;
/// Number of times a WebGPU engine may break, or not start, before the CPU takes over.
const LOSSES: usize = 2;

/// The device that a network runs on.
#[derive(Clone, Debug)]
pub(crate) struct Pool(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    manifest: Manifest,
    weights: Rc<[u8]>,
    preference: Preference,
    backend: RefCell<Backend>,
    losses: RefCell<usize>,
    slots: Vec<Slot>,
    /// Pictures in a row that broke an engine.
    faults: Cell<usize>,
    /// True if the engines rest while the visitor gives input.
    gives_way: Cell<bool>,
}

#[derive(Debug, Default)]
struct Slot {
    engine: RefCell<Option<Engine>>,
    starting: futures::lock::Mutex<()>,
}

/// Pictures to embed.
#[derive(Clone, Debug)]
pub(crate) struct Given<'a> {
    /// The files.
    pub loan: &'a Loan,
    /// The places of those to embed among them.
    pub places: Range<usize>,
    /// Longest side of a larger preview of each, in pixels; 0 for none.
    pub preview: u32,
    /// True if the store is to keep them.
    pub keep: bool,
}

impl Given<'_> {
    /// Some of them.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let from = self.places.start;
        Self {
            loan: self.loan,
            places: from + range.start..from + range.end,
            preview: self.preview,
            keep: self.keep,
        }
    }
}

/// The result of embedding some pictures.
#[derive(Debug, Default)]
pub(crate) struct Embedded {
    /// Bytes of every picture's thumbnail; 0 for one that could not be read.
    pub lengths: Vec<u32>,
    /// Bytes of every picture's preview; 0 where there is none.
    pub previews: Vec<u32>,
    /// The reasons of those that could not be read, by their place among the pictures given.
    pub skipped: Vec<Skipped>,
    /// Features of the others, row-major.
    pub features: Vec<f32>,
    /// Time the engine took, in milliseconds.
    pub millis: f64,
    /// True if the store keeps no further preview.
    pub previews_full: bool,
    /// The reason that the store could not make safe what it took in.
    pub refused: Option<Refusal>,
}

/// The reason that an engine did not do its job.
pub(super) enum Failure {
    /// The engine is of no use any more.
    Broken(String),
    /// Nothing that another engine could do better.
    Final(String),
}

impl Pool {
    /// Room for so many engines that take files from the store; none is started yet.
    ///
    /// # Errors
    /// The network's weights cannot be had.
    pub(crate) async fn new(
        store: &Store,
        base: &str,
        manifest: &Manifest,
        (backend, preference): (Backend, Preference),
        workers: usize,
    ) -> Result<Self, String> {
        Ok(Self(Rc::new(Inner {
            store: store.clone(),
            weights: weights(base, manifest).await?,
            manifest: manifest.clone(),
            preference,
            backend: RefCell::new(backend),
            losses: RefCell::new(0),
            slots: (0..workers.max(1)).map(|_| Slot::default()).collect(),
            faults: Cell::new(0),
            gives_way: Cell::new(false),
        })))
    }

    /// Lets the visitor go first. What is measured must not rest.
    #[must_use]
    pub(crate) fn giving_way(self) -> Self {
        self.0.gives_way.set(true);
        self
    }

    /// Number of engines.
    pub(crate) fn workers(&self) -> usize {
        self.0.slots.len()
    }

    /// Length of a picture's features.
    pub(crate) fn channels(&self) -> usize {
        self.0.manifest.feature_len()
    }

    /// The device that the engines run on now.
    pub(crate) fn backend(&self) -> Backend {
        *self.0.backend.borrow()
    }

    /// Embeds pictures on one of the engines. Should it break, the picture that is at fault is searched for and counts
    /// as one that cannot be read.
    ///
    /// # Errors
    /// No engine can be started, or too many break.
    pub(crate) async fn embed(
        &self,
        worker: usize,
        thumbnail: u32,
        given: Given<'_>,
    ) -> Result<Embedded, String> {
        let slot = &self.0.slots[worker % self.0.slots.len()];
        let engine = self.engine(slot).await?;
        match self.send(&engine, thumbnail, &given).await {
            Ok(embedded) => {
                self.0.faults.set(0);
                Ok(embedded)
            }
            Err(Failure::Final(message)) => Err(message),
            Err(Failure::Broken(_)) => {
                self.lose(slot, &engine);
                drop(engine);
                self.search(thumbnail, given).await
            }
        }
    }

    /// Embeds pictures among which one may break the engine, on engines that nobody else uses.
    async fn search(&self, thumbnail: u32, given: Given<'_>) -> Result<Embedded, String> {
        let (mut all, mut search, mut engine) =
            (Embedded::default(), Search::new(given.places.len()), None);
        while let Some(range) = search.next() {
            let using = match engine.take() {
                Some(engine) => engine,
                None => self.start().await?,
            };
            let part = given.part(range.clone());
            match self.send(&using, thumbnail, &part).await {
                Ok(embedded) => {
                    all.append(embedded);
                    search.held();
                    self.0.faults.set(0);
                    engine = Some(using);
                }
                Err(Failure::Final(message)) => return Err(message),
                Err(Failure::Broken(message)) => {
                    self.count_loss();
                    if search.broke().is_some() {
                        self.0.faults.set(self.0.faults.get() + 1);
                        if self.0.faults.get() >= HOPELESS {
                            return Err(message);
                        }
                        all.append(self.leave_out(&message, &part).await);
                    }
                }
            }
        }
        Ok(all)
    }

    /// Leaves a picture out that breaks the engine.
    async fn leave_out(&self, message: &str, given: &Given<'_>) -> Embedded {
        let why = text::engine::breaks_engine(&message);
        let mut left_out = Embedded {
            lengths: vec![0],
            previews: vec![0],
            ..Embedded::default()
        };
        if given.keep {
            let leave_out = store_protocol::Request::LeaveOut {
                loan: given.loan.number,
                place: given.places.start,
                why: why.clone(),
            };
            left_out.refused = self.0.store.call(leave_out, &[]).await.err();
        }
        left_out.skipped.push(Skipped { index: 0, why });
        left_out
    }

    /// Has an engine embed pictures.
    async fn send(
        &self,
        engine: &Engine,
        thumbnail: u32,
        given: &Given<'_>,
    ) -> Result<Embedded, Failure> {
        let request = Request::EmbedFiles {
            lent: Some(given.loan.part(given.places.start, given.places.len())),
            frames: Vec::new(),
            thumbnail,
            preview: given.preview,
            keep: given.keep,
        };
        match engine.ask(request, &[]) {
            Ok(job) => unless_broken(&self.0.store, listen(job))
                .await
                .map_err(Failure::Final)?,
            Err(message) => Err(Failure::Broken(message)),
        }
    }

    /// The engine of a slot, started if need be.
    async fn engine(&self, slot: &Slot) -> Result<Engine, String> {
        let _alone = slot.starting.lock().await;
        let running = slot.engine.borrow().clone();
        if let Some(running) = running.filter(|running| !running.is_broken()) {
            return Ok(running);
        }
        let engine = self.start().await?;
        *slot.engine.borrow_mut() = Some(engine.clone());
        Ok(engine)
    }

    /// A new engine.
    async fn start(&self) -> Result<Engine, String> {
        loop {
            let (backend, inner) = (self.backend(), &self.0);
            match start_engine(backend, inner.preference, &inner.manifest, &inner.weights).await {
                Ok(started) => {
                    connect(&started.engine, &inner.store);
                    if inner.gives_way.get() {
                        input_throttle::add(&started.engine);
                    }
                    return Ok(started.engine);
                }
                // Where WebGPU does not start, the CPU does. A device lost while it starts is a loss like any other.
                Err(_) if backend == Backend::Webgpu => self.count_loss(),
                Err(message) => return Err(message),
            }
        }
    }

    /// Parts with an engine that broke, unless another has taken its place already.
    fn lose(&self, slot: &Slot, engine: &Engine) {
        let is_there = |known: &Engine| engine.downgrade().is(known);
        if slot.engine.borrow().as_ref().is_some_and(is_there) {
            *slot.engine.borrow_mut() = None;
            self.count_loss();
        }
    }

    fn count_loss(&self) {
        let mut losses = self.0.losses.borrow_mut();
        *losses += 1;
        if *losses >= LOSSES {
            *self.0.backend.borrow_mut() = Backend::Cpu;
        }
    }
}

impl Embedded {
    /// Adds what became of the pictures that follow.
    fn append(&mut self, next: Self) {
        let before = self.lengths.len();
        self.lengths.extend(next.lengths);
        self.previews.extend(next.previews);
        self.features.extend(next.features);
        self.millis += next.millis;
        self.skipped
            .extend(next.skipped.into_iter().map(|skipped| Skipped {
                index: before + skipped.index,
                ..skipped
            }));
        self.previews_full |= next.previews_full;
        self.refused = next.refused.or(self.refused.take());
    }
}

/// Waits for the end of a job.
async fn listen(mut job: Answers<Embedding>) -> Result<Embedded, Failure> {
    let (mut embedded, mut refused) = (None::<Embedded>, None);
    let ended = || Failure::Broken(text::problems::ENGINE_ENDED.into());
    while let Some(answer) = job.next().await {
        let (reply, parts) = answer.map_err(|refusal| Failure::Broken(refusal.message))?;
        match reply {
            Reply::Pictures {
                lengths, previews, ..
            } => {
                embedded = Some(Embedded {
                    features: floats(&parts).map_err(Failure::Final)?,
                    lengths,
                    previews,
                    ..Embedded::default()
                });
            }
            Reply::Kept { previews_full } => {
                if let Some(embedded) = &mut embedded {
                    embedded.previews_full = previews_full;
                }
            }
            Reply::Refused(refusal) => refused = Some(refusal),
            Reply::Done {
                skipped, millis, ..
            } => {
                return match (embedded, refused) {
                    (Some(embedded), refused) => Ok(Embedded {
                        skipped,
                        millis,
                        refused,
                        ..embedded
                    }),
                    (None, Some(refusal)) => Err(Failure::Final(refusal.message)),
                    (None, None) => Err(ended()),
                };
            }
            Reply::Cancelled => break,
            _ => {}
        }
    }
    Err(ended())
}
