//! Calls as a worker hears and answers them.

use js_sys::Function;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

use crate::calls::{Call, CallId, Event, EventKind, UNANSWERED};
use crate::{scope, wire};

/// Listens to the page for as long as the worker lives, and says so. `name` is the worker's in a message for the visitor.
pub fn listen<R: DeserializeOwned + 'static>(
    name: &'static str,
    handle: impl FnMut(Call<R>, Vec<JsValue>) + 'static,
) {
    std::panic::set_hook(Box::new(move |info| {
        // Whatever panicked has left its data behind in an unknown state: this worker is over.
        fail(None, format!("the {name} broke ({info}); reload the page"));
        scope::global().close();
    }));
    scope::global().set_onmessage(Some(&listener(handle)));
    post(UNANSWERED, EventKind::<()>::Booted, &[]);
}

/// Listens to the other end of a port, too, for as long as the worker lives.
pub fn listen_to<R: DeserializeOwned + 'static>(
    port: &MessagePort,
    handle: impl FnMut(Call<R>, Vec<JsValue>) + 'static,
) {
    port.set_onmessage(Some(&listener(handle)));
}

fn listener<R: DeserializeOwned + 'static>(
    mut handle: impl FnMut(Call<R>, Vec<JsValue>) + 'static,
) -> Function {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match wire::unpack(&message.data()) {
            Ok((call, parts)) => handle(call, parts),
            Err(message) => fail(None, message),
        }
    });
    listener.into_js_value().unchecked_into()
}

/// Gives one of several answers to a call.
pub fn part(call: CallId, reply: impl Serialize, parts: &[JsValue]) {
    post(call, EventKind::Part(reply), parts);
}

/// Gives the last answer to a call.
pub fn reply(call: CallId, reply: impl Serialize, parts: &[JsValue]) {
    post(call, EventKind::Reply(reply), parts);
}

/// Says that a call cannot be done, or (without a call) that this worker is of no use any more.
pub fn fail(call: Option<CallId>, message: String) {
    let kind = EventKind::<()>::Failed(message.into());
    post(call.unwrap_or(UNANSWERED), kind, &[]);
}

fn post(call: CallId, kind: EventKind<impl Serialize>, parts: &[JsValue]) {
    scope::post_to(None, &Event { call, kind }, parts);
}
