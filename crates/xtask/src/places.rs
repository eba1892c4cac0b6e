//! The folders of the repository, the cache outside it, and the tools in that cache.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::error::{Error, Result};

/// The folders a chore works in.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    root: PathBuf,
    cache: PathBuf,
    program: PathBuf,
}

impl Places {
    /// The repository this program was built from, and the cache of `MODULENS_CACHE` or the home folder.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.join("../..");
        let root = root
            .canonicalize()
            .map_err(Error::io("find the repository at", root))?;
        Ok(Self {
            root,
            cache: cache_folder()?,
            // Asked early: where this program is rebuilt while it runs, its name is lost.
            program: env::current_exe().map_err(Error::io("find", "this program"))?,
        })
    }

    /// This program, for the tests that start it as a server.
    pub(crate) fn ourselves(&self) -> &Path {
        &self.program
    }

    /// The repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the built site.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The built site, or that of `MODULENS_DIST`.
    ///
    /// # Errors
    /// It is not built.
    pub(crate) fn site(&self) -> Result<PathBuf> {
        let dist = env::var_os("MODULENS_DIST").map_or_else(|| self.dist(), Into::into);
        let page = dist.join("index.html");
        if page.is_file() {
            Ok(dist)
        } else {
            Err(Error::Missing {
                what: page.display().to_string(),
                what_to_do: "build the site with `cargo xtask build`",
            })
        }
    }

    /// Root of `cargo install`; the programs are in its `bin`.
    pub(crate) fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// The folder of the packages of `e2e/package.json`.
    pub(crate) fn npm(&self) -> PathBuf {
        self.cache.join("npm")
    }

    /// The folder of the packages of `e2e/bench/package.json`, which only the benches need.
    pub(crate) fn npm_bench(&self) -> PathBuf {
        self.cache.join("npm-bench")
    }

    /// The folder of the packages of `e2e/lighthouse/package.json`.
    pub(crate) fn npm_lighthouse(&self) -> PathBuf {
        self.cache.join("npm-lighthouse")
    }

    /// The folder of the packages of `e2e/browsers/package.json`.
    pub(crate) fn npm_browsers(&self) -> PathBuf {
        self.cache.join("npm-browsers")
    }

    /// The `PATH` of every child: our pinned tools before the machine's own.
    pub(crate) fn path(&self) -> OsString {
        let ours = [
            self.tools().join("bin"),
            self.npm().join("node_modules").join(".bin"),
        ];
        let machine = env::var_os("PATH").unwrap_or_default();
        env::join_paths(ours.into_iter().chain(env::split_paths(&machine))).unwrap_or(machine)
    }

    /// The first program of this name on [`Places::path`].
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.path())
            .map(|folder| folder.join(&file))
            .find(|path| path.is_file())
    }
}

fn cache_folder() -> Result<PathBuf> {
    if let Some(given) = env::var_os("MODULENS_CACHE").filter(|given| !given.is_empty()) {
        return std::path::absolute(&given).map_err(Error::io("use the cache folder", given));
    }
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
    home.filter(|home| !home.is_empty())
        .map(|home| PathBuf::from(home).join(".cache").join("modulens"))
        .ok_or_else(|| Error::Missing {
            what: "a home folder (HOME)".into(),
            what_to_do: "set MODULENS_CACHE to a folder for the tools that are installed",
        })
}
