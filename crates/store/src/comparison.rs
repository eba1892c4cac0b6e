//! Files that a visitor brings again, compared with the images of a gallery.

use std::collections::{BTreeSet, HashMap};

use crate::origin::Origin;
use crate::writer::as_line;

/// An image's file that was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought<'a> {
    /// Its id.
    pub id: &'a str,
    /// Bytes of the file, unpacked.
    pub size: u64,
}

/// The differences between a gallery and the files brought: indices among the files, and in the gallery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Files that the gallery does not have.
    pub added: Vec<usize>,
    /// Files that are others than those the images were made from, and these images.
    pub changed: Vec<(usize, usize)>,
    /// Files that have the size of those the images were made from, these images, and the checksum to be held against.
    pub same: Vec<(usize, usize, u32)>,
    /// Files of the same name as images of which no more is known.
    pub named: Vec<(usize, usize)>,
    /// Images whose files were not brought.
    pub gone: Vec<usize>,
}

impl Comparison {
    /// Compares by names and sizes. `ids` and `origins` are those of the gallery's images, `removed` the images that
    /// were taken out.
    pub fn by_size(
        ids: &[&str],
        origins: &[Origin],
        removed: &BTreeSet<usize>,
        brought: &[Brought<'_>],
    ) -> Self {
        let mut left: HashMap<&str, usize> = (0..ids.len())
            .filter(|image| !removed.contains(image))
            .map(|image| (ids[image], image))
            .collect();
        let mut comparison = Self::default();
        for (at, file) in brought.iter().enumerate() {
            let Some(image) = left.remove(as_line(file.id).as_str()) else {
                comparison.added.push(at);
                continue;
            };
            match origins.get(image).filter(|origin| origin.is_known()) {
                Some(origin) if origin.size == file.size => {
                    comparison.same.push((at, image, origin.crc));
                }
                Some(_) => comparison.changed.push((at, image)),
                None => comparison.named.push((at, image)),
            }
        }
        comparison.gone = left.into_values().collect();
        comparison.gone.sort_unstable();
        comparison
    }

    /// Looks at the checksums of files of the same size; `None` where a file's is not known.
    pub fn by_checksum(&mut self, mut checksum: impl FnMut(usize) -> Option<u32>) {
        let is_other =
            |&(at, _, crc): &(usize, usize, u32)| checksum(at).is_some_and(|it| it != crc);
        let (other, same) = std::mem::take(&mut self.same)
            .into_iter()
            .partition(is_other);
        self.same = same;
        let other: Vec<(usize, usize, u32)> = other;
        self.changed
            .extend(other.into_iter().map(|(at, image, _)| (at, image)));
        self.changed.sort_unstable();
    }

    /// Images of the gallery that are among the files, as they are or changed.
    pub fn found(&self) -> usize {
        self.same.len() + self.named.len() + self.changed.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought<'a>(files: &[(&'a str, &[u8])]) -> Vec<Brought<'a>> {
        let file = |&(id, bytes): &(&'a str, &[u8])| Brought {
            id,
            size: bytes.len() as u64,
        };
        files.iter().map(file).collect()
    }

    #[test]
    fn added_changed_and_missing_files_are_told_apart() {
        let ids = ["a", "b", "c", "d", "e", "b"];
        let origins = [b"1", b"2", b"3", b"4", b"5", b"6"].map(|file| Origin::of(file));
        let removed = BTreeSet::from([1]);
        let files: [(&str, &[u8]); 5] = [
            ("new", b"9"),
            ("a", b"1"),
            ("b", b"6"),
            ("c", b"33"),
            ("d", b"x"),
        ];
        let mut found = Comparison::by_size(&ids, &origins, &removed, &brought(&files));
        assert_eq!((&found.added, &found.changed), (&vec![0], &vec![(3, 2)]));
        assert_eq!(found.gone, [4]);
        found.by_checksum(|at| Some(crc32fast::hash(files[at].1)));
        assert_eq!(
            found.changed,
            [(3, 2), (4, 3)],
            "the same size, another content"
        );
        let same: Vec<_> = found
            .same
            .iter()
            .map(|&(at, image, _)| (at, image))
            .collect();
        assert_eq!(same, [(1, 0), (2, 5)], "a replaced image counts no more");
        assert_eq!(found.found(), 4);
    }

    #[test]
    fn galleries_of_earlier_versions_are_compared_by_name() {
        let files: [(&str, &[u8]); 2] = [("a\nb", b"1"), ("c", b"2")];
        let mut found = Comparison::by_size(&["a b"], &[], &BTreeSet::new(), &brought(&files));
        found.by_checksum(|_| Some(0));
        assert_eq!((found.named, found.added), (vec![(0, 0)], vec![1]));
    }
}
