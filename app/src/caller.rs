//! A worker that is called, and its answers: the engines, the store, and the map by the page, and the store by an engine.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::channel::oneshot;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Event as DomEvent, MessageEvent, MessagePort, Worker};

use crate::calls::{Call, CallId, Event, EventKind, Protocol, Refusal, UNANSWERED};
use crate::lending_protocol::Lending;
use crate::map_protocol::Map;
use crate::protocol::Embedding;
use crate::store_protocol::Keeping;
use crate::wire;

/// An engine.
pub type Engine = Caller<Embedding>;

/// Knows an engine without keeping it alive.
pub type WeakEngine = WeakCaller<Embedding>;

/// The store.
pub type Store = Caller<Keeping>;

/// The store, as an engine calls it.
pub type Lender = Caller<Lending>;

/// The worker that lays out images.
pub type MapWorker = Caller<Map>;

/// A running worker. Clones speak to the same one. One that was started here ends when the last of them is dropped.
pub struct Caller<P: Protocol>(Rc<Inner<P>>);

/// Knows a worker without keeping it alive.
pub struct WeakCaller<P: Protocol>(Weak<Inner<P>>);

struct Inner<P: Protocol> {
    /// The worker's script, or another name for it.
    name: &'static str,
    line: Line,
    waiting: Waiting<P>,
    next: Cell<CallId>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

/// The way to a worker.
enum Line {
    /// Our own.
    Worker(Worker, Closure<dyn FnMut(DomEvent)>),
    /// One that somebody else started.
    Port(MessagePort),
}

/// The senders to those who wait for the worker.
struct Waiting<P: Protocol>(Rc<RefCell<Waiters<P>>>);

struct Waiters<P: Protocol> {
    /// The sender to the one who waits for the worker's first word.
    boot: Option<oneshot::Sender<Result<(), String>>>,
    calls: Vec<(CallId, UnboundedSender<Answer<P>>)>,
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
            .field("name", &self.0.name)
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

impl Line {
    fn listen(&self, listener: &Closure<dyn FnMut(MessageEvent)>) {
        let listener = Some(listener.as_ref().unchecked_ref());
        match self {
            Self::Worker(worker, on_error) => {
                worker.set_onmessage(listener);
                worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            }
            Self::Port(port) => port.set_onmessage(listener),
        }
    }

    fn post(&self, message: &JsValue, moved: &JsValue) -> Result<(), JsValue> {
        match self {
            Self::Worker(worker, _) => worker.post_message_with_transfer(message, moved),
            Self::Port(port) => port.post_message_with_transferable(message, moved),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        match self {
            Self::Worker(worker, _) => worker.terminate(),
            Self::Port(port) => port.close(),
        }
    }
}

impl<P: Protocol> Caller<P> {
    /// Calls the worker of a script that was just started, once it says that it listens; `complaint` is what an error of
    /// it means.
    ///
    /// # Errors
    /// It cannot be loaded, in a sentence.
    pub async fn start(
        script: &'static str,
        worker: Worker,
        complaint: fn(&str, &DomEvent) -> String,
    ) -> Result<Self, String> {
        let (boot, booted) = oneshot::channel();
        let waiting: Waiting<P> = Waiting::new(Some(boot));
        let on_error = {
            let waiting = waiting.clone();
            Closure::new(move |event: DomEvent| waiting.refuse_all(&complaint(script, &event)))
        };
        let caller = Self::over(script, Line::Worker(worker, on_error), waiting);
        booted.await.unwrap_or_else(|_| Err(ended(script)))?;
        Ok(caller)
    }

    /// Calls a worker at the other end of a port.
    pub fn connect(name: &'static str, port: MessagePort) -> Self {
        Self::over(name, Line::Port(port), Waiting::new(None))
    }

    fn over(name: &'static str, line: Line, waiting: Waiting<P>) -> Self {
        let on_message = {
            let waiting = waiting.clone();
            Closure::new(move |message: MessageEvent| waiting.hand_on(&message.data()))
        };
        line.listen(&on_message);
        Self(Rc::new(Inner {
            name,
            line,
            waiting,
            next: Cell::new(UNANSWERED + 1),
            _on_message: on_message,
        }))
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

    /// Asks for something that has one answer. Buffers and ports among the parts are moved, as in all messages.
    ///
    /// # Errors
    /// It cannot be done.
    pub async fn call(
        &self,
        request: P::Request,
        parts: &[JsValue],
    ) -> Result<(P::Reply, Vec<JsValue>), Refusal> {
        let mut answers = self.ask(request, parts)?;
        match answers.next().await {
            Some(answer) => answer,
            None => Err(ended(self.0.name).into()),
        }
    }

    /// Asks for something that has several answers.
    ///
    /// # Errors
    /// The worker broke before, or the message cannot be sent.
    pub fn ask(&self, request: P::Request, parts: &[JsValue]) -> Result<Answers<P>, String> {
        let waiters = &self.0.waiting.0;
        if let Some(message) = &waiters.borrow().broken {
            return Err(message.clone());
        }
        let call = self.0.next.replace(self.0.next.get() + 1);
        self.send(call, request, parts)?;
        // No answer comes before this task waits for it.
        let (sender, receiver) = unbounded();
        waiters.borrow_mut().calls.push((call, sender));
        Ok(Answers { call, receiver })
    }

    /// Tells something that has no answer. A worker that cannot be reached does nothing that it could be told of.
    pub fn tell(&self, request: P::Request, parts: &[JsValue]) {
        self.send(UNANSWERED, request, parts).ok();
    }

    fn send(&self, call: CallId, request: P::Request, parts: &[JsValue]) -> Result<(), String> {
        let packed = wire::pack(&Call { call, request }, parts)?;
        let sent = self.0.line.post(&packed.message, &packed.transfer);
        let name = self.0.name;
        sent.map_err(|_| format!("a message to the worker {name} cannot be sent; reload the page"))
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
    fn new(boot: Option<oneshot::Sender<Result<(), String>>>) -> Self {
        Self(Rc::new(RefCell::new(Waiters {
            boot,
            calls: Vec::new(),
            breakage: Vec::new(),
            broken: None,
        })))
    }

    /// Hands what a message says to whoever waits for it.
    fn hand_on(&self, data: &JsValue) {
        let (Event { call, kind }, parts) = match wire::unpack(data) {
            Ok(event) => event,
            Err(message) => return self.refuse_all(&message),
        };
        let (answer, is_last) = match kind {
            EventKind::Booted => {
                if let Some(boot) = self.0.borrow_mut().boot.take() {
                    boot.send(Ok(())).ok();
                }
                return;
            }
            EventKind::Part(reply) => (Ok((reply, parts)), false),
            EventKind::Reply(reply) => (Ok((reply, parts)), true),
            EventKind::Failed(refusal) if call == UNANSWERED => {
                return self.refuse_all(&refusal.message);
            }
            EventKind::Failed(refusal) => (Err(refusal), true),
        };
        let calls = &mut self.0.borrow_mut().calls;
        if let Some(at) = calls.iter().position(|(waiting, _)| *waiting == call) {
            // Whoever asked may have gone, which is no error.
            calls[at].1.unbounded_send(answer).ok();
            if is_last {
                calls.swap_remove(at);
            }
        }
    }

    /// Tells everybody that the worker broke.
    fn refuse_all(&self, message: &str) {
        let waiters = &mut *self.0.borrow_mut();
        waiters.broken = Some(message.to_owned());
        if let Some(boot) = waiters.boot.take() {
            boot.send(Err(message.to_owned())).ok();
        }
        for (_, waiter) in waiters.calls.drain(..) {
            waiter.unbounded_send(Err(message.to_owned().into())).ok();
        }
        for watcher in waiters.breakage.drain(..) {
            watcher.send(message.to_owned()).ok();
        }
    }
}

fn ended(name: &str) -> String {
    format!("the worker {name} ended; reload the page")
}
