//! The welcome above the results.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::picture::Picture;

use super::pick::ROWS;

/// One image, and those most like it in three respects; shown on the first visit.
#[component]
pub fn WelcomePanel() -> impl IntoView {
    let state = use_state();
    let is_shown = Memo::new(move |_| state.welcomes());
    move || is_shown.get().then(|| panel(state))
}

fn panel(state: State) -> AnyView {
    let welcome = move || state.open().welcome.get();
    let example = move || {
        let example = welcome().example();
        let picture = example.map(|index| view! { <Picture index=index class="welcome__image" /> });
        picture.map_or_else(
            || view! { <span class="welcome__image skeleton"></span> }.into_any(),
            IntoAny::into_any,
        )
    };
    let rows = move || {
        let rows = welcome().rows();
        match rows.is_empty() {
            true => (0..ROWS).map(|_| empty_row()).collect_view().into_any(),
            false => {
                let rows = rows.into_iter();
                rows.map(|(task, images)| row(state, task, images))
                    .collect_view()
                    .into_any()
            }
        }
    };
    view! {
        <section class="welcome" aria-labelledby="welcome-title" data-testid="welcome">
            <div class="welcome__top">
                <h2 id="welcome-title">{text::welcome::TITLE}</h2>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label=text::welcome::CLOSE
                    title=text::welcome::CLOSE
                    data-testid="tour-decline"
                    on:click=move |_| state.end_tour()
                >
                    <Icon symbol=Symbol::Close />
                </button>
            </div>
            <div class="welcome__example">
                {example}
                <button
                    class="button"
                    type="button"
                    data-testid="welcome-another"
                    on:click=move |_| state.another_welcome()
                >
                    {text::welcome::ANOTHER}
                </button>
            </div>
            <div class="welcome__rows">{rows}</div>
            <div class="welcome__ways">
                <button
                    class="button button--strong"
                    type="button"
                    data-testid="welcome-photos"
                    on:click=move |_| state.bring_photos()
                >
                    {text::welcome::PHOTOS}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="tour-start"
                    on:click=move |_| state.tour_to(0)
                >
                    {text::welcome::TOUR}
                </button>
                <p class="welcome__about">{text::welcome::ABOUT}</p>
            </div>
        </section>
    }
    .into_any()
}

/// The images most like the example under a task. Its name leads to all of them.
fn row(state: State, task: usize, images: Vec<usize>) -> AnyView {
    let title = state
        .tasks
        .with_untracked(|tasks| tasks.get(task).map(text::welcome::same));
    let image = move |index: usize| {
        view! {
            <button
                class="welcome__open"
                type="button"
                aria-label=text::welcome::details(&index)
                on:click=move |_| state.go(Action::Open(Some(index)))
            >
                <Picture index=index class="welcome__found" />
            </button>
        }
    };
    view! {
        <div class="welcome__row" style=hue::style(task) data-testid="welcome-row">
            <button
                class="welcome__name"
                type="button"
                title=text::welcome::ALL
                on:click=move |_| state.follow_welcome(task)
            >
                {title}
            </button>
            <div class="welcome__strip">{images.into_iter().map(image).collect_view()}</div>
        </div>
    }
    .into_any()
}

/// The place of a row that is on its way.
fn empty_row() -> AnyView {
    view! {
        <div class="welcome__row" aria-hidden="true">
            <span class="welcome__name"></span>
            <div class="welcome__strip">
                <span class="welcome__found skeleton"></span>
            </div>
        </div>
    }
    .into_any()
}
