//! Fetching the list of galleries and the gallery shown, every file checked against the manifest.

use std::sync::Arc;

use futures::future::{try_join, try_join3};
use leptos::prelude::*;
use leptos::task::spawn_local;
use modulens_bundle::{Manifest, files};
use modulens_retrieval::{Gallery, Tail};

use super::engine::Engines;
use super::own_picture::release;
use super::{EmbedState, GalleryData, Load, Searchers, Source, State, Truth};
use crate::page::browser::{clock, fetch};
use crate::page::core::gallery_index::GalleryIndex;

const INDEX: &str = "galleries/index.json";

impl State {
    /// Fetches the list of galleries, then whichever gallery the view asks for, now and whenever that changes.
    pub(super) fn load_galleries(&self) {
        let state = *self;
        self.load_index();
        let name = Memo::new(move |_| {
            let asked = state.view.with(|view| view.gallery.clone());
            state
                .index
                .with(|index| Some(index.ready()?.choose(asked.as_deref())?.name.clone()))
        });
        Effect::new(move |_| {
            if let Some(name) = name.get() {
                state.load_gallery(&name);
            }
        });
    }

    /// Tries again after a failure.
    pub fn retry(&self) {
        let asked = self.view.with_untracked(|view| view.gallery.clone());
        let name = self.index.with_untracked(|index| {
            index
                .ready()
                .and_then(|index| Some(index.choose(asked.as_deref())?.name.clone()))
        });
        match name {
            Some(name) => self.load_gallery(&name),
            None => self.load_index(),
        }
    }

    fn load_index(&self) {
        let state = *self;
        self.index.set(Load::Waiting);
        self.gallery.set(Load::Waiting);
        spawn_local(async move {
            let index = fetch::bytes(INDEX)
                .await
                .and_then(|bytes| GalleryIndex::parse(&bytes));
            match index {
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
        let epoch = state.next_epoch();
        let base = format!("galleries/{name}/");
        state.forget_gallery();
        spawn_local(async move {
            let loaded = load(&base).await;
            if !state.is_current(epoch) {
                return;
            }
            match loaded {
                Ok((data, searcher)) => {
                    let tasks = data.manifest.tasks.len();
                    state
                        .searchers
                        .update_value(|searchers| searchers.shipped = Some(searcher));
                    state.outcomes.set(vec![None; tasks]);
                    state.gallery.set(Load::Ready(Arc::clone(&data)));
                    // Labels and ids are for the details: after the first results.
                    clock::breathe().await;
                    let truth = load_truth(&data).await;
                    if state.is_current(epoch) {
                        state.truth.set(truth.map(Arc::new));
                    }
                }
                Err(message) => state.gallery.set(Load::Failed(message)),
            }
        });
    }

    /// Lets go of everything that belongs to the gallery shown until now.
    fn forget_gallery(&self) {
        self.stop_embedding();
        self.gallery.set(Load::Waiting);
        self.answer.set(None);
        self.truth.set(None);
        self.outcomes.set(Vec::new());
        self.source.set(Source::Shipped);
        self.embed.set(EmbedState::Idle);
        self.difference.set(None);
        release(self.own.get_untracked().as_ref());
        self.own.set(None);
        self.searchers.set_value(Searchers::default());
        // Engines hold the old gallery's network.
        self.engines.set_value(Engines::default());
        self.engine.update(|engine| *engine = engine.idle());
    }
}

/// Fetches and checks what searching needs.
async fn load(base: &str) -> Result<(Arc<GalleryData>, Gallery), String> {
    let manifest = fetch::bytes(&format!("{base}{}", files::MANIFEST)).await?;
    let manifest = Manifest::parse(&manifest).map_err(|error| format!("{base}: {error}"))?;
    if !manifest.files.contains_key(files::TAIL) {
        return Err(format!(
            "{base}: this network is modulated before its last stage, so that pictures cannot be searched without \
             it; export a network whose sites are the last stage and the embedding"
        ));
    }
    let path = |name: &str| format!("{base}{name}");
    let (tail_path, readouts_path, features_path) = (
        path(files::TAIL),
        path(files::READOUTS),
        path(files::FEATURES),
    );
    let (tail, readouts, features) = try_join3(
        fetch::bytes(&tail_path),
        fetch::bytes(&readouts_path),
        fetch::bytes(&features_path),
    )
    .await?;
    let wrong = |error: modulens_bundle::BundleError| format!("{base}: {error}");
    let tail = manifest.read_tail(&tail).map_err(wrong)?;
    let readouts = manifest.read_readouts(&readouts).map_err(wrong)?;
    clock::breathe().await;
    let features = manifest.read_features(&features).map_err(wrong)?;
    clock::breathe().await;
    let misfit = |error: modulens_retrieval::RetrievalError| {
        format!(
            "{base}: the files do not fit together ({error}); export the bundle again with `trainer export`"
        )
    };
    let data = GalleryData::new(base.to_owned(), manifest, &tail.embedding_scale);
    let tail = Tail::new(tail).map_err(misfit)?;
    let gallery = Gallery::new(tail, &readouts, features).map_err(misfit)?;
    Ok((Arc::new(data), gallery))
}

/// Fetches labels and ids. A gallery without them is searched all the same: the details then show predictions
/// only.
async fn load_truth(data: &GalleryData) -> Option<Truth> {
    let path = |name: &str| format!("{}{name}", data.base);
    let (labels_path, ids_path) = (path(files::LABELS), path(files::IDS));
    let (labels, ids) = try_join(fetch::bytes(&labels_path), fetch::bytes(&ids_path))
        .await
        .ok()?;
    Some(Truth {
        labels: data.manifest.read_labels(&labels).ok()?,
        ids: data.manifest.read_ids(&ids).ok()?,
    })
}
