//! The selected images as one zip: those of an own gallery come from the store, the site's are fetched. The store writes
//! the zip, some images at a time.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::page::browser::fetch::Asked;
use crate::page::browser::save;
use crate::page::library::state::out_of_turn;
use crate::page::results::export::Saving;
use crate::page::results::tools::image_name;
use crate::page::state::State;
use crate::page::text;
use crate::store_protocol::{Reply, Request};

/// Zips begun so far.
static ZIPS: AtomicU32 = AtomicU32::new(0);

/// Images sent at once.
const TOGETHER: usize = 16;

impl State {
    /// Lets the browser save the selected images.
    pub fn download_selected(&self) {
        self.save(Box::pin(self.write_zip()));
    }

    async fn write_zip(self) -> Result<(), String> {
        let open = self.open_now();
        let data = self.data_now().ok_or_else(out_of_turn)?;
        let images = open.selection.get_untracked().images().to_vec();
        self.labels_there().await;
        let truth = open.ground_truth.get_untracked();
        let ids = truth.as_ref().map_or(&[][..], |truth| &truth.given.ids);
        let store = self.store().await?;
        let kept = data.kept_id().map(str::to_owned);
        let zip = 1 + ZIPS.fetch_add(1, Ordering::Relaxed);
        for (at, some) in images.chunks(TOGETHER).enumerate() {
            open.saving.set(Some(Saving {
                done: at * TOGETHER,
                total: images.len(),
            }));
            let names: Vec<String> = some.iter().map(|&image| image_name(ids, image)).collect();
            let mut parts: Vec<JsValue> = Vec::new();
            if kept.is_none() {
                // All are asked for before the first of them is waited for.
                let mut asked = Vec::with_capacity(some.len());
                for (&image, name) in some.iter().zip(&names) {
                    let path = data.address(image);
                    let path = path.ok_or_else(|| text::selection::no_image(name))?;
                    asked.push(Asked::new(&path)?);
                }
                for asked in asked {
                    parts.push(asked.buffer().await?.into());
                }
            }
            let request = Request::Zip {
                id: kept.clone(),
                images: some.to_vec(),
                ids: names,
                zip,
            };
            store.call(request, &parts).await?;
        }
        let name = text::selection::images_file(&data.manifest.title);
        let (reply, parts) = store.call(Request::Zipped { name }, &[]).await?;
        match (reply, parts.first()) {
            (Reply::Exported { name }, Some(packed)) => save::blob(packed, &name),
            _ => Err(out_of_turn()),
        }
    }
}
