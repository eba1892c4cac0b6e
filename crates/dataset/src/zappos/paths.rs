//! `image-path.mat`: the order of the pictures that UT-Zappos50K's MATLAB files count in. Native only.

use std::collections::HashSet;
use std::panic::catch_unwind;

use matrw::{MatVariable, load_matfile_from_u8};

use crate::dataset::ImageRecord;
use crate::error::DatasetError;
use crate::report::Report;
use crate::storage::{Storage, path};

const FILE: &str = "image-path.mat";
const VARIABLE: &str = "imagepath";

/// The relative paths in an `image-path.mat` (MAT-file level 5, variable `imagepath`, a cell of strings).
/// MATLAB counts from 1: picture `n` of a label matrix is `paths[n - 1]`. The paths are those on record, not
/// always those on disk; compare file stems.
///
/// # Errors
/// When the bytes are no such file.
pub fn image_paths(bytes: &[u8]) -> Result<Vec<String>, DatasetError> {
    let fault = |problem: String| DatasetError::Zip {
        file: FILE.to_owned(),
        problem,
        hint: "take the file from ut-zap50k-data.zip again",
    };
    // The parser is young and panics on some damaged files; that must not end the program.
    let file = catch_unwind(|| load_matfile_from_u8(bytes).map_err(|error| error.to_string()))
        .unwrap_or_else(|_| Err("it is damaged".to_owned()))
        .map_err(fault)?;
    let variable = file
        .iter()
        .find(|(name, _)| name.as_str() == VARIABLE)
        .map(|(_, variable)| variable)
        .ok_or_else(|| fault(format!("it has no variable {VARIABLE}")))?;
    let mut paths = Vec::new();
    collect(variable, &mut paths);
    if paths.is_empty() {
        return Err(fault(format!("{VARIABLE} holds no text")));
    }
    Ok(paths)
}

fn collect(variable: &MatVariable, paths: &mut Vec<String>) {
    match variable {
        MatVariable::CellArray(cells) => cells.value.iter().for_each(|cell| collect(cell, paths)),
        MatVariable::Compressed(packed) => collect(&packed.value, paths),
        other => paths.extend(
            other
                .to_vec_char()
                .map(|text| text.into_iter().collect::<String>()),
        ),
    }
}

/// Notes how many of the pictures on record are not there.
pub(super) fn check(storage: &Storage, images: &[ImageRecord], report: &mut Report) {
    let Some(entry) = storage.find(FILE) else {
        return;
    };
    let paths = match storage.read(entry).and_then(|bytes| image_paths(&bytes)) {
        Ok(paths) => paths,
        Err(error) => {
            report.skip(
                error.to_string(),
                FILE,
                "order of the pictures that cannot be read",
            );
            return;
        }
    };
    let there: HashSet<&str> = images
        .iter()
        .map(|image| path::stem(&storage.entries()[image.entry].path))
        .collect();
    let missing = paths
        .iter()
        .filter(|path| !there.contains(path::stem(path)))
        .count();
    if missing > 0 {
        report.note(format!(
            "{missing} of the {} pictures in {FILE} are not used",
            paths.len()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_mat_file_is_an_error() {
        assert!(image_paths(b"").is_err());
        assert!(image_paths(&[0; 300]).is_err());
        let mut header = b"MATLAB 5.0 MAT-file".to_vec();
        header.resize(124, b' ');
        header.extend(b"\x00\x01IM\x0e\x00\x00\x00\xff\xff\xff\x7f");
        assert!(image_paths(&header).is_err());
    }
}
