//! The model card: data, licence, measured quality, privacy.

use leptos::prelude::*;
use modulens_schema::TaskQuality;

use super::barcode::Barcode;
use super::dialog::Dialog;
use crate::page::core::wording::task_title;
use crate::page::core::{format, hue};
use crate::page::state::{GalleryData, use_state};

/// What the gallery and its network are, and how good.
#[component]
pub fn ModelCard(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let state = use_state();
    view! {
        <Dialog open=open close=move || open.set(false) label="Model card" testid="model-card">
            {move || state.data().map(|data| card(&data))}
        </Dialog>
    }
}

fn card(data: &GalleryData) -> impl IntoView + use<> {
    let manifest = &data.manifest;
    let quality = &manifest.quality;
    let rows = manifest
        .tasks
        .iter()
        .zip(&quality.tasks)
        .enumerate()
        .map(|(index, (task, quality))| row(index, task_title(task), quality))
        .collect_view();
    let facts = format!(
        "{} of the {} split, none of them seen in training. Modulated at: {}. Embeddings of {} numbers.",
        format::counted(manifest.images, "picture"),
        manifest.splits_shown.name(),
        manifest.sites.join(", "),
        manifest.embedding,
    );
    let licence = manifest.licence.iter().map(attribution).collect_view();
    view! {
        <article class="card">
            <h2 class="card__title">{manifest.title.clone()}</h2>
            <p>{manifest.description.clone()}</p>
            <p>{facts}</p>
            <h3>"How good each lens is"</h3>
            <p class="side__hint">
                {format!(
                    "Measured on the {} split of {}. Triplet accuracy: how often the network finds the picture with \
                     the same value nearer than one with another (bar: 95 % interval); mean over tasks {}.",
                    quality.split.name(),
                    quality.dataset,
                    format::percent_fine(quality.mean_triplet_accuracy),
                )}
            </p>
            <div class="card__table" tabindex="0" role="region" aria-label="Quality per task">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Task"</th>
                            <th scope="col">"Triplets right"</th>
                            <th scope="col">"95 % interval"</th>
                            <th scope="col">"Right of the ten nearest"</th>
                            <th scope="col">"Mean average precision"</th>
                            <th scope="col">"Calibration error"</th>
                            <th scope="col">"Labelled"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <h3>"Where the pictures come from"</h3>
            <ul class="card__licence">{licence}</ul>
            <h3>"Privacy"</h3>
            <p>
                "Nothing leaves your machine. The page fetches its own files and nothing else; your pictures are read by \
                 the engine in this browser and are gone when the page is closed."
            </p>
            <h3>"What not to use it for"</h3>
            <p>
                "Attributes are guesses about pictures, not facts about people or products. Do not use them to decide \
                 about anybody. A network that is right nine times in ten is wrong once."
            </p>
        </article>
    }
}

fn row(index: usize, title: String, quality: &TaskQuality) -> impl IntoView + use<> {
    let (low, high) = (quality.ci95.low, quality.ci95.high);
    let interval = format!(
        "--low:{low:.4};--high:{high:.4};--at:{:.4}",
        quality.triplet_accuracy
    );
    view! {
        <tr style=hue::style(index)>
            <th scope="row">
                <span class="facet__name">
                    <Barcode task=index bars=32 />
                    {title}
                </span>
            </th>
            <td>{format::percent_fine(quality.triplet_accuracy)}</td>
            <td>
                <span class="interval" style=interval aria-hidden="true"></span>
                {format!("{} to {}", format::percent_fine(low), format::percent_fine(high))}
            </td>
            <td>{format::percent_fine(quality.precision_at_10)}</td>
            <td>{format::percent_fine(quality.map)}</td>
            <td>{format::percent_fine(quality.calibration_error)}</td>
            <td>{format::count(quality.images)}</td>
        </tr>
    }
}

fn attribution(attribution: &modulens_bundle::Attribution) -> impl IntoView + use<> {
    let words = format!(
        "{}, by {}, {}",
        attribution.what, attribution.creator, attribution.licence
    );
    // Only addresses of the web become links: a manifest is data from elsewhere.
    let link = attribution
        .url
        .starts_with("https://")
        .then(|| attribution.url.clone());
    view! {
        <li>
            {match link {
                Some(url) => view! { <a href=url rel="noopener noreferrer">{words}</a> }.into_any(),
                None => words.into_any(),
            }}
        </li>
    }
}
