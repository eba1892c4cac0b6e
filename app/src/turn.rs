//! Giving the browser its turn in the middle of work, on the page and in workers.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

/// Lets the browser handle what waits (messages, input, painting) before the work goes on.
///
/// A message to ourselves: a timer of zero is stretched to 4 ms when it is set again and again, and the continuation
/// of `scheduler.yield` comes before the messages that wait.
pub async fn breathe() {
    let promise = Promise::new(&mut |resolve, _| {
        let posted = MessageChannel::new().and_then(|channel| {
            channel.port1().set_onmessage(Some(&resolve));
            channel.port2().post_message(&JsValue::NULL)
        });
        if posted.is_err() {
            resolve.call0(&JsValue::NULL).ok();
        }
    });
    JsFuture::from(promise).await.ok();
}
