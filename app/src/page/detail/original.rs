//! The original of an image, opened where the browser has a handle to the folder or file that it came from.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlImageElement;

use crate::page::browser::{handles, object_url};
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};
use crate::store_protocol::Request;

use super::preview::Preview;

/// A button that shows the original enlarged; nothing for a gallery without handles.
#[component]
pub fn Original(
    /// The image.
    index: usize,
    /// Its preview, which the original replaces.
    preview: RwSignal<Option<Preview>>,
    /// True while it is enlarged.
    enlarged: RwSignal<bool>,
) -> impl IntoView {
    let state = use_state();
    let id = state.data_now()?.kept_id().map(str::to_owned)?;
    let id = StoredValue::new(id);
    let is_kept = Memo::new(move |_| {
        let library = state.library.get();
        id.with_value(|id| library.find(id).is_some_and(|kept| kept.originals))
    });
    let looking = RwSignal::new(false);
    let problem = RwSignal::new(String::new());
    let open = move |_| {
        looking.set(true);
        problem.set(String::new());
        state.open_now().spawn(async move {
            let read = read(state, id.get_value(), index).await;
            // The details may show another image by now.
            if looking.try_set(false).is_some() {
                return;
            }
            match read {
                Ok(address) => {
                    preview.update(|preview| {
                        let frame = preview.as_ref().map(|preview| preview.frame);
                        let original = Preview {
                            image: index,
                            address: address.used(),
                            frame: frame.unwrap_or_default(),
                        };
                        if let Some(before) = preview.replace(original) {
                            object_url::forget(&before.address);
                        }
                    });
                    enlarged.set(true);
                }
                Err(message) => problem.set(message),
            }
        });
    };
    let words = move || match looking.get() {
        true => text::previews::LOOKING,
        false => text::previews::ORIGINAL,
    };
    Some(move || {
        is_kept.get().then(|| {
            view! {
                <button
                    class="button"
                    type="button"
                    disabled=looking
                    data-testid="original"
                    on:click=open
                >
                    <Icon symbol=Symbol::Whole />
                    {words}
                </button>
                <p class="detail__problem" role="status" data-testid="original-problem">{problem}</p>
            }
        })
    })
}

/// The address of the original's bytes.
///
/// # Errors
/// The visitor does not let it be read, it was changed or is gone, or the browser cannot show it: in a sentence.
async fn read(state: State, id: String, image: usize) -> Result<Address, String> {
    let store = state.store().await?;
    let request = Request::Handles {
        id: id.clone(),
        image: Some(image),
    };
    let (_, handles) = store.call(request, &[]).await?;
    if handles.is_empty() {
        return Err(text::previews::NO_HANDLE.into());
    }
    if !handles::allow(&handles).await {
        return Err(text::previews::NOT_ALLOWED.into());
    }
    let request = Request::Original { id, image };
    let (_, parts) = store.call(request, &[]).await?;
    let bytes = parts.first().and_then(|part| part.dyn_ref());
    let address = bytes.and_then(object_url::of_jpeg);
    let address = Address(address.ok_or(text::previews::CANNOT_SHOW)?);
    match is_shown(&address.0).await {
        true => Ok(address),
        false => Err(text::previews::CANNOT_SHOW.into()),
    }
}

/// An address that is forgotten unless it is used: the gallery may be closed before the original is decoded.
struct Address(String);

impl Address {
    fn used(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            object_url::forget(&self.0);
        }
    }
}

/// True if the browser can decode what is at an address; afterwards it is drawn without a gap.
async fn is_shown(address: &str) -> bool {
    let Ok(image) = HtmlImageElement::new() else {
        return false;
    };
    image.set_src(address);
    JsFuture::from(image.decode()).await.is_ok()
}
