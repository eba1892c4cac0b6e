//! Letting what got another place glide there from where it was seen last.
//!
//! First its place is remembered, then the document changes, then every element is drawn from its old place to its new
//! one. The browser's own animations do that without laying anything out; they are called by their names, since a
//! binding for them would weigh more than they do.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Element;

use super::dom::{root, window};
use super::measure;

/// The most elements that glide at once: more are no help to the eye, and too much for a phone.
const MOST: usize = 80;
/// Pixels that are no way to go.
const STILL: f64 = 0.5;

/// The position of an element in the window, and its visibility there.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Distance of its left edge from the window's.
    pub left: f64,
    /// Distance of its upper edge from the window's.
    pub top: f64,
    /// True if any of it can be seen.
    pub in_view: bool,
}

/// The children of one element that are told apart by the number in an attribute, on their way.
#[derive(Debug, Default)]
pub struct Motion {
    before: Option<Vec<(usize, Place)>>,
    running: Vec<JsValue>,
}

/// Returns true unless the visitor prefers reduced motion.
pub fn is_wanted() -> bool {
    let query = window().and_then(|window| {
        window
            .match_media("(prefers-reduced-motion: reduce)")
            .ok()?
    });
    query.is_some_and(|query| !query.matches())
}

impl Motion {
    /// Remembers where the children are seen now, underway or not: just before the document changes. Children at rest
    /// need not be measured where their places are `known`: other parts of the page may have changed already, and the
    /// browser would lay all of it out once more.
    pub fn remember(&mut self, parent: &Element, key: &str, known: Option<Vec<(usize, Place)>>) {
        // Of two changes before one frame, the visitor saw nothing in between.
        if self.before.is_none() {
            let at_rest = known.filter(|_| !self.is_underway());
            let measured = || children(parent, key).map(|(number, _, at)| (number, at));
            self.before = Some(at_rest.unwrap_or_else(|| measured().collect()));
        }
    }

    /// True until the last of them has arrived.
    fn is_underway(&self) -> bool {
        let state = |animation| {
            Reflect::get(animation, &"playState".into())
                .ok()?
                .as_string()
        };
        self.running
            .iter()
            .any(|animation| state(animation).as_deref() != Some("finished"))
    }

    /// Sends the children on their way from where they were: once the document has changed, and before it is drawn.
    /// Those that are new appear.
    pub fn play(&mut self, parent: &Element, key: &str) {
        let before = self.before.take().unwrap_or_default();
        for animation in self.running.drain(..) {
            // One that has come to its end is over already.
            call(&animation, "cancel", &[]);
        }
        if before.is_empty() {
            return;
        }
        let ways: Vec<(Element, Object)> = children(parent, key)
            .filter_map(|(number, element, now)| {
                // Few enough to look through.
                let before = before.iter().find(|(known, _)| *known == number);
                Some((element, way(before.map(|(_, at)| at), now)?))
            })
            .collect();
        if ways.is_empty() || ways.len() > MOST {
            return;
        }
        let Some(timing) = timing() else { return };
        let started = ways
            .iter()
            .filter_map(|(element, frames)| call(element, "animate", &[frames, &timing]));
        self.running = started.collect();
    }
}

/// The children that have the attribute, each by its number.
fn children(parent: &Element, key: &str) -> impl Iterator<Item = (usize, Element, Place)> {
    let (width, height) = view();
    let children = parent.children();
    (0..children.length()).filter_map(move |at| {
        let child = children.item(at)?;
        let number = child.get_attribute(key)?.parse().ok()?;
        let rect = child.get_bounding_client_rect();
        let across = rect.right() > 0.0 && rect.left() < width;
        let place = Place {
            left: rect.left(),
            top: rect.top(),
            in_view: across && rect.bottom() > 0.0 && rect.top() < height,
        };
        Some((number, child, place))
    })
}

/// The frames that bring an element from where it was to where it is; `None` where there is nothing to see.
fn way(before: Option<&Place>, now: Place) -> Option<Object> {
    let Some(before) = before else {
        return now.in_view.then(|| {
            let frames = frames("transform", "scale(0.92)", "none");
            set(&frames, "opacity", &pair("0", "1"));
            frames
        });
    };
    let (x, y) = (before.left - now.left, before.top - now.top);
    let moved = x.abs() > STILL || y.abs() > STILL;
    (moved && (before.in_view || now.in_view))
        .then(|| frames("transform", &format!("translate({x}px, {y}px)"), "none"))
}

/// The duration and easing of the animation, from the style sheets.
fn timing() -> Option<Object> {
    let style = window()?.get_computed_style(root()?.as_ref()).ok()??;
    let token = |name: &str| style.get_property_value(name).unwrap_or_default();
    let millis = measure::number(&token("--glide"), "ms")?;
    let timing = Object::new();
    set(&timing, "duration", &millis.into());
    set(&timing, "easing", &token("--ease").trim().into());
    Some(timing)
}

/// Width and height of the window.
fn view() -> (f64, f64) {
    let size = |size: Option<JsValue>| size.and_then(|size| size.as_f64()).unwrap_or_default();
    let window = window();
    let of = |get: fn(&web_sys::Window) -> Result<JsValue, JsValue>| {
        size(window.as_ref().and_then(|window| get(window).ok()))
    };
    (
        of(web_sys::Window::inner_width),
        of(web_sys::Window::inner_height),
    )
}

fn frames(property: &str, from: &str, to: &str) -> Object {
    let frames = Object::new();
    set(&frames, property, &pair(from, to));
    frames
}

fn pair(from: &str, to: &str) -> Array {
    Array::of2(&from.into(), &to.into())
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A plain object takes anything.
    Reflect::set(object, &name.into(), value).ok();
}

/// Calls a method by its name; nothing where there is no such method, or it refuses.
fn call(object: &JsValue, name: &str, arguments: &[&Object]) -> Option<JsValue> {
    let method: Function = Reflect::get(object, &name.into()).ok()?.dyn_into().ok()?;
    let arguments: Array = arguments.iter().copied().collect();
    method.apply(object, &arguments).ok()
}
