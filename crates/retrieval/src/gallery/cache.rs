//! The embeddings of the tasks used last, whole or in part, within a limit of bytes.

use crate::Embeddings;

/// Embeddings of some tasks. One is always kept, however small the limit.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    /// The most recently used task comes last.
    entries: Vec<(usize, Embeddings)>,
    limit: usize,
}

impl Cache {
    /// Nothing yet, and never more than `limit` bytes of more than one task.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            entries: Vec::new(),
            limit,
        }
    }

    /// The embeddings there are of a task; no use of them.
    pub(super) fn get(&self, task: usize) -> Option<&Embeddings> {
        let entry = self.entries.iter().find(|(kept, _)| *kept == task);
        entry.map(|(_, kept)| kept)
    }

    /// The entry of a task, which is now the one used last; an empty one where there was none.
    ///
    /// Every entry counts with the size it will have with all `images`, so that finishing one never
    /// drives the others out halfway.
    pub(super) fn open(&mut self, task: usize, images: usize, dim: usize) -> &mut Embeddings {
        let kept = self.entries.iter().position(|(kept, _)| *kept == task);
        let entry = match kept {
            Some(at) => self.entries.remove(at),
            None => (task, Embeddings::empty(dim)),
        };
        let whole = Embeddings::bytes_of(images, dim);
        let others = (self.limit / whole.max(1)).saturating_sub(1);
        let surplus = self.entries.len().saturating_sub(others);
        self.entries.drain(..surplus);
        let (_, kept) = self.entries.push_mut(entry);
        kept.reserve(images);
        kept
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Memory held.
    pub(super) fn bytes(&self) -> usize {
        self.entries.iter().map(|(_, kept)| kept.bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(cache: &Cache) -> Vec<usize> {
        cache.entries.iter().map(|(task, _)| *task).collect()
    }

    #[test]
    fn the_least_recently_used_goes_first_and_one_always_stays() {
        let mut cache = Cache::new(2 * Embeddings::bytes_of(10, 3));
        for task in [0, 1, 0, 2] {
            cache.open(task, 10, 3);
        }
        assert_eq!(kept(&cache), [0, 2]);
        cache.open(0, 20, 3);
        assert_eq!(kept(&cache), [0], "the images have become more");
        cache.limit = 0;
        cache.open(1, 10, 3);
        assert_eq!(kept(&cache), [1]);
        cache.open(2, usize::MAX, 3);
        assert_eq!(kept(&cache), [2], "a size beyond all bounds is no overflow");
    }

    #[test]
    fn what_is_half_done_stays_and_has_room_for_the_rest() {
        let mut cache = Cache::new(1000);
        let entry = cache.open(0, 10, 3);
        let fill = |rows: &mut [f32]| {
            rows.fill(0.5);
            Ok(())
        };
        entry.extend(4, fill).expect("finite");
        cache.open(1, 10, 3);
        let rows = |cache: &Cache| cache.get(0).map(Embeddings::rows);
        assert_eq!(rows(&cache), Some(4));
        assert_eq!(cache.bytes(), 2 * 10 * 3 * 4);
        cache.clear();
        assert_eq!((cache.bytes(), rows(&cache)), (0, None));
    }
}
