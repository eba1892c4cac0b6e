//! Recognising what was offered, and describing it for the page.

use std::collections::BTreeMap;
use std::rc::Rc;

use modulens_dataset::{IMAGE_READING, name_tables};

use super::archive::{self, Archive};
use super::begun;
use super::offer::Offered;
use super::opfs;
use super::overlap;
use super::own_columns;
use super::state::{STATE, in_offer, offer_number, offered};
use crate::calls::Refusal;
use crate::store_protocol::{FileFaces, KeptColumns, OneHotGroup, Recognised, SAVED, TableColumn};

/// Recognises what came in: pictures and tables, or a saved gallery.
///
/// # Errors
/// A sentence on what is wrong with it.
pub(super) async fn recognise(name: &str) -> Result<Recognised, Refusal> {
    let number = offer_number();
    let arriving = STATE.with_borrow_mut(|state| std::mem::take(&mut state.arriving));
    let arriving = arriving.with_files_of_handles().await?;
    if let Some(only) = arriving.only()
        && let Some(archive) = archive::open(only)?
    {
        let recognised = saved(&archive, only.size() as u64).await;
        in_offer(number, |state| state.archive = Some(Rc::new(archive)))?;
        return Ok(recognised);
    }
    offer(number, arriving.recognise(name)?).await
}

/// Offers the faces of the files in place of the whole images, or the whole images again.
///
/// # Errors
/// The faces are those of other files.
pub(super) async fn cut(faces: Option<Vec<FileFaces>>) -> Result<Recognised, Refusal> {
    let whole = offered()?.whole();
    let cut = match faces {
        Some(faces) => whole.cut(faces)?,
        None => whole,
    };
    offer(offer_number(), cut).await
}

/// Compares what is offered with what is kept, and describes it.
async fn offer(number: u64, offered: Offered) -> Result<Recognised, Refusal> {
    // Without storage there is nothing unfinished, and beginning will say so.
    let begun = begun::as_begun(&offered).await.unwrap_or_default();
    let offered = Rc::new(begun.unwrap_or(offered));
    in_offer(number, |state| state.offered = Some(Rc::clone(&offered)))?;
    // Without storage there is nothing to compare with, and beginning will say so.
    let found = overlap::find(&offered).await.unwrap_or_default();
    in_offer(number, |state| {
        state.found = found.into_iter().map(Rc::new).collect();
    })?;
    Ok(described(&offered).await)
}

/// Reads what was offered once more, with columns as told.
///
/// # Errors
/// A column cannot be read so; other files were chosen meanwhile.
pub(super) async fn reread(columns: BTreeMap<String, String>) -> Result<Recognised, Refusal> {
    let before = offered()?;
    let offered = Rc::new(before.reread(columns)?);
    STATE.with_borrow_mut(|state| match &state.offered {
        Some(now) if Rc::ptr_eq(now, &before) => {
            state.offered = Some(Rc::clone(&offered));
            Ok(())
        }
        _ => Err("you chose other files meanwhile; choose these again"),
    })?;
    Ok(described(&offered).await)
}

/// The description of an offer, for the page.
async fn described(offered: &Offered) -> Recognised {
    let dataset = &offered.dataset;
    let report = &dataset.report;
    let columns = report.columns.iter().map(|column| TableColumn {
        table: name_tables(&column.tables),
        name: column.column.clone(),
        reading: match column.reading.strip_prefix("left out: ") {
            None if column.reading == IMAGE_READING => "the picture\u{2019}s name".to_owned(),
            Some(why) if dataset.texts.iter().any(|text| text.name == column.column) => {
                format!("shown in the details only: {why}")
            }
            _ => column.reading.clone(),
        },
        names_images: column.reading == IMAGE_READING,
        tasks: column.tasks.len(),
        unknown: column.unknown,
        rows: column.rows,
    });
    let one_hot = report.one_hot.iter().map(|group| OneHotGroup {
        name: group.name.clone(),
        values: group.values.clone(),
        merged: group.merged,
    });
    Recognised {
        name: dataset.name.clone(),
        format: offered.format().into(),
        images: dataset.images.len(),
        files: offered.files(),
        cut: offered.is_cut(),
        bytes: offered.bytes(),
        tasks: dataset.tasks.iter().map(|task| task.name.clone()).collect(),
        skipped: report.reasons.clone().into_iter().collect(),
        examples: report
            .skipped
            .iter()
            .map(|skip| [&skip.what, &skip.place, &skip.why].map(String::clone))
            .collect(),
        notes: report.notes.clone(),
        columns: columns.collect(),
        one_hot: one_hot.collect(),
        told: offered.columns.clone(),
        room: opfs::room().await,
        // Without storage there is nothing unfinished, and beginning will say so.
        unfinished: begun::unfinished(&offered.fingerprint)
            .await
            .unwrap_or_default(),
        kept_columns: own_columns::described(dataset),
        overlaps: STATE.with_borrow(|state| {
            let found = state.found.iter();
            found.map(|found| found.overlap.clone()).collect()
        }),
    }
}

/// The description of a saved gallery, for the page.
async fn saved(archive: &Archive, bytes: u64) -> Recognised {
    let contents = &archive.contents;
    Recognised {
        name: contents.title.clone(),
        format: SAVED.into(),
        images: contents.images,
        files: contents.images,
        cut: false,
        bytes,
        tasks: contents
            .header
            .tasks
            .iter()
            .map(|task| task.name.clone())
            .collect(),
        skipped: Vec::new(),
        examples: Vec::new(),
        notes: Vec::new(),
        columns: Vec::new(),
        one_hot: Vec::new(),
        told: BTreeMap::new(),
        room: opfs::room().await,
        unfinished: Vec::new(),
        kept_columns: KeptColumns::default(),
        overlaps: Vec::new(),
    }
}
