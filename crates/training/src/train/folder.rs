//! The folder of a run: proof that it is one, the lock, and putting an older run aside.
//!
//! Nothing in a folder is touched before it has proved to hold nothing, or a run; and in the folder of a run only files
//! that a run writes are touched. What `--fresh` replaces lies in `replaced-run` until the new run has an epoch.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::metrics;
use crate::config::Config;
use crate::data_record;
use crate::error::TrainerError;
use crate::files;
use crate::output::note;
use crate::run::{self, READOUTS};

/// The time to wait for another process to let go of a run.
const PATIENCE: Duration = Duration::from_secs(3);

/// The content of the file `lock`, which proves that a folder is that of a run.
const MARK: &str = "A training run of Modulens. Held by the process that trains it.\n";

const CONFIG: &str = "config.toml";
const LOCK: &str = "lock";
const CHECKPOINT: &str = "checkpoint";
const RECORD: &str = "run.json";
/// Folder of a replaced run.
const REPLACED: &str = "replaced-run";
/// Its name while it is being moved there.
const MOVING: &str = "replaced-run.part";

/// Something in a folder that no run has written, and of which nothing may be touched.
fn is_foreign(name: &str) -> bool {
    let name = name.strip_suffix(".part").unwrap_or(name);
    let name = name.strip_suffix(".next").unwrap_or(name);
    let known = [
        CONFIG,
        LOCK,
        CHECKPOINT,
        RECORD,
        REPLACED,
        READOUTS,
        metrics::FILE,
        data_record::FILE,
        "compliance.jsonl",
        "measured.json",
        // Of earlier versions of this program.
        "checkpoint.new",
        "checkpoint.old",
    ];
    let weights = name
        .strip_prefix("best")
        .and_then(|rest| rest.strip_suffix(".safetensors"))
        .is_some_and(|network| {
            let number = network.strip_prefix('-');
            network.is_empty() || number.is_some_and(|number| number.parse::<usize>().is_ok())
        });
    !weights && !known.contains(&name)
}

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> Result<Vec<String>, TrainerError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(TrainerError::io("list", folder))?;
    entries
        .map(|entry| {
            let entry = entry.map_err(TrainerError::io("list", folder))?;
            Ok(entry.file_name().to_string_lossy().into_owned())
        })
        .collect()
}

/// Checks, without touching anything, that a run may be written to `out`: it is new or empty, or holds a run; of the same
/// configuration but for the number of epochs, unless it is to be replaced.
///
/// # Errors
/// The folder holds something else, or a run of another configuration.
pub(crate) fn check(out: &Path, config: &Config, fresh: bool) -> Result<(), TrainerError> {
    let fail = |message: String| TrainerError::Run {
        path: out.to_owned(),
        message,
    };
    if out.is_symlink() && !out.exists() {
        return Err(fail(
            "it is a link to a place that is not there; make that folder, or give another --out"
                .into(),
        ));
    }
    if out.exists() && !out.is_dir() {
        return Err(fail("it is no folder; give another --out".into()));
    }
    let names = names(out)?;
    if names.is_empty() {
        return Ok(());
    }
    if !is_run(out) {
        let foreign = names.iter().find(|name| is_foreign(name));
        let example = foreign.unwrap_or(&names[0]);
        return Err(fail(format!(
            "it holds other files, such as {example}, and nothing that proves it to be a run; give a new or an empty \
             folder as --out. Nothing was changed"
        )));
    }
    // Half of a run says nothing about it: `claim` brings it back, and this is asked again.
    if fresh || out.join(MOVING).exists() {
        return Ok(());
    }
    let aside = out.join(REPLACED);
    let brings_back = "the run that was replaced lies in its replaced-run; to have it back, move the files there to \
                       their old place, or give its configuration here without --fresh";
    match configured(out, config)? {
        // The configuration of a new run is written after the old one was put aside.
        None if aside.is_dir() && configured(&aside, config)? != Some(true) => {
            return Err(fail(format!(
                "a new run was never begun here, and {brings_back}"
            )));
        }
        Some(false) if aside.is_dir() && of_worth(out) => {
            return Err(fail(format!(
                "it holds a run of another configuration; {brings_back}"
            )));
        }
        Some(false) if aside.is_dir() && configured(&aside, config)? == Some(true) => return Ok(()),
        Some(false) => {
            return Err(fail(
                "it holds a run of another configuration; give another --out, or --fresh to start again".into(),
            ));
        }
        None | Some(true) => {}
    }
    if is_trained(out) && !has_state(&out.join(CHECKPOINT)) {
        return Err(fail(
            "it holds a trained run, but no checkpoint to go on from; give another --out, or --fresh to start again"
                .into(),
        ));
    }
    Ok(())
}

/// Says if a folder holds a run of this configuration, but for the number of epochs; `None` without a configuration.
fn configured(run: &Path, config: &Config) -> Result<Option<bool>, TrainerError> {
    let path = run.join(CONFIG);
    if !path.is_file() {
        return Ok(None);
    }
    let mut before = Config::load(&path, &[])?;
    before.train.epochs = config.train.epochs;
    Ok(Some(before == *config))
}

/// Returns true for a run that has weights: at least one epoch is complete.
fn of_worth(run: &Path) -> bool {
    run.join(RECORD).exists()
}

/// Returns true for a run of more than one epoch. After the first, a crash may come before the checkpoint.
fn is_trained(run: &Path) -> bool {
    let epochs = files::read_text(&run.join(metrics::FILE)).map_or(0, |text| text.lines().count());
    of_worth(run) && (epochs > 1 || run.join(READOUTS).exists())
}

/// Returns true if there is a state to go on from, whole or not.
fn has_state(checkpoint: &Path) -> bool {
    names(checkpoint).is_ok_and(|names| names.iter().any(|name| is_state(name)))
}

/// Returns true for the name of a checkpoint's file, those of earlier versions of this program included.
fn is_state(name: &str) -> bool {
    let name = name.strip_suffix(".part").unwrap_or(name);
    let step = name.strip_prefix("step-");
    step.is_some_and(|step| step.bytes().all(|byte| byte.is_ascii_digit()))
        || name == "progress.json"
        || ["model", "optimizer"]
            .iter()
            .any(|part| name.split('.').next() == Some(part))
}

/// Returns true if a folder proves to be that of a run: by the mark in its lock, or, where an earlier version of this program
/// wrote it, by a configuration that it can read beside an empty lock or a record.
fn is_run(out: &Path) -> bool {
    let lock = out.join(LOCK);
    let plain = fs::symlink_metadata(&lock).is_ok_and(|found| found.is_file());
    let mark = plain.then(|| fs::read(&lock).ok()).flatten();
    let configured = || Config::load(&out.join(CONFIG), &[]).is_ok();
    match mark {
        Some(mark) if mark == MARK.as_bytes() => true,
        Some(mark) if mark.is_empty() => configured(),
        Some(_) => false,
        None => !lock.exists() && configured() && run::read_record(&out.join(RECORD)).is_ok(),
    }
}

/// A run's folder, held by this process.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// The folder itself, where folders can be opened.
    place: Option<File>,
    /// Held until the session ends, however it ends.
    _lock: File,
}

impl Folder {
    /// Makes the folder where there is none, and keeps other processes from training the same run: their checkpoints
    /// would be mixed. Brings back what a crash left half put aside. To be [`check`]ed before and after.
    pub(crate) fn claim(out: &Path) -> Result<Self, TrainerError> {
        fs::create_dir_all(out).map_err(TrainerError::io("create the folder", out))?;
        let path = out.join(LOCK);
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(TrainerError::io("write", &path))?;
        wait_for(&lock, out, &path)?;
        if lock
            .metadata()
            .map_err(TrainerError::io("read", &path))?
            .len()
            == 0
        {
            lock.write_all(MARK.as_bytes())
                .and_then(|()| lock.sync_all())
                .map_err(TrainerError::io("write", &path))?;
        }
        let folder = Self {
            path: out.to_owned(),
            // Elsewhere a folder with an open file in it cannot be moved.
            place: cfg!(unix).then(|| File::open(out).ok()).flatten(),
            _lock: lock,
        };
        folder.undo_half_a_move()?;
        Ok(folder)
    }

    /// Checks that the folder is still in its place, before something is written there.
    ///
    /// # Errors
    /// It was moved away or deleted: writing would make a second one of a few files.
    pub(crate) fn check_in_place(&self) -> Result<(), TrainerError> {
        let there = match &self.place {
            Some(open) => fs::metadata(&self.path).is_ok_and(|found| is_same(&found, open)),
            None => self.path.is_dir(),
        };
        match there {
            true => Ok(()),
            false => Err(TrainerError::Message(format!(
                "the folder of the run, {}, was moved away or deleted while it was trained; the same command goes on from \
                 its last checkpoint, with the folder back in its place",
                self.path.display()
            ))),
        }
    }

    /// Puts an older run aside where a new one is to be started, or brings one back that is asked for.
    pub(crate) fn make_way(&self, config: &Config, fresh: bool) -> Result<(), TrainerError> {
        if fresh {
            self.replace()
        } else {
            self.bring_back(config)
        }
    }

    /// Writes the configuration, the first file of a new run.
    pub(crate) fn begin(&self, config: &Config) -> Result<(), TrainerError> {
        let text = toml::to_string_pretty(config).map_err(|error| {
            TrainerError::Message(format!("the configuration cannot be written: {error}"))
        })?;
        files::write_atomically(&self.path.join(CONFIG), text.as_bytes())
    }

    /// Removes the run that was put aside: the new one has weights and a checkpoint. Files that no run wrote stay.
    pub(crate) fn settle(&self) -> Result<(), TrainerError> {
        self.replaced().map_or(Ok(()), |aside| remove_run(&aside))
    }

    /// Folder of the run that was put aside, if there is one.
    pub(crate) fn replaced(&self) -> Option<PathBuf> {
        let aside = self.path.join(REPLACED);
        aside.is_dir().then_some(aside)
    }

    /// Brings back the run that was put aside where it is asked for and the new one has no weights.
    fn bring_back(&self, config: &Config) -> Result<(), TrainerError> {
        let Some(aside) = self.replaced() else {
            return Ok(());
        };
        let asked = configured(&self.path, config)? != Some(true)
            && configured(&aside, config)? == Some(true);
        if !asked || of_worth(&self.path) {
            return Ok(());
        }
        for name in self.own()? {
            remove_own(&self.path.join(name))?;
        }
        // As a move that was never completed, so that a crash in between is seen to.
        let part = self.path.join(MOVING);
        files::rename(&aside, &part).map_err(TrainerError::io("move", &aside))?;
        self.undo_half_a_move()?;
        note("the run that was replaced is brought back from replaced-run");
        Ok(())
    }

    /// The files of the run itself.
    fn own(&self) -> Result<Vec<String>, TrainerError> {
        let mut names = names(&self.path)?;
        names
            .retain(|name| !is_foreign(name) && ![LOCK, REPLACED, MOVING].contains(&name.as_str()));
        Ok(names)
    }

    /// Brings back what was moved aside before a crash came between.
    fn undo_half_a_move(&self) -> Result<(), TrainerError> {
        let part = self.path.join(MOVING);
        if !part.exists() {
            return Ok(());
        }
        self.move_all(&names(&part)?, &part, &self.path)?;
        fs::remove_dir(&part).map_err(TrainerError::io("clear", &part))
    }

    /// Puts the run that is here aside. Where one was put aside before, and the one that is here has no weights, that
    /// one stays instead.
    fn replace(&self) -> Result<(), TrainerError> {
        let own = self.own()?;
        if own.is_empty() {
            return Ok(());
        }
        if let Some(aside) = self.replaced() {
            if !of_worth(&self.path) {
                return own
                    .iter()
                    .try_for_each(|name| remove_own(&self.path.join(name)));
            }
            remove_run(&aside)?;
            if aside.exists() {
                return Err(TrainerError::Run {
                    path: aside,
                    message: "it holds other files, which the run that is to be replaced would be mixed with; move \
                              them away first"
                        .into(),
                });
            }
        }
        let part = self.path.join(MOVING);
        fs::create_dir(&part).map_err(TrainerError::io("create the folder", &part))?;
        self.move_all(&own, &self.path, &part)?;
        let aside = self.path.join(REPLACED);
        files::rename(&part, &aside)
            .and_then(|()| files::sync_folder(&self.path))
            .map_err(TrainerError::io("move", &part))
    }

    fn move_all(&self, names: &[String], from: &Path, to: &Path) -> Result<(), TrainerError> {
        for name in names {
            let path = from.join(name);
            files::rename(&path, &to.join(name)).map_err(TrainerError::io("move", &path))?;
        }
        for folder in [from, to, &self.path] {
            files::sync_folder(folder).map_err(TrainerError::io("write", folder))?;
        }
        Ok(())
    }
}

/// Returns true if what was found is what is open.
fn is_same(found: &fs::Metadata, open: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let same = |open: fs::Metadata| (found.dev(), found.ino()) == (open.dev(), open.ino());
        open.metadata().is_ok_and(same)
    }
    #[cfg(not(unix))]
    {
        let _ = open;
        found.is_dir()
    }
}

/// Removes the files of a run from a folder, and the folder where nothing else is left in it.
fn remove_run(run: &Path) -> Result<(), TrainerError> {
    for name in names(run)? {
        if !is_foreign(&name) {
            remove_own(&run.join(name))?;
        }
    }
    remove_if_empty(run)
}

/// Removes a file of a run, or of a folder of checkpoints the files that are states.
fn remove_own(path: &Path) -> Result<(), TrainerError> {
    let kind = fs::symlink_metadata(path).map_err(TrainerError::io("clear", path))?;
    if !kind.is_dir() {
        return files::remove_file(path).map_err(TrainerError::io("clear", path));
    }
    for name in names(path)? {
        let state = path.join(&name);
        if is_state(&name) && state.is_file() {
            files::remove_file(&state).map_err(TrainerError::io("clear", &state))?;
        }
    }
    remove_if_empty(path)
}

fn remove_if_empty(folder: &Path) -> Result<(), TrainerError> {
    if names(folder)?.is_empty() {
        fs::remove_dir(folder).map_err(TrainerError::io("clear", folder))?;
    }
    Ok(())
}

fn wait_for(lock: &File, out: &Path, path: &Path) -> Result<(), TrainerError> {
    // One that was killed may need a moment until it is gone.
    let began = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(TrainerError::Run {
                    path: out.to_owned(),
                    message: "another process is training it; wait for it, or stop it first".into(),
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(TrainerError::io("lock", path)(source));
            }
        }
    }
}

#[cfg(test)]
mod tests;
