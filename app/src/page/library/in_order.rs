//! Things that are made side by side and wanted one after the other.

use std::collections::BTreeMap;

/// Holds back what comes before its turn.
#[derive(Clone, Debug, PartialEq)]
pub struct InOrder<T> {
    next: usize,
    early: BTreeMap<usize, (usize, T)>,
}

impl<T> InOrder<T> {
    /// Wants the thing that begins at `next` first.
    pub fn new(next: usize) -> Self {
        Self {
            next,
            early: BTreeMap::new(),
        }
    }

    /// Takes in the thing that covers `count` places from `first` on, and gives out all whose turn has come.
    pub fn put(&mut self, first: usize, count: usize, thing: T) -> Vec<(usize, T)> {
        self.early.insert(first, (count, thing));
        let mut turn = Vec::new();
        while let Some((count, thing)) = self.early.remove(&self.next) {
            turn.push((self.next, thing));
            self.next += count;
        }
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_out_once_and_in_order() {
        let mut order = InOrder::new(10);
        assert!(order.put(14, 2, "c").is_empty());
        assert!(order.put(12, 2, "b").is_empty());
        assert_eq!(order.put(10, 2, "a"), [(10, "a"), (12, "b"), (14, "c")]);
        assert_eq!(order.put(16, 1, "d"), [(16, "d")]);
    }
}
