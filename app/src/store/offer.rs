//! The files offered by a visitor: opened, recognised, and read image by image.

use std::collections::BTreeMap;
use std::rc::Rc;

use modulens_dataset::{ColumnKind, Dataset, Format, Options, ReadAt, Storage, load, terms};
use modulens_schema::Task;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, FileSystemHandle};

use super::blob::BlobSource;
use super::faces;
use super::originals::files_of;
use super::pauses::Pauses;
use crate::calls::Refusal;
use crate::protocol::{Frame, Skipped};
use crate::store_protocol::FileFaces;
use crate::work::{flight, relabel};

/// The most bytes of the files on which a network is tried.
const SAMPLE: u64 = 48 << 20;

/// Files as they come in, before the last one is there.
#[derive(Default)]
pub(super) struct Arriving {
    files: Vec<(String, Box<dyn ReadAt>)>,
    first: Option<Blob>,
    handles: Vec<FileSystemHandle>,
}

/// An offer that was recognised.
#[derive(Debug)]
pub(super) struct Offered {
    storage: Rc<Storage>,
    handles: Rc<[FileSystemHandle]>,
    /// The kinds of columns told.
    pub columns: BTreeMap<String, String>,
    /// The dataset. Where faces are cut out, its images are those.
    pub dataset: Dataset,
    /// Fingerprint of its ids, splits and labels.
    pub fingerprint: String,
    faces: Option<Faces>,
}

/// The faces in place of the whole images.
#[derive(Debug)]
struct Faces {
    /// The dataset of the whole images.
    whole: Dataset,
    /// The faces of each file, by its place in the storage.
    found: Rc<BTreeMap<usize, FileFaces>>,
    /// The frame of every image of the dataset.
    frames: Vec<Frame>,
}

/// Encoded pictures.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Their indices.
    pub images: Vec<usize>,
    /// Their files; empty for those that could not be read.
    pub files: Vec<Vec<u8>>,
    /// The reasons those could not be read.
    pub skipped: Vec<Skipped>,
    /// The frame of the portrait to cut out of each; none where they are taken whole.
    pub frames: Vec<Frame>,
}

impl Read {
    /// The same files under other indices, in the same order.
    pub(super) fn under(mut self, images: Vec<usize>) -> Self {
        for skipped in &mut self.skipped {
            let at = self.images.iter().position(|&image| image == skipped.index);
            if let Some(&image) = at.and_then(|at| images.get(at)) {
                skipped.index = image;
            }
        }
        self.images = images;
        self
    }
}

impl Arriving {
    /// Takes in files.
    ///
    /// # Errors
    /// A part that is no file, or a path without one.
    pub(super) fn take(&mut self, paths: Vec<String>, parts: &[JsValue]) -> Result<(), Refusal> {
        let strange = "the message holds something that is not a file; reload the page";
        let (files, handles) = parts
            .split_at_checked(paths.len())
            .ok_or("the message lacks a file; reload the page")?;
        for (path, part) in paths.into_iter().zip(files) {
            self.push(path, part.dyn_ref::<Blob>().ok_or(strange)?);
        }
        for handle in handles {
            let handle: &FileSystemHandle = handle.dyn_ref().ok_or(strange)?;
            self.handles.push(handle.clone());
        }
        Ok(())
    }

    fn push(&mut self, path: String, file: &Blob) {
        self.first.get_or_insert_with(|| file.clone());
        self.files.push((path, Box::new(BlobSource(file.clone()))));
    }

    /// The same with everything in its handles, if no files came.
    ///
    /// # Errors
    /// A folder may not be read or is gone.
    pub(super) async fn with_files_of_handles(mut self) -> Result<Self, Refusal> {
        if self.files.is_empty() {
            for (path, file) in files_of(&self.handles).await? {
                self.push(path, &file);
            }
        }
        Ok(self)
    }

    /// The file, if it is the only one.
    pub(super) fn only(&self) -> Option<&Blob> {
        self.first.as_ref().filter(|_| self.files.len() == 1)
    }

    /// Opens and recognises what came in.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub(super) fn recognise(self, name: &str) -> Result<Offered, Refusal> {
        let storage = Rc::new(Storage::from_files(name, self.files)?);
        let dataset = Offered::load(&storage, &BTreeMap::new())?;
        let handles = self.handles.into();
        Ok(Offered::new((storage, handles), BTreeMap::new(), dataset))
    }
}

impl Offered {
    fn load(storage: &Storage, columns: &BTreeMap<String, String>) -> Result<Dataset, Refusal> {
        let options = Options {
            columns: kinds(columns)?,
            texts: true,
            ..Options::default()
        };
        Ok(load(storage, &options)?)
    }

    fn new(
        (storage, handles): (Rc<Storage>, Rc<[FileSystemHandle]>),
        columns: BTreeMap<String, String>,
        dataset: Dataset,
    ) -> Self {
        Self {
            fingerprint: dataset.fingerprint(),
            storage,
            handles,
            columns,
            dataset,
            faces: None,
        }
    }

    /// The whole images.
    pub(super) fn whole(&self) -> Self {
        let whole = self.faces.as_ref().map(|faces| &faces.whole);
        let dataset = whole.unwrap_or(&self.dataset).clone();
        Self::new(self.source(), self.columns.clone(), dataset)
    }

    /// The faces of the files in place of the whole images.
    ///
    /// # Errors
    /// They are those of other files.
    pub(super) fn cut(self, faces: Vec<FileFaces>) -> Result<Self, Refusal> {
        let entries = self.dataset.images.iter().map(|image| image.entry);
        if faces.len() != self.dataset.images.len() {
            return Err("the faces are those of other files; choose the pictures again".into());
        }
        let found = entries.zip(faces).collect();
        Ok(self.with_faces(Rc::new(found)))
    }

    fn with_faces(self, found: Rc<BTreeMap<usize, FileFaces>>) -> Self {
        let (dataset, frames) = faces::cut(&self.dataset, &found);
        Self {
            fingerprint: dataset.fingerprint(),
            faces: Some(Faces {
                whole: self.dataset,
                found,
                frames,
            }),
            dataset,
            ..self
        }
    }

    /// The handles that came with the files.
    pub(super) fn handles(&self) -> &[FileSystemHandle] {
        &self.handles
    }

    fn source(&self) -> (Rc<Storage>, Rc<[FileSystemHandle]>) {
        (Rc::clone(&self.storage), Rc::clone(&self.handles))
    }

    /// True if the faces of the files are offered.
    pub(super) fn is_cut(&self) -> bool {
        self.faces.is_some()
    }

    /// Number of files with an image.
    pub(super) fn files(&self) -> usize {
        let whole = self.faces.as_ref().map(|faces| &faces.whole);
        whole.unwrap_or(&self.dataset).images.len()
    }

    /// The same files with columns of their tables read as told.
    ///
    /// # Errors
    /// A column cannot be read so, in a sentence.
    pub(super) fn reread(&self, columns: BTreeMap<String, String>) -> Result<Self, Refusal> {
        let dataset = Self::load(&self.storage, &columns)?;
        let offered = Self::new(self.source(), columns, dataset);
        Ok(match &self.faces {
            Some(faces) => offered.with_faces(Rc::clone(&faces.found)),
            None => offered,
        })
    }

    /// Bytes of the pictures' files.
    pub(super) fn bytes(&self) -> u64 {
        (0..self.dataset.images.len())
            .fold(0, |sum: u64, image| sum.saturating_add(self.size(image)))
    }

    /// Bytes of a picture's file, unpacked; for one in a zip what the zip claims.
    pub(super) fn size(&self, image: usize) -> u64 {
        let image = self.dataset.images.get(image);
        let entry = image.and_then(|image| self.storage.entries().get(image.entry));
        entry.map_or(0, |entry| entry.size)
    }

    /// The CRC-32 of a picture's file, where a zip states it.
    pub(super) fn stated_checksum(&self, image: usize) -> Option<u32> {
        let image = self.dataset.images.get(image)?;
        self.storage.checksum(image.entry)
    }

    /// The labels as the network's tasks have them, `[images, tasks]`.
    pub(super) fn labels(&self, tasks: &[Task]) -> Vec<u8> {
        relabel(
            &self.dataset.tasks,
            &self.dataset.labels,
            self.dataset.images.len(),
            tasks,
        )
    }

    /// The terms under which the pictures come, where they are known.
    pub(super) fn terms(&self) -> &'static str {
        let official = terms::terms(self.dataset.format)
            .filter(|terms| self.dataset.images.len() > terms.pictures * 9 / 10);
        official.map_or("", |terms| terms.sentence)
    }

    /// The layout's name.
    pub(super) fn format(&self) -> &'static str {
        match self.dataset.format {
            // A dataset that is loaded is always one of the other three.
            Format::Auto => Format::Folder.name(),
            format => format.name(),
        }
    }

    /// Pictures spread evenly over all of them; fewer where they are large.
    pub(super) fn sample(&self, count: usize) -> Vec<usize> {
        let all = self.dataset.images.len();
        let count = count.min(all);
        let mut images: Vec<usize> = (0..count).map(|at| at * all / count.max(1)).collect();
        let sizes = images.iter().map(|&image| self.size(image));
        let (few, _) = flight::parcel(sizes, count, SAMPLE);
        images.truncate(few);
        images
    }

    /// The bytes of a picture's file, if it can be read.
    pub(super) fn file(&self, image: usize) -> Option<Vec<u8>> {
        self.dataset.image(&self.storage, image).ok()
    }

    /// Reads pictures. One that cannot be read is named, and costs nothing else.
    pub(super) async fn read(&self, images: Vec<usize>) -> Read {
        let frame = |image: &usize| self.faces.as_ref()?.frames.get(*image).copied();
        let frames = images.iter().filter_map(frame).collect();
        let read = self.read_of(&self.dataset, images).await;
        Read { frames, ..read }
    }

    /// Reads whole images, also where their faces are offered.
    pub(super) async fn read_whole(&self, images: Vec<usize>) -> Read {
        let whole = self.faces.as_ref().map(|faces| &faces.whole);
        self.read_of(whole.unwrap_or(&self.dataset), images).await
    }

    async fn read_of(&self, dataset: &Dataset, images: Vec<usize>) -> Read {
        let (mut read, mut pauses) = (Read::default(), Pauses::new());
        for &index in &images {
            let file = dataset.image(&self.storage, index);
            read.files.push(file.unwrap_or_else(|error| {
                read.skipped.push(Skipped {
                    index,
                    why: error.to_string(),
                });
                Vec::new()
            }));
            pauses.take().await;
        }
        Read { images, ..read }
    }
}

/// The kinds of columns from their names.
fn kinds(columns: &BTreeMap<String, String>) -> Result<BTreeMap<String, ColumnKind>, Refusal> {
    let kind = |(column, name): (&String, &String)| {
        let known = ColumnKind::ALL.iter().find(|(known, _)| known == name);
        let (_, kind) = known.ok_or_else(|| {
            format!("a column cannot be read as {name:?} in this version; reload the page")
        })?;
        Ok((column.clone(), *kind))
    };
    columns.iter().map(kind).collect()
}
