//! The locked version of a crate of the workspace.

use std::fs;

use crate::{
    error::{Error, Result},
    places::Places,
};

/// The version of `name` in `Cargo.lock`.
///
/// The command-line tool of wasm-bindgen must be of exactly the crate's version, so it is read, not repeated.
pub(crate) fn version(places: &Places, name: &str) -> Result<String> {
    let path = places.root().join("Cargo.lock");
    let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    find(&text, name).ok_or_else(|| Error::Content {
        path,
        what: format!("it names no version of {name}; run `cargo metadata` to complete it"),
    })
}

fn find(text: &str, name: &str) -> Option<String> {
    let wanted = format!("name = \"{name}\"");
    let mut lines = text.lines();
    lines.find(|line| line.trim() == wanted)?;
    let version = lines.next()?.trim().strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::find;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\ndependencies = []\n";

    #[test]
    fn the_whole_name_counts() {
        assert_eq!(find(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(
            find(LOCK, "wasm-bindgen-futures").as_deref(),
            Some("0.4.80")
        );
        assert_eq!(find(LOCK, "wasm"), None);
    }
}
