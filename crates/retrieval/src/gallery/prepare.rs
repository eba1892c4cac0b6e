//! Preparing a task a few images at a time, so that a page can respond in between.

use super::Gallery;
use super::user_tasks::{UNMODULATED, never_certain};
use crate::{Embeddings, RetrievalError};

/// Images whose embeddings are held at a time where only their probabilities are wanted: a few passes of the
/// tail, and with a few hundred channels small enough for the second-level cache.
const BLOCK: usize = 256;

/// The numbers that [`Gallery::advance`] prepares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The probabilities of a task's values, for values, limits and predictions.
    Probabilities,
    /// The numbers for similarity under a task: the lengths of the embeddings where the tail is linear, else the
    /// embeddings.
    Similarity,
}

impl Gallery {
    /// Prepares at most `images` more images under a task and says how many are still to do; 0 means that a query is
    /// answered without embedding.
    ///
    /// With `images` 0 nothing changes. With more, embeddings that are kept count as used, and those of the task used
    /// longest ago may go: keep no more tasks under way than the cache holds. Probabilities need no
    /// embeddings to be kept; those that are there are used.
    ///
    /// # Errors
    /// There is no such task, a user task is asked for similarity, or the features give embeddings that are not
    /// finite.
    pub fn advance(
        &mut self,
        task: usize,
        need: Need,
        images: usize,
    ) -> Result<usize, RetrievalError> {
        let values = self.head(task)?.values();
        if need != Need::Probabilities && self.is_user_task(task) {
            return Err(RetrievalError::NotComparable { task });
        }
        let done = match need {
            Need::Probabilities => self.probabilities[task].len() / values,
            Need::Similarity if self.tail.is_linear() => self.lengths[task].len(),
            Need::Similarity => self.embedded(task),
        };
        let left = self.images().saturating_sub(done);
        let now = left.min(images);
        if images > 0 {
            match need {
                Need::Probabilities => self.extend_probabilities(task, done, now)?,
                Need::Similarity if self.tail.is_linear() => {
                    self.extend_lengths(task, done, now)?;
                }
                Need::Similarity => {
                    self.extend_embeddings(task, done + now)?;
                }
            }
        }
        Ok(left - now)
    }

    /// Images there are or are to be.
    pub(super) fn expected_images(&self) -> usize {
        self.expected.max(self.features.rows)
    }

    /// Images whose embeddings under a task are there.
    fn embedded(&self, task: usize) -> usize {
        let kept = self.embeddings.get(task);
        kept.map_or(0, Embeddings::rows)
    }

    /// The embeddings of a task, with what was missing of the first `images` images.
    pub(super) fn extend_embeddings(
        &mut self,
        task: usize,
        images: usize,
    ) -> Result<&Embeddings, RetrievalError> {
        let done = self.embedded(task);
        let more = images.saturating_sub(done);
        let expected = self.expected_images();
        let kept = self.embeddings.open(task, expected, self.tail.embedding());
        let channels = self.features.channels;
        let features = &self.features.data[done * channels..][..more * channels];
        kept.extend(more, |out| self.tail.embed_rows(features, task, out))?;
        Ok(kept)
    }

    /// Embeds `more` images from the `done`-th on, and keeps the lengths alone.
    fn extend_lengths(
        &mut self,
        task: usize,
        done: usize,
        more: usize,
    ) -> Result<(), RetrievalError> {
        let room = self.expected_images().saturating_sub(done);
        let (channels, lengths) = (self.features.channels, &mut self.lengths[task]);
        let _ = lengths.try_reserve(room);
        let mut block = Embeddings::empty(self.tail.embedding());
        for first in (done..done + more).step_by(BLOCK) {
            let count = BLOCK.min(done + more - first);
            let features = &self.features.data[first * channels..][..count * channels];
            block.clear();
            let embedded = block.extend(count, |out| {
                self.tail
                    .embed_rows_with_lengths(features, task, out, lengths)
            });
            if embedded.is_err() {
                lengths.truncate(first);
                return embedded;
            }
        }
        Ok(())
    }

    fn extend_probabilities(
        &mut self,
        task: usize,
        done: usize,
        more: usize,
    ) -> Result<(), RetrievalError> {
        // A hint like the gallery's own: without the room, the table grows as it needs.
        let room = self.expected_images() - done;
        let room = room.saturating_mul(self.heads[task].values());
        let _ = self.probabilities[task].try_reserve(room);
        if self.is_user_task(task) {
            return self.extend_user_task(task, done, done + more);
        }
        let (channels, dim) = (self.features.channels, self.tail.embedding());
        let end = done + more;
        let head = &self.heads[task];
        let out = &mut self.probabilities[task];
        if let Some(kept) = self.embeddings.get(task)
            && kept.rows() >= end
        {
            head.extend(&kept.data()[done * dim..end * dim], out);
            return Ok(());
        }
        let mut block = Embeddings::empty(dim);
        let mut lengths = Vec::new();
        for first in (done..end).step_by(BLOCK) {
            let count = BLOCK.min(end - first);
            let features = &self.features.data[first * channels..][..count * channels];
            block.clear();
            lengths.clear();
            block.extend(count, |out| {
                self.tail
                    .embed_rows_with_lengths(features, task, out, &mut lengths)
            })?;
            head.extend(block.data(), out);
            // Similarity under the task needs them next.
            let known = &mut self.lengths[task];
            if self.tail.is_linear() && known.len() == first {
                known.append(&mut lengths);
            }
        }
        Ok(())
    }

    /// Adds the probabilities of a user task for the images `done..end`.
    fn extend_user_task(
        &mut self,
        task: usize,
        done: usize,
        end: usize,
    ) -> Result<(), RetrievalError> {
        self.extend_unmodulated(done, end)?;
        let (channels, dim) = (self.features.channels, self.tail.embedding());
        let mut out = std::mem::take(&mut self.probabilities[task]);
        let start = out.len();
        let kept = self.embeddings.get(UNMODULATED);
        let kept = kept.filter(|kept| kept.rows() >= end);
        let mut block = Embeddings::empty(dim);
        let mut rows = Vec::new();
        let mut outcome = Ok(());
        for first in (done..end).step_by(BLOCK) {
            let count = BLOCK.min(end - first);
            let features = &self.features.data[first * channels..][..count * channels];
            let embeddings = if let Some(kept) = kept {
                &kept.data()[first * dim..][..count * dim]
            } else {
                block.clear();
                outcome =
                    block.extend(count, |out| self.tail.embed_rows_unmodulated(features, out));
                if outcome.is_err() {
                    break;
                }
                block.data()
            };
            rows.clear();
            self.join(embeddings, features, &mut rows);
            self.heads[task].extend(&rows, &mut out);
        }
        never_certain(&mut out[start..]);
        self.user_tasks
            .put_marks(task - self.tail.tasks(), done, &mut out);
        self.probabilities[task] = out;
        outcome
    }

    /// Keeps unmodulated embeddings as far as probabilities are wanted, so that the next label costs a product per
    /// image. Not where they were let go meanwhile: catching up would take longer than so many images should.
    fn extend_unmodulated(&mut self, done: usize, end: usize) -> Result<(), RetrievalError> {
        let there = self.embedded(UNMODULATED);
        if there < done || there >= end {
            return Ok(());
        }
        let expected = self.expected_images();
        let dim = self.tail.embedding();
        let kept = self.embeddings.open(UNMODULATED, expected, dim);
        let channels = self.features.channels;
        let features = &self.features.data[there * channels..end * channels];
        kept.extend(end - there, |out| {
            self.tail.embed_rows_unmodulated(features, out)
        })
    }
}
