//! Exact search over unit vectors.

use modulens_retrieval::{Embeddings, top_k};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::{read, thrown};

/// A table of unit vectors.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Search {
    table: Embeddings,
}

#[wasm_bindgen]
impl Search {
    /// A table of `rows` vectors of length `dim`, row-major.
    ///
    /// # Errors
    /// `data` is not `rows x dim`, or not finite.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: usize, dim: usize, data: Vec<f32>) -> Result<Self, JsError> {
        let table = Embeddings::from_unit_rows(rows, dim, data).map_err(thrown)?;
        Ok(Self { table })
    }

    /// The `k` nearest rows, best first, by the scan with which the page ranks a gallery.
    ///
    /// # Errors
    /// The query has another length than the rows.
    pub fn query(&self, query: &[f32], k: usize) -> Result<Vec<u32>, JsError> {
        let cosines = self.table.cosines(query).map_err(thrown)?;
        let best = top_k(&cosines, k).into_iter();
        Ok(best.map(|ranked| ranked.index as u32).collect())
    }

    /// Reads the whole table and does nothing else.
    pub fn read(&self) -> f32 {
        read::sum(self.table.data())
    }
}
