//! The visitor's own pictures as examples: embedded in the worker, never sent anywhere.

use std::sync::Arc;

use js_sys::{ArrayBuffer, Float32Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::File;

use crate::page::browser::object_url;
use crate::page::query::action::Action;
use crate::page::query::view::Example;
use crate::page::state::State;
use crate::page::text;
use crate::protocol::{Frame, Reply, Request};

use super::looker::{Looker, detector};

/// The most own pictures that are kept; the oldest that is no example any more goes first.
const MOST: usize = 8;

/// Side of a preview in pixels.
const PREVIEW: u32 = 256;

/// A picture of the visitor's own.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnPicture {
    /// Its number: no other picture has it as long as the page lives.
    pub number: u32,
    /// The file's name.
    pub name: String,
    /// The object URL of its preview: its file, then what the engine decoded, which is turned as the camera noted.
    pub url: String,
    /// Its progress.
    pub state: Embedded,
}

/// The progress of embedding an image.
#[derive(Clone, Debug, PartialEq)]
pub enum Embedded {
    /// At work.
    Waiting,
    /// Here.
    Ready {
        /// `[C]`.
        features: Arc<[f32]>,
        /// Time the engine took.
        millis: f64,
        /// True if it is unlike the training images.
        outside: bool,
    },
    /// It cannot be embedded.
    Failed(String),
}

impl State {
    /// Searches by pictures of the visitor's: by the first in place of what was asked, unless there are examples
    /// already; by the others besides.
    pub fn use_own_pictures(&self, files: impl IntoIterator<Item = File>) {
        for file in files {
            self.use_own_picture(file);
        }
    }

    fn use_own_picture(&self, file: File) {
        let state = *self;
        let Some(url) = object_url::of_blob(&file) else {
            return;
        };
        let number = self.own_pictures.get_value();
        self.own_pictures.set_value(number.wrapping_add(1));
        self.open_now().own.update(|own| {
            own.push(OwnPicture {
                number,
                name: file.name(),
                url,
                state: Embedded::Waiting,
            });
        });
        let example = Example::Own(number);
        // One that could not be read makes room for this one.
        let alone = self.view.with_untracked(|view| {
            view.examples
                .iter()
                .all(|like| self.has_failed(like.example))
        });
        self.go(if alone {
            Action::Like(example, None)
        } else {
            Action::Also(example, true)
        });
        self.forget_old_pictures();
        self.open_now().spawn(async move {
            let name = file.name();
            let (embedded, preview) = match state.embed_picture(&name, file.into()).await {
                Ok(Found {
                    features,
                    preview,
                    millis,
                }) => {
                    let outside = state.domain_here().await;
                    let outside = outside.is_some_and(|domain| domain.is_outside(&features));
                    let ready = Embedded::Ready {
                        features: features.into(),
                        millis,
                        outside,
                    };
                    (ready, preview)
                }
                Err(message) => (Embedded::Failed(message), None),
            };
            let left = state.open_now().own.try_update(|own| {
                // Unless it was forgotten meanwhile.
                let Some(own) = own.iter_mut().find(|own| own.number == number) else {
                    return preview;
                };
                own.state = embedded;
                preview.map(|preview| std::mem::replace(&mut own.url, preview))
            });
            if let Some(address) = left.flatten() {
                object_url::forget(&address);
            }
        });
    }

    /// The progress of embedding an own image, tracked; `None` if it was removed.
    pub fn own_embedded(&self, number: u32) -> Option<Embedded> {
        self.open().own.with(|own| {
            let own = own.iter().find(|own| own.number == number)?;
            Some(own.state.clone())
        })
    }

    /// The address of an own image's preview, tracked; `None` if it was removed.
    pub fn own_preview(&self, number: u32) -> Option<String> {
        self.open().own.with(|own| {
            let own = own.iter().find(|own| own.number == number)?;
            Some(own.url.clone())
        })
    }

    /// True for an own image that cannot be embedded, or is not kept any more.
    fn has_failed(&self, example: Example) -> bool {
        let Example::Own(number) = example else {
            return false;
        };
        let works =
            |own: &OwnPicture| own.number == number && !matches!(own.state, Embedded::Failed(_));
        self.open_now()
            .own
            .with_untracked(|own| !own.iter().any(works))
    }

    /// Forgets the oldest pictures beyond those that are kept, for whoever goes back; never one that is an example.
    fn forget_old_pictures(&self) {
        let examples = self.view.with_untracked(|view| view.examples.clone());
        let is_example = |own: &OwnPicture| {
            let example = Example::Own(own.number);
            examples.iter().any(|like| like.example == example)
        };
        self.open_now().own.update(|own| {
            while own.len() > MOST {
                let Some(old) = own.iter().position(|own| !is_example(own)) else {
                    break;
                };
                object_url::forget(&own.remove(old).url);
            }
        });
    }

    /// The frame of the largest face in a picture, if the gallery is one of faces; none where no face is found, or
    /// the picture is taken whole.
    async fn portrait_in(&self, picture: &JsValue) -> Result<Vec<Frame>, String> {
        if !self.data_now().is_some_and(|data| data.manifest.faces) {
            return Ok(Vec::new());
        }
        let looker = Looker::new(Some(detector().await?), None);
        // One that cannot be read is told of by the engine that embeds it.
        let seen = looker.look_at(picture.clone()).await?.ok();
        let largest = seen.and_then(|seen| seen.faces.into_iter().next());
        Ok(largest.into_iter().collect())
    }

    /// Decodes and embeds one encoded picture.
    async fn embed_picture(&self, name: &str, picture: JsValue) -> Result<Found, String> {
        let engines = self.running(1).await?;
        let engine = engines.first().ok_or(text::engine::NO_ENGINE)?;
        let frames = self.portrait_in(&picture).await?;
        let request = Request::EmbedFiles {
            lent: None,
            frames,
            thumbnail: PREVIEW,
            preview: 0,
            keep: false,
        };
        let mut job = engine.ask(request, &[picture])?;
        let mut found = None;
        while let Some(answer) = job.next().await {
            let (reply, parts) = answer?;
            match reply {
                Reply::Pictures { .. } => {
                    let preview = parts.get(1).and_then(|part| part.dyn_ref());
                    found = Some((floats(&parts)?, preview.and_then(object_url::of_jpeg)));
                }
                Reply::Done {
                    millis, skipped, ..
                } => {
                    if let Some(skipped) = skipped.into_iter().next() {
                        return Err(format!("\u{201c}{name}\u{201d}: {}", skipped.why));
                    }
                    if let Some((features, preview)) = found.filter(|(some, _)| !some.is_empty()) {
                        return Ok(Found {
                            features,
                            preview,
                            millis,
                        });
                    }
                    break;
                }
                Reply::Cancelled => break,
                _ => {}
            }
        }
        Err(text::engine::NO_FEATURES.into())
    }
}

/// The engine's answer for one picture.
struct Found {
    features: Vec<f32>,
    /// The address of its preview.
    preview: Option<String>,
    /// Time the engine took.
    millis: f64,
}

/// The numbers in a message's first part.
///
/// # Errors
/// The part is missing or is something else.
pub fn floats(parts: &[JsValue]) -> Result<Vec<f32>, String> {
    let buffer = parts.first().and_then(|part| part.dyn_ref::<ArrayBuffer>());
    let buffer = buffer.filter(|buffer| buffer.byte_length().is_multiple_of(4));
    buffer
        .map(|buffer| Float32Array::new(buffer).to_vec())
        .ok_or_else(|| text::engine::UNKNOWN_FEATURES.into())
}
