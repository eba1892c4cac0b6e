//! Names of images in a zip: safe as paths on any system, and each there once.

use std::collections::BTreeSet;

/// The most letters of a name without its extension.
const LONGEST: usize = 100;
/// Extensions that an image's own name may have.
const KNOWN: [&str; 10] = [
    "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic",
];
/// Names that Windows gives to devices, with a number behind the last two.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The names given so far.
#[derive(Clone, Debug, Default)]
pub struct ImageNames {
    /// In lower case: many disks take them for the same.
    given: BTreeSet<String>,
}

impl ImageNames {
    /// A name for an image by its id, with the extension that its bytes ask for.
    pub fn next(&mut self, id: &str, bytes: &[u8]) -> String {
        let extension = extension(bytes);
        let stem = stem(id);
        let mut name = format!("{stem}.{extension}");
        let mut count = 1;
        while !self.given.insert(name.to_lowercase()) {
            count += 1;
            name = format!("{stem} ({count}).{extension}");
        }
        name
    }
}

/// The extension of an encoded image, by its first bytes.
fn extension(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\x89PNG") {
        "png"
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        "webp"
    } else if bytes.starts_with(b"GIF") {
        "gif"
    } else {
        "jpg"
    }
}

/// An id as the stem of a file's name.
fn stem(id: &str) -> String {
    let without = id.rsplit_once('.').and_then(|(stem, extension)| {
        let is_known = KNOWN.contains(&extension.to_ascii_lowercase().as_str());
        is_known.then_some(stem)
    });
    let fits = |c: char| !c.is_control() && !r#"/\:*?"<>|"#.contains(c);
    let plain: String = without
        .unwrap_or(id)
        .chars()
        .map(|c| if fits(c) { c } else { '_' })
        .take(LONGEST)
        .collect();
    let plain = plain.trim_matches(['.', ' ']);
    let device = plain.split('.').next().unwrap_or_default().to_lowercase();
    let device = device.trim_end_matches(|c: char| c.is_ascii_digit());
    match plain {
        "" => "image".into(),
        _ if DEVICES.contains(&device) => format!("_{plain}"),
        _ => plain.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
    const PNG: &[u8] = b"\x89PNG\r\n";
    const WEBP: &[u8] = b"RIFF\0\0\0\0WEBPVP8 ";

    #[test]
    fn a_name_has_the_extension_of_its_bytes() {
        let mut names = ImageNames::default();
        assert_eq!(names.next("000001.png", JPEG), "000001.jpg");
        assert_eq!(names.next("shoe.v2.JPG", WEBP), "shoe.v2.webp");
        assert_eq!(names.next("plain", PNG), "plain.png");
    }

    #[test]
    fn names_are_safe_as_paths() {
        for (id, name) in [
            ("../../etc/passwd", "_.._etc_passwd.jpg"),
            ("C:\\a\\b.png", "C__a_b.jpg"),
            ("/a/b.png", "_a_b.jpg"),
            ("a\0b\n.png", "a_b_.jpg"),
            (" . .jpg", "image.jpg"),
            ("", "image (2).jpg"),
            ("CON.jpg", "_CON.jpg"),
            ("com1.tar.jpg", "_com1.tar.jpg"),
            ("größe.jpg", "größe.jpg"),
        ] {
            let mut names = ImageNames::default();
            names.next("image.jpg", JPEG);
            let given = names.next(id, JPEG);
            let expected = match id.trim_matches([' ', '.']) {
                "jpg" => "image (2).jpg",
                _ => name,
            };
            assert_eq!(given, expected, "{id:?}");
        }
        let long = ImageNames::default().next(&"ü".repeat(300), JPEG);
        assert_eq!(long.chars().count(), LONGEST + 4);
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names = ImageNames::default();
        let given = ["a/b.jpg", "a_b.png", "A_B.jpg", "a_b (2).jpg"].map(|id| names.next(id, JPEG));
        assert_eq!(
            given,
            ["a_b.jpg", "a_b (2).jpg", "A_B (3).jpg", "a_b (2) (2).jpg"]
        );
    }
}
