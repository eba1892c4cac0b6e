//! Showing an own gallery: opened from the store, searched while it is still being read or made.

use std::sync::Arc;

use js_sys::ArrayBuffer;
use leptos::prelude::*;
use modulens_bundle::{Attribution, Features, Manifest, PictureFormat, files};
use modulens_retrieval::{Gallery, GivenLabels};
use modulens_schema::Labels;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::caller::Store;
use crate::page::browser::clock;
use crate::page::engine::network::{Network, misfit};
use crate::page::engine::own_picture::floats;
use crate::page::labels::corrections::apply;
use crate::page::shell::gallery::{GalleryData, GroundTruth, Load, Pictures};
use crate::page::state::State;
use crate::page::text;
use crate::page::ui::fingerprint;
use crate::store_protocol::{Contents, Reply, Request};
use crate::turn;

use super::state::out_of_turn;

/// Pictures whose features are read at once: a few megabytes.
const PIECE: usize = 8192;
/// The least time between two moments at which a growing gallery is ranked anew, in milliseconds.
const CALM: f64 = 1000.0;

impl State {
    /// Opens an own gallery and shows it.
    pub(crate) async fn load_own(self, id: &str) {
        let opened = async {
            let store = self.store().await?;
            let request = Request::Open { id: id.to_owned() };
            let (Reply::Contents(contents), _) = store.call(request, &[]).await? else {
                return Err(out_of_turn());
            };
            let base = self.network_base(&contents.plan.network).await?;
            let network = network_of(&base, &contents).await?;
            Ok::<_, String>((store, contents, network))
        };
        let shown = opened.await.and_then(|(store, contents, network)| {
            let hidden = hidden(&contents);
            let (data, gallery) = gallery(id, &contents, network)?;
            self.open_now().hidden.set(Arc::new(hidden));
            self.open_now()
                .set_aside
                .set(Arc::new(contents.hidden.clone()));
            self.keep_tasks_of(contents.taught.clone());
            self.show_gallery(&data, gallery);
            Ok(store)
        });
        let read = match shown {
            Ok(store) => self.read_features(&store, id).await.map(|()| store),
            Err(message) => Err(message),
        };
        match read {
            Ok(store) => {
                let ground_truth = ground_truth(&store, id, self.data_now().as_deref()).await;
                if matches!(ground_truth, Ok((_, true))) {
                    self.notify(text::labels::LEFT_OUT);
                }
                self.show_ground_truth(ground_truth.map(|(truth, _)| truth));
            }
            Err(message) => {
                let message = self.why_unreadable(id, message).await;
                self.gallery.set(Load::Failed(message));
            }
        }
    }

    /// The reason that a kept gallery cannot be read: it is not in this browser, or what the store says.
    async fn why_unreadable(&self, id: &str, message: String) -> String {
        match self.kept().await {
            Ok((kept, _)) if kept.iter().all(|kept| kept.id != id) => text::library::GONE.into(),
            _ => message,
        }
    }

    /// Images of the kept gallery shown cannot be read. One that was deleted in another tab is shown no more.
    pub(crate) async fn cannot_read(&self, id: &str, message: &str) {
        let why = self.why_unreadable(id, message.to_owned()).await;
        if why == text::library::GONE {
            self.gallery.set(Load::Failed(why));
        } else {
            self.notify(text::library::no_thumbnails(&why));
        }
    }

    /// Reads the features that are kept and not searched yet.
    async fn read_features(&self, store: &Store, id: &str) -> Result<(), String> {
        loop {
            let first = self.searched();
            let request = Request::Features {
                id: id.to_owned(),
                first,
                count: PIECE,
            };
            let (_, parts) = store.call(request, &[]).await?;
            let rows = floats(&parts)?;
            if rows.is_empty() {
                self.show_growth(true);
                self.open_now().whole.set(true);
                self.learn_all();
                return Ok(());
            }
            // What is being made may have grown in the meantime.
            if self.searched() == first {
                self.append(&rows)?;
            }
            self.show_growth(false);
            turn::breathe().await;
        }
    }

    /// More pictures of a gallery that is being made: searched from now on, if it is the one shown and nothing
    /// before them is missing. Those that cannot be read, or that these replace, are not shown.
    pub(crate) fn grow(&self, id: &str, first: usize, rows: &[f32], not_shown: &[usize]) {
        let is_shown = self
            .data_now()
            .is_some_and(|data| data.kept_id() == Some(id));
        if !is_shown || self.searched() != first {
            return;
        }
        if !not_shown.is_empty() {
            let mut hidden = Vec::clone(&self.open_now().hidden.get_untracked());
            hidden.extend_from_slice(not_shown);
            hidden.sort_unstable();
            hidden.dedup();
            self.open_now().hidden.set(Arc::new(hidden));
        }
        match self.append(rows) {
            Ok(()) => self.show_growth(false),
            Err(message) => self.notify(text::library::not_to_its_end(&message)),
        }
    }

    /// Everything of the gallery made is there: what the page missed is read from the store.
    pub(crate) fn catch_up(&self, id: &str) {
        let is_shown = self
            .data_now()
            .is_some_and(|data| data.kept_id() == Some(id));
        if !is_shown {
            return;
        }
        let (state, id) = (*self, id.to_owned());
        self.open_now().spawn(async move {
            let Ok(store) = state.store().await else {
                return;
            };
            let read = async {
                let request = Request::Open { id: id.clone() };
                let (Reply::Contents(contents), _) = store.call(request, &[]).await? else {
                    return Err(out_of_turn());
                };
                let hidden = hidden(&contents);
                if *state.open_now().hidden.get_untracked() != hidden {
                    state.open_now().hidden.set(Arc::new(hidden));
                }
                state.read_features(&store, &id).await
            };
            if let Err(message) = read.await {
                state.notify(text::library::not_to_its_end(&message));
            }
        });
    }

    /// Pictures whose features are here.
    fn searched(&self) -> usize {
        self.open_now()
            .searchers
            .with_value(|searchers| searchers.shipped.as_ref().map_or(0, Gallery::images))
    }

    fn append(&self, rows: &[f32]) -> Result<(), String> {
        let appended = self.open_now().searchers.try_update_value(|searchers| {
            let gallery = searchers.shipped.as_mut()?;
            Some(gallery.append(rows).map_err(|error| error.to_string()))
        });
        appended.flatten().unwrap_or(Ok(()))
    }

    /// Lets everybody see how many pictures there are by now. A large gallery is ranked anew less often: that takes
    /// time that embedding needs.
    fn show_growth(&self, at_once: bool) {
        let (now, images) = (clock::now(), self.searched());
        let calm = CALM * (1.0 + images as f64 / 50_000.0);
        if at_once || now - self.open_now().grown_at.get_value() >= calm {
            self.open_now().grown_at.set_value(now);
            if self.open_now().images.get_untracked() != images {
                self.open_now().images.set(images);
            }
        }
    }
}

/// The pictures of a gallery that are never shown, ascending.
fn hidden(contents: &Contents) -> Vec<usize> {
    let unreadable = contents.skipped.iter().map(|skipped| skipped.index);
    let mut hidden: Vec<usize> = unreadable.chain(contents.removed.iter().copied()).collect();
    hidden.sort_unstable();
    hidden.dedup();
    hidden
}

/// The network a gallery was embedded with; another version of it would read the features wrongly.
async fn network_of(base: &str, contents: &Contents) -> Result<Network, String> {
    let network = Network::fetch(base).await?;
    let weights = network.manifest.files.get(files::WEIGHTS);
    if weights.is_none_or(|weights| weights.sha256 != contents.plan.weights) {
        return Err(text::library::other_network(
            &contents.plan.title,
            &contents.plan.network,
        ));
    }
    Ok(network)
}

/// An empty gallery in which the store's pictures will be searched.
fn gallery(
    id: &str,
    contents: &Contents,
    network: Network,
) -> Result<(Arc<GalleryData>, Gallery), String> {
    let Network {
        base,
        manifest,
        tail,
        heads,
    } = network;
    let side = contents.plan.thumbnail;
    let terms = if contents.terms.is_empty() {
        text::library::OWN_TERMS.to_owned()
    } else {
        contents.terms.clone()
    };
    let manifest = Manifest {
        title: contents.plan.title.clone(),
        description: text::library::own_description(&contents.source, &manifest.title),
        images: contents.images,
        picture: Some(PictureFormat {
            width: side,
            height: side,
            extension: "jpg".into(),
        }),
        licence: vec![Attribution {
            what: contents.source.clone(),
            creator: "you".into(),
            licence: terms,
            url: String::new(),
        }],
        ..manifest
    };
    let none = Features {
        rows: 0,
        channels: manifest.feature_len(),
        data: Vec::new(),
    };
    let data = GalleryData {
        pictures: Pictures::Kept { id: id.to_owned() },
        fingerprints: fingerprint::fingerprints(
            &tail.folded().embedding_scale,
            manifest.tasks.len(),
        ),
        // Nothing is asked: what comes in is seen in its own order.
        first: Vec::new(),
        network_base: base.clone(),
        manifest,
    };
    let mut gallery = Gallery::new(tail, &heads, none).map_err(|error| misfit(&base, &error))?;
    gallery.reserve(contents.images);
    Ok((Arc::new(data), gallery))
}

/// Labels and ids of an own gallery, and whether some label columns are too many to be read. It is searched all the same
/// without them.
async fn ground_truth(
    store: &Store,
    id: &str,
    data: Option<&GalleryData>,
) -> Result<(GroundTruth, bool), String> {
    let request = Request::Labels { id: id.to_owned() };
    let (reply, parts) = store.call(request, &[]).await?;
    let Reply::Labels {
        columns,
        texts,
        rows,
        corrections,
        left_out,
    } = reply
    else {
        return Err(out_of_turn());
    };
    let ([labels, ids, cells], Some(data)) = (parts.as_slice(), data) else {
        return Err(out_of_turn());
    };
    let labels = Labels::from_cells(data.manifest.tasks.len(), bytes(labels)?)
        .map_err(|error| error.to_string())?;
    let ids = String::from_utf8(bytes(ids)?).map_err(|error| error.to_string())?;
    let ids = ids.lines().map(str::to_owned).collect();
    let cells = Labels::from_cells(columns.len(), bytes(cells)?);
    let given = GivenLabels {
        ids,
        tasks: labels,
        columns: cells.map_err(|error| error.to_string())?,
        values: columns.iter().map(|column| column.values.len()).collect(),
    };
    let came = Arc::new(given);
    let truth = GroundTruth {
        given: apply(&came, &data.manifest.tasks, &columns, &corrections),
        came,
        corrections,
        columns: columns.into(),
        texts: (texts, rows),
        own: true,
    };
    Ok((truth, left_out))
}

fn bytes(part: &JsValue) -> Result<Vec<u8>, String> {
    let buffer: &ArrayBuffer = part.dyn_ref().ok_or_else(out_of_turn)?;
    Ok(js_sys::Uint8Array::new(buffer).to_vec())
}
