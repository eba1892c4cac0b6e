//! The layout of a virtual grid: the rows to draw at a scroll position.
//!
//! Lengths are CSS pixels. `top` is always how far the grid's upper edge lies above the window's; it is negative while
//! the grid begins further down. Browsers end a page near 18 or 33 million pixels; a grid longer than [`LONGEST`] is
//! therefore pressed together: its scroll positions are mapped to the rows in proportion, but for the two ends, where a
//! pixel stays a pixel, so that the mapping does not depend on the height of the window.

use std::ops::Range;

/// The longest grid that is laid out as it is.
pub const LONGEST: f64 = 15_000_000.0;
/// The length of either end of a longer grid that is not pressed together: more than any window is
/// high.
const END: f64 = 20_000.0;
/// Tiles that may be drawn at once, as far as the window leaves a choice.
const TILES: usize = 120;
/// Rows drawn beyond either edge of the window, at least.
const SPARE: usize = 2;
/// From how many screens on finding one's way is worth a control of its own.
const SCREENS: f64 = 3.0;

/// The part of the window in which results can be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Screen {
    /// Height of the window, without what is covered at its bottom.
    pub height: f64,
    /// The height at the top that is covered by sticky parts of the page.
    pub covered: f64,
}

/// The size of a grid's cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cells {
    /// Tiles in a row.
    pub columns: usize,
    /// From one tile's left edge to the next one's.
    pub across: f64,
    /// Width of a tile.
    pub width: f64,
    /// From one row's upper edge to the next one's.
    pub pitch: f64,
    /// Height of a row without the gap to the next.
    pub height: f64,
}

/// All results in their rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows {
    results: usize,
    cells: Cells,
}

/// The rows to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The results' places in the order, from 0.
    pub places: Range<usize>,
    /// The offset of the first of them from the grid's upper edge.
    pub offset: f64,
}

impl Rows {
    /// Lays results out in cells. `None` where the cells have no size.
    pub fn new(results: usize, cells: Cells) -> Option<Self> {
        let sound = cells.columns > 0 && cells.pitch >= 1.0 && cells.pitch.is_finite();
        sound.then_some(Self { results, cells })
    }

    /// The cells.
    pub fn cells(&self) -> Cells {
        self.cells
    }

    /// Number of results.
    pub fn results(&self) -> usize {
        self.results
    }

    fn count(&self) -> usize {
        self.results.div_ceil(self.cells.columns)
    }

    /// Height of all rows, as if there were no bounds.
    fn length(&self) -> f64 {
        let gap = self.cells.pitch - self.cells.height;
        (self.count() as f64 * self.cells.pitch - gap).max(0.0)
    }

    /// Height of the grid in the page.
    pub fn height(&self) -> f64 {
        self.length().min(LONGEST)
    }

    /// The pixels of rows that pass with one pixel of scrolling, between the ends.
    fn pressed(&self) -> f64 {
        if self.length() <= LONGEST {
            1.0
        } else {
            (self.length() - 2.0 * END) / (LONGEST - 2.0 * END)
        }
    }

    /// The position of the window's upper edge in the unbounded list.
    fn unbounded(&self, top: f64) -> f64 {
        let inner = (top - END).clamp(0.0, (self.height() - 2.0 * END).max(0.0));
        top + inner * (self.pressed() - 1.0)
    }

    /// The opposite of [`Self::unbounded`].
    fn bounded(&self, at: f64) -> f64 {
        let inner = (at - END).clamp(0.0, (self.length() - 2.0 * END).max(0.0));
        at - inner * (1.0 - 1.0 / self.pressed())
    }

    /// The rows that overlap a stretch of the unbounded list; at least one where there are any.
    fn between(&self, from: f64, to: f64) -> Range<usize> {
        let count = self.count();
        let row = |at: f64| (at.max(0.0) / self.cells.pitch) as usize;
        let first = row(from).min(count.saturating_sub(1));
        let end = (row(to) + 1).min(count);
        first..end.max((first + 1).min(count))
    }

    fn places(&self, rows: Range<usize>) -> Range<usize> {
        let place = |row: usize| (row * self.cells.columns).min(self.results);
        place(rows.start)..place(rows.end)
    }

    /// The rows to draw at a scroll position: those in the window, and some beyond, so that there
    /// is something to see before the page could follow.
    pub fn drawn(&self, top: f64, screen: Screen) -> Drawn {
        let at = self.unbounded(top);
        let rows = self.between(at, at + screen.height);
        let wished = (screen.height / self.cells.pitch).ceil() as usize;
        let allowed = (TILES / self.cells.columns).saturating_sub(rows.len()) / 2;
        let spare = wished.min(allowed).max(SPARE);
        let rows = rows.start.saturating_sub(spare)..(rows.end + spare).min(self.count());
        Drawn {
            offset: (rows.start as f64 * self.cells.pitch + (top - at)).round(),
            places: self.places(rows),
        }
    }

    /// The results that a visitor would say are in view: those of which at least half is.
    pub fn seen(&self, top: f64, screen: Screen) -> Range<usize> {
        let half = self.cells.height / 2.0;
        let at = self.unbounded(top);
        self.places(self.between(
            at + screen.covered + self.cells.pitch - half,
            at + screen.height - half,
        ))
    }

    /// Rows that fit the window.
    pub fn page(&self, screen: Screen) -> usize {
        (((screen.height - screen.covered) / self.cells.pitch) as usize).max(1)
    }

    /// Returns true if it is longer than a few screens.
    pub fn is_long(&self, screen: Screen) -> bool {
        self.length() > SCREENS * screen.height
    }

    fn start(&self, place: usize) -> f64 {
        (place / self.cells.columns) as f64 * self.cells.pitch
    }

    /// The scroll position at which a result lies in the first row that can be seen, a gap below what covers.
    pub fn first_at(&self, place: usize, screen: Screen) -> f64 {
        self.bounded(self.start(place) - screen.covered - self.gap())
    }

    /// The scroll position of the page's beginning, from which the grid begins so far `below`; `None` unless the result
    /// is one of the first row and can be seen from there.
    pub fn page_top(&self, place: usize, below: f64, screen: Screen) -> Option<f64> {
        let fits = place < self.cells.columns && below + self.cells.height <= screen.height;
        fits.then_some(-below)
    }

    /// The scroll position nearest to the present one at which all of a result can be seen; `None` where it can be now.
    pub fn nearest(&self, place: usize, top: f64, screen: Screen) -> Option<f64> {
        let (at, start) = (self.unbounded(top), self.start(place));
        let above = start - screen.covered - self.gap();
        let below = start + self.cells.height + self.gap() - screen.height;
        if above < at {
            Some(self.bounded(above))
        } else if below > at {
            Some(self.bounded(below.min(above)))
        } else {
            None
        }
    }

    /// The scroll position that shows, in these rows, what was first in view in others; `None` where that is the
    /// present one, as at the beginning of the grid, which stays where it is.
    pub fn follow(&self, before: &Self, top: f64, screen: Screen) -> Option<f64> {
        let edge = before.unbounded(top) + screen.covered;
        if edge <= before.cells.height / 2.0 {
            return None;
        }
        let place = before.seen(top, screen).start;
        let below = (before.start(place) - edge) * (self.cells.pitch / before.cells.pitch);
        let place = place.min(self.results.saturating_sub(1));
        let edge = self.start(place) - below;
        let next = self.bounded(edge - screen.covered);
        ((next - top).abs() >= 1.0).then_some(next)
    }

    /// Left and upper edge of a result that is drawn apart from the others, kept within the grid.
    pub fn apart(&self, place: usize, top: f64) -> (f64, f64) {
        let upper = self.start(place) + (top - self.unbounded(top));
        let lowest = (self.height() - self.cells.height).max(0.0);
        (self.across(place), upper.clamp(0.0, lowest))
    }

    /// The distance of a result's upper edge from the window's while it is drawn in its row.
    pub fn below_window_top(&self, place: usize, top: f64) -> f64 {
        self.start(place) - self.unbounded(top)
    }

    /// The distance of a result's left edge from the grid's.
    pub fn across(&self, place: usize) -> f64 {
        (place % self.cells.columns) as f64 * self.cells.across
    }

    fn gap(&self) -> f64 {
        self.cells.pitch - self.cells.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Screen = Screen {
        height: 900.0,
        covered: 160.0,
    };

    fn rows(results: usize, columns: usize, pitch: f64) -> Rows {
        let cells = Cells {
            columns,
            across: 172.0,
            width: 160.0,
            pitch,
            height: pitch - 16.0,
        };
        Rows::new(results, cells).expect("cells with a size")
    }

    #[test]
    fn a_short_grid_is_drawn_whole() {
        let rows = rows(10, 6, 240.0);
        let drawn = rows.drawn(-300.0, SCREEN);
        assert_eq!(drawn.places, 0..10);
        assert!((rows.height() - 464.0).abs() < 1e-9);
        assert!(drawn.offset.abs() < 1e-9);
        assert!(!rows.is_long(SCREEN));
    }

    #[test]
    fn without_results_there_is_nothing() {
        let rows = rows(0, 6, 240.0);
        assert_eq!(rows.drawn(0.0, SCREEN).places, 0..0);
        assert_eq!(rows.seen(0.0, SCREEN), 0..0);
        assert!(rows.height().abs() < 1e-9);
        assert!(
            Rows::new(
                5,
                Cells {
                    columns: 0,
                    ..rows.cells()
                }
            )
            .is_none()
        );
    }

    #[test]
    fn what_is_drawn_covers_the_window_and_stays_small() {
        let rows = rows(202_599, 6, 240.0);
        for step in 0..5000 {
            let top = f64::from(step) * 1619.3 - 700.0;
            let drawn = rows.drawn(top, SCREEN);
            assert!(drawn.places.len() <= TILES, "{drawn:?}");
            let upper = (top + 240.0).clamp(0.0, rows.height());
            assert!(drawn.offset <= upper, "{top}: {drawn:?}");
            let lower = drawn.offset + (drawn.places.len().div_ceil(6)) as f64 * 240.0;
            assert!(
                lower >= (top + 900.0).min(rows.height()),
                "{top}: {drawn:?}"
            );
            assert_eq!(drawn.places.start % 6, 0);
        }
    }

    #[test]
    fn a_high_window_has_its_spare_rows_all_the_same() {
        let high = Screen {
            height: 4000.0,
            covered: 0.0,
        };
        let drawn = rows(100_000, 12, 200.0).drawn(100_000.0, high);
        assert_eq!(drawn.places.len(), 12 * (21 + 2 * SPARE));
    }

    #[test]
    fn in_a_pressed_grid_the_first_and_the_last_row_are_in_their_place() {
        let rows = rows(202_599, 1, 500.0);
        assert!((rows.height() - LONGEST).abs() < 1e-6);
        assert_eq!(rows.drawn(0.0, SCREEN).places.start, 0);
        assert!(rows.drawn(0.0, SCREEN).offset.abs() < 1e-9);
        let last = rows.drawn(LONGEST - 900.0, SCREEN);
        assert_eq!(last.places.end, 202_599);
        let lower = last.offset + last.places.len() as f64 * 500.0 - 16.0;
        assert!((lower - LONGEST).abs() <= 1.0, "{lower}");
    }

    #[test]
    fn in_a_pressed_grid_every_row_is_reached_in_order() {
        let rows = rows(202_599, 1, 500.0);
        let mut before = f64::NEG_INFINITY;
        for place in 0..202_599 {
            let top = rows.first_at(place, SCREEN);
            assert!(top > before, "the mapping is monotone");
            before = top;
            if place < 202_597 {
                assert_eq!(rows.seen(top, SCREEN).start, place);
            }
            assert!((rows.bounded(rows.unbounded(top)) - top).abs() < 1e-3);
            let drawn = rows.drawn(top, SCREEN);
            let upper = drawn.offset + (place - drawn.places.start) as f64 * 500.0;
            assert!((upper - top - SCREEN.covered - 16.0).abs() <= 1.0);
        }
        assert!(before < LONGEST);
    }

    #[test]
    fn a_result_half_hidden_is_not_in_view() {
        let rows = rows(600, 6, 240.0);
        assert_eq!(
            rows.seen(-160.0, SCREEN),
            0..18,
            "740 px show three rows and a bit"
        );
        assert_eq!(rows.seen(-160.0 + 90.0, SCREEN), 0..18);
        assert_eq!(rows.seen(-160.0 + 100.0, SCREEN), 0..24);
        assert_eq!(rows.seen(-160.0 + 120.0, SCREEN), 6..24);
    }

    #[test]
    fn a_result_in_view_needs_no_scrolling_and_others_the_least() {
        let rows = rows(600, 6, 240.0);
        assert_eq!(rows.nearest(0, -176.0, SCREEN), None);
        assert_eq!(rows.nearest(0, -160.0, SCREEN), Some(-176.0));
        assert_eq!(
            rows.nearest(19, -176.0, SCREEN),
            Some(720.0 + 240.0 - 900.0)
        );
        assert_eq!(rows.nearest(19, 60.0, SCREEN), None);
        assert_eq!(rows.page_top(5, 300.0, SCREEN), Some(-300.0));
        assert_eq!(rows.page_top(5, 800.0, SCREEN), None, "too far below");
        assert_eq!(rows.page_top(6, 300.0, SCREEN), None, "the second row");
        assert_eq!(rows.page(SCREEN), 3);
        assert_eq!(rows.page(Screen::default()), 1);
    }

    #[test]
    fn other_columns_keep_the_result_in_view() {
        let (wide, narrow) = (rows(3200, 6, 240.0), rows(3200, 3, 200.0));
        let top = wide.first_at(1800, SCREEN);
        let next = narrow.follow(&wide, top, SCREEN).expect("it moves");
        assert_eq!(narrow.seen(next, SCREEN).start, 1800);
        assert_eq!(
            narrow.follow(&wide, -300.0, SCREEN),
            None,
            "the beginning stays"
        );
        assert_eq!(wide.follow(&wide, top, SCREEN), None);
    }

    #[test]
    fn more_results_move_nothing() {
        let (few, many) = (rows(3000, 6, 240.0), rows(3200, 6, 240.0));
        assert_eq!(many.follow(&few, 5000.0, SCREEN), None);
        let (few, many) = (rows(150_000, 1, 500.0), rows(202_599, 1, 500.0));
        let top = few.first_at(70_000, SCREEN);
        let next = many.follow(&few, top, SCREEN).expect("it is mapped anew");
        assert_eq!(many.seen(next, SCREEN).start, 70_000);
    }

    #[test]
    fn a_row_is_in_the_window_where_it_is_drawn() {
        for rows in [rows(600, 6, 240.0), rows(202_599, 1, 500.0)] {
            for top in [-300.0, 0.0, 1234.0, rows.height() / 2.0] {
                let drawn = rows.drawn(top, SCREEN);
                let first = rows.below_window_top(drawn.places.start, top);
                assert!((first - (drawn.offset - top)).abs() <= 1.0, "{top}");
            }
        }
        assert!((rows(600, 6, 240.0).across(8) - 2.0 * 172.0).abs() < 1e-9);
    }

    #[test]
    fn a_tile_drawn_apart_stays_within_the_grid() {
        let rows = rows(202_599, 1, 500.0);
        let (_, upper) = rows.apart(202_598, 1000.0);
        assert!(upper <= rows.height() - rows.cells().height);
        let (_, upper) = rows.apart(3, rows.first_at(100_000, SCREEN));
        assert!(upper >= 0.0);
        let (left, upper) = self::rows(600, 6, 240.0).apart(20, 0.0);
        assert!((left - 2.0 * 172.0).abs() < 1e-9 && (upper - 720.0).abs() < 1e-9);
    }
}
