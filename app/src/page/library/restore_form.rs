//! A gallery that was exported before: kept again.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::format;
use crate::store_protocol::Recognised;

/// The description of a saved gallery, and the button that restores it.
#[component]
#[expect(
    clippy::needless_pass_by_value,
    reason = "a component owns what it shows"
)]
pub fn RestoreForm(
    /// The recognised gallery.
    recognised: Recognised,
) -> impl IntoView {
    let state = use_state();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let restore = move |_| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            if let Err(message) = state.restore_gallery().await {
                problem.try_set(Some(message));
            }
            busy.try_set(false);
        });
    };
    let facts = text::library::restore_facts(
        &format::counted(recognised.images, "picture"),
        &format::bytes(recognised.bytes),
    );
    view! {
        <div class="offer" data-testid="offer">
            <h3 class="offer__title">{text::library::saved_gallery(&recognised.name)}</h3>
            <p>{facts}</p>
            {move || {
                problem.get().map(|problem| view! { <p class="library__problem" role="alert">{problem}</p> })
            }}
            <div class="offer__tools">
                <button
                    class="button button--strong"
                    type="button"
                    data-testid="restore"
                    disabled=busy
                    on:click=restore
                >
                    {move || if busy.get() { text::library::COPYING } else { text::library::RESTORE }}
                </button>
                <button class="button" type="button" on:click=move |_| state.drop_offer()>
                    {text::library::CANCEL}
                </button>
            </div>
        </div>
    }
}
