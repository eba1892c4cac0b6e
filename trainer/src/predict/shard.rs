//! Shards of a prediction: parts of the images that processes or machines predict independently, each into a Parquet file
//! of its own.
//!
//! An image's shard follows from its id alone, so that images which are added later leave the other shards as they were. A
//! finished file says what it was made from; asked for again, it is left as it is unless something of that has changed.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use modulens_bundle::sha256_hex;
use modulens_schema::Task;
use modulens_training::error::TrainerError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde::Serialize;

/// The key under which a Parquet file says what it was made from.
pub(super) const STAMP: &str = "modulens.stamp";

/// One of several parts of the images, `3/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    number: u32,
    /// Number of shards.
    of: u32,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<u32>().ok();
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
        let hash = hash
            .bytes()
            .take(8)
            .fold(0, |hash: u32, digit| hash << 4 | hex(digit));
        hash % self.of == self.number - 1
    }
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> u32 {
    char::from(digit).to_digit(16).unwrap_or_default()
}

/// The file of a shard, which no other process writes meanwhile.
#[derive(Debug)]
pub(super) struct ShardFile {
    path: PathBuf,
    lock_path: PathBuf,
    /// Given back by the system when it is dropped, also when the process is killed.
    _lock: File,
}

impl ShardFile {
    /// Takes the file of a shard in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// A folder that cannot be written, or a process that writes the same shard.
    pub(super) fn lock(shard: Shard, folder: &Path) -> Result<Self, TrainerError> {
        fs::create_dir_all(folder).map_err(TrainerError::io("make the folder", folder))?;
        let digits = shard.of.to_string().len();
        let name = format!("shard-{:0digits$}-of-{}", shard.number, shard.of);
        let lock_path = folder.join(format!("{name}.lock"));
        let lock = File::create(&lock_path).map_err(TrainerError::io("write", &lock_path))?;
        let path = folder.join(format!("{name}.parquet"));
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path,
                lock_path,
                _lock: lock,
            }),
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

    /// Returns true if the file is there and was made from the same; one that cannot be read is made again.
    pub(super) fn has(&self, stamp: &str) -> bool {
        let reader = File::open(&self.path)
            .ok()
            .and_then(|file| SerializedFileReader::new(file).ok());
        let metadata = reader.and_then(|reader| {
            let metadata = reader.metadata().file_metadata();
            metadata.key_value_metadata().cloned()
        });
        metadata.is_some_and(|pairs| {
            let stamps = pairs.iter().filter(|pair| pair.key == STAMP);
            stamps.map(|pair| pair.value.as_deref()).eq([Some(stamp)])
        })
    }

    /// Gives the file to others.
    ///
    /// # Errors
    /// A folder that can no longer be written.
    pub(super) fn release(self) -> Result<(), TrainerError> {
        // Whoever opened it meanwhile finds the finished shard.
        fs::remove_file(&self.lock_path).map_err(TrainerError::io("remove", &self.lock_path))
    }
}

/// The stamp of a shard: everything its predictions follow from but the images' content, of which it has the size.
///
/// # Errors
/// A manifest that JSON cannot express.
pub(super) fn stamp<'a>(
    manifest: &impl Serialize,
    tasks: &[Task],
    images: impl Iterator<Item = (&'a str, u64)>,
) -> Result<String, TrainerError> {
    let manifest = serde_json::to_vec(manifest)
        .map_err(|error| TrainerError::Message(format!("the manifest: {error}")))?;
    let mut text = format!("{}\n{}\n", env!("CARGO_PKG_VERSION"), sha256_hex(&manifest));
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
        for text in ["0/8", "9/8", "1/0", "1", "/", "1/", "-1/8", "1/8/2", "x/y"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!(shard("8/8"), Shard { number: 8, of: 8 });
    }

    #[test]
    fn a_stamp_tells_what_changed() {
        let of = |images: &[(&'static str, u64)]| {
            stamp(&"a network", &[], images.iter().copied()).expect("JSON")
        };
        let before = of(&[("a", 1), ("b", 2)]);
        assert_eq!(before, of(&[("a", 1), ("b", 2)]));
        for other in [
            &[("a", 1)][..],
            &[("a", 1), ("b", 3)],
            &[("a", 1), ("c", 2)],
        ] {
            assert_ne!(before, of(other));
        }
    }
}
