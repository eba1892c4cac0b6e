//! The handlers of the calls.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Uint8Array;
use modulens_dataset::{IMAGE_READING, decoding_bytes, name_tables};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::archive::{self, Archive};
use super::handles;
use super::kept::{self, Fresh, SharedShelf, Shelf, Whole};
use super::offer::{Arriving, Offered, Read};
use super::opfs;
use super::originals;
use super::overlap::{self, Found};
use super::own_columns;
use super::trouble::Trouble;
use super::writing::{Parcel, Writing};
use super::zip::ImageZip;
use crate::calls::CallId;
use crate::scope;
use crate::store_protocol::{
    Call, Event, FileFaces, KeptColumns, OneHotGroup, Recognised, Reply, Request, SAVED,
    TableColumn,
};

/// The state that outlives a call.
#[derive(Default)]
struct State {
    arriving: Arriving,
    offered: Option<Rc<Offered>>,
    /// Kept galleries that have some of what was offered.
    found: Vec<Rc<Found>>,
    /// A saved gallery that was offered.
    archive: Option<Rc<Archive>>,
    writing: Option<Writing>,
    fresh: Fresh,
    /// The gallery read last.
    shelf: Option<SharedShelf>,
    /// The images being saved.
    zip: (u32, ImageZip),
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// An answer and its parts.
type Answer = Result<(Reply, Vec<JsValue>), Trouble>;

/// Sets a call going.
pub(super) fn handle(call: Call, parts: Vec<JsValue>) {
    let Call { call, request } = call;
    // What comes in is taken in at once and in its order; only answers wait.
    match request {
        Request::Append {
            first,
            lengths,
            previews,
            shares,
            skipped,
        } => {
            let parcel = Parcel::new(lengths, (previews, shares), skipped, &parts);
            send(call, parcel.and_then(|parcel| append(first, parcel)));
        }
        Request::Offer {
            paths,
            first,
            last: false,
            ..
        } => send(call, arrive(paths, first, &parts).map(|()| done())),
        request => spawn_local(async move { send(call, answer(request, &parts).await) }),
    }
}

fn send(call: CallId, answer: Answer) {
    match answer {
        Ok((reply, parts)) => scope::post_with(&Event::Reply { call, reply }, &parts),
        Err(Trouble { message, full }) => scope::post(&Event::Failed {
            call: Some(call),
            message,
            full,
        }),
    }
}

fn done() -> (Reply, Vec<JsValue>) {
    (Reply::Done, Vec::new())
}

async fn answer(request: Request, parts: &[JsValue]) -> Answer {
    match request {
        Request::List => list().await,
        Request::Offer {
            paths, name, first, ..
        } => {
            arrive(paths, first, parts)?;
            recognise(&name).await
        }
        Request::Reread { columns } => reread(columns).await,
        Request::Sample { count } => {
            let offered = offered()?;
            Ok(fed(offered.read(offered.sample(count)).await))
        }
        Request::Files { images } => Ok(fed(offered()?.read_whole(images).await)),
        Request::Cut { faces } => cut(faces).await,
        Request::Begin { plan, previews } => {
            check_idle()?;
            enter(Writing::begin(offered()?, plan).await?, previews).await
        }
        Request::Resume { id, previews } => {
            check_idle()?;
            enter(Writing::resume(id, offered()?).await?, previews).await
        }
        Request::Add {
            id,
            changes,
            previews,
        } => {
            check_idle()?;
            let found = STATE.with_borrow(|state| {
                let mut found = state.found.iter();
                found.find(|found| found.id == id).cloned()
            });
            let found = found
                .ok_or("these pictures were not compared with that gallery; choose them again")?;
            let writing = Writing::add(id, offered()?, &found, changes).await?;
            enter(writing, previews).await
        }
        Request::Feed { count } => {
            let (offered, images, sources) = parcel(count).await?;
            let read = offered.read(sources).await.under(images);
            with_writing(|writing| {
                writing.note(&read);
                Ok(())
            })?;
            Ok(fed(read))
        }
        Request::Append { .. } => Err("out of turn; reload the page".into()),
        Request::Close => close().map(|()| done()),
        Request::Open { id } => {
            let contents = match written(&id, |writing, _| {
                let bytes = kept::entry_of(writing).bytes;
                let (taught, hidden) = (writing.taught()?, writing.hidden()?);
                Ok(kept::describe(writing.contents(), bytes, taught, hidden))
            }) {
                Some(contents) => contents?,
                None => {
                    STATE.with_borrow_mut(|state| state.shelf = None);
                    shelf(&id).await?.describe()
                }
            };
            Ok((Reply::Contents(Box::new(contents)), Vec::new()))
        }
        Request::Features { id, first, count } => {
            let fresh = written(&id, |writing, _| Fresh::features(writing, first, count));
            let bytes = match fresh {
                Some(bytes) => bytes?,
                None => shelf(&id).await?.features(first, count).await?,
            };
            Ok((Reply::Bytes, vec![bytes.into()]))
        }
        Request::Labels { id } => {
            let labels = match written(&id, |writing, _| Fresh::labels(writing)) {
                Some(labels) => labels?,
                None => {
                    let shelf = shelf(&id).await?;
                    let corrections = shelf.corrections().await?;
                    (shelf.labels().await?, shelf.columns().await?, corrections)
                }
            };
            let ([labels, ids], columns, corrections) = labels;
            let cells = Uint8Array::from(columns.cells.as_slice()).buffer();
            let reply = Reply::Labels {
                columns: columns.columns,
                rows: match columns.texts.is_empty() {
                    true => Vec::new(),
                    false => columns.rows,
                },
                texts: columns.texts,
                corrections,
                left_out: columns.left_out,
            };
            Ok((reply, [labels, ids, cells].map(JsValue::from).to_vec()))
        }
        Request::Thumbnails { id, images } => {
            let bytes = thumbnails(&id, &images).await?;
            Ok((Reply::Bytes, bytes))
        }
        Request::Preview { id, image } => {
            let parts = match preview(&id, image).await? {
                Some((whole, frame)) => vec![whole.into(), scope::buffer(&frame)],
                None => Vec::new(),
            };
            Ok((Reply::Bytes, parts))
        }
        Request::Handles { id, image } => {
            let handles = match image {
                Some(image) => originals::handles_for(&*idle_shelf(&id).await?, image).await?,
                None => handles::of(&id).await,
            };
            Ok((
                Reply::Bytes,
                handles.into_iter().map(JsValue::from).collect(),
            ))
        }
        Request::Original { id, image } => {
            let file = originals::original(&*idle_shelf(&id).await?, image).await?;
            let file = Uint8Array::from(file.as_slice()).buffer();
            Ok((Reply::Bytes, vec![file.into()]))
        }
        Request::Zip {
            id,
            images,
            ids,
            zip,
        } => {
            let bytes = match id {
                Some(id) => largest(&id, &images).await?,
                None => parts.to_vec(),
            };
            STATE.with_borrow_mut(|state| {
                if zip > state.zip.0 {
                    state.zip = (zip, ImageZip::default());
                }
                // Images of a zip that was given up come too late.
                let mut files = ids.iter().zip(&bytes).filter(|_| zip == state.zip.0);
                files.try_for_each(|(id, bytes)| state.zip.1.add(id, bytes))
            })?;
            Ok(done())
        }
        Request::Zipped { name } => {
            let zip = STATE.with_borrow_mut(|state| std::mem::take(&mut state.zip.1));
            let name = archive::zip_name(&name, "zip");
            Ok((Reply::Exported { name }, vec![zip.finish()?.into()]))
        }
        Request::Hide { id, images, hide } => {
            if is_written(&id) {
                with_writing(|writing| writing.hide(&images, hide))?;
            } else {
                kept::hide(&id, &images, hide).await?;
                // As above.
                STATE.with_borrow_mut(|state| state.shelf = None);
            }
            Ok(done())
        }
        Request::Correct { id, change } => {
            if is_written(&id) {
                with_writing(|writing| writing.correct(&change))?;
            } else {
                kept::correct(&id, &change).await?;
                // As above.
                STATE.with_borrow_mut(|state| state.shelf = None);
            }
            Ok(done())
        }
        Request::Taught { id, change } => {
            if is_written(&id) {
                with_writing(|writing| writing.keep_taught(change))?;
            } else {
                kept::keep_taught(&id, change).await?;
                // What is known of it is read again.
                STATE.with_borrow_mut(|state| state.shelf = None);
            }
            Ok(done())
        }
        Request::Rename { id, title } => {
            if is_written(&id) {
                with_writing(|writing| writing.rename(&title))?;
            } else {
                kept::rename(&id, &title).await?;
            }
            Ok(done())
        }
        Request::Delete { id } => {
            if is_written(&id) {
                STATE.with_borrow_mut(|state| state.writing = None);
            }
            STATE.with_borrow_mut(|state| state.shelf = None);
            opfs::remove(&id).await?;
            handles::forget(&id).await;
            Ok(done())
        }
        Request::Export { id } => {
            if is_written(&id) {
                with_writing(Writing::commit)?;
            }
            let (name, packed) = archive::pack(&id).await?;
            Ok((Reply::Exported { name }, vec![packed.into()]))
        }
        Request::Restore => {
            let archive = STATE.with_borrow(|state| state.archive.clone());
            let archive = archive.ok_or("no saved gallery was chosen")?;
            let done = archive.contents.images;
            let id = archive.restore().await?;
            let reply = Reply::Writing {
                id,
                done,
                total: archive.contents.header.images,
                first: 0,
                replaced: Vec::new(),
            };
            Ok((reply, Vec::new()))
        }
    }
}

async fn list() -> Answer {
    let writing = STATE.with_borrow(|state| state.writing.as_ref().map(kept::entry_of));
    let galleries = kept::list(writing.as_ref()).await?;
    let room = opfs::room().await;
    Ok((Reply::Kept { galleries, room }, Vec::new()))
}

fn arrive(paths: Vec<String>, first: bool, parts: &[JsValue]) -> Result<(), Trouble> {
    STATE.with_borrow_mut(|state| {
        if first {
            state.arriving = Arriving::default();
            state.offered = None;
            state.found = Vec::new();
            state.archive = None;
        }
        state.arriving.take(paths, parts)
    })
}

async fn recognise(name: &str) -> Answer {
    let arriving = STATE.with_borrow_mut(|state| std::mem::take(&mut state.arriving));
    let arriving = arriving.with_files_of_handles().await?;
    if let Some(only) = arriving.only()
        && let Some(archive) = archive::open(only)?
    {
        let recognised = saved(&archive, only.size() as u64).await;
        STATE.with_borrow_mut(|state| state.archive = Some(Rc::new(archive)));
        return Ok((Reply::Recognised(Box::new(recognised)), Vec::new()));
    }
    offer(arriving.recognise(name)?).await
}

/// Offers the faces of the files in place of the whole images, or the whole images again.
async fn cut(faces: Option<Vec<FileFaces>>) -> Answer {
    let before = offered()?;
    let whole = before.whole();
    offer(match faces {
        Some(faces) => whole.cut(faces)?,
        None => whole,
    })
    .await
}

/// Compares what is offered with what is kept, and describes it.
async fn offer(offered: Offered) -> Answer {
    // Without storage there is nothing unfinished, and beginning will say so.
    let begun = kept::as_begun(&offered).await.unwrap_or_default();
    let offered = Rc::new(begun.unwrap_or(offered));
    STATE.with_borrow_mut(|state| state.offered = Some(Rc::clone(&offered)));
    // Without storage there is nothing to compare with, and beginning will say so.
    let found = overlap::find(&offered).await.unwrap_or_default();
    STATE.with_borrow_mut(|state| state.found = found.into_iter().map(Rc::new).collect());
    Ok((
        Reply::Recognised(Box::new(described(&offered).await)),
        Vec::new(),
    ))
}

/// Reads what was offered once more, with columns as told.
async fn reread(columns: BTreeMap<String, String>) -> Answer {
    let before = offered()?;
    let offered = Rc::new(before.reread(columns)?);
    STATE.with_borrow_mut(|state| match &state.offered {
        Some(now) if Rc::ptr_eq(now, &before) => {
            state.offered = Some(Rc::clone(&offered));
            Ok(())
        }
        _ => Err("you chose other files meanwhile; choose these again"),
    })?;
    Ok((
        Reply::Recognised(Box::new(described(&offered).await)),
        Vec::new(),
    ))
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
        unfinished: kept::unfinished(&offered.fingerprint)
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

/// Thumbnails of a gallery; empty where there is none.
async fn thumbnails(id: &str, images: &[usize]) -> Result<Vec<JsValue>, Trouble> {
    let fresh = written(id, |writing, fresh| fresh.thumbnails(writing, images));
    let bytes = match fresh {
        Some(bytes) => bytes?,
        None => shelf(id).await?.thumbnails(images).await?,
    };
    Ok(bytes.into_iter().map(JsValue::from).collect())
}

/// The larger preview of an image, if it has one.
async fn preview(id: &str, image: usize) -> Result<Option<Whole>, Trouble> {
    match written(id, |writing, _| kept::fresh_preview(writing, image)) {
        Some(preview) => preview,
        None => shelf(id).await?.preview(image).await,
    }
}

/// Previews of a gallery, and thumbnails where there are none.
async fn largest(id: &str, images: &[usize]) -> Result<Vec<JsValue>, Trouble> {
    let mut all = thumbnails(id, images).await?;
    for (&image, bytes) in images.iter().zip(&mut all) {
        if let Some((whole, _)) = preview(id, image).await? {
            *bytes = whole.into();
        }
    }
    Ok(all)
}

fn offered() -> Result<Rc<Offered>, Trouble> {
    STATE
        .with_borrow(|state| state.offered.clone())
        .ok_or_else(|| "no pictures were chosen; choose a zip or a folder".into())
}

fn check_idle() -> Result<(), Trouble> {
    if STATE.with_borrow(|state| state.writing.is_some()) {
        return Err("another import is running; wait until it ends, or stop it first".into());
    }
    Ok(())
}

async fn enter(writing: Writing, previews: u64) -> Answer {
    handles::add(&writing.id, writing.offered.handles()).await;
    let writing = writing.allowing_previews(previews);
    let reply = Reply::Writing {
        id: writing.id.clone(),
        done: writing.taken(),
        total: writing.contents().header.images,
        first: writing.first(),
        replaced: writing.replaced(),
    };
    STATE.with_borrow_mut(|state| {
        state.writing = Some(writing);
        state.fresh = Fresh::default();
    });
    Ok((reply, Vec::new()))
}

fn with_writing<T>(work: impl FnOnce(&mut Writing) -> Result<T, Trouble>) -> Result<T, Trouble> {
    STATE.with_borrow_mut(|state| match &mut state.writing {
        Some(writing) => work(writing),
        None => Err("no import is running".into()),
    })
}

/// The next pictures of what is being written and the offered ones they are made from, once there is room for them on
/// the way.
async fn parcel(count: usize) -> Result<(Rc<Offered>, Vec<usize>, Vec<usize>), Trouble> {
    loop {
        let next = with_writing(|writing| {
            let next = writing.next(count);
            Ok(next.map(|images| {
                let sources = images.iter().map(|&image| writing.source(image));
                let sources = sources.collect();
                (Rc::clone(&writing.offered), images, sources)
            }))
        });
        match next? {
            Ok(parcel) => return Ok(parcel),
            Err(room) => room
                .await
                .map_err(|_| "this import has ended; choose the files again")?,
        }
    }
}

fn append(first: usize, parcel: Parcel) -> Answer {
    with_writing(|writing| {
        writing.take(first, parcel)?;
        let reply = Reply::Appended {
            taken: writing.taken(),
            safe: writing.contents().images,
            previews_full: writing.previews_are_full(),
        };
        Ok((reply, Vec::new()))
    })
}

/// Makes everything safe and lets go of the files. What cannot be made safe stays, so that closing can be tried
/// again once there is room.
fn close() -> Result<(), Trouble> {
    STATE.with_borrow_mut(|state| {
        if let Some(writing) = &mut state.writing {
            writing.dismiss();
            writing.commit()?;
        }
        state.writing = None;
        state.shelf = None;
        Ok(())
    })
}

/// The gallery, unless it is being written.
async fn idle_shelf(id: &str) -> Result<SharedShelf, Trouble> {
    if is_written(id) {
        return Err("originals can be opened once the import has ended".into());
    }
    shelf(id).await
}

fn is_written(id: &str) -> bool {
    STATE.with_borrow(|state| {
        state
            .writing
            .as_ref()
            .is_some_and(|writing| writing.id == id)
    })
}

/// Asks the gallery being written, if it is that one.
fn written<T>(
    id: &str,
    ask: impl FnOnce(&mut Writing, &mut Fresh) -> Result<T, Trouble>,
) -> Option<Result<T, Trouble>> {
    STATE.with_borrow_mut(|state| {
        let State { writing, fresh, .. } = state;
        let writing = writing.as_mut().filter(|writing| writing.id == id)?;
        Some(ask(writing, fresh))
    })
}

/// The gallery to read from: the one read last, if it is that.
async fn shelf(id: &str) -> Result<SharedShelf, Trouble> {
    let known = STATE.with_borrow(|state| state.shelf.clone().filter(|shelf| shelf.id == id));
    if let Some(shelf) = known {
        return Ok(shelf);
    }
    let shelf = Rc::new(Shelf::open(id).await?);
    STATE.with_borrow_mut(|state| state.shelf = Some(Rc::clone(&shelf)));
    Ok(shelf)
}

fn fed(read: Read) -> (Reply, Vec<JsValue>) {
    let Read {
        images,
        files,
        skipped,
        frames,
    } = read;
    let decoding = files.iter().map(|file| decoding_bytes(file)).max();
    let buffer = |file: &Vec<u8>| Uint8Array::from(file.as_slice()).buffer().into();
    let parts = files.iter().map(buffer).collect();
    let reply = Reply::Fed {
        images,
        skipped,
        decoding: decoding.unwrap_or_default(),
        frames,
    };
    (reply, parts)
}
