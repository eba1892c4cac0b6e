//! The visitor's own galleries: bringing one, and what is kept.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::each::each_item;
use crate::page::ui::format;
use crate::store_protocol::SAVED;

use super::bring::Bring;
use super::entry::LibraryEntry;
use super::import_job::OfferState;
use super::plan_form::PlanForm;
use super::restore_form::RestoreForm;

/// The library's dialog.
#[component]
pub fn LibraryDialog() -> impl IntoView {
    let state = use_state();
    view! {
        <Dialog
            open=state.shows(Panel::Library)
            close=move || state.close(Action::Show(None))
            label=text::library::TITLE
            testid="library"
        >
            <Library />
        </Dialog>
    }
}

#[component]
fn Library() -> impl IntoView {
    let state = use_state();
    let offer = move || match state.offer.get() {
        OfferState::Nothing => view! { <Bring /> }.into_any(),
        OfferState::Reading { name, files } => view! {
            <p class="offer__reading" role="status">
                {text::library::reading(&name)}
                {(files > 0).then(|| format!(" {}", format::counted(files, "file")))}
            </p>
        }
        .into_any(),
        OfferState::Looking { name, done, total } => view! {
            <p class="offer__reading" role="status" data-testid="offer-looking">
                {text::faces::looking(&name, &format::count(done), &format::count(total))}
            </p>
        }
        .into_any(),
        OfferState::Planned(offer) if offer.recognised.format == SAVED => {
            view! { <RestoreForm recognised=offer.recognised.clone() /> }.into_any()
        }
        OfferState::Planned(offer) => view! { <PlanForm offer=offer /> }.into_any(),
        OfferState::Refused(message) => view! {
            <div class="problem" role="alert" data-testid="offer-refused">
                <h3>{text::library::REFUSED}</h3>
                <p>{message}</p>
                <button class="button" type="button" on:click=move |_| state.drop_offer()>
                    {text::library::CHOOSE_ELSE}
                </button>
            </div>
        }
        .into_any(),
    };
    let ids = move || {
        state.library.with(|library| {
            library
                .kept
                .iter()
                .map(|kept| kept.id.clone())
                .collect::<Vec<_>>()
        })
    };
    let nothing = move || {
        state
            .library
            .with(|library| library.known && library.kept.is_empty() && library.problem.is_none())
    };
    let problem = move || {
        let problem = state.library.with(|library| library.problem.clone())?;
        // Once is enough.
        let said = state
            .offer
            .with(|offer| matches!(offer, OfferState::Refused(message) if *message == problem));
        (!said).then_some(problem)
    };
    let room = move || {
        let room = state.library.with(|library| library.room);
        (room.quota > 0.0).then(|| {
            let promise = if room.persisted {
                text::library::PERSISTED
            } else {
                text::library::NOT_PERSISTED
            };
            text::library::room(
                &format::bytes(room.used as u64),
                &format::bytes(room.quota as u64),
                &promise,
            )
        })
    };
    view! {
        <article class="library">
            <h2 class="card__title">{text::library::TITLE}</h2>
            <p class="library__intro">
                {text::library::ABOUT}
            </p>
            {offer}
            {move || {
                problem().map(|message| view! { <p class="library__problem" role="alert">{message}</p> })
            }}
            <ul class="library__list" data-testid="library-list">
                {each_item(ids, |id| view! { <LibraryEntry id=id /> }.into_any())}
            </ul>
            <Show when=nothing>
                <p class="side__hint">{text::library::EMPTY}</p>
            </Show>
            <p class="side__hint">{room}</p>
        </article>
    }
}
