//! Handles to the folders and files that galleries were made from, by which originals are opened later.
//!
//! They are kept in `IndexedDB`, the only storage that takes them. Source: the File System standard
//! (<https://fs.spec.whatwg.org/>, handles are serializable objects) and <https://w3c.github.io/IndexedDB/>. Where a browser
//! has no handles or does not keep them, galleries work without.

use js_sys::{Array, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    FileSystemHandle, IdbDatabase, IdbFactory, IdbObjectStore, IdbRequest, IdbTransactionMode,
};

use crate::scope;

/// The database of this site.
const DATABASE: &str = "modulens";
/// The handles of each gallery, an array by its id.
const STORE: &str = "handles";

/// The handles of a gallery; none where the browser keeps none.
pub(super) async fn of(id: &str) -> Vec<FileSystemHandle> {
    read(id).await.unwrap_or_default()
}

/// Keeps handles with a gallery, each once. A browser that does not take them is left in peace: originals cannot be
/// opened then, and nothing else is lost.
pub(super) async fn add(id: &str, handles: &[FileSystemHandle]) {
    if !handles.is_empty() {
        write(id, handles).await.ok();
    }
}

/// Forgets the handles of a gallery that is deleted.
pub(super) async fn forget(id: &str) {
    let forgotten = async {
        let store = store(&factory()?, IdbTransactionMode::Readwrite).await?;
        settled(&store.delete(&id.into())?).await
    };
    // Without a database there is nothing to forget.
    forgotten.await.ok();
}

async fn read(id: &str) -> Result<Vec<FileSystemHandle>, JsValue> {
    let store = store(&factory()?, IdbTransactionMode::Readonly).await?;
    let found = settled(&store.get(&id.into())?).await?;
    let all = found.dyn_ref::<Array>().map(Array::to_vec);
    let all = all.unwrap_or_default().into_iter();
    Ok(all.filter_map(|handle| handle.dyn_into().ok()).collect())
}

async fn write(id: &str, handles: &[FileSystemHandle]) -> Result<(), JsValue> {
    let mut all = read(id).await.unwrap_or_default();
    for handle in handles {
        if !is_in(&all, handle).await {
            all.push(handle.clone());
        }
    }
    let store = store(&factory()?, IdbTransactionMode::Readwrite).await?;
    let all: Array = all.iter().collect();
    settled(&store.put_with_key(&all, &id.into())?).await?;
    Ok(())
}

async fn is_in(all: &[FileSystemHandle], handle: &FileSystemHandle) -> bool {
    for known in all.iter().filter(|known| known.name() == handle.name()) {
        let same = JsFuture::from(known.is_same_entry(handle)).await;
        if same.is_ok_and(|same| same.is_truthy()) {
            return true;
        }
    }
    false
}

fn factory() -> Result<IdbFactory, JsValue> {
    scope::global().indexed_db()?.ok_or(JsValue::UNDEFINED)
}

async fn store(factory: &IdbFactory, mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
    let opening = factory.open_with_u32(DATABASE, 1)?;
    let request = opening.clone();
    let first = Closure::once_into_js(move || {
        let database: Option<IdbDatabase> = request.result().ok().and_then(|it| it.dyn_into().ok());
        // Where it cannot be made, the transaction below fails.
        database.and_then(|database| database.create_object_store(STORE).ok());
    });
    opening.set_onupgradeneeded(Some(first.unchecked_ref()));
    let database: IdbDatabase = settled(&opening).await?.dyn_into()?;
    database
        .transaction_with_str_and_mode(STORE, mode)?
        .object_store(STORE)
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
