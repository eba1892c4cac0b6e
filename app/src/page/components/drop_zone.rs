//! Dropping or pasting a picture anywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File};

use crate::page::browser::dom;
use crate::page::state::use_state;

/// Listens to the window, and says so while a picture hovers over it.
#[component]
pub fn DropZone() -> impl IntoView {
    let state = use_state();
    let hovering = RwSignal::new(false);
    if let Some(window) = dom::window() {
        let listen =
            |name: &'static str, on: fn(&web_sys::Event, RwSignal<bool>) -> Option<File>| {
                let options = EventListenerOptions::enable_prevent_default();
                let listener =
                    EventListener::new_with_options(&window, name, options, move |event| {
                        if let Some(file) = on(event, hovering) {
                            state.use_own_picture(file);
                        }
                    });
                // The page listens as long as it lives.
                listener.forget();
            };
        listen("dragover", |event, hovering| {
            let files =
                dragged(event).is_some_and(|data| data.types().includes(&"Files".into(), 0));
            if files {
                // Without this, the browser would open the picture in place of the page.
                event.prevent_default();
                hovering.set(true);
            }
            None
        });
        listen("dragleave", |event, hovering| {
            let left = event
                .dyn_ref::<DragEvent>()
                .is_some_and(|event| event.related_target().is_none());
            if left {
                hovering.set(false);
            }
            None
        });
        listen("drop", |event, hovering| {
            event.prevent_default();
            hovering.set(false);
            picture(&dragged(event)?)
        });
        listen("paste", |event, _| {
            picture(&event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?)
        });
    }
    view! {
        <div class="drop-zone" hidden=move || !hovering.get()>
            <p>"Drop a picture to find others like it. It stays on your machine."</p>
        </div>
    }
}

fn dragged(event: &web_sys::Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>()?.data_transfer()
}

/// The first picture among what was dropped or pasted.
fn picture(data: &DataTransfer) -> Option<File> {
    let files = data.files()?;
    (0..files.length())
        .filter_map(|at| files.get(at))
        .find(|file| file.type_().starts_with("image/"))
}
