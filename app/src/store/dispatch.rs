//! The handlers of the calls.

use std::rc::Rc;

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessagePort;

use super::archive;
use super::changes;
use super::fresh::{Fresh, entry_of, fresh_preview};
use super::handles;
use super::kept::{self, Whole};
use super::lending;
use super::loans;
use super::offer::{Arriving, Offered, Read};
use super::opfs;
use super::originals;
use super::parcel::Parcel;
use super::recognise::{cut, recognise, reread};
use super::state::{
    STATE, check_idle, idle_shelf, is_written, offered, shelf, with_writing, written,
};
use super::writing::Writing;
use super::zip::ImageZip;
use crate::calls::Refusal;
use crate::calls::{Call, CallId, Event, EventKind};
use crate::scope;
use crate::store_protocol::{Recognised, Reply, Request};

/// An answer and its parts.
type Answer = Result<(Reply, Vec<JsValue>), Refusal>;

/// Sets a call going.
pub(super) fn handle(Call { call, request }: Call<Request>, parts: Vec<JsValue>) {
    // What comes in is taken in at once and in its order; only answers wait.
    match request {
        Request::Connect => lending::connect(&parts),
        Request::Release { loan } => lending::release(loan),
        Request::Offer {
            paths,
            first,
            last: false,
            ..
        } => send(None, call, arrive(paths, first, &parts).map(|()| done())),
        request => spawn_local(async move { send(None, call, answer(request, &parts).await) }),
    }
}

/// Answers a call of the engine at the other end of a port, or of the page.
pub(super) fn send<R: Serialize>(
    engine: Option<&MessagePort>,
    call: CallId,
    answer: Result<(R, Vec<JsValue>), Refusal>,
) {
    let (kind, parts) = match answer {
        Ok((reply, parts)) => (EventKind::Reply(reply), parts),
        Err(refusal) => (EventKind::Failed(refusal), Vec::new()),
    };
    scope::post_to(engine, &Event { call, kind }, &parts);
}

/// Lends files that were read.
fn lend(read: Read, image: Option<usize>) -> (Reply, Vec<JsValue>) {
    let lent = STATE.with_borrow_mut(|state| state.loans.lend(read, image));
    (lent, Vec::new())
}

fn done() -> (Reply, Vec<JsValue>) {
    (Reply::Done, Vec::new())
}

fn recognised(recognised: Result<Recognised, Refusal>) -> Answer {
    Ok((Reply::Recognised(Box::new(recognised?)), Vec::new()))
}

async fn answer(request: Request, parts: &[JsValue]) -> Answer {
    match request {
        Request::List => list().await,
        Request::Offer {
            paths, name, first, ..
        } => {
            arrive(paths, first, parts)?;
            recognised(recognise(&name).await)
        }
        Request::Reread { columns } => recognised(reread(columns).await),
        Request::Sample { count } => {
            let offered = offered()?;
            Ok(lend(offered.read(offered.sample(count)).await, None))
        }
        Request::Files { images } => Ok(lend(offered()?.read_whole(images).await, None)),
        Request::Cut { faces } => recognised(cut(faces).await),
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
            let ends = || STATE.with_borrow(|state| state.loans.ends);
            let before = ends();
            let read = offered.read(sources).await.under(images);
            if ends() != before {
                return Err(loans::ENDED.into());
            }
            with_writing(|writing| {
                writing.note(&read);
                Ok(())
            })?;
            let first = read.images.first().copied();
            Ok(lend(read, first))
        }
        Request::Connect | Request::Release { .. } => Err("out of turn; reload the page".into()),
        Request::LeaveOut { loan, place, why } => {
            let image = STATE.with_borrow(|state| state.loans.image(loan, place))?;
            with_writing(|writing| writing.take(image, Parcel::left_out(image, why)))?;
            Ok(done())
        }
        Request::Retry => with_writing(Writing::settle).map(|()| done()),
        Request::Close => close().map(|()| done()),
        Request::Open { id } => {
            let contents = match written(&id, |writing, _| {
                let bytes = entry_of(writing).bytes;
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
                None => handles::of_last(&id).await,
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
                changes::hide(&id, &images, hide).await?;
                // As above.
                STATE.with_borrow_mut(|state| state.shelf = None);
            }
            Ok(done())
        }
        Request::Correct { id, change } => {
            if is_written(&id) {
                with_writing(|writing| writing.correct(&change))?;
            } else {
                changes::correct(&id, &change).await?;
                // As above.
                STATE.with_borrow_mut(|state| state.shelf = None);
            }
            Ok(done())
        }
        Request::Taught { id, change } => {
            if is_written(&id) {
                with_writing(|writing| writing.keep_taught(change))?;
            } else {
                changes::keep_taught(&id, change).await?;
                // What is known of it is read again.
                STATE.with_borrow_mut(|state| state.shelf = None);
            }
            Ok(done())
        }
        Request::Rename { id, title } => {
            if is_written(&id) {
                with_writing(|writing| writing.rename(&title))?;
            } else {
                changes::rename(&id, &title).await?;
            }
            Ok(done())
        }
        Request::Delete { id } => {
            if is_written(&id) {
                STATE.with_borrow_mut(|state| state.writing = None);
            }
            STATE.with_borrow_mut(|state| state.shelf = None);
            handles::forget(&id).await;
            opfs::remove(&id).await?;
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
    let writing = STATE.with_borrow(|state| state.writing.as_ref().map(entry_of));
    let galleries = kept::list(writing.as_ref()).await?;
    let room = opfs::room().await;
    Ok((Reply::Kept { galleries, room }, Vec::new()))
}

fn arrive(paths: Vec<String>, first: bool, parts: &[JsValue]) -> Result<(), Refusal> {
    STATE.with_borrow_mut(|state| {
        if first {
            state.offers += 1;
            state.arriving = Arriving::default();
            state.loans.end();
            state.offered = None;
            state.found = Vec::new();
            state.archive = None;
        }
        state.arriving.take(paths, parts)
    })
}

/// Thumbnails of a gallery; empty where there is none.
async fn thumbnails(id: &str, images: &[usize]) -> Result<Vec<JsValue>, Refusal> {
    let fresh = written(id, |writing, fresh| fresh.thumbnails(writing, images));
    let bytes = match fresh {
        Some(bytes) => bytes?,
        None => shelf(id).await?.thumbnails(images).await?,
    };
    Ok(bytes.into_iter().map(JsValue::from).collect())
}

/// The larger preview of an image, if it has one.
async fn preview(id: &str, image: usize) -> Result<Option<Whole>, Refusal> {
    match written(id, |writing, _| fresh_preview(writing, image)) {
        Some(preview) => preview,
        None => shelf(id).await?.preview(image).await,
    }
}

/// Previews of a gallery, and thumbnails where there are none.
async fn largest(id: &str, images: &[usize]) -> Result<Vec<JsValue>, Refusal> {
    let mut all = thumbnails(id, images).await?;
    for (&image, bytes) in images.iter().zip(&mut all) {
        if let Some((whole, _)) = preview(id, image).await? {
            *bytes = whole.into();
        }
    }
    Ok(all)
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

/// The next pictures of what is being written and the offered ones they are made from, once there is room for them on
/// the way.
async fn parcel(count: usize) -> Result<(Rc<Offered>, Vec<usize>, Vec<usize>), Refusal> {
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
            Err(room) => room.await.map_err(|_| loans::ENDED)?,
        }
    }
}

/// Makes everything safe and lets go of the files. What cannot be made safe stays, so that closing can be tried
/// again once there is room.
fn close() -> Result<(), Refusal> {
    STATE.with_borrow_mut(|state| {
        if let Some(writing) = &mut state.writing {
            writing.dismiss();
            writing.commit()?;
        }
        state.loans.end();
        state.writing = None;
        state.shelf = None;
        Ok(())
    })
}
