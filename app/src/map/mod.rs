//! The worker that lays out the images of a gallery in the plane ([`modulens_retrieval::projection`]).

use std::cell::RefCell;

use modulens_retrieval::Embeddings;
use modulens_retrieval::projection::Projection;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::MessageEvent;

use crate::calls::{Call, Event};
use crate::map_protocol::{Reply, Request};
use crate::{scope, wire};

thread_local! {
    /// The layout under way.
    static LAYOUT: RefCell<Option<Projection>> = const { RefCell::new(None) };
}

/// Listens to the page, and says so.
pub fn run() {
    std::panic::set_hook(Box::new(|info| {
        fail(None, format!("the map broke ({info}); reload the page"));
        scope::global().close();
    }));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(|message: MessageEvent| {
        match wire::unpack::<Call<Request>>(&message.data()) {
            Ok((Call { call, request }, parts)) => match handle(&request, &parts) {
                Ok((reply, parts)) => scope::post_with(&Event::Reply { call, reply }, &parts),
                Err(message) => fail(Some(call), message),
            },
            Err(message) => fail(None, message),
        }
    });
    scope::global().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker listens for as long as it lives.
    listener.forget();
    scope::post(&Event::<Reply>::Booted);
}

fn fail(call: Option<u32>, message: String) {
    scope::post(&Event::<Reply>::Failed {
        call,
        message,
        full: false,
    });
}

fn handle(request: &Request, parts: &[JsValue]) -> Result<(Reply, Vec<JsValue>), String> {
    match *request {
        Request::Begin { dim } => {
            let [embeddings, from] = parts else {
                return Err("the map was asked for without embeddings; reload the page".into());
            };
            let (embeddings, from) = (scope::floats(embeddings)?, scope::floats(from)?);
            let images = embeddings.len().checked_div(dim).unwrap_or_default();
            let embeddings = Embeddings::from_unit_rows(images, dim, embeddings)
                .map_err(|error| format!("the images cannot be laid out: {error}"))?;
            LAYOUT.set(Some(Projection::new(&embeddings, &from)));
            Ok((Reply::Begun, Vec::new()))
        }
        Request::Step { epochs } => LAYOUT.with_borrow_mut(|layout| {
            let layout = layout.as_mut().ok_or("no map was begun; reload the page")?;
            for _ in 0..epochs {
                if !layout.step() {
                    break;
                }
            }
            let points = scope::buffer(&layout.points());
            Ok((
                Reply::Points {
                    done: layout.done(),
                },
                vec![points],
            ))
        }),
    }
}
