//! The store: a worker that reads what a visitor brings and keeps it on the browser's disk.
//!
//! message -> [`dispatch`] -> [`recognise`] ([`offer`]: read by ranges, compared with what is kept by [`overlap`]) ->
//! [`writing`] (lent to the engines by [`loans`], taken in by [`lending`], made safe; shown by [`fresh`] meanwhile) -> [`kept`] (opened again, shown;
//! [`changes`]: renamed, corrected) or [`archive`] (saved as one file by [`zip`], as selected images are). [`originals`] are
//! read again by [`handles`]. [`opfs`] is the disk, [`state`] what outlives a call.
//! Reading waits for its bytes ([`blob`]), and long work takes [`pauses`]. The format is that of the crate
//! `modulens_store`, which is tested without a browser.

mod archive;
mod begun;
mod blob;
mod changes;
mod dispatch;
mod faces;
mod fresh;
mod handles;
mod kept;
mod lending;
mod loans;
mod offer;
mod opfs;
mod originals;
mod overlap;
mod own_columns;
mod parcel;
mod pauses;
mod recognise;
mod refusal;
mod state;

mod writing;
mod zip;

use crate::answers;

/// Listens to the page, and says so. Where it breaks, what is written is safe up to the last batch.
pub fn run() {
    answers::listen("store", dispatch::handle);
}
