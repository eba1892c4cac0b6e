//! Datasets that come in shards: the tables of all shards of a set are one.

use modulens_schema::Split;

use crate::error::DatasetError;
use crate::report::Report;
use crate::storage::{Storage, path};
use crate::table::Table;
use crate::table::roles::split_of_folder;

use super::webdataset;

/// The tables of a storage's shards; of the shard `wanted` alone, where it is one.
///
/// # Errors
/// When the storage fails, or a table has too many columns.
pub(super) fn tables(
    storage: &Storage,
    wanted: Option<&str>,
    report: &mut Report,
) -> Result<Vec<Table>, DatasetError> {
    #[cfg_attr(
        not(feature = "parquet"),
        expect(unused_mut, reason = "only Parquet adds to it")
    )]
    let mut tables = webdataset::tables(storage, wanted, report)?;
    #[cfg(feature = "parquet")]
    tables.extend(super::parquet::tables(storage, wanted, report)?);
    Ok(tables)
}

/// Reports shards in which no image was found, where none lies beside them either.
#[cfg_attr(
    not(feature = "parquet"),
    expect(unused_variables, reason = "other shards have images")
)]
pub(super) fn note_no_images(storage: &Storage, report: &mut Report) {
    #[cfg(feature = "parquet")]
    super::parquet::note_no_images(storage, report);
}

/// The kind of a dataset that is none of the known ones, for people.
pub(crate) fn kind(storage: &Storage) -> String {
    #[cfg(feature = "parquet")]
    match super::parquet::files_with_images(storage) {
        0 => {}
        1 => return "Parquet: 1 file with images inside".to_owned(),
        files => return format!("Parquet: {files} files with images inside"),
    }
    match storage.tar_shards().len() {
        0 => "a folder of pictures".to_owned(),
        1 => "WebDataset: 1 tar of samples".to_owned(),
        tars => format!("WebDataset: {tars} tars of samples"),
    }
}

/// The extensions of shards, longer ones first.
const EXTENSIONS: [&str; 4] = [".tar.gz", ".parquet", ".tar", ".tgz"];

/// Returns true for the path of a shard, and for the joint name of several.
pub(super) fn is_shard(path: &str) -> bool {
    split_name(path).is_some()
}

/// The name of a shard and its extension; none for any other file.
fn split_name(path: &str) -> Option<(&str, &str)> {
    let name = path::file_name(path);
    EXTENSIONS.iter().find_map(|extension| {
        let at = name.len().checked_sub(extension.len())?;
        let found = name.get(at..)?;
        found
            .eq_ignore_ascii_case(extension)
            .then(|| (&name[..at], found))
    })
}

/// The set that a shard belongs to, by its name: `train` for `train-00000-of-00003.parquet` and `train_0001.tar`.
pub(super) fn set_of(path: &str) -> &str {
    let name = path::file_name(path);
    let mut set = split_name(path).map_or(name, |(stem, _)| stem);
    while let Some((rest, last)) = set.rsplit_once(['-', '_', '.']) {
        let number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
        if !number && last != "of" && last != "*" {
            return set;
        }
        set = rest;
    }
    let number = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'*')
    };
    if number(set) { "" } else { set }
}

/// The split of a set of shards: `train-*.tar`, `imagenet-validation-00.tar`.
pub(super) fn split_of_set(path: &str) -> Option<Split> {
    split_name(path)?;
    let set = set_of(path);
    let parts = || set.split(['-', '_', '.']);
    let ends = [Some(set), parts().next_back(), parts().next()];
    ends.into_iter().flatten().find_map(split_of_folder)
}

/// The name of some shards of one set, for people: a pattern where they are several.
pub(super) fn joint_name(paths: &[&str]) -> String {
    let first = paths.first().copied().unwrap_or_default();
    if paths.len() < 2 {
        return first.to_owned();
    }
    let name = path::file_name(first);
    let set = set_of(first);
    let extension = split_name(first).map_or("", |(_, extension)| extension);
    let separator = name[set.len()..].chars().next();
    let separator = separator.filter(|sign| matches!(sign, '-' | '_' | '.') && !set.is_empty());
    let separator = separator.map_or_else(String::new, String::from);
    format!("{}{set}{separator}*{extension}", path::folder(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_of_a_set_share_its_name() {
        for (stem, set) in [
            ("train-00000-of-00003", "train"),
            ("train-000000", "train"),
            ("celeba_test_01", "celeba_test"),
            ("validation-*", "validation"),
            ("0000", ""),
            ("labels", "labels"),
            ("state-of-the-art", "state-of-the-art"),
        ] {
            assert_eq!(set_of(&format!("a.b/{stem}.parquet")), set, "{stem}");
        }
        let shards = [
            "data/train-00000-of-00002.parquet",
            "data/train-00001-of-00002.parquet",
        ];
        assert_eq!(joint_name(&shards), "data/train-*.parquet");
        assert_eq!(joint_name(&shards[..1]), shards[0]);
        assert_eq!(joint_name(&["a-0.tar.gz", "a-1.tar.gz"]), "a-*.tar.gz");
        assert_eq!(
            joint_name(&["train/0000.parquet", "train/0001.parquet"]),
            "train/*.parquet"
        );
    }

    #[test]
    fn the_name_of_a_set_is_its_split() {
        assert_eq!(split_of_set("data/train-*.parquet"), Some(Split::Train));
        assert_eq!(
            split_of_set("validation-00000-of-00001.parquet"),
            Some(Split::Val)
        );
        assert_eq!(split_of_set("imagenet1k-test-01.tar"), Some(Split::Test));
        assert_eq!(split_of_set("a/shapes-000.tar"), None);
        assert_eq!(split_of_set("train-0.tar.gz"), Some(Split::Train));
        assert_eq!(split_of_set("train-labels.csv"), None);
    }
}
