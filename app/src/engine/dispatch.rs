//! The handlers of the requests.

use std::cell::RefCell;
use std::rc::Rc;

use modulens_schema::InputSpec;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::device::{self, Started};
use super::files::Sides;
use super::gallery::Place;
use super::jobs::{self, Finished, Job, Stop};
use super::network::Loaded;
use super::{embed, files, gallery, layers, picture, throttle};
use crate::protocol::{Event, JobId, Preference, Request};
use crate::scope;

/// The state that outlives a request.
#[derive(Default)]
struct State {
    started: Option<Started>,
    loaded: Option<Rc<Loaded>>,
    /// The newest load asked for.
    generation: u32,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Sets a request going.
pub(super) fn handle(request: Request, parts: Vec<JsValue>) {
    match request {
        Request::Start { preference } => spawn_local(start(preference)),
        Request::Load {
            generation,
            network,
            input,
        } => {
            spawn_local(load(generation, network, input, parts));
        }
        Request::Embed { job } => {
            run(job, async move |loaded| {
                embed::pictures(loaded, job, &parts).await
            });
        }
        Request::EmbedFiles {
            job,
            thumbnail,
            preview,
            frames,
        } => {
            run(job, async move |loaded| {
                let sides = Sides { thumbnail, preview };
                files::embed(loaded, job, (sides, &frames), &parts).await
            });
        }
        #[cfg(feature = "cpu")]
        Request::Detector => super::look::keep_detector(&parts),
        #[cfg(feature = "cpu")]
        Request::Look { job, faces } => super::look::handle(job, faces, parts),
        // The graphics adapter has no part in it: the page asks the other engine.
        #[cfg(not(feature = "cpu"))]
        Request::Detector | Request::Look { .. } => {}
        Request::EmbedTensor { job } => {
            run(job, async move |loaded| {
                embed::tensor(loaded, job, part(&parts)?).await
            });
        }
        Request::EmbedGallery {
            job,
            base,
            extension,
            first,
            count,
        } => {
            let place = Place {
                base,
                extension,
                range: first..first.saturating_add(count),
            };
            run(job, async move |loaded| {
                gallery::embed(loaded, job, &place).await
            });
        }
        Request::Layers { job } => {
            run(job, async move |loaded| {
                layers::send(loaded, job, part(&parts)?).await
            });
        }
        Request::Rest { millis } => throttle::rest(millis),
        Request::Cancel { job } => jobs::cancel(job),
    }
}

async fn start(preference: Preference) {
    let began = scope::now();
    match device::start(preference).await {
        Ok(started) => {
            let (backend, adapter) = (started.backend, started.adapter.clone());
            STATE.with_borrow_mut(|state| state.started = Some(started));
            // Only the page knows what else there was to choose from.
            let why = String::new();
            scope::post(&Event::Ready {
                backend,
                adapter,
                why,
                millis: scope::now() - began,
            });
        }
        Err(message) => scope::post(&Event::Failed { job: None, message }),
    }
}

async fn load(generation: u32, network: Value, input: InputSpec, parts: Vec<JsValue>) {
    let began = scope::now();
    jobs::cancel_all();
    let started = STATE.with_borrow_mut(|state| {
        state.generation = generation;
        state.loaded = None;
        state.started.clone()
    });
    let loading = async {
        let started =
            started.ok_or_else(|| "the engine was not started; reload the page".to_owned())?;
        let bytes = picture::bytes(part(&parts)?).await?;
        Loaded::load(&started, network, input, &bytes).await
    };
    let outcome = loading.await;
    // A newer load has taken over; its answer counts.
    if STATE.with_borrow(|state| state.generation != generation) {
        return;
    }
    match outcome {
        Ok(loaded) => {
            let channels = loaded.channels;
            STATE.with_borrow_mut(|state| state.loaded = Some(Rc::new(loaded)));
            scope::post(&Event::Loaded {
                generation,
                channels,
                millis: scope::now() - began,
            });
        }
        Err(Stop::Failed(message) | Stop::Broken(message)) => {
            scope::post(&Event::Failed { job: None, message });
        }
    }
}

/// Runs a job with the network of this moment.
fn run(id: JobId, work: impl AsyncFnOnce(&Loaded) -> Result<Finished, Stop> + 'static) {
    let job = Job::enter(id);
    let loaded = STATE.with_borrow(|state| state.loaded.clone());
    spawn_local(job.run(async move {
        match loaded {
            Some(loaded) => work(&loaded).await,
            None => Err(Stop::Failed(
                "no network is loaded yet; wait and try again".into(),
            )),
        }
    }));
}

/// The one part of a message.
fn part(parts: &[JsValue]) -> Result<&JsValue, String> {
    parts
        .first()
        .ok_or_else(|| "the message lacks its buffer; reload the page".into())
}
