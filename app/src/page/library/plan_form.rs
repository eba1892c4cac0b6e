//! The import plan: the recognised files and the coming work, shown before anything starts.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, SubmitEvent};

use crate::page::domain::outside::{Outside, alternatives};
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::format;
use crate::store_protocol::Recognised;

use super::add_choice::{AddChoice, Adding};
use super::import_job::{Candidate, Offer, TrialState};
use super::plan_columns::PlanColumns;
use super::plan_faces::{self, Cutting, FacesChoice};
use super::plan_reading::PlanReading;
use super::run_import::Order;

/// The plan for what was offered.
#[component]
pub fn PlanForm(
    /// The offer.
    offer: Arc<Offer>,
) -> impl IntoView {
    let state = use_state();
    let chosen = RwSignal::new(offer.proposal.network);
    let trial = RwSignal::new(TrialState::Waiting);
    // The network that was found in place of the one proposed.
    let instead = RwSignal::new(None::<usize>);
    let adding = Adding::begin(&offer, chosen);
    let is_fixed = !offer.recognised.unfinished.is_empty();
    Effect::new({
        let offer = Arc::clone(&offer);
        move |before: Option<()>| {
            let at = chosen.get();
            trial.set(TrialState::Waiting);
            // A network that the visitor chose stays.
            let others = match before.is_none() && !is_fixed && !adding.has_target() {
                true => alternatives(&offer.networks, at, offer.recognised.cut),
                false => Vec::new(),
            };
            let offer = Arc::clone(&offer);
            spawn_local(async move {
                // Until it is known that no other network fits better, nothing can be started.
                let mut proposed = None;
                for now in std::iter::once(at).chain(others) {
                    let Some(network) = offer.networks.get(now) else {
                        break;
                    };
                    let tried = state.try_network(network).await;
                    // Another network may have been chosen, or the form closed.
                    if chosen.try_get_untracked() != Some(at) {
                        return;
                    }
                    let differs = tried.outside().map(Outside::is_another_kind);
                    if now == at {
                        proposed = Some(tried);
                        if differs != Some(true) {
                            break;
                        }
                    } else if differs == Some(false) {
                        instead.set(Some(now));
                        chosen.set(now);
                        return;
                    }
                }
                if let Some(proposed) = proposed {
                    trial.try_set(proposed);
                }
            });
        }
    });
    let measured = move || match trial.get() {
        TrialState::Ready(measured) => Some(measured),
        TrialState::Waiting | TrialState::Failed(_) => None,
    };
    let reading = PlanReading::new(state, offer.recognised.clone());
    let recognised = reading.recognised;
    let network = {
        let offer = Arc::clone(&offer);
        Memo::new(move |_| offer.networks.get(chosen.get()).cloned())
    };
    let cutting = Cutting::new(&offer, network, recognised, adding);
    let room = offer.recognised.room;
    let unfinished =
        Memo::new(move |_| recognised.with(|recognised| recognised.unfinished.first().cloned()));
    let most_previews = Memo::new(move |_| {
        let target = || Some(adding.target()?.overlap.kept);
        let kept = unfinished.get().or_else(target);
        room.for_previews(kept.map_or(0, |kept| kept.preview_bytes))
    });
    let keeps_previews = RwSignal::new(true);
    let previews = move || {
        let done = unfinished.get().map_or(0, |kept| kept.done);
        let images = cutting.embedded().saturating_sub(done);
        let previews = measured()?.trial.previews(images, most_previews.get());
        Some((previews, images))
    };
    let bytes = {
        Memo::new(move |_| {
            let images = cutting.embedded();
            let (trial, network) = (measured()?.trial, network.get()?);
            let bytes = trial.bytes(images, network.channels, network.task_names.len());
            let previews = previews().filter(|_| keeps_previews.get());
            Some(bytes + previews.map_or(0, |((_, bytes), _)| bytes))
        })
    };
    let fits = move || {
        room.quota <= 0.0
            || bytes
                .get()
                .is_none_or(|bytes| bytes as f64 <= room.quota - room.used)
    };
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        if adding.is_done_without_engine(state) {
            return;
        }
        let (Some(measured), Some(network)) = (measured(), network.get_untracked()) else {
            return;
        };
        let order = match unfinished.get_untracked() {
            Some(kept) => Order::Resume {
                id: kept.id,
                title: kept.title,
                network: kept.network,
            },
            None => adding.order().unwrap_or_else(|| Order::New {
                title: title_in(&event),
                network: network.name,
            }),
        };
        let recognised = recognised.get_untracked();
        let cut = untrack(move || cutting.is_on());
        let previews = match keeps_previews.get_untracked() {
            true => most_previews.get_untracked(),
            false => 0,
        };
        state.make_gallery(order, &measured, recognised, cut, previews);
    };
    let images = offer.recognised.images;
    let verb = move || match unfinished.get() {
        Some(kept) => text::library::resume_at(&format::count(kept.done + 1)),
        None => adding
            .verb()
            .unwrap_or_else(|| plan_faces::embed(cutting, images)),
    };
    let (headline, size) = (
        text::library::headline(&offer.recognised.format, &offer.recognised.name),
        format::bytes(offer.recognised.bytes),
    );
    let labels = move || {
        let network = network.get()?;
        let words = |recognised: &Recognised| {
            let known = network.labelled(&recognised.tasks).len();
            text::library::labels(recognised.tasks.len(), known)
        };
        Some(recognised.with(words))
    };
    // Whole images say nothing of the faces that will be cut out of them.
    let outside = move || {
        let outside = trial.with(TrialState::outside)?;
        let title = network.get()?.title;
        (outside.is_another_kind() && !cutting.is_ahead()).then(|| {
            view! { <p class="offer__outside" data-testid="offer-outside">{text::domain::plan(outside, &title)}</p> }
        })
    };
    let left_out = Memo::new(move |_| {
        recognised.with(|recognised| (recognised.skipped.clone(), recognised.examples.clone()))
    });
    let settings = move || {
        match unfinished.get() {
        Some(kept) => view! {
            <p class="offer__resume">
                {text::library::begun(&kept.title, &format::count(kept.done), &format::count(kept.images))}
            </p>
        }
        .into_any(),
        None => view! {
            <AddChoice adding=adding columns=recognised.with_untracked(|recognised| recognised.tasks.clone()) />
            <fieldset
                class="offer__new"
                hidden=move || adding.target().is_some()
                disabled=move || adding.target().is_some()
            >
            <label class="offer__name">
                <span>{text::library::NAME}</span>
                <input
                    class="field"
                    type="text"
                    name="title"
                    maxlength="80"
                    required
                    value=offer.recognised.name.clone()
                />
            </label>
            <NetworkChoice offer=Arc::clone(&offer) chosen=chosen instead=instead />
            <FacesChoice cutting=cutting />
            </fieldset>
        }
        .into_any(),
    }
    };
    view! {
        <form class="offer" data-testid="offer" on:submit=start>
            <h3 class="offer__title">{headline}</h3>
            <dl class="offer__facts">
                <dt>{text::library::PICTURES}</dt>
                <dd data-testid="offer-images">
                    {format!("{}, {size}", format::count(images))}
                </dd>
                <dt>{text::library::LABELS}</dt>
                <dd>
                    <span data-testid="offer-labels">{labels}</span>
                    {move || {
                        let kept = recognised.with(|recognised| recognised.kept_columns);
                        let words = text::library::kept_columns(kept, adding.target().is_some())?;
                        Some(view! { <p class="side__hint" data-testid="offer-columns">{words}</p> })
                    }}
                </dd>
                <dt>{text::library::LEFT_OUT}</dt>
                <dd data-testid="offer-skipped">
                    {move || {
                        let (reasons, examples) = left_out.get();
                        view! { <LeftOut reasons=reasons examples=examples /> }
                    }}
                </dd>
                <dt>{text::library::SPACE}</dt>
                <dd data-testid="offer-space">
                    {move || {
                        let free = (room.quota > 0.0)
                            .then(|| text::library::free(&format::bytes((room.quota - room.used).max(0.0) as u64)));
                        bytes
                            .get()
                            .map_or_else(
                                || "…".to_owned(),
                                |bytes| text::library::about_bytes(&format::bytes(bytes), &free.unwrap_or_default()),
                            )
                    }}
                </dd>
                <dt>{text::library::TIME}</dt>
                <dd>
                    <span data-testid="offer-time" role="status">
                        {move || {
                            let trial = match trial.get() {
                                TrialState::Ready(measured) => TrialState::Ready(cutting.measured(measured)),
                                other => other,
                            };
                            text::library::time(&trial, cutting.embedded())
                        }}
                    </span>
                </dd>
            </dl>
            <PlanColumns reading=reading />
            {settings}
            <div>
                <label class="add__change">
                    <input
                        type="checkbox"
                        data-testid="offer-previews"
                        prop:checked=move || keeps_previews.get()
                        on:change=move |event| keeps_previews.set(event_target_checked(&event))
                    />
                    <span>{text::previews::KEEP}</span>
                </label>
                <p class="side__hint" data-testid="offer-previews-hint">
                    {move || text::previews::plan(previews())}
                </p>
            </div>
            <div role="status">{outside}</div>
            <Show when=move || !fits()>
                <p class="library__problem" role="alert">
                    {text::library::NO_SPACE}
                </p>
            </Show>
            <div class="offer__tools">
                <button
                    class="button button--strong"
                    type="submit"
                    data-testid="offer-start"
                    disabled=move || {
                        !adding.is_ready(measured().is_some() && fits()) || reading.busy.get()
                    }
                >
                    {verb}
                </button>
                <button class="button" type="button" on:click=move |_| state.drop_offer()>
                    {text::library::CANCEL}
                </button>
            </div>
        </form>
    }
}

/// The choice of the network that embeds the images.
#[component]
fn NetworkChoice(
    offer: Arc<Offer>,
    chosen: RwSignal<usize>,
    instead: RwSignal<Option<usize>>,
) -> impl IntoView {
    let proposal = offer.proposal;
    let why = text::faces::why(proposal.why, offer.looked.as_ref());
    let other = offer.networks.get(proposal.network);
    let found = text::domain::instead(other.map_or("", |other| &other.title));
    let why = move || match instead.get() {
        Some(at) => (chosen.get() == at).then(|| found.clone()),
        None => (chosen.get() == proposal.network).then(|| why.clone()),
    };
    let networks = offer.networks.clone();
    let option = move |(at, network): (usize, Candidate)| {
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="network"
                    data-testid=format!("network-{}", network.name)
                    prop:checked=move || chosen.get() == at
                    on:change=move |_| chosen.set(at)
                />
                <span class="segment__face">{network.title}</span>
            </label>
        }
    };
    view! {
        <fieldset class="offer__networks">
            <legend>{text::library::NETWORK}</legend>
            <div class="segments segments--small">
                {networks.into_iter().enumerate().map(option).collect_view()}
            </div>
            <p class="side__hint" data-testid="network-why">{why}</p>
        </fieldset>
    }
}

/// The skipped files, with reasons.
#[component]
fn LeftOut(reasons: Vec<(String, usize)>, examples: Vec<[String; 3]>) -> impl IntoView {
    let all: usize = reasons.iter().map(|(_, count)| count).sum();
    if all == 0 {
        return "nothing".into_any();
    }
    let reason = |(why, count): (String, usize)| {
        let examples: Vec<String> = examples
            .iter()
            .filter(|[_, _, reason]| *reason == why)
            .take(3)
            .map(|[what, place, _]| text::library::example_place(what, place))
            .collect();
        let more = if count > examples.len() { ", …" } else { "" };
        view! { <li>{text::library::reason(&format::count(count), &why, &examples.join(", "), &more)}</li> }
    };
    view! {
        <details>
            <summary>{text::library::left_out(&format::count(all), &format::counted(reasons.len(), "reason"))}</summary>
            <ul class="offer__reasons">{reasons.into_iter().map(reason).collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// The content of the form's title field.
fn title_in(event: &SubmitEvent) -> String {
    let form = event
        .target()
        .and_then(|form| form.dyn_into::<web_sys::Element>().ok());
    let input = form.and_then(|form| form.query_selector("input[name=title]").ok().flatten());
    let input = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
    let title = input.map(|input| input.value().trim().to_owned());
    title
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| text::library::PICTURES.into())
}
