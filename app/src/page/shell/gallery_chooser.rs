//! The choice of the gallery.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::format;

/// One radio button per shipped gallery, and one for the visitor's own while it is shown; the others are in the
/// library.
#[component]
pub fn GalleryChooser() -> impl IntoView {
    let state = use_state();
    let entries = move || {
        state.index.with(|index| {
            index
                .ready()
                .map(|index| index.galleries.clone())
                .unwrap_or_default()
        })
    };
    let entry = move |entry: crate::page::shell::gallery_index::GalleryEntry| {
        let (name, step_name) = (entry.name.clone(), entry.name.clone());
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="gallery"
                    data-testid=format!("gallery-{}", entry.name)
                    prop:checked=move || state.shown.with(|shown| shown.as_deref() == Some(&name))
                    on:change=move |_| state.go(Action::Gallery(step_name.clone()))
                />
                <span class="segment__face">
                    {entry.title}
                    <span class="segment__count">
                        {(entry.images > 0).then(|| format::count(entry.images))}
                    </span>
                </span>
            </label>
        }
    };
    let own_title = move || {
        let data = state.data()?;
        data.kept_id()?;
        Some(data.manifest.title.clone())
    };
    view! {
        <fieldset class="segments" data-testid="gallery-chooser">
            <legend class="sr-only">{text::shell::GALLERY}</legend>
            // The room of those that are still on their way.
            {move || {
                let missing = state.index.with(|index| index.ready().is_none());
                missing.then(|| view! { <span class="segment__face" aria-hidden="true">"\u{a0}"</span> })
            }}
            {move || entries().into_iter().map(entry).collect_view()}
            {move || {
                own_title()
                    .map(|title| {
                        view! {
                            <label class="segment">
                                <input
                                    class="sr-only"
                                    type="radio"
                                    name="gallery"
                                    data-testid="gallery-own"
                                    checked
                                />
                                <span class="segment__face segment__face--own">
                                    {title}
                                    <span class="segment__count">
                                        {move || match state.shown_unfinished() {
                                            Some(_) => text::library::UNFINISHED.to_owned(),
                                            None => format::count(state.open().images.get()),
                                        }}
                                    </span>
                                </span>
                            </label>
                        }
                    })
            }}
        </fieldset>
    }
}
