//! The folder of a run, through crashes and by the hands of its owner.

use std::collections::BTreeMap;

use super::*;
use crate::files::fault;

/// Every file below a folder with its bytes, but for the lock.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("lists") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name() != Some(LOCK.as_ref()) {
                let inner = path.strip_prefix(folder).expect("below").to_owned();
                found.insert(inner, fs::read(&path).expect("reads"));
            }
        }
    }
    found
}

fn begin(held: &Folder, config: &Config, fresh: bool) -> Result<(), TrainerError> {
    held.make_way(config, fresh)?;
    held.begin(config)
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("writes");
    }
}

/// A folder that holds a run, a note of its owner's beside it.
fn run(of: &Config) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let held = Folder::claim(folder.path()).expect("claims");
    begin(&held, of, false).expect("begins");
    write(
        folder.path(),
        &[
            ("checkpoint/step-000000010", "state"),
            ("best.safetensors", "weights"),
            ("run.json", "{}"),
            ("notes.txt", "mine"),
            (".git/HEAD", "ref"),
        ],
    );
    folder
}

/// `--fresh` once emptied any folder that held a `config.toml`, and without it a file called `lock` was truncated.
#[test]
fn a_folder_that_is_no_run_is_refused_and_not_touched() {
    let config = Config::example("data");
    let resolved = toml::to_string_pretty(&config).expect("text");
    let cases: [&[(&str, &str)]; 4] = [
        &[("config.toml", "[package]"), (".git/HEAD", "ref")],
        &[("config.toml", &resolved), ("thesis.tex", "years")],
        &[("lock", "door"), ("config.toml", &resolved)],
        &[("photo.jpg", "x")],
    ];
    for files in cases {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), files);
        let before = tree(folder.path());
        for fresh in [false, true] {
            let error = check(folder.path(), &config, fresh).expect_err("no run");
            assert!(error.to_string().contains("holds other files"), "{error}");
        }
        assert_eq!(tree(folder.path()), before);
        if files[0].0 == "lock" {
            let lock = fs::read(folder.path().join("lock")).expect("there");
            assert_eq!(lock, b"door");
        }
    }
}

#[test]
fn only_the_files_of_a_run_are_put_aside_and_kept_until_the_first_checkpoint() {
    let (old, new) = (Config::example("old"), Config::example("new"));
    let folder = run(&old);
    let before = tree(folder.path());
    assert!(
        check(folder.path(), &new, false).is_err(),
        "of another configuration"
    );
    check(folder.path(), &new, true).expect("may be replaced");
    let held = Folder::claim(folder.path()).expect("claims");
    for _ in 0..2 {
        // A new run that never came to a checkpoint does not take the place of the old one.
        begin(&held, &new, true).expect("begins");
        let now = tree(folder.path());
        for (path, bytes) in &before {
            let mine = path.starts_with("notes.txt") || path.starts_with(".git");
            let place = if mine {
                path.clone()
            } else {
                Path::new(REPLACED).join(path)
            };
            assert_eq!(now.get(&place), Some(bytes), "{}", place.display());
        }
    }
    held.settle().expect("settles");
    let now = tree(folder.path());
    assert_eq!(now.len(), 3, "configuration and the owner's files: {now:?}");
}

#[test]
fn a_crash_while_a_run_is_put_aside_loses_nothing() {
    let (old, new) = (Config::example("old"), Config::example("new"));
    for steps in 0.. {
        let folder = run(&old);
        let before = tree(folder.path());
        let held = Folder::claim(folder.path()).expect("claims");
        fault::fail_after(Some(steps));
        let begun = begin(&held, &new, true).is_ok();
        fault::fail_after(None);
        // The same command without `--fresh` finds the old run, or all of it put aside.
        let aside = folder.path().join(REPLACED);
        if !aside.exists() {
            held.undo_half_a_move().expect("brings back");
            assert_eq!(tree(folder.path()), before, "after {steps} steps");
        } else {
            let own = before
                .iter()
                .filter(|(path, _)| !path.starts_with("notes.txt") && !path.starts_with(".git"));
            assert!(own.eq(tree(&aside).iter()), "after {steps} steps");
        }
        if begun {
            assert!(steps > 8, "{steps} steps were tried");
            break;
        }
    }
}

/// After a full disk or a kill in between, the run that was put aside was once deleted by the next one.
#[test]
fn a_replaced_run_comes_back_when_the_new_one_was_never_begun() {
    let (old, new) = (Config::example("old"), Config::example("new"));
    for begun in [false, true] {
        let folder = run(&old);
        let before = tree(folder.path());
        let held = Folder::claim(folder.path()).expect("claims");
        begin(&held, &new, true).expect("begins");
        if !begun {
            fs::remove_file(folder.path().join(CONFIG)).expect("as after a crash");
            let error = check(folder.path(), &new, false).expect_err("it has to be said");
            assert!(error.to_string().contains(REPLACED), "{error}");
        }
        check(folder.path(), &old, false).expect("asked for");
        begin(&held, &old, false).expect("brings back");
        assert_eq!(tree(folder.path()), before);
    }
}

/// A folder that was moved away while it was trained was once made again, with a few files in it.
#[cfg(unix)]
#[test]
fn a_folder_that_was_moved_away_is_noticed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (out, away) = (place.path().join("run"), place.path().join("away"));
    let held = Folder::claim(&out).expect("claims");
    held.check_in_place().expect("in place");
    fs::rename(&out, &away).expect("moves");
    let error = held.check_in_place().expect_err("moved away");
    assert!(error.to_string().contains("moved away"), "{error}");
    drop(Folder::claim(&out).expect("another one"));
    held.check_in_place().expect_err("another run is there");
    assert!(!out.join(CONFIG).exists());
}

/// A run whose checkpoints were deleted to save space was once trained over.
#[test]
fn a_trained_run_without_a_checkpoint_is_not_started_again() {
    let config = Config::example("data");
    let folder = run(&config);
    write(folder.path(), &[(READOUTS, "heads")]);
    check(folder.path(), &config, false).expect("goes on");
    fs::remove_dir_all(folder.path().join(CHECKPOINT)).expect("removed");
    let error = check(folder.path(), &config, false).expect_err("nothing to go on from");
    assert!(error.to_string().contains("no checkpoint"), "{error}");
    check(folder.path(), &config, true).expect("may be replaced");
}

#[test]
fn files_of_the_owner_inside_a_run_are_kept() {
    let (old, new) = (Config::example("old"), Config::example("new"));
    let folder = run(&old);
    let mine = [
        ("checkpoint/mine.txt", "mine"),
        ("checkpoint/step-000000010.bak", "mine"),
    ];
    write(folder.path(), &mine);
    let held = Folder::claim(folder.path()).expect("claims");
    begin(&held, &new, true).expect("begins");
    held.settle().expect("settles");
    let now = tree(folder.path());
    for (path, text) in mine {
        let kept = now.get(&Path::new(REPLACED).join(path));
        assert_eq!(kept.map(Vec::as_slice), Some(text.as_bytes()), "{path}");
    }
    // Now there is something in the way, which is said.
    write(folder.path(), &[("run.json", "{}")]);
    let error = begin(&held, &old, true).expect_err("in the way");
    assert!(error.to_string().contains("move them away"), "{error}");
}

/// Half of a run was once taken for a new folder, and another configuration written over the run.
#[test]
fn a_run_that_is_half_put_aside_is_brought_back_before_it_is_judged() {
    let (old, new) = (Config::example("old"), Config::example("new"));
    for moved in [CONFIG, CHECKPOINT] {
        let folder = run(&old);
        write(folder.path(), &[(READOUTS, "heads")]);
        let before = tree(folder.path());
        let half = folder.path().join(MOVING);
        fs::create_dir(&half).expect("a folder");
        fs::rename(folder.path().join(moved), half.join(moved)).expect("moves");
        check(folder.path(), &new, false).expect("not known yet");
        let held = Folder::claim(folder.path()).expect("claims");
        assert_eq!(tree(folder.path()), before, "{moved} is back");
        let error = check(folder.path(), &new, false).expect_err("of another configuration");
        assert!(
            error.to_string().contains("another configuration"),
            "{error}"
        );
        check(folder.path(), &old, false).expect("goes on");
        drop(held);
    }
}

#[test]
fn runs_of_an_earlier_version_are_known() {
    let config = Config::example("data");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let resolved = toml::to_string_pretty(&config).expect("text");
    write(folder.path(), &[("config.toml", &resolved), ("lock", "")]);
    check(folder.path(), &config, false).expect("a run that was begun");
}
