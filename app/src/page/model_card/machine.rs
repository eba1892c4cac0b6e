//! The engine runs on the visitor's machine, with their times.

use leptos::prelude::*;

use crate::page::engine::panel::status;
use crate::page::shell::gallery::Source;
use crate::page::state::use_state;
use crate::page::text;
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
            Source::Shipped if state.data()?.kept_id().is_none() => {
                text::model_card::FEATURES_SHIPPED
            }
            Source::Shipped | Source::Local => text::model_card::FEATURES_LOCAL,
        };
        Some(text::model_card::timing(
            &format::millis(millis),
            &format::counted(pictures, "picture"),
            &whose,
        ))
    };
    view! {
        <section>
            <h3>{text::model_card::MACHINE}</h3>
            <p data-testid="card-timing">{answer}</p>
            <p>{text::model_card::ABOUT_MACHINE}</p>
            <div class="card__engine" data-testid="card-engine">
                {move || status(&state.engine.get())}
            </div>
        </section>
    }
}
