//! The distance of images from the training images of the network that embeds them.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_bundle::{Manifest, files};
use modulens_retrieval::domain::DomainDistance;

use crate::page::engine::network::checked;
use crate::page::shell::open_gallery::OpenGallery;
use crate::page::state::State;
use crate::page::ui::effect::effect;
use crate::turn;

use super::outside::Outside;

/// Values of features that are looked at in one go: some milliseconds.
const SLICE: usize = 1 << 18;

/// The distance from a network's training images; `None` where its bundle does not describe them, or cannot be read:
/// then nothing is said of images.
pub(crate) async fn domain(base: &str, manifest: &Manifest) -> Option<DomainDistance> {
    if !manifest.files.contains_key(files::DOMAIN) {
        return None;
    }
    let bytes = checked(base, manifest, files::DOMAIN).await.ok()?;
    let distance = DomainDistance::new(&modulens_bundle::domain::decode(&bytes).ok()?).ok()?;
    (distance.channels() == manifest.feature_len()).then_some(distance)
}

impl State {
    /// The distance from the training images of the open gallery's network.
    pub(crate) async fn domain_here(&self) -> Option<Arc<DomainDistance>> {
        let searchers = self.open_now().searchers;
        if let Some(known) = searchers.with_value(|searchers| searchers.domain.clone()) {
            return known;
        }
        let data = self.data_now()?;
        let found = domain(&data.network_base, &data.manifest)
            .await
            .map(Arc::new);
        // Another gallery may be open by now.
        searchers.try_update_value(|searchers| searchers.domain = Some(found.clone()));
        found
    }

    /// True for an image of an own gallery that is unlike the training images, tracked.
    pub fn is_outside(&self, image: usize) -> bool {
        self.open()
            .outside
            .with(|outside| outside.binary_search(&image).is_ok())
    }

    /// The images of the open gallery outside, tracked.
    pub fn outside_here(&self) -> Outside {
        let open = self.open();
        let looked = open.searchers.with_value(|searchers| searchers.looked);
        open.outside.with(|outside| {
            open.hidden
                .with(|hidden| Outside::of(outside, looked, hidden))
        })
    }

    /// Looks at the images of an own gallery as it grows, once its first results are shown.
    pub(crate) fn keep_outside(&self) {
        let state = *self;
        let answered = Memo::new(move |_| state.open().answer.with(Option::is_some));
        effect(move || {
            let open = state.open();
            open.images.track();
            open.whole.track();
            let own = state.data().is_some_and(|data| data.kept_id().is_some());
            if own && answered.get() {
                open.run_latest(
                    open.looking,
                    async move { state.look_for_outside(open).await },
                );
            }
        });
    }

    /// Looks at the images that nobody looked at yet.
    async fn look_for_outside(self, open: OpenGallery) {
        let Some(domain) = self.domain_here().await else {
            return;
        };
        let whole = loop {
            let found = open.searchers.try_update_value(|searchers| {
                let features = searchers.shipped.as_ref()?.features();
                let first = searchers.looked;
                let count = SLICE.div_ceil(features.channels.max(1));
                let images = first..features.rows.min(first + count);
                searchers.looked = images.end;
                let outside = images.clone();
                let outside = outside.filter(|&image| domain.is_outside(features.row(image)));
                Some(outside.collect::<Vec<usize>>()).filter(|_| !images.is_empty())
            });
            let Some(found) = found.flatten() else {
                break open.whole.get_untracked();
            };
            open.outside.update(|outside| outside.extend(found));
            turn::breathe().await;
        };
        let id = self
            .data_now()
            .and_then(|data| data.kept_id().map(str::to_owned));
        if let Some(id) = id.filter(|_| whole) {
            let outside = untrack(|| self.outside_here());
            self.library.update(|library| {
                let (kept, known) = (&library.kept, library.known);
                let is_kept = |id: &str| !known || kept.iter().any(|kept| kept.id == id);
                library.outside.keep(&id, outside, is_kept);
            });
        }
    }
}
