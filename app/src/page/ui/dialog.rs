//! A modal dialog: the browser's own, with its focus trap and its Escape key.

use std::sync::Arc;

use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::page::text;
use crate::page::ui::effect::effect;

use super::icon::{Icon, Symbol};

/// A dialog that is open while `open` says so, and calls `close` when the visitor leaves it by any way.
#[component]
pub fn Dialog(
    /// True while it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// The visitor wants to leave.
    close: impl Fn() + Copy + Send + Sync + 'static,
    /// Name for screen readers.
    label: &'static str,
    /// Hook for tests.
    testid: &'static str,
    /// True if it slides in from below, as high as its content.
    #[prop(optional)]
    sheet: bool,
    /// True if it is as large as the window.
    #[prop(optional)]
    window: bool,
    /// Content, made anew each time.
    children: ChildrenFn,
) -> impl IntoView {
    let close: Arc<dyn Fn() + Send + Sync> = Arc::new(close);
    dialog(
        open,
        StoredValue::new(close),
        [label, testid],
        [sheet, window],
        children,
    )
}

/// The dialog: compiled once for all of them.
fn dialog(
    open: Signal<bool>,
    close: StoredValue<Arc<dyn Fn() + Send + Sync>>,
    [label, testid]: [&'static str; 2],
    [sheet, window]: [bool; 2],
    children: ChildrenFn,
) -> AnyView {
    let close = move || {
        if let Some(close) = close.try_get_value() {
            close();
        }
    };
    let element = NodeRef::<DialogElement>::new();
    effect(move || {
        let open = open.get();
        if let Some(dialog) = element.get() {
            if open && !dialog.open() {
                // It is in the document and closed, so that showing it cannot fail.
                dialog.show_modal().ok();
            } else if !open && dialog.open() {
                dialog.close();
            }
        }
    });
    // A press beside the dialog's content lands on the dialog itself.
    let pressed = move |event: web_sys::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.tag_name().eq_ignore_ascii_case("dialog")) {
            close();
        }
    };
    view! {
        <dialog
            class="dialog"
            class:sheet=sheet
            class:dialog--window=window
            node_ref=element
            aria-label=label
            data-testid=testid
            on:close=move |_| {
                if open.get_untracked() {
                    close();
                }
            }
            on:click=pressed
        >
            <Show when=move || open.get()>
                <div class="dialog__content" tabindex="-1" autofocus>
                    {children()}
                </div>
                <button
                    class="button button--quiet button--icon dialog__close"
                    type="button"
                    aria-label=text::shell::CLOSE
                    data-testid="dialog-close"
                    on:click=move |_| close()
                >
                    <Icon symbol=Symbol::Close />
                </button>
            </Show>
        </dialog>
    }
    .into_any()
}
