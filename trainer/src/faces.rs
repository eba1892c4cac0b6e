//! The parts of an image that a network looks at: all of it, or each face, framed as the portraits that it learned from.

use modulens_bundle::Manifest;
use modulens_dataset::{RgbImage, decode};
use modulens_faces::{Detector, PORTRAIT, RgbView, WEIGHTS, cut};
use modulens_training::error::TrainerError;

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

/// Decodes an image: itself, or every face that a detector finds in it, the largest first.
///
/// # Errors
/// A sentence: the image cannot be decoded, or no face is found in it.
pub(crate) fn parts(encoded: &[u8], detector: Option<&Detector>) -> Result<Vec<RgbImage>, String> {
    let image = decode(encoded).map_err(|error| error.to_string())?;
    let Some(detector) = detector else {
        return Ok(vec![image]);
    };
    let portraits = portraits(detector, &image);
    match portraits.is_empty() {
        true => Err("no face found".into()),
        false => Ok(portraits),
    }
}

/// Every face of an image, the largest first; none where none is found.
pub(crate) fn portraits(detector: &Detector, image: &RgbImage) -> Vec<RgbImage> {
    let (width, height) = image.dimensions();
    let Ok(view) = RgbView::new(image.as_raw(), width, height) else {
        return Vec::new();
    };
    let faces = detector.detect(&view);
    let portraits = faces.iter().map(|face| {
        let pixels = cut(&view, face.crop_box(), PORTRAIT);
        RgbImage::from_raw(PORTRAIT.0, PORTRAIT.1, pixels)
    });
    portraits.flatten().collect()
}
