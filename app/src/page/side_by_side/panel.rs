//! One question, asked under several tasks: rows that scroll together, so that what the tasks make of it is seen at
//! once.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Example;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::each::each;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::picture::Picture;

use super::add_row::AddRow;
use super::position::Beside;
use super::row::BesideRow;
use super::rows::PICTURES;

/// One row per task; column k compares the k-th result of each.
#[component]
pub fn SideBySide() -> impl IntoView {
    let state = use_state();
    let beside = Beside::begin();
    let shape = move || {
        let format = state.data().and_then(|data| data.manifest.picture.clone());
        format.map(|format| format!("--picture:{}/{}", format.width, format.height))
    };
    let ranks = (1..=PICTURES).map(|rank| {
        view! {
            <span class="beside__rank" role="columnheader">
                {rank}
            </span>
        }
    });
    let ranks = ranks.collect_view();
    let along = move |label: &'static str, symbol: Symbol, side: f64| {
        let scroll = move |_| {
            if let Some(element) = beside.element.get_untracked() {
                // Not all of it, so that one knows where one was.
                let by = side * 0.75 * f64::from(element.client_width());
                element.scroll_by_with_x_and_y(by, 0.0);
            }
        };
        view! {
            <button
                class="button button--icon"
                type="button"
                aria-label=label
                title=label
                on:click=scroll
            >
                <Icon symbol=symbol />
            </button>
        }
    };
    view! {
        <section class="beside" aria-label=text::side_by_side::TITLE data-testid="beside" style=shape>
            <div class="beside__tools">
                <Said beside=beside />
                <AddRow />
                <div class="beside__steps">
                    {along(text::side_by_side::BETTER, Symbol::Back, -1.0)}
                    {along(text::side_by_side::FURTHER, Symbol::Forward, 1.0)}
                </div>
            </div>
            <div
                class="beside__rows"
                role="grid"
                aria-label=text::side_by_side::TABLE
                data-testid="beside-rows"
                node_ref=beside.element
                on:mouseover=move |event| beside.point(&event)
                on:mouseleave=move |_| beside.leave()
                on:focusin=move |event| beside.hold(&event)
                on:focusout=move |_| beside.let_go()
                on:keydown=move |event| beside.press(&event)
            >
                <div class="beside__row beside__ranks" role="row">
                    <span class="beside__head" role="columnheader">
                        <span class="sr-only">{text::side_by_side::TASK}</span>
                    </span>
                    <div class="beside__strip" role="presentation">
                        {ranks}
                    </div>
                </div>
                {each(
                    move || state.rows.get(),
                    move |task| view! { <BesideRow task=task beside=beside /> }.into_any(),
                )}
            </div>
        </section>
    }
}

/// The description of the rows in one line, or the positions of the hovered image in them; without
/// an image to compare, a way to choose one.
#[component]
fn Said(beside: Beside) -> impl IntoView {
    let state = use_state();
    let first = move || {
        state
            .open()
            .answer
            .with(|answer| Some(answer.as_ref()?.ranking.order.first()?.index))
    };
    let compare = move |picture: usize| {
        state.go(Action::Like(Example::Gallery(picture), None));
    };
    let offer = move || {
        let picture = first().filter(|_| !state.compares())?;
        Some(view! {
            <button
                class="button beside__compare"
                type="button"
                data-testid="beside-compare"
                on:click=move |_| compare(picture)
            >
                <Picture index=picture class="chip__picture" />
                {text::side_by_side::compare(&picture)}
            </button>
        })
    };
    let said = move || match (beside.pointed.get(), state.compares()) {
        (Some(picture), _) => beside.places(picture),
        (None, true) => text::side_by_side::BY_SIMILARITY.into(),
        (None, false) => text::side_by_side::BY_CONFIDENCE.into(),
    };
    view! {
        <p class="beside__said" data-testid="beside-said">
            {said}
        </p>
        {offer}
    }
}
