//! Paths inside a storage: `/` between the parts, never leading out of it.

/// The path in the form used everywhere here.
///
/// # Errors
/// Why it cannot be used: it leads out of the archive, or is no name at all.
pub(crate) fn clean(raw: &str) -> Result<String, &'static str> {
    let path = raw.replace('\\', "/");
    let bytes = path.as_bytes();
    if path.starts_with('/')
        || (bytes.len() > 1 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic())
    {
        return Err("absolute path in a zip");
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err("path leading out of the zip"),
            _ if part.contains('\0') => return Err("path with a zero byte"),
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err("entry without a name");
    }
    Ok(parts.join("/"))
}

/// Returns true for files made by the system, not by a person: hidden files, macOS resource forks,
/// thumbnail databases.
pub(crate) fn is_noise(path: &str) -> bool {
    path.split('/').any(|part| {
        part.starts_with('.')
            || part == "__MACOSX"
            || part.eq_ignore_ascii_case("thumbs.db")
            || part.eq_ignore_ascii_case("desktop.ini")
    })
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The folder a path lies in, with the slash; empty at the top.
pub(crate) fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// The file name without its extension.
pub(crate) fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Returns true if the path ends in the extension, in any case.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    file_name(path)
        .rsplit_once('.')
        .is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// Length of the folder path that all the paths share, with its slash.
pub(crate) fn shared_folder(paths: &[&str]) -> usize {
    let Some(mut shared) = paths.first().map(|first| folder(first)) else {
        return 0;
    };
    while !paths.iter().all(|path| path.starts_with(shared)) {
        shared = folder(shared.trim_end_matches('/'));
    }
    shared.len()
}

/// Returns true for a name with the extension of any kind of image.
pub fn has_image_extension(path: &str) -> bool {
    is_picture(path) || is_foreign_picture(path)
}

/// Extensions of images that are read everywhere.
const READ: [&str; 8] = ["jpg", "jpeg", "jpe", "jif", "jfif", "pjpeg", "png", "apng"];
/// Extensions of images that the trainer reads, and browsers do.
const ALSO: [&str; 6] = ["webp", "gif", "bmp", "dib", "tif", "tiff"];
/// Extensions of images that only browsers read, each those it knows.
const BROWSER: [&str; 4] = ["avif", "heic", "heif", "jxl"];
/// Extensions of images that nothing here reads.
const OTHER: [&str; 3] = ["svg", "psd", "ico"];

/// Returns true for the path of an image that may be decoded here: by this crate or, in a browser, by the browser. Which
/// kind a file is, and whether it is an image at all, only its bytes tell.
pub(crate) fn is_picture(path: &str) -> bool {
    is_one_of(path, &READ)
        || is_one_of(path, &ALSO)
        || (cfg!(target_arch = "wasm32") && is_one_of(path, &BROWSER))
}

/// Returns true for the path of an image of a kind that cannot be decoded here.
pub(crate) fn is_foreign_picture(path: &str) -> bool {
    !is_picture(path) && (is_one_of(path, &BROWSER) || is_one_of(path, &OTHER))
}

fn is_one_of(path: &str, extensions: &[&str]) -> bool {
    extensions
        .iter()
        .any(|extension| has_extension(path, extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_cannot_lead_out() {
        assert_eq!(clean("a\\b/./c.jpg").as_deref(), Ok("a/b/c.jpg"));
        assert_eq!(clean("a//b").as_deref(), Ok("a/b"));
        for bad in [
            "../a",
            "a/../../b",
            "/etc/passwd",
            "C:\\x",
            "\\\\host\\x",
            "",
            ".",
            "a\0b",
        ] {
            assert!(clean(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            clean("a..b/c...jpg").as_deref(),
            Ok("a..b/c...jpg"),
            "dots in names are no parents"
        );
    }

    #[test]
    fn names_and_extensions() {
        assert_eq!(stem("Shoes/A.B./100627.72.jpg"), "100627.72");
        assert_eq!(folder("a/b.jpg"), "a/");
        assert_eq!(folder("b.jpg"), "");
        assert!(is_picture("x/Y.JPG") && is_picture("y.jpeg") && !is_picture("jpg"));
        for name in [
            "a.jfif", "a.JPE", "a.jif", "a.webp", "a.GIF", "a.bmp", "a.tif",
        ] {
            assert!(is_picture(name) && !is_foreign_picture(name), "{name}");
        }
        // A browser counts these, and leaves out those that it cannot decode.
        for name in ["a.avif", "a.HEIC", "a.jxl"] {
            let browser = cfg!(target_arch = "wasm32");
            assert_eq!(
                (is_picture(name), is_foreign_picture(name)),
                (browser, !browser)
            );
        }
        assert!(is_foreign_picture("a.svg") && !is_foreign_picture("a.txt"));
        assert!(is_noise("__MACOSX/a.jpg") && is_noise("a/.DS_Store") && !is_noise("a/b.jpg"));
    }
}
