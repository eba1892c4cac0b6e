//! One picture, and what the network says about it under every task.

use leptos::prelude::*;

use crate::page::browser::clock;
use crate::page::browser::frames;
use crate::page::browser::keys;
use crate::page::labels::details::LabelDetails;
use crate::page::query::action::Action;
use crate::page::query::view::Example;
use crate::page::state::use_state;
use crate::page::teach::mark::Mark;
use crate::page::text;
use crate::page::ui::dialog::Dialog;
use crate::page::ui::format;
use crate::page::ui::icon::{Icon, Symbol};

use super::enlarged::{Enlarged, Held, is_zoomed};
use super::original::Original;
use super::preview::{DetailImage, Preview, preview_of};
use super::task_row::TaskRow;
use super::why::Why;

/// The details of the picture the view opens.
#[component]
pub fn Detail() -> impl IntoView {
    let state = use_state();
    let index = Memo::new(move |_| {
        let images = state.open().images.get();
        state
            .view
            .with(|view| view.open)
            .filter(|&index| index < images)
    });
    let close = move || state.close(Action::Open(None));
    let enlarged = RwSignal::new(false);
    let held = RwSignal::default();
    let preview = preview_of(state, index, enlarged);
    view! {
        <Dialog
            open=Signal::derive(move || index.get().is_some())
            close=close
            label=text::detail::DIALOG
            testid="detail"
        >
            {move || index.get().map(|index| view! { <PictureDetail index=index preview=preview enlarged=enlarged held=held /> })}
        </Dialog>
        <Enlarged open=enlarged index=index preview=preview held=held />
    }
}

/// A picture large, its place in the results, and one row per task.
#[component]
fn PictureDetail(
    index: usize,
    preview: RwSignal<Option<Preview>>,
    enlarged: RwSignal<bool>,
    held: Held,
) -> impl IntoView {
    let state = use_state();
    let rank = Memo::new(move |_| {
        state.open().answer.with(|answer| {
            answer
                .as_ref()?
                .ranking
                .order
                .iter()
                .position(|ranked| ranked.index == index)
        })
    });
    let neighbour = move |step: isize| {
        let at = rank.get()?.checked_add_signed(step)?;
        state
            .open()
            .answer
            .with(|answer| Some(answer.as_ref()?.ranking.order.get(at)?.index))
    };
    let go = move |step: isize| {
        if let Some(index) = neighbour(step) {
            state.go(Action::Open(Some(index)));
        }
    };
    // On the window: the focus may lie anywhere in the dialog.
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let key = event.key();
        match key.as_str() {
            // They move what is enlarged.
            "ArrowLeft" | "ArrowRight" if untrack(|| is_zoomed(held)) => {}
            // They choose a label.
            _ if keys::press(&event, &key).typing => {}
            "ArrowLeft" => go(-1),
            "ArrowRight" => go(1),
            "z" | "Z" if keys::enabled() && keys::press(&event, &key).is_plain() => {
                enlarged.update(|enlarged| *enlarged = !*enlarged);
            }
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
    let add = move |wanted: bool| state.go(Action::Also(Example::Gallery(index), wanted));
    let place = move || {
        let place = rank
            .get()
            .map(|rank| text::detail::place(&format::count(rank + 1)));
        let score = state.open().answer.with(|answer| {
            let ranking = &answer.as_ref()?.ranking;
            // Of a single part, the score is the part's own value, which stands below.
            let several = ranking.clauses.len() > 1;
            several
                .then(|| ranking.scores.get(index).copied())
                .flatten()
        });
        let score = score.map(|score| text::detail::score(&format::percent(score.into())));
        format!("{}{}", place.unwrap_or_default(), score.unwrap_or_default())
    };
    let id = move || {
        state
            .open()
            .ground_truth
            .with(|ground_truth| ground_truth.as_ref()?.given.ids.get(index).cloned())
    };
    let tasks = Memo::new(move |_| state.tasks.with(|tasks| tasks.len()));
    // The picture is seen before what is said of it is put together.
    let seen = RwSignal::new(false);
    frames::next(move || {
        clock::later(move || {
            // It may be closed by then.
            seen.try_set(true);
        });
    });
    let outside = move || state.is_outside(index);
    let room = move || format!("--rows:{}", tasks.get());
    let rows = move || {
        if !seen.get() {
            return ().into_any();
        }
        let row = |task| view! { <TaskRow task=task index=index /> };
        // What was taught comes first, as among the attributes.
        let first = state.network_tasks();
        (first..tasks.get())
            .chain(0..first)
            .map(row)
            .collect_view()
            .into_any()
    };
    view! {
        <article class="detail">
            <figure class="detail__figure">
                <DetailImage index=index preview=preview enlarged=enlarged />
                <figcaption class="detail__caption">
                    <span class="detail__place">{place}</span>
                    <span class="detail__id">{id}</span>
                </figcaption>
                <div class="detail__steps">
                    <button
                        class="button"
                        type="button"
                        disabled=move || neighbour(-1).is_none()
                        on:click=move |_| go(-1)
                    >
                        <Icon symbol=Symbol::Back />
                        {text::detail::PREVIOUS}
                    </button>
                    <button
                        class="button"
                        type="button"
                        disabled=move || neighbour(1).is_none()
                        on:click=move |_| go(1)
                    >
                        {text::detail::NEXT}
                        <Icon symbol=Symbol::Forward />
                    </button>
                    <button
                        class="button"
                        type="button"
                        data-testid="add-like"
                        on:click=move |_| add(true)
                    >
                        <Icon symbol=Symbol::Plus />
                        {text::detail::MORE_LIKE_IT}
                    </button>
                    <button
                        class="button"
                        type="button"
                        data-testid="add-unlike"
                        on:click=move |_| add(false)
                    >
                        <Icon symbol=Symbol::Minus />
                        {text::detail::LESS_LIKE_IT}
                    </button>
                    <Original index=index preview=preview enlarged=enlarged />
                </div>
                <Mark index=index words=true />
            </figure>
            <div class="detail__tasks">
                <Why index=index />
                <LabelDetails index=index />
                <h2 class="detail__title">{text::detail::PREDICTIONS}</h2>
                <p class="side__hint">
                    {text::detail::ABOUT_PREDICTIONS}
                    {text::detail::ABOUT_LENSES}
                </p>
                {move || {
                    outside()
                        .then(|| view! { <p class="detail__outside" data-testid="detail-outside">{text::domain::IMAGE}</p> })
                }}
                <ul class="task-rows" class:task-rows--outside=outside style=room>{rows}</ul>
            </div>
        </article>
    }
}
