//! The site's icon in the sizes that systems ask for: `cargo xtask icons`.
//!
//! Argument: the folder of `icon.svg`, into which the PNG files go.

use std::{env, error::Error, fs, path::Path, process::ExitCode};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Name, side in pixels, and whether the ground fills the square: systems that cut their own shape out of an icon, or
/// put nothing behind it, need it so. What is drawn on the ground lies within the circle that all of them leave.
const ICONS: [(&str, u32, bool); 4] = [
    ("icon-192.png", 192, false),
    ("icon-512.png", 512, false),
    ("maskable-512.png", 512, true),
    ("apple-touch-180.png", 180, true),
];
/// The attribute that rounds the background's corners.
const CORNERS: &str = " rx=\"9\"";

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("error: name the folder of icon.svg");
        return ExitCode::from(2);
    };
    match draw(folder.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    let rounded = fs::read_to_string(folder.join("icon.svg"))?;
    let square = rounded.replace(CORNERS, "");
    if square == rounded {
        return Err(format!("icon.svg has no{CORNERS}, so its corners cannot be filled").into());
    }
    for (name, side, filled) in ICONS {
        let svg = if filled { &square } else { &rounded };
        let tree = Tree::from_str(svg, &Options::default())?;
        let scale = side as f32 / tree.size().width();
        let mut pixels = Pixmap::new(side, side).ok_or("an icon without pixels")?;
        resvg::render(
            &tree,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        fs::write(folder.join(name), pixels.encode_png()?)?;
    }
    Ok(())
}
