//! From coarse to fine: pictures are compared under a trained task, and asked for a finer label that nobody trained on.
//!
//! A row of probabilities of the coarse values holds nothing of what differs within one. Pictures of the query's own
//! product or person are left out: they are alike for other reasons. Every value of the finer label weighs the same.

use std::collections::BTreeMap;

use modulens_retrieval::{Embeddings, Random};
use modulens_training::config::DataConfig;
use modulens_training::data::OpenData;
use modulens_training::error::TrainerError;
use serde::{Deserialize, Serialize};

use super::super::unseen::UnseenLabels;
use super::over_seeds::{OverSeeds, rounded};

/// The number of nearest pictures that precision is measured on.
const NEAREST: usize = 10;
/// The most pictures that are asked with.
const MOST_QUERIES: usize = 1500;
/// Decides which pictures are asked with: the same for every method.
const SEED: u64 = 1;

/// Finer labels of a task, as a plan names them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The task.
    pub task: String,
    /// The labels.
    pub labels: Vec<String>,
}

/// The figures of a finer label under a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finer<F> {
    /// The task.
    pub task: String,
    /// The finer label.
    pub label: String,
    /// Among all pictures.
    pub among_all: Found<F>,
    /// Among pictures with the query's value of the task; nothing where these all have one value of the finer label.
    pub within_value: Option<Found<F>>,
}

/// The quality of rankings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found<F> {
    /// Mean share of pictures with the query's value among ten drawn by chance.
    pub chance: f64,
    /// Mean share among the ten nearest.
    pub precision_at_10: F,
    /// Mean of the average precision over the first R of a ranking, R being the number of right pictures
    /// (Musgrave et al., "A Metric Learning Reality Check", 2020).
    pub map_at_r: F,
}

/// A finer label of a task, by the ids of pictures.
#[derive(Debug)]
pub(super) struct Label {
    task: usize,
    name: String,
    labels: UnseenLabels,
}

/// Reads the labels that a plan names.
///
/// # Errors
/// A task that no method is trained on, or a label that there is not.
pub(super) fn read(
    wanted: &[Wanted],
    config: &DataConfig,
    data: &OpenData,
) -> Result<Vec<Label>, TrainerError> {
    let mut all = Vec::new();
    for Wanted { task, labels } in wanted {
        let tasks = &data.dataset.tasks;
        let Some(place) = tasks.iter().position(|known| known.name == *task) else {
            return Err(TrainerError::Message(format!(
                "[[finer]] names {task}, which no method is trained on"
            )));
        };
        for label in labels {
            all.push(Label {
                task: place,
                name: task.clone(),
                labels: UnseenLabels::read(config, "[[finer]]", std::slice::from_ref(label))?,
            });
        }
    }
    Ok(all)
}

impl Label {
    /// The task's place.
    pub(super) fn task(&self) -> usize {
        self.task
    }

    /// Returns true for the figures of this label.
    pub(super) fn is_of<F>(&self, found: &Finer<F>) -> bool {
        self.name == found.task && self.labels.names() == [found.label.as_str()]
    }

    /// Measures the embeddings of the task, whose labels `coarse` are.
    ///
    /// # Errors
    /// A label that no two pictures of different groups share.
    pub(super) fn measure(
        &self,
        embeddings: &Embeddings,
        coarse: &[Option<u8>],
        ids: &[String],
        groups: &[u64],
    ) -> Result<Finer<f64>, TrainerError> {
        let fine = self.labels.known(0, ids);
        let pictures: Vec<Picture> = (0..ids.len())
            .filter_map(|image| {
                Some(Picture {
                    image,
                    coarse: coarse[image]?,
                    fine: fine[image]?,
                    group: groups[image],
                })
            })
            .collect();
        let mut random = Random::stream(SEED, 1);
        let queries = random.sample(pictures.len(), MOST_QUERIES);
        let (mut all, mut within) = (Sums::default(), Sums::default());
        for query in queries {
            let query = pictures[query];
            let cosines = embeddings.cosines(embeddings.row(query.image))?;
            let mut others: Vec<Picture> = pictures
                .iter()
                .filter(|other| other.group != query.group)
                .copied()
                .collect();
            let cosine = |of: &Picture| cosines.get(of.image).copied().unwrap_or(-1.0);
            others.sort_by(|a, b| cosine(b).total_cmp(&cosine(a)));
            let right = |other: &Picture| other.fine == query.fine;
            let ranked: Vec<bool> = others.iter().map(right).collect();
            all.add((0, query.fine), &ranked);
            let same = others.iter().filter(|other| other.coarse == query.coarse);
            let ranked: Vec<bool> = same.map(right).collect();
            within.add((query.coarse, query.fine), &ranked);
        }
        let label = self.labels.names().concat();
        Ok(Finer {
            among_all: all.mean().ok_or_else(|| {
                TrainerError::Message(format!(
                    "[[finer]] names {label}, of which no two products or persons of this split have the same value"
                ))
            })?,
            within_value: within.mean(),
            task: self.name.clone(),
            label,
        })
    }
}

/// A picture both of whose labels are known.
#[derive(Clone, Copy)]
struct Picture {
    image: usize,
    coarse: u8,
    fine: u8,
    group: u64,
}

/// Sums over the queries of each value: number, chance, precision, average precision.
#[derive(Default)]
struct Sums(BTreeMap<(u8, u8), [f64; 4]>);

impl Sums {
    /// Adds a query whose ranking is right at some places. One that finds nothing, or nothing wrong, tells nothing.
    fn add(&mut self, value: (u8, u8), ranked: &[bool]) {
        let right = ranked.iter().filter(|&&right| right).count();
        if right == 0 || right == ranked.len() {
            return;
        }
        let first = &ranked[..NEAREST.min(ranked.len())];
        let hits = first.iter().filter(|&&right| right).count();
        let (mut found, mut precisions) = (0, 0.0);
        for (before, _) in ranked[..right].iter().enumerate().filter(|(_, hit)| **hit) {
            found += 1;
            precisions += f64::from(found) / (before + 1) as f64;
        }
        let sums = self.0.entry(value).or_default();
        let figures = [
            1.0,
            right as f64 / ranked.len() as f64,
            hits as f64 / first.len() as f64,
            precisions / right as f64,
        ];
        for (sum, figure) in sums.iter_mut().zip(figures) {
            *sum += figure;
        }
    }

    /// The means, every value weighing the same; nothing without queries.
    fn mean(&self) -> Option<Found<f64>> {
        let values = self.0.len() as f64;
        let mean = |place: usize| {
            let means = self.0.values().map(|sums| sums[place] / sums[0]);
            means.sum::<f64>() / values
        };
        (values > 0.0).then(|| Found {
            chance: rounded(mean(1)),
            precision_at_10: mean(2),
            map_at_r: mean(3),
        })
    }
}

impl Found<OverSeeds> {
    fn over_seeds(seeds: &[&Found<f64>]) -> Option<Self> {
        Some(Self {
            chance: seeds.first()?.chance,
            precision_at_10: OverSeeds::of(seeds.iter().map(|one| one.precision_at_10)),
            map_at_r: OverSeeds::of(seeds.iter().map(|one| one.map_at_r)),
        })
    }

    fn hold_against(&mut self, theirs: &Self) {
        self.precision_at_10.hold_against(&theirs.precision_at_10);
        self.map_at_r.hold_against(&theirs.map_at_r);
    }
}

impl Finer<OverSeeds> {
    /// Puts the figures of all seeds together; nothing of none.
    pub(super) fn over_seeds(seeds: &[&Finer<f64>]) -> Option<Self> {
        let first = seeds.first()?;
        let all: Vec<&Found<f64>> = seeds.iter().map(|one| &one.among_all).collect();
        let within = seeds.iter().map(|one| one.within_value.as_ref());
        let within: Option<Vec<&Found<f64>>> = within.collect();
        Some(Self {
            task: first.task.clone(),
            label: first.label.clone(),
            among_all: Found::over_seeds(&all)?,
            within_value: within.and_then(|within| Found::over_seeds(&within)),
        })
    }

    /// Holds the figures against those of another method.
    pub(super) fn hold_against(&mut self, theirs: &Self) {
        self.among_all.hold_against(&theirs.among_all);
        if let (Some(ours), Some(theirs)) = (&mut self.within_value, &theirs.within_value) {
            ours.hold_against(theirs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rankings_are_measured_as_by_hand() {
        let mut sums = Sums::default();
        // Two right ones of four: the first two places hold one, at the second.
        sums.add((0, 0), &[false, true, true, false]);
        let one = sums.mean().expect("a query");
        assert_eq!(
            (one.chance, one.precision_at_10, one.map_at_r),
            (0.5, 0.5, 0.25)
        );
        // Another value weighs the same, whatever the number of its queries.
        for _ in 0..3 {
            sums.add((0, 1), &[true, false, false, false]);
        }
        let both = sums.mean().expect("queries");
        assert_eq!((both.chance, both.map_at_r), (0.375, 0.625));
        // Nothing to find, and nothing to tell apart.
        let mut nothing = Sums::default();
        nothing.add((0, 0), &[false, false]);
        nothing.add((0, 0), &[true, true]);
        assert!(nothing.mean().is_none());
    }
}
