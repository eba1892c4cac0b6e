//! The state of the store that outlives a call.

use std::cell::RefCell;
use std::rc::Rc;

use super::archive::Archive;
use super::fresh::Fresh;
use super::kept::{SharedShelf, Shelf};
use super::loans::Loans;
use super::offer::{Arriving, Offered};
use super::overlap::Found;
use super::writing::Writing;
use super::zip::ImageZip;
use crate::calls::Refusal;

/// The state that outlives a call.
#[derive(Default)]
pub(super) struct State {
    /// Files on their way.
    pub(super) arriving: Arriving,
    /// Number of offers so far.
    pub(super) offers: u64,
    /// The offer.
    pub(super) offered: Option<Rc<Offered>>,
    /// Kept galleries that have some of what was offered.
    pub(super) found: Vec<Rc<Found>>,
    /// A saved gallery that was offered.
    pub(super) archive: Option<Rc<Archive>>,
    /// The files that the engines have.
    pub(super) loans: Loans,
    /// The gallery that is being written.
    pub(super) writing: Option<Writing>,
    /// The same for reading.
    pub(super) fresh: Fresh,
    /// The gallery read last.
    pub(super) shelf: Option<SharedShelf>,
    /// The images being saved.
    pub(super) zip: (u32, ImageZip),
}

thread_local! {
    /// The one state.
    pub(super) static STATE: RefCell<State> = RefCell::default();
}

/// The offer.
///
/// # Errors
/// There is none.
pub(super) fn offered() -> Result<Rc<Offered>, Refusal> {
    STATE
        .with_borrow(|state| state.offered.clone())
        .ok_or_else(|| "no pictures were chosen; choose a zip or a folder".into())
}

/// The number of the offer.
pub(super) fn offer_number() -> u64 {
    STATE.with_borrow(|state| state.offers)
}

/// Changes the state, unless other files were offered since the offer of this number.
///
/// # Errors
/// They were.
pub(super) fn in_offer(number: u64, change: impl FnOnce(&mut State)) -> Result<(), Refusal> {
    STATE.with_borrow_mut(|state| match state.offers == number {
        true => {
            change(state);
            Ok(())
        }
        false => Err("you chose other files meanwhile; choose these again".into()),
    })
}

/// Checks that nothing is being written.
///
/// # Errors
/// Something is.
pub(super) fn check_idle() -> Result<(), Refusal> {
    if STATE.with_borrow(|state| state.writing.is_some()) {
        return Err("another import is running; wait until it ends, or stop it first".into());
    }
    Ok(())
}

/// Works on the gallery that is being written.
///
/// # Errors
/// There is none; the work's own.
pub(super) fn with_writing<T>(
    work: impl FnOnce(&mut Writing) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    STATE.with_borrow_mut(|state| match &mut state.writing {
        Some(writing) => work(writing),
        None => Err("no import is running".into()),
    })
}

/// The gallery, unless it is being written.
///
/// # Errors
/// It is; there is no such gallery, or it is damaged.
pub(super) async fn idle_shelf(id: &str) -> Result<SharedShelf, Refusal> {
    if is_written(id) {
        return Err("originals can be opened once the import has ended".into());
    }
    shelf(id).await
}

/// True for the gallery that is being written.
pub(super) fn is_written(id: &str) -> bool {
    STATE.with_borrow(|state| {
        state
            .writing
            .as_ref()
            .is_some_and(|writing| writing.id == id)
    })
}

/// Asks the gallery being written, if it is that one.
pub(super) fn written<T>(
    id: &str,
    ask: impl FnOnce(&mut Writing, &mut Fresh) -> Result<T, Refusal>,
) -> Option<Result<T, Refusal>> {
    STATE.with_borrow_mut(|state| {
        let State { writing, fresh, .. } = state;
        let writing = writing.as_mut().filter(|writing| writing.id == id)?;
        Some(ask(writing, fresh))
    })
}

/// The gallery to read from: the one read last, if it is that.
///
/// # Errors
/// There is no such gallery, or it is damaged.
pub(super) async fn shelf(id: &str) -> Result<SharedShelf, Refusal> {
    let known = STATE.with_borrow(|state| state.shelf.clone().filter(|shelf| shelf.id == id));
    if let Some(shelf) = known {
        return Ok(shelf);
    }
    let shelf = Rc::new(Shelf::open(id).await?);
    STATE.with_borrow_mut(|state| state.shelf = Some(Rc::clone(&shelf)));
    Ok(shelf)
}
