//! The gallery being made: how far it is, and how it ended.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::text;

use super::import_job::ImportJob;
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
    let looking = Memo::new(move |_| running().is_some_and(|running| running.looking));
    let paused = Memo::new(move |_| running().is_some_and(|running| running.paused));
    let title = Memo::new(move |_| running().map(|running| running.title).unwrap_or_default());
    let problem = Memo::new(move |_| running().and_then(|running| running.problem));
    view! {
        <section class="making" aria-label=text::library::IMPORT data-testid="making">
            <p class="making__title">
                {move || text::library::running(&title.get(), paused.get(), looking.get())}
            </p>
            <progress
                class="embed__bar"
                max="1"
                prop:value=move || running().map_or(0.0, |running| running.progress.share())
                aria-label=text::library::IMPORT_DONE
            ></progress>
            <p class="making__figures" data-testid="making-figures">
                {move || running().map(|running| text::library::import_figures(&running))}
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
                    {move || if paused.get() { text::library::RESUME } else { text::library::PAUSE }}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="making-stop"
                    on:click=move |_| state.stop_import()
                >
                    {text::library::STOP}
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
        ImportJob::Finished(finished) => (text::library::finished(&finished), finished.id),
        ImportJob::Stopped {
            id,
            title,
            done,
            total,
            problem,
        } => (
            text::library::stopped(&title, done, total, problem.as_deref()),
            id,
        ),
        ImportJob::Nothing | ImportJob::Running(_) => return ().into_any(),
    };
    let name = own::name_of(&id);
    let elsewhere = {
        let name = name.clone();
        move || !id.is_empty() && state.shown.get().as_ref() != Some(&name)
    };
    view! {
        <section class="making making--ended" aria-label=text::library::IMPORT_ENDED>
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
                        {text::library::SHOW_IT}
                    </button>
                </Show>
                <button
                    class="button"
                    type="button"
                    data-testid="making-dismiss"
                    on:click=move |_| state.dismiss_import()
                >
                    {text::library::DISMISS}
                </button>
            </div>
        </section>
    }
    .into_any()
}
