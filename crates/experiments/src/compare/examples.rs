//! Example results of a few queries, for people to look at.

use modulens_retrieval::measure::column;
use modulens_retrieval::{Embeddings, Random, top_k_where};
use modulens_schema::Labels;
use modulens_training::error::TrainerError;
use serde::{Deserialize, Serialize};

/// Pictures shown of an answer.
const SHOWN: usize = 8;
/// Values of a task that are asked for, each by one query.
const VALUES: usize = 2;

/// A query by one picture under one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The task, by its place.
    pub task: usize,
    /// The picture asked with.
    pub query: Shown,
    /// The most similar others, the most similar first.
    pub found: Vec<Shown>,
}

/// A picture of an example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Its id in the dataset.
    pub image: String,
    /// Its value under the example's task; none where that is unknown.
    pub value: Option<u8>,
}

/// Asks with a picture of each of the first values of every task. Which pictures are asked with hangs on the labels and
/// the seed alone, so that methods are shown on the same queries.
///
/// `rows` holds `[task][images * length]` embeddings of unit length.
pub(super) fn of(
    labels: &Labels,
    ids: &[String],
    rows: &[Vec<f32>],
    length: usize,
    seed: u64,
) -> Result<Vec<Example>, TrainerError> {
    let mut examples = Vec::new();
    for (task, rows) in rows.iter().enumerate() {
        let values = column(labels, task);
        let shown = |image: usize| Shown {
            image: ids[image].clone(),
            value: values[image],
        };
        let embeddings = Embeddings::from_unit_rows(ids.len(), length, rows.clone())?;
        let mut random = Random::stream(seed, task as u64);
        for value in 0..VALUES as u8 {
            let having: Vec<usize> = (0..ids.len())
                .filter(|&image| values[image] == Some(value))
                .collect();
            // A value that one picture alone has cannot be found.
            if having.len() < 2 {
                continue;
            }
            let query = having[random.below(having.len())];
            let cosines = embeddings.cosines(embeddings.row(query))?;
            let found = top_k_where(&cosines, SHOWN, |image| image != query);
            examples.push(Example {
                task,
                query: shown(query),
                found: found.iter().map(|ranked| shown(ranked.index)).collect(),
            });
        }
    }
    Ok(examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_others_are_shown_with_their_values() {
        let ids: Vec<String> = (0..4).map(|id| format!("{id}.jpg")).collect();
        let labels = Labels::from_cells(1, vec![0, 0, 1, 1]).expect("four images");
        let rows = vec![[[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-0.6, 0.8]].concat()];
        let found = of(&labels, &ids, &rows, 2, 1).expect("examples");
        assert_eq!(found.len(), 2, "one for each value");
        for example in &found {
            assert_eq!(example.found.len(), 3);
            let query = &example.query;
            assert!(example.found.iter().all(|shown| shown.image != query.image));
            assert_eq!(example.found[0].value, query.value, "its own value first");
        }
        assert_eq!(found, of(&labels, &ids, &rows, 2, 1).expect("again"));
        let alone = Labels::from_cells(1, vec![0, 0, 0, 1]).expect("four images");
        assert_eq!(of(&alone, &ids, &rows, 2, 1).expect("examples").len(), 1);
    }
}
