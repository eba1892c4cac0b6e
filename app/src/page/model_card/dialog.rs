//! The model card: what the network is, how good, how it was measured, what it is for, and what happens to one's
//! pictures.

use std::sync::Arc;

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::relations::modulation::Part;
use crate::page::shell::gallery::GalleryData;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::format;

use super::machine::CardMachine;
use super::privacy::CardPrivacy;
use super::quality::card_quality;
use crate::page::text::network as texts;
use crate::page::text::trust;

/// The description of the gallery and its network, and of their limits.
#[component]
pub fn ModelCard() -> impl IntoView {
    let state = use_state();
    view! {
        <Dialog
            open=state.shows(Panel::Card)
            close=move || state.close(Action::Show(None))
            label=text::model_card::TITLE
            testid="model-card"
        >
            {move || state.data().map(|data| view! { <Card data=data /> })}
        </Dialog>
    }
}

#[component]
fn Card(data: Arc<GalleryData>) -> impl IntoView {
    let state = use_state();
    let manifest = &data.manifest;
    let own = data.kept_id().is_some();
    let facts = facts(state, &data)
        .into_iter()
        .map(|(what, value)| {
            view! {
                <div class="fact">
                    <dt>{what}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    let noise = paragraphs(trust::label_noise(manifest, own));
    let purpose = paragraphs(trust::purpose(manifest, own));
    let never = trust::never(&manifest.tasks)
        .iter()
        .map(|&use_| view! { <li>{use_}</li> })
        .collect_view();
    let licence = manifest.licence.iter().map(attribution).collect_view();
    view! {
        <article class="card">
            <p class="card__kind">{text::model_card::TITLE}</p>
            <h2 class="card__title">{manifest.title.clone()}</h2>
            <p>{manifest.description.clone()}</p>
            <dl class="card__facts" data-testid="card-facts">
                {facts}
            </dl>
            <div class="card__pair">
                <section>
                    <h3>{text::model_card::MEANT_FOR}</h3>
                    {purpose}
                </section>
                <section class="card__never" data-testid="card-never">
                    <h3>{text::model_card::NOT_FOR}</h3>
                    <ul>{never}</ul>
                </section>
            </div>
            {card_quality(&data)}
            <div class="card__pair">
                <section data-testid="card-noise">
                    <h3>{text::model_card::LABELS}</h3>
                    {noise}
                </section>
                <section>
                    <h3>{text::model_card::PICTURES_FROM}</h3>
                    <ul>{licence}</ul>
                </section>
                <CardMachine />
                <CardPrivacy />
            </div>
        </article>
    }
}

fn paragraphs(sentences: Vec<String>) -> impl IntoView {
    sentences
        .into_iter()
        .map(|sentence| view! { <p>{sentence}</p> })
        .collect_view()
}

/// The facts at the top.
fn facts(state: State, data: &GalleryData) -> Vec<(&'static str, String)> {
    let manifest = &data.manifest;
    let pictures = if data.kept_id().is_some() {
        text::model_card::own_pictures(&format::count(manifest.images))
    } else {
        text::model_card::split_pictures(
            &format::count(manifest.images),
            &manifest.splits_shown.name(),
        )
    };
    let own: usize = Part::ALL
        .into_iter()
        .filter_map(|part| state.scaling(part))
        .filter(|scaling| !scaling.is_idle())
        .map(|scaling| scaling.width())
        .sum();
    let mut facts = vec![
        (text::model_card::PICTURES, pictures),
        (text::model_card::TASKS, format::count(manifest.tasks.len())),
        (
            text::model_card::NETWORK,
            texts::network(&manifest.network, manifest.input.size),
        ),
        (
            text::model_card::MODULATED_AT,
            text::model_card::modulated_at(
                &texts::sites(&manifest.sites),
                &format::counted(own, "parameter"),
            ),
        ),
        (
            text::model_card::EMBEDDING,
            format::counted(manifest.embedding, "dimension"),
        ),
    ];
    if let Some(weights) = manifest.files.get(modulens_bundle::files::WEIGHTS) {
        facts.push((
            text::model_card::SIZE,
            text::model_card::sizes(
                &format::bytes(weights.bytes),
                &format::bytes(manifest.total_bytes()),
            ),
        ));
    }
    facts
}

fn attribution(attribution: &modulens_bundle::Attribution) -> impl IntoView + use<> {
    let licence = attribution.licence.clone();
    // Only addresses of the web become links: a manifest is data from elsewhere.
    let licence = if attribution.url.starts_with("https://") {
        let url = attribution.url.clone();
        view! { <a href=url rel="noopener noreferrer">{licence}</a> }.into_any()
    } else {
        licence.into_any()
    };
    view! {
        <li>
            {attribution.what.clone()} <span class="card__by">{text::model_card::by(&attribution.creator)} {licence}</span>
        </li>
    }
}
