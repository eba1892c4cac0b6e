//! Bundles in folders: written, opened, damaged, replaced.

mod common;

use std::fs;
use std::path::Path;

use modulens_bundle::{Bundle, BundleError, Manifest, Writer, files};

fn entries(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_written_is_read_back() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path().join("deep/tiny");
    let manifest = common::write(&dir);
    let bundle = Bundle::open(&dir).expect("opens");
    assert_eq!(bundle.manifest, manifest);
    assert_eq!(bundle.tail, Some(common::the_tail()));
    assert_eq!(bundle.heads, common::the_heads());
    assert_eq!(bundle.features, common::the_features());
    assert_eq!(bundle.labels, common::the_labels());
    assert_eq!(bundle.ids, ["000001.jpg", "000002.jpg", "000003.jpg"]);
    assert_eq!(bundle.picture(2).expect("a picture"), b"picture 2");
    assert!(matches!(
        bundle.picture(3),
        Err(BundleError::NoPicture {
            index: 3,
            pictures: 3
        })
    ));
    bundle.verify().expect("whole");
    assert_eq!(
        entries(&place.path().join("deep")),
        ["tiny"],
        "no temporary folder stays"
    );
}

/// Every killed export once left a hidden folder for good.
#[test]
fn what_a_killed_export_left_is_removed_by_the_next_one() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let left = place.path().join(".modulens-bundle-abc123");
    fs::create_dir(&left).expect("a folder");
    fs::write(left.join("weights.safetensors"), b"half").expect("writes");
    let going_on = Writer::new(place.path().join("other")).expect("a place");
    assert!(!left.exists());
    // One that is being written stays.
    common::write(&place.path().join("tiny"));
    assert_eq!(
        entries(place.path()).len(),
        2,
        "{:?}",
        entries(place.path())
    );
    drop(going_on);
    assert_eq!(entries(place.path()), ["tiny"]);
}

#[test]
fn an_unfinished_bundle_leaves_nothing() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path().join("tiny");
    let mut writer = Writer::new(&dir).expect("a place");
    writer.file(files::TAIL, b"x").expect("written");
    assert!(writer.file(files::TAIL, b"y").is_err(), "twice");
    assert!(writer.file("../escape", b"y").is_err());
    assert!(writer.file(files::MANIFEST, b"y").is_err());
    drop(writer);
    assert!(entries(place.path()).is_empty());
}

#[test]
fn a_failed_export_keeps_the_older_bundle() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path().join("tiny");
    let manifest = common::write(&dir);
    let mut writer = Writer::new(&dir).expect("may replace a bundle");
    writer.picture(b"only one", "jpg").expect("written");
    assert!(
        writer.finish(common::manifest()).is_err(),
        "most files are missing"
    );
    assert_eq!(Bundle::open(&dir).expect("still there").manifest, manifest);
    assert_eq!(entries(place.path()), ["tiny"]);
}

#[test]
fn an_older_bundle_is_replaced_whole() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path().join("tiny");
    common::write(&dir);
    let stale = dir.join(files::picture(999, "jpg"));
    fs::write(&stale, b"from before").expect("written");
    common::write(&dir);
    assert!(!stale.exists());
    Bundle::open(&dir).expect("opens").verify().expect("whole");
    assert_eq!(entries(place.path()), ["tiny"]);
}

/// A bundle's folder was once replaced with all that its owner kept in it.
#[test]
fn a_bundle_with_other_files_beside_it_is_left_alone() {
    for mine in ["notes.txt", ".git/HEAD", "pictures/holiday.jpg"] {
        let place = tempfile::tempdir().expect("a temporary folder");
        let dir = place.path().join("tiny");
        let writer = Writer::new(&dir).expect("nothing is there yet");
        common::write(&dir);
        let mine = dir.join(mine);
        fs::create_dir_all(mine.parent().expect("a folder")).expect("a folder");
        fs::write(&mine, b"mine").expect("written");
        assert!(matches!(
            Writer::new(&dir),
            Err(BundleError::WouldReplace { .. })
        ));
        // Also where it was put there while the new bundle was being made.
        let manifest = common::fill(writer);
        assert!(matches!(manifest, Err(BundleError::WouldReplace { .. })));
        assert_eq!(fs::read(&mine).expect("still there"), b"mine");
        Bundle::open(&dir).expect("the older one is still there");
    }
}

#[test]
fn other_folders_are_left_alone() {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("thesis.tex"), b"five years").expect("written");
    let error = Writer::new(place.path()).expect_err("not a bundle");
    assert!(matches!(error, BundleError::WouldReplace { .. }), "{error}");
    let file = place.path().join("thesis.tex");
    assert!(matches!(
        Writer::new(&file),
        Err(BundleError::WouldReplace { .. })
    ));
}

#[test]
fn pictures_and_manifest_must_agree() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut writer = Writer::new(place.path().join("tiny")).expect("a place");
    for (name, bytes) in common::contents() {
        writer.file(name, &bytes).expect(name);
    }
    assert!(
        writer.finish(common::manifest()).is_err(),
        "pictures promised, none written"
    );

    let dir = place.path().join("plain");
    let mut writer = Writer::new(&dir).expect("a place");
    for (name, bytes) in common::contents() {
        writer.file(name, &bytes).expect(name);
    }
    let manifest = Manifest {
        picture: None,
        ..common::manifest()
    };
    writer.finish(manifest).expect("a bundle without pictures");
    let bundle = Bundle::open(&dir).expect("opens");
    assert!(bundle.pictures.is_none());
    assert!(matches!(
        bundle.picture(0),
        Err(BundleError::NoPicture { pictures: 0, .. })
    ));
}

#[test]
fn damage_to_any_file_is_noticed_and_named() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path().join("tiny");
    let manifest = common::write(&dir);
    for name in manifest.files.keys() {
        let path = dir.join(name);
        let good = fs::read(&path).expect("a file");
        let check = |problem: &str| {
            let error = Bundle::open(&dir)
                .and_then(|bundle| bundle.verify())
                .expect_err(problem);
            assert!(
                error.to_string().contains(name.as_str()),
                "{problem}: {error}"
            );
            error
        };
        let mut flipped = good.clone();
        if let Some(byte) = flipped.last_mut() {
            *byte ^= 1;
        }
        fs::write(&path, &flipped).expect("written");
        assert!(matches!(check("a flipped bit"), BundleError::Hash { .. }));
        fs::write(&path, &good[..good.len() - 1]).expect("written");
        assert!(matches!(check("a lost byte"), BundleError::Size { .. }));
        fs::remove_file(&path).expect("removed");
        assert!(matches!(check("a lost file"), BundleError::Io { .. }));
        fs::write(&path, &good).expect("written");
    }
    fs::write(dir.join("pictures/000001.jpg"), b"picture 9").expect("written");
    let error = Bundle::open(&dir)
        .expect("opens")
        .verify()
        .expect_err("a changed picture");
    assert!(error.to_string().contains("picture 1"), "{error}");
}

#[test]
fn a_bundle_without_images_has_the_network_alone() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path().join("network");
    let manifest = || Manifest {
        picture: None,
        images: 0,
        ..common::manifest()
    };
    let network = [files::WEIGHTS, files::TAIL, files::READOUTS];
    let fill = |names: &[&str]| {
        let mut writer = Writer::new(&dir).expect("a place");
        for (name, bytes) in common::contents() {
            if names.contains(&name) {
                writer.file(name, &bytes).expect(name);
            }
        }
        writer.finish(manifest())
    };
    let error = fill(&[&network[..], &[files::IDS]].concat())
        .expect_err("ids of no image")
        .to_string();
    assert!(error.contains("ids.txt"), "{error}");
    fill(&network).expect("a bundle without images");
    let bundle = Bundle::open(&dir).expect("opens");
    bundle.verify().expect("whole");
    assert_eq!((bundle.ids.len(), bundle.labels.images()), (0, 0));
    assert_eq!((bundle.features.rows, bundle.features.channels), (0, 4));
    assert_eq!(bundle.heads, common::the_heads());
    assert_eq!(bundle.manifest.quality.tasks[0].auc, Some(0.95));
}

#[test]
fn a_network_of_whole_images_says_nothing_of_faces() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let manifest = common::write(&place.path().join("tiny"));
    let json = manifest.to_json().expect("valid");
    assert!(!String::from_utf8_lossy(&json).contains("faces"));
    let portraits = Manifest {
        faces: true,
        ..manifest
    };
    let json = portraits.to_json().expect("valid");
    assert!(Manifest::parse(&json).expect("valid").faces);
}
