//! Embedding pictures that a visitor brought, thumbnails and previews included.

use wasm_bindgen::JsValue;

use super::jobs::{Finished, Stop};
use super::network::Loaded;
use super::source::{self, Encoded};
use super::{picture, throttle, thumbnail};
use crate::answers;
use crate::calls::{CallId, Refusal};
use crate::lending_protocol::{self, Request};
use crate::protocol::{Frame, Lent, Reply, Skipped};
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

/// Embeds pictures, and makes thumbnails and previews of them. Where there are frames, what is in them is cut out first; the
/// previews are of the whole images. One that cannot be read costs nothing but itself. Those to `keep` go to the store, which lent
/// them; else the thumbnails go to the page.
pub(super) async fn embed(
    loaded: &Loaded,
    call: CallId,
    (sides, keep): (Sides, Option<Lent>),
    encoded: &Encoded,
) -> Result<Finished, Stop> {
    let mut outcome = Outcome::default();
    let mut next = 0;
    for files in encoded.files.chunks(loaded.batch().largest()) {
        let mut input = Vec::with_capacity(files.len() * loaded.input.len());
        let mut rows = 0;
        for file in files {
            let made = match encoded.unread(next) {
                Some(why) => Err(why.to_owned()),
                None => read(loaded, sides, (file, encoded.frames.get(next)), &mut input).await,
            };
            match made {
                Ok((thumbnail, preview)) => {
                    rows += 1;
                    outcome.keep(&thumbnail, preview);
                }
                Err(why) => outcome.skip(why),
            }
            next += 1;
            throttle::breathe().await;
        }
        if rows > 0 {
            outcome.features.extend(loaded.features(input, rows).await?);
        }
    }
    let reply = Reply::Pictures {
        channels: loaded.channels,
        lengths: outcome.lengths.clone(),
        previews: outcome.previews.clone(),
    };
    let mut parts = vec![scope::buffer(&outcome.features)];
    if keep.is_none() {
        parts.push(buffer(&outcome.thumbnails));
    }
    answers::part(call, reply, &parts);
    let finished = Finished {
        images: outcome.lengths.len() - outcome.skipped.len(),
        skipped: outcome.skipped.clone(),
    };
    if let Some(lent) = keep {
        let is_cut = !encoded.frames.is_empty();
        let kept = match outcome.hand_over(lent, is_cut).await? {
            Ok(previews_full) => Reply::Kept { previews_full },
            Err(refusal) => Reply::Refused(refusal),
        };
        answers::part(call, kept, &[]);
    }
    Ok(finished)
}

fn buffer(bytes: &[u8]) -> JsValue {
    js_sys::Uint8Array::from(bytes).buffer().into()
}

impl Outcome {
    /// Has the store keep the results of files that it lent. Returns whether it keeps no further previews, or why it could not
    /// take them in.
    async fn hand_over(self, lent: Lent, is_cut: bool) -> Result<Result<bool, Refusal>, Stop> {
        let Lent { loan, first, .. } = lent;
        let request = Request::Append {
            loan,
            first,
            lengths: self.lengths,
            previews: self.previews,
            shares: if is_cut { self.shares } else { Vec::new() },
            skipped: self.skipped,
        };
        let parts = [
            scope::buffer(&self.features),
            buffer(&self.thumbnails),
            buffer(&self.preview_bytes),
        ];
        match source::store()?.call(request, &parts).await {
            Ok((lending_protocol::Reply::Appended { previews_full }, _)) => Ok(Ok(previews_full)),
            Ok(_) => Err(Stop::Failed(source::OUT_OF_TURN.into())),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

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
