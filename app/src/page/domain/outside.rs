//! Counts of images outside a network's domain, and what they mean.

use modulens_retrieval::domain::is_another_kind;

use crate::page::browser::memory;
use crate::page::library::import_job::Candidate;

/// The key under which the counts of own galleries are remembered.
const MEMORY: &str = "modulens.out-of-domain";

/// Images outside, of those that were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Images outside.
    pub outside: usize,
    /// Images looked at.
    pub images: usize,
}

impl Outside {
    /// The count of a gallery of which the first images were `looked` at, without those that are never shown; both lists
    /// ascend.
    pub fn of(outside: &[usize], looked: usize, hidden: &[usize]) -> Self {
        let never = hidden.iter().filter(|&&image| image < looked).count();
        let shown = |image: &&usize| hidden.binary_search(image).is_err();
        Self {
            images: looked - never,
            outside: outside.iter().filter(shown).count(),
        }
    }

    /// True if they make a set of another kind than the training images.
    pub fn is_another_kind(self) -> bool {
        is_another_kind(self.outside, self.images)
    }
}

/// The counts of own galleries that were opened, by the store's id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptOutside {
    counts: Vec<(String, Outside)>,
    /// Galleries of which nothing more is to be said above the results.
    closed: Vec<String>,
}

impl KeptOutside {
    /// Those remembered from earlier visits.
    pub fn recall() -> Self {
        Self::parse(&memory::recall(MEMORY).unwrap_or_default())
    }

    /// Remembers the count of a gallery, and forgets those of galleries that are not kept any more.
    pub fn keep(&mut self, id: &str, outside: Outside, is_kept: impl Fn(&str) -> bool) {
        self.counts
            .retain(|(other, _)| other != id && is_kept(other));
        self.counts.push((id.to_owned(), outside));
        memory::keep(MEMORY, Some(&self.text()));
    }

    /// The count of a gallery, if its images are of another kind.
    pub fn another_kind(&self, id: &str) -> Option<Outside> {
        let found = self.counts.iter().find(|(other, _)| other == id);
        found
            .map(|(_, outside)| *outside)
            .filter(|outside| outside.is_another_kind())
    }

    /// Says nothing more of a gallery above the results, until the page is closed.
    pub fn close(&mut self, id: String) {
        self.closed.push(id);
    }

    /// True if nothing more is to be said of a gallery.
    pub fn is_closed(&self, id: &str) -> bool {
        self.closed.iter().any(|closed| closed == id)
    }

    /// Lines of id, images outside and images.
    fn text(&self) -> String {
        let line = |(id, it): &(String, Outside)| format!("{id} {} {}\n", it.outside, it.images);
        self.counts.iter().map(line).collect()
    }

    /// Reads [`KeptOutside::text`]; what is no such line is left out.
    fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let mut words = line.split(' ');
            let id = words.next()?.to_owned();
            let mut number = || words.next()?.parse().ok();
            let (outside, images) = (number()?, number()?);
            Some((id, Outside { outside, images }))
        };
        Self {
            counts: text.lines().filter_map(line).collect(),
            closed: Vec::new(),
        }
    }
}

/// The networks to try, by their places, where the images are unlike the training images of the one proposed: those that
/// take whole images (or faces, where these are cut out already), of its own kind first.
pub fn alternatives(networks: &[Candidate], proposed: usize, cut: bool) -> Vec<usize> {
    let kind = networks
        .get(proposed)
        .is_some_and(|network| network.photographs);
    let fits = |at: &usize| *at != proposed && (cut || !networks[*at].faces);
    let of_kind = |same: bool| {
        let all = (0..networks.len()).filter(fits);
        all.filter(move |&at| (networks[at].photographs == kind) == same)
    };
    of_kind(true).chain(of_kind(false)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_are_never_shown_are_not_counted() {
        let outside = Outside::of(&[0, 2, 3], 4, &[2, 9]);
        assert_eq!((outside.outside, outside.images), (2, 3));
        assert!(outside.is_another_kind());
        assert!(!Outside::of(&[], 0, &[]).is_another_kind());
    }

    #[test]
    fn counts_are_remembered_and_nonsense_is_not() {
        let text = "a1 7 12\nb2 0 40\n";
        let kept = KeptOutside::parse(text);
        assert_eq!(kept.text(), text);
        assert_eq!(kept.another_kind("a1").map(|it| it.outside), Some(7));
        assert_eq!(kept.another_kind("b2"), None, "all are inside");
        assert_eq!(kept.another_kind("c3"), None);
        assert_eq!(
            KeptOutside::parse("x\ny 1\nz -1 2\n\n"),
            KeptOutside::default()
        );
    }

    #[test]
    fn networks_of_the_same_kind_are_tried_first_and_those_of_faces_only_on_faces() {
        let network = |photographs, faces| Candidate {
            photographs,
            faces,
            ..Candidate::default()
        };
        let networks = [
            network(false, false),
            network(false, false),
            network(true, true),
            network(true, false),
        ];
        assert_eq!(alternatives(&networks, 0, false), [1, 3]);
        assert_eq!(alternatives(&networks, 3, false), [0, 1]);
        assert_eq!(alternatives(&networks, 3, true), [2, 0, 1]);
        assert!(alternatives(&[], 0, false).is_empty());
    }
}
