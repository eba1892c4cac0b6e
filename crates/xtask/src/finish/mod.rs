//! Finishing a built site: its page gets a content security policy, its service worker learns which files the site
//! consists of, and a host is told which headers to send.
//!
//! Trunk hashes names and writes the page, so the list cannot be written by hand; and a version that says what is in
//! the site can only be known when all of it is there. A site that was not finished works as well, but only online:
//! that is what `trunk serve` shows while one develops.

mod list;
mod policy;
mod stamp;

use std::{fs, path::Path};

use self::list::{INDEX, List};
use crate::{
    error::{Error, Result},
    headers,
};

/// The service worker's script, at the root of the site, since a worker answers for what lies beside and below it.
const WORKER: &str = "sw.js";
/// The headers for hosts that read them from the site's own files.
const HEADERS: &str = "_headers";

/// Writes policy and version into the page, the list of files into the worker, and the file of headers. Finishing a site
/// twice changes nothing.
///
/// # Errors
/// A file of the site is missing, or is not what it should be.
pub(crate) fn run(site: &Path) -> Result<()> {
    let page = site.join(INDEX);
    let html = read(&page)?;
    let worker = site.join(WORKER);
    let script = read(&worker)?;

    // The version stands in the page, so that the page itself enters it without.
    let html = policy::page(&html).map_err(wrong(&page))?;
    let bare = stamp::page(&html, "").map_err(wrong(&page))?;
    let version = List::gather(site, &bare)?.version();
    let finished = stamp::page(&bare, &version).map_err(wrong(&page))?;
    let list = List::gather(site, &finished)?;
    let script = stamp::worker(&script, &list.json(&version)).map_err(wrong(&worker))?;

    write(&page, &finished)?;
    write(&worker, &script)?;
    write(&site.join(HEADERS), &headers::file())?;
    // Standard output may be a report in JSON.
    eprintln!(
        "The site has version {version}; {} files of it are there without a connection.",
        list.len()
    );
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    if !path.is_file() {
        return Err(Error::Missing {
            what: path.display().to_string(),
            what_to_do: "build the site with `cargo xtask build`, or name its folder with --dir",
        });
    }
    fs::read_to_string(path).map_err(Error::io("read", path))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(Error::io("write", path))
}

fn wrong(path: &Path) -> impl FnOnce(String) -> Error {
    let path = path.to_owned();
    move |what| Error::Content { path, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<html lang=\"en\" data-version=\"\">\n<meta charset=\"utf-8\">\
        <script src=\"boot.js\"></script><script type=\"module\">import './page-0123456789ab.js'</script>";

    fn site() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            ("index.html", PAGE),
            ("sw.js", "'use strict';\nconst SITE = null;\n"),
            ("boot.js", "start()"),
            ("page-0123456789ab.js", "page()"),
            ("store.js", "store()"),
            ("robots.txt", "User-agent: *"),
            (
                "galleries/index.json",
                r#"{"galleries":[{"name":"faces"}]}"#,
            ),
            (
                "galleries/faces/manifest.json",
                r#"{"images":2,"picture":{"extension":"jpg"}}"#,
            ),
            ("galleries/faces/labels.bin", "labels"),
            ("galleries/faces/pictures/000000.jpg", "a"),
            ("networks/index.json", r#"{"galleries":[]}"#),
            ("networks/portraits/weights.safetensors", "weights"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    fn stamped(site: &Path) -> (String, serde_json::Value) {
        let page = fs::read_to_string(site.join("index.html")).expect("a page");
        let script = fs::read_to_string(site.join("sw.js")).expect("a worker");
        let list = script
            .lines()
            .find_map(|line| line.strip_prefix("const SITE = ")?.strip_suffix(';'))
            .expect("a list");
        (page, serde_json::from_str(list).expect("JSON"))
    }

    #[test]
    fn the_worker_knows_every_file_and_the_page_its_version() {
        let site = site();
        run(site.path()).expect("finished");
        let (page, list) = stamped(site.path());
        let version = list["version"].as_str().expect("a version");
        assert_eq!(version.len(), 16);
        assert!(page.contains(&format!("data-version=\"{version}\"")));
        let names = |value: &serde_json::Value| -> Vec<String> {
            value.as_object().expect("files").keys().cloned().collect()
        };
        assert_eq!(
            names(&list["shell"]),
            [
                "./",
                "boot.js",
                "galleries/index.json",
                "page-0123456789ab.js"
            ]
        );
        assert_eq!(names(&list["later"]), ["store.js"]);
        let faces = &list["galleries"]["faces"];
        assert_eq!(names(&faces["files"]), ["labels.bin", "manifest.json"]);
        assert_eq!(faces["pictures"]["count"], 2);
        assert_eq!(faces["pictures"]["extension"], "jpg");
        // The hash of "start()", as `sha256sum` has it.
        assert_eq!(
            list["shell"]["boot.js"],
            "0c89bb5894ba64a0d87b9a852cfcbe87824523d068979426602e7b9addc56f4d"
        );
    }

    #[test]
    fn a_finished_site_has_a_policy_and_its_headers() {
        let site = site();
        run(site.path()).expect("finished");
        let (page, _) = stamped(site.path());
        assert!(
            page.contains("http-equiv=\"Content-Security-Policy\""),
            "{page}"
        );
        let headers = fs::read_to_string(site.path().join("_headers")).expect("headers");
        assert!(headers.starts_with("/*\n  Content-Security-Policy: frame-ancestors 'none'\n"));
    }

    #[test]
    fn networks_are_known_and_not_fetched_unasked() {
        let site = site();
        run(site.path()).expect("finished");
        let (_, list) = stamped(site.path());
        let networks = list["networks"].as_object().expect("files");
        let names: Vec<&String> = networks.keys().collect();
        assert_eq!(
            names,
            [
                "networks/index.json",
                "networks/portraits/weights.safetensors"
            ]
        );
        for group in ["shell", "later"] {
            assert!(!list[group].to_string().contains("networks/"), "{group}");
        }
    }

    #[test]
    fn finishing_twice_changes_nothing_and_a_changed_file_changes_the_version() {
        let site = site();
        run(site.path()).expect("finished");
        let once = stamped(site.path());
        run(site.path()).expect("finished again");
        assert_eq!(stamped(site.path()), once);
        fs::write(site.path().join("galleries/faces/labels.bin"), "others").expect("changed");
        run(site.path()).expect("finished");
        assert_ne!(stamped(site.path()).1["version"], once.1["version"]);
    }

    #[test]
    fn what_is_no_site_of_ours_is_refused_in_words() {
        let site = site();
        fs::write(site.path().join("sw.js"), "self.x = 1").expect("changed");
        let error = run(site.path()).expect_err("no place for the list");
        assert!(error.to_string().contains("sw.js"), "{error}");
        fs::remove_file(site.path().join("index.html")).expect("removed");
        let error = run(site.path()).expect_err("no page");
        assert!(error.to_string().contains("cargo xtask build"), "{error}");
    }
}
