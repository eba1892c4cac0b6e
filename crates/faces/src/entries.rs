//! Names of the faces in files, as entries of a gallery or of a list.

use std::collections::HashSet;

/// The ids of faces: that of their file, with `#` and the face's number where the file has several. No two are the same,
/// and none is that of another file: where one would be, there are more `#`.
#[derive(Clone, Debug, Default)]
pub struct EntryIds {
    used: HashSet<String>,
}

impl EntryIds {
    /// The ids of faces in these files.
    pub fn new<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            used: files.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The ids of the faces in a file, in their order.
    pub fn of(&mut self, file: &str, faces: usize) -> Vec<String> {
        if faces < 2 {
            return vec![file.to_owned(); faces];
        }
        (1..=faces)
            .map(|number| self.numbered(file, number))
            .collect()
    }

    fn numbered(&mut self, file: &str, number: usize) -> String {
        let mut stem = file.to_owned();
        loop {
            let id = format!("{stem}#{number}");
            if self.used.insert(id.clone()) {
                return id;
            }
            stem.push('#');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(files: &[&str], faces: &[usize]) -> Vec<String> {
        let mut ids = EntryIds::new(files.iter().copied());
        let files = files.iter().zip(faces);
        files
            .flat_map(|(file, &faces)| ids.of(file, faces))
            .collect()
    }

    #[test]
    fn a_file_with_one_face_keeps_its_name() {
        assert_eq!(
            ids(&["a.jpg", "b.jpg", "c.jpg"], &[1, 0, 2]),
            ["a.jpg", "c.jpg#1", "c.jpg#2"]
        );
    }

    #[test]
    fn no_two_faces_have_one_name() {
        let all = ids(&["a#1", "a", "a##2"], &[1, 2, 2]);
        let different: HashSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{all:?}");
        assert_eq!(all[..2], ["a#1", "a##1"]);
    }
}
