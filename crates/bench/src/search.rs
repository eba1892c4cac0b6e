//! Exact search over unit vectors.

use modulens_retrieval::{CodedEmbeddings, Embeddings, Ranked, top_k};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::{read, thrown};

/// A table of unit vectors.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Search {
    table: CodedEmbeddings,
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
        Ok(Self {
            table: table.into(),
        })
    }

    /// The `k` nearest rows, best first. The first call makes the table's codes.
    ///
    /// # Errors
    /// The query has another length than the rows.
    pub fn query(&mut self, query: &[f32], k: usize) -> Result<Vec<u32>, JsError> {
        let found = self.table.nearest(query, k, |_| true).map_err(thrown)?;
        Ok(indices(&found))
    }

    /// The same by a scan of all floats, which needs no codes.
    ///
    /// # Errors
    /// The query has another length than the rows.
    #[wasm_bindgen(js_name = queryFloats)]
    pub fn query_floats(&self, query: &[f32], k: usize) -> Result<Vec<u32>, JsError> {
        let cosines = self.table.embeddings().cosines(query).map_err(thrown)?;
        Ok(indices(&top_k(&cosines, k)))
    }

    /// Reads the whole table and does nothing else.
    pub fn read(&self) -> f32 {
        read::sum(self.table.embeddings().data())
    }
}

fn indices(found: &[Ranked]) -> Vec<u32> {
    found.iter().map(|ranked| ranked.index as u32).collect()
}
