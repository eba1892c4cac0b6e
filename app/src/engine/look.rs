//! Looking at images without any network of a gallery: drawings told from photographs, and faces found.

use std::cell::RefCell;
use std::rc::Rc;

use modulens_dataset::RgbImage;
use modulens_faces::{Detector, RgbView};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::jobs::{Finished, Job, Stop};
use super::source::{self, Encoded};
use super::{picture, throttle};
use crate::answers;
use crate::calls::CallId;
use crate::protocol::{Frame, Lent, Reply, Seen, Skipped};
use crate::work::is_drawn;

thread_local! {
    /// The face detector, or the reason that there is none.
    static DETECTOR: RefCell<Result<Rc<Detector>, String>> =
        RefCell::new(Err("the face detector is not loaded; reload the page".into()));
}

/// Keeps the face detector whose weights came in.
pub(super) fn keep_detector(parts: &[JsValue]) {
    let weights = parts
        .first()
        .map(|part| js_sys::Uint8Array::new(part).to_vec());
    let detector = Detector::new(&weights.unwrap_or_default())
        .map(Rc::new)
        .map_err(|error| format!("the face detector cannot be used ({error}); reload the page"));
    DETECTOR.set(detector);
}

/// Looks at the images of a message with these parts.
pub(super) fn handle(call: CallId, faces: bool, lent: Option<Lent>, parts: Vec<JsValue>) {
    spawn_local(Job::enter(call).run(async move {
        let detector = match faces {
            true => Some(DETECTOR.with_borrow(Clone::clone)?),
            false => None,
        };
        let encoded = source::encoded(lent, (parts, Vec::new())).await?;
        look(detector.as_deref(), call, &encoded).await
    }));
}

async fn look(
    detector: Option<&Detector>,
    call: CallId,
    encoded: &Encoded,
) -> Result<Finished, Stop> {
    let files = &encoded.files;
    let (mut seen, mut skipped) = (Vec::with_capacity(files.len()), Vec::new());
    for (index, file) in files.iter().enumerate() {
        let found = match encoded.unread(index) {
            Some(why) => Err(why.to_owned()),
            None => one(detector, file).await,
        };
        match found {
            Ok(found) => seen.push(Some(found)),
            Err(why) => {
                skipped.push(Skipped { index, why });
                seen.push(None);
            }
        }
        throttle::breathe().await;
    }
    let images = files.len() - skipped.len();
    answers::part(call, Reply::Looked { seen }, &[]);
    Ok(Finished { images, skipped })
}

async fn one(detector: Option<&Detector>, part: &JsValue) -> Result<Seen, String> {
    let bytes = picture::bytes(part).await?;
    if bytes.is_empty() {
        return Err("the file is empty".into());
    }
    let image = picture::decode(&bytes).await?;
    Ok(Seen {
        drawn: is_drawn(image.as_raw(), image.width(), image.height()),
        faces: match detector {
            Some(detector) => frames(detector, &image)?,
            None => Vec::new(),
        },
    })
}

/// The frames of the faces in an image, the largest first.
fn frames(detector: &Detector, image: &RgbImage) -> Result<Vec<Frame>, String> {
    let (width, height) = image.dimensions();
    let view = RgbView::new(image.as_raw(), width, height).map_err(|error| error.to_string())?;
    let faces = detector.detect(&view).into_iter();
    let frame = |face: modulens_faces::Face| {
        let frame = face.crop_box();
        Frame {
            left: frame.left,
            top: frame.top,
            width: frame.width,
            height: frame.height,
        }
    };
    Ok(faces.map(frame).collect())
}
