//! One kept gallery: opened, renamed, exported, deleted.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, SubmitEvent};

use crate::page::browser::clock;
use crate::page::query::action::Action;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::upper_first;
use crate::page::ui::format;
use crate::store_protocol::Kept;

use super::own;
use super::unfinished::Continue;

/// The mode of a line of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Shown,
    Renaming,
    Exporting,
    Deleting,
}

/// A line of the list.
#[component]
pub fn LibraryEntry(
    /// The gallery.
    id: String,
) -> impl IntoView {
    let state = use_state();
    let mode = RwSignal::new(Mode::Shown);
    let id = StoredValue::new(id);
    let kept = Memo::new(move |_| {
        state
            .library
            .with(|library| library.find(&id.get_value()).cloned())
    });
    let unfinished = Memo::new(move |_| id.with_value(|id| state.unfinished(id)));
    let runs = Memo::new(move |_| {
        state
            .import_job
            .with(|import_job| id.with_value(|id| import_job.is_of(id)))
    });
    let title = move || kept.get().map(|kept| kept.title).unwrap_or_default();
    let open = move |_| state.go(Action::Gallery(own::name_of(&id.get_value())));
    let rename = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event
            .target()
            .and_then(|form| form.dyn_into::<web_sys::Element>().ok());
        let input = form.and_then(|form| form.query_selector("input").ok().flatten());
        if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
            state.rename_gallery(id.get_value(), &input.value());
        }
        mode.set(Mode::Shown);
    };
    let export = move |_| {
        mode.set(Mode::Exporting);
        spawn_local(async move {
            state.export_gallery(id.get_value()).await;
            // The dialog may be closed by now.
            mode.try_set(Mode::Shown);
        });
    };
    let shown = move || {
        let works = move || kept.get().is_some_and(|kept| kept.problem.is_empty());
        view! {
            {move || {
                let rereadable = unfinished.get()?.rereadable;
                Some(view! { <Continue id=id.get_value() title=title() rereadable=rereadable /> })
            }}
            <button
                class="button button--strong"
                type="button"
                data-testid="library-open"
                aria-label=move || text::library::open(&title())
                disabled=move || !works()
                on:click=open
            >
                {text::library::OPEN}
            </button>
            <button
                class="button"
                type="button"
                aria-label=move || text::library::rename(&title())
                disabled=move || !works()
                on:click=move |_| mode.set(Mode::Renaming)
            >
                {text::library::RENAME}
            </button>
            <button
                class="button"
                type="button"
                data-testid="library-export"
                aria-label=move || text::library::export(&title())
                disabled=move || !works()
                on:click=export
            >
                {text::library::EXPORT}
            </button>
            <button
                class="button"
                type="button"
                data-testid="library-delete"
                aria-label=move || text::library::delete(&title())
                on:click=move |_| mode.set(Mode::Deleting)
            >
                {text::library::DELETE}
            </button>
        }
    };
    let renaming = move || {
        view! {
            <form class="entry__rename" on:submit=rename>
                <label>
                    <span class="sr-only">{text::library::NEW_NAME}</span>
                    <input class="field" type="text" maxlength="80" value=title() />
                </label>
                <button class="button button--strong" type="submit">{text::library::RENAME}</button>
                <button class="button" type="button" on:click=move |_| mode.set(Mode::Shown)>
                    {text::library::CANCEL}
                </button>
            </form>
        }
    };
    let deleting = move || {
        view! {
            <span class="entry__sure">{text::library::DELETE_FOR_GOOD}</span>
            <button
                class="button button--strong"
                type="button"
                data-testid="library-delete-sure"
                on:click=move |_| state.delete_gallery(id.get_value())
            >
                {text::library::DELETE}
            </button>
            <button class="button" type="button" on:click=move |_| mode.set(Mode::Shown)>
                {text::library::KEEP}
            </button>
        }
    };
    view! {
        <li class="entry" data-testid="library-entry" data-id=move || id.get_value()>
            <div class="entry__words">
                <h3 class="entry__title">{title}</h3>
                <p class="entry__facts">
                    {move || {
                        kept.get()
                            .map(|kept| facts(&kept, &network_title(state, &kept.network), runs.get()))
                    }}
                </p>
                {move || {
                    let kept = kept.get().filter(|kept| kept.previews_full)?;
                    let words = text::previews::entry(kept.previews, kept.done);
                    Some(view! { <p class="entry__facts" data-testid="entry-previews">{words}</p> })
                }}
                {move || {
                    let outside = state
                        .library
                        .with(|library| id.with_value(|id| library.outside.another_kind(id)))?;
                    Some(view! { <p class="entry__facts" data-testid="entry-outside">{text::domain::entry(outside)}</p> })
                }}
            </div>
            <div class="entry__tools">
                {move || match mode.get() {
                    Mode::Shown => shown().into_any(),
                    Mode::Renaming => renaming().into_any(),
                    Mode::Exporting => view! { <span role="status">{text::library::EXPORTING}</span> }.into_any(),
                    Mode::Deleting => deleting().into_any(),
                }}
            </div>
        </li>
    }
}

/// The title of a network: that of its gallery, or else its name.
fn network_title(state: State, name: &str) -> String {
    let title = state.index.with(|index| {
        let entry = index.ready()?.galleries.iter().find(|it| it.name == name);
        entry.map(|entry| entry.title.clone())
    });
    title.unwrap_or_else(|| upper_first(name))
}

/// Images, network, size, the moment it was begun; and its state: whole, what is missing, or why it cannot be opened.
fn facts(kept: &Kept, network: &str, runs: bool) -> String {
    let pictures = format::counted(kept.images, "picture");
    let progress = match (kept.problem.as_str(), kept.done == kept.images) {
        ("", true) => text::library::COMPLETE.to_owned(),
        ("", false) => {
            let words = match runs {
                true => text::library::being_imported,
                false => text::library::partly_done,
            };
            words(&format::count(kept.done))
        }
        (problem, _) => problem.to_owned(),
    };
    let begun = clock::moment(kept.created);
    text::library::facts(
        &pictures,
        &network,
        &format::bytes(kept.bytes),
        &begun,
        &progress,
    )
}
