//! Thumbnails of an own gallery: asked for when a tile comes into view, a few at a time, and kept for a while.

use std::collections::{HashMap, VecDeque};

use js_sys::ArrayBuffer;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::page::browser::object_url;
use crate::page::state::State;
use crate::store_protocol::Request;
use crate::turn;

/// Addresses kept: several screens full.
const KEPT: usize = 1000;
/// Thumbnails asked for at once.
const TOGETHER: usize = 48;

/// The signal that receives the address of a thumbnail.
type Place = RwSignal<Option<String>>;

/// The thumbnails known, and those wanted.
#[derive(Debug, Default)]
pub struct Thumbnails {
    known: HashMap<usize, String>,
    /// The oldest comes first.
    order: VecDeque<usize>,
    wanted: Vec<(usize, Place)>,
    asking: bool,
}

impl Thumbnails {
    /// Frees the addresses: the gallery is closed.
    pub fn forget(&self) {
        self.known
            .values()
            .for_each(|address| object_url::forget(address));
    }

    /// The next ones to ask for, the newest wishes first: those are what the visitor looks at now. Wishes of tiles
    /// that are gone are dropped.
    fn next(&mut self) -> Vec<(usize, Place)> {
        self.wanted.retain(|(_, place)| !place.is_disposed());
        let start = self.wanted.len().saturating_sub(TOGETHER);
        self.wanted.split_off(start)
    }

    fn keep(&mut self, index: usize, address: String) {
        if let Some(old) = self.known.insert(index, address) {
            object_url::forget(&old);
            return;
        }
        self.order.push_back(index);
        while self.order.len() > KEPT {
            let oldest = self.order.pop_front();
            if let Some(address) = oldest.and_then(|index| self.known.remove(&index)) {
                object_url::forget(&address);
            }
        }
    }
}

impl State {
    /// The address of a picture: at once where it lies beside the page, later where it must be asked for.
    pub fn picture(&self, index: usize) -> Place {
        let Some(data) = self.data_now() else {
            return RwSignal::new(None);
        };
        let address = data.address(index).or_else(|| {
            self.open_now()
                .thumbnails
                .with_value(|thumbnails| thumbnails.known.get(&index).cloned())
        });
        let place = RwSignal::new(address);
        if data.kept_id().is_some() && place.with_untracked(Option::is_none) {
            self.open_now()
                .thumbnails
                .update_value(|thumbnails| thumbnails.wanted.push((index, place)));
            self.ask_for_thumbnails();
        }
        place
    }

    /// Asks for what is wanted, until nothing is.
    fn ask_for_thumbnails(&self) {
        let state = *self;
        let asking = self
            .open_now()
            .thumbnails
            .try_update_value(|thumbnails| std::mem::replace(&mut thumbnails.asking, true));
        if asking != Some(false) {
            return;
        }
        self.open_now().spawn(async move {
            loop {
                // All tiles of a screen are made in one go: their wishes travel together.
                turn::breathe().await;
                let wishes = state
                    .open_now()
                    .thumbnails
                    .try_update_value(Thumbnails::next);
                let wishes = wishes.unwrap_or_default();
                if wishes.is_empty() {
                    break;
                }
                let Some(id) = state
                    .data_now()
                    .and_then(|it| it.kept_id().map(str::to_owned))
                else {
                    break;
                };
                if let Err(message) = state.fetch_thumbnails(&id, &wishes).await {
                    state.cannot_read(&id, &message).await;
                }
            }
            state
                .open_now()
                .thumbnails
                .update_value(|thumbnails| thumbnails.asking = false);
        });
    }

    async fn fetch_thumbnails(&self, id: &str, wishes: &[(usize, Place)]) -> Result<(), String> {
        // Side by side, a picture is wanted in several rows: it is asked for once, and all show the same address.
        let mut images: Vec<usize> = Vec::with_capacity(wishes.len());
        self.open_now().thumbnails.with_value(|thumbnails| {
            for (index, _) in wishes {
                if !thumbnails.known.contains_key(index) && !images.contains(index) {
                    images.push(*index);
                }
            }
        });
        if !images.is_empty() {
            let store = self.store().await?;
            let request = Request::Thumbnails {
                id: id.to_owned(),
                images: images.clone(),
            };
            let (_, parts) = store.call(request, &[]).await?;
            for (index, part) in images.into_iter().zip(&parts) {
                if let Some(address) = picture(part) {
                    self.open_now()
                        .thumbnails
                        .update_value(|thumbnails| thumbnails.keep(index, address));
                }
            }
        }
        for (index, place) in wishes {
            let address = self
                .open_now()
                .thumbnails
                .with_value(|thumbnails| thumbnails.known.get(index).cloned());
            if address.is_some() {
                // The tile may be gone by now.
                place.try_set(address);
            }
        }
        Ok(())
    }
}

/// The address of a thumbnail's bytes, if there are any.
fn picture(part: &JsValue) -> Option<String> {
    let bytes: &ArrayBuffer = part.dyn_ref()?;
    (bytes.byte_length() > 0).then(|| object_url::of_jpeg(bytes))?
}
