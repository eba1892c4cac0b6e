//! The attribution of the images, and the permission to pass them on.

use std::path::Path;

use modulens_bundle::Attribution;
use modulens_dataset::terms::{Terms, terms};

use crate::data::OpenData;
use crate::error::TrainerError;
use crate::files;

/// The creator's name where none is stated.
pub const NOT_STATED: &str = "not stated";

/// A file at a dataset's top that says who made its pictures: a JSON list of `what`, `creator`, `licence`
/// and `url`. The drawn galleries carry one; whoever puts one into a dataset vouches for it.
pub const FILE: &str = "attribution.json";

/// The origin of a dataset's images.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// They may be passed on under these licences.
    Free(Vec<Attribution>),
    /// They come in a known dataset's layout, without a word that they are not that dataset's.
    Restricted(&'static Terms),
    /// Somebody's own pictures, about which nothing is said.
    Own,
}

/// Finds out: the file given, the dataset's own, or its layout.
///
/// # Errors
/// A file that cannot be read or is no such list.
pub fn find(data: &OpenData, given: Option<&Path>) -> Result<Origin, TrainerError> {
    if let Some(path) = given {
        let origin = path.display().to_string();
        return Ok(Origin::Free(parse(&files::read(path)?, &origin)?));
    }
    let own = data
        .storage
        .entries()
        .iter()
        .position(|entry| is_top(&entry.path));
    if let Some(entry) = own {
        let origin = format!("{FILE} of {}", data.dataset.name);
        return Ok(Origin::Free(parse(&data.storage.read(entry)?, &origin)?));
    }
    Ok(terms(data.dataset.format).map_or(Origin::Own, Origin::Restricted))
}

/// Returns true for the path of the file at the top, or in the one folder a zip often holds
/// everything in.
fn is_top(path: &str) -> bool {
    path == FILE || path.split_once('/').is_some_and(|(_, rest)| rest == FILE)
}

fn parse(bytes: &[u8], origin: &str) -> Result<Vec<Attribution>, TrainerError> {
    let fail = |problem: String| {
        TrainerError::Message(format!(
            "{origin} is not usable: {problem}; it must be a JSON list of \
             {{\"what\", \"creator\", \"licence\", \"url\"}}"
        ))
    };
    let list: Vec<Attribution> =
        serde_json::from_slice(bytes).map_err(|error| fail(error.to_string()))?;
    if list.is_empty() {
        return Err(fail("it is empty".into()));
    }
    Ok(list)
}

impl Origin {
    /// Decides if the images go into the bundle, and notes the reason if not, or on whose
    /// responsibility.
    pub fn may_show(&self, insisted: bool, notes: &mut Vec<String>) -> bool {
        match self {
            Self::Free(_) => true,
            Self::Own => {
                notes.push(format!(
                    "nothing is said about who made the pictures; put {FILE} into the dataset, or give \
                     --attribution, before you publish the bundle"
                ));
                true
            }
            Self::Restricted(terms) if insisted => {
                notes.push(format!("{} ({})", terms.sentence, terms.url));
                true
            }
            Self::Restricted(terms) => {
                notes.push(format!(
                    "the bundle has no pictures, because they look like {}'s: {}. If they are others, say \
                     whose with --attribution; to make a bundle for yourself alone, give --with-pictures",
                    terms.dataset, terms.sentence
                ));
                false
            }
        }
    }

    /// The attributions of the manifest.
    pub fn attributions(&self) -> Vec<Attribution> {
        match self {
            Self::Free(list) => list.clone(),
            Self::Restricted(terms) => vec![Attribution {
                what: terms.dataset.into(),
                creator: terms.owner.into(),
                licence: terms.sentence.into(),
                url: terms.url.into(),
            }],
            Self::Own => vec![Attribution {
                what: "the pictures".into(),
                creator: NOT_STATED.into(),
                licence: "not stated: ask whoever exported this bundle".into(),
                url: String::new(),
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_top_file_counts() {
        assert!(is_top("attribution.json") && is_top("faces/attribution.json"));
        assert!(!is_top("a/b/attribution.json") && !is_top("my-attribution.json"));
    }

    #[test]
    fn lists_are_read_and_other_things_are_not() {
        let good = br#"[{"what": "Open Peeps", "creator": "Pablo Stanley", "licence": "CC0 1.0"}]"#;
        assert_eq!(
            parse(good, "x").expect("a list")[0].creator,
            "Pablo Stanley"
        );
        for bad in [&b"[]"[..], b"{}", b"[{\"what\": 1}]", b"nonsense"] {
            let error = parse(bad, "the file").expect_err("no list").to_string();
            assert!(error.starts_with("the file is not usable"), "{error}");
        }
    }

    #[test]
    fn restricted_datasets_name_their_owner_and_terms() {
        let terms = terms(modulens_dataset::Format::Celeba).expect("known");
        let list = Origin::Restricted(terms).attributions();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].what, "CelebA");
        assert!(
            list[0].licence.contains("non-commercial"),
            "{}",
            list[0].licence
        );
        assert!(list[0].url.starts_with("https://"), "{}", list[0].url);
    }
}
