//! Fetching the list of galleries and the gallery shown, every file checked against the manifest.

use std::sync::Arc;

use futures::future::try_join;
use leptos::prelude::*;
use leptos::task::spawn_local;
use modulens_bundle::files;
use modulens_retrieval::Gallery;

use crate::page::browser::fetch;
use crate::page::browser::offline;
use crate::page::engine::network::{Network, misfit, read, read_or_renew};
use crate::page::library::own;
use crate::page::state::State;
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::turn;

use super::gallery::{GalleryData, GroundTruth, Load};
use super::gallery_index::GalleryIndex;
use super::open_gallery::OpenGallery;

/// The folder of a shipped gallery, relative to the page.
pub(crate) fn shipped_base(name: &str) -> String {
    format!("galleries/{name}/")
}

/// The folder of a network without a gallery, relative to the page.
pub(crate) fn lone_base(name: &str) -> String {
    format!("{NETWORKS}{name}/")
}

/// Returns true if the folder is that of a network without a gallery.
pub(crate) fn is_lone(base: &str) -> bool {
    base.starts_with(NETWORKS)
}

/// The networks without a gallery; a site may have none, and no list of them.
///
/// # Errors
/// The list cannot be fetched or read, in a sentence.
pub(crate) async fn lone_networks() -> Result<GalleryIndex, String> {
    read(NETWORKS, INDEX, GalleryIndex::parse_networks).await
}

const GALLERIES: &str = "galleries/";
const NETWORKS: &str = "networks/";
const INDEX: &str = "index.json";

impl State {
    /// Fetches the list of galleries, then whichever gallery the view asks for, now and whenever that changes.
    pub(crate) fn load_galleries(&self) {
        let state = *self;
        self.load_index();
        effect(move || {
            if let Some(name) = state.shown.get() {
                state.load_gallery(&name);
            }
        });
    }

    /// Tries again after a failure.
    pub fn retry(&self) {
        match self.shown.get_untracked() {
            Some(name) => self.load_gallery(&name),
            None => self.load_index(),
        }
    }

    fn load_index(&self) {
        let state = *self;
        self.index.set(Load::Waiting);
        self.gallery.set(Load::Waiting);
        spawn_local(async move {
            match read(GALLERIES, INDEX, GalleryIndex::parse).await {
                Ok(index) => state.index.set(Load::Ready(Arc::new(index))),
                Err(message) => {
                    state.gallery.set(Load::Failed(message.clone()));
                    state.index.set(Load::Failed(message));
                }
            }
        });
    }

    fn load_gallery(&self, name: &str) {
        let state = *self;
        let open = state.open_another();
        if let Some(id) = own::id_of(name) {
            let id = id.to_owned();
            open.spawn(async move { state.load_own(&id).await });
            return;
        }
        let base = shipped_base(name);
        open.spawn(async move {
            match load(&base).await {
                Ok((data, searcher)) => {
                    open.whole.set(true);
                    state.show_gallery(&data, searcher);
                    // Labels and ids are for the details: after the first results.
                    turn::breathe().await;
                    let ground_truth = load_ground_truth(&data).await;
                    state.show_ground_truth(ground_truth);
                }
                Err(message) => {
                    let message = state.why_missing().unwrap_or(message);
                    state.gallery.set(Load::Failed(message));
                }
            }
        });
    }

    /// The folder of the network that embedded a kept gallery. Its name may come from a file that a stranger made.
    ///
    /// # Errors
    /// The site has no such network, or its list cannot be had without a connection, in a sentence.
    pub(crate) async fn network_base(&self, network: &str) -> Result<String, String> {
        let known = self
            .index
            .with_untracked(|index| index.ready().map(|index| index.has(network)));
        let has = match known {
            Some(has) => has,
            None => read(GALLERIES, INDEX, GalleryIndex::parse)
                .await?
                .has(network),
        };
        if has {
            return Ok(shipped_base(network));
        }
        match lone_networks().await {
            Ok(networks) if networks.has(network) => return Ok(lone_base(network)),
            Err(message) if !offline::is_online() => return Err(message),
            Ok(_) | Err(_) => {}
        }
        Err(text::shell::unknown_network(network))
    }

    /// Says something that the visitor should know and can go on with.
    pub(crate) fn notify(&self, notice: impl Into<String>) {
        let notice = Some(notice.into());
        if self.notice.get_untracked() != notice {
            self.notice.set(notice);
        }
    }

    /// Shows what is known about the pictures, or says why it is not.
    pub(crate) fn show_ground_truth(&self, ground_truth: Result<GroundTruth, String>) {
        match ground_truth {
            Ok(ground_truth) => {
                self.open_now()
                    .searchers
                    .update_value(|searchers| searchers.set_given(&ground_truth.given));
                self.open_now()
                    .ground_truth
                    .set(Some(Arc::new(ground_truth)));
            }
            Err(message) => {
                self.open_now().ground_truth.set(None);
                self.notify(text::shell::no_ground_truth(&message));
            }
        }
        self.open_now().labels_known.set(true);
    }

    /// The reason that a gallery cannot be shown without a connection; `None` with one.
    fn why_missing(&self) -> Option<String> {
        if offline::is_online() {
            return None;
        }
        let title = self.index.with_untracked(|index| {
            let shown = self.shown.get_untracked();
            Some(index.ready()?.choose(shown.as_deref())?.title.clone())
        });
        Some(text::shell::offline_gallery(&title.unwrap_or_default()))
    }

    /// Shows a gallery that was loaded.
    pub(crate) fn show_gallery(&self, data: &Arc<GalleryData>, searcher: Gallery) {
        self.recall_tasks(data);
        self.recall_hidden(data);
        self.open_now().images.set(searcher.images());
        self.open_now()
            .searchers
            .update_value(|searchers| searchers.shipped = Some(searcher));
        self.open_now()
            .predictions
            .set(vec![None; data.manifest.tasks.len()]);
        self.gallery.set(Load::Ready(Arc::clone(data)));
    }

    /// Closes the gallery shown until now, and opens the state of another one.
    fn open_another(&self) -> OpenGallery {
        // Before the first gallery it speaks of the address.
        if self
            .gallery
            .with_untracked(|gallery| gallery.ready().is_some())
        {
            self.notice.set(None);
        }
        self.gallery.set(Load::Waiting);
        let before = self.open_now();
        let open = OpenGallery::begin(&self.owner.get_value());
        // In this order: nothing reads the signals of the one before once it is closed.
        self.open.set(open);
        before.close();
        self.engine.update(|engine| *engine = engine.idle());
        open
    }
}

/// Fetches and checks what searching needs.
async fn load(base: &str) -> Result<(Arc<GalleryData>, Gallery), String> {
    let features_path = format!("{base}{}", files::FEATURES);
    let (network, features) = try_join(Network::fetch(base), fetch::bytes(&features_path)).await?;
    turn::breathe().await;
    let manifest = &network.manifest;
    let features = read_or_renew(base, files::FEATURES, &features, |bytes| {
        manifest
            .check(files::FEATURES, bytes)
            .map(|()| bytes.to_vec())
    })
    .await?;
    turn::breathe().await;
    let features = manifest
        .read_checked_features(&features)
        .map_err(|error| text::problems::bad_file(&base, &error))?;
    turn::breathe().await;
    let Network {
        manifest,
        tail,
        heads,
        ..
    } = network;
    let data = GalleryData::shipped(base.to_owned(), manifest, &tail.folded().embedding_scale);
    let gallery = Gallery::new(tail, &heads, features).map_err(|error| misfit(base, &error))?;
    Ok((Arc::new(data), gallery))
}

/// Fetches labels and ids. A gallery without them is searched all the same: the details then show predictions
/// only.
async fn load_ground_truth(data: &GalleryData) -> Result<GroundTruth, String> {
    let (base, manifest) = (&data.network_base, &data.manifest);
    let (labels, ids) = try_join(
        read(base, files::LABELS, |bytes| manifest.read_labels(bytes)),
        read(base, files::IDS, |bytes| manifest.read_ids(bytes)),
    )
    .await?;
    Ok(GroundTruth::of_tasks(&manifest.tasks, labels, ids))
}
