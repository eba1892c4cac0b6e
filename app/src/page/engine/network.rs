//! A network that comes with the site: what is needed to embed and to search, without the gallery's own pictures.

use std::fmt::Display;
use std::rc::Rc;

use futures::future::try_join;
use js_sys::Uint8Array;
use modulens_bundle::{Heads, Manifest, files};
use modulens_retrieval::{RetrievalError, Tail};

use crate::caller::Engine;
use crate::page::browser::fetch;
use crate::page::browser::spawn;
use crate::page::text;
use crate::protocol::{Backend, Preference, Reply, Request};

/// A network, read and checked.
#[derive(Debug)]
pub struct Network {
    /// The folder, relative to the page, with its slash.
    pub base: String,
    /// The manifest of its bundle.
    pub manifest: Manifest,
    /// The tail of every task.
    pub tail: Tail,
    /// The head of every task.
    pub heads: Heads,
}

/// SHA-256 of the weights of a gallery's network.
pub fn weights_of(manifest: &Manifest) -> String {
    let weights = manifest.files.get(files::WEIGHTS);
    weights.map_or_else(String::new, |weights| weights.sha256.clone())
}

impl Network {
    /// Fetches and checks a manifest.
    ///
    /// # Errors
    /// A sentence that names the file and says what to do.
    pub async fn manifest(base: &str) -> Result<Manifest, String> {
        let manifest = read(base, files::MANIFEST, Manifest::parse).await?;
        if manifest.files.contains_key(files::TAIL) {
            return Ok(manifest);
        }
        Err(text::engine::not_searchable(&base))
    }

    /// Fetches and checks a network.
    ///
    /// # Errors
    /// A sentence that names the file and says what to do.
    pub async fn fetch(base: &str) -> Result<Self, String> {
        let manifest = Self::manifest(base).await?;
        let (tail, heads) = try_join(
            read(base, files::TAIL, |bytes| manifest.read_tail(bytes)),
            read(base, files::READOUTS, |bytes| manifest.read_heads(bytes)),
        )
        .await?;
        Ok(Self {
            heads,
            tail: Tail::new(tail).map_err(|error| misfit(base, &error))?,
            base: base.to_owned(),
            manifest,
        })
    }
}

/// Fetches a file and reads it.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn read<T, E: Display>(
    base: &str,
    name: &str,
    read: impl Fn(&[u8]) -> Result<T, E>,
) -> Result<T, String> {
    let bytes = fetch::bytes(&format!("{base}{name}")).await?;
    read_or_renew(base, name, &bytes, read).await
}

/// Reads a file that was fetched. One that is not what it should be may have been kept from an earlier version of the
/// site, or was damaged since: it is fetched once more, from the server.
///
/// # Errors
/// The server's is no better, in a sentence.
pub async fn read_or_renew<T, E: Display>(
    base: &str,
    name: &str,
    bytes: &[u8],
    read: impl Fn(&[u8]) -> Result<T, E>,
) -> Result<T, String> {
    if let Ok(read) = read(bytes) {
        return Ok(read);
    }
    let bytes = fetch::anew(&format!("{base}{name}")).await?;
    read(&bytes).map_err(|error| text::problems::bad_file(&base, &error))
}

/// The message for a bundle whose files contradict each other.
pub fn misfit(base: &str, error: &RetrievalError) -> String {
    text::engine::misfit(&base, &error)
}

/// The weights of a bundle, checked.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn weights(base: &str, manifest: &Manifest) -> Result<Rc<[u8]>, String> {
    checked(base, manifest, files::WEIGHTS).await
}

/// The bytes of a file that a manifest lists, checked.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn checked(base: &str, manifest: &Manifest, name: &str) -> Result<Rc<[u8]>, String> {
    let check = |bytes: &[u8]| manifest.check(name, bytes).map(|()| bytes.into());
    read(base, name, check).await
}

/// An engine that is ready.
#[derive(Debug)]
pub struct Started {
    /// The engine.
    pub engine: Engine,
    /// The backend that runs the network.
    pub backend: Backend,
    /// The adapter's own words.
    pub adapter: Option<String>,
    /// The engine's reason for this backend; empty if it knows none.
    pub why: String,
    /// Time to prepare the backend and the network.
    pub millis: f64,
}

/// Starts an engine with a bundle's network.
///
/// # Errors
/// A sentence on the fault.
pub async fn start_engine(
    backend: Backend,
    preference: Preference,
    manifest: &Manifest,
    weights: &[u8],
) -> Result<Started, String> {
    let engine: Engine = spawn::start(backend.script()).await?;
    let (ready, _) = engine.call(Request::Start { preference }, &[]).await?;
    let load = Request::Load {
        network: manifest.network.clone(),
        input: manifest.input.clone(),
    };
    let part = Uint8Array::from(weights).buffer();
    let (loaded, _) = engine.call(load, &[part.into()]).await?;
    match (ready, loaded) {
        (
            Reply::Ready {
                backend,
                adapter,
                why,
                millis,
            },
            Reply::Loaded { millis: load, .. },
        ) => Ok(Started {
            engine,
            backend,
            adapter,
            why,
            millis: millis + load,
        }),
        _ => Err(text::problems::OUT_OF_TURN.into()),
    }
}
