//! Shards of a prediction: parts of the images that processes or machines predict independently, each into a Parquet file
//! of its own.
//!
//! An image's shard follows from its id alone, so that images which are added later leave the other shards as they were. A
//! finished file says what it was made from; asked for again, it is left as it is unless that has changed.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use modulens_bundle::{Manifest, sha256_hex};
use modulens_schema::Task;
use modulens_training::error::TrainerError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};

/// The key under which the file of a shard says what it was made from.
pub(super) const STAMP: &str = "modulens.stamp";

/// The key under which a Parquet file lists the images that were left out, as JSON: `[{"id": .., "error": ..}]`.
pub(super) const FAILED: &str = "modulens.failed";

/// One of several parts of the images, `3/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Number of the shard, from 1.
    number: u32,
    /// Number of shards.
    of: u32,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let number = |text: &str| text.parse::<u32>().ok().filter(|_| is_number(text));
        let shard = text.split_once('/').and_then(|(shard, of)| {
            let (number, of) = (number(shard)?, number(of)?);
            (1..=of).contains(&number).then_some(Self { number, of })
        });
        shard.ok_or_else(|| "a shard is one of N, as in 1/8 to 8/8".to_owned())
    }
}

impl Shard {
    /// Returns true if an image belongs to this shard.
    ///
    /// Files whose names differ in `#` at their end alone are in one shard, since the ids of their faces could be equal.
    pub(super) fn holds(self, id: &str) -> bool {
        let hash = sha256_hex(id.trim_end_matches('#').as_bytes());
        u32::from_str_radix(&hash[..8], 16).is_ok_and(|hash| hash % self.of == self.number - 1)
    }

    /// The name of its files, without their endings.
    fn name(self) -> String {
        let digits = self.of.to_string().len();
        format!("shard-{:0digits$}-of-{}", self.number, self.of)
    }
}

/// The file of a shard, which no other process writes meanwhile.
///
/// The lock is a file beside it, which stays: one that is removed can be locked twice.
#[derive(Debug)]
pub(super) struct ShardFile {
    path: PathBuf,
    /// Given back by the system when it is dropped, also when the process is killed.
    _lock: File,
}

impl ShardFile {
    /// Takes the file of a shard in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// A folder that cannot be written or holds shards of another number, or a process that writes the same shard.
    pub(super) fn lock(shard: Shard, folder: &Path) -> Result<Self, TrainerError> {
        fs::create_dir_all(folder).map_err(TrainerError::io("make the folder", folder))?;
        if let Some(other) = of_another_number(shard, folder)? {
            return Err(TrainerError::Message(format!(
                "{} has {other}, and images would be in it twice; remove the shards there, or give another folder",
                folder.display()
            )));
        }
        let path = |ending: &str| folder.join(format!("{}.{ending}", shard.name()));
        let (path, lock_path) = (path("parquet"), path("lock"));
        let lock = File::create(&lock_path).map_err(TrainerError::io("write", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(TrainerError::Message(format!(
                "another process is writing {}; wait for it, or stop it first",
                path.display()
            ))),
            Err(TryLockError::Error(source)) => Err(TrainerError::io("lock", &lock_path)(source)),
        }
    }

    /// The Parquet file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of images that were left out, where the file is there and has this stamp; nothing where it has another or is
    /// cut off.
    pub(super) fn left_out(&self, stamp: &str) -> Option<usize> {
        let reader = SerializedFileReader::new(File::open(&self.path).ok()?).ok()?;
        let pairs = reader.metadata().file_metadata().key_value_metadata()?;
        let value = |key: &str| {
            let pair = pairs.iter().find(|pair| pair.key == key)?;
            pair.value.as_deref()
        };
        let failed: Vec<serde_json::Value> = serde_json::from_str(value(FAILED)?).ok()?;
        (value(STAMP)? == stamp).then_some(failed.len())
    }
}

/// The name of a shard of another number in a folder.
fn of_another_number(shard: Shard, folder: &Path) -> Result<Option<String>, TrainerError> {
    let ending = format!("-of-{}.parquet", shard.of);
    let entries = fs::read_dir(folder).map_err(TrainerError::io("read", folder))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut shards = names.filter(|name| name.starts_with("shard-") && name.ends_with(".parquet"));
    Ok(shards.find(|name| name.contains("-of-") && !name.ends_with(&ending)))
}

/// The stamp of a shard: the network, the tasks, and the ids and sizes of its images.
///
/// # Errors
/// A manifest that JSON cannot express.
pub(super) fn stamp<'a>(
    manifest: &Manifest,
    tasks: &[Task],
    images: impl Iterator<Item = (&'a str, u64)>,
) -> Result<String, TrainerError> {
    let network = (&manifest.files, &manifest.network, &manifest.sites);
    let network = serde_json::to_string(&(network, &manifest.input, manifest.faces))
        .map_err(|error| TrainerError::Message(format!("the manifest: {error}")))?;
    let mut text = format!("{}\n{network}\n", env!("CARGO_PKG_VERSION"));
    for task in tasks {
        text += &format!("{:?}\n", task.name);
    }
    for (id, size) in images {
        text += &format!("{id:?} {size}\n");
    }
    Ok(sha256_hex(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().expect(text)
    }

    #[test]
    fn every_image_is_in_one_shard_and_shards_are_alike_in_size() {
        let ids: Vec<String> = (0..8_000).map(|n| format!("photos/{n:05}.jpg")).collect();
        let shards: Vec<Shard> = (1..=8).map(|n| shard(&format!("{n}/8"))).collect();
        let mut counts = [0; 8];
        for id in &ids {
            let holding: Vec<usize> = (0..8).filter(|&at| shards[at].holds(id)).collect();
            assert_eq!(holding.len(), 1, "{id}");
            counts[holding[0]] += 1;
        }
        assert!(
            counts.iter().all(|count| (850..1_150).contains(count)),
            "{counts:?}"
        );
        assert!(ids.iter().all(|id| shard("1/1").holds(id)));
    }

    #[test]
    fn names_whose_faces_could_have_equal_ids_share_a_shard() {
        let shards: Vec<Shard> = (1..=50).map(|n| shard(&format!("{n}/50"))).collect();
        let of = |id: &str| shards.iter().position(|shard| shard.holds(id));
        assert_eq!(of("a.jpg"), of("a.jpg##"));
        assert_ne!(of("a.jpg"), of("b.jpg"));
    }

    #[test]
    fn a_shard_is_one_of_n() {
        for text in [
            "0/8", "9/8", "1/0", "1", "/", "1/", "-1/8", "1/8/2", "x/y", "+1/8",
        ] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!(shard("8/8"), Shard { number: 8, of: 8 });
    }
}
