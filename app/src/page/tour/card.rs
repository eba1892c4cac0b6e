//! The guided tour: a card that stays out of the way while the visitor does what it says.

use leptos::html::Section;
use leptos::prelude::*;

use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::page::ui::icon::{Icon, Symbol};

use super::state::{Tour, Visit};
use super::stops::STOPS;

/// The card, where there is a tour.
#[component]
pub fn TourCard() -> impl IntoView {
    let state = use_state();
    let element = NodeRef::<Section>::new();
    // Whoever goes on by the keyboard finds the next stop where the last one was.
    let at = Memo::new(move |_| {
        state.tour.with(|tour| match tour {
            Tour::At(visit) => Some(visit.at),
            Tour::Away | Tour::Offered => None,
        })
    });
    effect(move || {
        if at.get().is_some()
            && let Some(element) = element.get()
        {
            // A section with a tabindex takes the focus.
            element.focus().ok();
        }
    });
    let away = move || !state.tour.with(Tour::is_on);
    view! {
        <section
            class="tour"
            aria-label=text::tour::TITLE
            tabindex="-1"
            node_ref=element
            data-testid="tour"
            hidden=away
        >
            {move || match state.tour.get() {
                Tour::Away | Tour::Offered => ().into_any(),
                Tour::At(visit) => stop(state, &visit),
            }}
        </section>
    }
}

fn stop(state: State, visit: &Visit) -> AnyView {
    let Visit { at, done, .. } = *visit;
    let stop = visit.stop();
    let last = at + 1 == STOPS.len();
    let dots = (0..STOPS.len())
        .map(|dot| view! { <i class="tour__dot" class:tour__dot--past=move || dot <= at></i> })
        .collect_view();
    let forward = match (last, done) {
        (true, _) => text::tour::DONE,
        (false, true) => text::tour::GO_ON,
        (false, false) => text::tour::SKIP,
    };
    view! {
        <div class="tour__top">
            <span class="tour__dots" aria-hidden="true">{dots}</span>
            <span class="sr-only">{text::tour::stop(&(at + 1), &STOPS.len())}</span>
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-label=text::tour::END
                title=text::tour::END
                data-testid="tour-end"
                on:click=move |_| state.end_tour()
            >
                <Icon symbol=Symbol::Close />
            </button>
        </div>
        <h2 class="tour__title">
            {done.then(|| view! { <Icon symbol=Symbol::Check /> })}
            {stop.title()}
        </h2>
        <p class="tour__words" role="status" data-testid="tour-words">
            {if done { stop.lesson() } else { stop.task() }}
        </p>
        <div class="tour__steps">
            <button
                class="button"
                class:button--strong=done
                type="button"
                data-testid="tour-next"
                on:click=move |_| state.tour_to(at + 1)
            >
                {forward}
            </button>
            {(at > 0)
                .then(|| {
                    view! {
                        <button
                            class="button button--quiet"
                            type="button"
                            on:click=move |_| state.tour_to(at - 1)
                        >
                            {text::tour::BACK}
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}
