//! From SVG to pixels.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::SynthError;

/// Draws an SVG document on nothing; `place` maps its units, counted from the view box's corner, to pixels.
pub(super) fn draw(
    svg: &str,
    place: Transform,
    width: u32,
    height: u32,
) -> Result<Pixmap, SynthError> {
    let tree = Tree::from_str(svg, &Options::default())
        .map_err(|why| SynthError::draw("an SVG document", why))?;
    let mut pixmap = Pixmap::new(width, height)
        .ok_or_else(|| SynthError::draw("a picture", format!("{width}x{height} is no size")))?;
    resvg::render(&tree, place, &mut pixmap.as_mut());
    Ok(pixmap)
}
