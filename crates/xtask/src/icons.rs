//! The icons of an installed site, drawn from the one in `www/icons` by an example of the drawing crate.

use crate::{child::Run, error::Result, places::Places};

/// Draws them anew.
pub(crate) fn run(places: &Places) -> Result<()> {
    Run::cargo(places)
        .words("run --quiet --package modulens-synth --example icons --")
        .arg(places.root().join("www/icons"))
        .run()
}
