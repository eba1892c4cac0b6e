//! The header, the notices, help, and loading a gallery.

use std::fmt::Display;

pub const SKIP: &str = "Skip to the results";
pub const SIDE: &str = "Attributes";
pub const HOME: &str = "Modulens, start";
pub const YOUR_GALLERIES: &str = "Your galleries";
pub const MODEL_CARD: &str = "Model card";
pub const HELP_AND_KEYS: &str = "Help and keyboard shortcuts";
pub const INSTALL: &str = "Install";
pub const OFFLINE: &str = "Offline: everything shown is on this machine";
pub const NEW_VERSION: &str = "A new version is ready. ";
pub const RELOAD: &str = "Reload";
pub const NOT_NOW: &str = "Not now";
pub const CLOSE_NOTICE: &str = "Close this notice";
pub const HELP: &str = "Help";
pub const TAKE_TOUR: &str = "Take the tour";
pub const TOUR_TAKES: &str =
    "Two minutes, by your own clicks: what a lens is, and what it changes.";
pub const KEYS: &str = "Keyboard shortcuts";
pub const USE_SINGLE_KEYS: &str = "Use single keys as shortcuts";
pub const SINGLE_KEYS_HINT: &str = "\
    They work where nothing is being typed and no dialog is open. Turn them off if you speak to \
    your computer, or press keys by accident: everything they do has a button, too.";
pub const RELOAD_PAUSES_IMPORT: &str =
    "Reloading pauses the import. Choose the same files to continue.";
pub const RELOAD_ENDS_EMBEDDING: &str = "Reloading ends the embedding.";
pub const RELOAD_FORGETS_PICTURE: &str = "Reloading forgets your picture.";
pub const USE_DARK: &str = "Use dark colours";
pub const USE_LIGHT: &str = "Use light colours";
pub const YOUR_GALLERY: &str = "Your gallery";
pub const LOADING: &str = "Loading…";
pub const GALLERY: &str = "Gallery";
pub const CLOSE: &str = "Close";
pub const CANNOT_BE_SHOWN: &str = "This gallery cannot be shown";
pub const TRY_AGAIN: &str = "Try again";

pub fn show_instead(title: &dyn Display) -> String {
    format!("Show {title}")
}

pub fn unknown_network(network: &str) -> String {
    format!(
        "these pictures were embedded by a network {network:?}, which this site does not have; \
         open the gallery on the site that it comes from, or delete it under \u{201c}Your \
         galleries\u{201d} and import its pictures again"
    )
}

pub fn no_ground_truth(message: &dyn Display) -> String {
    format!("The labels of this gallery are not shown: {message}")
}

pub fn offline_gallery(title: &dyn Display) -> String {
    format!(
        "You are offline, and \u{201c}{title}\u{201d} has not been opened on this machine before. \
         Connect and open it once: from then on it opens offline, too."
    )
}

pub fn window_title(question: &dyn Display, title: &dyn Display) -> String {
    format!("{question} · {title} · Modulens")
}
