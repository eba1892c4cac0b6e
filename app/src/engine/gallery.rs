//! Embedding a range of a gallery's pictures.

use std::ops::Range;

use futures::future::join;
use futures::stream::{self, Stream, StreamExt as _};

use super::jobs::{Finished, Stop};
use super::network::Loaded;
use super::{embed, fetch, picture, throttle};
use crate::answers;
use crate::calls::CallId;
use crate::protocol::{Reply, Skipped};
use crate::scope;
use crate::work::{Rate, Throttle};

/// Downloads at once: enough to keep the network busy, few enough to leave the page its share.
const DOWNLOADS: usize = 8;

/// After so many pictures without a single good one the job is given up.
const HOPELESS: usize = 32;

/// The address of the images.
#[derive(Debug)]
pub(super) struct Place {
    /// The folder's address, with its slash.
    pub base: String,
    /// The pictures' extension.
    pub extension: String,
    /// Their numbers.
    pub range: Range<usize>,
}

/// Pictures that go through the network together.
#[derive(Default)]
struct Batch {
    /// The inputs of the pictures that could be read.
    input: Vec<f32>,
    /// For each picture whether it could.
    readable: Vec<bool>,
}

/// Embeds the pictures in their order. One that cannot be fetched or read gets a row of zeros and is named;
/// when none can, the job fails.
pub(super) async fn embed(loaded: &Loaded, call: CallId, place: &Place) -> Result<Finished, Stop> {
    let total = place.range.len();
    let mut size = loaded.batch();
    let mut report = Report::new(call, total);
    let mut skipped = Vec::new();
    let mut files = std::pin::pin!(files(place));
    let (mut first, mut good) = (place.range.start, 0);
    let mut batch = gather(loaded, &mut files, (first, size.size()), &mut skipped).await;
    while !batch.readable.is_empty() {
        let (began, pictures) = (scope::now(), batch.readable.len());
        good += batch.readable.iter().filter(|readable| **readable).count();
        // On a GPU the next pictures are decoded while these are computed.
        let pass = features(loaded, std::mem::take(&mut batch));
        let next = gather(
            loaded,
            &mut files,
            (first + pictures, size.size()),
            &mut skipped,
        );
        let (rows, next) = join(pass, next).await;
        embed::send(loaded, call, first, &rows?);
        first += pictures;
        batch = next;
        let done = first - place.range.start;
        if good == 0 && done >= HOPELESS.min(total) {
            return Err(hopeless(&skipped, done));
        }
        report.done(done);
        size.took(pictures, scope::now() - began);
        throttle::breathe().await;
    }
    Ok(Finished {
        images: good,
        skipped,
    })
}

/// The place is wrong, or the network gone.
fn hopeless(skipped: &[Skipped], pictures: usize) -> Stop {
    let why = skipped.first().map_or("", |first| &first.why);
    Stop::Failed(format!(
        "no picture could be read ({pictures} tried); the first: {why}"
    ))
}

/// The files, in order; a few are fetched ahead.
fn files(place: &Place) -> impl Stream<Item = Result<Vec<u8>, String>> + '_ {
    stream::iter(place.range.clone())
        .map(|index| {
            let url = format!("{}{index:06}.{}", place.base, place.extension);
            async move { fetch::bytes(&url).await }
        })
        .buffered(DOWNLOADS)
}

/// The next pictures, `size` of them unless the gallery ends; the first has the number `first`.
async fn gather(
    loaded: &Loaded,
    files: &mut (impl Stream<Item = Result<Vec<u8>, String>> + Unpin),
    (first, size): (usize, usize),
    skipped: &mut Vec<Skipped>,
) -> Batch {
    let one = loaded.input.len();
    let mut batch = Batch::default();
    while batch.readable.len() < size {
        let Some(file) = files.next().await else {
            break;
        };
        let start = batch.input.len();
        batch.input.resize(start + one, 0.0);
        let read = match file {
            Ok(bytes) => picture::load(&bytes, &loaded.input, &mut batch.input[start..]).await,
            Err(why) => Err(why),
        };
        if let Err(why) = &read {
            batch.input.truncate(start);
            skipped.push(Skipped {
                index: first + batch.readable.len(),
                why: why.clone(),
            });
        }
        batch.readable.push(read.is_ok());
    }
    batch
}

/// A row for every picture of a batch, zeros where there is none.
async fn features(loaded: &Loaded, batch: Batch) -> Result<Vec<f32>, Stop> {
    let Batch { input, readable } = batch;
    let rows = readable.iter().filter(|readable| **readable).count();
    let values = if rows == 0 {
        Vec::new()
    } else {
        loaded.features(input, rows).await?
    };
    if rows == readable.len() {
        return Ok(values);
    }
    let mut rows = values.chunks_exact(loaded.channels);
    let mut all = vec![0.0; readable.len() * loaded.channels];
    for (place, readable) in all.chunks_exact_mut(loaded.channels).zip(readable) {
        if let Some(row) = readable.then(|| rows.next()).flatten() {
            place.copy_from_slice(row);
        }
    }
    Ok(all)
}

/// Tells the page how far a job is.
struct Report {
    call: CallId,
    total: usize,
    rate: Rate,
    throttle: Throttle,
}

impl Report {
    fn new(call: CallId, total: usize) -> Self {
        Self {
            call,
            total,
            rate: Rate::new(total, scope::now()),
            throttle: Throttle::default(),
        }
    }

    fn done(&mut self, done: usize) {
        let now = scope::now();
        self.rate.mark(done, now);
        if self.throttle.passes(now) || done == self.total {
            let progress = Reply::Progress {
                done,
                total: self.total,
                images_per_second: self.rate.images_per_second(),
                eta_seconds: self.rate.eta_seconds(),
            };
            answers::part(self.call, progress, &[]);
        }
    }
}
