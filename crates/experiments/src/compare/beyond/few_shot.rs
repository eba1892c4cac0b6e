//! Attributes nobody trained on, each learned from a few labelled pictures as the page learns a task.
//!
//! The learner ([`modulens_retrieval::few_shot`]) sees what a gallery keeps of a picture so that every task can be
//! searched, the numbers that `gallery_bytes_per_image` counts: the features before the first site, or the embeddings
//! of all tasks where nothing is shared. Examples, and the background beside them, are pictures of the training split.

use burn::tensor::Device;
use modulens_model::{Method, Model};
use modulens_retrieval::few_shot::{Block, FeatureStatistics, FewShotConfig, fit};
use modulens_retrieval::measure::auc;
use modulens_retrieval::{Embeddings, Random};
use modulens_schema::Split;
use modulens_training::data::{OpenData, Pictures, spread};
use modulens_training::embed;
use modulens_training::error::TrainerError;
use modulens_training::run::Run;
use serde::{Deserialize, Serialize};

use super::super::intervals;
use super::super::precision::average_precision;
use super::super::unseen::UnseenLabels;
use super::over_seeds::OverSeeds;

/// Training pictures that examples are drawn from, spread over the split.
const POOL: usize = 3000;
/// Draws of examples for each value.
const DRAWS: u64 = 5;
/// A value that fewer pictures of the split have, or have not, is not measured.
const FEWEST: usize = 5;
/// Decides which examples are drawn: the same for every method.
const SEED: u64 = 1;

/// The figures of an attribute; of one with more than two values the means over them, each against the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FewShot<F> {
    /// The attribute.
    pub name: String,
    /// Labelled pictures of each kind: so many that have the value, and so many that do not.
    pub examples: usize,
    /// Numbers kept of a picture, which the learner sees.
    pub numbers: usize,
    /// Mean average precision of the split's pictures by their probability, over values and draws.
    pub average_precision: F,
    /// Mean area under the ROC curve, over values and draws.
    pub auc: F,
}

/// The pictures that examples are drawn from, by place in the dataset.
fn pool(data: &OpenData) -> Vec<usize> {
    spread(data.dataset.in_split(Split::Train), POOL, 0)
}

/// The values of an attribute that are learned: of two, the second; of more, those with enough pictures.
fn learned(values: usize, examples: usize, pool: &[Option<u8>], split: &[Option<u8>]) -> Vec<u8> {
    let enough = |labels: &[Option<u8>], value: u8, least: usize| {
        let known = labels.iter().flatten();
        let having = known.clone().filter(|&&label| label == value).count();
        having >= least && known.count() - having >= least
    };
    let first = if values == 2 { 1 } else { 0 };
    (first..values as u8)
        .filter(|&value| enough(pool, value, examples) && enough(split, value, FEWEST))
        .collect()
}

/// Checks that every attribute can be learned.
///
/// # Errors
/// Too few labelled pictures.
pub(super) fn check(
    unseen: &UnseenLabels,
    examples: usize,
    data: &OpenData,
    split: Split,
) -> Result<(), TrainerError> {
    let ids = |places: Vec<usize>| -> Vec<String> {
        let ids = places
            .into_iter()
            .map(|place| &data.dataset.images[place].id);
        ids.cloned().collect()
    };
    if examples == 0 || unseen.names().is_empty() {
        return Ok(());
    }
    let (pool, split_ids) = (ids(pool(data)), ids(data.dataset.in_split(split)));
    for (task, name) in unseen.names().iter().enumerate() {
        let (pool, split_labels) = (unseen.known(task, &pool), unseen.known(task, &split_ids));
        if learned(unseen.values(task), examples, &pool, &split_labels).is_empty() {
            return Err(TrainerError::Message(format!(
                "`unseen` names {name}, no value of which {examples} of {} training pictures have and {examples} have \
                 not, and {FEWEST} of the {} split; set `few_shot` to fewer examples, or to 0",
                pool.len(),
                split.name()
            )));
        }
    }
    Ok(())
}

/// Returns true if these are what would be measured.
pub(super) fn are_those_of(unseen: &UnseenLabels, examples: usize, found: &[FewShot<f64>]) -> bool {
    let wanted = if examples == 0 { &[] } else { unseen.names() };
    found.iter().map(|one| &one.name).eq(wanted) && found.iter().all(|one| one.examples == examples)
}

/// Measures every attribute on what a run keeps of the pictures of a split.
///
/// # Errors
/// Pictures or features that cannot be read.
pub(super) fn measure(
    unseen: &UnseenLabels,
    examples: usize,
    (run, model): (&Run, &Model),
    (data, pictures): (&OpenData, &Pictures<'_>),
    device: &Device,
) -> Result<Vec<FewShot<f64>>, TrainerError> {
    if examples == 0 || unseen.names().is_empty() {
        return Ok(Vec::new());
    }
    let memory = run.config.data.memory_megabytes;
    let pool = Pictures::load_these(data, pool(data), "train", pictures.spec(), memory)?;
    let method = run.record.method;
    let ground = Ground::new(
        &kept(method, model, &pool, device)?,
        kept(method, model, pictures, device)?,
        (pool.len(), pictures.len()),
    )?;
    let (pool_ids, ids) = (pool.ids(), pictures.ids());
    let names = unseen.names().iter().enumerate();
    let all = names.map(|(task, name)| {
        let (pool, split) = (unseen.known(task, &pool_ids), unseen.known(task, &ids));
        let values = learned(unseen.values(task), examples, &pool, &split);
        let (mut precisions, mut areas) = (Vec::new(), Vec::new());
        for value in values {
            for draw in 0..DRAWS {
                let purpose = (task as u64) << 32 | u64::from(value) << 16 | draw;
                let mut random = Random::stream(SEED, purpose);
                let (precision, area) =
                    ground.learn(value, examples, (&pool, &split), &mut random)?;
                precisions.push(precision);
                areas.push(area);
            }
        }
        Ok(FewShot {
            name: name.clone(),
            examples,
            numbers: ground.split.dim(),
            average_precision: intervals::mean(&precisions),
            auc: intervals::mean(&areas),
        })
    });
    all.collect()
}

/// The numbers that a gallery keeps of every picture, row after row.
fn kept(
    method: Method,
    model: &Model,
    pictures: &Pictures<'_>,
    device: &Device,
) -> Result<Vec<f32>, TrainerError> {
    if let (Method::Modulated | Method::Branches, Some(network)) =
        (method, model.networks().first())
    {
        return embed::features(network, pictures, device);
    }
    let tasks = embed::embeddings(model, pictures, device)?;
    let images = pictures.len().max(1);
    let mut all = Vec::new();
    for image in 0..pictures.len() {
        for rows in &tasks {
            let length = rows.len() / images;
            all.extend_from_slice(&rows[image * length..(image + 1) * length]);
        }
    }
    Ok(all)
}

/// The numbers that are learned from, and those that are ranked.
struct Ground {
    statistics: FeatureStatistics,
    pool: Embeddings,
    split: Embeddings,
}

impl Ground {
    fn new(
        pool: &[f32],
        split: Vec<f32>,
        (in_pool, in_split): (usize, usize),
    ) -> Result<Self, TrainerError> {
        let numbers = split.len() / in_split.max(1);
        let pool = Embeddings::from_unit_rows(in_pool, numbers, pool.to_vec())?;
        let sample = FeatureStatistics::sample(in_pool);
        let sampled = pool.select(&sample);
        Ok(Self {
            statistics: FeatureStatistics::new(
                sample,
                sampled.data(),
                &[Block {
                    len: numbers,
                    share: 1.0,
                }],
            )?,
            pool,
            split: Embeddings::from_unit_rows(in_split, numbers, split)?,
        })
    }

    /// Learns a value from a draw of examples: average precision and area under the curve on the split.
    fn learn(
        &self,
        value: u8,
        examples: usize,
        (pool, split): (&[Option<u8>], &[Option<u8>]),
        random: &mut Random,
    ) -> Result<(f64, f64), TrainerError> {
        let mut draw = |has: bool| -> Vec<usize> {
            let known = (0..pool.len())
                .filter(|&image| pool[image].is_some_and(|label| (label == value) == has));
            let known: Vec<usize> = known.collect();
            let places = random.sample(known.len(), examples).into_iter();
            places.map(|place| known[place]).collect()
        };
        let (yes, no) = (draw(true), draw(false));
        let mut labelled = [&yes[..], &no].concat();
        labelled.sort_unstable();
        let fitted = fit(
            &self.statistics,
            self.pool.select(&yes).data(),
            self.pool.select(&no).data(),
            &labelled,
            &FewShotConfig::default(),
        )?;
        let probabilities = fitted.head.probabilities_of_all(&self.split)?;
        let has: Vec<Option<u8>> = split
            .iter()
            .map(|label| label.map(|label| u8::from(label == value)))
            .collect();
        let mut ranked: Vec<(f32, bool)> = probabilities
            .iter()
            .skip(1)
            .step_by(2)
            .zip(&has)
            .filter_map(|(&probability, has)| Some((probability, (*has)? == 1)))
            .collect();
        ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
        let ranked: Vec<bool> = ranked.into_iter().map(|(_, has)| has).collect();
        let area = auc(&probabilities, 2, &has).unwrap_or(0.5);
        Ok((average_precision(&ranked), area))
    }
}

impl FewShot<OverSeeds> {
    /// Puts the figures of all seeds together; nothing of none.
    pub(super) fn over_seeds(seeds: &[&FewShot<f64>]) -> Option<Self> {
        let first = seeds.first()?;
        Some(Self {
            name: first.name.clone(),
            examples: first.examples,
            numbers: first.numbers,
            average_precision: OverSeeds::of(seeds.iter().map(|one| one.average_precision)),
            auc: OverSeeds::of(seeds.iter().map(|one| one.auc)),
        })
    }

    /// Holds the figures against those of another method.
    pub(super) fn hold_against(&mut self, theirs: &Self) {
        self.average_precision
            .hold_against(&theirs.average_precision);
        self.auc.hold_against(&theirs.auc);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_that_is_kept_is_learned_and_one_that_is_not_is_not() {
        let mut random = Random::new(4);
        let labels: Vec<Option<u8>> = (0..200).map(|image| Some((image % 2) as u8)).collect();
        let mut rows = |tells: bool| -> Vec<f32> {
            let rows = labels.iter().flat_map(|label| {
                let sign = f32::from(label.unwrap_or(0)) - 0.5;
                let first = if tells { sign } else { 0.0 } + 0.2 * random.unit();
                [first, random.unit(), random.unit()]
            });
            rows.collect()
        };
        let mut learned = |tells: bool| {
            let ground = Ground::new(&rows(tells), rows(tells), (200, 200)).expect("finite");
            let labels = (&labels[..], &labels[..]);
            ground
                .learn(1, 10, labels, &mut Random::new(1))
                .expect("fits")
        };
        let (precision, area) = learned(true);
        assert!(precision > 0.99 && area > 0.99, "{precision} {area}");
        let (precision, area) = learned(false);
        assert!(
            precision < 0.7 && (0.3..0.7).contains(&area),
            "{precision} {area}"
        );
    }

    #[test]
    fn values_with_too_few_pictures_are_left_out() {
        let labels = |counts: [usize; 3]| -> Vec<Option<u8>> {
            let values = counts.into_iter().zip(0_u8..);
            let known = values.flat_map(|(count, value)| std::iter::repeat_n(Some(value), count));
            known.chain([None]).collect()
        };
        let (pool, split) = (labels([30, 20, 8]), labels([10, 10, 10]));
        assert_eq!(learned(3, 20, &pool, &split), [0, 1]);
        assert_eq!(learned(3, 8, &pool, &split), [0, 1, 2]);
        assert_eq!(learned(3, 20, &pool, &labels([4, 9, 9])), [1]);
        // Of two values one says it all.
        assert_eq!(
            learned(2, 20, &labels([30, 30, 0]), &labels([9, 9, 0])),
            [1]
        );
    }
}
