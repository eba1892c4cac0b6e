//! A picture of the gallery, wherever it is kept.

use leptos::prelude::*;

use crate::page::state::use_state;

/// The picture itself. One that has to be asked for leaves its place empty until it is there.
#[component]
pub fn Picture(
    /// The image.
    index: usize,
    /// Its class.
    class: &'static str,
    /// Its alternative text.
    #[prop(into, optional)]
    alt: String,
    /// True if it may wait until it is near the view.
    #[prop(optional)]
    lazy: bool,
) -> impl IntoView {
    let state = use_state();
    let (width, height) = state
        .data_now()
        .and_then(|data| data.manifest.picture.clone())
        .map_or((1, 1), |format| (format.width, format.height));
    let address = state.picture(index);
    // One that cannot be had without a connection leaves its place empty, too, and is asked for again with one.
    let failed = RwSignal::new(false);
    let hidden = move || failed.get() && !state.site.online.get();
    view! {
        <img
            class=class
            src=move || address.get().filter(|_| !hidden())
            width=width.to_string()
            height=height.to_string()
            loading=lazy.then_some("lazy")
            decoding="async"
            on:error=move |_| failed.set(true)
            alt=alt
        />
    }
}
