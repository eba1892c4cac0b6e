//! Unit vectors of many images under one task.

use crate::{RetrievalError, kernel};

/// Embeddings of images under one task, one row of unit length per image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embeddings {
    rows: usize,
    dim: usize,
    data: Vec<f32>,
}

impl Embeddings {
    /// Embeddings from rows that have unit length already (a network's output).
    ///
    /// # Errors
    /// The values are not `rows x dim`, or not finite.
    pub fn from_unit_rows(rows: usize, dim: usize, data: Vec<f32>) -> Result<Self, RetrievalError> {
        RetrievalError::length(
            "the table of embeddings",
            data.len(),
            rows.saturating_mul(dim),
        )?;
        all_finite(&data)?;
        Ok(Self { rows, dim, data })
    }

    /// No images yet, for embeddings of length `dim`.
    pub(crate) fn empty(dim: usize) -> Self {
        Self {
            rows: 0,
            dim,
            data: Vec::new(),
        }
    }

    /// Makes room for so many images in all, where there is such room.
    pub(crate) fn reserve(&mut self, images: usize) {
        let more = images.saturating_sub(self.rows).saturating_mul(self.dim);
        let _ = self.data.try_reserve(more);
    }

    /// Adds so many images, whose unit vectors `[images, D]` `fill` writes.
    ///
    /// # Errors
    /// Those of `fill`, or a value that is not finite; nothing is then added.
    pub(crate) fn extend(
        &mut self,
        images: usize,
        fill: impl FnOnce(&mut [f32]) -> Result<(), RetrievalError>,
    ) -> Result<(), RetrievalError> {
        let start = self.data.len();
        self.data.resize(start + images * self.dim, 0.0);
        let added = &mut self.data[start..];
        let filled = fill(added).and_then(|()| all_finite(added));
        match filled {
            Ok(()) => self.rows += images,
            Err(_) => self.data.truncate(start),
        }
        filled
    }

    /// Forgets all images and keeps their room.
    pub(crate) fn clear(&mut self) {
        self.rows = 0;
        self.data.clear();
    }

    /// Memory that so many embeddings take.
    pub(crate) fn bytes_of(images: usize, dim: usize) -> usize {
        images.saturating_mul(dim).saturating_mul(size_of::<f32>())
    }

    /// Memory held.
    pub(crate) fn bytes(&self) -> usize {
        self.data.capacity() * size_of::<f32>()
    }

    /// Number of images `N`.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Length `D` of an embedding.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// `[N, D]`, row-major.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// The embedding of one image; empty where there is none.
    pub fn row(&self, index: usize) -> &[f32] {
        index
            .checked_mul(self.dim)
            .and_then(|start| self.data.get(start..start + self.dim))
            .unwrap_or_default()
    }

    /// The embeddings of some images, in the order given; images there are not are left out.
    #[must_use]
    pub fn select(&self, images: &[usize]) -> Self {
        let mut data = Vec::with_capacity(images.len() * self.dim);
        let mut rows = 0;
        for &image in images.iter().filter(|&&image| image < self.rows) {
            data.extend_from_slice(self.row(image));
            rows += 1;
        }
        Self {
            rows,
            dim: self.dim,
            data,
        }
    }

    /// The cosine of the angle between a unit vector and every image.
    ///
    /// # Errors
    /// The vector has another length than the embeddings.
    pub fn cosines(&self, query: &[f32]) -> Result<Vec<f32>, RetrievalError> {
        RetrievalError::length("the example's embedding", query.len(), self.dim)?;
        Ok(self
            .data
            .chunks_exact(self.dim.max(1))
            .map(|row| kernel::dot(query, row))
            .collect())
    }

    /// The cosines between up to eight images of this table and every image of it, `[N, 8]`; lanes beyond
    /// `queries` are zero. Written over `out`.
    pub(crate) fn cosines_of_eight(&self, queries: &[usize], out: &mut Vec<f32>) {
        let queries = &queries[..queries.len().min(kernel::LANES)];
        let chosen = self.select(queries);
        out.clear();
        out.resize(self.rows * kernel::LANES, 0.0);
        if self.dim > 0 {
            let panels = kernel::panels(&chosen.data, chosen.rows, self.dim);
            kernel::multiply(&self.data, self.dim, &panels, &[0.0; kernel::LANES], out);
        }
    }
}

fn all_finite(data: &[f32]) -> Result<(), RetrievalError> {
    if !kernel::all_finite(data) {
        return Err(RetrievalError::NotFinite {
            what: "the table of embeddings",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_of_one_and_of_eight_agree() {
        let data: Vec<f32> = (0..5)
            .flat_map(|i| [(i as f32).cos(), (i as f32).sin()])
            .collect();
        let embeddings = Embeddings::from_unit_rows(5, 2, data).expect("5 x 2");
        let mut eight = Vec::new();
        embeddings.cosines_of_eight(&[4, 1], &mut eight);
        for (lane, query) in [4, 1].into_iter().enumerate() {
            let one = embeddings.cosines(embeddings.row(query)).expect("fits");
            for image in 0..5 {
                assert!((one[image] - eight[image * 8 + lane]).abs() < 1e-6);
                assert!((one[image] - (image as f32 - query as f32).cos()).abs() < 1e-6);
            }
        }
        assert!(embeddings.cosines(&[1.0]).is_err());
    }

    #[test]
    fn bad_tables_are_refused() {
        assert!(Embeddings::from_unit_rows(2, 2, vec![0.0; 3]).is_err());
        assert!(Embeddings::from_unit_rows(usize::MAX, 2, vec![0.0; 3]).is_err());
        assert!(Embeddings::from_unit_rows(1, 1, vec![f32::NAN]).is_err());
    }

    #[test]
    fn selection_leaves_out_what_is_not_there() {
        let embeddings = Embeddings::from_unit_rows(2, 1, vec![1.0, -1.0]).expect("2 x 1");
        assert_eq!(embeddings.select(&[1, 7, 0]).data(), [-1.0, 1.0]);
        assert!(embeddings.row(2).is_empty());
    }

    #[test]
    fn a_table_grows_by_what_is_finite_and_by_nothing_else() {
        let mut embeddings = Embeddings::empty(2);
        let mut grow = |value: f32| {
            embeddings.extend(3, |rows| {
                rows.fill(value);
                Ok(())
            })
        };
        assert!(grow(0.5).is_ok());
        assert!(grow(f32::NAN).is_err());
        assert!(grow(0.25).is_ok());
        assert_eq!(embeddings.rows(), 6);
        assert_eq!(embeddings.row(5), [0.25; 2]);
        assert_eq!(embeddings.data().len(), 12);
    }
}
