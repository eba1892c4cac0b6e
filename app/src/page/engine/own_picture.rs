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
use crate::protocol::{Event, Request};

/// The most own pictures that are kept; the oldest that is no example any more goes first.
const MOST: usize = 8;

/// A picture of the visitor's own.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnPicture {
    /// Its number: no other picture has it as long as the page lives.
    pub number: u32,
    /// The file's name.
    pub name: String,
    /// Its object URL, for the preview.
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
            Action::Like(example, self.compared_name())
        } else {
            Action::Also(example, true)
        });
        self.forget_old_pictures();
        self.open_now().spawn(async move {
            let embedded = match state.embed_picture(file.into()).await {
                Ok((features, millis)) => Embedded::Ready {
                    features: features.into(),
                    millis,
                },
                Err(message) => Embedded::Failed(message),
            };
            state.open_now().own.update(|own| {
                // Unless it was forgotten meanwhile.
                if let Some(own) = own.iter_mut().find(|own| own.number == number) {
                    own.state = embedded;
                }
            });
        });
    }

    /// The name of the task in which examples are compared.
    pub fn compared_name(&self) -> Option<String> {
        let task = self.compared.get_untracked()?;
        self.tasks
            .with_untracked(|tasks| Some(tasks.get(task)?.name.clone()))
    }

    /// The progress of embedding an own image, tracked; `None` if it was removed.
    pub fn own_embedded(&self, number: u32) -> Option<Embedded> {
        self.open().own.with(|own| {
            let own = own.iter().find(|own| own.number == number)?;
            Some(own.state.clone())
        })
    }

    fn has_failed(&self, example: Example) -> bool {
        self.open_now().own.with_untracked(|own| {
            own.iter().any(|own| {
                example == Example::Own(own.number) && matches!(own.state, Embedded::Failed(_))
            })
        })
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

    /// The features of one encoded picture, and the milliseconds they took.
    async fn embed_picture(&self, picture: JsValue) -> Result<(Vec<f32>, f64), String> {
        let engines = self.running(1).await?;
        let engine = engines.first().ok_or(text::engine::NO_ENGINE)?;
        let mut job = engine.job(|job| Request::Embed { job }, &[picture])?;
        let mut features = Vec::new();
        while let Some((event, parts)) = job.next().await {
            match event {
                Event::Features { .. } => features = floats(&parts)?,
                Event::Done { millis, .. } if !features.is_empty() => {
                    return Ok((features, millis));
                }
                Event::Failed { message, .. } => return Err(message),
                Event::Done { .. } | Event::Cancelled { .. } => break,
                _ => {}
            }
        }
        Err(text::engine::NO_FEATURES.into())
    }
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
