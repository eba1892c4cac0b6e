//! The manifest: what a bundle is, and how to know that its files are the ones exported.

use std::collections::{BTreeMap, BTreeSet};

use modulens_schema::{InputSpec, Quality, Split, Task, TaskQuality};
use serde::{Deserialize, Serialize};

use crate::{BundleError, files};

/// The value of [`Manifest::schema`].
pub const SCHEMA: &str = "modulens-bundle";
/// The version written. A reader accepts every minor version of the same major version.
pub const VERSION: &str = "1.0";
/// The major version read.
const MAJOR: u32 = 1;

/// Everything about a bundle that is not bulk data. Unknown fields are ignored, so that a later minor
/// version can add some.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// `major.minor`; see [`VERSION`].
    pub version: String,
    /// Short name, also the folder's: `faces`.
    pub name: String,
    /// Name for people: `Drawn faces`.
    pub title: String,
    /// One or two sentences for people.
    #[serde(default)]
    pub description: String,
    /// The tasks, in the network's order. Every other table uses these indices.
    pub tasks: Vec<Task>,
    /// The network's configuration, in the words of the `model` crate.
    pub network: serde_json::Value,
    /// The sites at which the network is modulated: `stage4`, `embedding`.
    pub sites: Vec<String>,
    /// The preparation of an image as the network's input.
    pub input: InputSpec,
    /// True if images are cut around the faces found in them before `input` applies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub faces: bool,
    /// Shape `[C, H, W]` of one picture's features.
    pub feature_shape: [usize; 3],
    /// Length `D` of an embedding.
    pub embedding: usize,
    /// Number of images; 0 in a bundle without images, which has the network and its heads alone.
    pub images: usize,
    /// Format of the pictures; absent where the bundle carries none (their licence may forbid it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureFormat>,
    /// The metrics on the test split: the object `trainer eval --json` prints.
    pub quality: Quality,
    /// The split the images come from.
    pub splits_shown: Split,
    /// The creators of the images and their licences.
    pub licence: Vec<Attribution>,
    /// Size and hash of every file except the manifest itself and the single pictures.
    pub files: BTreeMap<String, FileEntry>,
}

/// Format of a bundle's pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureFormat {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// File name extension without a dot, which also tells the format: `jpg`.
    pub extension: String,
}

/// The creator of something and the licence under which it may be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// The work: `Open Peeps`.
    pub what: String,
    /// Its creator.
    pub creator: String,
    /// The licence's name: `CC0 1.0`.
    pub licence: String,
    /// A web address with more; may be empty.
    #[serde(default)]
    pub url: String,
}

/// Size and hash of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl FileEntry {
    /// The entry of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.len() as u64,
            sha256: crate::sha256_hex(bytes),
        }
    }
}

impl Manifest {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// Another schema, an unknown major version, a missing field, or fields that contradict each other.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        let syntax = |error: serde_json::Error| BundleError::ManifestSyntax {
            reason: error.to_string(),
        };
        // The schema and the version are looked at first: a manifest of another major version may have
        // other fields, and then "missing field" would be the wrong thing to say.
        let text = str::from_utf8(bytes).map_err(|error| BundleError::ManifestSyntax {
            reason: error.to_string(),
        })?;
        let head: Head = serde_json::from_str(text).map_err(syntax)?;
        head.check()?;
        let manifest: Self = serde_json::from_str(text).map_err(syntax)?;
        manifest.validate()?;
        Ok(manifest)
    }

    /// The manifest as indented JSON with a final newline.
    ///
    /// # Errors
    /// The manifest would not be accepted by [`Manifest::parse`].
    pub fn to_json(&self) -> Result<Vec<u8>, BundleError> {
        Head {
            schema: self.schema.clone(),
            version: self.version.clone(),
        }
        .check()?;
        self.validate()?;
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|error| BundleError::unwritable(files::MANIFEST, error.to_string()))?;
        json.push(b'\n');
        // A figure that is not a number would be written as `null` and could not be read back.
        Self::parse(&json)
            .map_err(|error| BundleError::unwritable(files::MANIFEST, error.to_string()))?;
        Ok(json)
    }

    /// Number of values of one picture's features, the product of [`Manifest::feature_shape`].
    pub fn feature_len(&self) -> usize {
        // `validate` has refused shapes whose product overflows.
        self.feature_shape.iter().product()
    }

    /// The path of one picture inside the bundle; `None` where there is no such picture.
    pub fn picture_path(&self, index: usize) -> Option<String> {
        let format = self.picture.as_ref()?;
        (index < self.images).then(|| files::picture(index, &format.extension))
    }

    /// Bytes of all listed files together, pictures and the manifest itself not counted.
    pub fn total_bytes(&self) -> u64 {
        self.files
            .values()
            .fold(0, |sum, entry| sum.saturating_add(entry.bytes))
    }

    /// Checks the bytes of one file against its recorded size and hash.
    ///
    /// # Errors
    /// The file is not listed, or differs.
    pub fn check(&self, name: &str, bytes: &[u8]) -> Result<(), BundleError> {
        let entry = self
            .files
            .get(name)
            .ok_or_else(|| BundleError::NotListed { file: name.into() })?;
        if entry.bytes != bytes.len() as u64 {
            return Err(BundleError::Size {
                file: name.into(),
                found: bytes.len() as u64,
                expected: entry.bytes,
            });
        }
        if entry.sha256 != crate::sha256_hex(bytes) {
            return Err(BundleError::Hash { file: name.into() });
        }
        Ok(())
    }

    /// Checks that the fields fit together.
    fn validate(&self) -> Result<(), BundleError> {
        self.validate_tasks()?;
        let numbers = [
            ("embedding", self.embedding),
            ("input.size", self.input.size as usize),
        ];
        for (field, number) in numbers {
            if number == 0 || u32::try_from(number).is_err() {
                return Err(BundleError::field(field, format!("is {number}")));
            }
        }
        self.validate_images()?;
        let volume = self.feature_shape.iter().try_fold(1_u32, |product, &side| {
            product.checked_mul(u32::try_from(side).ok()?)
        });
        if volume.is_none_or(|volume| volume == 0) {
            return Err(BundleError::field(
                "feature_shape",
                format!("is {:?}", self.feature_shape),
            ));
        }
        let finite = self
            .input
            .mean
            .iter()
            .chain(&self.input.std)
            .all(|x| x.is_finite());
        if !finite || self.input.std.contains(&0.0) {
            return Err(BundleError::field("input", "cannot normalise a picture"));
        }
        if let Some(picture) = &self.picture {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            if picture.extension.is_empty() || !picture.extension.chars().all(plain) {
                let problem = format!("is {:?}", picture.extension);
                return Err(BundleError::field("picture.extension", problem));
            }
            if picture.width == 0 || picture.height == 0 {
                return Err(BundleError::field("picture", "has no area"));
            }
        }
        for (name, entry) in &self.files {
            if !is_plain_name(name) {
                return Err(BundleError::field("files", format!("names {name:?}")));
            }
            let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
            if entry.sha256.len() != 64 || !entry.sha256.chars().all(hexadecimal) {
                let field = format!("files[{name:?}].sha256");
                return Err(BundleError::field(
                    field,
                    "is not 64 lower-case hexadecimal digits",
                ));
            }
        }
        Ok(())
    }

    /// Checks that a bundle without images has nothing that belongs to one, so that no wrong number passes for it.
    fn validate_images(&self) -> Result<(), BundleError> {
        if u32::try_from(self.images).is_err() {
            return Err(BundleError::field("images", format!("is {}", self.images)));
        }
        let of_images = [
            files::FEATURES,
            files::LABELS,
            files::IDS,
            files::PICTURES_INDEX,
        ];
        let listed = of_images
            .into_iter()
            .find(|name| self.files.contains_key(*name));
        let found = listed.or_else(|| self.picture.as_ref().map(|_| files::PICTURES));
        match found {
            Some(found) if self.images == 0 => {
                let problem = format!("is 0, but there is {found}, which belongs to images");
                Err(BundleError::field("images", problem))
            }
            _ => Ok(()),
        }
    }

    /// Checks the tasks and that the figures speak of the same ones.
    fn validate_tasks(&self) -> Result<(), BundleError> {
        if self.tasks.is_empty() {
            return Err(BundleError::field("tasks", "is empty"));
        }
        let mut names = BTreeSet::new();
        for task in &self.tasks {
            // 255 stands for "unknown" in a label table.
            if !(2..=254).contains(&task.values.len()) {
                let problem = format!("has {} values", task.values.len());
                return Err(BundleError::field(
                    format!("the task {:?}", task.name),
                    problem,
                ));
            }
            if !names.insert(&task.name) {
                return Err(BundleError::field(
                    format!("the task {:?}", task.name),
                    "is there twice",
                ));
            }
        }
        // In the bundle's order; one that the split's labels could not measure is missing.
        let mut tasks = self.tasks.iter();
        let known = |measured: &TaskQuality| tasks.any(|task| task.name == measured.name);
        if self.quality.tasks.is_empty() || !self.quality.tasks.iter().all(known) {
            return Err(BundleError::field(
                "quality.tasks",
                "are not the bundle's tasks in their order",
            ));
        }
        Ok(())
    }
}

/// The fields that every version of a manifest has.
#[derive(Deserialize)]
struct Head {
    schema: String,
    version: String,
}

impl Head {
    fn check(&self) -> Result<(), BundleError> {
        if self.schema != SCHEMA {
            return Err(BundleError::Schema {
                found: self.schema.clone(),
                expected: SCHEMA,
            });
        }
        let parts = self.version.split_once('.');
        let major = parts.and_then(|(major, minor)| {
            minor.parse::<u32>().ok()?;
            major.parse::<u32>().ok()
        });
        let advice = match major {
            Some(MAJOR) => return Ok(()),
            Some(newer) if newer > MAJOR => {
                "it was written by a newer Modulens; update this program, or reload the page"
            }
            Some(_) => "it was written by an older Modulens; export it again with `trainer export`",
            None => "that is no version number; export it again with `trainer export`",
        };
        Err(BundleError::Version {
            found: self.version.clone(),
            supported: MAJOR,
            advice,
        })
    }
}

/// Returns true for the name of a file that lies directly in the bundle's folder.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_not_plain() {
        for bad in ["", ".", "..", "../x", "a/b", "a\\b", "/etc/passwd", "C:x"] {
            assert!(!is_plain_name(bad), "{bad:?}");
        }
        assert!(is_plain_name(files::WEIGHTS));
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error() {
        let error = Manifest::parse(b"{\"schema\":\"\xff\"}").expect_err("no UTF-8");
        assert!(
            matches!(error, BundleError::ManifestSyntax { .. }),
            "{error}"
        );
    }

    #[test]
    fn versions_are_read_by_their_major_number() {
        let check = |version: &str| {
            Head {
                schema: SCHEMA.into(),
                version: version.into(),
            }
            .check()
        };
        assert!(check("1.0").is_ok());
        assert!(
            check("1.37").is_ok(),
            "a later minor version only adds fields"
        );
        for (version, advice) in [
            ("2.0", "newer"),
            ("0.9", "older"),
            ("one", "no version"),
            ("1", "no version"),
        ] {
            let message = check(version).expect_err(version).to_string();
            assert!(message.contains(advice), "{message}");
        }
    }
}
