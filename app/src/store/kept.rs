//! Kept galleries: listed, opened, shown.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use modulens_schema::{Correction, UserTask};
use modulens_store::{
    Columns, Contents, File, Origin, Preview, Sizes, read_corrections, read_hidden, read_taught,
};

use super::blob;
use super::handles;
use super::opfs;
use crate::calls::Refusal;
use crate::protocol::Skipped;
use crate::store_protocol::{self as protocol, Kept, Plan};

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
    pub(super) async fn open(id: &str) -> Result<Self, Refusal> {
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
    ) -> Result<ArrayBuffer, Refusal> {
        let end = first.saturating_add(count).min(self.contents.images);
        let [start, end] = [first, end].map(|image| self.contents.feature_bytes(image as u64));
        part(&self.id, File::Features, start, end).await
    }

    /// A file of the gallery, all of it.
    async fn all(&self, file: File) -> Result<ArrayBuffer, Refusal> {
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
    pub(super) async fn columns(&self) -> Result<Columns, Refusal> {
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
    pub(super) async fn corrections(&self) -> Result<Vec<Correction>, Refusal> {
        let file = optional(&self.id, File::Corrections, &self.sizes).await?;
        Ok(read_corrections(&file))
    }

    /// Labels and ids of all pictures.
    ///
    /// # Errors
    /// The gallery is gone, or one of the two is damaged.
    pub(super) async fn labels(&self) -> Result<[ArrayBuffer; 2], Refusal> {
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
    pub(super) async fn origins(&self) -> Result<Vec<Origin>, Refusal> {
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
    pub(super) async fn thumbnails(&self, images: &[usize]) -> Result<Vec<ArrayBuffer>, Refusal> {
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
    pub(super) async fn preview(&self, image: usize) -> Result<Option<Whole>, Refusal> {
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
pub(super) fn row(image: usize) -> (u64, u64) {
    let start = (image as u64).saturating_mul(Preview::BYTES as u64);
    (start, start.saturating_add(Preview::BYTES as u64))
}

/// All kept galleries, the newest first. One that cannot be read is listed with the reason.
///
/// # Errors
/// The browser forbids storage.
pub(super) async fn list(writing: Option<&Kept>) -> Result<Vec<Kept>, Refusal> {
    let mut galleries = Vec::new();
    for id in opfs::ids().await? {
        if let Some(writing) = writing.filter(|writing| writing.id == id) {
            galleries.push(writing.clone());
            continue;
        }
        let listed = match Shelf::open(&id).await {
            Ok(shelf) => shelf.list(),
            Err(refusal) => Kept {
                title: "Unreadable gallery".into(),
                problem: refusal.message,
                id: id.clone(),
                ..Kept::default()
            },
        };
        galleries.push(listed);
    }
    let handles = handles::Galleries::read().await;
    for kept in &mut galleries {
        kept.originals = handles.has(&kept.id);
        kept.rereadable = handles.has_last(&kept.id);
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

/// A gallery as a line of a list.
pub(super) fn entry(id: &str, contents: &Contents, bytes: u64) -> Kept {
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
        created: contents.header.created,
        ..Kept::default()
    }
}

/// A shelf shared by the calls that read from it.
pub(super) type SharedShelf = Rc<Shelf>;

/// A file that checks itself, which may be absent.
async fn optional(id: &str, file: File, sizes: &Sizes) -> Result<Vec<u8>, Refusal> {
    match *sizes.get(file) {
        0 => Ok(Vec::new()),
        size => Ok(bytes_in(&part(id, file, 0, size.min(MOST_BYTES)).await?)),
    }
}

async fn part(id: &str, file: File, start: u64, end: u64) -> Result<ArrayBuffer, Refusal> {
    let blob = opfs::file(id, file).await?;
    blob::buffer(&blob, start, end.max(start)).map_err(unreadable)
}

#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn unreadable(error: std::io::Error) -> Refusal {
    format!("the gallery could not be read ({error}); reload the page").into()
}

pub(super) fn bytes_in(buffer: &ArrayBuffer) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

/// The end offsets of thumbnails, from their lengths and the end of the one before.
pub(super) fn ends(mut last: u64, lengths: &[u8]) -> Vec<u64> {
    let lengths = lengths.as_chunks::<4>().0.iter();
    lengths
        .map(|&length| {
            last = last.saturating_add(u32::from_le_bytes(length).into());
            last
        })
        .collect()
}

/// From where to where a picture's thumbnail goes; empty where there is no such picture.
pub(super) fn place(ends: &[u64], image: usize) -> (u64, u64) {
    let Some(&end) = ends.get(image) else {
        return (0, 0);
    };
    let before = image.checked_sub(1).and_then(|before| ends.get(before));
    (before.copied().unwrap_or_default(), end)
}
