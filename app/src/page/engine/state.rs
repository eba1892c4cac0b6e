//! The engine: chosen early, started only when there is something to embed.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use crate::adapter::{self, Probe};
use crate::caller::{Engine, WeakEngine};
use crate::calls::CallId;
use crate::page::browser::clock;
use crate::page::browser::dom;
use crate::page::browser::input_throttle;
use crate::page::shell::gallery::GalleryData;
use crate::page::state::State;
use crate::page::text;
use crate::protocol::Backend;

use super::backend::{Choice, choose};
use super::job;
use super::network::{Started, start_engine, weights};

/// Milliseconds from the first results to the question which engine the browser has.
const LATER: u32 = 100;

/// The state of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineState {
    /// The browser has not been asked yet.
    Unknown,
    /// Chosen, and not started: nothing was to be embedded so far.
    Chosen(Choice),
    /// Being fetched and started.
    Starting(Choice),
    /// At work, or ready for it.
    Running {
        /// The choice and its reason.
        choice: Choice,
        /// The adapter's own words, where there is one.
        adapter: Option<String>,
        /// Time to prepare the backend and the network.
        millis: f64,
        /// Number of workers.
        workers: usize,
    },
    /// Neither engine starts.
    Failed(String),
}

/// The running workers, and the jobs they can be asked to end.
#[derive(Debug, Default)]
pub struct Engines {
    /// The workers, all with the same network.
    pub workers: Vec<Engine>,
    /// The jobs of embedding the gallery.
    pub jobs: Vec<(Engine, CallId)>,
    /// The browser's description of its adapter.
    probe: Option<Probe>,
    /// One start at a time: who comes second waits for the first and finds the worker there.
    starting: Rc<futures::lock::Mutex<()>>,
    /// The weights, fetched once for all workers.
    weights: Rc<RefCell<Option<Rc<[u8]>>>>,
    /// The error of the WebGPU engine that could not start.
    refused: Option<String>,
    /// The number of times a WebGPU engine broke.
    losses: usize,
}

impl EngineState {
    /// The state without any running worker.
    #[must_use]
    pub fn idle(&self) -> Self {
        match self {
            Self::Chosen(choice) | Self::Starting(choice) | Self::Running { choice, .. } => {
                Self::Chosen(choice.clone())
            }
            Self::Unknown | Self::Failed(_) => Self::Unknown,
        }
    }
}

impl State {
    /// Chooses an engine once the first results are there, and again when the visitor asks for another.
    pub(crate) fn keep_engine_choice(&self) {
        let state = *self;
        let preference = Memo::new(move |_| state.view.with(|view| view.backend));
        let ready = Memo::new(move |_| state.open().answer.with(Option::is_some));
        Effect::new(move |before: Option<_>| {
            let preference = preference.get();
            if !ready.get() {
                return before.flatten();
            }
            if before.flatten().is_some_and(|before| before != preference) {
                state.stop_embedding();
                state.open_now().engines.set_value(Engines::default());
                state.engine.set(EngineState::Unknown);
            }
            state.open_now().spawn(async move {
                // Asking for an adapter takes a while: what was found is drawn first.
                clock::sleep(LATER).await;
                state.choice().await;
            });
            Some(preference)
        });
    }

    /// The engine to start, as far as that is known now.
    pub(crate) async fn choice(&self) -> Choice {
        let probe = match self
            .open_now()
            .engines
            .with_value(|engines| engines.probe.clone())
        {
            Some(probe) => probe,
            None => {
                let probe = match dom::window() {
                    Some(window) => adapter::probe(&window.navigator()).await,
                    None => Probe::Missing,
                };
                self.open_now()
                    .engines
                    .update_value(|engines| engines.probe = Some(probe.clone()));
                probe
            }
        };
        let preference = self.view.with_untracked(|view| view.backend);
        let refused = self
            .open_now()
            .engines
            .with_value(|engines| engines.refused.clone());
        let choice = choose(preference, &probe, refused.as_deref());
        self.engine.update(|engine| {
            if matches!(engine, EngineState::Unknown) {
                *engine = EngineState::Chosen(choice.clone());
            }
        });
        choice
    }

    /// The number of workers that a whole gallery should be spread over.
    pub(crate) async fn workers_wanted(&self) -> usize {
        match self.choice().await.backend {
            Backend::Cpu => job::workers(dom::cores()),
            Backend::Webgpu => 1,
        }
    }

    /// Running workers, at least `wanted` of them. Falls back to the CPU where WebGPU does not start.
    ///
    /// # Errors
    /// What went wrong, in a sentence.
    pub(crate) async fn running(&self, wanted: usize) -> Result<Vec<Engine>, String> {
        let lock = self
            .open_now()
            .engines
            .with_value(|engines| Rc::clone(&engines.starting));
        let _alone = lock.lock().await;
        loop {
            let workers = self
                .open_now()
                .engines
                .with_value(|engines| engines.workers.clone());
            if workers.len() >= wanted {
                return Ok(workers);
            }
            let choice = self.choice().await;
            if workers.is_empty() {
                self.engine.set(EngineState::Starting(choice.clone()));
            }
            if let Err(message) = self.start_one(&choice).await {
                match choice.backend {
                    Backend::Webgpu => {
                        self.open_now()
                            .engines
                            .update_value(|engines| engines.refused = Some(message));
                        self.engine.set(EngineState::Unknown);
                    }
                    // Fewer workers than wished for are no reason to give up.
                    Backend::Cpu if !workers.is_empty() => return Ok(workers),
                    Backend::Cpu => {
                        self.engine.set(EngineState::Failed(message.clone()));
                        return Err(message);
                    }
                }
            }
        }
    }

    /// Starts one more worker.
    async fn start_one(&self, choice: &Choice) -> Result<(), String> {
        let data = self.data_now().ok_or(text::engine::NO_NETWORK)?;
        let weights = self.weights(&data).await?;
        let preference = self.view.with_untracked(|view| view.backend);
        let Started {
            engine,
            backend,
            adapter,
            why,
            millis,
        } = start_engine(choice.backend, preference, &data.manifest, &weights).await?;
        let (state, worker, chosen) = (*self, engine.downgrade(), choice.backend);
        let breakage = engine.breakage();
        self.open_now().spawn(async move {
            if let Some(message) = breakage.await {
                state.give_up(&worker, chosen, message);
            }
        });
        input_throttle::add(&engine);
        let workers = self.open_now().engines.try_update_value(|engines| {
            engines.workers.push(engine);
            engines.workers.len()
        });
        let why = if why.is_empty() {
            choice.why.clone()
        } else {
            why
        };
        let refused = self
            .open_now()
            .engines
            .with_value(|engines| engines.refused.is_some());
        self.engine.set(EngineState::Running {
            choice: Choice {
                backend,
                // The engine does not know what was tried before it.
                why: if refused { choice.why.clone() } else { why },
            },
            adapter,
            millis,
            workers: workers.unwrap_or(1),
        });
        Ok(())
    }

    /// Parts with a worker that broke (a lost graphics device, say). The next job starts another one; a WebGPU
    /// that breaks a second time is not tried again.
    fn give_up(&self, worker: &WeakEngine, backend: Backend, message: String) {
        self.open_now().engines.update_value(|engines| {
            engines.workers.retain(|known| !worker.is(known));
            if backend == Backend::Webgpu {
                engines.losses += 1;
                if engines.losses > 1 {
                    engines.refused = Some(message);
                }
            }
        });
        if self
            .open_now()
            .engines
            .with_value(|engines| engines.workers.is_empty())
        {
            self.engine.set(EngineState::Unknown);
            let state = *self;
            self.open_now().spawn(async move {
                state.choice().await;
            });
        }
    }

    /// The network's weights, checked.
    async fn weights(&self, data: &GalleryData) -> Result<Rc<[u8]>, String> {
        let kept = self
            .open_now()
            .engines
            .with_value(|engines| Rc::clone(&engines.weights));
        if let Some(weights) = kept.borrow().clone() {
            return Ok(weights);
        }
        let weights = weights(&data.network_base, &data.manifest).await?;
        *kept.borrow_mut() = Some(Rc::clone(&weights));
        Ok(weights)
    }
}
