//! The guided tour.

use std::fmt::Display;

pub const TITLE: &str = "Guided tour";
pub const NEW_HERE: &str = "New here? ";
pub const OFFER: &str = "Two minutes and a few clicks show what is different about this search.";
pub const SHOW_ME: &str = "Show me";
pub const NO_THANKS: &str = "No, thanks";
pub const DONE: &str = "Done";
pub const GO_ON: &str = "Go on";
pub const SKIP: &str = "Skip";
pub const END: &str = "End the tour";
pub const BACK: &str = "Back";
pub const ASK_TITLE: &str = "Ask for something";
pub const LIKE_TITLE: &str = "Ask with a picture";
pub const LENS_TITLE: &str = "Change the lens";
pub const ROWS_TITLE: &str = "All lenses at once";
pub const END_TITLE: &str = "That is the idea";
pub const ASK_TASK: &str = "Type what you look for into the search bar and press Enter, or press an attribute in the list. Every picture is \
    ranked by how likely it has what you ask.";
pub const LIKE_TASK: &str =
    "Search by example: click the two circles on a result to rank by similarity to it.";
pub const LENS_TASK: &str = "Alike, but in what? The coloured bars are lenses: one per task the network learned. Choose another one.";
pub const ROWS_TASK: &str =
    "Choose “Side by side” above the results, and see what each lens considers similar.";
pub const ASK_LESSON: &str = "These are predictions: the ranking never looks at labels. The percentages are the network's own, calibrated so \
    that 80 % is right about four times in five.";
pub const LIKE_LESSON: &str = "The picture became a point among others, and the nearest ones come first. Which ones are near depends on the \
    lens.";
pub const LENS_LESSON: &str = "The same picture, the same network, other neighbours. A lens is a short list of numbers that turns some \
    channels of the network up and others off; its barcode shows them. Nothing was re-embedded; the cached features \
    were re-weighted.";
pub const ROWS_LESSON: &str = "Each row asks the same question through another lens. Where rows show the same pictures, the network takes the \
    tasks for related; where they do not, it keeps them apart.";
pub const END_LESSON: &str = "Weights make one wish count more than another. You can bring pictures of your own, a whole gallery of them, or \
    teach a lens that nobody trained. All of it happens on this machine.";

pub fn stop(at: &dyn Display, of: &dyn Display) -> String {
    format!("Stop {at} of {of}")
}
