//! Files lent to engines. They are held until the page releases them: an engine may break on them, and another one asks
//! again.

use js_sys::Uint8Array;
use modulens_dataset::decoding_bytes;
use wasm_bindgen::JsValue;

use super::offer::Read;
use crate::calls::Refusal;
use crate::protocol::{Frame, Skipped};
use crate::{lending_protocol, store_protocol};

/// The message for whoever still works for an import that is over.
pub(super) const ENDED: &str = "this import has ended; choose the files again";

/// The files that are lent.
#[derive(Debug, Default)]
pub(super) struct Loans {
    /// The number of loans so far.
    count: u32,
    /// The number of times that all of them ended.
    pub ends: u32,
    held: Vec<(u32, Loan)>,
}

#[derive(Debug)]
struct Loan {
    /// The files, outside of the memory that this module never gives back.
    files: Vec<Uint8Array>,
    /// Those that could not be read, by their place, and why.
    unread: Vec<Skipped>,
    /// The frame of the portrait to cut out of each; none where they are taken whole.
    frames: Vec<Frame>,
    /// The first image of the gallery being written that they become.
    image: Option<usize>,
}

impl Loans {
    /// Lends files, which become the images of the gallery being written from `image` on.
    pub(super) fn lend(&mut self, read: Read, image: Option<usize>) -> store_protocol::Reply {
        let decoding = read.files.iter().map(|file| decoding_bytes(file)).max();
        let place = |skipped: Skipped| {
            let index = read.images.iter().position(|&it| it == skipped.index)?;
            Some(Skipped { index, ..skipped })
        };
        self.count += 1;
        let loan = Loan {
            files: read
                .files
                .iter()
                .map(|it| Uint8Array::from(it.as_slice()))
                .collect(),
            unread: read.skipped.into_iter().filter_map(place).collect(),
            frames: read.frames,
            image,
        };
        self.held.push((self.count, loan));
        store_protocol::Reply::Lent {
            loan: self.count,
            images: read.images,
            decoding: decoding.unwrap_or_default(),
        }
    }

    /// The answer to an engine that asks for some of the files of a loan, and its parts.
    ///
    /// # Errors
    /// They are not lent any more.
    pub(super) fn collect(
        &self,
        loan: u32,
        first: usize,
        count: usize,
    ) -> Result<(lending_protocol::Reply, Vec<JsValue>), Refusal> {
        let places = first..first.saturating_add(count);
        let mut held = self.held.iter();
        let files = held
            .find(|(number, _)| *number == loan)
            .and_then(|(_, loan)| {
                let files = loan.files.get(places.clone())?;
                Some((loan, files))
            });
        let (loan, files) = files.ok_or(ENDED)?;
        let unread = loan.unread.iter().filter(|it| places.contains(&it.index));
        let unread = unread.map(|it| Skipped {
            index: it.index - first,
            why: it.why.clone(),
        });
        let reply = lending_protocol::Reply::Collected {
            unread: unread.collect(),
            frames: loan.frames.get(places).unwrap_or_default().to_vec(),
        };
        let copy = |file: &Uint8Array| file.slice(0, file.length()).buffer().into();
        Ok((reply, files.iter().map(copy).collect()))
    }

    /// The image of the gallery being written that a file of a loan becomes.
    ///
    /// # Errors
    /// It becomes none, or is not lent any more.
    pub(super) fn image(&self, loan: u32, place: usize) -> Result<usize, Refusal> {
        let mut held = self.held.iter();
        let loan = held.find(|(number, _)| *number == loan);
        let first = loan.and_then(|(_, loan)| loan.image).ok_or(ENDED)?;
        Ok(first + place)
    }

    /// Ends a loan. Returns the first image of the gallery being written that its files become.
    pub(super) fn release(&mut self, loan: u32) -> Option<usize> {
        let at = self.held.iter().position(|(number, _)| *number == loan)?;
        self.held.swap_remove(at).1.image
    }

    /// Ends all loans.
    pub(super) fn end(&mut self) {
        self.held.clear();
        self.ends += 1;
    }
}
