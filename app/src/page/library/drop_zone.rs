//! Dropping or pasting anywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent};

use crate::page::browser::dom;
use crate::page::browser::files::{self, Dropped};
use crate::page::state::{State, use_state};
use crate::page::text;

/// Listens to the window, and says so while something hovers over it. A few pictures are a question; anything more is
/// a gallery.
#[component]
pub fn DropZone() -> impl IntoView {
    let state = use_state();
    let hovering = RwSignal::new(false);
    listen("dragover", move |event| {
        let files = dragged(event).is_some_and(|data| data.types().includes(&"Files".into(), 0));
        if files {
            // Without this, the browser would open the file in place of the page.
            event.prevent_default();
            hovering.set(true);
        }
    });
    listen("dragleave", move |event| {
        let left = event
            .dyn_ref::<DragEvent>()
            .is_some_and(|event| event.related_target().is_none());
        if left {
            hovering.set(false);
        }
    });
    listen("drop", move |event| {
        event.prevent_default();
        hovering.set(false);
        if let Some(data) = dragged(event) {
            take(state, &data);
        }
    });
    listen("paste", move |event| {
        let data = event
            .dyn_ref::<ClipboardEvent>()
            .and_then(ClipboardEvent::clipboard_data);
        if let Some(data) = data {
            take(state, &data);
        }
    });
    view! {
        <div class="drop-zone" hidden=move || !hovering.get()>
            <p>
                {text::library::DROP_ZONE}
            </p>
        </div>
    }
}

/// Listens for as long as the page lives.
fn listen(name: &'static str, on: impl Fn(&web_sys::Event) + 'static) {
    if let Some(window) = dom::window() {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&window, name, options, on).forget();
    }
}

/// Uses what was dropped or pasted.
fn take(state: State, data: &DataTransfer) {
    match files::dropped(data) {
        Dropped::Pictures(files) => state.use_own_pictures(files),
        Dropped::Gallery(entries) => spawn_local(async move {
            match entries.all().await {
                Ok(brought) => state.offer_files(brought),
                Err(message) => state.refuse_offer(message),
            }
        }),
        Dropped::Nothing => {}
    }
}

fn dragged(event: &web_sys::Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>()?.data_transfer()
}
