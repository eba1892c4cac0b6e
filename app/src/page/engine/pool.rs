//! Engines for a gallery being made: as many as wanted, each replaced when it breaks; a picture that breaks every one
//! is left out.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use js_sys::{Float32Array, Uint8Array};
use modulens_bundle::Manifest;
use wasm_bindgen::JsValue;

use crate::page::browser::caller::{Answers, Engine, Parts};
use crate::page::browser::input_throttle;
use crate::page::text;
use crate::protocol::{Backend, Embedding, Frame, Preference, Reply, Request, Skipped};

use super::culprit::Search;
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a> {
    /// The encoded files.
    pub pictures: &'a [JsValue],
    /// Longest side of a larger preview of each, in pixels; 0 for none.
    pub preview: u32,
    /// The frame of the portrait to cut out of each; none where they are taken whole.
    pub frames: &'a [Frame],
}

impl Given<'_> {
    /// Some of them.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        Self {
            pictures: &self.pictures[range.clone()],
            preview: self.preview,
            frames: self.frames.get(range).unwrap_or_default(),
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
    /// The part of each preview that the picture is, where they show more.
    pub shares: Vec<Frame>,
    /// The reasons of those that could not be read, by their place among the pictures given.
    pub skipped: Vec<Skipped>,
    /// Features of the others, row-major.
    pub features: Vec<f32>,
    /// Their features, thumbnails and previews as they came, to be handed on.
    pub parts: Vec<JsValue>,
    /// Time the engine took, in milliseconds.
    pub millis: f64,
}

/// The reason that pictures were not embedded.
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
    pub(crate) async fn new(
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
        match send(&engine, thumbnail, given).await {
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
            (Embedded::default(), Search::new(given.pictures.len()), None);
        let (mut thumbnails, mut previews) = (Vec::new(), Vec::new());
        while let Some(range) = search.next() {
            let using = match engine.take() {
                Some(engine) => engine,
                None => self.start().await?,
            };
            match send(&using, thumbnail, given.part(range.clone())).await {
                Ok(embedded) => {
                    thumbnails.extend(bytes(embedded.parts.get(1)));
                    previews.extend(bytes(embedded.parts.get(2)));
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
                        all.leave_out(&message, !given.frames.is_empty());
                    }
                }
            }
        }
        all.parts = vec![
            Float32Array::from(all.features.as_slice()).buffer().into(),
            Uint8Array::from(thumbnails.as_slice()).buffer().into(),
            Uint8Array::from(previews.as_slice()).buffer().into(),
        ];
        Ok(all)
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
    /// Adds what became of the pictures that follow; their parts are left to the caller.
    fn append(&mut self, next: Self) {
        let before = self.lengths.len();
        self.lengths.extend(next.lengths);
        self.previews.extend(next.previews);
        self.shares.extend(next.shares);
        self.features.extend(next.features);
        self.millis += next.millis;
        self.skipped
            .extend(next.skipped.into_iter().map(|skipped| Skipped {
                index: before + skipped.index,
                ..skipped
            }));
    }

    /// Adds a picture that breaks the engine.
    fn leave_out(&mut self, message: &str, has_frames: bool) {
        self.skipped.push(Skipped {
            index: self.lengths.len(),
            why: text::engine::breaks_engine(&message),
        });
        self.lengths.push(0);
        self.previews.push(0);
        if has_frames {
            self.shares.push(Frame::default());
        }
    }
}

/// Has an engine embed pictures. They are copied to it: should it break, they are needed again.
async fn send(engine: &Engine, thumbnail: u32, given: Given<'_>) -> Result<Embedded, Failure> {
    let request = Request::EmbedFiles {
        thumbnail,
        preview: given.preview,
        frames: given.frames.to_vec(),
    };
    match engine.ask(request, Parts::Copied(given.pictures)) {
        Ok(job) => listen(job).await,
        Err(message) => Err(Failure::Broken(message)),
    }
}

/// The bytes of a part.
fn bytes(part: Option<&JsValue>) -> Vec<u8> {
    part.map(|part| Uint8Array::new(part).to_vec())
        .unwrap_or_default()
}

/// Waits for the end of a job.
async fn listen(mut job: Answers<Embedding>) -> Result<Embedded, Failure> {
    let mut embedded = Embedded::default();
    while let Some(answer) = job.next().await {
        let (reply, parts) = answer.map_err(|refusal| Failure::Broken(refusal.message))?;
        match reply {
            Reply::Pictures {
                lengths,
                previews,
                shares,
                ..
            } => {
                embedded.features = floats(&parts).map_err(Failure::Final)?;
                embedded.lengths = lengths;
                embedded.previews = previews;
                embedded.shares = shares;
                embedded.parts = parts;
            }
            Reply::Done {
                skipped, millis, ..
            } => {
                embedded.skipped = skipped;
                embedded.millis = millis;
                return Ok(embedded);
            }
            Reply::Cancelled => break,
            _ => {}
        }
    }
    Err(Failure::Broken(text::problems::ENGINE_ENDED.into()))
}
