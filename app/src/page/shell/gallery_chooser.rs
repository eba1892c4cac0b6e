//! The choice of the gallery.

use leptos::prelude::*;

use crate::page::library::own;
use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::format;
use crate::store_protocol::Kept;

/// An own gallery that can be chosen.
#[derive(Clone, Debug, PartialEq)]
struct Own {
    id: String,
    title: String,
    images: usize,
}

/// True for a gallery with images that nothing keeps from being shown.
fn can_be_opened(kept: &Kept) -> bool {
    kept.problem.is_empty() && kept.done > 0
}

/// One radio button per shipped gallery, and one for the visitor's own that was shown last, or is the newest; the others
/// are in the library.
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
    let own = Memo::new(move |last: Option<&Option<Own>>| {
        let shown = state
            .data()
            .and_then(|data| Some((data.kept_id()?.to_owned(), data.manifest.title.clone())));
        let last = last.cloned().flatten();
        state.library.with(|library| match shown {
            Some((id, title)) => Some(Own {
                images: library.find(&id).map_or(0, |kept| kept.done),
                id,
                title,
            }),
            None if !library.known => last,
            None => {
                let last = last.and_then(|own| library.find(&own.id));
                let kept = last.or_else(|| library.kept.iter().find(|kept| can_be_opened(kept)))?;
                Some(Own {
                    id: kept.id.clone(),
                    title: kept.title.clone(),
                    images: kept.done,
                })
            }
        })
    });
    let is_shown = move |id: &str| {
        let name = own::name_of(id);
        state.shown.with(|shown| shown.as_deref() == Some(&name))
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
                own.get()
                    .map(|Own { id, title, images }| {
                        let (shown, counted, begun) = (id.clone(), id.clone(), id.clone());
                        let whole = title.clone();
                        let count = move || match is_shown(&counted) {
                            true => state.open().images.get(),
                            false => images,
                        };
                        view! {
                            <label class="segment" title=whole>
                                <input
                                    class="sr-only"
                                    type="radio"
                                    name="gallery"
                                    data-testid="gallery-own"
                                    prop:checked=move || is_shown(&shown)
                                    on:change=move |_| state.go(Action::Gallery(own::name_of(&id)))
                                />
                                <span class="segment__face segment__face--own">
                                    <span class="segment__name">{title}</span>
                                    <span class="segment__count">
                                        {move || match state.unfinished(&begun) {
                                            Some(_) => text::library::UNFINISHED.to_owned(),
                                            None => format::count(count()),
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
