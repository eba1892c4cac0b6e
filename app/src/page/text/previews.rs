//! Larger previews of the images of own galleries, and the enlarged image.

use crate::page::library::plan::PREVIEW;
use crate::page::ui::format;

pub const KEEP: &str = "Keep larger previews";
pub const ENLARGE: &str = "Enlarge";
pub const ENLARGED: &str = "Enlarged picture";
pub const ORIGINAL: &str = "Open the original";
pub const LOOKING: &str = "Looking for the file…";
pub const NOT_ALLOWED: &str =
    "The browser may not read the folder or files. Press again, and allow it.";
pub const NO_HANDLE: &str = "The browser does not know where this picture\u{2019}s file is.";
pub const CANNOT_SHOW: &str = "This browser cannot show files of this kind.";
pub const FIT: &str = "Fit to the window";
pub const KEYS: &str =
    "+ and − zoom, 0 shows the whole picture, arrow keys move it, Escape goes back to the details.";

/// The previews that an import will keep: of so many images, in bytes; and of how many there are.
pub fn plan(previews: Option<((usize, u64), usize)>) -> String {
    let whole = format!("whole, at most {PREVIEW} pixels wide and high");
    match previews {
        None => format!("Each picture {whole}, for the details."),
        Some(((kept, 0), images)) if kept >= images => {
            "The thumbnails show the pictures whole already.".into()
        }
        Some(((kept, bytes), images)) if kept >= images => {
            format!(
                "Each picture {whole}, for the details: about {}.",
                format::bytes(bytes)
            )
        }
        Some(((0, _), _)) => "There is no room for them.".into(),
        Some(((kept, bytes), _)) => format!(
            "Larger previews of about the first {} pictures, {whole}: they may take {} at most.",
            format::count(kept),
            format::bytes(bytes),
        ),
    }
}

/// The previews of a gallery of so many images that had no room for more.
pub fn entry(previews: usize, images: usize) -> String {
    match previews {
        0 => "No larger previews: there was no room for them".into(),
        previews => format!(
            "Larger previews of {} of {}: there was no room for more",
            format::count(previews),
            format::counted(images, "picture"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_said_with_its_limit() {
        assert_eq!(
            plan(Some(((100, 4_000_000), 100))),
            "Each picture whole, at most 512 pixels wide and high, for the details: about 4.0 MB."
        );
        assert!(plan(Some(((8000, 400_000_000), 9000))).starts_with(
            "Larger previews of about the first 8,000 pictures, whole, at most 512 pixels"
        ));
        assert_eq!(plan(Some(((0, 0), 9))), "There is no room for them.");
        assert!(plan(Some(((9, 0), 9))).starts_with("The thumbnails"));
        assert_eq!(
            entry(8000, 9000),
            "Larger previews of 8,000 of 9,000 pictures: there was no room for more"
        );
        assert!(entry(0, 9).starts_with("No larger previews"));
    }
}
