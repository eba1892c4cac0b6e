//! The order of results where it is not by score, the best first.

use modulens_schema::{Task, TaskKind};

use crate::rank::{descending, key_index};
use crate::{Gallery, Ranked, RetrievalError, names, radix};

/// The greatest key of an image that has one.
const LAST: u32 = u32::MAX - 1;

/// The order of results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The number or name that results are sorted by.
    pub by: OrderBy,
    /// True for the other way round. Images that lack it come last all the same.
    pub reversed: bool,
}

/// The number or name that results are sorted by. Equal ones are in the order of their scores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OrderBy {
    /// The score, the best first; the gallery's own order where there is none.
    #[default]
    Score,
    /// The name, in natural order ("2" before "10").
    Name,
    /// The probability of a value, the most probable first.
    Value {
        /// The task.
        task: usize,
        /// The value.
        value: usize,
    },
    /// The label of a column.
    Label {
        /// The column.
        column: usize,
        /// The place of each of its values.
        places: Vec<u32>,
    },
    /// Shuffled: the same way for the same number.
    Random(u32),
}

impl OrderBy {
    /// The order by a column of labels with these values: ordered ones in their order, others in that of their names.
    pub fn label(column: usize, spec: &Task) -> Self {
        let places = match spec.kind {
            TaskKind::Categorical => names::places(&spec.values),
            TaskKind::Binary | TaskKind::Ordinal => (0..).take(spec.values.len()).collect(),
        };
        Self::Label { column, places }
    }

    /// The order as `trainer search --sort` takes it: `score`, `name`, `random~SEED`, `label:COLUMN`, `TASK=VALUE`. Names that
    /// are not there are left empty.
    pub fn words(&self, tasks: &[Task], columns: &[Task]) -> String {
        let name = |specs: &[Task], at: usize| {
            let spec = specs.get(at);
            spec.map(|spec| spec.name.clone()).unwrap_or_default()
        };
        match self {
            Self::Score => "score".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Random(seed) => format!("random~{seed}"),
            Self::Label { column, .. } => format!("label:{}", name(columns, *column)),
            Self::Value { task, value } => {
                let value = tasks.get(*task).and_then(|spec| spec.values.get(*value));
                let value = value.map_or("", String::as_str);
                format!("{}={value}", name(tasks, *task))
            }
        }
    }
}

impl Order {
    /// True for the order by score, the best first.
    pub fn is_by_score(&self) -> bool {
        *self == Self::default()
    }

    /// Sorts results that are in the order of their scores.
    ///
    /// # Errors
    /// Predictions that cannot be computed.
    pub(crate) fn sort(
        &self,
        gallery: &mut Gallery,
        scores: &[f32],
        results: &mut [Ranked],
    ) -> Result<(), RetrievalError> {
        if self.is_by_score() {
            return Ok(());
        }
        let keys = self.keys(gallery, scores)?;
        let key = |image: usize| match keys.get(image) {
            Some(&Some(key)) if self.reversed => LAST - key.min(LAST),
            Some(&Some(key)) => key.min(LAST),
            // Images without a key are last, also the other way round.
            Some(None) | None => u32::MAX,
        };
        let places = (0..u32::MAX).zip(&*results);
        let mut order: Vec<u64> = places
            .map(|(place, ranked)| u64::from(key(ranked.index)) << 32 | u64::from(place))
            .collect();
        radix::sort_by_high_half(&mut order);
        let before = results.to_vec();
        for (result, key) in results.iter_mut().zip(order) {
            *result = before[key_index(key)];
        }
        Ok(())
    }

    /// For each image a number that is smaller the earlier it comes, not reversed; none where it has nothing to be
    /// sorted by.
    fn keys(
        &self,
        gallery: &mut Gallery,
        scores: &[f32],
    ) -> Result<Vec<Option<u32>>, RetrievalError> {
        let images = gallery.images();
        Ok(match &self.by {
            OrderBy::Score => scores
                .iter()
                .map(|&score| Some(descending(score)))
                .collect(),
            OrderBy::Name => gallery.name_places().iter().copied().map(Some).collect(),
            &OrderBy::Value { task, value } => {
                let values = gallery.head(task)?.values();
                let rows = gallery.probabilities(task)?.chunks_exact(values.max(1));
                rows.map(|row| row.get(value).map(|&p| descending(p)))
                    .collect()
            }
            OrderBy::Label { column, places } => {
                let labels = &gallery.given().columns;
                let place = |image| {
                    let label = labels.get(image, *column).map(usize::from)?;
                    places.get(label).copied()
                };
                (0..images).map(place).collect()
            }
            &OrderBy::Random(seed) => {
                let key = |image: u32| Some(shuffled(seed, image));
                (0..u32::MAX).take(images).map(key).collect()
            }
        })
    }
}

/// A number that looks random, the same for the same seed and image on every machine (the finaliser of `SplitMix64`).
fn shuffled(seed: u32, image: u32) -> u32 {
    let mut mixed = (u64::from(seed) << 32 | u64::from(image)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ mixed >> 31) >> 32) as u32
}
