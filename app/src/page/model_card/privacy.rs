//! Privacy, in plain words: what is kept, where, and how to be rid of it.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::use_state;
use crate::page::text;

/// Everything about privacy.
#[component]
pub fn CardPrivacy() -> impl IntoView {
    let state = use_state();
    let kept = text::model_card::KEPT
        .map(|(what, how)| {
            view! {
                <li>
                    <b>{what}</b>
                    " "
                    {how}
                </li>
            }
        })
        .collect_view();
    // The card makes room for it.
    let library = move |_| state.go(Action::Show(Some(Panel::Library)));
    view! {
        <section data-testid="card-privacy">
            <h3>{text::model_card::PRIVACY}</h3>
            <p>
                {text::model_card::ABOUT_PRIVACY}
            </p>
            <ul>
                {kept}
            </ul>
            <p>
                {text::model_card::DELETE_ALL}
                <button class="link" type="button" data-testid="card-library" on:click=library>
                    {text::model_card::OPEN_GALLERIES}
                </button>
            </p>
        </section>
    }
}
