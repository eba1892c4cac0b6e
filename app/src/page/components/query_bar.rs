//! The question in words, what it found, and the parts it is made of.

use leptos::prelude::*;

use super::chips::Chips;
use super::own_picture::OwnPictureButton;
use crate::page::core::format;
use crate::page::core::view::Example;
use crate::page::core::wording::headline;
use crate::page::state::own_picture::Embedded;
use crate::page::state::{Load, Source, use_state};

/// Letters from which on a headline is set smaller.
const LONG: usize = 40;

/// Headline, figures, chips.
#[component]
pub fn QueryBar() -> impl IntoView {
    let state = use_state();
    let question = Memo::new(move |_| {
        let data = state.data()?;
        let tasks = &data.manifest.tasks;
        let lens = state.lens.get().and_then(|lens| tasks.get(lens));
        let example = state.view.with(|view| view.example);
        Some(
            state
                .conditions
                .with(|conditions| headline(tasks, conditions, example, lens)),
        )
    });
    let waiting = Memo::new(move |_| {
        let own = state.view.with(|view| view.example == Some(Example::Own));
        own && state.own.with(|own| {
            own.as_ref()
                .is_some_and(|own| own.state == Embedded::Waiting)
        })
    });
    let long =
        move || question.with(|question| question.as_ref().is_some_and(|words| words.len() > LONG));
    let failed = move || {
        state
            .gallery
            .with(|gallery| matches!(gallery, Load::Failed(_)))
    };
    // What was found, in one sentence; also what a screen reader hears after every change.
    let found = move || {
        if waiting.get() {
            return Some("Looking at your picture…".to_owned());
        }
        state.answer.with(|answer| {
            let ranking = &answer.as_ref()?.ranking;
            let pictures = format::counted(ranking.order.len(), "picture");
            Some(match ranking.matches {
                Some(matches) => format!("{} likely of {pictures}", format::count(matches)),
                None if ranking.scored => format!("{pictures} by likeness"),
                None => pictures,
            })
        })
    };
    let millis = move || {
        state
            .answer
            .with(|answer| answer.as_ref().map(|answer| format::millis(answer.millis)))
    };
    let local = move || state.source.get() == Source::Local;
    view! {
        <section class="query" aria-label="Search">
            <div class="query__top">
                <h1 class="query__headline" class:query__headline--long=long>
                    {move || {
                        let fallback = if failed() { "Nothing to show" } else { "Loading…" };
                        question.get().unwrap_or_else(|| fallback.to_owned())
                    }}
                </h1>
                <OwnPictureButton />
            </div>
            <p class="query__found">
                <span role="status" data-testid="found">{found}</span>
                {move || {
                    millis()
                        .map(|millis| {
                            view! {
                                <span class="query__millis">
                                    "ranked in " <span data-testid="search-millis">{millis}</span>
                                    {move || if local() { ", features computed here" } else { "" }}
                                </span>
                            }
                        })
                }}
            </p>
            <Chips />
        </section>
    }
}
