//! The gallery being written: pictures go out to the engines, what became of them comes in and is made safe.

use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::oneshot;
use modulens_store::{Contents, File, Header, Row, Source, Writer};
use wasm_bindgen::JsValue;

use super::offer::Offered;
use super::opfs::{self, OpfsDisk};
use super::trouble::Trouble;
use crate::protocol::Skipped;
use crate::scope;
use crate::store_protocol::Plan;
use crate::work::flight::{self, Flight};

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

/// The results of consecutive images.
#[derive(Debug)]
pub(super) struct Parcel {
    /// Bytes of every picture's thumbnail, 0 for one that could not be read.
    pub lengths: Vec<u32>,
    /// The reasons those could not be read.
    pub skipped: Vec<Skipped>,
    /// Features of the others, row-major.
    pub features: Vec<f32>,
    /// Their thumbnails.
    pub thumbnails: Vec<u8>,
}

impl Writing {
    /// Begins a gallery of everything offered.
    ///
    /// # Errors
    /// The browser forbids storage or has no room; nothing is left behind then.
    pub(super) async fn begin(offered: Rc<Offered>, plan: Plan) -> Result<Self, Trouble> {
        let created = js_sys::Date::now();
        let id = format!("{:x}", created as u64);
        let dataset = &offered.dataset;
        let header = Header {
            version: Header::current_version(),
            title: plan.title,
            created,
            source: Source {
                name: dataset.name.clone(),
                format: offered.format().into(),
                fingerprint: offered.fingerprint.clone(),
                terms: offered.terms().into(),
                columns: offered.columns.clone(),
            },
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
        match Writer::begin(disk, header, &labels, &ids) {
            Ok(writer) => Ok(Self::new(id, Rc::clone(&offered), writer)),
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
    pub(super) async fn resume(id: String, offered: Rc<Offered>) -> Result<Self, Trouble> {
        let writer = Writer::resume(OpfsDisk::open(&id, false).await?)?;
        let header = &writer.contents().header;
        if header.source.fingerprint != offered.fingerprint {
            return Err(format!(
                "\u{201c}{}\u{201d} was begun with other pictures than these ({}); choose {} again, as it was",
                writer.contents().title,
                offered.dataset.name,
                header.source.name
            )
            .into());
        }
        Ok(Self::new(id, offered, writer))
    }

    fn new(id: String, offered: Rc<Offered>, writer: Writer<OpfsDisk>) -> Self {
        Self {
            id,
            offered,
            next: writer.images(),
            writer,
            early: BTreeMap::new(),
            flight: Flight::default(),
            waiting: Vec::new(),
            last_commit: scope::now(),
        }
    }

    /// The valid contents.
    pub(super) fn contents(&self) -> &Contents {
        self.writer.contents()
    }

    /// Pictures taken in without a gap from the first.
    pub(super) fn taken(&self) -> usize {
        self.writer.images()
    }

    /// The next pictures to go out, at most `count`.
    ///
    /// # Errors
    /// There is no room for them on the way: what to wait for before asking again.
    pub(super) fn next(&mut self, count: usize) -> Result<Vec<usize>, oneshot::Receiver<()>> {
        let all = self.contents().header.images;
        let sizes = (self.next..all).map(|image| self.offered.size(image));
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

    /// Sends away all that wait for pictures.
    pub(super) fn dismiss(&mut self) {
        self.waiting.clear();
    }

    /// Takes in what became of pictures, and makes it safe when it is time. After an error nothing is lost: an empty
    /// parcel tries again.
    ///
    /// # Errors
    /// Something does not fit, or the disk is full or fails.
    pub(super) fn take(&mut self, first: usize, parcel: Parcel) -> Result<(), Trouble> {
        self.flight.lands(first);
        for waiting in self.waiting.drain(..) {
            // Nobody may be waiting any more, which is no error.
            waiting.send(()).ok();
        }
        if !parcel.lengths.is_empty() {
            self.early.insert(first, parcel);
        }
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

    fn push(&mut self, parcel: &Parcel) -> Result<(), Trouble> {
        let channels = self.contents().header.channels;
        let mut features = parcel.features.chunks_exact(channels.max(1));
        let mut thumbnails = parcel.thumbnails.as_slice();
        for &length in &parcel.lengths {
            let image = self.writer.images();
            if length == 0 {
                let why = parcel.skipped.iter().find(|skipped| skipped.index == image);
                let why = why.map_or("it could not be read", |skipped| &skipped.why);
                self.writer.push(&Row::Unreadable { why })?;
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
            self.writer.push(&Row::Picture {
                features,
                thumbnail,
            })?;
        }
        Ok(())
    }

    /// Makes everything taken in safe.
    ///
    /// # Errors
    /// The disk is full or fails.
    pub(super) fn commit(&mut self) -> Result<(), Trouble> {
        self.writer.commit()?;
        self.last_commit = scope::now();
        Ok(())
    }

    /// Gives the gallery another name.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn rename(&mut self, title: &str) -> Result<(), Trouble> {
        Ok(self.writer.rename(title)?)
    }

    /// Size of one of the gallery's files.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn size(&self, file: File) -> Result<u64, Trouble> {
        Ok(self.writer.size(file)?)
    }

    /// Bytes of one of the gallery's files.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn read(&self, file: File, at: u64, into: &mut [u8]) -> Result<usize, Trouble> {
        Ok(self.writer.read(file, at, into)?)
    }
}

impl Parcel {
    /// From the parts of a message: features, thumbnails.
    ///
    /// # Errors
    /// A part is missing or is something else.
    pub(super) fn new(
        lengths: Vec<u32>,
        skipped: Vec<Skipped>,
        parts: &[JsValue],
    ) -> Result<Self, Trouble> {
        let missing = "the message lacks its buffers; reload the page";
        let (features, thumbnails) = match parts {
            [features, thumbnails] => (scope::floats(features)?, scope::bytes(thumbnails)?),
            [] if lengths.is_empty() => (Vec::new(), Vec::new()),
            _ => return Err(missing.into()),
        };
        Ok(Self {
            lengths,
            skipped,
            features,
            thumbnails,
        })
    }
}
