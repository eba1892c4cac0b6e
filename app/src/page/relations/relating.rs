//! The data and the selection that map, channels, table and facts share.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, EventTarget, HtmlElement};

use crate::page::results::moves::Move;

use super::modulation::{Part, Scaling};

/// The data shown by the parts of this view, and the selected task.
#[derive(Clone, Debug)]
pub struct Relating {
    /// The kind of vectors.
    pub part: Part,
    /// The modulation vectors.
    pub scaling: Arc<Scaling>,
    /// The initial values before training, in a sentence, if there is something to say.
    pub start: Option<String>,
    /// The tasks' names, for people.
    pub titles: Arc<[String]>,
    /// The task under the pointer.
    pub hovered: RwSignal<Option<usize>>,
    /// The task that has the focus.
    pub focused: RwSignal<Option<usize>>,
    /// The task that is told about: one of these, else the lens.
    pub active: Memo<Option<usize>>,
    /// The tasks most alike to it.
    pub beside: Memo<Vec<usize>>,
}

/// The task whose button an event came from.
pub(crate) fn task_of(target: Option<EventTarget>) -> Option<usize> {
    let element: Element = target?.dyn_into().ok()?;
    let button: HtmlElement = element.closest("[data-task]").ok()??.dyn_into().ok()?;
    button.dataset().get("task")?.parse().ok()
}

/// The move a key stands for, unless it is pressed with another.
pub(crate) fn move_of(event: &KeyboardEvent) -> Option<Move> {
    let plain = !(event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key());
    Move::of_key(&event.key()).filter(|_| plain)
}
