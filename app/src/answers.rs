//! Calls as a worker hears and answers them.

use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::MessageEvent;

use crate::calls::{Call, CallId, Event};
use crate::{scope, wire};

/// Listens to the page for as long as the worker lives, and says so. `name` is the worker's in a message for the visitor.
pub fn listen<R: DeserializeOwned + 'static>(
    name: &'static str,
    mut handle: impl FnMut(Call<R>, Vec<JsValue>) + 'static,
) {
    std::panic::set_hook(Box::new(move |info| {
        // Whatever panicked has left its data behind in an unknown state: this worker is over.
        fail(None, format!("the {name} broke ({info}); reload the page"));
        scope::global().close();
    }));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match wire::unpack(&message.data()) {
            Ok((call, parts)) => handle(call, parts),
            Err(message) => fail(None, message),
        }
    });
    scope::global().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    scope::post(&Event::<()>::Booted, &[]);
}

/// Gives one of several answers to a call.
pub fn part(call: CallId, reply: impl Serialize, parts: &[JsValue]) {
    scope::post(&Event::Part { call, reply }, parts);
}

/// Gives the last answer to a call.
pub fn reply(call: CallId, reply: impl Serialize, parts: &[JsValue]) {
    scope::post(&Event::Reply { call, reply }, parts);
}

/// Says that a call cannot be done, or (without a call) that this worker is of no use any more.
pub fn fail(call: Option<CallId>, message: String) {
    let full = false;
    scope::post(
        &Event::<()>::Failed {
            call,
            message,
            full,
        },
        &[],
    );
}

/// Says that a call cannot be done as long as the disk is full.
pub fn fail_for_room(call: CallId, message: String) {
    let (call, full) = (Some(call), true);
    scope::post(
        &Event::<()>::Failed {
            call,
            message,
            full,
        },
        &[],
    );
}
