//! User tasks of a gallery: after the network's own, each with a few-shot classifier.

use super::Gallery;
use crate::few_shot::{
    CERTAINTY, FeatureStatistics, FewShotClassifier, FewShotConfig, LabelledExamples,
    ValidatedLabels, blocks, fit,
};
use crate::rank::{key_index, order_key};
use crate::{RetrievalError, kernel};

/// Candidates for every image that is suggested.
const POOL: usize = 4;
/// The key of unmodulated embeddings in the cache.
pub(super) const UNMODULATED: usize = usize::MAX;

/// The user tasks, and the feature statistics they were fitted with.
#[derive(Clone, Debug, Default)]
pub(super) struct UserTasks {
    tasks: Vec<UserTask>,
    /// With the number of images they were computed on.
    statistics: Option<(usize, FeatureStatistics)>,
}

/// One user task.
#[derive(Clone, Debug)]
struct UserTask {
    examples: LabelledExamples,
    labels: ValidatedLabels,
    classifier: FewShotClassifier,
    /// Number of images when it was fitted.
    images: usize,
}

impl UserTasks {
    /// Puts what was labelled in the place of what is predicted, for the images from `first` on: those labelled "yes"
    /// are more certain than all others, those labelled "no" less. `probabilities` are `[n, 2]` of the first images.
    pub(super) fn put_marks(&self, at: usize, first: usize, probabilities: &mut [f32]) {
        let Some(UserTask { labels, .. }) = self.tasks.get(at) else {
            return;
        };
        let rows = probabilities.as_chunks_mut::<2>().0;
        let least = CERTAINTY / 2.0;
        for (images, row) in [
            (&labels.yes, [least, 1.0 - least]),
            (&labels.no, [1.0 - least, least]),
        ] {
            for &image in images.iter().filter(|&&image| image >= first) {
                if let Some(known) = rows.get_mut(image) {
                    *known = row;
                }
            }
        }
    }
}

impl Gallery {
    /// Sets the user tasks: one per entry, after the network's, in this order. Each predicts "no" (value 0) and "yes"
    /// (value 1) like any yes/no task, but has no embeddings. Of a labelled image it predicts the label.
    ///
    /// A classifier is fitted on the images there are now. The predictions of a task whose labels are the same stay,
    /// unless images were added since: then it is fitted anew. Images added later are predicted by the older fit.
    ///
    /// # Errors
    /// The features give embeddings that are not finite; the user tasks then stay as they were.
    pub fn set_user_tasks(&mut self, tasks: &[LabelledExamples]) -> Result<(), RetrievalError> {
        let images = self.images();
        let first = self.tail.tasks();
        let known = self.user_tasks.statistics.as_ref();
        if !tasks.is_empty() && known.is_none_or(|(size, _)| *size != images) {
            self.user_tasks.statistics = Some((images, self.feature_statistics()?));
        }
        let mut fitted = Vec::with_capacity(tasks.len());
        for examples in tasks {
            let labels = examples.validate(images);
            let same = |known: &UserTask| known.labels == labels && known.images == images;
            let at = self.user_tasks.tasks.iter().position(same);
            let classifier = match at {
                Some(at) => self.user_tasks.tasks[at].classifier.clone(),
                None => self.fit(&labels)?,
            };
            let task = UserTask {
                examples: examples.clone(),
                labels,
                classifier,
                images,
            };
            fitted.push((task, at));
        }
        self.heads.truncate(first);
        let mut before = self.probabilities.split_off(first);
        self.user_tasks.tasks.clear();
        for (task, at) in fitted {
            self.heads.push(task.classifier.head.clone());
            let computed = at.and_then(|at| before.get_mut(at)).map(std::mem::take);
            self.probabilities.push(computed.unwrap_or_default());
            self.user_tasks.tasks.push(task);
        }
        Ok(())
    }

    /// Number of tasks, user tasks included.
    pub fn tasks(&self) -> usize {
        self.heads.len()
    }

    /// True for a user task.
    pub fn is_user_task(&self, task: usize) -> bool {
        task >= self.tail.tasks()
    }

    /// The classifier of a user task.
    pub fn classifier(&self, task: usize) -> Option<&FewShotClassifier> {
        self.user_task(task).map(|task| &task.classifier)
    }

    /// The labels that the classifier of a user task was fitted to.
    pub fn labels(&self, task: usize) -> Option<&ValidatedLabels> {
        self.user_task(task).map(|task| &task.labels)
    }

    fn user_task(&self, task: usize) -> Option<&UserTask> {
        let at = task.checked_sub(self.tail.tasks())?;
        self.user_tasks.tasks.get(at)
    }

    /// Fits all user tasks again, to features that are new.
    pub(super) fn fit_again(&mut self) -> Result<(), RetrievalError> {
        let before = std::mem::take(&mut self.user_tasks);
        let examples = before.tasks.iter().map(|task| task.examples.clone());
        let fitted = self.set_user_tasks(&examples.collect::<Vec<_>>());
        if fitted.is_err() {
            self.user_tasks = before;
        }
        fitted
    }

    /// The feature statistics of the images there are.
    fn feature_statistics(&self) -> Result<FeatureStatistics, RetrievalError> {
        let sample = FeatureStatistics::sample(self.images());
        let rows = self.rows(&sample)?;
        let blocks = blocks(self.tail.embedding(), self.tail.channels());
        FeatureStatistics::new(sample, &rows, &blocks)
    }

    fn fit(&self, labels: &ValidatedLabels) -> Result<FewShotClassifier, RetrievalError> {
        let (yes, no) = (self.rows(&labels.yes)?, self.rows(&labels.no)?);
        let mut labelled = [labels.yes.as_slice(), &labels.no].concat();
        labelled.sort_unstable();
        let config = FewShotConfig::default();
        match &self.user_tasks.statistics {
            Some((_, statistics)) => fit(statistics, &yes, &no, &labelled, &config),
            None => fit(&self.feature_statistics()?, &yes, &no, &labelled, &config),
        }
    }

    /// The rows that user tasks learn from, of some images, `[n, D + C]`.
    fn rows(&self, images: &[usize]) -> Result<Vec<f32>, RetrievalError> {
        let features = self.features_of(images);
        let mut rows = Vec::new();
        self.join(&self.unmodulated(&features)?, &features, &mut rows);
        Ok(rows)
    }

    fn features_of(&self, images: &[usize]) -> Vec<f32> {
        let rows = images.iter().flat_map(|&image| self.features.row(image));
        rows.copied().collect()
    }

    /// The unmodulated embeddings `[n, D]` of features `[n, C]`.
    fn unmodulated(&self, features: &[f32]) -> Result<Vec<f32>, RetrievalError> {
        let images = features.len() / self.tail.channels();
        let mut rows = vec![0.0; images * self.tail.embedding()];
        self.tail.embed_rows_unmodulated(features, &mut rows)?;
        Ok(rows)
    }

    /// Adds the rows `[n, D + C]` of images by their unmodulated embeddings `[n, D]` and their features `[n, C]`.
    pub(super) fn join(&self, embeddings: &[f32], features: &[f32], rows: &mut Vec<f32>) {
        rows.reserve(embeddings.len() + features.len());
        let embeddings = embeddings.chunks_exact(self.tail.embedding());
        for (embedding, features) in embeddings.zip(features.chunks_exact(self.tail.channels())) {
            rows.extend_from_slice(embedding);
            rows.extend_from_slice(features);
        }
    }

    /// The probabilities of a task's values for an image that is not in the gallery, by its features.
    ///
    /// # Errors
    /// There is no such task, or features of another length.
    pub fn predict(&self, features: &[f32], task: usize) -> Result<Vec<f32>, RetrievalError> {
        let head = self.head(task)?;
        if !self.is_user_task(task) {
            let mut embedding = vec![0.0; self.tail.embedding()];
            self.tail.embed(features, task, &mut embedding)?;
            return head.probabilities(&embedding);
        }
        RetrievalError::length("the features", features.len(), self.tail.channels())?;
        let mut row = Vec::new();
        self.join(&self.unmodulated(features)?, features, &mut row);
        let mut probabilities = head.probabilities(&row)?;
        never_certain(&mut probabilities);
        Ok(probabilities)
    }

    /// Uncertainty sampling: the images whose labels would help a user task most, those nearest to 50 %, of these some
    /// that are unlike each other. Images in `skip` (ascending) are none of them.
    ///
    /// # Errors
    /// There is no such task.
    pub fn uncertain(
        &mut self,
        task: usize,
        count: usize,
        skip: &[usize],
    ) -> Result<Vec<usize>, RetrievalError> {
        let pool = nearest_to_half(self.probabilities(task)?, count * POOL, skip);
        let rows = self.unmodulated(&self.features_of(&pool))?;
        Ok(spread(&pool, &rows, self.tail.embedding(), count))
    }
}

/// The images whose "yes" is nearest to 50 %, the nearest first. `probabilities` are `[N, 2]`.
fn nearest_to_half(probabilities: &[f32], count: usize, skip: &[usize]) -> Vec<usize> {
    let pairs = probabilities.as_chunks::<2>().0.iter().enumerate();
    let mut all: Vec<u64> = pairs
        .filter(|(image, _)| skip.binary_search(image).is_err())
        .map(|(image, [_, yes])| order_key(-(yes - 0.5).abs(), image as u32))
        .collect();
    if count < all.len() {
        all.select_nth_unstable(count);
        all.truncate(count);
    }
    all.sort_unstable();
    all.into_iter().map(key_index).collect()
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

/// Keeps the probabilities `[n, 2]` of a user task from being exactly 0 or 1.
pub(super) fn never_certain(probabilities: &mut [f32]) {
    for p in probabilities {
        *p = p.clamp(CERTAINTY, 1.0 - CERTAINTY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_to_half_are_found_and_labelled_ones_left_out() {
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
