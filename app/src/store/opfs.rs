//! The origin-private file system: a folder for each gallery, and its open files.
//!
//! Source: the File System standard, <https://fs.spec.whatwg.org/>. An access handle locks its file against every
//! other one, in this tab and in others: whoever holds the journal's owns the gallery.

use std::io;

use js_sys::{Function, JsString, Promise, Reflect};
use modulens_store::{Disk, File, Files, Sizes};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileSystemDirectoryHandle as Folder, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemReadWriteOptions, FileSystemRemoveOptions,
    FileSystemSyncAccessHandle, StorageManager,
};

use super::refusal::by_browser;
use crate::calls::Refusal;
use crate::scope::{self, words};
use crate::store_protocol::Room;

/// The folder of all galleries.
const GALLERIES: &str = "galleries";

/// The property that a browser without such files lacks.
const ENTRANCE: &str = "getDirectory";
/// Nothing the visitor could do here would help.
const MISSING: &str = "this browser cannot keep galleries: it has no file system for sites (OPFS); a recent Chrome, Edge, \
    Firefox or Safari has one. The galleries of this site need none";

/// The sentence for a window in which storage is refused, with the remedy.
const FORBIDDEN: &str = "galleries cannot be kept here: the browser forbids sites to store files in this window, as Firefox \
    does in a private one. Open this site in an ordinary window to import a gallery; searching, also with pictures of your \
    own, works here as well";

/// The browser's storage, where sites have files in it.
fn manager() -> Option<StorageManager> {
    let manager = scope::global().navigator().storage();
    // Some browsers have no storage at all, and it is `undefined`.
    let files = Reflect::has(&manager, &ENTRANCE.into());
    (files == Ok(true)).then_some(manager)
}

/// The folder of all galleries, made if need be.
async fn galleries() -> Result<Folder, Refusal> {
    let refused = |error: JsValue| {
        let name = Reflect::get(&error, &"name".into());
        match name.ok().and_then(|name| name.as_string()).as_deref() {
            Some("SecurityError") => FORBIDDEN.into(),
            _ => by_browser("open its storage")(error),
        }
    };
    let manager = manager().ok_or(MISSING)?;
    // In a private window of Firefox it is refused, and some versions throw instead of rejecting.
    let entrance: Function = Reflect::get(&manager, &ENTRANCE.into())
        .and_then(JsCast::dyn_into)
        .map_err(&refused)?;
    let opening: Promise = entrance
        .call0(&manager)
        .and_then(JsCast::dyn_into)
        .map_err(&refused)?;
    let root: Folder = JsFuture::from(opening)
        .await
        .and_then(JsCast::dyn_into)
        .map_err(&refused)?;
    folder(&root, GALLERIES, true).await
}

async fn folder(parent: &Folder, name: &str, make: bool) -> Result<Folder, Refusal> {
    let refused = by_browser("open the gallery");
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(make);
    JsFuture::from(parent.get_directory_handle_with_options(name, &options))
        .await
        .map_err(&refused)?
        .dyn_into()
        .map_err(&refused)
}

async fn handle(folder: &Folder, file: File, make: bool) -> Result<FileSystemFileHandle, JsValue> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(make);
    JsFuture::from(folder.get_file_handle_with_options(file.name(), &options))
        .await?
        .dyn_into()
}

/// The ids of all galleries.
///
/// # Errors
/// The browser forbids storage, or has none.
pub(super) async fn ids() -> Result<Vec<String>, Refusal> {
    let refused = by_browser("list its storage");
    let names = galleries().await?.keys();
    let mut ids = Vec::new();
    loop {
        let next = JsFuture::from(names.next_iterator().map_err(&refused)?)
            .await
            .map_err(&refused)?;
        if Reflect::get(&next, &"done".into())
            .map_err(&refused)?
            .is_truthy()
        {
            return Ok(ids);
        }
        let name = Reflect::get(&next, &"value".into()).map_err(&refused)?;
        ids.extend(name.dyn_ref::<JsString>().map(String::from));
    }
}

/// A file of a gallery as it is now, to read from at once: what is written later makes it stale.
///
/// # Errors
/// There is no such gallery or file.
pub(super) async fn file(id: &str, file: File) -> Result<Blob, Refusal> {
    let refused = by_browser("read the gallery");
    let folder = folder(&galleries().await?, id, false).await?;
    let handle = handle(&folder, file, false).await.map_err(&refused)?;
    JsFuture::from(handle.get_file())
        .await
        .map_err(&refused)?
        .dyn_into()
        .map_err(&refused)
}

/// The sizes of a gallery's files, 0 for those there are not.
///
/// # Errors
/// There is no such gallery.
pub(super) async fn sizes(id: &str) -> Result<Sizes, Refusal> {
    folder(&galleries().await?, id, false).await?;
    let mut sizes = Sizes::default();
    for name in File::ALL {
        if let Ok(blob) = file(id, name).await {
            *sizes.get_mut(name) = blob.size() as u64;
        }
    }
    Ok(sizes)
}

/// Deletes a gallery.
///
/// # Errors
/// It is open, here or in another tab.
pub(super) async fn remove(id: &str) -> Result<(), Refusal> {
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    JsFuture::from(galleries().await?.remove_entry_with_options(id, &options))
        .await
        .map_err(by_browser("delete the gallery"))?;
    Ok(())
}

/// The storage quota that the browser grants.
pub(super) async fn room() -> Room {
    let Some(manager) = manager() else {
        return Room::default();
    };
    let persisted = match manager.persisted() {
        Ok(promise) => JsFuture::from(promise)
            .await
            .is_ok_and(|value| value.is_truthy()),
        Err(_) => false,
    };
    let estimate = match manager.estimate() {
        Ok(promise) => JsFuture::from(promise).await.unwrap_or(JsValue::UNDEFINED),
        Err(_) => JsValue::UNDEFINED,
    };
    let number = |name: &str| {
        let value = Reflect::get(&estimate, &name.into()).ok();
        value.and_then(|value| value.as_f64()).unwrap_or_default()
    };
    Room {
        used: number("usage"),
        quota: number("quota"),
        persisted,
    }
}

/// The open files of a gallery.
#[derive(Debug)]
pub(super) struct OpfsDisk(Files<FileSystemSyncAccessHandle>);

impl OpfsDisk {
    /// Opens a gallery's files for writing, the journal first.
    ///
    /// # Errors
    /// The gallery is being written in another tab, or the browser has no such files.
    pub(super) async fn open(id: &str, make: bool) -> Result<Self, Refusal> {
        let refused = by_browser("open the gallery for writing");
        let folder = folder(&galleries().await?, id, make).await?;
        let mut open: Vec<FileSystemSyncAccessHandle> = Vec::with_capacity(File::ALL.len());
        for file in File::ALL {
            let opening = async {
                // Galleries of earlier versions do not have all of them.
                let make = make || file.is_optional();
                let file = handle(&folder, file, make).await?;
                JsFuture::from(file.create_sync_access_handle()).await
            };
            match opening.await {
                Ok(handle) => open.push(handle.unchecked_into()),
                Err(error) => {
                    open.iter().for_each(FileSystemSyncAccessHandle::close);
                    return Err(refused(error));
                }
            }
        }
        let open: [_; File::ALL.len()] = open.try_into().map_err(|_| "a file was not opened")?;
        Ok(Self(Files::new(open)))
    }
}

impl Drop for OpfsDisk {
    fn drop(&mut self) {
        for file in File::ALL {
            self.0.get(file).close();
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn failed(error: JsValue) -> io::Error {
    let name = Reflect::get(&error, &"name".into());
    let full = name.is_ok_and(|name| name.as_string().as_deref() == Some("QuotaExceededError"));
    let kind = if full {
        io::ErrorKind::QuotaExceeded
    } else {
        io::ErrorKind::Other
    };
    io::Error::new(kind, words(&error))
}

fn at(position: u64) -> FileSystemReadWriteOptions {
    let options = FileSystemReadWriteOptions::new();
    options.set_at(position as f64);
    options
}

impl Disk for OpfsDisk {
    fn size(&self, file: File) -> io::Result<u64> {
        let size = self.0.get(file).get_size().map_err(failed)?;
        Ok(size as u64)
    }

    fn read(&self, file: File, position: u64, into: &mut [u8]) -> io::Result<usize> {
        let handle = self.0.get(file);
        let read = handle.read_with_u8_array_and_options(into, &at(position));
        Ok(read.map_err(failed)? as usize)
    }

    fn write(&mut self, file: File, position: u64, bytes: &[u8]) -> io::Result<()> {
        let handle = self.0.get(file);
        let written = handle.write_with_u8_array_and_options(bytes, &at(position));
        if written.map_err(failed)? as usize == bytes.len() {
            Ok(())
        } else {
            // A disk without room writes less than it was given.
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    fn truncate(&mut self, file: File, size: u64) -> io::Result<()> {
        let handle = self.0.get(file);
        handle.truncate_with_f64(size as f64).map_err(failed)
    }

    fn flush(&mut self, file: File) -> io::Result<()> {
        self.0.get(file).flush().map_err(failed)
    }
}
