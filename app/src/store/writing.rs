//! The gallery being written: pictures go out to the engines, what became of them comes in and is made safe.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use futures::channel::oneshot;
use modulens_schema::{Correction, UserTask, UserTaskChange, with_correction};
use modulens_store::{Contents, File, Header, Origin, Row, Source, Writer, as_line};

use super::kept::MOST_BYTES;
use super::offer::{Offered, Read};
use super::opfs::{self, OpfsDisk};
use super::overlap::Found;
use super::own_columns;
use super::parcel::Parcel;
use crate::calls::Refusal;
use crate::scope;
use crate::store_protocol::{Changes, MOST_PREVIEWS, Plan};
use crate::work::flight::{self, Flight};
use crate::work::with_hidden;

/// Pictures are made safe when so many wait, ...
const BATCH: usize = 512;
/// ... or when it was so many milliseconds ago.
const LATEST: f64 = 1500.0;

/// The gallery being written.
#[derive(Debug)]
pub(super) struct Writing {
    /// Its id.
    pub id: String,
    /// The source of its images.
    pub offered: Rc<Offered>,
    writer: Writer<OpfsDisk>,
    /// The offered pictures that are added, from the first one added on; empty where the gallery is all that is offered.
    sources: Vec<usize>,
    /// The files of the pictures on their way.
    origins: BTreeMap<usize, Origin>,
    /// The next picture to go out.
    next: usize,
    /// The batches that arrived before their turn, by the first image.
    early: BTreeMap<usize, Parcel>,
    /// The files on their way to the engines.
    flight: Flight,
    /// Whom to tell that something landed. They are told that writing ends by being dropped.
    waiting: Vec<oneshot::Sender<()>>,
    last_commit: f64,
}

impl Writing {
    /// Begins a gallery of everything offered.
    ///
    /// # Errors
    /// The browser forbids storage or has no room; nothing is left behind then.
    pub(super) async fn begin(offered: Rc<Offered>, plan: Plan) -> Result<Self, Refusal> {
        let created = js_sys::Date::now();
        let id = format!("{:x}", created as u64);
        let dataset = &offered.dataset;
        let header = Header {
            version: Header::current_version(),
            title: plan.title,
            created,
            source: source_of(&offered),
            network: plan.network,
            weights: plan.weights,
            channels: plan.channels,
            input: plan.input,
            thumbnail: plan.thumbnail,
            images: dataset.images.len(),
            tasks: plan.tasks,
        };
        let labels = offered.labels(&header.tasks);
        let ids: Vec<&str> = dataset
            .images
            .iter()
            .map(|image| image.id.as_str())
            .collect();
        let disk = OpfsDisk::open(&id, true).await?;
        let columns = own_columns::columns(dataset, 0..dataset.images.len());
        let begun = Writer::begin(disk, header, &labels, &ids).and_then(|mut writer| {
            writer.keep_columns(0, &columns)?;
            Ok(writer)
        });
        match begun {
            Ok(writer) => Ok(Self::new(id, Rc::clone(&offered), writer, Vec::new())),
            Err(error) => {
                // The failed writer has closed its files.
                opfs::remove(&id).await.ok();
                Err(error.into())
            }
        }
    }

    /// Goes on with a gallery of the very same pictures.
    ///
    /// # Errors
    /// These are other pictures, or the gallery is open elsewhere or damaged.
    pub(super) async fn resume(id: String, offered: Rc<Offered>) -> Result<Self, Refusal> {
        let mut writer = Writer::resume(OpfsDisk::open(&id, false).await?)?;
        let header = &writer.contents().header;
        let others = || {
            Refusal::from(format!(
                "\u{201c}{}\u{201d} was imported from other pictures than these ({}); choose {} again, unchanged",
                writer.contents().title,
                offered.dataset.name,
                header.source.name
            ))
        };
        if header.source.fingerprint != offered.fingerprint {
            return Err(others());
        }
        let sources = added_from(&writer, &offered)?.ok_or_else(others)?;
        // It may have been begun by an earlier version, or cut off before they were kept.
        keep_columns(&mut writer, &offered, &sources)?;
        Ok(Self::new(id, offered, writer, sources))
    }

    /// Adds offered pictures to a gallery, replaces others, and takes out those that were not offered.
    ///
    /// # Errors
    /// The gallery is open elsewhere, has changed since it was compared, or the disk is full or fails.
    pub(super) async fn add(
        id: String,
        offered: Rc<Offered>,
        overlap: &Found,
        changes: Changes,
    ) -> Result<Self, Refusal> {
        let mut writer = Writer::resume(OpfsDisk::open(&id, false).await?)?;
        if writer.contents().journal_bytes != overlap.journal_bytes {
            return Err(format!(
                "\u{201c}{}\u{201d} has changed meanwhile; choose the pictures again",
                writer.contents().title
            )
            .into());
        }
        let comparison = &overlap.comparison;
        if changes.take_out {
            writer.remove(&comparison.gone)?;
        }
        let (mut sources, mut replaced) = (Vec::new(), Vec::new());
        if changes.replace {
            // These go first, as the format has it.
            (sources, replaced) = comparison.changed.iter().copied().unzip();
        }
        if changes.add {
            sources.extend(&comparison.added);
        }
        if !sources.is_empty() {
            let tasks = &writer.contents().header.tasks;
            let labels = offered.labels(tasks);
            let rows = labels.chunks_exact(tasks.len().max(1));
            let rows: Vec<&[u8]> = rows.collect();
            let labels: Vec<u8> = sources
                .iter()
                .filter_map(|&image| rows.get(image))
                .flat_map(|row| row.iter().copied())
                .collect();
            let ids: Vec<&str> = sources
                .iter()
                .filter_map(|&image| offered.dataset.images.get(image))
                .map(|image| image.id.as_str())
                .collect();
            writer.add(source_of(&offered), &labels, &ids, &replaced)?;
            keep_columns(&mut writer, &offered, &sources)?;
        }
        Ok(Self::new(id, offered, writer, sources))
    }

    fn new(
        id: String,
        offered: Rc<Offered>,
        writer: Writer<OpfsDisk>,
        sources: Vec<usize>,
    ) -> Self {
        Self {
            id,
            offered,
            sources,
            origins: BTreeMap::new(),
            next: writer.images(),
            writer,
            early: BTreeMap::new(),
            flight: Flight::default(),
            waiting: Vec::new(),
            last_commit: scope::now(),
        }
    }

    /// Lets larger previews take so many bytes more.
    #[must_use]
    pub(super) fn allowing_previews(mut self, bytes: u64) -> Self {
        if bytes > 0 {
            let there = self.contents().previews.bytes;
            let most = there.saturating_add(bytes).min(MOST_PREVIEWS);
            self.writer.allow_previews(most);
        }
        self
    }

    /// True if no further preview is kept.
    pub(super) fn previews_are_full(&self) -> bool {
        self.writer.previews_are_full()
    }

    /// The valid contents.
    pub(super) fn contents(&self) -> &Contents {
        self.writer.contents()
    }

    /// Pictures taken in without a gap from the first.
    pub(super) fn taken(&self) -> usize {
        self.writer.images()
    }

    /// Index of the first picture of this import.
    pub(super) fn first(&self) -> usize {
        let adding = self.contents().adding.as_ref();
        adding.map_or(0, |adding| adding.first)
    }

    /// The pictures that others replace: the new one, and the one it replaces.
    pub(super) fn replaced(&self) -> Vec<(usize, usize)> {
        let adding = self.contents().adding.as_ref();
        adding.map_or_else(Vec::new, |adding| {
            let replaced = adding.replaced.iter().copied();
            (adding.first..).zip(replaced).collect()
        })
    }

    /// The offered picture that becomes a picture of the gallery.
    pub(super) fn source(&self, image: usize) -> usize {
        let at = image.checked_sub(self.first());
        let source = at.and_then(|at| self.sources.get(at));
        source.copied().unwrap_or(image)
    }

    /// Notes the files of pictures that go out.
    pub(super) fn note(&mut self, read: &Read) {
        let files = read.files.iter().map(|file| Origin::of(file));
        self.origins.extend(read.images.iter().copied().zip(files));
    }

    /// The next pictures to go out, at most `count`.
    ///
    /// # Errors
    /// There is no room for them on the way: what to wait for before asking again.
    pub(super) fn next(&mut self, count: usize) -> Result<Vec<usize>, oneshot::Receiver<()>> {
        let all = self.contents().header.images;
        let sizes = (self.next..all).map(|image| self.offered.size(self.source(image)));
        let (count, bytes) = flight::parcel(sizes, count, flight::PARCEL);
        if count == 0 {
            return Ok(Vec::new());
        }
        if !self.flight.leaves(self.next, bytes) {
            let (sender, receiver) = oneshot::channel();
            self.waiting.push(sender);
            return Err(receiver);
        }
        let images = (self.next..self.next + count).collect();
        self.next += count;
        Ok(images)
    }

    /// Notes that files came back from the engines, and tells whoever waits for room.
    pub(super) fn land(&mut self, first: usize) {
        self.flight.lands(first);
        for waiting in self.waiting.drain(..) {
            // Nobody may be waiting any more, which is no error.
            waiting.send(()).ok();
        }
    }

    /// Sends away all that wait for pictures.
    pub(super) fn dismiss(&mut self) {
        self.waiting.clear();
    }

    /// Takes in what became of pictures, and makes it safe when it is time. After an error nothing is lost:
    /// [`Self::settle`] tries again.
    ///
    /// # Errors
    /// Something does not fit, or the disk is full or fails.
    pub(super) fn take(&mut self, first: usize, parcel: Parcel) -> Result<(), Refusal> {
        // An engine that broke after it had handed them over has them made again.
        if first >= self.writer.images() {
            self.early.insert(first, parcel);
        }
        self.settle()
    }

    /// Keeps what is there without a gap, and makes it safe when it is time.
    ///
    /// # Errors
    /// Something does not fit, or the disk is full or fails.
    pub(super) fn settle(&mut self) -> Result<(), Refusal> {
        while let Some(parcel) = self.early.remove(&self.writer.images()) {
            self.push(&parcel)?;
        }
        let done = self.writer.images() == self.contents().header.images;
        let late = scope::now() - self.last_commit > LATEST;
        if done && !self.contents().complete {
            self.writer.complete()?;
        } else if self.writer.waiting() >= BATCH || late {
            self.commit()?;
        }
        Ok(())
    }

    fn push(&mut self, parcel: &Parcel) -> Result<(), Refusal> {
        let channels = self.contents().header.channels;
        let mut features = parcel.features.chunks_exact(channels.max(1));
        let mut thumbnails = parcel.thumbnails.as_slice();
        let mut previews = parcel.preview_bytes.as_slice();
        for (at, &length) in parcel.lengths.iter().enumerate() {
            let bytes = parcel.previews.get(at).copied().unwrap_or_default();
            let whole = previews.split_at_checked(bytes as usize);
            let (whole, others) = whole.unwrap_or_default();
            previews = others;
            let image = self.writer.images();
            let origin = self.origins.remove(&image).unwrap_or_default();
            if length == 0 {
                let why = parcel.skipped.iter().find(|skipped| skipped.index == image);
                let why = why.map_or("it could not be read", |skipped| &skipped.why);
                self.writer.push_from(&Row::Unreadable { why }, origin)?;
                continue;
            }
            let row = features.next();
            let cut = thumbnails.split_at_checked(length as usize);
            let (Some(features), Some((thumbnail, rest))) = (row, cut) else {
                return Err(
                    "the message holds fewer pictures than it says; reload the page".into(),
                );
            };
            thumbnails = rest;
            let row = Row::Picture {
                features,
                thumbnail,
            };
            self.writer.push_from(&row, origin)?;
            let frame = parcel.shares.get(at);
            let frame = frame.map(|it| [it.left, it.top, it.width, it.height]);
            self.writer.push_preview(whole, frame);
        }
        Ok(())
    }

    /// Makes everything taken in safe.
    ///
    /// # Errors
    /// The disk is full or fails.
    pub(super) fn commit(&mut self) -> Result<(), Refusal> {
        self.writer.commit()?;
        self.last_commit = scope::now();
        Ok(())
    }

    /// Keeps a change of one of the tasks that the visitor taught.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn keep_taught(&mut self, change: UserTaskChange) -> Result<(), Refusal> {
        let mut tasks = self.taught()?;
        change.apply(&mut tasks);
        Ok(self.writer.keep_taught(&tasks)?)
    }

    /// Hides images, or shows them again.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn hide(&mut self, images: &[usize], hide: bool) -> Result<(), Refusal> {
        let hidden = with_hidden(&self.hidden()?, images, hide);
        Ok(self.writer.keep_hidden(&hidden)?)
    }

    /// Corrects a label of some images.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn correct(&mut self, change: &Correction) -> Result<(), Refusal> {
        let corrections = with_correction(&self.corrections()?, change);
        Ok(self.writer.keep_corrections(&corrections)?)
    }

    /// The labels that the visitor corrected.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn corrections(&self) -> Result<Vec<Correction>, Refusal> {
        Ok(self.writer.corrections()?)
    }

    /// The images that the visitor hid, ascending.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn hidden(&self) -> Result<Vec<usize>, Refusal> {
        Ok(self.writer.hidden()?)
    }

    /// The tasks that the visitor taught.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn taught(&self) -> Result<Vec<UserTask>, Refusal> {
        Ok(self.writer.taught()?)
    }

    /// Gives the gallery another name.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn rename(&mut self, title: &str) -> Result<(), Refusal> {
        Ok(self.writer.rename(title)?)
    }

    /// Size of one of the gallery's files.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn size(&self, file: File) -> Result<u64, Refusal> {
        Ok(self.writer.size(file)?)
    }

    /// Bytes of one of the gallery's files.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn read(&self, file: File, at: u64, into: &mut [u8]) -> Result<usize, Refusal> {
        Ok(self.writer.read(file, at, into)?)
    }
}

/// Keeps the label columns of the images being written. `sources` are the offered ones they are made from, or empty
/// where they are all of them.
fn keep_columns(
    writer: &mut Writer<OpfsDisk>,
    offered: &Offered,
    sources: &[usize],
) -> Result<(), Refusal> {
    let adding = writer.contents().adding.as_ref();
    let first = adding.map_or(0, |adding| adding.first);
    let dataset = &offered.dataset;
    let columns = match sources {
        [] => own_columns::columns(dataset, 0..dataset.images.len()),
        sources => own_columns::columns(dataset, sources.iter().copied()),
    };
    Ok(writer.keep_columns(first, &columns)?)
}

/// The source of a gallery made of an offer.
fn source_of(offered: &Offered) -> Source {
    Source {
        name: offered.dataset.name.clone(),
        format: offered.format().into(),
        fingerprint: offered.fingerprint.clone(),
        terms: offered.terms().into(),
        columns: offered.columns.clone(),
    }
}

/// The offered pictures that are being added to a gallery, by their ids; `None` where one was not offered.
fn added_from(writer: &Writer<OpfsDisk>, offered: &Offered) -> Result<Option<Vec<usize>>, Refusal> {
    let Some(adding) = &writer.contents().adding else {
        return Ok(Some(Vec::new()));
    };
    let size = writer.size(File::Ids)?;
    let mut bytes = vec![0; usize::try_from(size.min(MOST_BYTES)).unwrap_or_default()];
    writer.read(File::Ids, 0, &mut bytes)?;
    writer.contents().header.check_ids(&bytes)?;
    let images = offered.dataset.images.iter().enumerate();
    let places: HashMap<String, usize> =
        images.map(|(at, image)| (as_line(&image.id), at)).collect();
    let ids = bytes.split(|&byte| byte == b'\n');
    let ids = ids
        .skip(adding.first)
        .take(writer.contents().header.images - adding.first);
    Ok(ids
        .map(|id| places.get(std::str::from_utf8(id).ok()?).copied())
        .collect())
}
