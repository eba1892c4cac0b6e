//! Notices about the site, in a corner.

use leptos::prelude::*;

use crate::page::browser::offline;
use crate::page::selection::hide::Hiding;
use crate::page::state::use_state;
use crate::page::teach::kept_tasks::Deleted;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

/// That there is no connection, that a newer version is here, and what cannot be shown.
#[component]
pub fn Notices() -> impl IntoView {
    let state = use_state();
    let site = state.site;
    // The visitor may have read it and go on.
    let later = RwSignal::new(false);
    Effect::new(move |_| {
        if !site.update.get() {
            later.set(false);
        }
    });
    let offline = move || {
        (!site.online.get()).then(|| {
            view! {
                <p class="notice" data-testid="offline">
                    <Icon symbol=Symbol::Offline />
                    {text::shell::OFFLINE}
                </p>
            }
        })
    };
    let update = move || {
        (site.update.get() && !later.get()).then(|| {
            view! {
                <div class="notice" data-testid="update">
                    <p>
                        {text::shell::NEW_VERSION} <span class="count">{move || state.at_stake()}</span>
                    </p>
                    <button
                        class="button button--strong"
                        type="button"
                        data-testid="update-accept"
                        on:click=move |_| offline::update()
                    >
                        {text::shell::RELOAD}
                    </button>
                    {close(text::shell::NOT_NOW, "update-later", move || later.set(true))}
                </div>
            }
        })
    };
    let deleted = move || {
        let Deleted { task, .. } = state.open().deleted.get()?;
        Some(view! {
            <div class="notice" data-testid="forgotten">
                <p>{text::teach::deleted(&task.name)}</p>
                <button
                    class="button"
                    type="button"
                    data-testid="forgotten-undo"
                    on:click=move |_| state.restore_deleted()
                >
                    {text::teach::UNDO}
                </button>
                {close(text::shell::CLOSE_NOTICE, "deleted-close", move || state.open_now().deleted.set(None))}
            </div>
        })
    };
    let hiding = move || {
        let Hiding {
            images,
            hide,
            is_kept,
        } = state.open().hiding.get()?;
        Some(view! {
            <div class="notice" data-testid="hiding">
                <p>{text::selection::hiding(images.len(), hide, is_kept)}</p>
                <button
                    class="button"
                    type="button"
                    data-testid="hiding-undo"
                    on:click=move |_| state.undo_hiding()
                >
                    {text::selection::UNDO}
                </button>
                {close(text::shell::CLOSE_NOTICE, "hiding-close", move || state.open_now().hiding.set(None))}
            </div>
        })
    };
    let notice = move || {
        state.notice.get().map(|notice| {
            view! {
                <div class="notice" data-testid="notice">
                    <p>{notice}</p>
                    {close(text::shell::CLOSE_NOTICE, "notice-close", move || state.notice.set(None))}
                </div>
            }
        })
    };
    // There from the start: what comes into it is read out.
    view! { <div class="notices" role="status">{offline} {update} {deleted} {hiding} {notice}</div> }
}

/// A button that closes a notice.
fn close(label: &'static str, id: &'static str, does: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button
            class="button button--quiet button--icon"
            type="button"
            aria-label=label
            title=label
            data-testid=id
            on:click=move |_| does()
        >
            <Icon symbol=Symbol::Close />
        </button>
    }
}
