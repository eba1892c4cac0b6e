//! The search bar: what is asked as chips, and a field in which more of it is typed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::page::engine::own_picture_button::OwnPictureButton;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

use super::action::Action;
use super::chips::Chips;
use super::suggestions::{Suggestions, option_id};
use super::typed::Typed;
use super::view::Sort;

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
        let filters = state.view.with(|view| {
            !(view.examples.is_empty() && view.filters_nothing() && view.sort == Sort::default())
        });
        filters || state.conditions.with(|conditions| !conditions.is_empty())
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
                        aria-label=text::query::ASK
                        aria-autocomplete="list"
                        aria-controls="suggestions"
                        aria-expanded=move || expanded().to_string()
                        aria-activedescendant=move || typed.active.get().map(option_id)
                        aria-describedby="ask-problem ask-understood"
                        placeholder=move || if anything() { text::query::ASK_MORE } else { text::query::ASK_FIRST }
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
                    aria-label=text::query::UNDO
                    title=text::query::UNDO
                    data-testid="undo"
                    disabled=move || state.depth.get() == 0
                    on:click=move |_| state.undo()
                >
                    <Icon symbol=Symbol::Undo />
                </button>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label=text::query::WEIGHTS
                    title=text::query::WEIGHTS
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
                        {text::query::CLEAR}
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
