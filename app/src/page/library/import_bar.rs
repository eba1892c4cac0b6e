//! The gallery being made: how far it is, and how it ended.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::ui::format;
use crate::protocol::Backend;

use super::import_job::{Finished, ImportJob, Running};
use super::own;

/// The state of an import job that decides which bar is shown; the figures in it change many times
/// a second.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    Running,
    Ended,
}

/// A bar above the results while a gallery is being made, and afterwards until it is dismissed.
#[component]
pub fn MakingBar() -> impl IntoView {
    let state = use_state();
    let kind = Memo::new(move |_| {
        state.import_job.with(|import_job| match import_job {
            ImportJob::Nothing => Kind::Nothing,
            ImportJob::Running(_) => Kind::Running,
            ImportJob::Finished(_) | ImportJob::Stopped { .. } => Kind::Ended,
        })
    });
    move || match kind.get() {
        Kind::Nothing => ().into_any(),
        Kind::Running => view! { <RunningBar /> }.into_any(),
        Kind::Ended => view! { <EndedBar /> }.into_any(),
    }
}

#[component]
fn RunningBar() -> impl IntoView {
    let state = use_state();
    let running = move || {
        state.import_job.with(|import_job| match import_job {
            ImportJob::Running(running) => Some(running.clone()),
            _ => None,
        })
    };
    let paused = Memo::new(move |_| running().is_some_and(|running| running.paused));
    let title = Memo::new(move |_| running().map(|running| running.title).unwrap_or_default());
    let problem = Memo::new(move |_| running().and_then(|running| running.problem));
    view! {
        <section class="making" aria-label="Gallery being made" data-testid="making">
            <p class="making__title">
                {move || {
                    let verb = if paused.get() { "Waiting" } else { "Embedding" };
                    format!("{verb}: {}", title.get())
                }}
            </p>
            <progress
                class="embed__bar"
                max="1"
                prop:value=move || running().map_or(0.0, |running| running.progress.share())
                aria-label="Pictures done"
            ></progress>
            <p class="making__figures" data-testid="making-figures">
                {move || running().map(|running| figures(&running))}
            </p>
            {move || {
                problem.get().map(|problem| view! { <p class="library__problem" role="alert">{problem}</p> })
            }}
            <div class="making__tools">
                <button
                    class="button"
                    type="button"
                    data-testid="making-pause"
                    on:click=move |_| state.pause_import(!paused.get_untracked())
                >
                    {move || if paused.get() { "Resume" } else { "Pause" }}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="making-stop"
                    on:click=move |_| state.stop_import()
                >
                    "Stop"
                </button>
            </div>
        </section>
    }
}

#[component]
fn EndedBar() -> impl IntoView {
    let state = use_state();
    let ended = state.import_job.get_untracked();
    let (words, id) = match ended {
        ImportJob::Finished(finished) => (finished_words(&finished), finished.id),
        ImportJob::Stopped {
            id,
            title,
            done,
            total,
            problem,
        } => (stopped_words(&title, done, total, problem.as_deref()), id),
        ImportJob::Nothing | ImportJob::Running(_) => return ().into_any(),
    };
    let name = own::name_of(&id);
    let elsewhere = {
        let name = name.clone();
        move || !id.is_empty() && state.shown.get().as_ref() != Some(&name)
    };
    view! {
        <section class="making making--ended" aria-label="Gallery made">
            <p role="status" data-testid="making-ended">{words}</p>
            <div class="making__tools">
                <Show when=elsewhere>
                    <button
                        class="button"
                        type="button"
                        on:click={
                            let name = name.clone();
                            move |_| state.go(Action::Gallery(name.clone()))
                        }
                    >
                        "Show it"
                    </button>
                </Show>
                <button
                    class="button"
                    type="button"
                    data-testid="making-dismiss"
                    on:click=move |_| state.dismiss_import()
                >
                    "Fine"
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// The progress, in words.
fn figures(running: &Running) -> String {
    let progress = &running.progress;
    if progress.total == 0 {
        return "Getting ready…".into();
    }
    let on = match (running.backend, running.workers) {
        (Backend::Cpu, 2..) => format!("{} CPU workers", running.workers),
        (backend, _) => backend.title().to_owned(),
    };
    let pace = if running.paused {
        String::new()
    } else {
        let eta = progress
            .eta_seconds
            .map(|eta| format!(", {} to go", format::remaining(eta)));
        format!(
            " · {:.0} per second on {on}{}",
            progress.images_per_second,
            eta.unwrap_or_default()
        )
    };
    let skipped = (running.skipped > 0)
        .then(|| format!(" · {} could not be read", format::count(running.skipped)));
    format!(
        "{} of {}{pace}{}",
        format::count(progress.done),
        format::counted(progress.total, "picture"),
        skipped.unwrap_or_default()
    )
}

fn finished_words(finished: &Finished) -> String {
    let rate = finished.images as f64 / (finished.millis / 1000.0).max(1e-3);
    let skipped = finished.example.as_ref().map(|example| {
        format!(
            " {} could not be read; the first is {example}.",
            format::count(finished.skipped)
        )
    });
    format!(
        "\u{201c}{}\u{201d} is complete: {} in {} ({rate:.0} per second).{}",
        finished.title,
        format::counted(finished.images, "picture"),
        format::remaining(finished.millis / 1000.0),
        skipped.unwrap_or_default()
    )
}

fn stopped_words(title: &str, done: usize, total: usize, problem: Option<&str>) -> String {
    let why = problem
        .map(|problem| format!(": {problem}"))
        .unwrap_or_default();
    if total == 0 {
        return format!("\u{201c}{title}\u{201d} was not begun{why}");
    }
    format!(
        "\u{201c}{title}\u{201d} ended early{why}. {} of {} are kept and can be searched. Choose the same files \
         to resume.",
        format::count(done),
        format::counted(total, "picture"),
    )
}
