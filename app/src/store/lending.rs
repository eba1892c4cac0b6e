//! The calls of engines, each at the other end of a port: they collect what is lent, and hand back what becomes of it.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::MessagePort;

use super::dispatch::send;
use super::parcel::Parcel;
use super::state::{STATE, with_writing};
use crate::answers;
use crate::calls::Call;
use crate::calls::Refusal;
use crate::lending_protocol::{Reply, Request};

/// Listens to the engine at the other end of the port in a message.
pub(super) fn connect(parts: &[JsValue]) {
    let port = parts.first().and_then(|part| part.dyn_ref::<MessagePort>());
    if let Some(port) = port.cloned() {
        let engine = port.clone();
        answers::listen_to(&port, move |Call { call, request }, parts| {
            send(Some(&engine), call, answer(request, &parts));
        });
    }
}

/// Ends a loan, which leaves room on the way.
pub(super) fn release(loan: u32) {
    STATE.with_borrow_mut(|state| {
        let image = state.loans.release(loan);
        if let (Some(image), Some(writing)) = (image, &mut state.writing) {
            writing.land(image);
        }
    });
}

/// At once: results are taken in as they come.
fn answer(request: Request, parts: &[JsValue]) -> Result<(Reply, Vec<JsValue>), Refusal> {
    match request {
        Request::Collect { loan, first, count } => {
            STATE.with_borrow(|state| state.loans.collect(loan, first, count))
        }
        Request::Append {
            loan,
            first,
            lengths,
            previews,
            shares,
            mut skipped,
        } => {
            // An engine may still be at work for an import that has ended.
            let first = STATE.with_borrow(|state| state.loans.image(loan, first))?;
            for skipped in &mut skipped {
                skipped.index += first;
            }
            let parcel = Parcel::new(lengths, (previews, shares), skipped, parts)?;
            with_writing(|writing| {
                writing.take(first, parcel)?;
                let previews_full = writing.previews_are_full();
                Ok((Reply::Appended { previews_full }, Vec::new()))
            })
        }
    }
}
