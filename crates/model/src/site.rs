//! Sites: the places in a network whose channels are modulated.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A named place in the network. Sites are ordered as an image meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Site {
    /// The output of a stage, counted from 1: `"stage1"`.
    Stage(usize),
    /// The embedding before it is brought to unit length: `"embedding"`.
    Embedding,
}

/// A word that names no site.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} names no site; sites are \"stage1\", \"stage2\" and so on, and \"embedding\"")]
pub struct SiteError(String);

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(number) => write!(f, "stage{number}"),
            Self::Embedding => f.write_str("embedding"),
        }
    }
}

impl FromStr for Site {
    type Err = SiteError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let stage = || {
            let number: usize = word.strip_prefix("stage")?.parse().ok()?;
            // "stage01" and "stage+1" parse as numbers, but would give one site two names.
            let site = Self::Stage(number);
            (number > 0 && site.to_string() == word).then_some(site)
        };
        if word == "embedding" {
            return Ok(Self::Embedding);
        }
        stage().ok_or_else(|| SiteError(word.to_owned()))
    }
}

impl TryFrom<String> for Site {
    type Error = SiteError;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        word.parse()
    }
}

impl From<Site> for String {
    fn from(site: Site) -> Self {
        site.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_words() {
        for word in ["stage1", "stage12", "embedding"] {
            assert_eq!(word.parse::<Site>().expect(word).to_string(), word);
        }
        for word in ["stage0", "stage", "stage01", "stage+1", "Embedding", ""] {
            assert!(word.parse::<Site>().is_err(), "{word}");
        }
    }

    #[test]
    fn sites_are_ordered_as_met() {
        assert!(Site::Stage(2) < Site::Stage(10));
        assert!(Site::Stage(10) < Site::Embedding);
    }
}
