//! Something that cannot be shown, and what to do.

use leptos::prelude::*;

use crate::page::library::own;
use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::use_state;
use crate::page::text;

/// A sentence, a button that tries again where that may help, and ways on: the visitor's galleries after one of them,
/// and the site's first gallery.
#[component]
pub fn Problem(
    /// The sentence.
    message: String,
) -> impl IntoView {
    let state = use_state();
    let shown = state.shown.get_untracked();
    let is_own = shown.as_deref().and_then(own::id_of).is_some();
    let first = move || {
        let index = state.index.get();
        let first = index.ready()?.choose(None)?.clone();
        (Some(&first.name) != shown.as_ref()).then_some(first)
    };
    let again = (message != text::library::GONE).then(|| {
        view! {
            <button class="button button--strong" type="button" on:click=move |_| state.retry()>
                {text::shell::TRY_AGAIN}
            </button>
        }
    });
    let own = is_own.then(|| {
        view! {
            <button
                class="button"
                type="button"
                on:click=move |_| state.go(Action::Show(Some(Panel::Library)))
            >
                {text::shell::YOUR_GALLERIES}
            </button>
        }
    });
    let instead = move || {
        first().map(|first| {
            view! {
                <button
                    class="button"
                    type="button"
                    on:click=move |_| state.go(Action::Gallery(first.name.clone()))
                >
                    {text::shell::show_instead(&first.title)}
                </button>
            }
        })
    };
    view! {
        <div class="problem" role="alert" data-testid="error">
            <h2>{text::shell::CANNOT_BE_SHOWN}</h2>
            <p>{message}</p>
            <div class="nothing__ways">{again} {own} {instead}</div>
        </div>
    }
}
