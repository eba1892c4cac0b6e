//! Embedding pictures that a visitor brought, thumbnails included.

use wasm_bindgen::JsValue;

use super::jobs::{Finished, Stop};
use super::network::Loaded;
use super::{picture, throttle, thumbnail};
use crate::protocol::{Event, Frame, JobId, Skipped};
use crate::scope;

/// The results of the images of one message.
#[derive(Default)]
struct Outcome {
    /// Bytes of every thumbnail; 0 for a picture that could not be read.
    lengths: Vec<u32>,
    features: Vec<f32>,
    thumbnails: Vec<u8>,
    skipped: Vec<Skipped>,
}

/// Embeds the pictures of the parts, and makes thumbnails of `side` pixels of them. Where there are `frames`, one for each,
/// what is in them is cut out first. One that cannot be read costs nothing but itself.
pub(super) async fn embed(
    loaded: &Loaded,
    job: JobId,
    (side, frames): (u32, &[Frame]),
    parts: &[JsValue],
) -> Result<Finished, Stop> {
    let mut outcome = Outcome::default();
    if !frames.is_empty() && frames.len() != parts.len() {
        return Err(Stop::Failed(
            "the message lacks a frame; reload the page".into(),
        ));
    }
    let mut frames = frames.iter();
    for parts in parts.chunks(loaded.batch().largest()) {
        let mut input = Vec::with_capacity(parts.len() * loaded.input.len());
        let mut rows = 0;
        for part in parts {
            match read(loaded, side, (part, frames.next()), &mut input).await {
                Ok(thumbnail) => {
                    rows += 1;
                    outcome.keep(&thumbnail);
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
    let event = Event::Pictures {
        job,
        channels: loaded.channels,
        lengths: outcome.lengths,
    };
    let parts = [
        scope::buffer(&outcome.features),
        js_sys::Uint8Array::from(outcome.thumbnails.as_slice())
            .buffer()
            .into(),
    ];
    scope::post_with(&event, &parts);
    Ok(Finished {
        images,
        skipped: outcome.skipped,
    })
}

impl Outcome {
    fn keep(&mut self, thumbnail: &[u8]) {
        // No thumbnail is as large as 4 GiB.
        self.lengths
            .push(u32::try_from(thumbnail.len()).unwrap_or(u32::MAX));
        self.thumbnails.extend_from_slice(thumbnail);
    }

    fn skip(&mut self, why: String) {
        self.skipped.push(Skipped {
            index: self.lengths.len(),
            why,
        });
        self.lengths.push(0);
    }
}

/// Adds a picture's input to the batch and returns its thumbnail.
async fn read(
    loaded: &Loaded,
    side: u32,
    (part, frame): (&JsValue, Option<&Frame>),
    input: &mut Vec<f32>,
) -> Result<Vec<u8>, String> {
    let bytes = picture::bytes(part).await?;
    if bytes.is_empty() {
        return Err("the file is empty".into());
    }
    let picture = picture::decode(&bytes).await?;
    let picture = match frame {
        Some(frame) => picture::cut(&picture, frame)?,
        None => picture,
    };
    let thumbnail = thumbnail::encode(&picture, &loaded.input, side)?;
    let start = input.len();
    input.resize(start + loaded.input.len(), 0.0);
    picture::write(&picture, &loaded.input, &mut input[start..]);
    Ok(thumbnail)
}
