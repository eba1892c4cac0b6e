//! Handles to the folders and files that galleries were made from, by which originals are opened later.
//!
//! They are kept in `IndexedDB`, the only storage that takes them. Source: the File System standard
//! (<https://fs.spec.whatwg.org/>, handles are serializable objects) and <https://w3c.github.io/IndexedDB/>. Where a browser
//! has no handles or does not keep them, galleries work without.

use std::collections::{HashMap, HashSet};

use js_sys::{Array, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    FileSystemHandle, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode as Mode,
};

use crate::scope;

/// The database of this site.
const DATABASE: &str = "modulens";
/// The handles of each gallery: an array by its id, and one of its last import alone.
const STORE: &str = "handles";

/// The key of a gallery's last import.
fn last(id: &str) -> String {
    format!("{id}/last")
}

/// The galleries with handles.
#[derive(Debug, Default)]
pub(super) struct Galleries(HashSet<String>);

impl Galleries {
    /// Reads which galleries have handles; none where the browser keeps none.
    pub(super) async fn read() -> Self {
        let keys = ask(Mode::Readonly, IdbObjectStore::get_all_keys).await;
        let keys = keys.ok().and_then(|keys| keys.dyn_into::<Array>().ok());
        let keys = keys.iter().flat_map(Array::iter);
        Self(keys.filter_map(|key| key.as_string()).collect())
    }

    /// True if originals of a gallery may be opened.
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    /// True if the files of its last import may be read again.
    pub(super) fn has_last(&self, id: &str) -> bool {
        self.0.contains(&last(id))
    }
}

/// All handles of a gallery; none where the browser keeps none.
pub(super) async fn of(id: &str) -> Vec<FileSystemHandle> {
    get(id).await.unwrap_or_default()
}

/// The handles of a gallery's last import.
pub(super) async fn of_last(id: &str) -> Vec<FileSystemHandle> {
    get(&last(id)).await.unwrap_or_default()
}

/// Keeps the handles of an import with its gallery, each once. A browser that does not take them is left in peace:
/// originals cannot be opened then, and nothing else is lost.
pub(super) async fn add(id: &str, handles: &[FileSystemHandle]) {
    put(&last(id), handles).await.ok();
    let mut all = of(id).await;
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, handle) in all.iter().enumerate() {
        names.entry(handle.name()).or_default().push(at);
    }
    let known = all.len();
    for handle in handles {
        let alike = names.get(&handle.name()).map_or(&[][..], Vec::as_slice);
        if !is_among(alike.iter().filter_map(|&at| all.get(at)), handle).await {
            all.push(handle.clone());
        }
    }
    if all.len() > known {
        put(id, &all).await.ok();
    }
}

/// Forgets the handles of a gallery that is deleted.
pub(super) async fn forget(id: &str) {
    for key in [id, &last(id)] {
        // Without a database there is nothing to forget.
        ask(Mode::Readwrite, |store| store.delete(&key.into()))
            .await
            .ok();
    }
}

async fn get(key: &str) -> Result<Vec<FileSystemHandle>, JsValue> {
    let found = ask(Mode::Readonly, |store| store.get(&key.into())).await?;
    let all = found.dyn_ref::<Array>().map(Array::to_vec);
    let all = all.unwrap_or_default().into_iter();
    Ok(all.filter_map(|handle| handle.dyn_into().ok()).collect())
}

async fn put(key: &str, handles: &[FileSystemHandle]) -> Result<JsValue, JsValue> {
    let all: Array = handles.iter().collect();
    ask(Mode::Readwrite, |store| match handles {
        [] => store.delete(&key.into()),
        _ => store.put_with_key(&all, &key.into()),
    })
    .await
}

async fn is_among(
    known: impl Iterator<Item = &FileSystemHandle>,
    handle: &FileSystemHandle,
) -> bool {
    for known in known {
        let same = JsFuture::from(known.is_same_entry(handle)).await;
        if same.is_ok_and(|same| same.is_truthy()) {
            return true;
        }
    }
    false
}

/// Asks the database, which is made where there is none, and closes it.
async fn ask(
    mode: Mode,
    question: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<JsValue, JsValue> {
    let factory = scope::global().indexed_db()?.ok_or(JsValue::UNDEFINED)?;
    let opening = factory.open_with_u32(DATABASE, 1)?;
    let request = opening.clone();
    let make = Closure::once(move || {
        let database: Option<IdbDatabase> = request.result().ok().and_then(|it| it.dyn_into().ok());
        // Where it cannot be made, the transaction below fails.
        database.and_then(|database| database.create_object_store(STORE).ok());
    });
    opening.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    let database: IdbDatabase = settled(&opening).await?.dyn_into()?;
    let store = database
        .transaction_with_str_and_mode(STORE, mode)
        .and_then(|transaction| transaction.object_store(STORE));
    let answer = match store.and_then(|store| question(&store)) {
        Ok(request) => settled(&request).await,
        Err(error) => Err(error),
    };
    database.close();
    answer
}

/// The result of a request, once there is one.
async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let told = Promise::new(&mut |done, failed| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
    });
    JsFuture::from(told).await?;
    request.result()
}
