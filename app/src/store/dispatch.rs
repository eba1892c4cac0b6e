//! The handlers of the calls.

use std::rc::Rc;

use js_sys::Uint8Array;
use modulens_dataset::decoding_bytes;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::archive;
use super::changes;
use super::fresh::{Fresh, entry_of, fresh_preview};
use super::handles;
use super::kept::{self, Whole};
use super::offer::{Arriving, Offered, Read};
use super::opfs;
use super::originals;
use super::recognise::{cut, recognise, reread};
use super::state::{
    STATE, check_idle, idle_shelf, is_written, offered, shelf, with_writing, written,
};
use super::trouble::Trouble;
use super::writing::{Parcel, Writing};
use super::zip::ImageZip;
use crate::answers;
use crate::calls::{Call, CallId};
use crate::scope;
use crate::store_protocol::{Recognised, Reply, Request};

/// An answer and its parts.
type Answer = Result<(Reply, Vec<JsValue>), Trouble>;

/// Sets a call going.
pub(super) fn handle(Call { call, request }: Call<Request>, parts: Vec<JsValue>) {
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
        Ok((reply, parts)) => answers::reply(call, reply, &parts),
        Err(Trouble {
            message,
            full: true,
        }) => answers::fail_for_room(call, message),
        Err(Trouble { message, .. }) => answers::fail(Some(call), message),
    }
}

fn done() -> (Reply, Vec<JsValue>) {
    (Reply::Done, Vec::new())
}

fn recognised(recognised: Result<Recognised, Trouble>) -> Answer {
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
            Ok(fed(offered.read(offered.sample(count)).await))
        }
        Request::Files { images } => Ok(fed(offered()?.read_whole(images).await)),
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

fn arrive(paths: Vec<String>, first: bool, parts: &[JsValue]) -> Result<(), Trouble> {
    STATE.with_borrow_mut(|state| {
        if first {
            state.offers += 1;
            state.arriving = Arriving::default();
            state.offered = None;
            state.found = Vec::new();
            state.archive = None;
        }
        state.arriving.take(paths, parts)
    })
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
    match written(id, |writing, _| fresh_preview(writing, image)) {
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
