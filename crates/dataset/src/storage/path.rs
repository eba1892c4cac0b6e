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
pub(crate) fn has_image_extension(path: &str) -> bool {
    is_picture(path) || is_foreign_picture(path)
}

/// Returns true for the path of an image that this program can decode.
pub(crate) fn is_picture(path: &str) -> bool {
    ["jpg", "jpeg", "png"]
        .iter()
        .any(|extension| has_extension(path, extension))
}

/// Returns true for the path of an image of a kind that this program cannot decode.
pub(crate) fn is_foreign_picture(path: &str) -> bool {
    [
        "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "jxl", "svg",
    ]
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
        assert!(is_noise("__MACOSX/a.jpg") && is_noise("a/.DS_Store") && !is_noise("a/b.jpg"));
    }
}
