//! The engine: what runs the network, why, and "embed this gallery here".

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::format;
use crate::protocol::Preference;

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
            <h2 class="side__title" id="engine-title">{text::engine::TITLE}</h2>
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
        EngineState::Unknown => (text::engine::ASKING.to_owned(), String::new()),
        EngineState::Chosen(choice) => (
            text::engine::chosen(choice.backend.title()),
            choice.why.clone(),
        ),
        EngineState::Starting(choice) => (
            text::engine::starting(choice.backend.title()),
            choice.why.clone(),
        ),
        EngineState::Running {
            choice,
            adapter,
            millis,
            workers,
        } => (
            text::engine::ready(choice.backend, *millis, *workers),
            text::engine::reason(&choice.why, adapter.as_deref()),
        ),
        EngineState::Failed(message) => (text::engine::NONE.to_owned(), message.clone()),
    };
    let why = (!why.is_empty()).then(|| text::engine::why(&why));
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
        (Preference::Auto, "auto", text::engine::AUTO),
        (Preference::Cpu, "cpu", text::engine::CPU),
        (Preference::Webgpu, "webgpu", text::engine::WEBGPU),
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
            <legend class="sr-only">{text::engine::CHOICE}</legend>
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
                    if again { text::engine::EMBED_AGAIN } else { text::engine::EMBED }
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
                    aria-label=text::engine::PROGRESS
                ></progress>
                <p class="embed__figures">{move || state.open().embed.with(text::engine::embed_figures)}</p>
                <button
                    class="button"
                    type="button"
                    data-testid="embed-cancel"
                    on:click=move |_| state.stop_embedding()
                >
                    {text::engine::CANCEL}
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
                            pictures().map(|pictures| text::engine::all_pictures(&pictures))
                        }
                        other => text::engine::embed_end(other),
                    })
            }}
        </p>
    }
}
