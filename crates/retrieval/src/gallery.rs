//! A gallery being searched: features, tail and readouts together, and a memory of what was computed.

use std::collections::VecDeque;

use modulens_bundle::{Features, Readouts};
use modulens_schema::Labels;

use crate::query::{Part, PartKind};
use crate::{
    By, Embeddings, Filter, Query, Readout, RetrievalError, Scores, Tail, similarity_score,
};

/// Bytes of embeddings kept unless told otherwise: all 40 tasks of 25,000 images, or 5 of 200,000.
const DEFAULT_CACHE: usize = 256 << 20;

/// A gallery being searched. Embeddings and probabilities of a task are computed when first asked for;
/// embeddings of the tasks used last are kept within a limit, probabilities (small) always.
#[derive(Clone, Debug)]
pub struct Gallery {
    tail: Tail,
    readouts: Vec<Readout>,
    features: Features,
    /// The most recently used task comes last.
    embeddings: VecDeque<(usize, Embeddings)>,
    /// Per task `[N, V]`.
    probabilities: Vec<Option<Vec<f32>>>,
    cache_bytes: usize,
}

impl Gallery {
    /// A gallery from what a bundle holds.
    ///
    /// # Errors
    /// Parts made for other tasks, features or embeddings than the tail.
    pub fn new(
        tail: Tail,
        readouts: &Readouts,
        features: Features,
    ) -> Result<Self, RetrievalError> {
        RetrievalError::length("the list of readouts", readouts.tasks.len(), tail.tasks())?;
        RetrievalError::length("a readout's row", readouts.embedding, tail.embedding())?;
        RetrievalError::length("an image's features", features.channels, tail.channels())?;
        let cells = features.rows.saturating_mul(features.channels);
        RetrievalError::length("the table of features", features.data.len(), cells)?;
        let readouts: Vec<Readout> = readouts
            .tasks
            .iter()
            .map(|weights| Readout::new(weights.clone(), tail.embedding()))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            probabilities: vec![None; readouts.len()],
            tail,
            readouts,
            features,
            embeddings: VecDeque::new(),
            cache_bytes: DEFAULT_CACHE,
        })
    }

    /// The same gallery keeping at most so many bytes of embeddings (always those of one task).
    #[must_use]
    pub fn with_cache(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
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

    /// The readout of a task.
    ///
    /// # Errors
    /// There is no such task.
    pub fn readout(&self, task: usize) -> Result<&Readout, RetrievalError> {
        let tasks = self.readouts.len();
        self.readouts
            .get(task)
            .ok_or(RetrievalError::NoTask { task, tasks })
    }

    /// Replaces the features, for instance by those computed on this machine, and forgets what was
    /// computed from the old ones.
    ///
    /// # Errors
    /// Features of another length; the old ones then stay.
    pub fn set_features(&mut self, features: Features) -> Result<(), RetrievalError> {
        RetrievalError::length(
            "an image's features",
            features.channels,
            self.tail.channels(),
        )?;
        let cells = features.rows.saturating_mul(features.channels);
        RetrievalError::length("the table of features", features.data.len(), cells)?;
        self.features = features;
        self.embeddings.clear();
        self.probabilities.fill(None);
        Ok(())
    }

    /// The embeddings of every image under a task.
    ///
    /// # Errors
    /// There is no such task.
    pub fn embeddings(&mut self, task: usize) -> Result<&Embeddings, RetrievalError> {
        let kept = self.embeddings.iter().position(|(kept, _)| *kept == task);
        let entry = match kept.and_then(|at| self.embeddings.remove(at)) {
            Some(entry) => entry,
            None => (task, self.tail.embed_all(&self.features, task)?),
        };
        let bytes = size_of::<f32>() * entry.1.data().len().max(1);
        let room = (self.cache_bytes / bytes).max(1);
        while self.embeddings.len() >= room {
            self.embeddings.pop_front();
        }
        self.embeddings.push_back(entry);
        match self.embeddings.back() {
            Some((_, embeddings)) => Ok(embeddings),
            None => Err(RetrievalError::NoTask {
                task,
                tasks: self.tail.tasks(),
            }),
        }
    }

    /// The probabilities of a task's values for every image, `[N, V]`.
    ///
    /// # Errors
    /// There is no such task.
    pub fn probabilities(&mut self, task: usize) -> Result<&[f32], RetrievalError> {
        let readout = self.readout(task)?.clone();
        if self.probabilities[task].is_none() {
            let probabilities = readout.probabilities_of_all(self.embeddings(task)?)?;
            self.probabilities[task] = Some(probabilities);
        }
        Ok(self.probabilities[task].as_deref().unwrap_or_default())
    }

    /// The most probable value of every image under a task; the lower index where two are equal.
    ///
    /// # Errors
    /// There is no such task.
    pub fn predictions(&mut self, task: usize) -> Result<Vec<usize>, RetrievalError> {
        let values = self.readout(task)?.values();
        Ok(self
            .probabilities(task)?
            .chunks_exact(values)
            .map(crate::readout::most_probable)
            .collect())
    }

    /// The embedding of an image of this gallery under a task, to search by it.
    ///
    /// # Errors
    /// There is no such task or no such image.
    pub fn example(&self, image: usize, task: usize) -> Result<Vec<f32>, RetrievalError> {
        let mut embedding = vec![0.0; self.tail.embedding()];
        self.tail
            .embed(self.features.row(image), task, &mut embedding)?;
        Ok(embedding)
    }

    /// How well every image answers a query; [`crate::query`] defines the score.
    ///
    /// # Errors
    /// An empty query, a weight that is not above zero, or a part that does not fit the tasks.
    pub fn score(&mut self, query: &Query) -> Result<Scores, RetrievalError> {
        query.check()?;
        let parts = query
            .parts
            .iter()
            .map(|part| self.score_part(part))
            .collect::<Result<_, _>>()?;
        let weights: Vec<f32> = query.parts.iter().map(|part| part.weight).collect();
        Ok(Scores::combine(parts, &weights))
    }

    fn score_part(&mut self, part: &Part) -> Result<Vec<f32>, RetrievalError> {
        match &part.kind {
            &PartKind::Value { value, wanted } => {
                let values = self.readout(part.task)?.values();
                if value >= values {
                    return Err(RetrievalError::NoValue {
                        task: part.task,
                        value,
                        values,
                    });
                }
                let rows = self.probabilities(part.task)?.chunks_exact(values);
                if wanted {
                    Ok(rows.map(|row| row[value]).collect())
                } else {
                    // The sum of the others rather than `1 - p`, which would round small ones to equals.
                    let others = |row: &[f32]| row.iter().sum::<f32>() - row[value];
                    let others_of_two = |row: &[f32]| row[1 - value];
                    Ok(if values == 2 {
                        rows.map(others_of_two).collect()
                    } else {
                        rows.map(|row| others(row).clamp(0.0, 1.0)).collect()
                    })
                }
            }
            PartKind::Example { embedding } => {
                if embedding.iter().any(|value| !value.is_finite()) {
                    return Err(RetrievalError::NotFinite {
                        what: "the example's embedding",
                    });
                }
                let mut scores = self.embeddings(part.task)?.cosines(embedding)?;
                scores
                    .iter_mut()
                    .for_each(|score| *score = similarity_score(*score));
                Ok(scores)
            }
        }
    }

    /// Which images pass every filter. `labels` are those of this gallery's images.
    ///
    /// # Errors
    /// A filter speaks of a task or value there is not.
    pub fn passing(
        &mut self,
        filters: &[Filter],
        labels: &Labels,
    ) -> Result<Vec<bool>, RetrievalError> {
        let mut passing = vec![true; self.images()];
        for filter in filters {
            let values = self.readout(filter.task)?.values();
            if filter.value >= values {
                let Filter { task, value, .. } = *filter;
                return Err(RetrievalError::NoValue {
                    task,
                    value,
                    values,
                });
            }
            match filter.by {
                By::Label => {
                    for (image, passes) in passing.iter_mut().enumerate() {
                        *passes &= filter.accepts_label(labels, image);
                    }
                }
                By::Prediction => {
                    let predictions = self.predictions(filter.task)?;
                    for (passes, value) in passing.iter_mut().zip(predictions) {
                        *passes &= filter.accepts(Some(value));
                    }
                }
            }
        }
        Ok(passing)
    }
}
