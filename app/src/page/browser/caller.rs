//! A worker that is called, and its answers: the engines, the store, and the map.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::channel::oneshot;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Event as DomEvent, MessageEvent, Worker};

use crate::calls::{Call, CallId, Event, Protocol, UNANSWERED};
use crate::map_protocol::Map;
use crate::page::text;
use crate::protocol::Embedding;
use crate::store_protocol::Keeping;
use crate::wire;

use super::spawn::{complaint, spawn};

/// An engine.
pub type Engine = Caller<Embedding>;

/// Knows an engine without keeping it alive.
pub type WeakEngine = WeakCaller<Embedding>;

/// The store.
pub type Store = Caller<Keeping>;

/// The worker that lays out images.
pub type MapWorker = Caller<Map>;

/// A running worker. Clones speak to the same one, which ends when the last of them is dropped.
pub struct Caller<P: Protocol>(Rc<Inner<P>>);

/// Knows a worker without keeping it alive.
pub struct WeakCaller<P: Protocol>(Weak<Inner<P>>);

struct Inner<P: Protocol> {
    script: &'static str,
    worker: Worker,
    waiting: Waiting<P>,
    next: Cell<CallId>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(DomEvent)>,
}

/// The senders to those who wait for the worker.
struct Waiting<P: Protocol>(Rc<RefCell<Waiters<P>>>);

struct Waiters<P: Protocol> {
    /// The sender to the one who waits for the worker's first word.
    boot: Option<oneshot::Sender<Result<(), String>>>,
    calls: HashMap<CallId, UnboundedSender<Answer<P>>>,
    breakage: Vec<oneshot::Sender<String>>,
    /// The reason, once the worker broke: it will answer nothing any more.
    broken: Option<String>,
}

/// An answer and its parts, or why there is none.
type Answer<P> = Result<(<P as Protocol>::Reply, Vec<JsValue>), Refusal>;

/// The answers to one call.
pub struct Answers<P: Protocol> {
    /// The call.
    pub call: CallId,
    receiver: UnboundedReceiver<Answer<P>>,
}

/// The parts of a message.
#[derive(Clone, Copy, Debug)]
pub enum Parts<'a> {
    /// Buffers among them are gone here.
    Moved(&'a [JsValue]),
    /// They stay usable here.
    Copied(&'a [JsValue]),
}

/// The worker's reason for not doing what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The fault, its place and its remedy.
    pub message: String,
    /// True if the disk is full.
    pub full: bool,
}

impl<P: Protocol> Clone for Caller<P> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<P: Protocol> Clone for WeakCaller<P> {
    fn clone(&self) -> Self {
        Self(Weak::clone(&self.0))
    }
}

impl<P: Protocol> Clone for Waiting<P> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<P: Protocol> std::fmt::Debug for Caller<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller")
            .field("script", &self.0.script)
            .finish_non_exhaustive()
    }
}

impl<P: Protocol> std::fmt::Debug for WeakCaller<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WeakCaller").finish_non_exhaustive()
    }
}

impl<P: Protocol> std::fmt::Debug for Answers<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers")
            .field("call", &self.call)
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
    /// Starts the worker of a script beside the page.
    ///
    /// # Errors
    /// It cannot be loaded, in a sentence.
    pub async fn start(script: &'static str) -> Result<Self, String> {
        let worker = spawn(script)?;
        let (boot, booted) = oneshot::channel();
        let waiting: Waiting<P> = Waiting::new(boot);
        let on_message = {
            let waiting = waiting.clone();
            Closure::new(move |message: MessageEvent| waiting.hand_on(&message.data()))
        };
        let on_error = {
            let waiting = waiting.clone();
            Closure::new(move |event: DomEvent| waiting.refuse_all(&complaint(script, &event)))
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let caller = Self(Rc::new(Inner {
            script,
            worker,
            waiting,
            next: Cell::new(UNANSWERED + 1),
            _on_message: on_message,
            _on_error: on_error,
        }));
        let ended = |_| Err(text::problems::worker_ended(&script));
        booted.await.unwrap_or_else(ended)?;
        Ok(caller)
    }

    /// The worker, not kept alive.
    pub fn downgrade(&self) -> WeakCaller<P> {
        WeakCaller(Rc::downgrade(&self.0))
    }

    /// Returns true if the worker broke, so that another one should be started.
    pub fn is_broken(&self) -> bool {
        self.0.waiting.0.borrow().broken.is_some()
    }

    /// Waits until the worker is of no use any more and says why; `None` when it was ended by us. The worker is not kept
    /// alive meanwhile.
    pub fn breakage(&self) -> impl Future<Output = Option<String>> + use<P> {
        let (sender, receiver) = oneshot::channel();
        let waiters = &mut *self.0.waiting.0.borrow_mut();
        match &waiters.broken {
            Some(message) => _ = sender.send(message.clone()),
            None => waiters.breakage.push(sender),
        }
        async move { receiver.await.ok() }
    }

    /// Asks for something that has one answer. The parts are moved.
    ///
    /// # Errors
    /// It cannot be done.
    pub async fn call(
        &self,
        request: P::Request,
        parts: &[JsValue],
    ) -> Result<(P::Reply, Vec<JsValue>), Refusal> {
        let mut answers = self.ask(request, Parts::Moved(parts))?;
        match answers.next().await {
            Some(answer) => answer,
            None => Err(text::problems::worker_ended(&self.0.script).into()),
        }
    }

    /// Asks for something that has several answers.
    ///
    /// # Errors
    /// The worker broke before, or the message cannot be sent.
    pub fn ask(&self, request: P::Request, parts: Parts<'_>) -> Result<Answers<P>, String> {
        let waiters = &self.0.waiting.0;
        if let Some(message) = &waiters.borrow().broken {
            return Err(message.clone());
        }
        let call = self.0.next.replace(self.0.next.get() + 1);
        self.send(call, request, parts)?;
        // No answer comes before this task waits for it.
        let (sender, receiver) = unbounded();
        waiters.borrow_mut().calls.insert(call, sender);
        Ok(Answers { call, receiver })
    }

    /// Tells something that has no answer. A worker that cannot be reached does nothing that it could be told of.
    pub fn tell(&self, request: P::Request, parts: Parts<'_>) {
        self.send(UNANSWERED, request, parts).ok();
    }

    fn send(&self, call: CallId, request: P::Request, parts: Parts<'_>) -> Result<(), String> {
        let (Parts::Moved(values) | Parts::Copied(values)) = parts;
        let packed = wire::pack(&Call { call, request }, values)?;
        let worker = &self.0.worker;
        let sent = match parts {
            Parts::Moved(_) => worker.post_message_with_transfer(&packed.message, &packed.transfer),
            Parts::Copied(_) => worker.post_message(&packed.message),
        };
        sent.map_err(|_| text::problems::worker_unreachable(&self.0.script))
    }
}

impl<P: Protocol> WeakCaller<P> {
    /// The worker, if it is still alive.
    pub fn upgrade(&self) -> Option<Caller<P>> {
        self.0.upgrade().map(Caller)
    }

    /// Returns true for the same worker.
    pub fn is(&self, caller: &Caller<P>) -> bool {
        std::ptr::eq(self.0.as_ptr(), Rc::as_ptr(&caller.0))
    }
}

impl<P: Protocol> Answers<P> {
    /// The next answer; `None` after the last.
    pub async fn next(&mut self) -> Option<Answer<P>> {
        self.receiver.next().await
    }
}

impl<P: Protocol> Waiting<P> {
    fn new(boot: oneshot::Sender<Result<(), String>>) -> Self {
        Self(Rc::new(RefCell::new(Waiters {
            boot: Some(boot),
            calls: HashMap::new(),
            breakage: Vec::new(),
            broken: None,
        })))
    }

    /// Hands what a message says to whoever waits for it.
    fn hand_on(&self, data: &JsValue) {
        let (call, answer, is_last) = match wire::unpack::<Event<P::Reply>>(data) {
            Ok((Event::Booted, _)) => {
                if let Some(boot) = self.0.borrow_mut().boot.take() {
                    boot.send(Ok(())).ok();
                }
                return;
            }
            Ok((Event::Part { call, reply }, parts)) => (call, Ok((reply, parts)), false),
            Ok((Event::Reply { call, reply }, parts)) => (call, Ok((reply, parts)), true),
            Ok((
                Event::Failed {
                    call: Some(call),
                    message,
                    full,
                },
                _,
            )) => (call, Err(Refusal { message, full }), true),
            Ok((Event::Failed { message, .. }, _)) | Err(message) => {
                return self.refuse_all(&message);
            }
        };
        let calls = &mut self.0.borrow_mut().calls;
        if let Some(waiter) = calls.get(&call) {
            // Whoever asked may have gone, which is no error.
            waiter.unbounded_send(answer).ok();
        }
        if is_last {
            calls.remove(&call);
        }
    }

    /// Tells everybody that the worker broke.
    fn refuse_all(&self, message: &str) {
        let waiters = &mut *self.0.borrow_mut();
        waiters.broken = Some(message.to_owned());
        if let Some(boot) = waiters.boot.take() {
            boot.send(Err(message.to_owned())).ok();
        }
        for (_, waiter) in waiters.calls.drain() {
            waiter.unbounded_send(Err(message.to_owned().into())).ok();
        }
        for watcher in waiters.breakage.drain(..) {
            watcher.send(message.to_owned()).ok();
        }
    }
}
