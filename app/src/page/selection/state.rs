//! Selecting by mouse, touch and keyboard.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::page::state::State;
use crate::page::teach::examples::marked_all;
use crate::page::text;
use crate::page::ui::effect::effect;

use super::selected::Selection;

/// The most images that are marked at once: a link carries the marks.
const MOST_MARKED: usize = 200;

impl State {
    /// True if an image is selected; tracked.
    pub fn is_selected(&self, image: usize) -> bool {
        self.open().selection.with(|selection| selection.has(image))
    }

    /// Selects an image, or leaves it out.
    pub fn toggle_selected(&self, image: usize) {
        self.open_now()
            .selection
            .update(|selection| selection.toggle(image));
    }

    /// Selects the results from the anchor to an image. Without an anchor the range begins at `from`.
    pub fn select_to(&self, from: usize, to: usize) {
        self.change_by_order(|selection, order| selection.extend(order, from, to));
    }

    /// Selects images, beside those that are selected.
    pub fn select_images(&self, images: &[usize]) {
        self.open_now()
            .selection
            .update(|selection| selection.all(images));
    }

    /// Selects the first results, beside what is selected.
    pub fn select_first(&self, count: usize) {
        self.change_by_order(|selection, order| {
            selection.all(&order[..count.min(order.len())]);
        });
    }

    /// Selects all results.
    pub fn select_all(&self) {
        self.change_by_order(Selection::all);
    }

    /// Selects nothing. Returns true if something was selected.
    pub fn clear_selection(&self) -> bool {
        let selection = self.open_now().selection;
        let is_there = selection.with_untracked(|selection| !selection.is_empty());
        if is_there {
            selection.update(Selection::clear);
        }
        is_there
    }

    /// Selects by a press on an image, if it is meant so: with Ctrl, the system's key or Shift, or by touch while
    /// something is selected. Returns true if it was.
    pub fn select_by(&self, image: usize, event: &MouseEvent, touch: bool) -> bool {
        let selection = self.open_now().selection;
        if event.shift_key() {
            self.select_to(image, image);
        } else if event.ctrl_key()
            || event.meta_key()
            || touch && selection.with_untracked(|selection| !selection.is_empty())
        {
            self.toggle_selected(image);
        } else {
            return false;
        }
        true
    }

    /// Marks all selected images for the task being taught, as one step.
    pub fn mark_selected(&self, yes: bool) {
        let Some(task) = self.marking.get_untracked() else {
            return;
        };
        let selection = self.open_now().selection.get_untracked();
        if selection.len() > MOST_MARKED {
            self.notify(text::selection::too_many_marks(&MOST_MARKED));
            return;
        }
        self.teach_task(marked_all(&task, selection.images(), yes));
    }

    fn change_by_order(&self, change: impl FnOnce(&mut Selection, &[usize])) {
        let open = self.open_now();
        let order = open.answer.with_untracked(|answer| {
            let order = answer.as_ref().map_or(&[][..], |it| &it.ranking.order);
            order.iter().map(|ranked| ranked.index).collect::<Vec<_>>()
        });
        open.selection.update(|selection| change(selection, &order));
    }

    /// Images that are no results whatever is asked leave the selection.
    pub(crate) fn keep_selection(&self) {
        let state = *self;
        effect(move || {
            let open = state.open();
            let excluded = open.excluded.get();
            let gone = |selection: &Selection| {
                let mut images = selection.images().iter();
                images.any(|image| excluded.binary_search(image).is_ok())
            };
            if open.selection.with_untracked(gone) {
                open.selection
                    .update(|selection| selection.leave_out(&excluded));
            }
        });
    }
}
