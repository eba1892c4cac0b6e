//! From files with faces in them to the entries of a gallery of portraits.

use std::collections::HashSet;

/// One entry of a gallery of portraits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portrait {
    /// Its id: that of the file, with `#` and the face's number where the file has several.
    pub id: String,
    /// The file, by its place.
    pub file: usize,
    /// The face among those of the file, by its place.
    pub face: usize,
    /// True if the file's labels are about this face, which they are if there is no other.
    pub labelled: bool,
}

/// The entries of files with so many faces each, in the order of the files; a file without a face has none.
pub fn portraits(ids: &[&str], faces: &[usize]) -> Vec<Portrait> {
    let mut used: HashSet<String> = ids.iter().map(|&id| id.to_owned()).collect();
    let mut all = Vec::new();
    for (file, (&id, &count)) in ids.iter().zip(faces).enumerate() {
        for face in 0..count {
            let mut entry = id.to_owned();
            // Another file may be called like that.
            while count > 1 && !used.insert(format!("{entry}#{}", face + 1)) {
                entry.push('#');
            }
            if count > 1 {
                entry = format!("{entry}#{}", face + 1);
            }
            all.push(Portrait {
                id: entry,
                file,
                face,
                labelled: count == 1,
            });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str], faces: &[usize]) -> Vec<(String, usize, usize, bool)> {
        let entries = portraits(ids, faces).into_iter();
        entries
            .map(|it| (it.id, it.file, it.face, it.labelled))
            .collect()
    }

    #[test]
    fn a_file_with_one_face_keeps_its_name_and_labels() {
        assert_eq!(
            ids(&["a.jpg", "b.jpg", "c.jpg"], &[1, 0, 2]),
            [
                ("a.jpg".into(), 0, 0, true),
                ("c.jpg#1".into(), 2, 0, false),
                ("c.jpg#2".into(), 2, 1, false),
            ]
        );
    }

    #[test]
    fn no_two_entries_have_one_name() {
        let entries = ids(&["a#1", "a", "a##2"], &[1, 2, 2]);
        let names: HashSet<&String> = entries.iter().map(|(id, ..)| id).collect();
        assert_eq!(names.len(), entries.len(), "{entries:?}");
        assert_eq!(entries[0].0, "a#1");
        assert_eq!(entries[1].0, "a##1");
    }
}
