//! Task relations: the modulation vector of each task, on a map, channel by channel, and in words.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, EventTarget};

use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::shell::gallery::GalleryData;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::dialog::Dialog;

use super::channels::Channels;
use super::facts::{explain, start};
use super::modulation::{Part, Scaling};
use super::relating::{Relating, task_of};
use super::table::relations_table;
use super::task_facts::TaskFacts;
use super::task_map::TaskMap;

/// Tasks that stand out with the one looked at.
const BESIDE: usize = 3;

/// The dialog.
#[component]
pub fn RelationsDialog() -> impl IntoView {
    let state = use_state();
    view! {
        <Dialog
            open=state.shows(Panel::Relations)
            close=move || state.close(Action::Show(None))
            label=text::relations::TITLE
            testid="relations"
        >
            {move || state.data().map(|data| view! { <Relations data=data /> })}
        </Dialog>
    }
}

/// All of it, for one gallery.
#[component]
fn Relations(data: Arc<GalleryData>) -> impl IntoView {
    let state = use_state();
    let manifest = &data.manifest;
    let titles: Arc<[String]> = manifest.tasks.iter().map(task_title).collect();
    let (scaled, idle): (Vec<_>, Vec<_>) = Part::ALL
        .into_iter()
        .filter_map(|part| Some((part, Arc::new(state.scaling(part)?))))
        .partition(|(_, scaling)| !scaling.is_idle());
    let sizes: Vec<_> = scaled
        .iter()
        .map(|(part, scaling)| (*part, scaling.width()))
        .collect();
    let idle: Vec<_> = idle.into_iter().map(|(part, _)| part).collect();
    let said = explain(&sizes, &idle);
    let part = RwSignal::new(sizes.first().map(|(part, _)| *part));
    let (hovered, focused) = (RwSignal::new(None), RwSignal::new(None));
    let active = Memo::new(move |_| {
        let pointed = hovered.get().or(focused.get());
        pointed.or(state.compared.get()).or(Some(0))
    });
    let views = move || {
        let part = part.get()?;
        let (_, scaling) = scaled.iter().find(|(known, _)| *known == part)?;
        let scaling = Arc::clone(scaling);
        let beside = {
            let scaling = Arc::clone(&scaling);
            Memo::new(move |_| {
                active
                    .get()
                    .map(|task| beside(&scaling, task))
                    .unwrap_or_default()
            })
        };
        let relating = Relating {
            part,
            scaling,
            start: start(part, &data.manifest.network),
            titles: Arc::clone(&titles),
            hovered,
            focused,
            active,
            beside,
        };
        Some(view! { <Views relating=relating /> })
    };
    view! {
        <article class="card relations">
            <h2 class="card__title">{text::relations::TITLE}</h2>
            <p data-testid="relations-words">{said.join(" ")}</p>
            {(sizes.len() > 1).then(|| view! { <PartChoice sizes=sizes part=part /> })}
            {views}
        </article>
    }
}

fn beside(scaling: &Scaling, task: usize) -> Vec<usize> {
    let nearest = scaling.nearest(task).into_iter();
    nearest.take(BESIDE).map(|(other, _)| other).collect()
}

/// Embedding or features.
#[component]
fn PartChoice(sizes: Vec<(Part, usize)>, part: RwSignal<Option<Part>>) -> impl IntoView {
    let option = |(own, size): (Part, usize)| {
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="part"
                    data-testid=format!("relations-{}", own.noun())
                    prop:checked=move || part.get() == Some(own)
                    on:change=move |_| part.set(Some(own))
                />
                <span class="segment__face">
                    {own.title()} <span class="segment__count">{text::relations::numbers(&size, own.noun())}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="segments relations__part">
            <legend class="sr-only">{text::relations::PARTS}</legend>
            {sizes.into_iter().map(option).collect_view()}
        </fieldset>
    }
}

/// Map, channels and table, with what is said of the task looked at beside them. Everything that carries a
/// `data-task` is a button that looks through that task.
#[component]
fn Views(relating: Relating) -> impl IntoView {
    let state = use_state();
    let Relating {
        hovered, focused, ..
    } = relating;
    let choose = move |event: web_sys::MouseEvent| {
        let task = task_of(event.target());
        let name = task.zip(state.data_now()).and_then(|(task, data)| {
            let task = data.manifest.tasks.get(task)?;
            Some(task.name.clone())
        });
        if let Some(name) = name {
            state.go(Action::Lens(Some(name)));
        }
    };
    // What is said may lie over the map, and is longer for one task than for another. Were the task let go when that
    // comes under the pointer, both would take turns for ever.
    let point = move |event: web_sys::MouseEvent| {
        if !within_facts(event.target()) {
            hovered.set(task_of(event.target()));
        }
    };
    let table = relations_table(&relating);
    view! {
        <div
            class="relations__views"
            on:mouseover=point
            on:mouseleave=move |_| hovered.set(None)
        >
            <div
                class="relations__shown"
                on:click=choose
                on:focusin=move |event| focused.set(task_of(event.target()))
                on:focusout=move |_| focused.set(None)
            >
                <TaskMap relating=relating.clone() />
                <Channels relating=relating.clone() />
            </div>
            <TaskFacts relating=relating />
        </div>
        {table}
    }
}

/// Returns true if an event came from the facts of a task.
fn within_facts(target: Option<EventTarget>) -> bool {
    let element: Option<Element> = target.and_then(|target| target.dyn_into().ok());
    element.is_some_and(|element| matches!(element.closest(".facts"), Ok(Some(_))))
}
