//! The bar at the bottom of the window while images are selected: how many, and what can be done with them.

use leptos::html::Details;
use leptos::prelude::*;

use crate::page::browser::dom;
use crate::page::browser::focus;
use crate::page::labels::correct::CorrectLabels;
use crate::page::results::export::{Form, Saving};
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::menu::{self, Menu};

use super::selected::Selection;

/// The bar; nothing while nothing is selected. How many are selected is read out.
#[component]
pub fn SelectionBar() -> impl IntoView {
    let state = use_state();
    let count = Memo::new(move |_| state.open().selection.with(Selection::len));
    let some = Memo::new(move |_| count.get() > 0);
    let words = Memo::new(move |_| {
        let answer = state.open().answer.get();
        let count = count.get();
        let outside = state.open().selection.with(|selection| {
            let order = answer.as_ref().map(|answer| &answer.ranking.order)?;
            let among = order.iter().filter(|ranked| selection.has(ranked.index));
            Some(count.saturating_sub(among.count()))
        });
        text::selection::selected(count, outside.unwrap_or_default())
    });
    let said = Memo::new(move |before: Option<&String>| match some.get() {
        true => words.get(),
        false if before.is_some_and(|before| !before.is_empty()) => {
            text::selection::NOTHING.to_owned()
        }
        false => String::new(),
    });
    let saving = move || match state.open().saving.get() {
        None => String::new(),
        Some(Saving { total: 0, .. }) => text::results::SAVING.to_owned(),
        Some(Saving { done, total }) => text::selection::saving(done, total),
    };
    // The style sheets make room for it.
    effect(move || dom::mark("data-selecting", some.get().then_some("")));
    view! {
        // There from the start: what comes into it is read out.
        <p class="sr-only" role="status" data-testid="selection-said">{said}</p>
        <Show when=move || some.get()>
            <section class="selection" aria-label=text::selection::BAR data-testid="selection">
                <p class="selection__count">
                    <span data-testid="selection-count">{words}</span>
                    <span class="selection__saving" data-testid="selection-saving">{saving}</span>
                </p>
                <Actions count=count />
            </section>
        </Show>
    }
}

#[component]
fn Actions(count: Memo<usize>) -> impl IntoView {
    let state = use_state();
    let save = NodeRef::<Details>::new();
    let action = move |action: Action| {
        let Action {
            testid,
            words,
            hint,
            symbol,
            does,
            is_there,
        } = action;
        let press = move |_| {
            menu::close(save);
            does(state);
        };
        view! {
            <button
                class=if words.is_empty() { "button button--quiet button--icon" } else { "button" }
                type="button"
                title=(!hint.is_empty()).then_some(hint)
                aria-label=words.is_empty().then_some(hint)
                data-testid=testid
                hidden=move || !is_there(state, count.get())
                on:click=press
            >
                {symbol.map(|symbol| view! { <Icon symbol=symbol /> })}
                {words}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="selection__actions">
            {BESIDE.map(action).into_iter().collect_view()}
            <CorrectLabels />
            <Menu element=save label=text::selection::SAVE testid="selection-save">
                {SAVED.map(action).into_iter().collect_view()}
            </Menu>
            {action(CLEAR)}
        </div>
    }
}

/// Something that can be done with the selected images.
#[derive(Clone, Copy)]
struct Action {
    testid: &'static str,
    words: &'static str,
    hint: &'static str,
    symbol: Option<Symbol>,
    does: fn(State),
    /// True if it can be done with so many images; tracked.
    is_there: fn(State, usize) -> bool,
}

const ACTION: Action = Action {
    testid: "",
    words: "",
    hint: "",
    symbol: None,
    does: |_| {},
    is_there: |_, _| true,
};

/// In the bar.
const BESIDE: [Action; 5] = [
    Action {
        testid: "selection-stop",
        words: text::selection::STOP,
        does: |state| state.stop_saving(),
        is_there: |state, _| state.open().saving.with(Option::is_some),
        ..ACTION
    },
    Action {
        testid: "selection-right",
        words: text::selection::RIGHT,
        hint: text::selection::RIGHT_HINT,
        symbol: Some(Symbol::Check),
        does: |state| state.mark_selected(true),
        is_there: teaches,
    },
    Action {
        testid: "selection-wrong",
        words: text::selection::WRONG,
        hint: text::selection::WRONG_HINT,
        symbol: Some(Symbol::Close),
        does: |state| state.mark_selected(false),
        is_there: teaches,
    },
    Action {
        testid: "selection-compare",
        words: text::selection::COMPARE,
        does: |state| state.open_now().comparing.set(true),
        is_there: |_, count| count == 2,
        ..ACTION
    },
    Action {
        testid: "selection-hide",
        words: text::selection::HIDE,
        does: |state| {
            state.hide_selected();
            leave();
        },
        ..ACTION
    },
];

/// In the menu.
const SAVED: [Action; 4] = [
    Action {
        testid: "selection-images",
        words: text::selection::IMAGES,
        does: |state| state.download_selected(),
        is_there: |state, _| !has_previews(state),
        ..ACTION
    },
    Action {
        testid: "selection-previews",
        words: text::selection::PREVIEWS,
        does: |state| state.download_selected(),
        is_there: |state, _| has_previews(state),
        ..ACTION
    },
    Action {
        testid: "selection-csv",
        words: text::selection::AS_CSV,
        does: |state| state.save_results(Form::Csv, true),
        ..ACTION
    },
    Action {
        testid: "selection-json",
        words: text::selection::AS_JSON,
        does: |state| state.save_results(Form::Json, true),
        ..ACTION
    },
];

/// At its end.
const CLEAR: Action = Action {
    testid: "selection-clear",
    hint: text::selection::CLEAR,
    symbol: Some(Symbol::Close),
    does: |state| {
        state.clear_selection();
        leave();
    },
    ..ACTION
};

/// True for an own gallery with larger previews, which are saved in place of the thumbnails.
fn has_previews(state: State) -> bool {
    let data = state.data();
    let id = data.as_ref().and_then(|data| data.kept_id());
    state.library.with(|library| {
        let kept = id.and_then(|id| library.find(id));
        kept.is_some_and(|kept| kept.previews > 0)
    })
}

fn teaches(state: State, _: usize) -> bool {
    state.marking.with(Option::is_some)
}

/// The bar goes, and the focus would be lost with it.
fn leave() {
    if let Some(root) = dom::root() {
        focus::put(&root, "#results");
    }
}
