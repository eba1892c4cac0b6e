//! The search bar: what is asked as chips, and a field in which more of it is typed.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;

use crate::page::engine::own_picture_button::OwnPictureButton;
use crate::page::results::moves::numbered;
use crate::page::state::{State, use_state};
use crate::page::ui::icon::{Icon, Symbol};

use super::action::{Action, PartAt};
use super::chips::Chips;
use super::parser::{Suggestion, Vocabulary, split_last};
use super::suggestions::{Suggestions, option_id};
use super::view::Example;

/// Suggestions shown at a time.
const MOST: usize = 8;

/// The typed text and its interpretations.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    state: State,
    text: RwSignal<String>,
    /// True while suggestions are shown.
    pub open: RwSignal<bool>,
    /// The suggestion that the arrow keys chose.
    pub active: RwSignal<Option<usize>>,
    /// Words that name nothing.
    problem: RwSignal<Option<String>>,
    vocabulary: Memo<Vocabulary>,
    /// The suggested completions.
    pub suggestions: Memo<Vec<Suggestion>>,
    /// The typed text if it matches no task: it can become a user task.
    pub unknown: Memo<Option<String>>,
}

/// The bar.
#[component]
pub fn Ask() -> impl IntoView {
    let typed = Typed::new(use_state());
    let state = typed.state;
    let expanded = move || typed.open.get() && typed.options() > 0;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        typed.submit();
    };
    let anything = move || {
        let examples = state
            .view
            .with(|view| !view.examples.is_empty() || !view.bounds.is_empty() || view.at_least > 0);
        examples || state.conditions.with(|conditions| !conditions.is_empty())
    };
    view! {
        <form class="ask" role="search" on:submit=submit>
            <Icon symbol=Symbol::Search />
            <div class="ask__parts">
                <Chips />
                <div class="ask__field">
                    <input
                        class="ask__input"
                        type="text"
                        role="combobox"
                        aria-label="Ask for attributes"
                        aria-autocomplete="list"
                        aria-controls="suggestions"
                        aria-expanded=move || expanded().to_string()
                        aria-activedescendant=move || typed.active.get().map(option_id)
                        aria-describedby="ask-problem"
                        placeholder=move || if anything() { "and…" } else { "no beard, glasses…" }
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        enterkeyhint="search"
                        data-testid="ask"
                        prop:value=move || typed.text.get()
                        on:input=move |event| typed.write(event_target_value(&event))
                        on:focus=move |_| typed.open.set(true)
                        on:blur=move |_| typed.close()
                        on:keydown=move |event| typed.press(&event)
                    />
                    <Suggestions typed=typed />
                </div>
            </div>
            <div class="ask__tools">
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label="Undo the last step"
                    title="Undo the last step"
                    data-testid="undo"
                    disabled=move || state.depth.get() == 0
                    on:click=move |_| state.undo()
                >
                    <Icon symbol=Symbol::Undo />
                </button>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label="Weights and limits"
                    title="Weights and limits"
                    aria-expanded=move || state.mixing.get().to_string()
                    aria-controls="mixer"
                    data-testid="mixer-toggle"
                    disabled=move || !anything()
                    on:click=move |_| state.mixing.update(|open| *open = !*open)
                >
                    <Icon symbol=Symbol::Sliders />
                </button>
                <Show when=anything>
                    <button
                        class="button button--quiet"
                        type="button"
                        data-testid="clear-all"
                        on:click=move |_| state.go(Action::Clear)
                    >
                        "Clear"
                    </button>
                </Show>
                <OwnPictureButton />
            </div>
        </form>
        <p
            class="ask__problem"
            id="ask-problem"
            role="status"
            data-testid="ask-problem"
            hidden=move || typed.problem.with(Option::is_none)
        >
            {move || typed.problem.get()}
        </p>
    }
}

impl Typed {
    fn new(state: State) -> Self {
        let text = RwSignal::new(String::new());
        let vocabulary = Memo::new(move |_| state.tasks.with(|tasks| Vocabulary::new(tasks)));
        let suggestions = Memo::new(move |_| {
            let text = text.get();
            let tasks = state.tasks.get();
            vocabulary.with(|vocabulary| vocabulary.suggest(&text, &tasks, MOST))
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
            unknown,
        }
    }

    /// Number of options in the list; tracked.
    pub fn options(self) -> usize {
        let teach = self.unknown.with(Option::is_some);
        self.suggestions.with(Vec::len) + usize::from(teach)
    }

    /// Begins to teach what is written.
    pub fn teach(self, name: &str) {
        self.write(String::new());
        self.close();
        self.state.begin_teaching(name);
    }

    fn write(self, text: String) {
        self.text.set(text);
        self.active.set(None);
        self.problem.set(None);
        self.open.set(true);
    }

    fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    fn press(self, event: &KeyboardEvent) {
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
    fn submit(self) {
        let active = self.active.get_untracked();
        if let Some(name) = self.unknown.get_untracked().filter(|_| active.is_some()) {
            self.teach(&name);
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
            let images = self.state.images.get_untracked();
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
        let unknown = asked.unknown.first().map(|_| {
            format!(
                "No attribute matches “{}”. See the list beside the results.",
                asked.unknown.join(" ")
            )
        });
        self.problem.set(unknown);
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
