//! Every task as a facet.

use leptos::prelude::*;
use modulens_schema::TaskKind;

use crate::page::labels::facets::LabelFacets;
use crate::page::shell::gallery::Load;
use crate::page::state::use_state;
use crate::page::teach::facets::TaughtFacets;
use crate::page::text;

use super::binary::BinaryFacet;
use super::values::ValuesFacet;

/// All facets of the gallery: those with several values first, then the yes/no ones.
#[component]
pub fn Facets() -> impl IntoView {
    let state = use_state();
    let facets = move || {
        let data = state.data()?;
        let is_binary = |task: &usize| {
            data.manifest
                .tasks
                .get(*task)
                .is_some_and(|task| task.kind == TaskKind::Binary)
        };
        let (binary, several): (Vec<usize>, Vec<usize>) =
            (0..data.manifest.tasks.len()).partition(is_binary);
        let several = several
            .into_iter()
            .map(|task| view! { <ValuesFacet task=task /> })
            .collect_view();
        let binary = binary
            .into_iter()
            .map(|task| view! { <BinaryFacet task=task /> })
            .collect_view();
        Some(view! {
            {several}
            {binary}
        })
    };
    let waiting = move || {
        state
            .gallery
            .with(|gallery| matches!(gallery, Load::Waiting))
    };
    view! {
        <section class="facets" aria-labelledby="facets-title" aria-busy=move || waiting().to_string()>
            <h2 class="side__title" id="facets-title">{text::facets::ATTRIBUTES}</h2>
            <p class="side__hint">{text::facets::ABOUT}</p>
            <Show when=waiting>
                <div class="skeleton skeleton--facets" aria-hidden="true"></div>
            </Show>
            <TaughtFacets />
            <LabelFacets />
            <Show when=move || state.has_other_facets()>
                <h3 class="facets__part">{text::teach::NETWORKS}</h3>
            </Show>
            {facets}
        </section>
    }
}
