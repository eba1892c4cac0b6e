//! The guided tour.

use std::fmt::Display;

pub const TITLE: &str = "Guided tour";
pub const DONE: &str = "Done";
pub const GO_ON: &str = "Next";
pub const SKIP: &str = "Skip";
pub const END: &str = "End the tour";
pub const BACK: &str = "Back";
pub const ASK_TITLE: &str = "Search by attribute";
pub const LIKE_TITLE: &str = "Search by example";
pub const LENS_TITLE: &str = "Change the lens";
pub const END_TITLE: &str = "That’s it";
pub const ASK_TASK: &str = "\
    Type what you look for into the search bar and press Enter, or click an attribute in the \
    list. Pictures are ranked by how likely they match.";
pub const LIKE_TASK: &str =
    "Click the two circles on a result to rank all pictures by their similarity to it.";
pub const LENS_TASK: &str = "\
    Similar, but in what? Beside “Overall” there is a lens for every task the network learned. \
    Choose one.";
pub const ASK_LESSON: &str = "\
    These are predictions: the ranking never looks at labels. The percentages are the network’s \
    own, calibrated so that 80 % is right about four times in five.";
pub const LIKE_LESSON: &str =
    "The pictures nearest to it come first, overall: under all tasks of the network together.";
pub const LENS_LESSON: &str = "\
    The same picture, the same network, other neighbours. A lens is a short list of numbers that \
    turns some channels of the network up and others off; its barcode shows them. Nothing was \
    re-embedded; the cached features were re-weighted.";
pub const END_LESSON: &str = "\
    “Side by side” shows several lenses at once, the map lays all pictures out under one. You can \
    import pictures of your own, or teach a task that the network was never trained on. All of it \
    happens on this machine.";

pub fn stop(at: &dyn Display, of: &dyn Display) -> String {
    format!("Step {at} of {of}")
}
