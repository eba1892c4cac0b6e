//! Pictures worth marking next.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::each::each;
use crate::page::ui::picture::Picture;

use super::mark::Mark;

/// A strip of pictures that could be either; to mark them teaches most.
#[component]
pub fn Unsure() -> impl IntoView {
    let state = use_state();
    let is_empty = move || state.open().uncertain.with(Vec::is_empty);
    view! {
        <div class="uncertain" hidden=is_empty>
            <h3 class="uncertain__title" id="uncertain-title">{text::teach::UNCERTAIN}</h3>
            <ul class="uncertain__pictures" aria-labelledby="uncertain-title" data-testid="uncertain">
                {each(
                    move || state.open().uncertain.get(),
                    move |index| {
                        view! {
                            <li class="uncertain__picture" data-index=index.to_string()>
                                <button
                                    class="tile__open"
                                    type="button"
                                    aria-label=text::teach::details(&index)
                                    on:click=move |_| state.go(Action::Open(Some(index)))
                                >
                                    <Picture index=index class="tile__picture" />
                                </button>
                                <Mark index=index />
                            </li>
                        }
                            .into_any()
                    },
                )}
            </ul>
        </div>
    }
}
