//! The files of a site, each with the hash of its content.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// The page.
pub(super) const INDEX: &str = "index.html";
const GALLERIES: &str = "galleries";
const GALLERY_LIST: &str = "galleries/index.json";
const NETWORKS: &str = "networks";

/// Hashes by path, relative to the site.
type Hashes = BTreeMap<String, String>;

/// The files of a site.
#[derive(Debug)]
pub(super) struct List {
    /// The files that the page starts with.
    shell: Hashes,
    /// The files fetched on demand: the workers.
    later: Hashes,
    galleries: BTreeMap<String, Gallery>,
    /// The files of the networks without a gallery, megabytes each: those that are used are kept.
    networks: Hashes,
}

/// The files of a gallery. The pictures are thousands: their hashes are in one of the files, `pictures.idx`.
#[derive(Debug)]
struct Gallery {
    files: Hashes,
    pictures: Option<Pictures>,
}

#[derive(Debug)]
struct Pictures {
    count: u64,
    extension: String,
}

impl List {
    /// Reads every file of a site. `page` is the page as it will be.
    pub(super) fn gather(site: &Path, page: &str) -> Result<Self> {
        let mut list = Self {
            shell: Hashes::new(),
            later: Hashes::new(),
            galleries: galleries(site)?,
            networks: networks(site)?,
        };
        // Asked for under the name of its folder.
        list.shell.insert("./".into(), hash(page.as_bytes()));
        let mut paths = files(site)?;
        paths.extend(
            folders(site)?
                .iter()
                .map(|folder| files(folder))
                .collect::<Result<Vec<_>>>()?
                .concat(),
        );
        paths.push(site.join(GALLERY_LIST));
        for path in paths.into_iter().filter(|path| path.is_file()) {
            let name = name(site, &path);
            // Whatever the page does not name is asked for by a program, or by nobody.
            let program = name.ends_with(".js") || name.ends_with(".wasm");
            let group = match name.as_str() {
                INDEX | super::WORKER => continue,
                GALLERY_LIST => &mut list.shell,
                name if page.contains(name) => &mut list.shell,
                _ if program => &mut list.later,
                _ => continue,
            };
            group.insert(name, hash_file(&path)?);
        }
        Ok(list)
    }

    /// Number of files, pictures included.
    pub(super) fn len(&self) -> u64 {
        let galleries = self.galleries.values().map(|gallery| {
            gallery.files.len() as u64 + gallery.pictures.as_ref().map_or(0, |it| it.count)
        });
        let others = self.shell.len() + self.later.len() + self.networks.len();
        others as u64 + galleries.sum::<u64>()
    }

    /// A name for exactly these files.
    pub(super) fn version(&self) -> String {
        let mut version = hash(self.json("").as_bytes());
        version.truncate(16);
        version
    }

    /// The list as the worker reads it.
    pub(super) fn json(&self, version: &str) -> String {
        let galleries: BTreeMap<_, _> = self
            .galleries
            .iter()
            .map(|(name, gallery)| (name, gallery.json()))
            .collect();
        json!({
            "version": version,
            "shell": self.shell,
            "later": self.later,
            "galleries": galleries,
            "networks": self.networks,
        })
        .to_string()
    }
}

impl Gallery {
    /// Reads a gallery's folder.
    fn gather(folder: &Path) -> Result<Self> {
        let manifest = folder.join("manifest.json");
        let picture = |manifest: &Value| {
            let picture = manifest.get("picture")?;
            Some(Pictures {
                count: manifest.get("images")?.as_u64()?,
                extension: picture.get("extension")?.as_str()?.to_owned(),
            })
        };
        let pictures = picture(&read_json(&manifest)?);
        let mut hashes = Hashes::new();
        for path in files(folder)? {
            hashes.insert(name(folder, &path), hash_file(&path)?);
        }
        Ok(Self {
            files: hashes,
            pictures,
        })
    }

    fn json(&self) -> Value {
        let pictures = self
            .pictures
            .as_ref()
            .map(|pictures| json!({"count": pictures.count, "extension": pictures.extension}));
        json!({"files": self.files, "pictures": pictures})
    }
}

/// The galleries that the site offers; a site without any has no list of them.
fn galleries(site: &Path) -> Result<BTreeMap<String, Gallery>> {
    let list = site.join(GALLERY_LIST);
    if !list.is_file() {
        return Ok(BTreeMap::new());
    }
    let index = read_json(&list)?;
    let entries = index.get("galleries").and_then(Value::as_array);
    let names = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.get("name")?.as_str());
    names
        .map(|name| {
            Ok((
                name.to_owned(),
                Gallery::gather(&site.join(GALLERIES).join(name))?,
            ))
        })
        .collect()
}

/// The files of the networks without a gallery: those of each one's folder, and those beside the folders.
fn networks(site: &Path) -> Result<Hashes> {
    let folder = site.join(NETWORKS);
    if !folder.is_dir() {
        return Ok(Hashes::new());
    }
    let mut paths = files(&folder)?;
    for network in entries(&folder)?.iter().filter(|path| path.is_dir()) {
        paths.extend(files(network)?);
    }
    let hashed = |path: &PathBuf| Ok((name(site, path), hash_file(path)?));
    paths.iter().map(hashed).collect()
}

/// The files that lie directly in a folder; hidden ones are no part of a site.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.is_file())
        .collect())
}

/// The folders of a site besides galleries and networks: those of its icons and the like.
fn folders(site: &Path) -> Result<Vec<PathBuf>> {
    let all = entries(site)?.into_iter();
    Ok(all
        .filter(|path| path.is_dir() && !path.ends_with(GALLERIES) && !path.ends_with(NETWORKS))
        .collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(Error::io("list", folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("list", folder))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// A path as an address has it.
fn name(site: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(site).unwrap_or(path);
    inside.to_string_lossy().replace('\\', "/")
}

fn read_json(path: &Path) -> Result<Value> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Content {
        path: path.to_owned(),
        what: error.to_string(),
    })
}

fn hash_file(path: &Path) -> Result<String> {
    Ok(hash(&fs::read(path).map_err(Error::io("read", path))?))
}

/// The SHA-256 of some bytes in hexadecimal digits.
fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
