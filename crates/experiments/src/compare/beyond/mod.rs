//! Measures that a classifier of the labels cannot win by itself.
//!
//! Triplets of one label can be ordered by the probability of its values. An embedding may know besides, where a row of
//! probabilities does not:
//!
//! - the order and the distance of what a label cuts into values ([`graded`]);
//! - what is alike within a value ([`finer`]);
//! - attributes that nobody named, learned from a few examples on what is kept of a picture ([`few_shot`]).

pub(super) mod few_shot;
pub(super) mod finer;
pub(super) mod graded;
mod over_seeds;

use burn::tensor::Device;
use modulens_model::Model;
use modulens_retrieval::Embeddings;
use modulens_retrieval::measure::column;
use modulens_schema::Split;
use modulens_training::config::DataConfig;
use modulens_training::data::{OpenData, Pictures};
use modulens_training::error::TrainerError;
use modulens_training::run::Run;
use serde::{Deserialize, Serialize};

use super::unseen::UnseenLabels;

pub use few_shot::FewShot;
pub use finer::{Finer, Found};
pub use graded::Graded;
pub use over_seeds::OverSeeds;

/// The measures of a plan.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Numbers behind tasks.
    pub graded: Vec<graded::Wanted>,
    /// Finer labels of tasks.
    pub finer: Vec<finer::Wanted>,
    /// Examples of each kind that an attribute nobody trained on is learned from; 0 for none of this.
    pub few_shot: usize,
}

/// The data that the measures of a plan need; nothing by default.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Attributes nobody trained on.
    pub(super) unseen: UnseenLabels,
    graded: Vec<graded::Column>,
    finer: Vec<finer::Label>,
    few_shot: usize,
}

/// The figures: of a run with numbers for `F`, of a method with [`OverSeeds`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Beyond<F> {
    /// Triplets by numbers behind the labels.
    #[serde(default = "Vec::new")]
    pub graded: Vec<Graded<F>>,
    /// Finer labels under trained tasks.
    #[serde(default = "Vec::new")]
    pub finer: Vec<Finer<F>>,
    /// Attributes nobody trained on, from a few examples.
    #[serde(default = "Vec::new")]
    pub few_shot: Vec<FewShot<F>>,
}

impl Asked {
    /// Reads what a plan asks for from the data that its methods are trained on.
    ///
    /// # Errors
    /// A task, a label, a column or a file that there is not, or too few pictures that have it.
    pub(super) fn read(
        wanted: &Wanted,
        unseen: &[String],
        config: &DataConfig,
        (data, split): (&OpenData, Split),
    ) -> Result<Self, TrainerError> {
        let asked = Self {
            unseen: UnseenLabels::read(config, "`unseen`", unseen)?,
            graded: graded::read(&wanted.graded, data, split)?,
            finer: finer::read(&wanted.finer, config, data)?,
            few_shot: wanted.few_shot,
        };
        few_shot::check(&asked.unseen, asked.few_shot, data, split)?;
        Ok(asked)
    }

    /// Returns true if these are what would be measured.
    pub(super) fn are_those_of(&self, found: &Beyond<f64>) -> bool {
        let (graded, finer) = (&self.graded, &self.finer);
        graded.len() == found.graded.len()
            && graded
                .iter()
                .zip(&found.graded)
                .all(|(asked, one)| asked.is_of(one))
            && finer.len() == found.finer.len()
            && finer
                .iter()
                .zip(&found.finer)
                .all(|(asked, one)| asked.is_of(one))
            && few_shot::are_those_of(&self.unseen, self.few_shot, &found.few_shot)
    }

    /// Measures a run on some pictures: `rows` holds their `[task][images * length]` embeddings, of unit length.
    ///
    /// # Errors
    /// Embeddings or pictures that cannot be read.
    pub(super) fn measure(
        &self,
        (run, model): (&Run, &Model),
        (data, pictures): (&OpenData, &Pictures<'_>),
        rows: &[Vec<f32>],
        device: &Device,
    ) -> Result<Beyond<f64>, TrainerError> {
        let (ids, labels) = (pictures.ids(), pictures.labels());
        let groups = pictures.images.iter();
        let groups: Vec<u64> = groups
            .map(|&image| data.dataset.images[image].group)
            .collect();
        let under = |task: usize| -> Result<Embeddings, TrainerError> {
            let rows = rows.get(task).cloned().unwrap_or_default();
            Ok(Embeddings::from_unit_rows(
                ids.len(),
                run.record.embedding(),
                rows,
            )?)
        };
        let graded = self.graded.iter().map(|asked| {
            let known = asked.known(&ids, &column(&labels, asked.task()), &groups);
            Ok(asked.measure(&under(asked.task())?, &known))
        });
        let finer = self.finer.iter().map(|asked| {
            let coarse = column(&labels, asked.task());
            asked.measure(&under(asked.task())?, &coarse, &ids, &groups)
        });
        Ok(Beyond {
            graded: graded.collect::<Result<_, TrainerError>>()?,
            finer: finer.collect::<Result<_, TrainerError>>()?,
            few_shot: few_shot::measure(
                &self.unseen,
                self.few_shot,
                (run, model),
                (data, pictures),
                device,
            )?,
        })
    }
}

impl Beyond<OverSeeds> {
    /// Puts the figures of all seeds together.
    pub(super) fn over_seeds(seeds: &[&Beyond<f64>]) -> Self {
        let graded = places(seeds, |one| &one.graded);
        let finer = places(seeds, |one| &one.finer);
        let few_shot = places(seeds, |one| &one.few_shot);
        Self {
            graded: graded
                .iter()
                .filter_map(|all| Graded::over_seeds(all))
                .collect(),
            finer: finer
                .iter()
                .filter_map(|all| Finer::over_seeds(all))
                .collect(),
            few_shot: few_shot
                .iter()
                .filter_map(|all| FewShot::over_seeds(all))
                .collect(),
        }
    }

    /// Holds every figure against that of another method with the same seeds.
    pub(super) fn hold_against(&mut self, theirs: &Self) {
        for (ours, theirs) in self.graded.iter_mut().zip(&theirs.graded) {
            ours.hold_against(theirs);
        }
        for (ours, theirs) in self.finer.iter_mut().zip(&theirs.finer) {
            ours.hold_against(theirs);
        }
        for (ours, theirs) in self.few_shot.iter_mut().zip(&theirs.few_shot) {
            ours.hold_against(theirs);
        }
    }
}

/// The entries of all seeds at each place of a list.
fn places<'a, T>(
    seeds: &[&'a Beyond<f64>],
    list: impl Fn(&'a Beyond<f64>) -> &'a Vec<T>,
) -> Vec<Vec<&'a T>> {
    let count = seeds.first().map_or(0, |first| list(first).len());
    let at = |place: usize| {
        seeds
            .iter()
            .filter_map(|one| list(one).get(place))
            .collect()
    };
    (0..count).map(at).collect()
}
