//! The networks that can embed what a visitor brings: those of the site's galleries, and those without a gallery.

use leptos::prelude::GetUntracked as _;
use modulens_bundle::Manifest;

use crate::page::engine::network::{Network, weights_of};
use crate::page::shell::load::{lone_base, lone_networks, shipped_base};
use crate::page::state::State;
use crate::page::text;

use super::import_job::Candidate;

impl Candidate {
    /// The network of a bundle; `lone` for one without a gallery.
    fn new(name: &str, base: String, manifest: &Manifest, lone: bool) -> Self {
        let names = manifest.tasks.iter().map(|task| task.name.clone());
        Self {
            name: name.to_owned(),
            base,
            title: manifest.title.clone(),
            weights: weights_of(manifest),
            channels: manifest.feature_len(),
            task_names: names.collect(),
            photographs: lone,
            faces: manifest.faces,
        }
    }
}

impl State {
    /// The networks there are, those of the galleries first. Only their manifests are fetched.
    ///
    /// # Errors
    /// The network of a gallery cannot be had, in a sentence. One without a gallery is then left out with a notice.
    pub(super) async fn candidates(&self) -> Result<Vec<Candidate>, String> {
        let index = self.index.get_untracked();
        let index = index.ready().ok_or(text::library::NO_INDEX)?;
        let mut networks = Vec::new();
        for entry in &index.galleries {
            let base = shipped_base(&entry.name);
            let manifest = Network::manifest(&base).await?;
            let candidate = Candidate::new(&entry.name, base, &manifest, false);
            networks.push(Candidate {
                title: entry.title.clone(),
                ..candidate
            });
        }
        // A name stands for one network: that of the gallery.
        let lone = lone_networks().await.unwrap_or_default().galleries;
        for entry in lone.iter().filter(|entry| !index.has(&entry.name)) {
            let base = lone_base(&entry.name);
            match Network::manifest(&base).await {
                Ok(manifest) => networks.push(Candidate::new(&entry.name, base, &manifest, true)),
                Err(message) => {
                    self.notify(text::library::network_left_out(&entry.title, &message));
                }
            }
        }
        Ok(networks)
    }
}
