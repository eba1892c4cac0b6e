//! The typed text: its suggestions, and the query parts that it becomes.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::page::results::moves::numbered;
use crate::page::state::State;
use crate::page::text;

use super::action::{Action, PartAt};
use super::parser::{Suggestion, Vocabulary, split_last};
use super::view::Example;

/// Suggestions shown at a time.
const MOST: usize = 8;

/// The typed text and its interpretations.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    /// The state of the page.
    pub(super) state: State,
    /// The text in the field.
    pub(super) text: RwSignal<String>,
    /// True while suggestions are shown.
    pub open: RwSignal<bool>,
    /// The suggestion that the arrow keys chose.
    pub active: RwSignal<Option<usize>>,
    /// Words that name nothing.
    pub(super) problem: RwSignal<Option<String>>,
    vocabulary: Memo<Vocabulary>,
    /// The suggested completions.
    pub suggestions: Memo<Vec<Suggestion>>,
    /// The query that Enter would ask, in words; empty where nothing is typed.
    pub understood: Memo<String>,
    /// The typed text if it matches no task: it can become a user task.
    pub unknown: Memo<Option<String>>,
}

impl Typed {
    /// Nothing typed yet.
    pub(super) fn new(state: State) -> Self {
        let text = RwSignal::new(String::new());
        let vocabulary = Memo::new(move |_| state.tasks.with(|tasks| Vocabulary::new(tasks)));
        let suggestions = Memo::new(move |_| {
            let text = text.get();
            let tasks = state.tasks.get();
            vocabulary.with(|vocabulary| vocabulary.suggest(&text, &tasks, MOST))
        });
        let understood = Memo::new(move |_| {
            let text = text.get();
            if text.trim_start().starts_with('#') {
                return String::new();
            }
            let asked = vocabulary.with(|vocabulary| vocabulary.read(&text));
            let titles = state.tasks.with(|tasks| asked.titles(tasks));
            text::query::understood(&titles, &asked.unknown, asked.or_apart)
        });
        let unknown = Memo::new(move |_| {
            let text = text.get();
            let last = split_last(&text).1.trim();
            let nothing = suggestions.with(Vec::is_empty) && !last.starts_with('#');
            let read = vocabulary.with(|vocabulary| vocabulary.read(last));
            (nothing && !read.unknown.is_empty()).then(|| last.to_owned())
        });
        Self {
            state,
            text,
            open: RwSignal::new(false),
            active: RwSignal::new(None),
            problem: RwSignal::new(None),
            vocabulary,
            suggestions,
            understood,
            unknown,
        }
    }

    /// Number of options in the list; tracked. What matches no task can be taught, or be a part of file names.
    pub fn options(self) -> usize {
        let unknown = self.unknown.with(Option::is_some);
        self.suggestions.with(Vec::len) + if unknown { 2 } else { 0 }
    }

    /// Filters by file names.
    pub fn filter_names(self, name: &str) {
        self.write(String::new());
        self.close();
        self.state.go(Action::Name(name.to_owned()));
    }

    /// Begins to teach what is written.
    pub fn teach(self, name: &str) {
        self.write(String::new());
        self.close();
        self.state.begin_teaching(name);
    }

    /// Replaces the typed text, and opens the list.
    pub(super) fn write(self, text: String) {
        self.text.set(text);
        self.active.set(None);
        self.problem.set(None);
        self.open.set(true);
    }

    /// Closes the list.
    pub(super) fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    /// Handles a key: choosing a suggestion, clearing, removing the last part.
    pub(super) fn press(self, event: &KeyboardEvent) {
        let count = untrack(|| self.options());
        let empty = self.text.with_untracked(String::is_empty);
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if count > 0 => {
                event.prevent_default();
                self.open.set(true);
                let down = event.key() == "ArrowDown";
                self.active.update(|active| {
                    *active = Some(match (*active, down) {
                        (None, true) => 0,
                        (None, false) => count - 1,
                        (Some(at), true) => (at + 1) % count,
                        (Some(at), false) => (at + count - 1) % count,
                    });
                });
            }
            "Escape" if !empty => {
                event.prevent_default();
                self.write(String::new());
                self.close();
            }
            "Backspace" if empty => self.remove_last(),
            _ => {}
        }
    }

    /// Takes the part written last away, as a backspace would a letter.
    fn remove_last(self) {
        let state = self.state;
        let examples = state.view.with_untracked(|view| view.examples.len());
        let conditions = state.conditions.with_untracked(Vec::len);
        let last = conditions
            .checked_sub(1)
            .map(PartAt::Condition)
            .or(examples.checked_sub(1).map(PartAt::Example));
        if let Some(last) = last {
            state.go(Action::Remove(last));
        }
    }

    /// Asks for what is written, or for the suggestion chosen.
    pub(super) fn submit(self) {
        let active = self.active.get_untracked();
        if let (Some(name), Some(active)) = (self.unknown.get_untracked(), active) {
            match active {
                0 => self.teach(&name),
                _ => self.filter_names(&name),
            }
            return;
        }
        let chosen =
            active.and_then(|at| self.suggestions.with_untracked(|all| all.get(at).cloned()));
        if let Some(chosen) = chosen {
            self.take(&chosen);
            return;
        }
        let text = self.text.get_untracked();
        if let Some(number) = text.trim().strip_prefix('#') {
            let images = self.state.open_now().images.get_untracked();
            if let Some(picture) = numbered(number, images) {
                self.state.go(Action::Also(Example::Gallery(picture), true));
                self.write(String::new());
                self.close();
                return;
            }
        }
        let asked = self
            .vocabulary
            .with_untracked(|vocabulary| vocabulary.read(&text));
        if !asked.conditions.is_empty() {
            self.state.go(Action::Ask(asked.conditions));
        }
        self.write(asked.unknown.join(" "));
        self.close();
        let unknown = asked
            .unknown
            .first()
            .map(|_| text::query::no_attribute(&asked.unknown.join(" ")));
        let or_apart = asked.or_apart.then(|| text::query::OR_APART.to_owned());
        self.problem.set(unknown.or(or_apart));
    }

    /// Asks for a suggestion, and for what was written before it.
    pub fn take(self, suggestion: &Suggestion) {
        let text = self.text.get_untracked();
        let (before, _) = split_last(&text);
        let asked = self
            .vocabulary
            .with_untracked(|vocabulary| vocabulary.read(before));
        let mut conditions = asked.conditions;
        conditions.retain(|known| !known.same_value(&suggestion.condition));
        conditions.push(suggestion.condition.clone());
        self.state.go(Action::Ask(conditions));
        self.write(asked.unknown.join(" "));
        self.close();
    }
}
