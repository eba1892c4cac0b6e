//! A bundle in a folder, opened and checked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use modulens_schema::{FoldedTail, Labels};

use crate::{BundleError, Features, Heads, Manifest, PictureIndex, TrainingDomain, files};

/// An opened bundle. Everything but the weights and the pictures has been read and checked.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The folder.
    pub dir: PathBuf,
    /// The bundle's manifest.
    pub manifest: Manifest,
    /// The source id of every image; empty in a bundle without images, like labels and features.
    pub ids: Vec<String>,
    /// The labels of every image.
    pub labels: Labels,
    /// The features of every image.
    pub features: Features,
    /// The heads of all tasks.
    pub heads: Heads,
    /// The folded tail; `None` where the network has early sites.
    pub tail: Option<FoldedTail>,
    /// The description of the training features; `None` in older bundles.
    pub domain: Option<TrainingDomain>,
    /// Size and hash of the pictures; `None` where the bundle carries none.
    pub pictures: Option<PictureIndex>,
}

impl Bundle {
    /// Opens the bundle in a folder.
    ///
    /// # Errors
    /// A file that is missing, unreadable, damaged, or of another version.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, BundleError> {
        let dir = dir.as_ref();
        let manifest = Manifest::parse(&read(dir, files::MANIFEST)?)?;
        let tail = if manifest.files.contains_key(files::TAIL) {
            Some(manifest.read_tail(&read(dir, files::TAIL)?)?)
        } else {
            None
        };
        let domain = if manifest.files.contains_key(files::DOMAIN) {
            Some(manifest.read_domain(&read(dir, files::DOMAIN)?)?)
        } else {
            None
        };
        let pictures = if manifest.picture.is_some() {
            Some(manifest.read_picture_index(&read(dir, files::PICTURES_INDEX)?)?)
        } else {
            None
        };
        let (ids, labels, features) = if manifest.images == 0 {
            let none = Features {
                rows: 0,
                channels: manifest.feature_len(),
                data: Vec::new(),
            };
            (Vec::new(), Labels::new(manifest.tasks.len()), none)
        } else {
            (
                manifest.read_ids(&read(dir, files::IDS)?)?,
                manifest.read_labels(&read(dir, files::LABELS)?)?,
                manifest.read_features(&read(dir, files::FEATURES)?)?,
            )
        };
        Ok(Self {
            ids,
            labels,
            features,
            heads: manifest.read_heads(&read(dir, files::READOUTS)?)?,
            tail,
            domain,
            pictures,
            dir: dir.to_owned(),
            manifest,
        })
    }

    /// The checked bytes of the network's weights.
    ///
    /// # Errors
    /// The file is missing, unreadable or damaged.
    pub fn weights(&self) -> Result<Vec<u8>, BundleError> {
        let bytes = read(&self.dir, files::WEIGHTS)?;
        self.manifest.check(files::WEIGHTS, &bytes)?;
        Ok(bytes)
    }

    /// The checked bytes of one picture.
    ///
    /// # Errors
    /// There is no such picture, or its file is missing, unreadable or damaged.
    pub fn picture(&self, index: usize) -> Result<Vec<u8>, BundleError> {
        let pictures = self.pictures.as_ref().map_or(0, PictureIndex::len);
        let (Some(path), Some(known)) = (self.manifest.picture_path(index), &self.pictures) else {
            return Err(BundleError::NoPicture { index, pictures });
        };
        let bytes = read(&self.dir, &path)?;
        known.check(index, &bytes)?;
        Ok(bytes)
    }

    /// Reads and checks everything that [`Bundle::open`] leaves out: the weights and every picture.
    ///
    /// # Errors
    /// The first file that is missing, unreadable or damaged.
    pub fn verify(&self) -> Result<(), BundleError> {
        self.weights()?;
        let pictures = self.pictures.as_ref().map_or(0, PictureIndex::len);
        (0..pictures).try_for_each(|index| self.picture(index).map(drop))
    }
}

/// The bytes of one file of a bundle. Something other than a file is refused: a pipe would be waited for.
pub(crate) fn read(dir: &Path, name: &str) -> Result<Vec<u8>, BundleError> {
    let path = dir.join(name);
    let read = || {
        if !fs::metadata(&path)?.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        fs::read(&path)
    };
    read().map_err(|source| BundleError::Io {
        action: "read",
        path: path.display().to_string(),
        source,
    })
}
