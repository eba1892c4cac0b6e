//! Notices about the site, in a corner.

use leptos::prelude::*;

use crate::page::browser::offline;
use crate::page::state::{State, use_state};
use crate::page::teach::kept_tasks::Deleted;
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::page::ui::icon::{Icon, Symbol};

/// That there is no connection, that a newer version is here, and what cannot be shown.
#[component]
pub fn Notices() -> impl IntoView {
    let state = use_state();
    let site = state.site;
    // The visitor may have read it and go on.
    let later = RwSignal::new(false);
    effect(move || {
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
                    {close(text::shell::NOT_NOW, "update-later", Box::new(move || later.set(true)))}
                </div>
            }
        })
    };
    let deleted = move || {
        let Deleted { task, .. } = state.open().deleted.get()?;
        Some(undone(
            state,
            UndoNotice {
                testid: "forgotten",
                words: text::teach::deleted(&task.name),
                undo: |state| state.restore_deleted(),
                close: |state| state.open_now().deleted.set(None),
            },
        ))
    };
    let hiding = move || {
        let hiding = state.open().hiding.get()?;
        Some(undone(
            state,
            UndoNotice {
                testid: "hiding",
                words: text::selection::hiding(hiding.images.len(), hiding.hide, hiding.is_kept),
                undo: |state| state.undo_hiding(),
                close: |state| state.open_now().hiding.set(None),
            },
        ))
    };
    let corrected = move || {
        let corrected = state.open().corrected.get()?;
        Some(undone(
            state,
            UndoNotice {
                testid: "corrected",
                words: text::labels::corrected(&corrected.change),
                undo: |state| state.undo_correction(),
                close: |state| state.open_now().corrected.set(None),
            },
        ))
    };
    let notice = move || {
        state.notice.get().map(|notice| {
            view! {
                <div class="notice" data-testid="notice">
                    <p>{notice}</p>
                    {close(text::shell::CLOSE_NOTICE, "notice-close", Box::new(move || state.notice.set(None)))}
                </div>
            }
        })
    };
    // There from the start: what comes into it is read out.
    view! { <div class="notices" role="status">{offline} {update} {deleted} {hiding} {corrected} {notice}</div> }
}

/// Something done that can be taken back.
struct UndoNotice {
    testid: &'static str,
    words: String,
    undo: fn(State),
    close: fn(State),
}

fn undone(state: State, notice: UndoNotice) -> AnyView {
    let UndoNotice {
        testid,
        words,
        undo,
        close: does,
    } = notice;
    view! {
        <div class="notice" data-testid=testid>
            <p>{words}</p>
            <button
                class="button"
                type="button"
                data-testid=format!("{testid}-undo")
                on:click=move |_| undo(state)
            >
                {text::teach::UNDO}
            </button>
            {close(text::shell::CLOSE_NOTICE, "undo-close", Box::new(move || does(state)))}
        </div>
    }
    .into_any()
}

/// A button that closes a notice.
fn close(label: &'static str, id: &'static str, does: Box<dyn Fn()>) -> AnyView {
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
    .into_any()
}
