//! An engine without a network, which tells drawings from photographs and finds faces.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use crate::caller::{Answers, Engine, Store};
use crate::page::browser::fetch;
use crate::page::browser::input_throttle;
use crate::page::browser::spawn;
use crate::page::text;
use crate::protocol::{Backend, Embedding, Lent, Reply, Request, Seen};

use super::loan::{Loan, connect, unless_broken};
use super::pool::Failure;

/// The weights of the face detector.
const DETECTOR: &str = "networks/blazeface.safetensors";
/// After so many images in a row that each broke the engine it is not the images that are at fault.
const HOPELESS: usize = 16;

/// An engine that looks at images, replaced when it breaks.
#[derive(Debug)]
pub(crate) struct Looker {
    /// The weights of the face detector, where faces are to be found.
    detector: Option<Rc<[u8]>>,
    /// The store that lends files.
    store: Option<Store>,
    engine: RefCell<Option<Engine>>,
    /// Images in a row that broke an engine.
    faults: Cell<usize>,
}

impl Looker {
    /// None is started yet; without a store it takes only files that are sent to it.
    pub(crate) fn new(detector: Option<Rc<[u8]>>, store: Option<&Store>) -> Self {
        Self {
            detector,
            store: store.cloned(),
            engine: RefCell::new(None),
            faults: Cell::new(0),
        }
    }

    /// Looks at one encoded image of a loan; the inner error is the reason that nothing could be seen in it.
    ///
    /// # Errors
    /// No engine can be started, one after the other breaks, or the store does.
    pub(crate) async fn look(
        &self,
        loan: &Loan,
        place: usize,
    ) -> Result<Result<Seen, String>, String> {
        let looked = self.ask(Some(loan.part(place, 1)), &[]);
        match &self.store {
            Some(store) => unless_broken(store, looked).await?,
            None => looked.await,
        }
    }

    /// Looks at a file that the visitor chose, as above.
    ///
    /// # Errors
    /// As above.
    pub(crate) async fn look_at(&self, file: JsValue) -> Result<Result<Seen, String>, String> {
        self.ask(None, &[file]).await
    }

    async fn ask(
        &self,
        lent: Option<Lent>,
        parts: &[JsValue],
    ) -> Result<Result<Seen, String>, String> {
        let engine = self.engine().await?;
        let faces = self.detector.is_some();
        let request = Request::Look { lent, faces };
        let seen = match engine.ask(request, parts) {
            Ok(job) => listen(job).await,
            Err(message) => Err(Failure::Broken(message)),
        };
        match seen {
            Ok(seen) => {
                self.faults.set(0);
                Ok(seen)
            }
            Err(Failure::Final(message)) => Err(message),
            Err(Failure::Broken(message)) => {
                *self.engine.borrow_mut() = None;
                self.faults.set(self.faults.get() + 1);
                if self.faults.get() >= HOPELESS {
                    return Err(message);
                }
                Ok(Err(text::engine::breaks_engine(&message)))
            }
        }
    }

    async fn engine(&self) -> Result<Engine, String> {
        let running = self.engine.borrow().clone();
        if let Some(running) = running.filter(|running| !running.is_broken()) {
            return Ok(running);
        }
        let engine: Engine = spawn::start(Backend::Cpu.script()).await?;
        if let Some(store) = &self.store {
            connect(&engine, store);
        }
        if let Some(detector) = &self.detector {
            let weights = Uint8Array::from(&**detector).buffer();
            engine.tell(Request::Detector, &[weights.into()]);
        }
        input_throttle::add(&engine);
        *self.engine.borrow_mut() = Some(engine.clone());
        Ok(engine)
    }
}

/// Fetches the weights of the face detector.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub(crate) async fn detector() -> Result<Rc<[u8]>, String> {
    Ok(fetch::bytes(DETECTOR).await?.into())
}

/// Waits for the observations on the one image of a job.
async fn listen(mut job: Answers<Embedding>) -> Result<Result<Seen, String>, Failure> {
    let mut found = None;
    while let Some(answer) = job.next().await {
        let (reply, _) = answer.map_err(|refusal| Failure::Broken(refusal.message))?;
        match reply {
            Reply::Looked { seen } => found = seen.into_iter().next().flatten(),
            Reply::Refused(refusal) => return Err(Failure::Final(refusal.message)),
            Reply::Done { skipped, .. } => {
                let why = skipped.into_iter().next().map(|skipped| skipped.why);
                return Ok(found.ok_or_else(|| why.unwrap_or_default()));
            }
            Reply::Cancelled => break,
            _ => {}
        }
    }
    Err(Failure::Broken(text::problems::ENGINE_ENDED.into()))
}
