//! A drawing style: the JSON definition of `dicebear-styles`, and our own small renderer from it to SVG.
//!
//! A definition is a tree of `element`s (ordinary SVG elements) and `component`s (slots). A slot is filled with one
//! of its named variants or stays empty; the only dynamic values are fills that name a colour. An unknown variant
//! or colour name is an error here, never a silently missing part.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::SynthError;

/// A parsed style definition.
#[derive(Clone, Debug)]
pub(super) struct Style {
    name: &'static str,
    width: f32,
    height: f32,
    root: Vec<Value>,
    crisp: bool,
    components: BTreeMap<String, BTreeMap<String, Vec<Value>>>,
    /// Width and height of each slot in its own frame.
    sizes: BTreeMap<String, [f64; 2]>,
    meta: Value,
}

/// The drawings that fill a style's slots.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Drawing {
    /// Slot to variant; a slot that is absent stays empty.
    pub(super) variants: BTreeMap<&'static str, &'static str>,
    /// Colour to `#rrggbb`. A key `slot/colour` holds inside that slot only and wins over the plain colour.
    pub(super) colours: BTreeMap<&'static str, String>,
    /// SVG of our own, drawn in a slot's frame just before its variant.
    pub(super) before: BTreeMap<&'static str, String>,
    /// Slots drawn larger than the style has them, about their own middle.
    pub(super) enlarge: BTreeMap<&'static str, f32>,
}

impl Style {
    /// Reads a style that is compiled in.
    pub(super) fn load(name: &'static str) -> Result<Self, SynthError> {
        let error = |why: &str| SynthError::draw(format!("style {name}"), why);
        let text = dicebear_styles::get(name).ok_or_else(|| error("it is not compiled in"))?;
        let mut json: Value =
            serde_json::from_str(text).map_err(|why| SynthError::draw(name, why))?;
        let side = |key: &str| {
            json["canvas"][key]
                .as_f64()
                .map(|side| side as f32)
                .ok_or_else(|| error("no canvas size"))
        };
        let (width, height) = (side("width")?, side("height")?);
        let crisp = json["attributes"]["shape-rendering"] == "crispEdges";
        let root = elements(json["canvas"].take());
        let meta = json["meta"].take();
        let mut components = BTreeMap::new();
        let mut sizes = BTreeMap::new();
        for (slot, mut component) in object(json["components"].take()) {
            let variants = object(component["variants"].take())
                .into_iter()
                .map(|(variant, content)| (variant, elements(content)))
                .collect();
            let side = |key: &str| component[key].as_f64().unwrap_or_default();
            sizes.insert(slot.clone(), [side("width"), side("height")]);
            components.insert(slot, variants);
        }
        Ok(Self {
            name,
            width,
            height,
            root,
            crisp,
            components,
            sizes,
            meta,
        })
    }

    /// Width and height of the canvas in its own units.
    pub(super) fn canvas(&self) -> (f32, f32) {
        (self.width, self.height)
    }

    /// A text of the style's own description, by JSON pointer.
    pub(super) fn meta(&self, pointer: &str) -> &str {
        self.meta
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The SVG document of a drawing; `crop` is `[x, y, width, height]` of the view in canvas units.
    pub(super) fn svg(&self, drawing: &Drawing, crop: [f32; 4]) -> Result<String, SynthError> {
        for (slot, variant) in &drawing.variants {
            let known = self
                .components
                .get(*slot)
                .is_some_and(|v| v.contains_key(*variant));
            if !known {
                return Err(SynthError::draw(
                    format!("{variant} in slot {slot} of style {}", self.name),
                    "the style has no such variant",
                ));
            }
        }
        let mut writer = Writer {
            style: self,
            drawing,
            out: String::with_capacity(1 << 15),
            open: BTreeSet::new(),
        };
        let [x, y, width, height] = crop;
        let rendering = if self.crisp {
            " shape-rendering=\"crispEdges\""
        } else {
            ""
        };
        let _ = write!(
            writer.out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {width} {height}\" fill=\"none\"{rendering}>"
        );
        writer.all(&self.root, None)?;
        writer.out.push_str("</svg>");
        Ok(writer.out)
    }
}

/// Writes one SVG document.
struct Writer<'a> {
    style: &'a Style,
    drawing: &'a Drawing,
    out: String,
    /// Slots on the way from the root: a definition that nests a slot in itself would never end.
    open: BTreeSet<String>,
}

impl Writer<'_> {
    fn all(&mut self, elements: &[Value], slot: Option<&str>) -> Result<(), SynthError> {
        elements
            .iter()
            .try_for_each(|element| self.one(element, slot))
    }

    fn one(&mut self, element: &Value, slot: Option<&str>) -> Result<(), SynthError> {
        let name = element["name"].as_str().unwrap_or_default();
        match element["type"].as_str() {
            Some("component") => self.component(name, element),
            // Animated styles carry a style sheet; a still picture needs none of it.
            Some("element") if name != "style" => {
                self.tag(name, element, slot)?;
                if let Some(children) = element["children"].as_array() {
                    self.all(children, slot)?;
                }
                let _ = write!(self.out, "</{name}>");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn component(&mut self, name: &str, element: &Value) -> Result<(), SynthError> {
        let style = self.style;
        let drawing = self.drawing;
        let extra = drawing.before.get(name);
        let variant = drawing.variants.get(name);
        if (extra.is_none() && variant.is_none()) || !self.open.insert(name.to_owned()) {
            return Ok(());
        }
        self.tag("g", element, None)?;
        if let Some(extra) = extra {
            self.out.push_str(extra);
        }
        let [width, height] = style.sizes.get(name).copied().unwrap_or_default();
        if let Some(scale) = drawing.enlarge.get(name) {
            let rest = f64::from(1.0 - scale) / 2.0;
            let (x, y) = (width * rest, height * rest);
            let _ = write!(
                self.out,
                "<g transform=\"translate({x} {y}) scale({scale})\">"
            );
        } else {
            self.out.push_str("<g>");
        }
        if let Some(content) = variant.and_then(|variant| style.components.get(name)?.get(*variant))
        {
            self.all(content, Some(name))?;
        }
        self.out.push_str("</g></g>");
        self.open.remove(name);
        Ok(())
    }

    /// An opening tag with its attributes; colours are looked up.
    fn tag(&mut self, name: &str, element: &Value, slot: Option<&str>) -> Result<(), SynthError> {
        let _ = write!(self.out, "<{name}");
        for (key, value) in element["attributes"].as_object().into_iter().flatten() {
            match value {
                Value::String(text) => {
                    let _ = write!(self.out, " {key}=\"{}\"", text.replace('"', "&quot;"));
                }
                _ => {
                    let colour = self.colour(value["name"].as_str().unwrap_or_default(), slot)?;
                    let _ = write!(self.out, " {key}=\"{colour}\"");
                }
            }
        }
        self.out.push('>');
        Ok(())
    }

    fn colour(&self, name: &str, slot: Option<&str>) -> Result<String, SynthError> {
        let colours = &self.drawing.colours;
        slot.and_then(|slot| colours.get(format!("{slot}/{name}").as_str()))
            .or_else(|| colours.get(name))
            .cloned()
            .ok_or_else(|| {
                SynthError::draw(
                    format!("style {}", self.style.name),
                    format!("no colour given for {name}"),
                )
            })
    }
}

/// The `elements` of a canvas or variant.
fn elements(mut value: Value) -> Vec<Value> {
    match value["elements"].take() {
        Value::Array(elements) => elements,
        _ => Vec::new(),
    }
}

/// The entries of a JSON object.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: [f32; 4] = [0.0, 0.0, 128.0, 128.0];

    #[test]
    fn an_unknown_variant_is_an_error() {
        let style = Style::load("voxel-art").unwrap();
        let mut drawing = Drawing::default();
        drawing.variants.insert("mouth", "nope");
        let message = style.svg(&drawing, VIEW).unwrap_err().to_string();
        assert!(
            message.contains("nope in slot mouth of style voxel-art"),
            "{message}"
        );
    }

    #[test]
    fn a_missing_colour_is_an_error() {
        let style = Style::load("voxel-art").unwrap();
        let message = style
            .svg(&Drawing::default(), VIEW)
            .unwrap_err()
            .to_string();
        assert!(message.contains("no colour given"), "{message}");
    }

    #[test]
    fn a_style_that_is_not_compiled_in_is_an_error() {
        assert!(Style::load("no-such-style").is_err());
    }
}
