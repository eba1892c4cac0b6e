//! Images unlike those that a network was trained on.

use crate::page::domain::outside::Outside;
use crate::page::ui::format;

pub const WHAT_IT_WAS_TRAINED_ON: &str = "What it was trained on";
pub const CLOSE: &str = "Close";
pub const IMAGE: &str = "\
    This image looks unlike what the network was trained on: its predictions mean little, whatever \
    their percentages.";

/// "7 of 12 sampled images look unlike what this network was trained on".
fn unlike(outside: Outside, images: &str, network: &str) -> String {
    let [outside, all] = [outside.outside, outside.images].map(format::count);
    format!("{outside} of {all} {images} look unlike what {network} was trained on")
}

/// The images tried in the plan of an import.
pub fn plan(outside: Outside, network: &str) -> String {
    let network = format!("\u{201c}{network}\u{201d}");
    unlike(outside, "sampled images", &network) + "; its answers will mean little."
}

/// The reason for a network that was found in place of the one proposed.
pub fn instead(proposed: &str) -> String {
    format!(
        "Proposed because the images look like those it was trained on, and unlike those of \u{201c}{proposed}\u{201d}."
    )
}

/// The images of the gallery shown.
pub fn gallery(outside: Outside) -> String {
    unlike(outside, "images", "this network") + "; their percentages mean little."
}

/// The images of a gallery in the list.
pub fn entry(outside: Outside) -> String {
    unlike(outside, "images", "its network")
}

/// An example that was brought, with its words in the chip.
pub fn example(words: &str) -> String {
    words.to_owned() + " · unlike the training images"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_in_plain_words() {
        let outside = Outside {
            outside: 7,
            images: 1200,
        };
        assert_eq!(
            plan(outside, "Portraits"),
            "7 of 1,200 sampled images look unlike what \u{201c}Portraits\u{201d} was trained on; its answers will mean little."
        );
        assert!(gallery(outside).starts_with("7 of 1,200 images"));
    }
}
