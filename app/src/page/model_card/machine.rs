//! The engine runs on the visitor's machine, with their times.

use leptos::prelude::*;

use crate::page::engine::panel::status;
use crate::page::shell::gallery::Source;
use crate::page::state::use_state;
use crate::page::ui::format;

/// The last answer, and the engine.
#[component]
pub fn CardMachine() -> impl IntoView {
    let state = use_state();
    let answer = move || {
        let pictures = state.open().images.get();
        let millis = state
            .open()
            .answer
            .with(|answer| answer.as_ref().map(|it| it.millis))?;
        let whose = match state.open().source.get() {
            Source::Shipped if state.data()?.kept_id().is_none() => "that came with the gallery",
            Source::Shipped | Source::Local => "computed on this machine",
        };
        Some(format!(
            "The answer you see took {} for {}, from features {whose}. Searching needs no engine: it is exact, and runs in this \
             page.",
            format::millis(millis),
            format::counted(pictures, "picture"),
        ))
    };
    view! {
        <section>
            <h3>"What ran on your machine"</h3>
            <p data-testid="card-timing">{answer}</p>
            <p>"New pictures go through the network. What runs it here:"</p>
            <div class="card__engine" data-testid="card-engine">
                {move || status(&state.engine.get())}
            </div>
        </section>
    }
}
