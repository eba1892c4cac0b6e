//! An engine without a network, which tells drawings from photographs and finds faces.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use crate::page::browser::caller::{Answers, Engine, Parts};
use crate::page::browser::fetch;
use crate::page::browser::input_throttle;
use crate::page::text;
use crate::protocol::{Backend, Embedding, Reply, Request, Seen};

/// The weights of the face detector.
const DETECTOR: &str = "networks/blazeface.safetensors";
/// After so many images in a row that each broke the engine it is not the images that are at fault.
const HOPELESS: usize = 16;

/// An engine that looks at images, replaced when it breaks.
#[derive(Debug)]
pub(crate) struct Looker {
    /// The weights of the face detector, where faces are to be found.
    detector: Option<Rc<[u8]>>,
    engine: RefCell<Option<Engine>>,
    /// Images in a row that broke an engine.
    faults: Cell<usize>,
}

impl Looker {
    /// None is started yet.
    pub(crate) fn new(detector: Option<Rc<[u8]>>) -> Self {
        Self {
            detector,
            engine: RefCell::new(None),
            faults: Cell::new(0),
        }
    }

    /// Looks at an encoded image; the inner error is the reason that nothing could be seen in it.
    ///
    /// # Errors
    /// No engine can be started, or one after the other breaks.
    pub(crate) async fn look(&self, image: &JsValue) -> Result<Result<Seen, String>, String> {
        let engine = self.engine().await?;
        let faces = self.detector.is_some();
        let image = Parts::Copied(std::slice::from_ref(image));
        let seen = async { listen(engine.ask(Request::Look { faces }, image)?).await };
        match seen.await {
            Ok(seen) => {
                self.faults.set(0);
                Ok(seen)
            }
            Err(message) => {
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
        let engine = Engine::start(Backend::Cpu.script()).await?;
        if let Some(detector) = &self.detector {
            let weights = Uint8Array::from(&**detector).buffer();
            engine.tell(Request::Detector, Parts::Moved(&[weights.into()]));
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
async fn listen(mut job: Answers<Embedding>) -> Result<Result<Seen, String>, String> {
    let mut found = None;
    while let Some(answer) = job.next().await {
        match answer?.0 {
            Reply::Looked { seen } => found = seen.into_iter().next().flatten(),
            Reply::Done { skipped, .. } => {
                let why = skipped.into_iter().next().map(|skipped| skipped.why);
                return Ok(found.ok_or_else(|| why.unwrap_or_default()));
            }
            Reply::Cancelled => break,
            _ => {}
        }
    }
    Err(text::problems::ENGINE_ENDED.into())
}
