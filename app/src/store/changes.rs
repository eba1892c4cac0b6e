//! Changes of a kept gallery that is not being written: its name, and what the visitor keeps beside its images.

use modulens_schema::{Correction, UserTaskChange, with_correction};
use modulens_store::Writer;

use super::opfs::OpfsDisk;
use crate::calls::Refusal;
use crate::work::with_hidden;

/// Gives a gallery another name.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn rename(id: &str, title: &str) -> Result<(), Refusal> {
    let disk = OpfsDisk::open(id, false).await?;
    Ok(Writer::resume(disk)?.rename(title)?)
}

/// Keeps a change of one of the tasks that the visitor taught with a gallery: another tab may have changed others.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn keep_taught(id: &str, change: UserTaskChange) -> Result<(), Refusal> {
    let mut writer = Writer::resume(OpfsDisk::open(id, false).await?)?;
    let mut tasks = writer.taught()?;
    change.apply(&mut tasks);
    Ok(writer.keep_taught(&tasks)?)
}

/// Hides images of a gallery, or shows them again: another tab may have hidden others.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn hide(id: &str, images: &[usize], hide: bool) -> Result<(), Refusal> {
    let mut writer = Writer::resume(OpfsDisk::open(id, false).await?)?;
    let hidden = with_hidden(&writer.hidden()?, images, hide);
    Ok(writer.keep_hidden(&hidden)?)
}

/// Corrects a label of images of a gallery: another tab may have corrected others.
///
/// # Errors
/// It is open in another tab, or damaged.
pub(super) async fn correct(id: &str, change: &Correction) -> Result<(), Refusal> {
    let mut writer = Writer::resume(OpfsDisk::open(id, false).await?)?;
    let corrections = with_correction(&writer.corrections()?, change);
    Ok(writer.keep_corrections(&corrections)?)
}
