//! The gallery shown: its manifest, labels, images and searchable features.

use std::sync::Arc;

use modulens_bundle::Manifest;
use modulens_retrieval::domain::DomainDistance;
use modulens_retrieval::{Gallery, GivenLabels, NearDuplicates};
use modulens_schema::{Correction, Labels, Task};

use crate::page::query::defaults::first_conditions;
use crate::page::query::view::Condition;
use crate::page::ui::fingerprint;

/// Something that is fetched.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    /// On its way.
    Waiting,
    /// Here.
    Ready(T),
    /// It cannot be had; a sentence says why and what to do.
    Failed(String),
}

impl<T> Load<T> {
    /// The fetched value, if it is here.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(ready) => Some(ready),
            Self::Waiting | Self::Failed(_) => None,
        }
    }
}

/// A loaded gallery, as far as the components need it.
#[derive(Debug)]
pub struct GalleryData {
    /// The place of its images.
    pub pictures: Pictures,
    /// The folder of the network's files, relative to the page, with its slash.
    pub network_base: String,
    /// The manifest.
    pub manifest: Manifest,
    /// The fingerprint of every task, `[T][D]`.
    pub fingerprints: Vec<Vec<f32>>,
    /// The default query.
    pub first: Vec<Condition>,
}

/// The place of a gallery's images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pictures {
    /// Beside the page.
    Shipped,
    /// In the visitor's own store.
    Kept {
        /// The store's id.
        id: String,
    },
}

impl GalleryData {
    /// A gallery that comes with the site. `scales` are the learned embedding scales, `[T, D]`.
    pub fn shipped(base: String, manifest: Manifest, scales: &[f32]) -> Self {
        let first = first_conditions(&manifest.tasks, &manifest.quality);
        Self {
            pictures: Pictures::Shipped,
            network_base: base,
            fingerprints: fingerprint::fingerprints(scales, manifest.tasks.len()),
            first,
            manifest,
        }
    }

    /// The store's id, where the gallery is the visitor's own.
    pub fn kept_id(&self) -> Option<&str> {
        match &self.pictures {
            Pictures::Shipped => None,
            Pictures::Kept { id } => Some(id),
        }
    }

    /// The address of a picture that lies beside the page; `None` where it has to be asked for, or there is none.
    pub fn address(&self, index: usize) -> Option<String> {
        match self.pictures {
            Pictures::Shipped => {
                let path = self.manifest.picture_path(index)?;
                Some(format!("{}{path}", self.network_base))
            }
            Pictures::Kept { .. } => None,
        }
    }
}

/// The ids and labels of the images.
#[derive(Clone, Debug)]
pub struct GroundTruth {
    /// The ids and the labels, corrected.
    pub given: Arc<GivenLabels>,
    /// The labels that the images came with.
    pub came: Arc<GivenLabels>,
    /// The labels that the visitor corrected.
    pub corrections: Vec<Correction>,
    /// The columns that the labels can be filtered by: the network's tasks, or the visitor's own.
    pub columns: Arc<[Task]>,
    /// Names of the visitor's own columns of text, and the texts of every image; none for an image without.
    pub texts: (Vec<String>, Vec<Vec<String>>),
    /// True if the columns are the visitor's own.
    pub own: bool,
}

impl GroundTruth {
    /// Labels under the network's tasks.
    pub fn of_tasks(tasks: &[Task], labels: Labels, ids: Vec<String>) -> Self {
        let values = tasks.iter().map(|task| task.values.len()).collect();
        let given = Arc::new(GivenLabels::of_tasks(ids, labels, values));
        Self {
            came: Arc::clone(&given),
            given,
            corrections: Vec::new(),
            columns: tasks.into(),
            texts: Default::default(),
            own: false,
        }
    }

    /// The labels under the network's tasks.
    pub fn labels(&self) -> &Labels {
        &self.given.tasks
    }
}

/// The choice of the searched features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Those that came with the gallery.
    #[default]
    Shipped,
    /// Those computed on this machine.
    Local,
}

/// The galleries that searches run on. Not a signal: nobody watches it, and it is too big to be
/// copied.
#[derive(Debug, Default)]
pub struct Searchers {
    /// Over the features that came with the gallery.
    pub shipped: Option<Gallery>,
    /// Over those computed here.
    pub local: Option<Gallery>,
    /// The near-duplicates found so far among the images searched last with these folded, and the features they are of.
    pub alike: Option<(Source, NearDuplicates)>,
    /// The distance from the network's training images, once it was asked for; none where it is not described.
    pub domain: Option<Option<Arc<DomainDistance>>>,
    /// The first images, of which it is known whether they are unlike the training images.
    pub looked: usize,
}

impl Searchers {
    /// Sets the labels that the images came with.
    pub fn set_given(&mut self, given: &Arc<GivenLabels>) {
        for gallery in [&mut self.shipped, &mut self.local].into_iter().flatten() {
            gallery.set_given(Arc::clone(given));
        }
    }

    /// The one over these features.
    pub fn of(&mut self, source: Source) -> Option<&mut Gallery> {
        match source {
            Source::Shipped => self.shipped.as_mut(),
            Source::Local => self.local.as_mut(),
        }
    }
}
