//! The whole page.

use leptos::prelude::*;

use crate::page::browser::dom;
use crate::page::detail::dialog::Detail;
use crate::page::domain::line::OutsideLine;
use crate::page::engine::panel::EnginePanel;
use crate::page::facets::panel::Facets;
use crate::page::library::dialog::LibraryDialog;
use crate::page::library::drop_zone::DropZone;
use crate::page::library::import_bar::MakingBar;
use crate::page::library::unfinished::UnfinishedBar;
use crate::page::model_card::dialog::ModelCard;
use crate::page::query::lens_strip::LensStrip;
use crate::page::query::query_bar::QueryBar;
use crate::page::relations::dialog::RelationsDialog;
use crate::page::results::nothing::Nothing;
use crate::page::selection::bar::SelectionBar;
use crate::page::selection::compare::CompareDialog;
use crate::page::state::{State, use_state};
use crate::page::teach::bar::TeachBar;
use crate::page::teach::facets::TeachButton;
use crate::page::teach::state::Teaching;
use crate::page::text;
use crate::page::text::titles::headline;
use crate::page::tour::card::TourCard;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::effect::effect;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::staged_mount::{Stage, StagedMount};
use crate::page::welcome::panel::WelcomePanel;

use super::header::Header;
use super::notices::Notices;
use super::results_area::Results;
use super::shortcuts::Shortcuts;
use super::waiting::Waiting;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let state = State::start();
    provide_context(state);
    let mount = StagedMount::begin(state);
    name_the_window(state);
    view! {
        <a class="skip" href="#results">{text::shell::SKIP}</a>
        {mount.part(Stage::Work, move || work(state))} {mount.part(Stage::Header, header)}
        <Frame mount=mount />
        {mount.part(Stage::Dialogs, dialogs)}
        <div class="corner">
            {mount.part(Stage::Dialogs, || view! { <TourCard /> }.into_any())} <Notices />
        </div>
    }
}

/// The background effects, from now on.
fn work(state: State) -> AnyView {
    state.live();
    ().into_any()
}

/// The header, in place of the one that was there before the program.
fn header() -> AnyView {
    dom::remove("boot-header");
    view! { <Header /> }.into_any()
}

/// The attributes beside the question and its results, or in a sheet over them.
#[component]
fn Frame(mount: StagedMount) -> impl IntoView {
    let state = use_state();
    // Without room beside the results, the attributes come in a sheet.
    let sheet = RwSignal::new(false);
    let teaching = Memo::new(move |_| {
        let open = state.open();
        open.teaching
            .with(|teaching| *teaching != Teaching::Nothing)
    });
    let marking = Memo::new(move |_| state.marking.with(Option::is_some));
    effect(move || {
        if mount.has_side() || teaching.get() {
            sheet.set(false);
        }
    });
    let lenses = || {
        view! {
            <LensStrip />
            <TeachBar />
        }
        .into_any()
    };
    let results = || {
        view! {
            <SelectionBar />
            <OutsideLine />
            <Nothing />
            <Results />
        }
        .into_any()
    };
    let side = || {
        view! {
            <Facets />
            <TeachButton />
            <EnginePanel />
        }
        .into_any()
    };
    view! {
        <div class="frame">
            <button
                class="button side-switch"
                type="button"
                aria-haspopup="dialog"
                on:click=move |_| sheet.set(true)
            >
                <Icon symbol=Symbol::Sliders />
                <span class="side-switch__word">{text::shell::SIDE}</span>
            </button>
            <aside class="side" id="side">
                {mount.beside(side)}
            </aside>
            <Dialog
                open=sheet
                close=move || sheet.set(false)
                label=text::shell::SIDE
                testid="sheet"
                sheet=true
            >
                {side()}
                <div class="sheet__foot">
                    <button
                        class="button button--strong"
                        type="button"
                        data-testid="sheet-done"
                        on:click=move |_| sheet.set(false)
                    >
                        {move || {
                            let answer = state.open().answer.get()?;
                            Some(text::results::show(&answer.ranking))
                        }}
                    </button>
                </div>
            </Dialog>
            <main
                class="main"
                class:main--teaching=move || teaching.get()
                class:main--marking=move || marking.get()
                id="results"
                tabindex="-1"
            >
                <MakingBar />
                <Waiting mount=mount />
                <UnfinishedBar />
                {mount.part(Stage::Question, || view! { <WelcomePanel /> }.into_any())}
                {mount.part(Stage::Question, || view! { <QueryBar /> }.into_any())}
                {mount.part(Stage::Lenses, lenses)}
                {mount.part(Stage::Results, results)}
            </main>
        </div>
    }
}

/// The dialogs over the page.
fn dialogs() -> AnyView {
    view! {
        <Detail />
        <CompareDialog />
        <ModelCard />
        <RelationsDialog />
        <LibraryDialog />
        <Shortcuts />
        <DropZone />
    }
    .into_any()
}

/// The window's title says the question, so that the history's entries can be told apart.
fn name_the_window(state: State) {
    effect(move || {
        let conditions = state.conditions.get();
        let examples = state.examples_here();
        if let Some(data) = state.data() {
            let tasks = state.tasks.get();
            let selected_task = state.compared.get().and_then(|task| tasks.get(task));
            let question = headline(&tasks, &conditions, &examples, selected_task);
            dom::set_title(&text::shell::window_title(&question, &data.manifest.title));
        }
    });
}
