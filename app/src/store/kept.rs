//! Kept galleries: listed, opened, shown.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use modulens_schema::{Correction, UserTask, UserTaskChange, with_correction};
use modulens_store::{
    Columns, Contents, File, Origin, Preview, Sizes, Writer, read_corrections, read_hidden,
    read_taught,
};

use super::blob;
use super::handles;
use super::offer::Offered;
use super::opfs::{self, OpfsDisk};
use super::trouble::Trouble;
use super::writing::Writing;
use crate::protocol::Skipped;
use crate::store_protocol::{self as protocol, Kept, Plan};
use crate::work::with_hidden;

/// The most bytes of labels, of ids and of a journal: what is read as a whole may be a stranger's.
pub(super) const MOST_BYTES: u64 = 256 << 20;

/// A kept gallery being read: what is there, and where each thumbnail ends.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Its id.
    pub id: String,
    /// The valid contents.
    contents: Contents,
    sizes: Sizes,
    /// The end offset of each image's thumbnail.
    ends: Vec<u64>,
    /// The tasks that the visitor taught.
    taught: Vec<UserTask>,
    /// The images that the visitor hid, ascending.
    hidden: Vec<usize>,
}

impl Shelf {
    /// Reads what is there.
    ///
    /// # Errors
    /// There is no such gallery, or it is damaged.
    pub(super) async fn open(id: &str) -> Result<Self, Trouble> {
        let sizes = opfs::sizes(id).await?;
        let journal = opfs::file(id, File::Journal).await?;
        let journal = blob::bytes(&journal, 0, journal.size() as u64).map_err(unreadable)?;
        let contents = Contents::read(&journal, &sizes)?;
        let lengths = part(id, File::Lengths, 0, contents.images as u64 * 4).await?;
        let taught = read_taught(&optional(id, File::Taught, &sizes).await?);
        let hidden = read_hidden(&optional(id, File::Hidden, &sizes).await?);
        Ok(Self {
            id: id.to_owned(),
            taught,
            hidden,
            ends: ends(0, &Uint8Array::new(&lengths).to_vec()),
            contents,
            sizes,
        })
    }

    /// The contents, for the page.
    pub(super) fn describe(&self) -> protocol::Contents {
        describe(
            &self.contents,
            self.contents.bytes(&self.sizes),
            self.taught.clone(),
            self.hidden.clone(),
        )
    }

    /// Features of consecutive pictures, as far as there are some.
    ///
    /// # Errors
    /// The gallery is gone.
    pub(super) async fn features(
        &self,
        first: usize,
        count: usize,
    ) -> Result<ArrayBuffer, Trouble> {
        let end = first.saturating_add(count).min(self.contents.images);
        let [start, end] = [first, end].map(|image| self.contents.feature_bytes(image as u64));
        part(&self.id, File::Features, start, end).await
    }

    /// A file of the gallery, all of it.
    async fn all(&self, file: File) -> Result<ArrayBuffer, Trouble> {
        let size = self.contents.file_bytes(file, &self.sizes);
        if size > MOST_BYTES {
            return Err(format!(
                "the file {} has {size} bytes, more than there can be",
                file.name()
            )
            .into());
        }
        part(&self.id, file, 0, size).await
    }

    /// Label columns of all pictures.
    ///
    /// # Errors
    /// The gallery is gone.
    pub(super) async fn columns(&self) -> Result<Columns, Trouble> {
        let file = match *self.sizes.get(File::Columns) {
            0 => Vec::new(),
            _ => bytes_in(&self.all(File::Columns).await?),
        };
        Ok(Columns::read(&file, self.contents.header.images))
    }

    /// The labels that the visitor corrected.
    ///
    /// # Errors
    /// The gallery is gone.
    pub(super) async fn corrections(&self) -> Result<Vec<Correction>, Trouble> {
        let file = optional(&self.id, File::Corrections, &self.sizes).await?;
        Ok(read_corrections(&file))
    }

    /// Labels and ids of all pictures.
    ///
    /// # Errors
    /// The gallery is gone, or one of the two is damaged.
    pub(super) async fn labels(&self) -> Result<[ArrayBuffer; 2], Trouble> {
        let (labels, ids) = (self.all(File::Labels).await?, self.all(File::Ids).await?);
        let header = &self.contents.header;
        header.check_labels(&Uint8Array::new(&labels).to_vec())?;
        header.check_ids(&Uint8Array::new(&ids).to_vec())?;
        Ok([labels, ids])
    }

    /// Sizes and checksums of the images' files, as far as they are known.
    ///
    /// # Errors
    /// The gallery is gone.
    pub(super) async fn origins(&self) -> Result<Vec<Origin>, Trouble> {
        let file = File::Origins;
        let size = self.contents.file_bytes(file, &self.sizes);
        if size == 0 {
            return Ok(Vec::new());
        }
        let bytes = part(&self.id, file, 0, size).await?;
        Ok(Origin::read(&Uint8Array::new(&bytes).to_vec()))
    }

    /// The valid contents.
    pub(super) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Thumbnails; empty where there is none.
    ///
    /// # Errors
    /// The gallery is gone.
    pub(super) async fn thumbnails(&self, images: &[usize]) -> Result<Vec<ArrayBuffer>, Trouble> {
        let file = opfs::file(&self.id, File::Pictures).await?;
        let mut thumbnails = Vec::with_capacity(images.len());
        for &image in images {
            let (start, end) = place(&self.ends, image);
            thumbnails.push(blob::buffer(&file, start, end).map_err(unreadable)?);
        }
        Ok(thumbnails)
    }

    /// The larger preview of an image, if it has one.
    ///
    /// # Errors
    /// The gallery is gone.
    pub(super) async fn preview(&self, image: usize) -> Result<Option<Whole>, Trouble> {
        let bytes_of = |file| self.contents.file_bytes(file, &self.sizes);
        let (start, end) = row(image);
        if image >= self.contents.images || end > bytes_of(File::PreviewIndex) {
            return Ok(None);
        }
        let row = part(&self.id, File::PreviewIndex, start, end).await?;
        let preview = Preview::read(&bytes_in(&row));
        let end = preview.and_then(|preview| preview.end(bytes_of(File::Previews)));
        let (Some(preview), Some(end)) = (preview, end) else {
            return Ok(None);
        };
        let bytes = part(&self.id, File::Previews, preview.at, end).await?;
        let is_whole = preview.is_of(&bytes_in(&bytes));
        Ok(is_whole.then_some((bytes, preview.frame.unwrap_or_default())))
    }
}

/// A larger preview, and the part of it that the image is; zeros for the whole.
pub(super) type Whole = (ArrayBuffer, [f32; 4]);

/// From where to where the row of an image in the index of previews goes.
fn row(image: usize) -> (u64, u64) {
    let start = (image as u64).saturating_mul(Preview::BYTES as u64);
    (start, start.saturating_add(Preview::BYTES as u64))
}

/// The gallery that is being written, read through its own open files.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    ends: Vec<u64>,
}

impl Fresh {
    /// Features of consecutive pictures, those taken in last included: everything is made safe first.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn features(
        writing: &mut Writing,
        first: usize,
        count: usize,
    ) -> Result<ArrayBuffer, Trouble> {
        writing.commit()?;
        let contents = writing.contents();
        let end = first.saturating_add(count).min(contents.images);
        let [start, end] = [first, end].map(|image| contents.feature_bytes(image as u64));
        let length = usize::try_from(end.saturating_sub(start)).unwrap_or_default();
        bytes_of(writing, File::Features, start, length)
    }

    /// Labels and ids, and the label columns.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn labels(
        writing: &Writing,
    ) -> Result<([ArrayBuffer; 2], Columns, Vec<Correction>), Trouble> {
        let all = |file| {
            let size = writing.size(file)?;
            bytes_of(writing, file, 0, usize::try_from(size).unwrap_or_default())
        };
        let columns = bytes_in(&all(File::Columns)?);
        let columns = Columns::read(&columns, writing.contents().header.images);
        let corrections = writing.corrections()?;
        Ok(([all(File::Labels)?, all(File::Ids)?], columns, corrections))
    }

    /// Thumbnails; empty where there is none. What is not safe yet is made safe first.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn thumbnails(
        &mut self,
        writing: &mut Writing,
        images: &[usize],
    ) -> Result<Vec<ArrayBuffer>, Trouble> {
        if images
            .iter()
            .any(|&image| image >= writing.contents().images)
        {
            writing.commit()?;
        }
        let (known, all) = (self.ends.len(), writing.contents().images);
        let mut lengths = vec![0; (all - known.min(all)) * 4];
        writing.read(File::Lengths, known as u64 * 4, &mut lengths)?;
        let last = self.ends.last().copied().unwrap_or_default();
        self.ends.extend(ends(last, &lengths));
        images
            .iter()
            .map(|&image| {
                let (start, end) = place(&self.ends, image);
                let length = usize::try_from(end - start).unwrap_or_default();
                bytes_of(writing, File::Pictures, start, length)
            })
            .collect()
    }
}

/// The larger preview of an image of the gallery that is being written, if it has one. What is not safe yet is made safe
/// first.
///
/// # Errors
/// The disk fails.
pub(super) fn fresh_preview(writing: &mut Writing, image: usize) -> Result<Option<Whole>, Trouble> {
    if image >= writing.contents().images {
        writing.commit()?;
    }
    let contents = writing.contents();
    if image >= contents.images {
        return Ok(None);
    }
    let index = bytes_of(writing, File::PreviewIndex, row(image).0, Preview::BYTES)?;
    let preview = Preview::read(&bytes_in(&index));
    let Some(preview) = preview.filter(|preview| preview.end(contents.previews.bytes).is_some())
    else {
        return Ok(None);
    };
    let bytes = bytes_of(writing, File::Previews, preview.at, preview.length as usize)?;
    let is_whole = preview.is_of(&bytes_in(&bytes));
    Ok(is_whole.then_some((bytes, preview.frame.unwrap_or_default())))
}

/// Bytes of one of the open files, as far as it goes.
fn bytes_of(writing: &Writing, file: File, at: u64, length: usize) -> Result<ArrayBuffer, Trouble> {
    // The length may be what a stranger's file says.
    let there = writing.size(file)?.saturating_sub(at);
    let mut bytes = vec![0; length.min(usize::try_from(there).unwrap_or(usize::MAX))];
    let read = writing.read(file, at, &mut bytes)?;
    Ok(Uint8Array::from(&bytes[..read]).buffer())
}

/// All kept galleries, the newest first. One that cannot be read is listed with the reason.
///
/// # Errors
/// The browser forbids storage.
pub(super) async fn list(writing: Option<&Kept>) -> Result<Vec<Kept>, Trouble> {
    let mut galleries = Vec::new();
    for id in opfs::ids().await? {
        if let Some(writing) = writing.filter(|writing| writing.id == id) {
            galleries.push(writing.clone());
            continue;
        }
        let listed = match Shelf::open(&id).await {
            Ok(shelf) => shelf.list(),
            Err(trouble) => Kept {
                title: "Unreadable gallery".into(),
                network: String::new(),
                done: 0,
                images: 0,
                bytes: 0,
                previews: 0,
                preview_bytes: 0,
                previews_full: false,
                originals: false,
                created: 0.0,
                problem: trouble.message,
                id: id.clone(),
            },
        };
        galleries.push(listed);
    }
    for kept in &mut galleries {
        kept.originals = !handles::of(&kept.id).await.is_empty();
    }
    galleries.sort_by(|a, b| b.created.total_cmp(&a.created));
    Ok(galleries)
}

impl Shelf {
    /// The gallery as a line of a list.
    pub(super) fn list(&self) -> Kept {
        entry(&self.id, &self.contents, self.contents.bytes(&self.sizes))
    }

    /// Returns true if it was made from images of this fingerprint and is not complete.
    pub(super) fn waits_for(&self, fingerprint: &str) -> bool {
        self.contents.header.source.fingerprint == fingerprint && !self.contents.complete
    }
}

/// The description of a gallery's contents, for the page.
pub(super) fn describe(
    contents: &Contents,
    bytes: u64,
    taught: Vec<UserTask>,
    hidden: Vec<usize>,
) -> protocol::Contents {
    let Contents {
        header, skipped, ..
    } = contents;
    let skip = |(index, why): &(usize, String)| Skipped {
        index: *index,
        why: why.clone(),
    };
    protocol::Contents {
        plan: Plan {
            title: contents.title.clone(),
            network: header.network.clone(),
            weights: header.weights.clone(),
            tasks: header.tasks.clone(),
            channels: header.channels,
            input: header.input.clone(),
            thumbnail: header.thumbnail,
        },
        source: header.source.name.clone(),
        terms: header.source.terms.clone(),
        done: contents.images,
        images: header.images,
        bytes,
        skipped: skipped.iter().map(skip).collect(),
        removed: contents.removed.iter().copied().collect(),
        taught,
        hidden,
    }
}

/// The gallery that is being written as a line of a list.
pub(super) fn entry_of(writing: &Writing) -> Kept {
    let contents = writing.contents();
    let images = contents.images as u64;
    let bytes = contents.feature_bytes(images) + images * 4 + contents.picture_bytes;
    let bytes = bytes.saturating_add(contents.previews.bytes);
    entry(&writing.id, contents, bytes)
}

fn entry(id: &str, contents: &Contents, bytes: u64) -> Kept {
    Kept {
        id: id.to_owned(),
        title: contents.title.clone(),
        network: contents.header.network.clone(),
        done: contents.kept(),
        images: contents.expected(),
        bytes,
        // Those of images that were taken out are counted, too.
        previews: contents.previews.images.min(contents.kept()),
        preview_bytes: contents.previews.bytes,
        previews_full: contents.previews.full,
        originals: false,
        created: contents.header.created,
        problem: String::new(),
    }
}

/// Gives a gallery another name.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn rename(id: &str, title: &str) -> Result<(), Trouble> {
    let disk = OpfsDisk::open(id, false).await?;
    Ok(Writer::resume(disk)?.rename(title)?)
}

/// Keeps a change of one of the tasks that the visitor taught with a gallery: another tab may have changed others.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn keep_taught(id: &str, change: UserTaskChange) -> Result<(), Trouble> {
    let mut writer = Writer::resume(OpfsDisk::open(id, false).await?)?;
    let mut tasks = writer.taught()?;
    change.apply(&mut tasks);
    Ok(writer.keep_taught(&tasks)?)
}

/// Hides images of a gallery, or shows them again: another tab may have hidden others.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn hide(id: &str, images: &[usize], hide: bool) -> Result<(), Trouble> {
    let mut writer = Writer::resume(OpfsDisk::open(id, false).await?)?;
    let hidden = with_hidden(&writer.hidden()?, images, hide);
    Ok(writer.keep_hidden(&hidden)?)
}

/// Corrects a label of images of a gallery: another tab may have corrected others.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn correct(id: &str, change: &Correction) -> Result<(), Trouble> {
    let mut writer = Writer::resume(OpfsDisk::open(id, false).await?)?;
    let corrections = with_correction(&writer.corrections()?, change);
    Ok(writer.keep_corrections(&corrections)?)
}

/// Unfinished galleries of the very same pictures.
pub(super) async fn unfinished(fingerprint: &str) -> Result<Vec<Kept>, Trouble> {
    let mut found = Vec::new();
    for id in opfs::ids().await? {
        if let Ok(shelf) = Shelf::open(&id).await
            && shelf.waits_for(fingerprint)
        {
            found.push(shelf.list());
        }
    }
    Ok(found)
}

/// An offer with columns read as they were told when an unfinished gallery was begun with the same files; `None` where
/// there is none, or it needs nothing told.
///
/// # Errors
/// The browser forbids storage.
pub(super) async fn as_begun(offered: &Offered) -> Result<Option<Offered>, Trouble> {
    let mut tried: Vec<Offered> = Vec::new();
    for id in opfs::ids().await? {
        let Ok(shelf) = Shelf::open(&id).await else {
            continue;
        };
        let Contents {
            header, complete, ..
        } = &shelf.contents;
        if *complete || header.images != offered.dataset.images.len() {
            continue;
        }
        if header.source.fingerprint == offered.fingerprint {
            return Ok(None);
        }
        let columns = &header.source.columns;
        if *columns == offered.columns {
            continue;
        }
        let at = match tried.iter().position(|told| told.columns == *columns) {
            Some(at) => at,
            // Columns that cannot be read so are those of other files.
            None => match offered.reread(columns.clone()) {
                Ok(told) => {
                    tried.push(told);
                    tried.len() - 1
                }
                Err(_) => continue,
            },
        };
        if shelf.waits_for(&tried[at].fingerprint) {
            return Ok(Some(tried.swap_remove(at)));
        }
    }
    Ok(None)
}

/// A shelf shared by the calls that read from it.
pub(super) type SharedShelf = Rc<Shelf>;

/// A file that checks itself, which may be absent.
async fn optional(id: &str, file: File, sizes: &Sizes) -> Result<Vec<u8>, Trouble> {
    match *sizes.get(file) {
        0 => Ok(Vec::new()),
        size => Ok(bytes_in(&part(id, file, 0, size.min(MOST_BYTES)).await?)),
    }
}

async fn part(id: &str, file: File, start: u64, end: u64) -> Result<ArrayBuffer, Trouble> {
    let blob = opfs::file(id, file).await?;
    blob::buffer(&blob, start, end.max(start)).map_err(unreadable)
}

#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn unreadable(error: std::io::Error) -> Trouble {
    format!("the gallery could not be read ({error}); reload the page").into()
}

fn bytes_in(buffer: &ArrayBuffer) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

/// The end offsets of thumbnails, from their lengths and the end of the one before.
fn ends(mut last: u64, lengths: &[u8]) -> Vec<u64> {
    let lengths = lengths.as_chunks::<4>().0.iter();
    lengths
        .map(|&length| {
            last = last.saturating_add(u32::from_le_bytes(length).into());
            last
        })
        .collect()
}

/// From where to where a picture's thumbnail goes; empty where there is no such picture.
fn place(ends: &[u64], image: usize) -> (u64, u64) {
    let Some(&end) = ends.get(image) else {
        return (0, 0);
    };
    let before = image.checked_sub(1).and_then(|before| ends.get(before));
    (before.copied().unwrap_or_default(), end)
}
