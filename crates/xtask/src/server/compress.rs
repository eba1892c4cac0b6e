//! Files compressed once and kept in memory.

use std::{
    fs::{self, Metadata},
    io,
    path::Path,
    sync::{Arc, PoisonError},
    time::SystemTime,
};

use super::files::{Site, media_type};
use crate::coding::Coding;

/// Below this a packet is not filled anyway.
const WORTHWHILE: u64 = 1024;
/// Above this the memory is better spent otherwise; a gallery's features hardly compress.
const TOO_BIG: u64 = 64 << 20;

/// A compressed file, and which state of the file it was.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    length: u64,
    modified: Option<SystemTime>,
    bytes: Arc<[u8]>,
}

/// Returns true if a host would compress such a file.
pub(super) fn is_worthwhile(path: &Path, length: u64) -> bool {
    let kind = media_type(path);
    let already = kind.starts_with("image/") && kind != "image/svg+xml" || kind == "font/woff2";
    !already && (WORTHWHILE..TOO_BIG).contains(&length)
}

/// The file's bytes, compressed now or earlier.
pub(super) fn packed(
    site: &Site,
    path: &Path,
    metadata: &Metadata,
    coding: Coding,
) -> io::Result<Arc<[u8]>> {
    let modified = metadata.modified().ok();
    let key = (path.to_owned(), coding);
    let known = {
        // A thread that died while it held the lock left a complete table behind.
        let packed = site.packed.lock().unwrap_or_else(PoisonError::into_inner);
        packed.get(&key).cloned()
    };
    if let Some(known) = known
        && known.length == metadata.len()
        && known.modified == modified
    {
        return Ok(known.bytes);
    }
    let bytes: Arc<[u8]> = coding.compress(&fs::read(path)?)?.into();
    let fresh = Packed {
        length: metadata.len(),
        modified,
        bytes: Arc::clone(&bytes),
    };
    let mut packed = site.packed.lock().unwrap_or_else(PoisonError::into_inner);
    packed.insert(key, fresh);
    Ok(bytes)
}
