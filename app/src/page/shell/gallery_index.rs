//! `galleries/index.json`, the galleries of the site, and `networks/index.json`, its networks without a gallery.

use serde::Deserialize;

use crate::page::text;

/// The list of galleries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct GalleryIndex {
    /// Name of the gallery shown first.
    #[serde(default)]
    pub default: String,
    /// All galleries, in the order shown.
    pub galleries: Vec<GalleryEntry>,
}

/// One gallery of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GalleryEntry {
    /// Name, also the folder's.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Number of pictures.
    #[serde(default)]
    pub images: usize,
}

impl GalleryIndex {
    /// Reads the list.
    ///
    /// # Errors
    /// Not the JSON we expect, an empty list, or a name that would leave the galleries' folder.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let index = Self::parse_networks(bytes)?;
        if index.galleries.is_empty() {
            return Err(text::problems::EMPTY_INDEX.into());
        }
        Ok(index)
    }

    /// Reads the list of networks without a gallery, which has the same form and may be empty.
    ///
    /// # Errors
    /// Not the JSON we expect, or a name that would leave the networks' folder.
    pub fn parse_networks(bytes: &[u8]) -> Result<Self, String> {
        let text = str::from_utf8(bytes).map_err(|error| text::problems::bad_index(&error))?;
        let index: Self =
            serde_json::from_str(text).map_err(|error| text::problems::bad_index(&error))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if let Some(bad) = index
            .galleries
            .iter()
            .find(|entry| entry.name.is_empty() || !entry.name.chars().all(plain))
        {
            return Err(text::problems::bad_name(&bad.name));
        }
        Ok(index)
    }

    /// Returns true if the site has a gallery of that name. A name that is not in the list may be the path of anything.
    pub fn has(&self, name: &str) -> bool {
        self.galleries.iter().any(|entry| entry.name == name)
    }

    /// The gallery of that name, else the default one, else the first.
    pub fn choose(&self, name: Option<&str>) -> Option<&GalleryEntry> {
        let find = |name: &str| self.galleries.iter().find(|entry| entry.name == name);
        name.and_then(find)
            .or_else(|| find(&self.default))
            .or(self.galleries.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_stands_in_for_unknown_names() {
        let text = br#"{"default":"b","galleries":[{"name":"a","title":"A"},{"name":"b","title":"B","images":3}]}"#;
        let index = GalleryIndex::parse(text).expect("valid");
        let chosen = |name| index.choose(name).map(|entry| entry.title.as_str());
        assert_eq!(
            [chosen(Some("a")), chosen(Some("x")), chosen(None)],
            [Some("A"), Some("B"), Some("B")]
        );
    }

    /// An imported gallery names the network that embedded it: `../` in front made any file of the site one.
    #[test]
    fn only_the_site_s_own_galleries_have_networks() {
        let text = br#"{"default":"faces","galleries":[{"name":"faces","title":"Faces"}]}"#;
        let index = GalleryIndex::parse(text).expect("valid");
        assert!(index.has("faces"));
        for name in [
            "",
            "Faces",
            "../faces",
            "faces/",
            "faces/../shoes",
            "faces%2f",
            "//host",
            "faces?x",
            "faces#",
        ] {
            assert!(!index.has(name), "{name}");
        }
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        let text = br#"{"default":"x","galleries":[{"name":"../x","title":"X"}]}"#;
        assert!(GalleryIndex::parse(text).is_err());
        assert!(GalleryIndex::parse(br#"{"default":"x","galleries":[]}"#).is_err());
        assert!(GalleryIndex::parse(b"<html>").is_err());
    }

    #[test]
    fn a_list_of_networks_may_be_empty() {
        let parse = GalleryIndex::parse_networks;
        assert_eq!(parse(br#"{"galleries":[]}"#), Ok(GalleryIndex::default()));
        assert!(parse(br#"{"galleries":[{"name":"../x","title":"X"}]}"#).is_err());
        assert!(parse(b"<html>").is_err());
    }
}
