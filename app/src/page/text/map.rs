//! The map of the images.

use std::fmt::Display;

pub const TITLE: &str = "Map";
pub const OVERALL: &str = "general, without a task";
pub const LENSES: &str = "Laid out in:";
pub const ZOOM_IN: &str = "Zoom in";
pub const ZOOM_OUT: &str = "Zoom out";
pub const WHOLE: &str = "Show the whole map";
pub const FRAME: &str = "Select by dragging";
pub const KEYS: &str = "Arrow keys go from picture to picture, Enter opens one, X selects it, + and − zoom, 0 shows the whole map.";
pub const NO_GALLERY: &str = "the gallery was closed";
pub const STUCK: &str = "the layout has stopped; reload the page";
pub const NO_CANVAS: &str = "this browser cannot draw in a worker";
pub const COLOURS: &str = "Colours of the predicted values";

pub fn about(images: &dyn Display, lens: &dyn Display) -> String {
    format!("{images}: close together where they are similar in {lens}")
}

pub fn about_some(shown: &dyn Display, of: &dyn Display, lens: &dyn Display) -> String {
    format!("{shown} of {of}, evenly sampled: close together where they are similar in {lens}")
}

pub fn laying_out(percent: &dyn Display) -> String {
    format!("Laying out, {percent}")
}

pub fn not_laid_out(error: &dyn Display) -> String {
    format!("the pictures cannot be laid out: {error}")
}

pub fn failed(error: &dyn Display) -> String {
    format!("The map cannot be shown: {error}.")
}
