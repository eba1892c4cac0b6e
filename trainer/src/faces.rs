//! The faces of an image, cut out and framed as the portraits that a network of faces was trained on.

use modulens_bundle::Manifest;
use modulens_dataset::RgbImage;
use modulens_faces::{Detector, RgbView, WEIGHTS, cut};

use crate::error::TrainerError;

/// Sides of a portrait in pixels, those of CelebA's aligned images.
const PORTRAIT: (u32, u32) = (178, 218);

/// The detector that a bundle asks for; `None` where whole images are its input.
///
/// # Errors
/// Weights that this program was built with and that do not fit it.
pub(crate) fn detector(manifest: &Manifest) -> Result<Option<Detector>, TrainerError> {
    if !manifest.faces {
        return Ok(None);
    }
    let detector = Detector::new(WEIGHTS);
    detector
        .map(Some)
        .map_err(|error| TrainerError::Message(error.to_string()))
}

/// Every face of an image, the largest first; none where none is found.
pub(crate) fn portraits(detector: &Detector, image: &RgbImage) -> Vec<RgbImage> {
    let (width, height) = image.dimensions();
    let Ok(view) = RgbView::new(image.as_raw(), width, height) else {
        return Vec::new();
    };
    let (wide, high) = PORTRAIT;
    let faces = detector.detect(&view);
    let portraits = faces.iter().map(|face| {
        let pixels = cut(&view, face.crop_box(), PORTRAIT);
        RgbImage::from_raw(wide, high, pixels)
    });
    portraits.flatten().collect()
}
