//! Virtual scrolling of the result grid.

use std::sync::Arc;

use leptos::html::Ol;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::clock;
use crate::page::browser::dom;
use crate::page::browser::focus;
use crate::page::browser::follow::Follow;
use crate::page::browser::frames;
use crate::page::browser::long_press::LongPress;
use crate::page::browser::measure;
use crate::page::browser::motion::Place;
use crate::page::state::{State, use_state};
use crate::page::ui::effect::effect;
use crate::page::ui::flip::Flip;

use super::caption;
use super::grid_layout::{Drawn, Rows, Screen};
use super::moves::places;

/// Tiles drawn before it is known how large they are: enough for a window, so that the first results are there at once;
/// the others come in the next frame.
const FIRST: usize = 48;
/// The same on a small screen, which is often a slow machine's, too.
const FIRST_NARROW: usize = 12;
/// The selector of the measured element.
const TILE: &str = "[data-index]";

/// The element in a tile that has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FocusedTile {
    /// The tile's picture.
    pub index: usize,
    /// The element, as a selector.
    pub control: &'static str,
}

/// The virtual grid: its scroll position, its layout, and the tiles that follow from both.
#[derive(Clone, Copy, Debug)]
pub struct VirtualGrid {
    /// The grid.
    pub element: NodeRef<Ol>,
    /// The tile with the focus, which stays in the document whatever is scrolled.
    pub focused: RwSignal<Option<FocusedTile>>,
    /// The layout of the results; `None` until there is something to measure.
    pub rows: RwSignal<Option<Rows>>,
    /// The distance of the grid's upper edge above the window's.
    pub top: RwSignal<f64>,
    /// The window.
    pub screen: RwSignal<Screen>,
    /// Number of results.
    pub results: Memo<usize>,
    /// The results to draw, and their place.
    pub drawn: Memo<Option<Drawn>>,
    /// The place of every picture in the order, from 0; `None` for those that are no results.
    pub places: Memo<Arc<[Option<usize>]>>,
    /// The place of the tile with the focus.
    pub focused_place: Memo<Option<usize>>,
    /// The same while it is far from the window, and drawn only because of the focus.
    pub apart: Memo<Option<usize>>,
    /// Lines of a caption, the same in all tiles: all rows are equally high.
    pub parts: Memo<usize>,
    /// True while something is selected.
    pub selecting: Memo<bool>,
    /// Long presses on its tiles.
    pub touch: LongPress,
    state: State,
    /// True while tiles are being moved in the document.
    drawing: StoredValue<bool>,
    /// The pictures in the document, and their places in the order that they were drawn in.
    shown: StoredValue<Vec<(usize, usize)>>,
    /// The distance of the grid's left edge from the window's.
    left: StoredValue<f64>,
    follow: StoredValue<Option<Follow>, LocalStorage>,
    flip: Flip,
}

impl VirtualGrid {
    /// Begins to follow the grid.
    pub fn begin() -> Self {
        let state = use_state();
        let rows = RwSignal::new(None::<Rows>);
        let top = RwSignal::new(0.0);
        let screen = RwSignal::new(Screen::default());
        let focused = RwSignal::new(None::<FocusedTile>);
        let results = Memo::new(move |_| {
            state
                .open()
                .answer
                .with(|answer| answer.as_ref().map_or(0, |it| it.ranking.order.len()))
        });
        let drawn = Memo::new(move |_| {
            rows.get()
                .map(|rows: Rows| rows.drawn(top.get(), screen.get()))
        });
        let parts = Memo::new(move |_| {
            let parts = state
                .open()
                .answer
                .with(|answer| answer.as_ref().map_or(0, |it| it.query.all.len()));
            parts.clamp(1, caption::MOST)
        });
        // Turned round once per answer: tiles that ask for their places each time something is scrolled would wake one
        // another.
        let places = Memo::new(move |_| {
            state.open().answer.with(|answer| {
                let ranking = answer.as_ref().map(|it| &it.ranking);
                let images = ranking.map_or(0, |it| it.scores.len());
                let order = ranking.map_or(&[][..], |it| &it.order);
                places(images, order.iter().map(|ranked| ranked.index))
            })
        });
        let focused_place = Memo::new(move |_| {
            let focused = focused.get()?;
            places.with(|places| places.get(focused.index).copied().flatten())
        });
        let apart = Memo::new(move |_| {
            let place = focused_place.get()?;
            drawn.with(|drawn| {
                let drawn = drawn.as_ref()?;
                (!drawn.places.contains(&place)).then_some(place)
            })
        });
        let selecting = Memo::new(move |_| {
            let selection = state.open().selection;
            selection.with(|selection| !selection.is_empty())
        });
        let grid = Self {
            element: NodeRef::new(),
            focused,
            rows,
            top,
            screen,
            results,
            drawn,
            places,
            focused_place,
            apart,
            parts,
            selecting,
            touch: LongPress::default(),
            state,
            drawing: StoredValue::new(false),
            shown: StoredValue::new(Vec::new()),
            left: StoredValue::new(0.0),
            follow: StoredValue::new_local(None),
            flip: Flip::default(),
        };
        effect(move || {
            if let Some(element) = grid.element.get() {
                grid.follow
                    .set_value(Follow::new(&element, move || grid.look()));
            }
        });
        // Tiles of another gallery have another shape, those of a query of more parts are higher, and more results make
        // the grid longer.
        effect(move || {
            results.track();
            parts.track();
            // The bar covers some of the window.
            state.open().selection.track();
            state.gallery.track();
            grid.follow
                .with_value(|follow| follow.iter().for_each(Follow::ask));
        });
        // The same number is another picture there.
        effect(move || {
            state.gallery.track();
            grid.focused.set(None);
        });
        grid
    }

    /// The pictures to draw, in their order.
    pub fn pictures(&self) -> Vec<usize> {
        let first = || 0..if dom::is_wide() { FIRST } else { FIRST_NARROW };
        let drawn = self
            .drawn
            .with(|drawn| drawn.as_ref().map_or_else(first, |it| it.places.clone()));
        let apart = self.apart.get();
        let before = apart.filter(|&place| place < drawn.start);
        let after = apart.filter(|&place| place >= drawn.end);
        let places = before.into_iter().chain(drawn).chain(after);
        self.state.open().answer.with(|answer| {
            let order = answer.as_ref().map_or(&[][..], |it| &it.ranking.order);
            places
                .filter_map(|place| order.get(place).map(|ranked| ranked.index))
                .collect()
        })
    }

    /// The place of a picture, from 0, tracked.
    pub fn place(&self, picture: usize) -> Option<usize> {
        self.places
            .with(|places| places.get(picture).copied().flatten())
    }

    /// The position of a tile that is drawn apart from the rows, as a style; tracked.
    pub fn apart_style(&self, picture: usize) -> Option<String> {
        let place = self.apart.get()?;
        let rows = self
            .rows
            .get()
            .filter(|_| self.place(picture) == Some(place))?;
        let (left, top) = rows.apart(place, self.top.get());
        let width = rows.cells().width;
        Some(format!(
            ";position:absolute;left:{left}px;top:{top}px;width:{width}px"
        ))
    }

    /// The places in the window of the pictures in the document, by the layout; `None` until it is known.
    fn seen(&self) -> Option<Vec<(usize, Place)>> {
        let (rows, top) = (self.rows.get_untracked()?, self.top.get_untracked());
        let (left, screen) = (self.left.get_value(), self.screen.get_untracked());
        let at = |&(picture, place): &(usize, usize)| {
            let top = rows.below_window_top(place, top);
            let in_view = top < screen.height && top + rows.cells().height > 0.0;
            let left = left + rows.across(place);
            (picture, Place { left, top, in_view })
        };
        Some(
            self.shown
                .with_value(|shown| shown.iter().map(at).collect()),
        )
    }

    /// Says that these pictures are drawn anew just now. Moving a tile in the document takes the focus from it: that is
    /// no wish of the visitor's, and it gets it back.
    pub fn drawing(&self, pictures: &[usize]) {
        let grid = *self;
        let now = grid.state.open_now().answer.with_untracked(|answer| {
            let answer = answer.as_ref()?;
            Some((Arc::as_ptr(answer).addr(), answer.ranking.scores.len()))
        });
        let element = grid.element.get_untracked().map(Into::into);
        grid.flip.before(element, now, || grid.seen());
        let placed = grid.places.with_untracked(|places| {
            let place = |&picture: &usize| Some((picture, places.get(picture).copied().flatten()?));
            pictures.iter().filter_map(place).collect()
        });
        grid.shown.set_value(placed);
        grid.drawing.set_value(true);
        spawn_local(async move {
            grid.drawing.set_value(false);
            if !focus::is_lost() {
                return;
            }
            // The grid may be gone by then.
            if let Some(focused) = grid.focused.try_get_untracked().flatten() {
                grid.focus(focused);
            }
        });
    }

    /// Returns true while tiles are being moved, so that the focus may move by itself.
    pub fn is_drawing(&self) -> bool {
        self.drawing.get_value()
    }

    /// Finds out where the grid is. What was in sight stays there when the layout has changed.
    fn look(&self) {
        let Some(element) = self.element.get_untracked() else {
            return;
        };
        let screen = measure::screen();
        let results = self.results.get_untracked();
        let rows = measure::cells(&element, TILE).and_then(|cells| Rows::new(results, cells));
        let before = self.rows.get_untracked();
        if rows != before {
            let top = self.top.get_untracked();
            let moved = rows
                .zip(before)
                .and_then(|(rows, before)| Some((rows, rows.follow(&before, top, screen)?)));
            if let Some((rows, to)) = moved {
                measure::scroll(&element, rows.height(), to);
            }
            if before.is_some() {
                self.rows.set(rows);
            } else {
                // The first tiles are seen before more of them are made.
                let known = self.rows;
                clock::later(move || {
                    if known.try_get_untracked() == Some(None) {
                        known.set(rows);
                    }
                });
            }
        }
        put(self.screen, screen);
        put(self.top, measure::top(&element));
        self.left.set_value(measure::left(&element));
    }

    /// Brings a result into view, if it is not, and puts the focus on it.
    pub fn reveal(&self, place: usize) {
        let (top, screen) = (self.top.get_untracked(), self.screen.get_untracked());
        let rows = self.rows.get_untracked();
        self.bring(
            place,
            rows.and_then(|rows| rows.nearest(place, top, screen)),
        );
    }

    /// Makes a result's row the first in view, and puts the focus on the result.
    pub fn go_to(&self, place: usize) {
        let screen = self.screen.get_untracked();
        let rows = self.rows.get_untracked();
        self.bring(place, rows.map(|rows| rows.first_at(place, screen)));
    }

    fn bring(&self, place: usize, to: Option<f64>) {
        let index = self
            .state
            .open_now()
            .answer
            .with_untracked(|answer| Some(answer.as_ref()?.ranking.order.get(place)?.index));
        let Some(index) = index else { return };
        let focused = FocusedTile {
            index,
            control: ".tile__open",
        };
        self.focused.set(Some(focused));
        let rows = self.rows.get_untracked();
        if let (Some(element), Some(rows), Some(to)) = (self.element.get_untracked(), rows, to) {
            // Back at the first results, all that is above them is in view again rather than half behind the search bar.
            let below = measure::below_page_top(&element);
            let first = rows.page_top(place, below, self.screen.get_untracked());
            let to = first.unwrap_or(to);
            measure::scroll(&element, rows.height(), to);
            self.look();
        }
        if !self.focus(focused) {
            // It is drawn before the next frame.
            let grid = *self;
            frames::next(move || {
                if grid.focused.try_get_untracked() == Some(Some(focused)) {
                    grid.focus(focused);
                }
            });
        }
    }

    fn focus(&self, focused: FocusedTile) -> bool {
        let selector = format!("[data-index=\"{}\"] {}", focused.index, focused.control);
        self.element
            .try_get_untracked()
            .flatten()
            .is_some_and(|element| focus::put(&element, &selector))
    }
}

/// Sets what has changed, so that nothing is computed twice.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|before| *before != value) {
        signal.set(value);
    }
}
