//! Near-duplicates: the same photograph saved again at another quality or size, a little brighter, or a little cropped.
//!
//! Two images are near-duplicates if the Euclidean distance of their features is within a threshold, which comes from
//! the gallery itself ([`scale`]): a third of the distance that one pair in a hundred is nearer than, and less where that
//! would not fall into a gap between near-duplicates and all others. The measurements are in `docs/near-duplicates.md`.
//!
//! Groups have no chains: in the order of the gallery, each image either joins the first image of the earliest group within
//! the threshold, or is the first of a group of its own. They are exact: a [`Tree`] over a few coordinates of the features
//! only passes over images that are too far away for sure.

mod axes;
mod scale;
mod tree;

use std::collections::HashMap;

use modulens_schema::Features;

use self::axes::Axes;
use self::scale::{Pairs, Threshold};
use self::tree::{Coordinates, Tree};
use crate::kernel::all_finite;
use crate::{Copies, Progress, Ranked};

/// A group that an image stands for among some results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Its images, the one that stands for them included.
    pub count: usize,
    /// True if the features of all are equal bit for bit.
    pub equal: bool,
}

/// The images of a gallery that are near-duplicates of others, found in slices.
#[derive(Clone, Debug, Default)]
pub struct NearDuplicates {
    copies: Copies,
    /// The images of finite features that are equal to none before them, ascending. All that follows is by place in here.
    distinct: Vec<usize>,
    stage: Stage,
    axes: Axes,
    /// Of the first distinct images.
    coordinates: Vec<Coordinates>,
    /// The images that the threshold comes from.
    calibrated: usize,
    threshold: f32,
    /// Over all images with coordinates, once they are planted.
    trees: Vec<Tree>,
    /// For each image the first one of its group.
    first: Vec<usize>,
}

/// Work that is done next, once all images are compared bit for bit.
#[derive(Clone, Debug, Default)]
enum Stage {
    #[default]
    Axes,
    Project,
    Pairs(Box<Pairs>),
    Plant(Option<tree::Growing>),
    Threshold(Threshold),
    Group,
}

/// Numbers still to be read before the next pause.
#[derive(Clone, Copy, Debug)]
struct Work(usize);

impl Work {
    fn take(&mut self, numbers: usize) {
        self.0 = self.0.saturating_sub(numbers);
    }
}

impl NearDuplicates {
    /// Goes on finding near-duplicates, until about `budget` numbers are read or all is found.
    ///
    /// Images may be added between calls; the features before must be the same as then. Once a quarter is added, the
    /// threshold is found anew.
    pub fn advance(&mut self, features: &Features, budget: usize) -> Progress {
        if features.rows < self.copies.images() {
            *self = Self::default();
        }
        let mut work = Work(budget);
        while self.copies.images() < features.rows {
            self.take_in(features);
            work.take(features.channels);
            if work.0 == 0 {
                return Progress::Working;
            }
        }
        loop {
            if self.is_done() {
                return Progress::Done;
            }
            if work.0 == 0 {
                return Progress::Working;
            }
            // At least as much as calling costs.
            work.take(1);
            self.step(features, &mut work);
        }
    }

    fn is_done(&self) -> bool {
        self.first.len() == self.distinct.len() && matches!(self.stage, Stage::Group)
    }

    /// Compares the next image bit for bit with those before.
    fn take_in(&mut self, features: &Features) {
        let image = self.copies.images();
        if self.copies.push(features) && all_finite(features.row(image)) {
            self.distinct.push(image);
        }
    }

    fn step(&mut self, features: &Features, work: &mut Work) {
        match &mut self.stage {
            Stage::Axes => {
                if self.axes.add(features, &self.distinct, work) {
                    self.stage = Stage::Project;
                }
            }
            Stage::Project => match self.distinct.get(self.coordinates.len()) {
                Some(&image) => {
                    let row = features.row(image);
                    self.coordinates.push(self.axes.project(row, work));
                }
                None if self.calibrated == 0 => {
                    self.calibrated = self.coordinates.len();
                    self.stage = Stage::Pairs(Box::new(Pairs::new(self.calibrated)));
                }
                None => self.stage = Stage::Plant(None),
            },
            Stage::Pairs(pairs) => {
                if let Some(threshold) = pairs.add(features, &self.distinct, work) {
                    self.threshold = threshold;
                    self.stage = Stage::Plant(None);
                }
            }
            Stage::Plant(growing) => {
                let growing = growing
                    .get_or_insert_with(|| Tree::grow(&mut self.trees, self.coordinates.len()));
                if let Some(tree) = growing.step(&self.coordinates, work) {
                    self.trees.push(tree);
                    self.stage = match self.first.is_empty() {
                        true => Stage::Threshold(Threshold::new(self.calibrated, self.threshold)),
                        false => Stage::Group,
                    };
                }
            }
            Stage::Threshold(threshold) => {
                let Some(image) = threshold.next() else {
                    self.threshold = threshold.choose();
                    self.stage = Stage::Group;
                    return;
                };
                let limit = threshold.widest().powi(2);
                let nearest = self.nearest(features, image, limit, work);
                if let Stage::Threshold(threshold) = &mut self.stage {
                    threshold.see(nearest);
                }
            }
            Stage::Group => self.group(features, work),
        }
    }

    /// The squared distance of an image to the nearest other one within a limit.
    fn nearest(
        &self,
        features: &Features,
        image: usize,
        limit: f32,
        work: &mut Work,
    ) -> Option<f32> {
        let mut nearest = None;
        let row = features.row(self.distinct[image]);
        for tree in &self.trees {
            let limit = nearest.unwrap_or(limit);
            tree.visit(&self.coordinates[image], limit, work, |other, work| {
                let limit = nearest.unwrap_or(limit);
                if other != image {
                    let other = features.row(self.distinct[other]);
                    nearest = within(row, other, limit, work).or(nearest);
                }
                nearest.unwrap_or(limit)
            });
        }
        nearest
    }

    /// Finds the group of the next image.
    fn group(&mut self, features: &Features, work: &mut Work) {
        let image = self.first.len();
        if image == self.coordinates.len() {
            // Images were added.
            match self.distinct.len() * 4 > self.calibrated * 5 {
                true => {
                    *self = Self {
                        copies: std::mem::take(&mut self.copies),
                        distinct: std::mem::take(&mut self.distinct),
                        ..Self::default()
                    }
                }
                false => self.stage = Stage::Project,
            }
            return;
        }
        let limit = self.threshold.powi(2);
        let row = features.row(self.distinct[image]);
        // The first of the earliest group within the threshold.
        let mut found = image;
        let is_first = |other: usize| self.first.get(other) == Some(&other);
        for tree in self.trees.iter().filter(|_| limit > 0.0) {
            tree.visit(&self.coordinates[image], limit, work, |other, work| {
                if other < found && is_first(other) {
                    let first = features.row(self.distinct[other]);
                    if within(row, first, limit, work).is_some() {
                        found = other;
                    }
                }
                limit
            });
        }
        self.first.push(found);
    }

    /// The first image of the group of an image; itself where that is not known yet.
    fn first(&self, image: usize) -> usize {
        let equal = self.copies.first(image).unwrap_or(image);
        let place = self.distinct.binary_search(&equal).ok();
        let first = place.and_then(|place| self.first.get(place));
        first.map_or(equal, |&first| self.distinct[first])
    }

    /// Keeps the first of near-duplicates in an order, as far as they are found. Returns the group of each image that
    /// stands for several.
    pub fn fold(&self, order: &mut Vec<Ranked>) -> HashMap<usize, Alike> {
        let mut stands: Vec<Option<usize>> = vec![None; self.copies.images()];
        let mut groups = HashMap::new();
        order.retain(|ranked| {
            let image = ranked.index;
            let Some(place) = stands.get_mut(self.first(image)) else {
                // An image that is not taken in yet stands for itself.
                return true;
            };
            let stands = *place.get_or_insert(image);
            if stands == image {
                return true;
            }
            let group = groups.entry(stands).or_insert(Alike {
                count: 1,
                equal: true,
            });
            group.count += 1;
            group.equal &= self.copies.first(image) == self.copies.first(stands);
            false
        });
        groups
    }
}

/// The squared distance of two rows if it is within a limit; reading stops once it is not.
fn within(a: &[f32], b: &[f32], limit: f32, work: &mut Work) -> Option<f32> {
    const PART: usize = 64;
    let mut sum = 0.0;
    for (a, b) in a.chunks(PART).zip(b.chunks(PART)) {
        sum += crate::kernel::squared_distance(a, b);
        work.take(a.len());
        if sum > limit {
            return None;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests;
