//! Saved searches of a gallery: kept by the browser, by the name of the gallery.

use leptos::prelude::*;

use crate::page::browser::memory;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::headline;
use crate::page::ui::effect::effect;
use crate::page::ui::icon::{Icon, Symbol};

use super::action::Action;
use super::filters::filters;
use super::query_string::{decode, encode};
use super::view::{Example, View};

/// The most searches that are kept of a gallery; the oldest go.
const MOST: usize = 50;

/// A saved search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its name.
    pub name: String,
    /// The query string.
    pub query: String,
}

/// Reads what [`write`] wrote; lines that are something else are left out.
fn read(text: &str) -> Vec<SavedSearch> {
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines
        .map(|(query, name)| SavedSearch {
            name: name.into(),
            query: query.into(),
        })
        .collect()
}

/// Writes a line for each search: its query string, a tab, its name.
fn write(searches: &[SavedSearch]) -> String {
    let line = |search: &SavedSearch| format!("{}\t{}\n", search.query, search.name);
    searches.iter().map(line).collect()
}

/// Puts a search first. One of the same query is replaced.
fn put(searches: &mut Vec<SavedSearch>, name: &str, query: String) {
    searches.retain(|known| known.query != query);
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join(" ");
    searches.insert(0, SavedSearch { name, query });
    searches.truncate(MOST);
}

/// The query of a view, which a saved search has: nothing of the gallery, of what is open, or of the engine. User tasks are
/// the gallery's own.
fn query(view: &View) -> String {
    encode(&View {
        gallery: None,
        user_tasks: Vec::new(),
        open: None,
        panel: None,
        backend: Default::default(),
        ..view.clone()
    })
}

/// True if a link can carry the view: it has no picture of the visitor's as an example.
fn can_be_saved(view: &View) -> bool {
    let mut examples = view.examples.iter();
    examples.all(|like| matches!(like.example, Example::Gallery(_)))
}

/// Forgets the searches of a gallery that is deleted.
pub fn forget(gallery: &str) {
    memory::keep(&key(gallery), None);
}

fn key(gallery: &str) -> String {
    format!("modulens.searches.{gallery}")
}

impl State {
    /// The question and its filters in words.
    fn search_title(&self) -> String {
        let tasks = self.tasks.get_untracked();
        let view = self.view.get_untracked();
        let selected_task = self.compared.get_untracked();
        let selected_task = selected_task.and_then(|task| tasks.get(task));
        let conditions = self.conditions.get_untracked();
        let mut parts = vec![headline(&tasks, &conditions, &view.examples, selected_task)];
        parts.extend(filters(&view, &tasks).into_iter().map(|(words, _)| words));
        parts.extend(text::results::sorted(&tasks, &view.sort));
        parts.join(" · ")
    }
}

/// The saved searches of the gallery, and a button that saves one more.
#[component]
pub fn SavedSearches(
    /// Called when one was opened.
    #[prop(into)]
    opened: Callback<()>,
) -> impl IntoView {
    let state = use_state();
    let searches = RwSignal::new(Vec::new());
    effect(move || {
        let kept = state
            .shown
            .get()
            .and_then(|shown| memory::recall(&key(&shown)));
        searches.set(read(&kept.unwrap_or_default()));
    });
    // Another tab may have kept others meanwhile.
    let change = move |change: &dyn Fn(&mut Vec<SavedSearch>)| {
        let Some(shown) = state.shown.get_untracked() else {
            return;
        };
        let mut known = read(&memory::recall(&key(&shown)).unwrap_or_default());
        change(&mut known);
        let text = write(&known);
        searches.set(known);
        let text = (!text.is_empty()).then_some(text);
        if !memory::keep(&key(&shown), text.as_deref()) {
            state.notify(text::query::SEARCHES_NOT_KEPT.to_owned());
        }
    };
    let save = move |_| {
        let (name, query) = (state.search_title(), state.view.with_untracked(query));
        change(&|searches| put(searches, &name, query.clone()));
    };
    let item = move |search: SavedSearch| {
        let SavedSearch { name, query } = search;
        let (asked, gone) = (query.clone(), query);
        view! {
            <li class="saved">
                <button
                    class="saved__name link"
                    type="button"
                    title=name.clone()
                    on:click=move |_| {
                        state.go(Action::Recall(Box::new(decode(&asked))));
                        opened.run(());
                    }
                >
                    {name.clone()}
                </button>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label=text::query::remove(&name)
                    on:click=move |_| {
                        change(&|searches| searches.retain(|known| known.query != gone));
                    }
                >
                    <Icon symbol=Symbol::Close />
                </button>
            </li>
        }
    };
    view! {
        <button
            class="button"
            type="button"
            data-testid="save-search"
            disabled=move || !state.view.with(can_be_saved)
            on:click=save
        >
            {text::query::SAVE_SEARCH}
        </button>
        <ul
            class="saved-list"
            aria-label=text::query::SAVED_SEARCHES
            data-testid="saved-searches"
            hidden=move || searches.with(Vec::is_empty)
        >
            {move || searches.get().into_iter().map(item).collect_view()}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_kept_by_their_query_the_last_one_first() {
        let mut searches = Vec::new();
        put(
            &mut searches,
            "Smiling\tand\nhat",
            "want.Smiling=yes".into(),
        );
        put(&mut searches, "Beard", "want.Beard=yes&name=%09".into());
        put(&mut searches, "Smiles", "want.Smiling=yes".into());
        assert_eq!(read(&write(&searches)), searches);
        let names: Vec<_> = searches.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Smiles", "Beard"]);
        for at in 0..60 {
            put(&mut searches, "", format!("open={at}"));
        }
        assert_eq!((searches.len(), &*searches[0].query), (MOST, "open=59"));
        assert_eq!(read("no tab\n\n"), []);
    }

    #[test]
    fn a_search_is_saved_without_the_gallery_and_what_is_open() {
        let whole = "gallery=faces&teach.Mine=1/2&want.Mine=yes&name=img&lens=Smiling&open=3&show=help&backend=cpu";
        let view = decode(whole);
        assert_eq!(query(&view), "want.Mine=yes&name=img&lens=Smiling");
        assert!(can_be_saved(&view));
        assert!(!can_be_saved(&decode("own-like=1")));
        let now = decode("gallery=faces&teach.Mine=1,4/2&backend=cpu&open=7");
        let recalled = now.after(&Action::Recall(Box::new(decode(&query(&view)))), &[]);
        let expected =
            "gallery=faces&teach.Mine=1,4/2&want.Mine=yes&name=img&lens=Smiling&backend=cpu";
        assert_eq!(recalled, decode(expected));
    }
}
