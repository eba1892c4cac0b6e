//! A gallery being searched: features, tail and heads together, and a cache of what was computed.

mod cache;
mod prepare;
mod score;
mod user_tasks;

use std::sync::Arc;

use modulens_schema::{Features, Heads};

pub use prepare::Need;

use cache::Cache;
use score::KeptScores;
use user_tasks::UserTasks;

use crate::{Embeddings, GivenLabels, Head, RetrievalError, Tail, names};

/// Bytes of embeddings kept: 4 tasks of 202,599 images, 64 numbers each.
const CACHE: usize = 198 << 20;

/// A gallery being searched. It may grow ([`Gallery::append`]) between one question and the next.
///
/// The numbers of a task are computed when first asked for, or ahead of that a few images at a time
/// ([`Gallery::advance`]). Probabilities are kept (small), and of the embeddings their lengths; embeddings themselves
/// only where the tail needs them to compare images ([`Tail::is_linear`]), of the tasks used last within a limit. What
/// an answer is does not depend on the order of these calls.
#[derive(Clone, Debug)]
pub struct Gallery {
    tail: Tail,
    /// Of the network's tasks and, after them, of the user tasks.
    heads: Vec<Head>,
    user_tasks: UserTasks,
    given: Arc<GivenLabels>,
    /// The places of the images in the order of their names, once they were asked for.
    name_places: Option<Vec<u32>>,
    features: Features,
    /// Images there are to be, if more than there are.
    expected: usize,
    embeddings: Cache,
    kept_scores: KeptScores,
    /// Per task of the network the lengths of the embeddings of the first `n` images, before they were brought to unit
    /// length; empty where the tail is not linear.
    lengths: Vec<Vec<f32>>,
    /// Per task `[n, V]` of the first `n` images.
    probabilities: Vec<Vec<f32>>,
}

impl Gallery {
    /// A gallery from what a bundle holds; it may have no image yet.
    ///
    /// # Errors
    /// Parts made for other tasks, features or embeddings than the tail.
    pub fn new(tail: Tail, heads: &Heads, features: Features) -> Result<Self, RetrievalError> {
        RetrievalError::length("the list of heads", heads.tasks.len(), tail.tasks())?;
        RetrievalError::length("a head's row", heads.embedding, tail.embedding())?;
        check_features(&features, &tail)?;
        let heads: Vec<Head> = heads
            .tasks
            .iter()
            .map(|weights| Head::new(weights.clone(), tail.embedding()))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            probabilities: vec![Vec::new(); heads.len()],
            lengths: vec![Vec::new(); heads.len()],
            tail,
            heads,
            user_tasks: UserTasks::default(),
            given: Arc::default(),
            name_places: None,
            features,
            expected: 0,
            embeddings: Cache::new(CACHE),
            kept_scores: KeptScores::default(),
        })
    }

    /// The same gallery keeping at most so many bytes of embeddings (always those of one task).
    #[cfg(test)]
    pub(crate) fn with_cache(mut self, bytes: usize) -> Self {
        self.embeddings = Cache::new(bytes);
        self
    }

    /// Number of images.
    pub fn images(&self) -> usize {
        self.features.rows
    }

    /// The tail.
    pub fn tail(&self) -> &Tail {
        &self.tail
    }

    /// The features of every image.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// The head of a task.
    ///
    /// # Errors
    /// There is no such task.
    pub fn head(&self, task: usize) -> Result<&Head, RetrievalError> {
        let tasks = self.heads.len();
        self.heads
            .get(task)
            .ok_or(RetrievalError::NoTask { task, tasks })
    }

    /// The labels that the images came with.
    pub fn given(&self) -> &GivenLabels {
        &self.given
    }

    /// Sets the labels that the images came with; none by default. Images that they say nothing of have none.
    pub fn set_given(&mut self, given: Arc<GivenLabels>) {
        // Sorting all names takes a moment; corrected labels leave them as they are.
        if given.ids != self.given.ids {
            self.name_places = None;
        }
        self.given = given;
    }

    /// The places of the images that have a name in the natural order of the names.
    pub(crate) fn name_places(&mut self) -> &[u32] {
        let Self {
            given, name_places, ..
        } = self;
        name_places.get_or_insert_with(|| names::places(&given.ids))
    }

    /// Replaces the features, for instance by those computed on this machine, and forgets what was
    /// computed from the old ones and what was reserved. User tasks are fitted anew.
    ///
    /// # Errors
    /// Features of another length, or, where there are user tasks, ones that give embeddings that are not finite;
    /// the old ones then stay.
    pub fn set_features(&mut self, features: Features) -> Result<(), RetrievalError> {
        check_features(&features, &self.tail)?;
        let before = std::mem::replace(&mut self.features, features);
        if let Err(error) = self.fit_again() {
            self.features = before;
            return Err(error);
        }
        self.expected = 0;
        self.embeddings.clear();
        self.kept_scores.clear();
        self.probabilities.fill(Vec::new());
        self.lengths.fill(Vec::new());
        Ok(())
    }

    /// Makes room for so many images in all, so that growing up to there copies nothing.
    ///
    /// A hint: where there is no such room, [`Gallery::append`] copies after all.
    pub fn reserve(&mut self, images: usize) {
        self.expected = images;
        let more = images
            .saturating_sub(self.features.rows)
            .saturating_mul(self.features.channels);
        let _ = self.features.data.try_reserve_exact(more);
    }

    /// Adds images at the end by their features, `[n, C]`. What was computed for the others stays.
    ///
    /// # Errors
    /// Not whole rows, or a value that is not finite; nothing is then added.
    pub fn append(&mut self, rows: &[f32]) -> Result<(), RetrievalError> {
        let channels = self.tail.channels();
        let whole = rows.len().next_multiple_of(channels);
        RetrievalError::length("the features of more images", rows.len(), whole)?;
        if rows.iter().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite {
                what: "the features of more images",
            });
        }
        self.features.data.extend_from_slice(rows);
        self.features.rows += rows.len() / channels;
        Ok(())
    }

    /// Bytes of memory held by features, embeddings, their lengths, probabilities and scores, room for images to come
    /// included.
    pub fn bytes(&self) -> usize {
        let tables = self.probabilities.iter().chain(&self.lengths);
        let tables: usize = tables.map(Vec::capacity).sum();
        let numbers = (self.features.data.capacity() + tables) * size_of::<f32>();
        numbers + self.embeddings.bytes() + self.kept_scores.bytes()
    }

    /// The embeddings of every image under a task.
    ///
    /// # Errors
    /// There is no such task.
    pub fn embeddings(&mut self, task: usize) -> Result<&Embeddings, RetrievalError> {
        self.head(task)?;
        if self.is_user_task(task) {
            return Err(RetrievalError::NotComparable { task });
        }
        let images = self.images();
        self.extend_embeddings(task, images)
    }

    /// The probabilities of a task's values for every image, `[N, V]`.
    ///
    /// # Errors
    /// There is no such task.
    pub fn probabilities(&mut self, task: usize) -> Result<&[f32], RetrievalError> {
        self.advance(task, Need::Probabilities, usize::MAX)?;
        Ok(self.probabilities.get(task).map_or(&[], Vec::as_slice))
    }
}

/// Refuses features that are not whole rows of the length the tail needs.
fn check_features(features: &Features, tail: &Tail) -> Result<(), RetrievalError> {
    RetrievalError::length("an image's features", features.channels, tail.channels())?;
    let cells = features.rows.saturating_mul(features.channels);
    RetrievalError::length("the table of features", features.data.len(), cells)
}
