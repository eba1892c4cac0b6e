//! Embedding pictures that a visitor brought, thumbnails and previews included.

use wasm_bindgen::JsValue;

use super::jobs::{Finished, Stop};
use super::network::Loaded;
use super::{picture, throttle, thumbnail};
use crate::answers;
use crate::calls::CallId;
use crate::protocol::{Frame, Reply, Skipped};
use crate::scope;

/// The sides of what is made of an image, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sides {
    /// A thumbnail's side.
    pub thumbnail: u32,
    /// A preview's longest side; 0 for none.
    pub preview: u32,
}

/// A larger preview, and the part of it that a portrait is.
type Whole = (Vec<u8>, Frame);

/// The results of the images of one message.
#[derive(Default)]
struct Outcome {
    /// Bytes of every thumbnail; 0 for a picture that could not be read.
    lengths: Vec<u32>,
    features: Vec<f32>,
    thumbnails: Vec<u8>,
    previews: Vec<u32>,
    /// The part of each preview that a portrait is.
    shares: Vec<Frame>,
    preview_bytes: Vec<u8>,
    skipped: Vec<Skipped>,
}

/// Embeds the pictures of the parts, and makes thumbnails and previews of them. Where there are `frames`, one for each,
/// what is in them is cut out first; the previews are of the whole images. One that cannot be read costs nothing but itself.
pub(super) async fn embed(
    loaded: &Loaded,
    call: CallId,
    (sides, frames): (Sides, &[Frame]),
    parts: &[JsValue],
) -> Result<Finished, Stop> {
    let mut outcome = Outcome::default();
    if !frames.is_empty() && frames.len() != parts.len() {
        return Err(Stop::Failed(
            "the message lacks a frame; reload the page".into(),
        ));
    }
    let is_cut = !frames.is_empty();
    let mut frames = frames.iter();
    for parts in parts.chunks(loaded.batch().largest()) {
        let mut input = Vec::with_capacity(parts.len() * loaded.input.len());
        let mut rows = 0;
        for part in parts {
            match read(loaded, sides, (part, frames.next()), &mut input).await {
                Ok((thumbnail, preview)) => {
                    rows += 1;
                    outcome.keep(&thumbnail, preview);
                }
                Err(why) => outcome.skip(why),
            }
            throttle::breathe().await;
        }
        if rows > 0 {
            outcome.features.extend(loaded.features(input, rows).await?);
        }
    }
    let images = parts.len() - outcome.skipped.len();
    let reply = Reply::Pictures {
        channels: loaded.channels,
        lengths: outcome.lengths,
        previews: outcome.previews,
        shares: if is_cut { outcome.shares } else { Vec::new() },
    };
    let buffer = |bytes: &[u8]| js_sys::Uint8Array::from(bytes).buffer().into();
    let parts = [
        scope::buffer(&outcome.features),
        buffer(&outcome.thumbnails),
        buffer(&outcome.preview_bytes),
    ];
    answers::part(call, reply, &parts);
    Ok(Finished {
        images,
        skipped: outcome.skipped,
    })
}

impl Outcome {
    fn keep(&mut self, thumbnail: &[u8], preview: Option<Whole>) {
        // None is as large as 4 GiB.
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.lengths.push(length(thumbnail));
        self.thumbnails.extend_from_slice(thumbnail);
        let (bytes, frame) = preview.unwrap_or_default();
        self.previews.push(length(&bytes));
        self.shares.push(frame);
        self.preview_bytes.extend(bytes);
    }

    fn skip(&mut self, why: String) {
        self.skipped.push(Skipped {
            index: self.lengths.len(),
            why,
        });
        self.lengths.push(0);
        self.previews.push(0);
        self.shares.push(Frame::default());
    }
}

/// Adds a picture's input to the batch and returns its thumbnail and its preview.
async fn read(
    loaded: &Loaded,
    sides: Sides,
    (part, frame): (&JsValue, Option<&Frame>),
    input: &mut Vec<f32>,
) -> Result<(Vec<u8>, Option<Whole>), String> {
    let bytes = picture::bytes(part).await?;
    if bytes.is_empty() {
        return Err("the file is empty".into());
    }
    let picture = picture::decode(&bytes).await?;
    let is_large =
        frame.is_some() || !thumbnail::shows_all(&picture, &loaded.input, sides.thumbnail);
    let preview = match sides.preview {
        side @ 1.. if is_large => {
            let (width, height) = picture.dimensions();
            let frame = frame.copied().unwrap_or_default();
            let shares = frame.shares(width, height);
            Some((thumbnail::preview(&picture, side)?, shares))
        }
        _ => None,
    };
    let picture = match frame {
        Some(frame) => picture::cut(&picture, frame)?,
        None => picture,
    };
    let thumbnail = thumbnail::encode(&picture, &loaded.input, sides.thumbnail)?;
    let start = input.len();
    input.resize(start + loaded.input.len(), 0.0);
    picture::write(&picture, &loaded.input, &mut input[start..]);
    Ok((thumbnail, preview))
}
