//! Files that a visitor chose or dropped, with their paths.

use std::cell::RefCell;
use std::collections::VecDeque;

use futures::channel::oneshot;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::handles;
use crate::page::text;
use web_sys::{
    DataTransfer, Event, File, FileList, FileSystemDirectoryEntry, FileSystemEntry,
    FileSystemFileEntry, FileSystemHandle, FileSystemHandleKind, HtmlInputElement,
};

/// The files that a visitor brought.
#[derive(Debug, Default)]
pub struct Brought {
    /// A path with `/` and the file, each.
    pub files: Vec<(String, File)>,
    /// Handles to them or their folders. Without files, everything in these is meant.
    pub handles: Vec<JsValue>,
}

/// Pictures that are a question rather than a gallery.
pub const FEW: usize = 4;

/// The dropped files.
#[derive(Debug)]
pub enum Dropped {
    /// At most [`FEW`] pictures: a question.
    Pictures(Vec<File>),
    /// Anything else: a gallery.
    Gallery(Entries),
    /// Nothing that is a file.
    Nothing,
}

/// The dropped entries, with folders not yet read.
#[derive(Debug, Default)]
pub struct Entries {
    files: Vec<(String, File)>,
    folders: Vec<FileSystemEntry>,
    handles: Vec<Promise>,
}

/// The files chosen in the input that an event comes from. The same files may be chosen again afterwards.
pub fn chosen(event: &Event) -> Brought {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else {
        return Brought::default();
    };
    let files = input.files().map(|list| of_list(&list));
    input.set_value("");
    Brought {
        files: files.unwrap_or_default(),
        handles: Vec::new(),
    }
}

/// The files of a list, under the paths a chosen folder gives them.
fn of_list(list: &FileList) -> Vec<(String, File)> {
    let files = (0..list.length()).filter_map(|at| list.get(at));
    files.map(|file| (path(&file), file)).collect()
}

impl Brought {
    /// A folder that was chosen with a handle to it.
    pub fn folder(handle: JsValue) -> Self {
        Self {
            files: Vec::new(),
            handles: vec![handle],
        }
    }

    /// True if nothing was brought.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.handles.is_empty()
    }

    /// A common name for the files: their folder, or the file, or the first of them and the number of the
    /// others.
    pub fn name(&self) -> String {
        let mut names: Vec<String> = self.files.iter().map(|(path, _)| path.clone()).collect();
        if names.is_empty() {
            let handles = self.handles.iter().filter_map(JsValue::dyn_ref);
            names.extend(
                handles.map(|handle: &FileSystemHandle| match handle.kind() {
                    FileSystemHandleKind::Directory => format!("{}/", handle.name()),
                    _ => handle.name(),
                }),
            );
        }
        common_name(&names)
    }
}

fn common_name(paths: &[String]) -> String {
    let Some(first) = paths.first() else {
        return String::new();
    };
    match first.split_once('/') {
        Some((folder, _)) => folder.to_owned(),
        None => {
            let archive = paths.iter().find_map(|path| archive_stem(path));
            let stem = || {
                first
                    .rsplit_once('.')
                    .map_or(first.as_str(), |(stem, _)| stem)
            };
            archive.unwrap_or_else(stem).to_owned()
        }
    }
}

/// The name of an archive, or of a part of one, without its extensions; `None` for any other file.
fn archive_stem(name: &str) -> Option<&str> {
    let without = |name: &str, extension: &str| {
        let length = name.len().checked_sub(extension.len())?;
        let fits = name.get(length..)?.eq_ignore_ascii_case(extension);
        (fits && length > 0).then_some(length)
    };
    let whole = match name.rsplit_once('.') {
        Some((whole, number))
            if number.len() == 3 && number.bytes().all(|c| c.is_ascii_digit()) =>
        {
            whole
        }
        _ => name,
    };
    [".zip", ".tar.gz", ".tgz", ".tar", ".gz"]
        .iter()
        .find_map(|extension| whole.get(..without(whole, extension)?))
        .or((whole.len() < name.len()).then_some(whole))
}

/// Looks at what was dropped. Has to be called while the event is handled: afterwards the browser has forgotten.
pub fn dropped(data: &DataTransfer) -> Dropped {
    let items = data.items();
    let mut entries = Entries::default();
    for at in 0..items.length() {
        let Some(item) = items.get(at).filter(|item| item.kind() == "file") else {
            continue;
        };
        entries.handles.extend(handles::of_dropped(&item));
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) if entry.is_directory() => entries.folders.push(entry),
            _ => entries.files.extend(
                item.get_as_file()
                    .ok()
                    .flatten()
                    .map(|file| (file.name(), file)),
            ),
        }
    }
    match entries.files.as_slice() {
        [] if entries.folders.is_empty() => Dropped::Nothing,
        few if entries.folders.is_empty()
            && few.len() <= FEW
            && few
                .iter()
                .all(|(_, file)| file.type_().starts_with("image/")) =>
        {
            Dropped::Pictures(few.iter().map(|(_, file)| file.clone()).collect())
        }
        _ => Dropped::Gallery(entries),
    }
}

impl Entries {
    /// All files, those in folders included.
    ///
    /// # Errors
    /// A folder cannot be read, in a sentence.
    pub async fn all(self) -> Result<Brought, String> {
        let mut files = self.files;
        let mut waiting: VecDeque<FileSystemEntry> = self.folders.into();
        while let Some(entry) = waiting.pop_front() {
            if entry.is_directory() {
                waiting.extend(children(entry.unchecked_into()).await?);
            } else {
                let path = entry.full_path().trim_start_matches('/').to_owned();
                files.push((path, file(entry.unchecked_ref()).await?));
            }
        }
        Ok(Brought {
            files,
            handles: handles::settled(self.handles).await,
        })
    }
}

fn path(file: &File) -> String {
    let path = Reflect::get(file, &"webkitRelativePath".into());
    path.ok()
        .and_then(|path| path.as_string())
        .filter(|path| !path.is_empty())
        .unwrap_or_else(|| file.name())
}

/// The entries of a folder. The browser returns up to a hundred at a time, and none at the end.
async fn children(folder: FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, String> {
    let reader = folder.create_reader();
    let name = folder.name();
    let mut all = Vec::new();
    loop {
        let some =
            told(|tell, refuse| reader.read_entries_with_callback_and_callback(tell, refuse));
        let some = some.await.map_err(|()| unreadable(&name))?;
        let some: Array = some.dyn_into().map_err(|_| unreadable(&name))?;
        if some.length() == 0 {
            return Ok(all);
        }
        all.extend(some.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn file(entry: &FileSystemFileEntry) -> Result<File, String> {
    let told = told(|tell, refuse| {
        entry.file_with_callback_and_callback(tell, refuse);
        Ok(())
    });
    let file = told.await.map_err(|()| unreadable(&entry.name()))?;
    file.dyn_into().map_err(|_| unreadable(&entry.name()))
}

fn unreadable(name: &str) -> String {
    text::problems::unreadable(&name)
}

/// Waits for one of two callbacks.
async fn told(
    start: impl FnOnce(&js_sys::Function, &js_sys::Function) -> Result<(), JsValue>,
) -> Result<JsValue, ()> {
    let (sender, receiver) = oneshot::channel::<Result<JsValue, ()>>();
    let sender = std::rc::Rc::new(RefCell::new(Some(sender)));
    let send = move |outcome| {
        if let Some(sender) = sender.borrow_mut().take() {
            sender.send(outcome).ok();
        }
    };
    let refuse = send.clone();
    let tell = Closure::<dyn FnMut(JsValue)>::new(move |value| send(Ok(value)));
    let refused = Closure::<dyn FnMut(JsValue)>::new(move |_| refuse(Err(())));
    start(
        tell.as_ref().unchecked_ref(),
        refused.as_ref().unchecked_ref(),
    )
    .map_err(drop)?;
    receiver.await.unwrap_or(Err(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_their_folder_or_archive_or_the_first_of_them() {
        let named = |paths: &[&str]| {
            common_name(&paths.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(named(&["album/2019/x.jpg", "album/y.jpg"]), "album");
        assert_eq!(
            named(&["album/"]),
            "album",
            "a folder whose files are not known yet"
        );
        assert_eq!(named(&["labels.csv", "toys.zip"]), "toys");
        assert_eq!(named(&["x.jpg", "y.jpg"]), "x");
        assert_eq!(named(&[]), "");
    }

    #[test]
    fn archives_give_their_name_without_extensions() {
        for name in [
            "toys.zip",
            "toys.ZIP",
            "toys.tar.gz",
            "toys.tgz",
            "toys.zip.001",
            "toys.002",
        ] {
            assert_eq!(archive_stem(name), Some("toys"), "{name}");
        }
        for name in ["toys.png", "toys", ".zip", "größe", "a.1234", "001"] {
            assert_eq!(archive_stem(name), None, "{name}");
        }
    }
}
