//! The position of the result grid and the size of its cells, as laid out by the style sheets.

use js_sys::Number;
use web_sys::{CssStyleDeclaration, Element, HtmlElement};

use crate::page::results::grid_layout::{Cells, Screen};

use super::dom::{document, window};

/// The elements that stay at the top of the window while the page is scrolled, if the style sheets
/// say so.
const COVERS: [&str; 5] = [".header", ".ask", ".lenses", ".teach", ".jump"];

/// The bar at the bottom of the window while images are selected.
const BAR: &str = ".selection";

/// The distance of an element's upper edge above the window's.
pub fn top(element: &Element) -> f64 {
    -element.get_bounding_client_rect().top()
}

/// The distance of an element's left edge from the window's.
pub fn left(element: &Element) -> f64 {
    element.get_bounding_client_rect().left()
}

/// The distance of an element's upper edge below the page's.
pub fn below_page_top(element: &Element) -> f64 {
    let scrolled = window().and_then(|window| window.scroll_y().ok());
    scrolled.unwrap_or_default() - top(element)
}

/// The window, and what covers it.
pub fn screen() -> Screen {
    let height = window().and_then(|window| window.inner_height().ok()?.as_f64());
    let bar = document().and_then(|document| document.query_selector(BAR).ok()?);
    let bar = bar.map(|bar| bar.get_bounding_client_rect().top());
    let covered = COVERS
        .iter()
        .filter_map(|selector| covered(selector))
        .fold(0.0, f64::max);
    Screen {
        height: bar.or(height).unwrap_or_default(),
        covered,
    }
}

/// Tells the style sheets how much is covered, so that what gets the focus in an element does not lie under it.
pub fn tell_covered(element: &HtmlElement) {
    let covered = format!("{}px", screen().covered);
    // A length in pixels is always taken.
    element.style().set_property("--covered", &covered).ok();
}

/// Down to where an element covers the window once it is scrolled up, if it stays there.
fn covered(selector: &str) -> Option<f64> {
    let element = document()?.query_selector(selector).ok()??;
    let style = style(&element)?;
    let sticky = style.get_property_value("position").ok()? == "sticky";
    sticky.then(|| pixels(&style, "top") + element.get_bounding_client_rect().height())
}

/// The cells of a grid, measured on its first tile that matches. `None` while there is none.
pub fn cells(grid: &Element, tile: &str) -> Option<Cells> {
    let style = style(grid)?;
    let tracks = style.get_property_value("grid-template-columns").ok()?;
    let columns = tracks.split_ascii_whitespace().count();
    let width = number(tracks.split_ascii_whitespace().next()?, "px")?;
    let tile = grid.query_selector(tile).ok()??;
    let height = tile.get_bounding_client_rect().height();
    let gap = pixels(&style, "row-gap");
    // Whole pixels, so that a million rows are as exact as one.
    let pitch = (height + gap).ceil();
    (height > 0.0).then(|| Cells {
        columns,
        across: width + pixels(&style, "column-gap"),
        width,
        pitch,
        height: pitch - gap,
    })
}

/// Scrolls the page so that an element's upper edge lies that far above the window's. The element is made high enough
/// first: its style follows only later.
pub fn scroll(element: &HtmlElement, height: f64, to: f64) {
    let Some(window) = window() else { return };
    // A length in pixels is always taken.
    element
        .style()
        .set_property("height", &format!("{height}px"))
        .ok();
    let by = to - top(element);
    window.scroll_by_with_x_and_y(0.0, by);
}

/// The inner width of an element in `rem`. `None` while it is not shown.
pub fn letters(element: &Element) -> Option<f64> {
    let size = pixels(&style(&document()?.document_element()?)?, "font-size");
    let width = f64::from(element.client_width());
    (size > 0.0 && width > 0.0).then(|| width / size)
}

/// The computed value of a property of an element, as the browser writes it; empty where there is none.
pub fn property(element: &Element, name: &str) -> String {
    let value = style(element).and_then(|style| style.get_property_value(name).ok());
    value.unwrap_or_default()
}

fn style(element: &Element) -> Option<CssStyleDeclaration> {
    window()?.get_computed_style(element).ok()?
}

/// A property in pixels; none is 0.
fn pixels(style: &CssStyleDeclaration, property: &str) -> f64 {
    let value = style.get_property_value(property).unwrap_or_default();
    number(&value, "px").unwrap_or_default()
}

/// A number with its unit in a style, read by the browser: the tables for it are 10 kB less to fetch.
pub(super) fn number(value: &str, unit: &str) -> Option<f64> {
    let number = Number::parse_float(value.trim().strip_suffix(unit)?);
    number.is_finite().then_some(number)
}
