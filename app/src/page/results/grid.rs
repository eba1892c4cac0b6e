//! The results.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, EventTarget, HtmlElement};

use crate::page::browser::focus;
use crate::page::shell::gallery::Load;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::each::each;
use crate::page::ui::effect::effect;
use crate::page::ui::problem::Problem;

use super::jump::Jump;
use super::moves::Move;
use super::tile::Tile;
use super::virtual_grid::{FocusedTile, VirtualGrid};

/// Tiles drawn while nothing is there yet.
const SKELETONS: usize = 24;
/// The elements of a tile that can have the focus, besides the one that opens it.
const CONTROLS: [&str; 4] = [".tile__like", ".tile__check", ".mark__yes", ".mark__no"];

/// The ranked pictures: all of them to the visitor, few of them to the browser.
#[component]
pub fn Grid() -> impl IntoView {
    let state = use_state();
    let grid = VirtualGrid::begin();
    let shape = Memo::new(move |_| {
        let format = state.data().and_then(|data| data.manifest.picture.clone());
        format
            .map(|format| format!("--picture:{}/{};", format.width, format.height))
            .unwrap_or_default()
    });
    let layout = Memo::new(move |_| {
        let rows = grid.rows.get()?;
        let offset = grid.drawn.with(|drawn| Some(drawn.as_ref()?.offset))?;
        Some(format!(
            "height:{}px;padding-top:{offset}px;grid-auto-rows:{}px;--covered:{}px;",
            rows.height(),
            rows.cells().height,
            grid.screen.with(|screen| screen.covered)
        ))
    });
    let style = move || {
        let layout = layout.get().unwrap_or_default();
        format!("{}--parts:{};{layout}", shape.get(), grid.parts.get())
    };
    let pictures = Memo::new(move |_| grid.pictures());
    let tiles = move || {
        let pictures = pictures.get();
        grid.drawing(&pictures);
        pictures
    };
    // Whoever marks by the keyboard goes on to the picture that takes the place of the marked one.
    let next = StoredValue::new(None::<usize>);
    effect(move || {
        let results = state
            .open()
            .answer
            .with(|answer| answer.as_ref().map_or(0, |it| it.ranking.order.len()));
        if let Some(place) = next.try_update_value(Option::take).flatten() {
            grid.reveal(place.min(results.saturating_sub(1)));
        }
    });
    effect(move || {
        if let Some(element) = grid.element.get() {
            grid.touch.listen(&element, move |on| {
                if let Some(index) = opened(&on) {
                    state.toggle_selected(index);
                }
            });
        }
    });
    let keys = move |event: KeyboardEvent| {
        let marking = state.marking.with_untracked(Option::is_some);
        match mark_of_key(grid, &event).filter(|_| marking) {
            Some((index, yes)) => {
                event.prevent_default();
                next.set_value(grid.focused_place.get_untracked());
                state.mark(index, yes);
            }
            None if select(state, grid, &event) => event.prevent_default(),
            None => press(grid, &event),
        }
    };
    let failed = move || match state.gallery.get() {
        Load::Failed(message) => Some(message),
        Load::Waiting | Load::Ready(_) => None,
    };
    let waiting = move || state.open().answer.with(Option::is_none) && failed().is_none();
    view! {
        {move || failed().map(|message| view! { <Problem message=message /> })}
        <Jump grid=grid />
        <ol
            class="grid"
            class:grid--selecting=move || grid.selecting.get()
            data-testid="grid"
            node_ref=grid.element
            style=style
            aria-label=text::results::RESULTS
            aria-busy=move || waiting().to_string()
            on:focusin=move |event| hold(grid, &event)
            on:focusout=move |event| {
                // The details give the focus back when they are closed.
                if state.view.with_untracked(|view| view.open.is_none()) {
                    let_go(grid, &event);
                }
            }
            on:keydown=keys
            on:pointerover=move |event| {
                if let Some(image) = liked(event.target()) {
                    state.expect_like(image);
                }
            }
        >
            <Show when=waiting>
                {(0..SKELETONS)
                    .map(|_| view! { <li class="tile skeleton" aria-hidden="true"></li> })
                    .collect_view()}
            </Show>
            {each(tiles, move |index| view! { <Tile index=index grid=grid /> }.into_any())}
        </ol>
    }
}

/// The tile that got the focus stays in the document.
fn hold(grid: VirtualGrid, event: &FocusEvent) {
    let Some(element) = element(event.target()) else {
        return;
    };
    let is_control = |control: &&&str| element.matches(control).unwrap_or(false);
    let control = CONTROLS.iter().find(is_control).copied();
    let focused = picture(&element).map(|index| FocusedTile {
        index,
        control: control.unwrap_or(".tile__open"),
    });
    if grid.focused.get_untracked() != focused {
        grid.focused.set(focused);
    }
}

/// A tile that the focus left is like any other; but neither moving it nor leaving the window is leaving the tile.
fn let_go(grid: VirtualGrid, event: &FocusEvent) {
    let left = element(event.target()).and_then(|element| picture(&element));
    let focused = grid.focused.get_untracked().map(|focused| focused.index);
    if left == focused && !grid.is_drawing() && focus::is_here() {
        grid.focused.set(None);
    }
}

/// Keys that select: "x" the result that has the focus, Shift and a key that moves the results on the way, Ctrl or the
/// system's key and "a" all of them; Escape clears the selection. Returns true if the key was one of these.
fn select(state: State, grid: VirtualGrid, event: &KeyboardEvent) -> bool {
    let control = event.ctrl_key() || event.meta_key();
    let key = event.key();
    let focused = grid.focused.get_untracked().map(|focused| focused.index);
    match (key.as_str(), focused) {
        _ if event.alt_key() => return false,
        ("a" | "A", _) if control && !event.shift_key() => state.select_all(),
        ("Escape", _) if !control => return state.clear_selection(),
        ("x" | "X", Some(index)) if !control => state.toggle_selected(index),
        (key, Some(from)) if event.shift_key() && !control => {
            let Some((place, to)) = Move::of_key(key).and_then(|step| moved(state, grid, step))
            else {
                return false;
            };
            state.select_to(from, to);
            grid.reveal(place);
        }
        _ => return false,
    }
    true
}

/// The place and the image that a move leads to from the tile with the focus.
fn moved(state: State, grid: VirtualGrid, step: Move) -> Option<(usize, usize)> {
    let place = next_place(grid, step)?;
    let answer = state.open_now().answer.get_untracked()?;
    Some((place, answer.ranking.order.get(place)?.index))
}

/// The place that a move leads to from the tile with the focus.
fn next_place(grid: VirtualGrid, step: Move) -> Option<usize> {
    let screen = grid.screen.get_untracked();
    let rows = grid.rows.get_untracked()?;
    let place = grid.focused_place.get_untracked()?;
    let columns = rows.cells().columns;
    step.from(place, rows.results(), columns, rows.page(screen))
}

/// Keys that move go on from the tile whose picture has the focus.
fn press(grid: VirtualGrid, event: &KeyboardEvent) {
    let opener =
        element(event.target()).is_some_and(|element| element.class_list().contains("tile__open"));
    let plain = !(event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key());
    let Some(step) = Move::of_key(&event.key()).filter(|_| opener && plain) else {
        return;
    };
    let next = next_place(grid, step);
    if let Some(place) = next {
        event.prevent_default();
        grid.reveal(place);
    }
}

/// While one teaches, "y" and "n" mark the picture that has the focus; which one, and how, if the key is meant so.
fn mark_of_key(grid: VirtualGrid, event: &KeyboardEvent) -> Option<(usize, bool)> {
    let yes = match event.key().as_str() {
        "y" | "Y" => true,
        "n" | "N" => false,
        _ => return None,
    };
    let focused = grid.focused.get_untracked()?;
    let plain = !(event.alt_key() || event.ctrl_key() || event.meta_key());
    plain.then_some((focused.index, yes))
}

fn element(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into().ok()
}

/// The picture of the tile whose *more like this* an element lies in.
fn liked(target: Option<EventTarget>) -> Option<usize> {
    picture(&element(target)?.closest(".tile__like").ok()??)
}

/// The picture of the tile an element lies in.
fn picture(element: &Element) -> Option<usize> {
    let tile = element.closest("[data-index]").ok()??;
    let tile: HtmlElement = tile.dyn_into().ok()?;
    tile.dataset().get("index")?.parse().ok()
}

/// The image of a tile whose opening button an element lies in.
fn opened(element: &Element) -> Option<usize> {
    picture(&element.closest(".tile__open").ok()??)
}
