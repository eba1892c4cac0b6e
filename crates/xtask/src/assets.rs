//! Making the two default galleries from nothing: draw, train, measure, export.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    child::Run,
    cli::{AssetsArgs, Gallery},
    error::{Error, Result},
    photos,
    places::Places,
    steps::Table,
};

/// The gallery that the site opens with.
const DEFAULT: Gallery = Gallery::Faces;

impl Gallery {
    const ALL: [Self; 2] = [Self::Faces, Self::Shoes];

    fn name(self) -> &'static str {
        match self {
            Self::Faces => "faces",
            Self::Shoes => "shoes",
        }
    }

    /// Its name for people.
    fn title(self) -> &'static str {
        match self {
            Self::Faces => "Drawn faces",
            Self::Shoes => "Drawn shoes",
        }
    }

    /// The gallery's description, in a sentence or two.
    fn description(self) -> &'static str {
        match self {
            Self::Faces => {
                "Faces drawn by a program in four openly licensed styles, in CelebA's own format. Nobody in \
                 these pictures exists."
            }
            Self::Shoes => {
                "Shoes drawn by a program in side view, in UT-Zappos50K's own format. None of them can be bought."
            }
        }
    }

    /// The names of its steps in the table.
    fn steps(self) -> [&'static str; 4] {
        match self {
            Self::Faces => [
                "faces: draw",
                "faces: train",
                "faces: measure",
                "faces: export",
            ],
            Self::Shoes => [
                "shoes: draw",
                "shoes: train",
                "shoes: measure",
                "shoes: export",
            ],
        }
    }
}

/// The folders of one gallery's pieces. All but the bundle may be deleted.
struct Folders {
    pictures: PathBuf,
    run: PathBuf,
    bundle: PathBuf,
}

impl Folders {
    fn new(work: &Path, galleries: &Path, gallery: Gallery) -> Self {
        let name = gallery.name();
        Self {
            pictures: work.join("data").join(name),
            run: work.join("runs").join(name),
            bundle: galleries.join(name),
        }
    }
}

/// Makes the galleries, and the list of galleries beside them; or the one of somebody's photographs.
pub(crate) fn run(places: &Places, args: &AssetsArgs) -> Result<()> {
    if let Some(photographs) = &args.photos {
        return photos::make(places, photographs, args.network);
    }
    let (work, galleries) = if args.quick {
        let quick = places.root().join("target/quick-assets");
        (quick.clone(), quick.join("galleries"))
    } else {
        (
            places.root().join("target/assets"),
            places.root().join("www/galleries"),
        )
    };
    fs::create_dir_all(&galleries).map_err(Error::io("make the folder", &galleries))?;
    // A list that cannot be kept is said now, not after an hour.
    others(&galleries)?;
    let mut table = Table::default();
    table.measure("build the trainer", |_| {
        Run::cargo(places)
            .words("build --package modulens-trainer --bin trainer")
            .run()
    })?;
    for gallery in Gallery::ALL {
        if table.last_is_good() && args.only.is_none_or(|only| only == gallery) {
            let folders = Folders::new(&work, &galleries, gallery);
            make(places, args, gallery, &folders, &mut table)?;
        }
    }
    if table.last_is_good() {
        write_index(&galleries)?;
    }
    if args.json {
        println!("{}", table.json());
    } else {
        table.print();
        println!("The galleries are in {}.", galleries.display());
    }
    table.verdict()
}

/// The four steps of one gallery; after one that failed the rest makes no sense.
fn make(
    places: &Places,
    args: &AssetsArgs,
    gallery: Gallery,
    folders: &Folders,
    table: &mut Table,
) -> Result<()> {
    let config = places
        .root()
        .join("trainer/configs")
        .join(format!("{}.toml", gallery.name()));
    let trainer = |command: &str| {
        Run::cargo(places)
            .words("run --quiet --package modulens-trainer --bin trainer --")
            .arg(command)
    };
    let [draw, train, measure, export] = gallery.steps();
    table.measure(draw, |_| {
        discard(&folders.pictures)?;
        let run = trainer("synth")
            .arg(gallery.name())
            .arg("--out")
            .arg(&folders.pictures);
        let run = if args.quick {
            run.words("--images 600")
        } else {
            run
        };
        run.run()
    })?;
    if !table.last_is_good() {
        return Ok(());
    }
    table.measure(train, |_| {
        discard(&folders.run)?;
        let run = trainer("train")
            .arg(&config)
            .arg("--data")
            .arg(&folders.pictures)
            .arg("--out")
            .arg(&folders.run);
        let run = if args.quick {
            run.words("--epochs 1")
        } else {
            run
        };
        run.run()
    })?;
    if !table.last_is_good() {
        return Ok(());
    }
    table.measure(measure, |_| {
        let run = trainer("eval").arg(&folders.run).words("--split test");
        if args.json { run.arg("--json") } else { run }.run()
    })?;
    if !table.last_is_good() {
        return Ok(());
    }
    table.measure(export, |_| {
        trainer("export")
            .arg(&folders.run)
            .arg("--out")
            .arg(&folders.bundle)
            .args(["--name", gallery.name(), "--title", gallery.title()])
            .args(["--description", gallery.description()])
            .run()
    })
}

/// Removes what an earlier run of this chore left; these folders are nobody else's.
fn discard(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io("remove the old", folder))?;
    }
    match folder.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(Error::io("make the folder", parent)),
        None => Ok(()),
    }
}

/// Writes `index.json`, which tells the site what galleries there are, from their manifests. Galleries of others keep
/// their entries, after ours; if one of them was the default, it stays the default.
fn write_index(galleries: &Path) -> Result<()> {
    let (others, other_default) = others(galleries)?;
    let mut entries = Vec::new();
    for gallery in Gallery::ALL {
        let path = galleries.join(gallery.name()).join("manifest.json");
        if path.is_file() {
            entries.push(entry(gallery.name(), &path)?);
        }
    }
    entries.extend(others);
    let default = other_default.unwrap_or_else(|| default(&entries));
    let index = json!({"default": default, "galleries": entries});
    let path = galleries.join("index.json");
    let text = format!("{index:#}\n");
    fs::write(&path, text).map_err(Error::io("write", &path))
}

/// The entries of galleries that are there and not ours, and the default where it is one of them.
fn others(galleries: &Path) -> Result<(Vec<Value>, Option<Value>)> {
    let path = galleries.join("index.json");
    if !path.is_file() {
        return Ok((Vec::new(), None));
    }
    let (index, mut listed) = read_index(&path)?;
    listed.retain(|entry| {
        let name = entry["name"].as_str().unwrap_or_default();
        let ours = Gallery::ALL.iter().any(|gallery| gallery.name() == name);
        !ours && !name.is_empty() && galleries.join(name).join("manifest.json").is_file()
    });
    let mut names = listed.iter().map(|entry| &entry["name"]);
    let default = names.find(|name| **name == index["default"]).cloned();
    Ok((listed, default))
}

/// The list of a site's galleries: the whole object, and its entries.
///
/// # Errors
/// It cannot be read, or is no such list.
pub(crate) fn read_index(path: &Path) -> Result<(Value, Vec<Value>)> {
    let text = fs::read(path).map_err(Error::io("read", path))?;
    let content = |what: String| Error::Content {
        path: path.to_owned(),
        what,
    };
    let mut index: Value =
        serde_json::from_slice(&text).map_err(|error| content(error.to_string()))?;
    let listed = index.get_mut("galleries").and_then(Value::as_array_mut);
    let listed = listed.map(std::mem::take);
    let listed = listed.ok_or_else(|| content("it has no list \"galleries\"".into()))?;
    Ok((index, listed))
}

/// A gallery's entry in the list, from its manifest.
pub(crate) fn entry(name: &str, path: &Path) -> Result<Value> {
    let text = fs::read(path).map_err(Error::io("read", path))?;
    let content = |what: String| Error::Content {
        path: path.to_owned(),
        what,
    };
    let manifest: Value =
        serde_json::from_slice(&text).map_err(|error| content(error.to_string()))?;
    let field = |name: &str| {
        manifest
            .get(name)
            .cloned()
            .ok_or_else(|| content(format!("it has no {name:?}; export the bundle again")))
    };
    // A bundle whose pictures nobody vouches for is exported without them: right for photographs of
    // others, wrong for our own drawings.
    field("picture")?;
    Ok(json!({
        "name": name,
        "title": field("title")?,
        "images": field("images")?,
    }))
}

/// The gallery to open with: the usual one, or the first there is.
fn default(entries: &[Value]) -> Value {
    let usual = json!(DEFAULT.name());
    let name = |entry: &Value| entry.get("name").cloned();
    if entries
        .iter()
        .any(|entry| name(entry).as_ref() == Some(&usual))
    {
        usual
    } else {
        entries.first().and_then(name).unwrap_or(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(folder: &Path, name: &str, text: &str) {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("manifest.json"), text).expect("a file");
    }

    #[test]
    fn the_index_lists_what_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        manifest(
            folder.path(),
            "shoes",
            r#"{"title": "Shoes", "images": 7, "picture": {}}"#,
        );
        write_index(folder.path()).expect("written");
        let text = fs::read_to_string(folder.path().join("index.json")).expect("there");
        let index: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            index,
            json!({"default": "shoes", "galleries": [{"name": "shoes", "title": "Shoes", "images": 7}]})
        );
        manifest(
            folder.path(),
            "faces",
            r#"{"title": "Faces", "images": 9, "picture": {}}"#,
        );
        write_index(folder.path()).expect("written");
        let text = fs::read_to_string(folder.path().join("index.json")).expect("there");
        let index: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(index["default"], "faces");
        assert_eq!(index["galleries"][0]["images"], 9);
    }

    #[test]
    fn galleries_of_others_stay_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("index.json");
        let mine = json!({"name": "mine", "title": "Mine", "images": 3});
        let old = json!({"name": "faces", "title": "Old", "images": 1});
        let gone = json!({"name": "gone", "title": "Gone", "images": 4});
        let index = json!({"default": "mine", "galleries": [old, gone, mine]});
        manifest(folder.path(), "mine", "{}");
        fs::write(&path, index.to_string()).expect("written");
        manifest(
            folder.path(),
            "faces",
            r#"{"title": "Faces", "images": 9, "picture": {}}"#,
        );
        write_index(folder.path()).expect("written");
        let text = fs::read_to_string(&path).expect("there");
        let index: Value = serde_json::from_str(&text).expect("JSON");
        let faces = json!({"name": "faces", "title": "Faces", "images": 9});
        assert_eq!(
            index,
            json!({"default": "mine", "galleries": [faces, mine]})
        );
        fs::write(&path, "[1]").expect("written");
        let error = write_index(folder.path()).expect_err("no index");
        assert!(error.to_string().contains("galleries"), "{error}");
    }

    #[test]
    fn a_broken_manifest_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        for (text, missing) in [
            (r#"{"images": 7, "picture": {}}"#, "title"),
            (r#"{"images": 7, "title": "Faces"}"#, "picture"),
        ] {
            manifest(folder.path(), "faces", text);
            let error = write_index(folder.path()).expect_err("incomplete");
            assert!(error.to_string().contains(missing), "{error}");
        }
        assert!(!folder.path().join("index.json").exists());
    }
}
