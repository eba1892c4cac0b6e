//! A gallery of somebody's own photographs, for the site on this machine alone: git ignores it.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    assets,
    child::Run,
    cli::PhotoNetwork,
    error::{Error, Result},
    places::Places,
};

/// The gallery's folder under `www/galleries`, which `.gitignore` names.
const NAME: &str = "photos";

impl PhotoNetwork {
    fn name(self) -> &'static str {
        match self {
            Self::Portraits => "portraits",
            Self::Clothing => "clothing",
        }
    }
}

/// Makes the gallery of a folder or an archive of photographs.
///
/// # Errors
/// The photographs cannot be read, or none of them can be used.
pub(crate) fn make(places: &Places, photographs: &Path, network: PhotoNetwork) -> Result<()> {
    let www = places.root().join("www");
    Run::cargo(places)
        .words("run --quiet --package modulens-trainer --bin trainer -- gallery")
        .arg(www.join("networks").join(network.name()))
        .arg(photographs)
        .arg("--out")
        .arg(www.join("galleries").join(NAME))
        .args(["--name", NAME, "--title", "My photographs"])
        .args([
            "--description",
            "Photographs of this machine, which the site elsewhere does not have.",
        ])
        .words("--with-pictures")
        .run()?;
    println!(
        "The gallery is in www/galleries/{NAME}. The site that `cargo xtask build` or `demo` builds next opens with it; \
         delete the folder to leave it out."
    );
    Ok(())
}

/// Lists the gallery first in a built site, and lets the site open with it, if the site has it.
///
/// # Errors
/// The list of galleries or the gallery's manifest is not what it should be.
pub(crate) fn list_first(site: &Path) -> Result<()> {
    let galleries = site.join("galleries");
    let manifest = galleries.join(NAME).join("manifest.json");
    let path = galleries.join("index.json");
    if !manifest.is_file() || !path.is_file() {
        return Ok(());
    }
    let content = |what: String| Error::Content {
        path: path.clone(),
        what,
    };
    let text = fs::read(&path).map_err(Error::io("read", &path))?;
    let mut index: Value =
        serde_json::from_slice(&text).map_err(|error| content(error.to_string()))?;
    let listed = index.get_mut("galleries").and_then(Value::as_array_mut);
    let listed = listed.ok_or_else(|| content("it has no list \"galleries\"".into()))?;
    listed.retain(|entry| entry.get("name") != Some(&json!(NAME)));
    listed.insert(0, assets::entry(NAME, &manifest)?);
    index["default"] = json!(NAME);
    fs::write(&path, format!("{index:#}\n")).map_err(Error::io("write", &path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(site: &Path) -> Value {
        let text = fs::read(site.join("galleries/index.json")).expect("there");
        serde_json::from_slice(&text).expect("JSON")
    }

    #[test]
    fn a_site_with_photographs_opens_with_them_and_one_without_stays_as_it_is() {
        let site = tempfile::tempdir().expect("a folder");
        let galleries = site.path().join("galleries");
        fs::create_dir_all(galleries.join(NAME)).expect("a folder");
        let faces = json!({"name": "faces", "title": "Faces", "images": 2});
        let usual = json!({"default": "faces", "galleries": [faces]});
        fs::write(galleries.join("index.json"), usual.to_string()).expect("written");
        list_first(site.path()).expect("nothing to do");
        assert_eq!(index(site.path()), usual);

        let manifest = json!({"title": "My photographs", "images": 5, "picture": {}});
        let place = galleries.join(NAME).join("manifest.json");
        fs::write(&place, manifest.to_string()).expect("written");
        let photos = json!({"name": NAME, "title": "My photographs", "images": 5});
        for _ in 0..2 {
            list_first(site.path()).expect("listed");
            let expected = json!({"default": NAME, "galleries": [photos, faces]});
            assert_eq!(index(site.path()), expected);
        }
        fs::write(&place, "{}").expect("written");
        let error = list_first(site.path()).expect_err("no pictures");
        assert!(error.to_string().contains("picture"), "{error}");
    }
}
