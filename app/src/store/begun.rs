//! Unfinished galleries that were begun with the files offered.

use modulens_store::Contents;

use super::kept::Shelf;
use super::offer::Offered;
use super::opfs;
use crate::calls::Refusal;
use crate::store_protocol::Kept;

/// Unfinished galleries of the very same pictures.
pub(super) async fn unfinished(fingerprint: &str) -> Result<Vec<Kept>, Refusal> {
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
pub(super) async fn as_begun(offered: &Offered) -> Result<Option<Offered>, Refusal> {
    let mut tried: Vec<Offered> = Vec::new();
    for id in opfs::ids().await? {
        let Ok(shelf) = Shelf::open(&id).await else {
            continue;
        };
        let Contents {
            header, complete, ..
        } = shelf.contents();
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
