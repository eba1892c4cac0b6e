//! Two buttons on a picture while a task is taught: it shows it, or does not.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::lower_first;
use crate::page::ui::icon::{Icon, Symbol};

use super::examples::mark_of;

/// The buttons; nothing while nobody teaches. Pressed again, a mark is taken away.
#[component]
pub fn Mark(
    /// The picture.
    index: usize,
    /// True if there is room for words.
    #[prop(optional)]
    words: bool,
) -> impl IntoView {
    let state = use_state();
    let name = Memo::new(move |_| {
        let user_task = state.marking.get()?;
        Some(lower_first(&user_task.name))
    });
    let marked = Memo::new(move |_| mark_of(&*state.marking.get()?, index));
    let button = move |yes: bool, class, testid, symbol, label: String| {
        // The second half of a double press would meet the picture that has come to lie there.
        let press = move |event: MouseEvent| {
            if event.detail() < 2 {
                state.mark(index, yes);
            }
        };
        view! {
            <button
                class=class
                type="button"
                data-testid=testid
                aria-label=(!words).then_some(label)
                aria-pressed=move || (marked.get() == Some(yes)).to_string()
                on:click=press
            >
                <Icon symbol=symbol />
                {words.then_some(if yes { text::teach::SHOWS_IT } else { text::teach::DOES_NOT })}
            </button>
        }
    };
    move || {
        let name = name.get()?;
        let yes = text::teach::shows(&index, &name);
        let no = text::teach::does_not_show(&index, &name);
        Some(view! {
            <div class="mark" data-testid="mark">
                {button(true, "mark__side mark__yes", "mark-yes", Symbol::Check, yes)}
                {button(false, "mark__side mark__no", "mark-no", Symbol::Close, no)}
            </div>
        })
    }
}
