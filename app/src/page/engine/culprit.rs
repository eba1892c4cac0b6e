//! The search for the pictures that break an engine: halves of halves, each in an engine of its own.

use std::ops::Range;

/// A lone picture is at fault when so many new engines broke on it: a graphics device may be lost by itself.
const TRIES: usize = 2;

/// The search among some pictures. What was found comes in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The pictures still to be tried, the next one last.
    open: Vec<Range<usize>>,
    /// Engines that broke on the next one.
    tries: usize,
}

impl Search {
    /// A search among so many pictures. All of them come first once more: they need not have been what broke the
    /// engine.
    pub fn new(pictures: usize) -> Self {
        let open = (pictures > 0).then_some(0..pictures);
        Self {
            open: open.into_iter().collect(),
            tries: 0,
        }
    }

    /// The pictures to try next; `None` when all are settled.
    pub fn next(&self) -> Option<Range<usize>> {
        self.open.last().cloned()
    }

    /// The engine did these.
    pub fn held(&mut self) {
        self.open.pop();
        self.tries = 0;
    }

    /// The engine broke on these; the next needs a new one. Returns the picture that is at fault, once that is clear.
    pub fn broke(&mut self) -> Option<usize> {
        let Range { start, end } = self.open.pop()?;
        self.tries += 1;
        let middle = start + (end - start) / 2;
        if middle > start {
            self.open.extend([middle..end, start..middle]);
            self.tries = 0;
            return None;
        }
        if self.tries < TRIES {
            self.open.push(start..end);
            return None;
        }
        self.tries = 0;
        Some(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result in its order, and the number of engines that broke.
    fn run(pictures: usize, breaks: impl Fn(usize) -> bool) -> (Vec<(usize, bool)>, usize) {
        let (mut search, mut settled, mut broken) = (Search::new(pictures), Vec::new(), 0);
        while let Some(mut range) = search.next() {
            if range.any(&breaks) {
                broken += 1;
                settled.extend(search.broke().map(|at| (at, false)));
            } else {
                let range = search.next().unwrap_or_default();
                settled.extend(range.map(|at| (at, true)));
                search.held();
            }
        }
        (settled, broken)
    }

    /// One picture of 41 that broke the engine ended the import, and the next attempt met it again.
    #[test]
    fn one_picture_that_breaks_every_engine_costs_itself_only() {
        for culprit in 0..41 {
            let (settled, broken) = run(41, |at| at == culprit);
            let expected: Vec<_> = (0..41).map(|at| (at, at != culprit)).collect();
            assert_eq!(settled, expected);
            assert!(broken <= 8, "{broken} engines for picture {culprit}");
        }
    }

    #[test]
    fn several_are_found_and_no_picture_is_tried_for_ever() {
        let (settled, _) = run(32, |at| at % 3 == 0);
        assert!(settled.iter().all(|&(at, fine)| fine == (at % 3 != 0)));
        assert_eq!(settled.len(), 32);
        let (settled, broken) = run(4, |_| true);
        assert_eq!((settled.len(), broken), (4, 3 + 4 * TRIES));
        assert_eq!(run(0, |_| true), (Vec::new(), 0));
        assert_eq!(run(32, |_| false).1, 0);
    }

    #[test]
    fn a_device_that_is_lost_once_blames_no_picture() {
        let mut search = Search::new(1);
        assert_eq!((search.broke(), search.next()), (None, Some(0..1)));
        search.held();
        assert_eq!(search.next(), None);
    }
}
