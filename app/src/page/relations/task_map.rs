//! The map of the tasks: near is alike.

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;

use crate::page::browser::focus;
use crate::page::browser::follow::Follow;
use crate::page::browser::measure;
use crate::page::results::moves::Move;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::effect::effect;
use crate::page::ui::format;
use crate::page::ui::hue;

use super::facts::{ALIKE, Facts, cosine};
use super::map_layout::{Layout, Spot, label_width, lay_out, towards};
use super::mds;
use super::modulation::closeness;
use super::relating::{Relating, move_of, task_of};

/// Every task at its place, with lines between those that stand out as alike.
#[component]
pub fn TaskMap(
    /// The task relations.
    relating: Relating,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let width = RwSignal::new(0.0);
    let follow = StoredValue::new_local(None::<Follow>);
    effect(move || {
        if let Some(element) = element.get() {
            let map = element.clone();
            let look = move || {
                if let Some(letters) = measure::letters(&map) {
                    width.set(letters);
                }
            };
            follow.set_value(Follow::new(&element, look));
        }
    });
    let scaling = &relating.scaling;
    let tasks = scaling.tasks();
    let points = mds::place(tasks, |a, b| scaling.distance(a, b));
    let widths: Vec<f64> = relating
        .titles
        .iter()
        .map(|title| label_width(title))
        .collect();
    let layout = Memo::new(move |_| match width.get() {
        0.0 => None,
        width => Some(lay_out(&points, &widths, width)),
    });
    let caption = {
        let relating = relating.clone();
        move || layout.with(|layout| layout.as_ref().map(|layout| caption(&relating, layout)))
    };
    let drawn = move || {
        let layout = layout.get()?;
        Some(view! {
            <Lines relating=relating.clone() layout=layout.clone() width=width.get_untracked() />
            <Labels relating=relating.clone() layout=layout />
        })
    };
    view! {
        <section aria-labelledby="map-title">
            <h3 id="map-title">{text::relations::MAP}</h3>
            <div
                class="map"
                node_ref=element
                data-testid="task-map"
                style=move || {
                    layout
                        .with(|layout| {
                            format!("height:{:.2}rem", layout.as_ref().map_or(20.0, |it| it.height))
                        })
                }
            >
                {drawn}
            </div>
            <p class="side__hint">{caption}</p>
        </section>
    }
}

/// The caption of the map, with its distortion.
fn caption(relating: &Relating, layout: &Layout) -> String {
    let scaling = &relating.scaling;
    if scaling.tasks() < 2 {
        return text::relations::ONE_TASK.into();
    }
    let press = text::relations::CLICK_A_TASK;
    if scaling.tasks() < 3 {
        return format!("{ALIKE} {press}");
    }
    let places: Vec<[f64; 2]> = layout.spots.iter().map(|spot| [spot.x, spot.y]).collect();
    let off = mds::misfit(&places, |a, b| scaling.distance(a, b));
    let lines = match (scaling.relations().last(), scaling.range()) {
        (Some(weakest), _) => text::relations::stand_out(&cosine(scaling, weakest.alike)),
        (None, Some((least, most))) => {
            text::relations::none_stands_out(&cosine(scaling, least), &cosine(scaling, most))
        }
        (None, None) => String::new(),
    };
    text::relations::about_map(&format::percent(off), &lines, &press)
}

/// The lines between tasks, and those from the task looked at to the most alike.
#[component]
fn Lines(relating: Relating, layout: Layout, width: f64) -> impl IntoView {
    let Relating {
        scaling,
        active,
        beside,
        ..
    } = relating;
    let shape = format!("0 0 {width:.2} {:.2}", layout.height);
    let spots = layout.spots;
    let pairs = scaling.relations();
    let usual = scaling.usual();
    let thick = move |alike: f64| format!("{:.3}", 0.05 + 0.25 * closeness(alike, usual));
    let path = move |a: usize, b: usize| {
        let (a, b) = (spots.get(a)?, spots.get(b)?);
        Some(format!("M{:.2} {:.2}L{:.2} {:.2}", a.x, a.y, b.x, b.y))
    };
    let lines = pairs
        .iter()
        .map(|pair| {
            view! { <path d=path(pair.first, pair.second) stroke-width=thick(pair.alike)></path> }
        })
        .collect_view();
    let rays = move || {
        active.get().map(|task| {
            let ray = |other: usize| {
                let wide = thick(scaling.alike(task, other));
                view! { <path d=path(task, other) stroke-width=wide></path> }
            };
            let rays = beside.get().into_iter().map(ray).collect_view();
            view! { <g class="map__rays" style=hue::style(task)>{rays}</g> }
        })
    };
    view! {
        <svg class="map__lines" viewBox=shape aria-hidden="true">
            {lines} {rays}
        </svg>
    }
}

/// A button per task. One of them is reached by the keyboard, the others from it by the arrows.
#[component]
fn Labels(relating: Relating, layout: Layout) -> impl IntoView {
    let state = use_state();
    let Relating {
        scaling,
        titles,
        focused,
        active,
        beside: near,
        ..
    } = relating;
    let list = NodeRef::<leptos::html::Ul>::new();
    let spots = layout.spots.clone();
    let press = move |event: KeyboardEvent| {
        let (Some(way), Some(task)) = (direction(&event), task_of(event.target())) else {
            return;
        };
        // Also at the edge: what has the focus is not to be scrolled away.
        event.prevent_default();
        if let (Some(next), Some(list)) = (towards(&spots, task, way), list.get_untracked()) {
            focus::go(&list, &[&format!("[data-task=\"{next}\"]")]);
        }
    };
    let label = |(task, (spot, title)): (usize, (&Spot, &String))| {
        let style = format!(
            "{};left:{:.2}rem;top:{:.2}rem;width:{:.2}rem",
            hue::style(task),
            spot.x,
            spot.y,
            spot.width
        );
        let most = Facts::of(&scaling, task, &titles).most;
        let words = (!most.is_empty()).then(|| text::relations::most_alike(&most));
        view! {
            <li>
                <button
                    class="map__task"
                    class:map__task--active=move || active.get() == Some(task)
                    class:map__task--beside=move || near.with(|near| near.contains(&task))
                    type="button"
                    style=style
                    data-task=task.to_string()
                    data-testid=state
                        .data_now()
                        .and_then(|data| Some(format!("map-{}", data.manifest.tasks.get(task)?.name)))
                    aria-pressed=move || (state.selected_task.get() == Some(task)).to_string()
                    tabindex=move || {
                        let stop = focused.get().or(state.compared.get()).unwrap_or_default();
                        if stop == task { "0" } else { "-1" }
                    }
                >
                    <Barcode task=task bars=32 />
                    <span class="map__name">{title.clone()}</span>
                    <span class="sr-only">{words}</span>
                </button>
            </li>
        }
    };
    let labels = layout
        .spots
        .iter()
        .zip(titles.iter())
        .enumerate()
        .map(label)
        .collect_view();
    view! {
        <ul class="map__tasks" node_ref=list on:keydown=press>
            {labels}
        </ul>
    }
}

/// The direction of an arrow key.
fn direction(event: &KeyboardEvent) -> Option<(f64, f64)> {
    match move_of(event)? {
        Move::Left => Some((-1.0, 0.0)),
        Move::Right => Some((1.0, 0.0)),
        Move::Up => Some((0.0, -1.0)),
        Move::Down => Some((0.0, 1.0)),
        Move::First | Move::Last | Move::PageUp | Move::PageDown => None,
    }
}
