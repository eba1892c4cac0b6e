//! The bar at the bottom of the window while images are selected: how many, and what can be done with them.

use leptos::html::Details;
use leptos::prelude::*;

use crate::page::browser::dom;
use crate::page::browser::focus;
use crate::page::results::export::{Form, Saving};
use crate::page::state::{State, use_state};
use crate::page::text;
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
    // The style sheets make room for it.
    Effect::new(move |_| dom::mark("data-selecting", some.get().then_some("")));
    view! {
        // There from the start: what comes into it is read out.
        <p class="sr-only" role="status" data-testid="selection-said">{said}</p>
        <Show when=move || some.get()>
            <section class="selection" aria-label=text::selection::BAR data-testid="selection">
                <p class="selection__count" data-testid="selection-count">{words}</p>
                {move || state.open().saving.get().map(|saving| progress(state, saving))}
                <Actions count=count />
            </section>
        </Show>
    }
}

fn progress(state: State, Saving { done, total }: Saving) -> impl IntoView {
    let words = match total {
        0 => text::results::SAVING.to_owned(),
        total => text::selection::saving(done, total),
    };
    view! {
        <p class="selection__saving" data-testid="selection-saving">
            {words}
            <button
                class="button"
                type="button"
                data-testid="selection-stop"
                on:click=move |_| state.stop_saving()
            >
                {text::selection::STOP}
            </button>
        </p>
    }
}

#[component]
fn Actions(count: Memo<usize>) -> impl IntoView {
    let state = use_state();
    let save = NodeRef::<Details>::new();
    let item = move |words: &'static str, testid: &'static str, does: fn(State)| {
        let press = move |_| {
            menu::close(save);
            does(state);
        };
        view! {
            <button class="button" type="button" data-testid=testid on:click=press>
                {words}
            </button>
        }
    };
    let teaches = Memo::new(move |_| state.marking.with(Option::is_some));
    let mark = move |words: &'static str, hint, testid: &'static str, symbol, yes: bool| {
        view! {
            <button
                class="button"
                type="button"
                title=hint
                data-testid=testid
                hidden=move || !teaches.get()
                on:click=move |_| state.mark_selected(yes)
            >
                <Icon symbol=symbol />
                {words}
            </button>
        }
    };
    let compare = move |_| {
        let open = state.open_now();
        let selection = open.selection.get_untracked();
        if let [one, other] = *selection.images() {
            open.comparing.set(Some([one, other]));
        }
    };
    view! {
        <div class="selection__actions">
            {mark(text::selection::RIGHT, text::selection::RIGHT_HINT, "selection-right", Symbol::Check, true)}
            {mark(text::selection::WRONG, text::selection::WRONG_HINT, "selection-wrong", Symbol::Close, false)}
            <button
                class="button"
                type="button"
                data-testid="selection-compare"
                hidden=move || count.get() != 2
                on:click=compare
            >
                {text::selection::COMPARE}
            </button>
            <button
                class="button"
                type="button"
                data-testid="selection-hide"
                on:click=move |_| {
                    state.hide_selected();
                    leave();
                }
            >
                {text::selection::HIDE}
            </button>
            <Menu element=save label=text::selection::SAVE testid="selection-save">
                {item(text::selection::IMAGES, "selection-images", |state| state.download_selected())}
                {item(text::selection::AS_CSV, "selection-csv", |state| state.save_results(Form::Csv, true))}
                {item(text::selection::AS_JSON, "selection-json", |state| state.save_results(Form::Json, true))}
            </Menu>
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-label=text::selection::CLEAR
                title=text::selection::CLEAR
                data-testid="selection-clear"
                on:click=move |_| {
                    state.clear_selection();
                    leave();
                }
            >
                <Icon symbol=Symbol::Close />
            </button>
        </div>
    }
}

/// The bar goes, and the focus would be lost with it.
fn leave() {
    if let Some(root) = dom::root() {
        focus::put(&root, "#results");
    }
}
