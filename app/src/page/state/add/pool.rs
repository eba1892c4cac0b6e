//! Engines for a gallery being made: as many as wanted, each replaced when it breaks.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use modulens_bundle::Manifest;
use wasm_bindgen::JsValue;

use crate::page::browser::way;
use crate::page::browser::worker::{Engine, Job};
use crate::page::state::network::{start_engine, weights};
use crate::page::state::own_picture::floats;
use crate::protocol::{Backend, Event, Preference, Request, Skipped};

/// How often the same pictures are tried on a new engine after one broke.
const ATTEMPTS: usize = 3;
/// How often a WebGPU engine may break, or not start, before the CPU takes over.
const LOSSES: usize = 2;

/// What one network is run on.
#[derive(Clone, Debug)]
pub(super) struct Pool(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    manifest: Manifest,
    weights: Rc<[u8]>,
    preference: Preference,
    backend: RefCell<Backend>,
    losses: RefCell<usize>,
    slots: Vec<Slot>,
    /// Whether they rest while the visitor is at it.
    gives_way: Cell<bool>,
}

#[derive(Debug, Default)]
struct Slot {
    engine: RefCell<Option<Engine>>,
    starting: futures::lock::Mutex<()>,
}

/// What became of pictures.
#[derive(Debug, Default)]
pub(super) struct Embedded {
    /// Bytes of every picture's thumbnail; 0 for one that could not be read.
    pub lengths: Vec<u32>,
    /// Why those could not be read, by their place among the pictures given.
    pub skipped: Vec<Skipped>,
    /// Features of the others, row-major.
    pub features: Vec<f32>,
    /// Their features and thumbnails as they came, to be handed on.
    pub parts: Vec<JsValue>,
    /// Time the engine took, in milliseconds.
    pub millis: f64,
}

/// Why pictures were not embedded.
enum Failure {
    /// The engine is of no use any more.
    Broken(String),
    /// Nothing that another engine could do better.
    Final(String),
}

impl Pool {
    /// Room for so many engines; none is started yet.
    ///
    /// # Errors
    /// The network's weights cannot be had.
    pub(super) async fn new(
        base: &str,
        manifest: &Manifest,
        (backend, preference): (Backend, Preference),
        workers: usize,
    ) -> Result<Self, String> {
        Ok(Self(Rc::new(Inner {
            weights: weights(base, manifest).await?,
            manifest: manifest.clone(),
            preference,
            backend: RefCell::new(backend),
            losses: RefCell::new(0),
            slots: (0..workers.max(1)).map(|_| Slot::default()).collect(),
            gives_way: Cell::new(false),
        })))
    }

    /// Lets the visitor go first. What is measured must not rest.
    #[must_use]
    pub(super) fn giving_way(self) -> Self {
        self.0.gives_way.set(true);
        self
    }

    /// Number of engines.
    pub(super) fn workers(&self) -> usize {
        self.0.slots.len()
    }

    /// Length of a picture's features.
    pub(super) fn channels(&self) -> usize {
        self.0.manifest.feature_len()
    }

    /// What they run on now.
    pub(super) fn backend(&self) -> Backend {
        *self.0.backend.borrow()
    }

    /// Embeds pictures on one of the engines, on a new one should it break.
    ///
    /// # Errors
    /// No engine can be started, or it breaks again and again.
    pub(super) async fn embed(
        &self,
        worker: usize,
        thumbnail: u32,
        pictures: &[JsValue],
    ) -> Result<Embedded, String> {
        let slot = &self.0.slots[worker % self.0.slots.len()];
        let mut attempt = 1;
        loop {
            let engine = self.engine(slot).await?;
            // The pictures are copied to the engine: should it break, they are needed again.
            let outcome =
                match engine.job_copying(|job| Request::EmbedFiles { job, thumbnail }, pictures) {
                    Ok(job) => listen(job).await,
                    Err(message) => Err(Failure::Broken(message)),
                };
            match outcome {
                Ok(embedded) => return Ok(embedded),
                Err(Failure::Broken(_)) if attempt < ATTEMPTS => {
                    attempt += 1;
                    self.lose(slot, &engine);
                }
                Err(Failure::Broken(message) | Failure::Final(message)) => return Err(message),
            }
        }
    }

    /// The engine of a slot, started if need be.
    async fn engine(&self, slot: &Slot) -> Result<Engine, String> {
        let _alone = slot.starting.lock().await;
        loop {
            if let Some(engine) = slot.engine.borrow().clone() {
                return Ok(engine);
            }
            let (backend, inner) = (self.backend(), &self.0);
            match start_engine(backend, inner.preference, &inner.manifest, &inner.weights).await {
                Ok(started) => {
                    if inner.gives_way.get() {
                        way::add(&started.engine);
                    }
                    *slot.engine.borrow_mut() = Some(started.engine);
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

/// Waits for the end of a job.
async fn listen(mut job: Job) -> Result<Embedded, Failure> {
    let mut embedded = Embedded::default();
    while let Some((event, parts)) = job.next().await {
        match event {
            Event::Pictures { lengths, .. } => {
                embedded.features = floats(&parts).map_err(Failure::Final)?;
                embedded.lengths = lengths;
                embedded.parts = parts;
            }
            Event::Done {
                skipped, millis, ..
            } => {
                embedded.skipped = skipped;
                embedded.millis = millis;
                return Ok(embedded);
            }
            Event::Failed { message, .. } => return Err(Failure::Broken(message)),
            Event::Cancelled { .. } => break,
            _ => {}
        }
    }
    Err(Failure::Broken(
        "the engine ended before it was done".into(),
    ))
}
