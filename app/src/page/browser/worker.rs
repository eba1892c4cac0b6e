//! One engine worker: its start, and its jobs.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Event as DomEvent, MessageEvent, Worker};

use crate::page::text;
use crate::protocol::{Backend, Event, JobId, Request};
use crate::wire;

use super::spawn::{complaint, spawn};

/// An event of the engine with its parts.
pub type Incoming = (Event, Vec<JsValue>);

/// A running engine. Clones speak to the same worker, which ends when the last one is dropped.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

/// Knows an engine without keeping it alive.
#[derive(Clone, Debug)]
pub struct WeakEngine(Weak<Inner>);

struct Inner {
    worker: Worker,
    routes: Routes,
    next_job: Cell<JobId>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(DomEvent)>,
}

/// The receivers of events: those of a job go to its listener, all others to the one of `None`.
type Routes = Rc<RefCell<HashMap<Option<JobId>, UnboundedSender<Incoming>>>>;

/// An engine that is ready.
#[derive(Debug)]
pub struct Started {
    /// The engine.
    pub engine: Engine,
    /// The backend it reported.
    pub ready: Ready,
    /// Time to prepare the network.
    pub load_millis: f64,
    /// Its later events that belong to no job.
    pub control: Control,
}

/// Events that belong to no job.
#[derive(Debug)]
pub struct Control(UnboundedReceiver<Incoming>);

/// The events of one job, until its last one.
#[derive(Debug)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    events: UnboundedReceiver<Incoming>,
}

/// The report of an engine that is ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    /// The backend that runs the network.
    pub backend: Backend,
    /// The adapter's own words.
    pub adapter: Option<String>,
    /// The reason for this backend.
    pub why: String,
    /// Time to prepare the backend.
    pub millis: f64,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("next_job", &self.0.next_job)
            .finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Engine {
    /// Starts a worker, its backend and its network.
    ///
    /// `load` is the [`Request::Load`] and `weights` its part, which is moved to the worker.
    ///
    /// # Errors
    /// What went wrong, in a sentence.
    pub async fn start(
        backend: Backend,
        start: &Request,
        load: &Request,
        weights: JsValue,
    ) -> Result<Started, String> {
        let (engine, mut control) = Self::spawn(backend)?;
        match next(&mut control).await? {
            Event::Booted => {}
            other => return Err(unexpected(&other)),
        }
        engine.post(start, &[], true)?;
        let ready = match next(&mut control).await? {
            Event::Ready {
                backend,
                adapter,
                why,
                millis,
            } => Ready {
                backend,
                adapter,
                why,
                millis,
            },
            other => return Err(unexpected(&other)),
        };
        engine.post(load, &[weights], true)?;
        match next(&mut control).await? {
            Event::Loaded { millis, .. } => Ok(Started {
                engine,
                ready,
                load_millis: millis,
                control: Control(control),
            }),
            other => Err(unexpected(&other)),
        }
    }

    /// Starts a worker without a network, which can look at images.
    ///
    /// # Errors
    /// A sentence on the fault.
    pub async fn start_bare(backend: Backend) -> Result<Self, String> {
        let (engine, mut control) = Self::spawn(backend)?;
        match next(&mut control).await? {
            Event::Booted => Ok(engine),
            other => Err(unexpected(&other)),
        }
    }

    /// Starts a worker and listens to it.
    fn spawn(backend: Backend) -> Result<(Self, UnboundedReceiver<Incoming>), String> {
        let script = backend.script();
        let worker = spawn(script)?;
        let (sender, control) = unbounded();
        let routes: Routes = Rc::new(RefCell::new(HashMap::from([(None, sender)])));
        let on_message = listen(&routes);
        let on_error = listen_for_errors(&routes, script);
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let inner = Inner {
            worker,
            routes,
            next_job: Cell::new(1),
            _on_message: on_message,
            _on_error: on_error,
        };
        Ok((Self(Rc::new(inner)), control))
    }

    /// The engine, not kept alive.
    pub fn downgrade(&self) -> WeakEngine {
        WeakEngine(Rc::downgrade(&self.0))
    }

    /// Starts a job: `request` makes the message for the job's name.
    ///
    /// # Errors
    /// The message cannot be sent.
    pub fn job(
        &self,
        request: impl FnOnce(JobId) -> Request,
        parts: &[JsValue],
    ) -> Result<Job, String> {
        self.begin(request, parts, true)
    }

    /// As [`Engine::job`], but the parts stay usable here.
    ///
    /// # Errors
    /// The message cannot be sent.
    pub fn job_copying(
        &self,
        request: impl FnOnce(JobId) -> Request,
        parts: &[JsValue],
    ) -> Result<Job, String> {
        self.begin(request, parts, false)
    }

    fn begin(
        &self,
        request: impl FnOnce(JobId) -> Request,
        parts: &[JsValue],
        moved: bool,
    ) -> Result<Job, String> {
        let id = self.0.next_job.replace(self.0.next_job.get() + 1);
        let (sender, events) = unbounded();
        self.0.routes.borrow_mut().insert(Some(id), sender);
        self.post(&request(id), parts, moved)?;
        Ok(Job { id, events })
    }

    /// Asks a job to end early.
    ///
    /// # Errors
    /// The message cannot be sent.
    pub fn cancel(&self, job: JobId) -> Result<(), String> {
        self.post(&Request::Cancel { job }, &[], true)
    }

    /// Brings the weights of the face detector; they stay usable here.
    ///
    /// # Errors
    /// The message cannot be sent.
    pub fn bring_detector(&self, weights: JsValue) -> Result<(), String> {
        self.post(&Request::Detector, &[weights], false)
    }

    /// Makes the worker rest from galleries for so many milliseconds from now.
    pub fn rest(&self, millis: f64) {
        // A worker that cannot be spoken to does not work either.
        self.post(&Request::Rest { millis }, &[], true).ok();
    }

    fn post(&self, request: &Request, parts: &[JsValue], moved: bool) -> Result<(), String> {
        let packed = wire::pack(request, parts)?;
        let worker = &self.0.worker;
        let sent = if moved {
            worker.post_message_with_transfer(&packed.message, &packed.transfer)
        } else {
            worker.post_message(&packed.message)
        };
        sent.map_err(|_| text::problems::ENGINE_UNREACHABLE.to_owned())
    }
}

impl WeakEngine {
    /// The engine, if it is still alive.
    pub fn upgrade(&self) -> Option<Engine> {
        self.0.upgrade().map(Engine)
    }

    /// Returns true for the same engine.
    pub fn is(&self, engine: &Engine) -> bool {
        std::ptr::eq(self.0.as_ptr(), Rc::as_ptr(&engine.0))
    }
}

impl Control {
    /// Waits until the worker is of no use any more and says why; `None` when it was ended by us.
    pub async fn broken(mut self) -> Option<String> {
        loop {
            if let Event::Failed { message, .. } = self.0.next().await?.0 {
                return Some(message);
            }
        }
    }
}

impl Job {
    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<Incoming> {
        self.events.next().await
    }
}

/// The next control event; a failure becomes an error.
async fn next(control: &mut UnboundedReceiver<Incoming>) -> Result<Event, String> {
    match control.next().await {
        Some((Event::Failed { message, .. }, _)) => Err(message),
        Some((event, _)) => Ok(event),
        None => Err(text::problems::ENGINE_NOT_READY.into()),
    }
}

fn unexpected(event: &Event) -> String {
    text::problems::out_of_turn(event)
}

/// Hands every message on to whom it concerns.
fn listen(routes: &Routes) -> Closure<dyn FnMut(MessageEvent)> {
    let routes = Rc::clone(routes);
    Closure::new(move |message: MessageEvent| {
        let (event, parts) = match wire::unpack::<Event>(&message.data()) {
            Ok(incoming) => incoming,
            Err(message) => (Event::Failed { job: None, message }, Vec::new()),
        };
        let (job, last) = addressee(&event);
        let mut routes = routes.borrow_mut();
        if let Some(sender) = routes.get(&job) {
            // Nobody may be listening any more, which is no error.
            sender.unbounded_send((event, parts)).ok();
        }
        if last && job.is_some() {
            routes.remove(&job);
        }
    })
}

/// Tells every listener that the worker broke.
fn listen_for_errors(routes: &Routes, script: &'static str) -> Closure<dyn FnMut(DomEvent)> {
    let routes = Rc::clone(routes);
    Closure::new(move |event: DomEvent| {
        let message = complaint(script, &event);
        let mut routes = routes.borrow_mut();
        for (&job, sender) in routes.iter() {
            let message = message.clone();
            sender
                .unbounded_send((Event::Failed { job, message }, Vec::new()))
                .ok();
        }
        routes.retain(|job, _| job.is_none());
    })
}

/// The job that an event belongs to, and true if it is the job's last event.
fn addressee(event: &Event) -> (Option<JobId>, bool) {
    match event {
        Event::Booted | Event::Ready { .. } | Event::Loaded { .. } => (None, false),
        Event::Progress { job, .. }
        | Event::Features { job, .. }
        | Event::Pictures { job, .. }
        | Event::Looked { job, .. }
        | Event::Layers { job, .. } => (Some(*job), false),
        Event::Done { job, .. } | Event::Cancelled { job } => (Some(*job), true),
        Event::Failed { job, .. } => (*job, true),
    }
}
