//! A change of task: the tail over the kept features of every image, and a query.

use modulens_bundle::{Features, features, tail};
use modulens_retrieval::{Tail, top_k};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::thrown;

/// A gallery's features and its tail.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Switch {
    tail: Tail,
    features: Features,
}

#[wasm_bindgen]
impl Switch {
    /// From the files of a bundle; its images are repeated, each time a little dimmer, until there are `images`.
    ///
    /// # Errors
    /// Files that cannot be read or do not fit together, or no images.
    #[wasm_bindgen(constructor)]
    pub fn new(tail: &[u8], features: &[u8], images: usize) -> Result<Self, JsError> {
        let tail = Tail::new(tail::decode(tail).map_err(thrown)?).map_err(thrown)?;
        let own = features::decode(features).map_err(thrown)?;
        if own.rows == 0 {
            return Err(JsError::new("the gallery has no images"));
        }
        let data = (0..images)
            .flat_map(|image| {
                let dimmer = 1.0 - 1e-3 * (image / own.rows) as f32;
                own.row(image % own.rows)
                    .iter()
                    .map(move |value| value * dimmer)
            })
            .collect();
        let features = Features::new(images, own.channels, data)
            .ok_or_else(|| JsError::new("the features have another shape"))?;
        Ok(Self { tail, features })
    }

    /// A gallery of given features, `[images, channels]`.
    ///
    /// # Errors
    /// A tail that cannot be read, or features of another length.
    pub fn of(tail: &[u8], features: Vec<f32>) -> Result<Self, JsError> {
        let tail = Tail::new(tail::decode(tail).map_err(thrown)?).map_err(thrown)?;
        let rows = features.len() / tail.channels();
        let features = Features::new(rows, tail.channels(), features)
            .ok_or_else(|| JsError::new("the features have another shape"))?;
        Ok(Self { tail, features })
    }

    /// Number of tasks.
    #[wasm_bindgen(getter)]
    pub fn tasks(&self) -> usize {
        self.tail.tasks()
    }

    /// Embeds every image under a task and finds the `k` most like one of them: what a visitor waits for.
    ///
    /// # Errors
    /// No such task.
    pub fn change(&self, task: usize, image: usize, k: usize) -> Result<Vec<u32>, JsError> {
        let all = self.tail.embed_all(&self.features, task).map_err(thrown)?;
        let mut query = vec![0.0; self.tail.embedding()];
        self.tail
            .embed(self.features.row(image), task, &mut query)
            .map_err(thrown)?;
        let cosines = all.cosines(&query).map_err(thrown)?;
        Ok(top_k(&cosines, k)
            .into_iter()
            .map(|ranked| ranked.index as u32)
            .collect())
    }

    /// The embeddings of every image under a task, `[images, embedding]`.
    ///
    /// # Errors
    /// No such task.
    pub fn embeddings(&self, task: usize) -> Result<Vec<f32>, JsError> {
        let all = self.tail.embed_all(&self.features, task).map_err(thrown)?;
        Ok(all.data().to_vec())
    }
}
