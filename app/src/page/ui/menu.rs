//! A small menu: a button, and what it opens. A press elsewhere, leaving it and Escape close it.

use leptos::ev::KeyboardEvent;
use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{EventTarget, Node};

/// The menu.
#[component]
pub fn Menu(
    /// The element, by which it can be closed.
    element: NodeRef<Details>,
    /// The words on its button.
    label: &'static str,
    /// Hook for tests.
    testid: &'static str,
    /// Called whenever it may have been closed.
    #[prop(optional, into)]
    closed: Option<Callback<()>>,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let close = move || {
        close(element);
        if let Some(closed) = closed {
            closed.run(());
        }
    };
    let has = move |target: Option<EventTarget>| {
        let node = target.and_then(|it| it.dyn_into::<Node>().ok());
        let element = element.try_get_untracked().flatten();
        element.is_some_and(|element| element.contains(node.as_ref()))
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        if !has(event.target()) {
            close();
        }
    });
    on_cleanup(move || outside.remove());
    let left = move |event: web_sys::FocusEvent| {
        let to = event.related_target();
        if to.is_some() && !has(to) {
            close();
        }
    };
    let keys = move |event: KeyboardEvent| {
        let open = element
            .get_untracked()
            .filter(web_sys::HtmlDetailsElement::open);
        if event.key() == "Escape"
            && let Some(element) = open
        {
            event.stop_propagation();
            close();
            if let Ok(Some(summary)) = element.query_selector("summary")
                && let Ok(summary) = summary.dyn_into::<web_sys::HtmlElement>()
            {
                summary.focus().ok();
            }
        }
    };
    view! {
        <details class="tools" node_ref=element on:focusout=left on:keydown=keys data-testid=testid>
            <summary class="button tools__open">{label}</summary>
            <div class="tools__menu">{children()}</div>
        </details>
    }
}

/// Closes a menu.
pub fn close(element: NodeRef<Details>) {
    if let Some(element) = element.try_get_untracked().flatten() {
        element.set_open(false);
    }
}
