//! The visitor's own picture as the query: embedded in the worker, never sent anywhere.

use std::sync::Arc;

use js_sys::{ArrayBuffer, Float32Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::File;

use super::State;
use crate::page::browser::object_url;
use crate::page::core::view::{Example, Step};
use crate::protocol::{Event, Request};

/// The visitor's own picture.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnPicture {
    /// The file's name.
    pub name: String,
    /// Where the browser keeps it, for the preview.
    pub url: String,
    /// How far it is.
    pub state: Embedded,
}

/// How far embedding a picture is.
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

impl OwnPicture {
    /// Its features, once they are there.
    pub fn features(&self) -> Option<Arc<[f32]>> {
        match &self.state {
            Embedded::Ready { features, .. } => Some(Arc::clone(features)),
            Embedded::Waiting | Embedded::Failed(_) => None,
        }
    }
}

/// Lets the browser forget a picture that is not shown any more.
pub fn release(own: Option<&OwnPicture>) {
    if let Some(own) = own {
        object_url::forget(&own.url);
    }
}

impl State {
    /// Searches by a picture of the visitor's.
    pub fn use_own_picture(&self, file: File) {
        let state = *self;
        let Some(url) = object_url::of_blob(&file) else {
            return;
        };
        release(self.own.get_untracked().as_ref());
        self.own.set(Some(OwnPicture {
            name: file.name(),
            url: url.clone(),
            state: Embedded::Waiting,
        }));
        let lens = self.lens.get_untracked().and_then(|lens| {
            self.gallery.with_untracked(|gallery| {
                Some(gallery.ready()?.manifest.tasks.get(lens)?.name.clone())
            })
        });
        self.go(Step::Like(Example::Own, lens));
        spawn_local(async move {
            let embedded = match state.embed_picture(file.into()).await {
                Ok((features, millis)) => Embedded::Ready {
                    features: features.into(),
                    millis,
                },
                Err(message) => Embedded::Failed(message),
            };
            state.own.update(|own| {
                // Unless another picture was chosen meanwhile.
                if let Some(own) = own.as_mut().filter(|own| own.url == url) {
                    own.state = embedded;
                }
            });
        });
    }

    /// Takes the own picture away.
    pub fn drop_own_picture(&self) {
        release(self.own.get_untracked().as_ref());
        self.own.set(None);
        self.go(Step::Unlike);
    }

    /// The features of one encoded picture, and the milliseconds they took.
    async fn embed_picture(&self, picture: JsValue) -> Result<(Vec<f32>, f64), String> {
        let engines = self.running(1).await?;
        let engine = engines
            .first()
            .ok_or("no engine is running; reload the page")?;
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
        Err("the engine gave no features for this picture; try another one".into())
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
        .ok_or_else(|| "the engine sent features of an unknown form; reload the page".into())
}
