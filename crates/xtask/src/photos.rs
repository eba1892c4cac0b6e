//! A gallery of somebody's own photographs, which `demo` shows on this machine and no built site has.

use std::{
    fs,
    path::{Path, PathBuf, absolute},
};

use serde_json::json;

use crate::{
    assets,
    child::Run,
    cli::PhotoNetwork,
    error::{Error, Result},
    places::Places,
};

/// The gallery's name in the site.
const NAME: &str = "photos";

impl PhotoNetwork {
    fn name(self) -> &'static str {
        match self {
            Self::Portraits => "portraits",
            Self::Clothing => "clothing",
        }
    }
}

/// The gallery's folder, which git ignores.
fn folder(places: &Places) -> PathBuf {
    places.root().join("data/galleries").join(NAME)
}

/// Makes the gallery of a folder or an archive of photographs.
///
/// # Errors
/// The photographs cannot be read, or none of them can be used.
pub(crate) fn make(places: &Places, photographs: &Path, network: PhotoNetwork) -> Result<()> {
    let gallery = folder(places);
    if let Some(parent) = gallery.parent() {
        fs::create_dir_all(parent).map_err(Error::io("make the folder", parent))?;
    }
    // The trainer is started in another folder.
    let photographs = absolute(photographs).map_err(Error::io("find", photographs))?;
    Run::cargo(places)
        .words("run --quiet --package modulens-trainer --bin trainer -- gallery")
        .arg(places.root().join("www/networks").join(network.name()))
        .arg(photographs)
        .arg("--out")
        .arg(&gallery)
        .args(["--name", NAME, "--title", "My photographs"])
        .args([
            "--description",
            "Photographs of this machine, which the site elsewhere does not have.",
        ])
        .words("--with-pictures")
        .run()?;
    println!(
        "The gallery is in {}. `cargo xtask demo` opens with it; delete the folder to leave it out.",
        gallery.display()
    );
    Ok(())
}

/// Adds the gallery to a built site, first of all, if there is one; true if the site has it now.
///
/// # Errors
/// The gallery cannot be copied, or the list of galleries or the gallery's manifest is not what it should be.
pub(crate) fn add(places: &Places, site: &Path) -> Result<bool> {
    let gallery = folder(places);
    if !gallery.join("manifest.json").is_file() {
        return Ok(false);
    }
    copy(&gallery, &site.join("galleries").join(NAME))?;
    list_first(site)?;
    println!(
        "{} has the photographs of this machine now: do not publish it; `cargo xtask build` makes a site without them.",
        site.display()
    );
    Ok(true)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::io("make the folder", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("list", from))? {
        let path = entry.map_err(Error::io("list", from))?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name)).map_err(Error::io("copy", &path))?;
        }
    }
    Ok(())
}

/// Lists the gallery first in a site, and lets the site open with it.
fn list_first(site: &Path) -> Result<()> {
    let galleries = site.join("galleries");
    let path = galleries.join("index.json");
    let (mut index, mut listed) = assets::read_index(&path)?;
    listed.retain(|entry| entry.get("name") != Some(&json!(NAME)));
    let manifest = galleries.join(NAME).join("manifest.json");
    listed.insert(0, assets::entry(NAME, &manifest)?);
    index["galleries"] = listed.into();
    index["default"] = json!(NAME);
    fs::write(&path, format!("{index:#}\n")).map_err(Error::io("write", &path))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_site_opens_with_the_photographs_that_were_added() {
        let site = tempfile::tempdir().expect("a folder");
        let made = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(made.path().join("pictures")).expect("a folder");
        let manifest = json!({"title": "My photographs", "images": 5, "picture": {}});
        let write = |path: &Path, text: &str| fs::write(path, text).expect("written");
        write(&made.path().join("manifest.json"), &manifest.to_string());
        write(&made.path().join("pictures/000000.jpg"), "a");
        let galleries = site.path().join("galleries");
        fs::create_dir_all(&galleries).expect("a folder");
        let faces = json!({"name": "faces", "title": "Faces", "images": 2});
        let usual = json!({"default": "faces", "galleries": [faces]});
        write(&galleries.join("index.json"), &usual.to_string());

        let photos = json!({"name": NAME, "title": "My photographs", "images": 5});
        for _ in 0..2 {
            copy(made.path(), &galleries.join(NAME)).expect("copied");
            list_first(site.path()).expect("listed");
            let text = fs::read(galleries.join("index.json")).expect("there");
            let index: Value = serde_json::from_slice(&text).expect("JSON");
            let expected = json!({"default": NAME, "galleries": [photos, faces]});
            assert_eq!(index, expected);
        }
        assert!(galleries.join(NAME).join("pictures/000000.jpg").is_file());
        write(&galleries.join(NAME).join("manifest.json"), "{}");
        let error = list_first(site.path()).expect_err("no pictures");
        assert!(error.to_string().contains("picture"), "{error}");
    }
}
