//! Images unlike those that a network was trained on.

use crate::page::domain::outside::Outside;
use crate::page::ui::format;

pub const WHAT_IT_WAS_TRAINED_ON: &str = "What it was trained on";
pub const CLOSE: &str = "Close";
pub const IMAGE: &str = "\
    This picture looks unlike what the network was trained on: its predictions mean little, \
    whatever their percentages.";

/// "7 of 12 sampled pictures look unlike what this network was trained on".
fn unlike(outside: Outside, picture: &str, network: &str) -> String {
    let look = if outside.outside == 1 {
        "looks"
    } else {
        "look"
    };
    format!(
        "{} of {} {look} unlike what {network} was trained on",
        format::count(outside.outside),
        format::counted(outside.images, picture)
    )
}

/// The images tried in the plan of an import.
pub fn plan(outside: Outside, network: &str) -> String {
    let network = format!("\u{201c}{network}\u{201d}");
    unlike(outside, "sampled picture", &network) + "; its predictions will mean little."
}

/// The reason for a network that was found in place of the one proposed.
pub fn instead(proposed: &str) -> String {
    format!(
        "Proposed because the pictures look like those it was trained on, and unlike those of \u{201c}{proposed}\u{201d}."
    )
}

/// The images of the gallery shown.
pub fn gallery(outside: Outside) -> String {
    unlike(outside, "picture", "this network") + "; its predictions mean little."
}

/// The images of a gallery in the list.
pub fn entry(outside: Outside) -> String {
    unlike(outside, "picture", "its network")
}

/// An example that was brought, with its words in the chip.
pub fn example(words: &str) -> String {
    words.to_owned() + " · unlike the training pictures"
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
            "7 of 1,200 sampled pictures look unlike what \u{201c}Portraits\u{201d} was trained on; its predictions will mean little."
        );
        assert!(gallery(outside).starts_with("7 of 1,200 pictures"));
        let one = Outside {
            outside: 1,
            images: 12,
        };
        assert!(entry(one).starts_with("1 of 12 pictures looks unlike"));
    }
}
