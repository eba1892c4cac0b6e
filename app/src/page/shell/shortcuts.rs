//! The keyboard shortcuts: handled, listed, and turned off.

use leptos::prelude::*;

use crate::page::browser::dom;
use crate::page::browser::focus;
use crate::page::browser::keys;
use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::dialog::Dialog;

use super::shortcut_table::{Command, GROUPS, Group, Shortcut, command, label, neighbour, spoken};

/// Listens for shortcuts as long as the page lives, and lists them.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let state = use_state();
    let enabled = RwSignal::new(keys::enabled());
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let key = event.key();
        let wanted = command(keys::press(&event, &key)).filter(|_| enabled.get_untracked());
        if let Some(command) = wanted {
            // Or the key would be written into the field that gets the focus.
            event.prevent_default();
            act(state, command);
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <Dialog
            open=state.shows(Panel::Help)
            close=move || state.close(Action::Show(None))
            label=text::shell::HELP_AND_KEYS
            testid="shortcuts"
        >
            <Listing enabled=enabled />
        </Dialog>
    }
}

/// Does what was asked for.
fn act(state: State, command: Command) {
    match command {
        Command::Ask => go(&["[data-testid=ask]", "#side button", ".side-switch"]),
        Command::Results => go(&[".tile__open", "#results"]),
        Command::Jump => go(&[".jump__field"]),
        Command::Selected => go(&[".selection button:not([hidden])"]),
        Command::Undo => state.undo(),
        Command::LensBefore => step_lens(state, false),
        Command::LensAfter => step_lens(state, true),
        Command::NextGallery => next_gallery(state),
        Command::Library => state.go(Action::Show(Some(Panel::Library))),
        Command::Relations => state.go(Action::Show(Some(Panel::Relations))),
        Command::Card => state.go(Action::Show(Some(Panel::Card))),
        Command::Theme => state.switch_theme(),
        Command::Help => state.toggle_help(),
    }
}

/// Puts the focus on the first of these that is shown.
fn go(selectors: &[&str]) {
    if let Some(root) = dom::root() {
        focus::go(&root, selectors);
    }
}

/// Looks through the next lens, or the one before. With an example, overall comes before the first task.
fn step_lens(state: State, forward: bool) {
    let tasks = state.tasks.get_untracked();
    let overall = usize::from(state.view.with_untracked(|view| !view.examples.is_empty()));
    // Examples are not compared in user tasks.
    let (now, lenses) = match overall {
        0 => (state.selected_task, tasks.len()),
        _ => (state.compared, state.network_tasks() + 1),
    };
    let at = now.get_untracked().map_or(0, |task| task + overall);
    if let Some(next) = neighbour(at, lenses, forward) {
        let task = next.checked_sub(overall).and_then(|task| tasks.get(task));
        state.go(Action::Lens(task.map(|task| task.name.clone())));
    }
}

/// Shows the shipped gallery after the one shown; after one's own the first.
fn next_gallery(state: State) {
    let shown = state.shown.get_untracked();
    let next = state.index.with_untracked(|index| {
        let galleries = &index.ready()?.galleries;
        let at = galleries
            .iter()
            .position(|entry| Some(&entry.name) == shown.as_ref());
        let next = match at {
            Some(at) => neighbour(at, galleries.len(), true)?,
            None => 0,
        };
        Some(galleries.get(next)?.name.clone())
    });
    if let Some(name) = next {
        state.go(Action::Gallery(name));
    }
}

/// The switch, and all shortcuts by the place they work in.
#[component]
fn Listing(enabled: RwSignal<bool>) -> impl IntoView {
    let state = use_state();
    let tour = move |_| {
        state.close(Action::Show(None));
        state.tour_to(0);
    };
    let change = move |event| {
        let on = event_target_checked(&event);
        keys::enable(on);
        enabled.set(on);
    };
    view! {
        <article class="shortcuts">
            <h2 class="card__title">{text::shell::HELP}</h2>
            <p class="shortcuts__tour">
                <button
                    class="button button--strong"
                    type="button"
                    data-testid="tour-open"
                    on:click=tour
                >
                    {text::shell::TAKE_TOUR}
                </button>
                <span class="side__hint">{text::shell::TOUR_TAKES}</span>
            </p>
            <h3>{text::shell::KEYS}</h3>
            <label class="shortcuts__switch">
                <input
                    type="checkbox"
                    data-testid="shortcuts-on"
                    prop:checked=move || enabled.get()
                    on:change=change
                />
                <span>{text::shell::USE_SINGLE_KEYS}</span>
            </label>
            <p class="side__hint">
                {text::shell::SINGLE_KEYS_HINT}
            </p>
            <div class="shortcuts__groups">
                {GROUPS
                    .iter()
                    .map(|group| view! { <ShortcutGroup group=group enabled=enabled /> })
                    .collect_view()}
            </div>
        </article>
    }
}

#[component]
fn ShortcutGroup(group: &'static Group, enabled: RwSignal<bool>) -> impl IntoView {
    let row = move |shortcut: &'static Shortcut| {
        let keys = shortcut.keys.iter().map(|key| {
            view! {
                <kbd>
                    <span aria-hidden="true">{label(key)}</span>
                    <span class="sr-only">{spoken(key)}" "</span>
                </kbd>
            }
        });
        let off = shortcut.command.is_some();
        view! {
            <div class="shortcut" class:shortcut--off=move || off && !enabled.get()>
                <dt class="shortcut__keys">{keys.collect_view()}</dt>
                <dd>{shortcut.does}</dd>
            </div>
        }
    };
    view! {
        <section class="shortcuts__group">
            <h3>{group.place}</h3>
            <dl>{group.shortcuts.iter().map(row).collect_view()}</dl>
        </section>
    }
}
