//! A worker that is called, and its answers: the store, and the map.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Event as DomEvent, MessageEvent, Worker};

use crate::calls::{Call, CallId, Event, Protocol};
use crate::map_protocol::Map;
use crate::page::text;
use crate::store_protocol::Keeping;
use crate::wire;

use super::spawn::{complaint, spawn};

/// The store.
pub type Store = Caller<Keeping>;

/// The worker that lays out images.
pub type MapWorker = Caller<Map>;

/// A running worker. Clones speak to the same one, which ends when the last of them is dropped.
pub struct Caller<P: Protocol>(Rc<Inner<P>>);

struct Inner<P: Protocol> {
    worker: Worker,
    waiting: Waiting<P>,
    /// True once the worker broke: it will answer nothing any more.
    broken: Rc<Cell<bool>>,
    next: Cell<CallId>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(DomEvent)>,
}

/// The senders of answers, by the number of the call.
type Waiting<P> = Rc<RefCell<HashMap<CallId, oneshot::Sender<Answer<P>>>>>;

/// An answer and its parts (none for the worker's first word), or why there is none.
type Answer<P> = Result<(Option<<P as Protocol>::Reply>, Vec<JsValue>), Refusal>;

/// The worker's reason for not doing what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The fault, its place and its remedy.
    pub message: String,
    /// True if the disk is full.
    pub full: bool,
}

/// The number of the "call" that is the worker's first word.
const BOOT: CallId = 0;

impl<P: Protocol> Clone for Caller<P> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<P: Protocol> std::fmt::Debug for Caller<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller")
            .field("script", &P::SCRIPT)
            .finish_non_exhaustive()
    }
}

impl<P: Protocol> Drop for Inner<P> {
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

impl<P: Protocol> Caller<P> {
    /// Starts the worker.
    ///
    /// # Errors
    /// It cannot be loaded, in a sentence.
    pub async fn start() -> Result<Self, String> {
        let worker = spawn(P::SCRIPT)?;
        let waiting: Waiting<P> = Rc::default();
        let (sender, booted) = oneshot::channel();
        waiting.borrow_mut().insert(BOOT, sender);
        let broken = Rc::new(Cell::new(false));
        let on_message = listen::<P>(&waiting, &broken);
        let on_error = {
            let (waiting, broken) = (Rc::clone(&waiting), Rc::clone(&broken));
            Closure::new(move |event: DomEvent| {
                broken.set(true);
                refuse_all::<P>(&waiting, &complaint(P::SCRIPT, &event));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let caller = Self(Rc::new(Inner {
            worker,
            waiting,
            broken,
            next: Cell::new(BOOT + 1),
            _on_message: on_message,
            _on_error: on_error,
        }));
        answer::<P>(booted)
            .await
            .map_err(|refusal| refusal.message)?;
        Ok(caller)
    }

    /// Returns true if the worker broke, so that another one should be started.
    pub fn is_broken(&self) -> bool {
        self.0.broken.get()
    }

    /// Asks for something.
    ///
    /// # Errors
    /// It cannot be done.
    pub async fn call(
        &self,
        request: P::Request,
        parts: &[JsValue],
    ) -> Result<(P::Reply, Vec<JsValue>), Refusal> {
        if self.is_broken() {
            return Err(text::problems::worker_ended(&P::SCRIPT).into());
        }
        let call = self.0.next.replace(self.0.next.get() + 1);
        let packed = wire::pack(&Call { call, request }, parts)?;
        let (sender, receiver) = oneshot::channel();
        self.0.waiting.borrow_mut().insert(call, sender);
        self.0
            .worker
            .post_message_with_transfer(&packed.message, &packed.transfer)
            .map_err(|_| text::problems::worker_unreachable(&P::SCRIPT))?;
        match answer::<P>(receiver).await? {
            (Some(reply), parts) => Ok((reply, parts)),
            (None, _) => Err(text::problems::worker_ended(&P::SCRIPT).into()),
        }
    }
}

async fn answer<P: Protocol>(receiver: oneshot::Receiver<Answer<P>>) -> Answer<P> {
    receiver
        .await
        .unwrap_or_else(|_| Err(text::problems::worker_ended(&P::SCRIPT).into()))
}

/// Hands every answer to whoever waits for it.
fn listen<P: Protocol>(
    waiting: &Waiting<P>,
    broken: &Rc<Cell<bool>>,
) -> Closure<dyn FnMut(MessageEvent)> {
    let (waiting, broken) = (Rc::clone(waiting), Rc::clone(broken));
    Closure::new(move |message: MessageEvent| {
        let (call, answer) = match wire::unpack::<Event<P::Reply>>(&message.data()) {
            Ok((Event::Booted, _)) => (BOOT, Ok((None, Vec::new()))),
            Ok((Event::Reply { call, reply }, parts)) => (call, Ok((Some(reply), parts))),
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
                return refuse_all::<P>(&waiting, &message);
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
fn refuse_all<P: Protocol>(waiting: &Waiting<P>, message: &str) {
    let waiters = std::mem::take(&mut *waiting.borrow_mut());
    for waiter in waiters.into_values() {
        waiter.send(Err(message.to_owned().into())).ok();
    }
}
