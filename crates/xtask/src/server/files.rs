//! From the path in a request to a file below the served folder.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use super::compress::Packed;
use crate::coding::Coding;
use crate::error::{Error, Result};

/// A folder that is served under a base path.
#[derive(Debug)]
pub(super) struct Site {
    folder: PathBuf,
    base: String,
    /// Files that were compressed already, by path.
    pub(super) packed: Mutex<HashMap<(PathBuf, Coding), Packed>>,
}

/// The target of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// This file.
    File(PathBuf),
    /// A folder named without its slash; relative addresses in its page would go wrong.
    Redirect(String),
    /// Nothing.
    Missing,
    /// Something outside the folder, or not a path at all.
    Refused,
}

impl Site {
    /// A site of the folder's files.
    pub(super) fn open(folder: &Path, base: &str) -> Result<Self> {
        if !folder.is_dir() {
            return Err(Error::Missing {
                what: format!("the folder {}", folder.display()),
                what_to_do: "build the site with `cargo xtask build`, or name another folder with --dir",
            });
        }
        let trimmed = base.trim_matches('/');
        let base = if trimmed.is_empty() {
            "/".to_owned()
        } else {
            format!("/{trimmed}/")
        };
        Ok(Self {
            folder: folder
                .canonicalize()
                .map_err(Error::io("find the folder", folder))?,
            base,
            packed: Mutex::default(),
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The base path, with a slash at both ends.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Finds what a request's address means.
    pub(super) fn target(&self, url: &str) -> Target {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if path.len() + 1 == self.base.len() && self.base.starts_with(path) {
            return Target::Redirect(self.base.clone());
        }
        let Some(inside) = path.strip_prefix(&self.base) else {
            return Target::Missing;
        };
        let Some(inside) = decode(inside) else {
            return Target::Refused;
        };
        let unsafe_part = |part: &str| part == ".." || part.contains(['\\', '\0', ':']);
        if inside.starts_with('/') || inside.split('/').any(unsafe_part) {
            return Target::Refused;
        }
        let mut file = self.folder.join(&inside);
        if file.is_dir() {
            if !(inside.is_empty() || inside.ends_with('/')) {
                return Target::Redirect(format!("{path}/"));
            }
            file.push("index.html");
        }
        // A link inside the folder may lead out of it.
        match fs::canonicalize(&file) {
            Ok(real) if !real.starts_with(&self.folder) => Target::Refused,
            Ok(real) if real.is_file() => Target::File(real),
            _ => Target::Missing,
        }
    }
}

/// Undoes percent-encoding; `None` when it is broken or not text.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

/// The media type of a file, by its extension.
pub(super) fn media_type(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" | "md" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Returns true if the build put a hash of the content into the name, so that it may be cached for
/// ever.
pub(super) fn is_hashed(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let stem = stem.unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        (12..=40).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
