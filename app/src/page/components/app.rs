//! The whole page.

use leptos::prelude::*;

use super::detail::Detail;
use super::drop_zone::DropZone;
use super::engine_panel::EnginePanel;
use super::facets::Facets;
use super::grid::Grid;
use super::header::Header;
use super::icon::{Icon, Symbol};
use super::lens_strip::LensStrip;
use super::library::LibraryDialog;
use super::making_bar::MakingBar;
use super::model_card::ModelCard;
use super::query_bar::QueryBar;
use super::teach_bar::TeachBar;
use crate::page::browser::dom;
use crate::page::core::hue;
use crate::page::core::wording::headline;
use crate::page::state::State;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let state = State::start();
    provide_context(state);
    let card_open = RwSignal::new(false);
    let side_open = RwSignal::new(false);
    tint_by_lens(state);
    name_the_window(state);
    view! {
        <a class="skip" href="#results">"Skip to the results"</a>
        <Header card_open=card_open />
        <div class="frame">
            <button
                class="button side-switch"
                type="button"
                aria-expanded=move || side_open.get().to_string()
                aria-controls="side"
                on:click=move |_| side_open.update(|open| *open = !*open)
            >
                <Icon symbol=Symbol::Sliders />
                "Attributes and engine"
            </button>
            <aside class="side" id="side" data-open=move || side_open.get().to_string()>
                <Facets />
                <EnginePanel />
            </aside>
            <main class="main" id="results" tabindex="-1">
                <MakingBar />
                <QueryBar />
                <LensStrip />
                <TeachBar />
                <Grid />
            </main>
        </div>
        <Detail />
        <ModelCard open=card_open />
        <LibraryDialog />
        <DropZone />
    }
}

/// The whole page takes the lens's hue: looking through another lens is seen at once.
fn tint_by_lens(state: State) {
    Effect::new(move |_| {
        if let (Some(lens), Some(root)) = (state.lens.get(), dom::root()) {
            let hue = hue::hue(lens).to_string();
            // A custom property takes any text.
            root.style().set_property("--hue", &hue).ok();
        }
    });
}

/// The window's title says the question, so that the history's entries can be told apart.
fn name_the_window(state: State) {
    Effect::new(move |_| {
        let conditions = state.conditions.get();
        let examples = state.view.with(|view| view.examples.clone());
        if let Some(data) = state.data() {
            let tasks = state.tasks.get();
            let lens = state.compared.get().and_then(|task| tasks.get(task));
            let question = headline(&tasks, &conditions, &examples, lens);
            dom::set_title(&format!("{question} · {} · Modulens", data.manifest.title));
        }
    });
}
