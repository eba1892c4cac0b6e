//! Tasks that were taught: beside the network's, and after them.

use super::Gallery;
use crate::teach::{CERTAINTY, Ground, Marks, Settled, Taught, TeachConfig, learn};
use crate::{RetrievalError, kernel};

/// Images looked at for every one that is suggested.
const POOL: usize = 4;
/// The place of unmodulated embeddings among those of the tasks.
pub(super) const UNMODULATED: usize = usize::MAX;

/// What was taught, and what the gallery is like.
#[derive(Clone, Debug, Default)]
pub(super) struct Lessons {
    learned: Vec<Lesson>,
    /// For the number of images there were then.
    ground: Option<(usize, Ground)>,
}

/// One taught task.
#[derive(Clone, Debug)]
struct Lesson {
    marks: Marks,
    settled: Settled,
    taught: Taught,
    /// Images there were when it was learned.
    images: usize,
}

impl Gallery {
    /// Sets the taught tasks: one per entry, after the network's, in this order. Each answers for "no" (value 0) and
    /// "yes" (value 1) like any yes/no task, but has no embeddings.
    ///
    /// A task is learned on the images there are now. What was computed for one whose marks are the same stays, unless
    /// images were added since: then it is learned anew. Images added later are predicted by what was learned before.
    ///
    /// # Errors
    /// The features give embeddings that are not finite; the taught tasks then stay as they were.
    pub fn teach(&mut self, lessons: &[Marks]) -> Result<(), RetrievalError> {
        let images = self.images();
        let first = self.tail.tasks();
        let known = self.lessons.ground.as_ref();
        if !lessons.is_empty() && known.is_none_or(|(size, _)| *size != images) {
            self.lessons.ground = Some((images, self.look()?));
        }
        let mut learned = Vec::with_capacity(lessons.len());
        for marks in lessons {
            let settled = marks.settle(images);
            let same = |known: &Lesson| known.settled == settled && known.images == images;
            let at = self.lessons.learned.iter().position(same);
            let taught = match at {
                Some(at) => self.lessons.learned[at].taught.clone(),
                None => self.learn(&settled)?,
            };
            let lesson = Lesson {
                marks: marks.clone(),
                settled,
                taught,
                images,
            };
            learned.push((lesson, at));
        }
        self.readouts.truncate(first);
        let mut before = self.probabilities.split_off(first);
        self.lessons.learned.clear();
        for (lesson, at) in learned {
            self.readouts.push(lesson.taught.readout.clone());
            let computed = at.and_then(|at| before.get_mut(at)).map(std::mem::take);
            self.probabilities.push(computed.unwrap_or_default());
            self.lessons.learned.push(lesson);
        }
        Ok(())
    }

    /// Number of tasks, taught ones included.
    pub fn tasks(&self) -> usize {
        self.readouts.len()
    }

    /// Whether a task was taught.
    pub fn is_taught(&self, task: usize) -> bool {
        task >= self.tail.tasks()
    }

    /// What was learned of a taught task.
    pub fn taught(&self, task: usize) -> Option<&Taught> {
        self.lesson(task).map(|lesson| &lesson.taught)
    }

    /// The marks that a taught task was learned from.
    pub fn settled(&self, task: usize) -> Option<&Settled> {
        self.lesson(task).map(|lesson| &lesson.settled)
    }

    fn lesson(&self, task: usize) -> Option<&Lesson> {
        let at = task.checked_sub(self.tail.tasks())?;
        self.lessons.learned.get(at)
    }

    /// Learns all taught tasks again, from features that are new.
    pub(super) fn learn_anew(&mut self) -> Result<(), RetrievalError> {
        let before = std::mem::take(&mut self.lessons);
        let marks = before.learned.iter().map(|lesson| lesson.marks.clone());
        let learned = self.teach(&marks.collect::<Vec<_>>());
        if learned.is_err() {
            self.lessons = before;
        }
        learned
    }

    /// Finds out what the gallery is like.
    fn look(&self) -> Result<Ground, RetrievalError> {
        let sample = Ground::sample(self.images());
        let rows = self.unmodulated(&sample)?;
        Ground::new(sample, &rows, self.tail.embedding())
    }

    fn learn(&self, settled: &Settled) -> Result<Taught, RetrievalError> {
        let (yes, no) = (
            self.unmodulated(&settled.yes)?,
            self.unmodulated(&settled.no)?,
        );
        let mut marked = [settled.yes.as_slice(), &settled.no].concat();
        marked.sort_unstable();
        let config = TeachConfig::default();
        match &self.lessons.ground {
            Some((_, ground)) => learn(ground, &yes, &no, &marked, &config),
            None => learn(&self.look()?, &yes, &no, &marked, &config),
        }
    }

    /// The unmodulated embeddings of some images, `[n, D]`.
    fn unmodulated(&self, images: &[usize]) -> Result<Vec<f32>, RetrievalError> {
        let rows = images.iter().flat_map(|&image| self.features.row(image));
        let features: Vec<f32> = rows.copied().collect();
        let mut rows = vec![0.0; images.len() * self.tail.embedding()];
        self.tail.embed_rows_unmodulated(&features, &mut rows)?;
        Ok(rows)
    }

    /// The probabilities of a task's values for a picture that is not in the gallery, by its features.
    ///
    /// # Errors
    /// There is no such task, or features of another length.
    pub fn outcome(&self, features: &[f32], task: usize) -> Result<Vec<f32>, RetrievalError> {
        let readout = self.readout(task)?;
        let mut embedding = vec![0.0; self.tail.embedding()];
        if !self.is_taught(task) {
            self.tail.embed(features, task, &mut embedding)?;
            return readout.probabilities(&embedding);
        }
        RetrievalError::length("the features", features.len(), self.tail.channels())?;
        self.tail.embed_rows_unmodulated(features, &mut embedding)?;
        let mut outcome = readout.probabilities(&embedding)?;
        never_certain(&mut outcome);
        Ok(outcome)
    }

    /// The images whose marking would teach a taught task most: those nearest to 50 %, of these some that are unlike each
    /// other. Images in `skip` (ascending) are none of them.
    ///
    /// # Errors
    /// There is no such task.
    pub fn unsure(
        &mut self,
        task: usize,
        count: usize,
        skip: &[usize],
    ) -> Result<Vec<usize>, RetrievalError> {
        let pool = nearest_to_half(self.probabilities(task)?, count * POOL, skip);
        let rows = self.unmodulated(&pool)?;
        Ok(spread(&pool, &rows, self.tail.embedding(), count))
    }
}

/// The images whose "yes" is nearest to 50 %, the nearest first. `probabilities` are `[N, 2]`.
fn nearest_to_half(probabilities: &[f32], count: usize, skip: &[usize]) -> Vec<usize> {
    let pairs = probabilities.as_chunks::<2>().0.iter().enumerate();
    let mut all: Vec<(f32, usize)> = pairs
        .filter(|(image, _)| skip.binary_search(image).is_err())
        .map(|(image, [_, yes])| ((yes - 0.5).abs(), image))
        .collect();
    let order = |a: &(f32, usize), b: &(f32, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if count < all.len() {
        all.select_nth_unstable_by(count, order);
        all.truncate(count);
    }
    all.sort_unstable_by(order);
    all.into_iter().map(|(_, image)| image).collect()
}

/// The first image, then always the one whose nearest chosen one is the furthest. `rows` are unit vectors.
fn spread(images: &[usize], rows: &[f32], dim: usize, count: usize) -> Vec<usize> {
    let row = |at: usize| &rows[at * dim..][..dim];
    let mut nearest = vec![f32::NEG_INFINITY; images.len()];
    let mut chosen = Vec::with_capacity(count);
    let mut next = (!images.is_empty()).then_some(0);
    while let Some(at) = next.filter(|_| chosen.len() < count) {
        chosen.push(images[at]);
        nearest[at] = f32::INFINITY;
        for (other, nearest) in nearest.iter_mut().enumerate() {
            *nearest = nearest.max(kernel::dot(row(at), row(other)));
        }
        let furthest = (0..images.len()).min_by(|&a, &b| nearest[a].total_cmp(&nearest[b]));
        next = furthest.filter(|&at| nearest[at] < f32::INFINITY);
    }
    chosen
}

/// Keeps the probabilities `[n, 2]` of a taught task from being exactly 0 or 1.
pub(super) fn never_certain(probabilities: &mut [f32]) {
    for p in probabilities {
        *p = p.clamp(CERTAINTY, 1.0 - CERTAINTY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_to_half_are_found_and_marked_ones_left_out() {
        let yes = [0.9, 0.45, 0.1, 0.55, 0.5, 0.49];
        let pairs: Vec<f32> = yes.iter().flat_map(|yes| [1.0 - yes, *yes]).collect();
        let three = nearest_to_half(&pairs, 3, &[5]);
        assert_eq!(three[0], 4);
        assert_eq!(three.len(), 3);
        assert!(three[1..].contains(&1) && three[1..].contains(&3));
        assert_eq!(nearest_to_half(&pairs, 99, &[]).len(), 6);
        assert!(nearest_to_half(&[], 3, &[]).is_empty());
    }

    #[test]
    fn those_chosen_are_unlike_each_other() {
        let angles = [0.0_f32, 0.05, 3.0, 0.1, 1.5];
        let rows: Vec<f32> = angles.iter().flat_map(|a| [a.cos(), a.sin()]).collect();
        let images = [10, 11, 12, 13, 14];
        assert_eq!(spread(&images, &rows, 2, 3), [10, 12, 14]);
        assert_eq!(spread(&images, &rows, 2, 9).len(), 5);
        assert!(spread(&[], &[], 2, 3).is_empty());
    }
}
