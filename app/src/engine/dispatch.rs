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
use super::{embed, files, gallery, layers, picture, source, throttle};
use crate::answers;
use crate::calls::{Call, CallId, Refusal};
use crate::protocol::{Preference, Reply, Request};
use crate::scope;

/// The state that outlives a request.
#[derive(Default)]
struct State {
    started: Option<Started>,
    loaded: Option<Rc<Loaded>>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Sets a call going.
pub(super) fn handle(Call { call, request }: Call<Request>, parts: Vec<JsValue>) {
    match request {
        Request::Start { preference } => spawn_local(start(call, preference)),
        Request::Load { network, input } => spawn_local(load(call, network, input, parts)),
        Request::Connect => source::connect(&parts),
        Request::EmbedFiles {
            lent,
            frames,
            thumbnail,
            preview,
            keep,
        } => {
            run(call, async move |loaded| {
                let sides = Sides { thumbnail, preview };
                let encoded = source::encoded(lent, (parts, frames)).await?;
                let keep = lent.filter(|_| keep);
                files::embed(loaded, call, (sides, keep), &encoded).await
            });
        }
        #[cfg(feature = "cpu")]
        Request::Detector => super::look::keep_detector(&parts),
        #[cfg(feature = "cpu")]
        Request::Look { lent, faces } => super::look::handle(call, faces, lent, parts),
        // The graphics adapter has no part in it: the page asks the other engine.
        #[cfg(not(feature = "cpu"))]
        Request::Detector => {}
        #[cfg(not(feature = "cpu"))]
        Request::Look { .. } => answers::fail(
            Some(call),
            "this engine does not look at images; reload the page".into(),
        ),
        Request::EmbedTensor => run(call, async move |loaded| {
            embed::tensor(loaded, call, part(&parts)?).await
        }),
        Request::EmbedGallery {
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
            run(call, async move |loaded| {
                gallery::embed(loaded, call, &place).await
            });
        }
        Request::Layers => run(call, async move |loaded| {
            layers::send(loaded, call, part(&parts)?).await
        }),
        Request::Rest { millis } => throttle::rest(millis),
        Request::Cancel { call } => jobs::cancel(call),
    }
}

async fn start(call: CallId, preference: Preference) {
    let began = scope::now();
    match device::start(preference).await {
        Ok(started) => {
            let (backend, adapter) = (started.backend, started.adapter.clone());
            STATE.with_borrow_mut(|state| state.started = Some(started));
            let ready = Reply::Ready {
                backend,
                adapter,
                // Only the page knows what else there was to choose from.
                why: String::new(),
                millis: scope::now() - began,
            };
            answers::reply(call, ready, &[]);
        }
        Err(message) => answers::fail(Some(call), message),
    }
}

async fn load(call: CallId, network: Value, input: InputSpec, parts: Vec<JsValue>) {
    let began = scope::now();
    jobs::cancel_all();
    let started = STATE.with_borrow_mut(|state| {
        state.loaded = None;
        state.started.clone()
    });
    let loading = async {
        let started =
            started.ok_or_else(|| "the engine was not started; reload the page".to_owned())?;
        let bytes = picture::bytes(part(&parts)?).await?;
        Loaded::load(&started, network, input, &bytes).await
    };
    match loading.await {
        Ok(loaded) => {
            let channels = loaded.channels;
            STATE.with_borrow_mut(|state| state.loaded = Some(Rc::new(loaded)));
            let millis = scope::now() - began;
            answers::reply(call, Reply::Loaded { channels, millis }, &[]);
        }
        Err(
            Stop::Failed(message) | Stop::Broken(message) | Stop::Refused(Refusal { message, .. }),
        ) => answers::fail(Some(call), message),
    }
}

/// Runs a job with the network of this moment.
fn run(call: CallId, work: impl AsyncFnOnce(&Loaded) -> Result<Finished, Stop> + 'static) {
    let job = Job::enter(call);
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
