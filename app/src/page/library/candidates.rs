//! The networks that can embed what a visitor brings: those of the site's galleries, and those without a gallery.

use leptos::prelude::GetUntracked as _;
use modulens_bundle::Manifest;

use crate::page::engine::network::{Network, weights_of};
use crate::page::shell::gallery_index::GalleryEntry;
use crate::page::shell::load::{lone_base, lone_networks, shipped_base};
use crate::page::state::State;
use crate::page::text;

use super::import_job::Candidate;

impl Candidate {
    /// The network of a bundle; `lone` for one without a gallery.
    fn new(entry: &GalleryEntry, base: String, manifest: &Manifest, lone: bool) -> Self {
        let names = manifest.tasks.iter().map(|task| task.name.clone());
        Self {
            name: entry.name.clone(),
            base,
            title: entry.title.clone(),
            weights: weights_of(manifest),
            channels: manifest.feature_len(),
            task_names: names.collect(),
            photographs: lone,
            faces: manifest.faces,
        }
    }
}

impl State {
    /// The networks there are, those of the galleries first. Only their manifests are fetched. One that cannot be had is left
    /// out with a notice.
    ///
    /// # Errors
    /// There is none, in a sentence.
    pub(super) async fn candidates(&self) -> Result<Vec<Candidate>, String> {
        let index = self.index.get_untracked();
        let index = index.ready().ok_or(text::library::NO_INDEX)?;
        let lone = lone_networks().await.unwrap_or_default().galleries;
        // A name stands for one network: that of the gallery.
        let lone = lone.iter().filter(|entry| !index.has(&entry.name));
        let lone = lone.map(|entry| (entry, lone_base(&entry.name), true));
        let shipped = index.galleries.iter();
        let shipped = shipped.map(|entry| (entry, shipped_base(&entry.name), false));
        let (mut networks, mut left_out) = (Vec::new(), Vec::new());
        for (entry, base, lone) in shipped.chain(lone) {
            match Network::manifest(&base).await {
                Ok(manifest) => networks.push(Candidate::new(entry, base, &manifest, lone)),
                Err(message) => left_out.push((entry, message)),
            }
        }
        if let (true, Some((_, message))) = (networks.is_empty(), left_out.first()) {
            return Err(message.clone());
        }
        for (entry, message) in left_out {
            self.notify(text::library::network_left_out(&entry.title, &message));
        }
        Ok(networks)
    }
}
