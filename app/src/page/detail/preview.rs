//! The image in the details: of an own gallery its thumbnail at once, and its larger preview as soon as it is read.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlImageElement;

use crate::page::browser::object_url;
use crate::page::engine::own_picture::floats;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::page::ui::picture::Picture;
use crate::store_protocol::Request;

use super::zoom::in_square;

/// A larger preview.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The image that it is of.
    pub image: usize,
    /// Its address.
    pub address: String,
    /// The part of it that the image is, in shares of its sides: left, top, width, height; zeros for the whole.
    pub frame: [f32; 4],
}

/// The preview of the image that is open, once it is read; freed when another one is. With no image it is `enlarged` no
/// more.
pub fn preview_of(
    state: State,
    index: Memo<Option<usize>>,
    enlarged: RwSignal<bool>,
) -> RwSignal<Option<Preview>> {
    let found = RwSignal::new(None::<Preview>);
    effect(move || {
        let wanted = index.get();
        let before = found.try_update(Option::take).flatten();
        if let Some(before) = before {
            object_url::forget(&before.address);
        }
        let id = untrack(|| state.data_now()?.kept_id().map(str::to_owned));
        if wanted.is_none() {
            enlarged.set(false);
        }
        let (Some(wanted), Some(id)) = (wanted, id) else {
            return;
        };
        state.open_now().spawn(async move {
            let Some(preview) = read(state, id, wanted).await else {
                return;
            };
            // The original may have come first.
            let is_wanted = index.try_get_untracked() == Some(Some(wanted));
            if is_wanted && found.with_untracked(Option::is_none) {
                found.set(Some(preview));
            } else {
                object_url::forget(&preview.address);
            }
        });
    });
    found
}

/// Reads a preview; `None` where there is none. What is wrong with a gallery is said when its thumbnails are read.
async fn read(state: State, id: String, image: usize) -> Option<Preview> {
    let store = state.store().await.ok()?;
    let request = Request::Preview { id, image };
    let (_, parts) = store.call(request, &[]).await.ok()?;
    let address = object_url::of_jpeg(parts.first()?.dyn_ref()?)?;
    let frame = floats(parts.get(1..)?).ok()?;
    Some(Preview {
        image,
        address,
        frame: frame.try_into().unwrap_or_default(),
    })
}

/// The address of an image of an own gallery or the site: of its thumbnail, until there is a preview.
pub fn address(
    index: usize,
    preview: RwSignal<Option<Preview>>,
) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    let thumbnail = use_state().picture(index);
    move || match preview.get().filter(|preview| preview.image == index) {
        Some(preview) => Some(preview.address),
        None => thumbnail.get(),
    }
}

/// The sides of an image that was loaded.
pub fn sides(event: &web_sys::Event) -> Option<[f64; 2]> {
    let image: HtmlImageElement = event.target()?.dyn_into().ok()?;
    Some([image.natural_width(), image.natural_height()].map(f64::from))
}

/// The image, which a press enlarges.
#[component]
pub fn DetailImage(
    /// The image.
    index: usize,
    /// Its preview.
    preview: RwSignal<Option<Preview>>,
    /// True while it is enlarged.
    enlarged: RwSignal<bool>,
) -> impl IntoView {
    let state = use_state();
    let is_own = state
        .data_now()
        .is_some_and(|data| data.kept_id().is_some());
    let alt = text::detail::alt(&index);
    let image = match is_own {
        true => view! { <Whole index=index preview=preview /> }.into_any(),
        false => view! { <Picture index=index class="detail__picture" alt=alt /> }.into_any(),
    };
    view! {
        <button
            class="detail__image"
            type="button"
            title=text::previews::ENLARGE
            data-testid="enlarge"
            on:click=move |_| enlarged.set(true)
        >
            {image}
            <span class="sr-only">{text::previews::ENLARGE}</span>
        </button>
    }
}

/// An image of an own gallery, whole in a square, with a frame around the part that the gallery has.
#[component]
fn Whole(index: usize, preview: RwSignal<Option<Preview>>) -> impl IntoView {
    let loaded = RwSignal::new([0.0; 2]);
    let frame = move || {
        let part = preview.get().filter(|preview| preview.image == index)?;
        let [left, top, width, height] =
            in_square(part.frame, loaded.get())?.map(|share| share * 100.0);
        let style = format!("left:{left:.2}%;top:{top:.2}%;width:{width:.2}%;height:{height:.2}%");
        Some(view! { <span class="detail__frame" style=style data-testid="detail-frame"></span> })
    };
    view! {
        <img
            class="detail__picture detail__picture--whole"
            src=address(index, preview)
            decoding="async"
            on:load=move |event| loaded.set(sides(&event).unwrap_or_default())
            alt=text::detail::alt(&index)
        />
        {frame}
    }
}
