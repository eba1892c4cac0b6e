//! The store's worker: calls and their answers.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Event as DomEvent, MessageEvent, Worker};

use crate::page::text;
use crate::store_protocol::{Call, CallId, Event, Reply, Request, SCRIPT};
use crate::wire;

use super::spawn::{complaint, spawn};

/// The running store. Clones speak to the same worker, which ends when the last one is dropped.
#[derive(Clone)]
pub struct Store(Rc<Inner>);

struct Inner {
    worker: Worker,
    waiting: Waiting,
    /// True once the worker broke: it will answer nothing any more.
    broken: Rc<Cell<bool>>,
    next: Cell<CallId>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(DomEvent)>,
}

type Waiting = Rc<RefCell<HashMap<CallId, oneshot::Sender<Answer>>>>;

/// An answer and its parts, or why there is none.
type Answer = Result<(Reply, Vec<JsValue>), Refusal>;

/// The store's reason for not doing what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The fault, its place and its remedy.
    pub message: String,
    /// True if the disk is full.
    pub full: bool,
}

/// The number of the "call" that is the worker's first word.
const BOOT: CallId = 0;

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self {
            message,
            full: false,
        }
    }
}

impl From<Refusal> for String {
    fn from(refusal: Refusal) -> Self {
        refusal.message
    }
}

impl Store {
    /// Starts the worker.
    ///
    /// # Errors
    /// It cannot be loaded, in a sentence.
    pub async fn start() -> Result<Self, String> {
        let worker = spawn(SCRIPT)?;
        let waiting: Waiting = Rc::default();
        let (sender, booted) = oneshot::channel();
        waiting.borrow_mut().insert(BOOT, sender);
        let broken = Rc::new(Cell::new(false));
        let on_message = listen(&waiting, &broken);
        let on_error = {
            let (waiting, broken) = (Rc::clone(&waiting), Rc::clone(&broken));
            Closure::new(move |event: DomEvent| {
                broken.set(true);
                refuse_all(&waiting, &complaint(SCRIPT, &event));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let store = Self(Rc::new(Inner {
            worker,
            waiting,
            broken,
            next: Cell::new(BOOT + 1),
            _on_message: on_message,
            _on_error: on_error,
        }));
        answer(booted).await.map_err(|refusal| refusal.message)?;
        Ok(store)
    }

    /// Returns true if the worker broke, so that another one should be started.
    pub fn is_broken(&self) -> bool {
        self.0.broken.get()
    }

    /// Asks for something.
    ///
    /// # Errors
    /// It cannot be done.
    pub async fn call(&self, request: Request, parts: &[JsValue]) -> Answer {
        let call = self.0.next.replace(self.0.next.get() + 1);
        let (sender, receiver) = oneshot::channel();
        self.0.waiting.borrow_mut().insert(call, sender);
        let packed = wire::pack(&Call { call, request }, parts)?;
        self.0
            .worker
            .post_message_with_transfer(&packed.message, &packed.transfer)
            .map_err(|_| text::problems::STORE_UNREACHABLE.to_owned())?;
        answer(receiver).await
    }
}

async fn answer(receiver: oneshot::Receiver<Answer>) -> Answer {
    receiver
        .await
        .unwrap_or_else(|_| Err(text::problems::STORE_ENDED.to_owned().into()))
}

/// Hands every answer to whoever waits for it.
fn listen(waiting: &Waiting, broken: &Rc<Cell<bool>>) -> Closure<dyn FnMut(MessageEvent)> {
    let (waiting, broken) = (Rc::clone(waiting), Rc::clone(broken));
    Closure::new(move |message: MessageEvent| {
        let (call, answer) = match wire::unpack::<Event>(&message.data()) {
            Ok((Event::Booted, _)) => (BOOT, Ok((Reply::Done, Vec::new()))),
            Ok((Event::Reply { call, reply }, parts)) => (call, Ok((reply, parts))),
            Ok((
                Event::Failed {
                    call: Some(call),
                    message,
                    full,
                },
                _,
            )) => (call, Err(Refusal { message, full })),
            Ok((Event::Failed { message, .. }, _)) | Err(message) => {
                broken.set(true);
                return refuse_all(&waiting, &message);
            }
        };
        let waiter = waiting.borrow_mut().remove(&call);
        if let Some(waiter) = waiter {
            // Whoever asked may have gone, which is no error.
            waiter.send(answer).ok();
        }
    })
}

/// Tells everybody that the worker broke.
fn refuse_all(waiting: &Waiting, message: &str) {
    let waiters = std::mem::take(&mut *waiting.borrow_mut());
    for waiter in waiters.into_values() {
        waiter.send(Err(message.to_owned().into())).ok();
    }
}
