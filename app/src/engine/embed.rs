//! Embedding what came with the message: pictures, or the network's input itself.

use wasm_bindgen::JsValue;

use super::jobs::{Finished, Stop};
use super::network::Loaded;
use super::picture;
use crate::protocol::{Event, JobId};
use crate::scope;
use crate::turn;

/// Embeds the pictures of the parts, in their order.
pub(super) async fn pictures(
    loaded: &Loaded,
    job: JobId,
    parts: &[JsValue],
) -> Result<Finished, Stop> {
    let size = loaded.batch().size();
    for (batch, parts) in parts.chunks(size).enumerate() {
        let first = batch * size;
        let mut input = Vec::with_capacity(parts.len() * loaded.input.len());
        for (index, part) in parts.iter().enumerate() {
            input.extend(one(loaded, part, first + index + 1).await?);
            turn::breathe().await;
        }
        let features = loaded.features(input, parts.len()).await?;
        post(loaded, job, first, &features);
    }
    Ok(Finished {
        images: parts.len(),
        skipped: Vec::new(),
    })
}

/// Embeds inputs that are prepared already, `[rows, 3, size, size]`.
pub(super) async fn tensor(loaded: &Loaded, job: JobId, part: &JsValue) -> Result<Finished, Stop> {
    let input = scope::floats(part)?;
    let rows = loaded.rows(input.len())?;
    let features = loaded.features(input, rows).await?;
    post(loaded, job, 0, &features);
    Ok(Finished {
        images: rows,
        skipped: Vec::new(),
    })
}

async fn one(loaded: &Loaded, part: &JsValue, number: usize) -> Result<Vec<f32>, String> {
    let mut input = vec![0.0; loaded.input.len()];
    let loading = async {
        let bytes = picture::bytes(part).await?;
        picture::load(&bytes, &loaded.input, &mut input).await
    };
    match loading.await {
        Ok(()) => Ok(input),
        Err(why) => Err(match picture::name(part) {
            Some(name) => format!("\u{201c}{name}\u{201d}: {why}"),
            None => format!("picture {number}: {why}"),
        }),
    }
}

/// Sends features to the page.
pub(super) fn post(loaded: &Loaded, job: JobId, first: usize, features: &[f32]) {
    let channels = loaded.channels;
    let event = Event::Features {
        job,
        first,
        rows: features.len() / channels.max(1),
        channels,
    };
    scope::post_with(&event, &[scope::buffer(features)]);
}
