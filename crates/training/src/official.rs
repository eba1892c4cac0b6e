//! Triplets that are given rather than drawn: those of conditional similarity networks on UT-Zappos50K.
//!
//! Whoever wants figures that compare with the literature trains and measures on these lists, images of all splits of
//! the dataset included: CSN divided triplets and not pictures, so that most pictures of its test lists are in its
//! training lists too (`trainer info` says how many).

use std::collections::HashMap;

use modulens_dataset::zappos::csn;
use modulens_schema::Split;

use crate::config::TripletSource;
use crate::data::OpenData;
use crate::error::TrainerError;

/// The given triplets of a split, `[anchor, positive, negative]` as places in the dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Official {
    /// One list for every task of the dataset, in its order; empty for a task that has none.
    pub tasks: Vec<Vec<[usize; 3]>>,
    /// Triplets that name a picture which the dataset lacks.
    pub left_out: usize,
}

/// Reads the lists of a split that a configuration asks for; nothing where triplets are to be drawn.
///
/// # Errors
/// As [`load`].
pub fn load_as_asked(
    data: &OpenData,
    source: TripletSource,
    split: Split,
) -> Result<Option<Official>, TrainerError> {
    match is_asked_for(data, source) {
        true => load(data, split).map(Some),
        false => Ok(None),
    }
}

/// Returns true if a configuration takes its triplets from files beside the data.
pub fn is_asked_for(data: &OpenData, source: TripletSource) -> bool {
    match source {
        TripletSource::Drawn => false,
        TripletSource::GivenIfThere => is_there(data),
        TripletSource::Given => true,
    }
}

/// Returns true if a dataset comes with CSN's files.
pub fn is_there(data: &OpenData) -> bool {
    let mut entries = data.storage.entries().iter();
    entries
        .any(|entry| entry.path == csn::NAMES || entry.path.ends_with(&format!("/{}", csn::NAMES)))
}

/// Reads the lists of a split that lie with a dataset.
///
/// # Errors
/// A dataset without CSN's files or its four tasks, or a file that does not parse.
pub fn load(data: &OpenData, split: Split) -> Result<Official, TrainerError> {
    let tasks = &data.dataset.tasks;
    let mut found = Official {
        tasks: vec![Vec::new(); tasks.len()],
        left_out: 0,
    };
    for (condition, name) in csn::CONDITIONS {
        let Some(task) = tasks.iter().position(|task| task.name == name) else {
            continue;
        };
        let triplets = csn::load(&data.storage, &data.dataset, condition, split)?;
        found.left_out += triplets.left_out;
        found.tasks[task] = triplets
            .triplets
            .iter()
            .map(|triplet| [triplet.anchor, triplet.close, triplet.far])
            .collect();
    }
    if found.tasks.iter().all(Vec::is_empty) {
        return Err(TrainerError::Message(format!(
            "{} has no given triplet of the {} split; CSN's lists are for {}",
            data.dataset.name,
            split.name(),
            csn::CONDITIONS.map(|(_, task)| task).join(", ")
        )));
    }
    Ok(found)
}

impl Official {
    /// So many triplets or fewer, the same number of each task, spread evenly over its list; 0 for all.
    #[must_use]
    pub fn most(mut self, most: usize) -> Self {
        let with = self.tasks.iter().filter(|list| !list.is_empty()).count();
        let each = most / with.max(1);
        for list in self.tasks.iter_mut().filter(|list| list.len() > each) {
            if most > 0 {
                *list = (0..each)
                    .map(|place| list[place * list.len() / each])
                    .collect();
            }
        }
        self
    }

    /// The pictures that any triplet names, in the dataset's order.
    pub fn images(&self) -> Vec<usize> {
        let mut images: Vec<usize> = self.tasks.iter().flatten().flatten().copied().collect();
        images.sort_unstable();
        images.dedup();
        images
    }

    /// The same triplets by places among some pictures; those that name another one are counted as left out.
    #[must_use]
    pub fn among(&self, pictures: &[usize]) -> Self {
        let places: HashMap<usize, usize> = (0..)
            .zip(pictures)
            .map(|(place, &image)| (image, place))
            .collect();
        let mut left_out = self.left_out;
        let tasks = self
            .tasks
            .iter()
            .map(|triplets| {
                let placed = triplets.iter().filter_map(|triplet| {
                    let [Some(a), Some(b), Some(c)] =
                        triplet.map(|image| places.get(&image).copied())
                    else {
                        left_out += 1;
                        return None;
                    };
                    Some([a, b, c])
                });
                placed.collect()
            })
            .collect();
        Self { tasks, left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_shared_by_the_tasks() {
        let list = |count: usize| (0..count).map(|at| [at, at + 1, at + 2]).collect();
        let all = Official {
            tasks: vec![list(10), list(3), Vec::new()],
            left_out: 0,
        };
        let few = all.clone().most(8);
        assert_eq!(few.tasks[0], [[0, 1, 2], [2, 3, 4], [5, 6, 7], [7, 8, 9]]);
        assert_eq!(few.tasks[1].len(), 3);
        assert_eq!(all.clone().most(0), all);
    }

    #[test]
    fn triplets_follow_their_pictures() {
        let all = Official {
            tasks: vec![vec![[5, 2, 9], [2, 5, 7]], Vec::new()],
            left_out: 1,
        };
        assert_eq!(all.images(), [2, 5, 7, 9]);
        let some = all.among(&[9, 5, 2]);
        assert_eq!(some.tasks, [vec![[1, 2, 0]], Vec::new()]);
        assert_eq!(some.left_out, 2);
    }
}
