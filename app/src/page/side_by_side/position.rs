//! The position within the rows: the hovered image, and the cell with the keyboard focus.

use std::sync::Arc;

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, EventTarget};

use crate::page::browser::focus;
use crate::page::browser::frames;
use crate::page::browser::measure;
use crate::page::results::moves::Move;
use crate::page::state::{State, use_state};
use crate::page::ui::effect::effect;

use super::rows::{Cell, place, places_in_words, step};
use super::state::RowAnswer;

/// The state shared by the rows.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// The element that holds the rows.
    pub element: NodeRef<Div>,
    /// The picture pointed at, or with the focus.
    pub pointed: RwSignal<Option<usize>>,
    /// The cell that had the focus last.
    last: RwSignal<Option<Cell>>,
    /// True while the focus is still there.
    inside: StoredValue<bool>,
    state: State,
}

impl Beside {
    /// Begins at the first picture.
    pub fn begin() -> Self {
        let state = use_state();
        let element = NodeRef::<Div>::new();
        effect(move || {
            if let Some(element) = element.get() {
                frames::next(move || measure::tell_covered(&element));
            }
        });
        Self {
            element,
            pointed: RwSignal::new(None),
            last: RwSignal::new(None),
            inside: StoredValue::new(false),
            state,
        }
    }

    /// The task and the cell that Tab leads to, of all pictures; tracked.
    pub fn at(&self) -> Cell {
        let rows = self.state.rows.get();
        let last = self.last.get().filter(|(task, _)| rows.contains(task));
        let first = rows.first().copied().unwrap_or_default();
        let (task, cell) = last.unwrap_or((first, 1));
        (task, cell.clamp(1, self.length(task).max(1)))
    }

    /// Pictures in a task's row; tracked.
    fn length(&self, task: usize) -> usize {
        self.state.row(task).map_or(0, |row| row.best.len())
    }

    /// The positions of an image in the rows, in words; tracked.
    pub fn places(&self, picture: usize) -> String {
        let rows = self.state.rows.get();
        let rows: Vec<Arc<RowAnswer>> = rows
            .iter()
            .filter_map(|&task| self.state.row(task))
            .collect();
        let places = rows.iter();
        let places = places.map(|row| (row.title.as_str(), place(&row.best, picture)));
        places_in_words(picture, &places.collect::<Vec<_>>())
    }

    /// The mouse is over something.
    pub fn point(&self, event: &MouseEvent) {
        self.point_at(element(event.target()).and_then(|element| picture(&element)));
    }

    /// The mouse has left the rows.
    pub fn leave(&self) {
        self.point_at(None);
    }

    fn point_at(&self, picture: Option<usize>) {
        if self.pointed.get_untracked() != picture {
            self.pointed.set(picture);
        }
    }

    /// Something got the focus.
    pub fn hold(&self, event: &FocusEvent) {
        let Some(element) = element(event.target()) else {
            return;
        };
        self.inside.set_value(true);
        self.point_at(picture(&element));
        // Headings are stops of their own.
        if let Some(cell) = cell(&element).filter(|(_, cell)| *cell > 0) {
            self.last.set(Some(cell));
        }
    }

    /// Something lost it.
    pub fn let_go(&self) {
        if focus::is_here() {
            self.inside.set_value(false);
            self.point_at(None);
        }
    }

    /// Says that pictures are put elsewhere just now. Moving one takes the focus from it, which is no wish of the
    /// visitor's: what then lies in its place has it.
    pub fn drawing(&self) {
        let beside = *self;
        let Some(cell) = beside
            .last
            .get_untracked()
            .filter(|_| beside.inside.get_value())
        else {
            return;
        };
        spawn_local(async move {
            if focus::is_lost() {
                beside.focus(cell);
            }
        });
    }

    /// Keys that move go from cell to cell.
    pub fn press(&self, event: &KeyboardEvent) {
        let from = element(event.target()).and_then(|element| cell(&element));
        let plain = !(event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key());
        let (Some((task, at)), Some(to)) = (from, Move::of_key(&event.key()).filter(|_| plain))
        else {
            return;
        };
        let rows = self.state.rows.get_untracked();
        let lengths: Vec<usize> = untrack(|| rows.iter().map(|&task| self.length(task)).collect());
        let row = rows.iter().position(|&row| row == task);
        if let Some((row, cell)) = row.and_then(|row| step((row, at), to, &lengths)) {
            event.prevent_default();
            self.focus((rows.get(row).copied().unwrap_or(task), cell));
        }
    }

    /// Puts the focus on a cell of a task's row.
    pub fn focus(&self, (task, cell): Cell) {
        // The rows may be gone by now.
        if let Some(element) = self.element.try_get_untracked().flatten() {
            measure::tell_covered(&element);
            let cell = format!("[data-row=\"{task}\"][data-cell=\"{cell}\"]");
            focus::go(&element, &[&cell]);
        }
    }
}

fn element(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into().ok()
}

/// The picture of the cell an element lies in.
fn picture(element: &Element) -> Option<usize> {
    let cell = element.closest("[data-index]").ok()??;
    cell.get_attribute("data-index")?.parse().ok()
}

/// The cell an element stands for.
fn cell(element: &Element) -> Option<Cell> {
    let number = |name: &str| element.get_attribute(name)?.parse().ok();
    Some((number("data-row")?, number("data-cell")?))
}
