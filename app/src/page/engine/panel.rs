//! The engine: what runs the network, why, and "embed this gallery here".

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::ui::format;
use crate::protocol::{Backend, Preference};

use super::difference_panel::DifferencePanel;
use super::embed::EmbedState;
use super::state::EngineState;

/// Status, choice of backend, and embedding the gallery.
#[component]
pub fn EnginePanel() -> impl IntoView {
    let state = use_state();
    let lamp = move || match state.engine.get() {
        EngineState::Unknown | EngineState::Chosen(_) => "idle",
        EngineState::Starting(_) => "busy",
        EngineState::Running { .. } => "on",
        EngineState::Failed(_) => "failed",
    };
    let is_shipped = move || state.data().is_none_or(|data| data.kept_id().is_none());
    view! {
        <section class="engine" aria-labelledby="engine-title">
            <h2 class="side__title" id="engine-title">"On your machine"</h2>
            <div class="engine__status" data-testid="engine-status" data-state=lamp>
                {move || status(&state.engine.get())}
            </div>
            <BackendChoice />
            // A gallery of the visitor's own was embedded here to begin with.
            <Show when=is_shipped>
                <EmbedGallery />
                <DifferencePanel />
            </Show>
        </section>
    }
}

/// Backend, reason, adapter and milliseconds.
pub(crate) fn status(engine: &EngineState) -> impl IntoView + use<> {
    let (head, why) = match engine {
        EngineState::Unknown => ("Asking the browser…".to_owned(), String::new()),
        EngineState::Chosen(choice) => (
            format!("{}, not started", choice.backend.title()),
            choice.why.clone(),
        ),
        EngineState::Starting(choice) => (
            format!("{}, starting…", choice.backend.title()),
            choice.why.clone(),
        ),
        EngineState::Running {
            choice,
            adapter,
            millis,
            workers,
        } => {
            let workers = match (choice.backend, workers) {
                (Backend::Cpu, 2..) => format!(", {workers} workers"),
                _ => String::new(),
            };
            let adapter = adapter
                .as_ref()
                .map(|adapter| format!(". Adapter: {adapter}"));
            (
                format!(
                    "{}, ready in {}{workers}",
                    choice.backend.title(),
                    format::millis(*millis)
                ),
                format!("{}{}", choice.why, adapter.unwrap_or_default()),
            )
        }
        EngineState::Failed(message) => ("No engine".to_owned(), message.clone()),
    };
    let why = (!why.is_empty()).then(|| format!("Why: {}.", why.trim_end_matches('.')));
    view! {
        <p class="engine__head">{head}</p>
        <p class="engine__why">{why}</p>
    }
}

/// Automatic, CPU or WebGPU.
#[component]
fn BackendChoice() -> impl IntoView {
    let state = use_state();
    let options = [
        (Preference::Auto, "auto", "Auto"),
        (Preference::Cpu, "cpu", "CPU"),
        (Preference::Webgpu, "webgpu", "WebGPU"),
    ];
    let option = move |(preference, name, title): (Preference, &'static str, &'static str)| {
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="backend"
                    data-testid=format!("backend-{name}")
                    prop:checked=move || state.view.with(|view| view.backend == preference)
                    on:change=move |_| state.go(Action::Backend(preference))
                />
                <span class="segment__face">{title}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments segments--small">
            <legend class="sr-only">"What runs the network"</legend>
            {options.map(option).collect_view()}
        </fieldset>
    }
}

/// The button, the progress, and how it ended.
#[component]
fn EmbedGallery() -> impl IntoView {
    let state = use_state();
    let busy = Memo::new(move |_| state.open().embed.with(EmbedState::is_busy));
    let pictures = move || {
        state
            .data()
            .map(|data| format::counted(data.manifest.images, "picture"))
    };
    let start = move || {
        view! {
            <button
                class="button button--strong"
                type="button"
                data-testid="embed-gallery"
                disabled=move || state.data().is_none()
                on:click=move |_| state.embed_gallery()
            >
                {move || {
                    let again = state.open().embed.with(|embed| matches!(embed, EmbedState::Done { .. }));
                    if again { "Embed it again" } else { "Embed this gallery here" }
                }}
            </button>
        }
    };
    let running = move || {
        let share = move || match state.open().embed.get() {
            EmbedState::Running(progress) => progress.share(),
            _ => 0.0,
        };
        view! {
            <div class="embed" data-testid="embed-progress">
                <progress
                    class="embed__bar"
                    max="1"
                    prop:value=share
                    aria-label="Embedding the gallery"
                ></progress>
                <p class="embed__figures">{move || state.open().embed.with(figures)}</p>
                <button
                    class="button"
                    type="button"
                    data-testid="embed-cancel"
                    on:click=move |_| state.stop_embedding()
                >
                    "Cancel"
                </button>
            </div>
        }
    };
    view! {
        {move || if busy.get() { running().into_any() } else { start().into_any() }}
        <p class="embed__end" role="status" data-testid="embed-result">
            {move || {
                state
                    .open().embed
                    .with(|embed| match embed {
                        EmbedState::Idle => {
                            pictures().map(|pictures| format!("All {pictures}. Nothing leaves this machine."))
                        }
                        other => end(other),
                    })
            }}
        </p>
    }
}

/// The progress, in words.
fn figures(embed: &EmbedState) -> String {
    let EmbedState::Running(progress) = embed else {
        return "Fetching and starting the engine…".into();
    };
    let eta = progress
        .eta_seconds
        .map(|eta| format!(", {} to go", format::remaining(eta)));
    format!(
        "{} of {}, {:.0} per second{}",
        format::count(progress.done),
        format::count(progress.total),
        progress.images_per_second,
        eta.unwrap_or_default()
    )
}

/// The outcome, in words.
fn end(embed: &EmbedState) -> Option<String> {
    match embed {
        EmbedState::Idle | EmbedState::Starting | EmbedState::Running(_) => None,
        EmbedState::Done {
            millis,
            pictures,
            skipped,
        } => {
            let rate = *pictures as f64 / (millis / 1000.0).max(1e-3);
            let skipped = skipped.first().map(|first| {
                format!(
                    ". Left out {}; picture {}: {}",
                    skipped.len(),
                    first.index,
                    first.why
                )
            });
            Some(format!(
                "{} in {} ({rate:.0} per second){}",
                format::counted(*pictures, "picture"),
                format::millis(*millis),
                skipped.unwrap_or_default()
            ))
        }
        EmbedState::Cancelled => Some("Cancelled. The shipped features are searched.".into()),
        EmbedState::Failed(message) => Some(format!("Embedding failed: {message}")),
    }
}
