//! The files that images were made from, read again from the folders and files that the browser has handles to.

use futures::stream::{self, StreamExt as _};
use js_sys::{Reflect, Uint8Array};
use modulens_dataset::{ReadAt, Storage, has_image_extension};
use modulens_store::Origin;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileSystemDirectoryHandle as Folder, FileSystemFileHandle, FileSystemHandle,
    FileSystemHandleKind,
};

use super::blob::{self, BlobSource};
use super::handles;
use super::kept::Shelf;
use super::pauses::Pauses;
use super::refusal::by_browser;
use crate::calls::Refusal;
use crate::work::original::{may_hold, paths};

/// Files that are opened at once: opening one waits for the browser, not for the processor.
const OPENED: usize = 64;

/// A path with `/`, and the file.
type PathAndFile = (String, Blob);

/// The handles by which the file of an image may be read: folders, files of its name, and files that are no images, such as
/// archives.
///
/// # Errors
/// There is no such gallery or image.
pub(super) async fn handles_for(
    shelf: &Shelf,
    image: usize,
) -> Result<Vec<FileSystemHandle>, Refusal> {
    let (id, _) = described(shelf, image).await?;
    let mut all = handles::of(&shelf.id).await;
    all.retain(|handle| {
        let name = handle.name();
        is_folder(handle) || may_hold(&name, has_image_extension(&name), &id)
    });
    Ok(all)
}

/// The file of an image: where it was, or wherever it is now in those folders and archives.
///
/// # Errors
/// It was changed or is gone, in a sentence; a folder may not be read.
pub(super) async fn original(shelf: &Shelf, image: usize) -> Result<Vec<u8>, Refusal> {
    let (id, origin) = described(shelf, image).await?;
    let handles = handles_for(shelf, image).await?;
    let mut changed = false;
    for handle in &handles {
        let Some(folder) = handle.dyn_ref::<Folder>() else {
            continue;
        };
        for path in paths(&id, &handle.name()) {
            let Some(file) = at(folder, &path).await else {
                continue;
            };
            let bytes = blob::bytes(&file, 0, file.size() as u64);
            let bytes = bytes.map_err(|error| error.to_string())?;
            // Of galleries from before checksums were kept, the place is all there is.
            if !origin.is_known() || Origin::of(&bytes) == origin {
                return Ok(bytes);
            }
            changed = true;
        }
    }
    // A folder or file that is gone does not hide the others.
    let mut files = Vec::new();
    for handle in &handles {
        files.extend(
            files_of(std::slice::from_ref(handle))
                .await
                .unwrap_or_default(),
        );
    }
    let files = files
        .into_iter()
        .map(|(path, file)| (path, Box::new(BlobSource(file)) as Box<dyn ReadAt>));
    let storage = Storage::from_files("", files.collect())?;
    let mut pauses = Pauses::new();
    for entry in storage.images() {
        let size = storage.entries().get(entry).map_or(0, |entry| entry.size);
        let stated = storage.checksum(entry);
        if !origin.is_known() || size != origin.size || stated.is_some_and(|crc| crc != origin.crc)
        {
            continue;
        }
        let bytes = storage.read(entry)?;
        if Origin::of(&bytes) == origin {
            return Ok(bytes);
        }
        pauses.take().await;
    }
    Err(match changed {
        true => format!("{id} was changed since it was imported"),
        false => format!("{id} is not where it was, and not elsewhere in the same folder"),
    }
    .into())
}

/// The id of an image, and its origin.
async fn described(shelf: &Shelf, image: usize) -> Result<(String, Origin), Refusal> {
    let [_, ids] = shelf.labels().await?;
    let ids = Uint8Array::new(&ids).to_vec();
    let ids = String::from_utf8_lossy(&ids);
    let id = ids
        .lines()
        .nth(image)
        .ok_or("there is no such picture; reload the page")?;
    let origin = shelf.origins().await?.get(image).copied();
    Ok((id.to_owned(), origin.unwrap_or_default()))
}

fn is_folder(handle: &FileSystemHandle) -> bool {
    handle.kind() == FileSystemHandleKind::Directory
}

/// The file at a path, if there is one.
async fn at(folder: &Folder, path: &[&str]) -> Option<Blob> {
    let (name, folders) = path.split_last()?;
    let mut folder = folder.clone();
    for name in folders {
        let inner = JsFuture::from(folder.get_directory_handle(name)).await;
        folder = inner.ok()?.dyn_into().ok()?;
    }
    let handle = JsFuture::from(folder.get_file_handle(name)).await.ok()?;
    opened(handle.unchecked_ref()).await.ok()
}

async fn opened(handle: &FileSystemFileHandle) -> Result<Blob, JsValue> {
    JsFuture::from(handle.get_file()).await?.dyn_into()
}

/// All files of handles, with their paths.
///
/// # Errors
/// One of them may not be read or is gone.
pub(super) async fn files_of(handles: &[FileSystemHandle]) -> Result<Vec<PathAndFile>, Refusal> {
    let refused = by_browser("read the folder");
    let mut files = Vec::new();
    let mut waiting: Vec<(String, FileSystemHandle)> = handles
        .iter()
        .map(|handle| (handle.name(), handle.clone()))
        .collect();
    while let Some((path, handle)) = waiting.pop() {
        match handle.dyn_into::<Folder>() {
            Ok(folder) => waiting.extend(inside(&path, &folder).await.map_err(&refused)?),
            Err(file) => files.push((path, file)),
        }
    }
    let opening = files.into_iter().map(async |(path, file)| {
        let file = opened(file.unchecked_ref()).await;
        Ok((path, file.map_err(by_browser("read the folder"))?))
    });
    let all: Vec<Result<PathAndFile, Refusal>> =
        stream::iter(opening).buffered(OPENED).collect().await;
    all.into_iter().collect()
}

/// The entries of a folder, with their paths.
async fn inside(path: &str, folder: &Folder) -> Result<Vec<(String, FileSystemHandle)>, JsValue> {
    let values = folder.values();
    let mut all = Vec::new();
    loop {
        let next = JsFuture::from(values.next_iterator()?).await?;
        if Reflect::get(&next, &"done".into())?.is_truthy() {
            return Ok(all);
        }
        let handle: FileSystemHandle = Reflect::get(&next, &"value".into())?.dyn_into()?;
        all.push((format!("{path}/{}", handle.name()), handle));
    }
}
