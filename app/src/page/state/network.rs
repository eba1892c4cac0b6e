//! A shipped gallery's network: what is needed to embed and to search, without the gallery's own pictures.

use std::rc::Rc;

use futures::future::try_join;
use js_sys::Uint8Array;
use modulens_bundle::{BundleError, Manifest, Readouts, files};
use modulens_retrieval::{RetrievalError, Tail};

use crate::page::browser::fetch;
use crate::page::browser::worker::{Engine, Started};
use crate::protocol::{Backend, Preference, Request};

/// A network, read and checked.
#[derive(Debug)]
pub struct Network {
    /// The folder, relative to the page, with its slash.
    pub base: String,
    /// The manifest of the gallery it comes with.
    pub manifest: Manifest,
    /// The tail of every task.
    pub tail: Tail,
    /// The readout of every task.
    pub readouts: Readouts,
}

impl Network {
    /// Fetches and checks a manifest.
    ///
    /// # Errors
    /// A sentence that names the file and says what to do.
    pub async fn manifest(base: &str) -> Result<Manifest, String> {
        let manifest = fetch::bytes(&format!("{base}{}", files::MANIFEST)).await?;
        let manifest = Manifest::parse(&manifest).map_err(|error| format!("{base}: {error}"))?;
        if manifest.files.contains_key(files::TAIL) {
            return Ok(manifest);
        }
        Err(format!(
            "{base}: this network is modulated before its last stage, so that pictures cannot be searched without \
             it; export a network whose sites are the last stage and the embedding"
        ))
    }

    /// Fetches and checks a network.
    ///
    /// # Errors
    /// A sentence that names the file and says what to do.
    pub async fn fetch(base: &str) -> Result<Self, String> {
        let manifest = Self::manifest(base).await?;
        let (tail, readouts) = (
            format!("{base}{}", files::TAIL),
            format!("{base}{}", files::READOUTS),
        );
        let (tail, readouts) = try_join(fetch::bytes(&tail), fetch::bytes(&readouts)).await?;
        let wrong = |error: BundleError| format!("{base}: {error}");
        let tail = manifest.read_tail(&tail).map_err(wrong)?;
        Ok(Self {
            readouts: manifest.read_readouts(&readouts).map_err(wrong)?,
            tail: Tail::new(tail).map_err(|error| misfit(base, &error))?,
            base: base.to_owned(),
            manifest,
        })
    }
}

/// What to say when a bundle's files contradict each other.
pub fn misfit(base: &str, error: &RetrievalError) -> String {
    format!(
        "{base}: the files do not fit together ({error}); export the bundle again with `trainer export`"
    )
}

/// The weights of a bundle, checked.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn weights(base: &str, manifest: &Manifest) -> Result<Rc<[u8]>, String> {
    let bytes = fetch::bytes(&format!("{base}{}", files::WEIGHTS)).await?;
    manifest
        .check(files::WEIGHTS, &bytes)
        .map_err(|error| error.to_string())?;
    Ok(bytes.into())
}

/// Starts an engine with a bundle's network.
///
/// # Errors
/// What went wrong, in a sentence.
pub async fn start_engine(
    backend: Backend,
    preference: Preference,
    manifest: &Manifest,
    weights: &[u8],
) -> Result<Started, String> {
    let start = Request::Start { preference };
    let load = Request::Load {
        // A worker loads one network in its life.
        generation: 0,
        network: manifest.network.clone(),
        input: manifest.input.clone(),
    };
    let part = Uint8Array::from(weights).buffer();
    Engine::start(backend, &start, &load, part.into()).await
}
