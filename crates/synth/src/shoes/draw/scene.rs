//! The state shared by all parts of the drawing: the canvas, the last, the product and its look.

use tiny_skia::Mask;

use super::canvas::{Canvas, Ink};
use super::curve::Pt;
use super::last::Last;
use crate::shoes::colour::Rgb;
use crate::shoes::design::Design;
use crate::shoes::look::Look;
use crate::shoes::vocabulary::{Closure, Gender};

/// One picture being drawn. Shapes are given in design centimetres and bent by the last.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) canvas: Canvas,
    pub(super) last: Last,
    pub(super) design: &'a Design,
    pub(super) look: &'a Look,
}

impl Scene<'_> {
    /// Returns true for a sandal of two broad buckled straps without anything at the heel.
    pub(super) fn cork(&self) -> bool {
        let design = self.design;
        design.closure == Closure::Buckle && design.gender != Gender::Women && design.whim[0] < 0.5
    }

    /// Fills a closed shape of the design.
    pub(super) fn fill(&mut self, shape: &[Pt], ink: impl Into<Ink>, clip: Option<&Mask>) {
        self.canvas.fill(&self.last.map(shape), ink, clip);
    }

    /// Draws a line of the design; the width is in real centimetres.
    pub(super) fn stroke(
        &mut self,
        line: &[Pt],
        width: f32,
        ink: impl Into<Ink>,
        clip: Option<&Mask>,
    ) {
        self.canvas
            .stroke(&self.last.map(line), width, ink, false, clip);
    }

    /// Draws the edge of a closed shape of the design.
    pub(super) fn edge(
        &mut self,
        shape: &[Pt],
        width: f32,
        ink: impl Into<Ink>,
        clip: Option<&Mask>,
    ) {
        self.canvas
            .stroke(&self.last.map(shape), width, ink, true, clip);
    }

    /// Draws a row of stitches.
    pub(super) fn stitch(&mut self, line: &[Pt], clip: Option<&Mask>) {
        let thread = self.look.colours.thread;
        self.canvas
            .stitch(&self.last.map(line), Ink::Flat(thread, 0.9), clip);
    }

    /// A piece of material: filled with a soft gradient from its light upper left to its dark lower right, with a
    /// thin dark edge.
    pub(super) fn piece(&mut self, shape: &[Pt], colour: Rgb, clip: Option<&Mask>) {
        let real = self.last.map(shape);
        self.canvas.fill(&real, sheen(&real, colour), clip);
        self.canvas.stroke(
            &real,
            0.13,
            Ink::Flat(colour.darker(0.75), 0.55),
            true,
            clip,
        );
    }

    /// The inside of a shape of the design.
    pub(super) fn mask(&self, shape: &[Pt]) -> Option<Mask> {
        self.canvas.mask(&self.last.map(shape))
    }
}

/// A soft gradient over a shape in real centimetres.
pub(super) fn sheen(real: &[Pt], colour: Rgb) -> Ink {
    let (x0, y0, x1, y1) = super::curve::bounds(real);
    let middle = (x0 + x1) / 2.0;
    let lean = (x1 - x0) * 0.15;
    Ink::Linear(
        (middle - lean, y1),
        (middle + lean, y0),
        vec![
            (0.0, colour.lighter(0.13), 1.0),
            (0.45, colour, 1.0),
            (1.0, colour.darker(0.3), 1.0),
        ],
    )
}
