//! The images of points, fetched by their addresses.

use std::collections::HashMap;

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ImageBitmap, Response};

use crate::scope;

use super::{WORKER, draw_soon};

/// Images that are kept, as long as no more are drawn: at 96 pixels some 20 MB.
const KEPT: usize = 600;

/// The images by their points.
#[derive(Debug, Default)]
pub(super) struct Bitmaps {
    /// `None` for those on their way.
    known: HashMap<usize, Option<ImageBitmap>>,
    /// Counts layouts: an image that comes after the next one began is dropped.
    turn: u32,
}

impl Bitmaps {
    /// True if an image is there or on its way.
    pub(super) fn is_known(&self, point: usize) -> bool {
        self.known.contains_key(&point)
    }

    /// An image that is there.
    pub(super) fn get(&self, point: usize) -> Option<&ImageBitmap> {
        self.known.get(&point)?.as_ref()
    }

    /// Forgets all images: the points are those of others.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.turn += 1;
    }

    /// Fetches images; the map is drawn again as they come. Where there are too many, those that are not among `drawn`
    /// go.
    pub(super) fn fetch(&mut self, images: Vec<(usize, String)>, drawn: &[usize]) {
        if self.known.len() + images.len() > KEPT {
            self.known.retain(|point, _| drawn.contains(point));
        }
        let turn = self.turn;
        for (point, address) in images {
            self.known.insert(point, None);
            spawn_local(async move {
                // One that cannot be had stays a point until it is asked for again.
                let bitmap = bitmap(&address).await.ok();
                WORKER.with_borrow_mut(|worker| worker.bitmaps.put(point, bitmap, turn));
                draw_soon();
            });
        }
    }

    fn put(&mut self, point: usize, bitmap: Option<ImageBitmap>, turn: u32) {
        if turn != self.turn || !self.known.contains_key(&point) {
            return;
        }
        match bitmap {
            Some(bitmap) => _ = self.known.insert(point, Some(bitmap)),
            None => _ = self.known.remove(&point),
        }
    }
}

async fn bitmap(address: &str) -> Result<ImageBitmap, JsValue> {
    let global = scope::global();
    let response: Response = JsFuture::from(global.fetch_with_str(address))
        .await?
        .dyn_into()?;
    let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
    let bitmap = JsFuture::from(global.create_image_bitmap_with_blob(&blob)?).await?;
    bitmap.dyn_into()
}
