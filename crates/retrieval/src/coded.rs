//! Embeddings in which the nearest to an example are looked for again and again.

use crate::{Embeddings, Ranked, RetrievalError, codes, codes::Codes};

/// Embeddings with a small copy of themselves, by which the nearest are found without reading most of them.
///
/// The copy, their *codes*, has a byte for every number and eight bytes for every image, which is a quarter of
/// the embeddings and some more. [`CodedEmbeddings::nearest`] makes it when first asked, which takes as long as
/// five to ten scans of all embeddings; every later answer takes a quarter of one.
#[derive(Clone, Debug, Default)]
pub struct CodedEmbeddings {
    embeddings: Embeddings,
    codes: Codes,
    /// Images there are to be, if more than there are.
    expected: usize,
}

impl From<Embeddings> for CodedEmbeddings {
    fn from(embeddings: Embeddings) -> Self {
        Self {
            embeddings,
            codes: Codes::default(),
            expected: 0,
        }
    }
}

impl CodedEmbeddings {
    /// The embeddings.
    pub fn embeddings(&self) -> &Embeddings {
        &self.embeddings
    }

    /// The `k` images whose cosine with a unit vector is highest, of those that `keep` says yes to, best first.
    ///
    /// Exactly [`top_k_where`](crate::top_k_where) of [`Embeddings::cosines`].
    ///
    /// # Errors
    /// The vector has another length than the embeddings.
    pub fn nearest(
        &mut self,
        query: &[f32],
        k: usize,
        keep: impl Fn(usize) -> bool,
    ) -> Result<Vec<Ranked>, RetrievalError> {
        self.nearest_by(query, k, |cosine| cosine, &keep)
    }

    /// [`CodedEmbeddings::nearest`] by a score that never falls where the cosine rises.
    pub(crate) fn nearest_by(
        &mut self,
        query: &[f32],
        k: usize,
        score: fn(f32) -> f32,
        keep: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<Ranked>, RetrievalError> {
        let dim = self.embeddings.dim();
        RetrievalError::length("the example's embedding", query.len(), dim)?;
        let images = self.embeddings.rows();
        if codes::pay(images, k) {
            self.code(images);
        }
        let (embeddings, codes) = (&self.embeddings, &self.codes);
        Ok(codes::nearest(embeddings, codes, query, k, score, keep))
    }

    /// Makes room for so many images in all, where there is such room.
    pub(crate) fn reserve(&mut self, images: usize) {
        self.expected = images;
        self.embeddings.reserve(images);
    }

    /// [`Embeddings::extend`]; the codes stay those of the first images.
    pub(crate) fn extend(
        &mut self,
        images: usize,
        fill: impl FnOnce(&mut [f32]) -> Result<(), RetrievalError>,
    ) -> Result<(), RetrievalError> {
        self.embeddings.extend(images, fill)
    }

    /// Makes what is missing of the codes of the first images.
    pub(crate) fn code(&mut self, images: usize) {
        let room = self.expected.max(self.embeddings.rows());
        self.codes.reserve(room, self.embeddings.dim());
        self.codes.extend(&self.embeddings, images);
    }

    /// Number of images that have codes.
    pub(crate) fn coded(&self) -> usize {
        self.codes.rows()
    }

    /// Memory held.
    pub(crate) fn bytes(&self) -> usize {
        self.embeddings.bytes() + self.codes.bytes()
    }

    /// Memory that so many embeddings take with their codes.
    pub(crate) fn bytes_of(images: usize, dim: usize) -> usize {
        let embeddings = images.saturating_mul(dim).saturating_mul(size_of::<f32>());
        embeddings.saturating_add(Codes::bytes_of(images, dim))
    }
}
