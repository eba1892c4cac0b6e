//! Cells that hold several labels.

use std::collections::{BTreeMap, BTreeSet};

use super::cells;

/// The most labels of a column, and the longest of them in letters.
const MOST: usize = 50;
const LONGEST: usize = 40;

/// The separator and the labels of a column whose cells hold several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tags {
    separator: char,
    /// The labels, sorted, without the one that means "none of them".
    pub(crate) labels: Vec<String>,
    /// The cell that means "none of them", where there is one.
    pub(crate) nothing: Option<String>,
}

impl Tags {
    /// Recognises a column by its cells: some hold several parts, the parts recur in other company, and there are fewer
    /// of them than of different cells.
    pub(crate) fn recognise<'a>(cells: &(impl Iterator<Item = &'a str> + Clone)) -> Option<Self> {
        let separators = ['|', ';', ',', '/', '+', ' '];
        separators.into_iter().find_map(|separator| {
            Self::by(separator, cells.clone()).filter(|tags| tags.holds(cells.clone()))
        })
    }

    /// The labels of a column that is told to hold several: by the sign that occurs in most cells.
    pub(crate) fn told<'a>(cells: &(impl Iterator<Item = &'a str> + Clone)) -> Option<Self> {
        let with = |sign: char| cells.clone().filter(|cell| cell.contains(sign)).count();
        let separators = [' ', '+', '/', ',', ';', '|'];
        let separator = separators.into_iter().max_by_key(|&sign| with(sign))?;
        Self::by(separator, cells.clone())
    }

    fn by<'a>(separator: char, cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        // Each label in the spelling it has first, and whether it occurs beside another.
        let mut labels: BTreeMap<String, (String, bool)> = BTreeMap::new();
        for cell in cells {
            let parts: Vec<&str> = split(separator, cell).collect();
            for part in &parts {
                let known = labels
                    .entry(part.to_lowercase())
                    .or_insert_with(|| ((*part).to_owned(), false));
                known.1 |= parts.len() > 1;
            }
            if labels.len() > MOST + 1 {
                return None;
            }
        }
        let nothing = labels
            .iter()
            .find(|(small, (_, beside))| !beside && means_nothing(small))
            .map(|(small, _)| small.clone());
        let nothing = nothing.and_then(|small| labels.remove(&small));
        let labels: Vec<String> = labels.into_values().map(|(label, _)| label).collect();
        let short = labels.iter().all(|label| label.chars().count() <= LONGEST);
        (!labels.is_empty() && labels.len() <= MOST && short).then_some(Self {
            separator,
            labels,
            nothing: nothing.map(|(label, _)| label),
        })
    }

    fn holds<'a>(&self, cells: impl Iterator<Item = &'a str>) -> bool {
        let (mut counts, mut different, mut alone) = (
            BTreeMap::<String, usize>::new(),
            BTreeSet::new(),
            BTreeSet::new(),
        );
        let (mut fewest, mut most) = (usize::MAX, 0);
        for cell in cells {
            let parts: BTreeSet<String> =
                split(self.separator, cell).map(str::to_lowercase).collect();
            if self.is_nothing(cell) {
                continue;
            }
            (fewest, most) = (fewest.min(parts.len()), most.max(parts.len()));
            if let (1, Some(part)) = (parts.len(), parts.first()) {
                alone.insert(part.clone());
            }
            for part in &parts {
                *counts.entry(part.clone()).or_default() += 1;
            }
            different.insert(parts);
        }
        let recur = counts.values().all(|&count| count > 1);
        let fewer = self.labels.len() < different.len();
        let varies = fewest < most;
        // Words stand side by side in any phrase; labels separated by blanks stand alone, too.
        let loose = self.separator != ' ' || alone.len() * 2 >= self.labels.len();
        let firm = self.separator == '|' || self.separator == ';';
        most > 1 && recur && (fewer || firm && varies) && (varies || firm) && loose
    }

    fn is_nothing(&self, cell: &str) -> bool {
        self.nothing
            .as_ref()
            .is_some_and(|nothing| nothing.to_lowercase() == cell.to_lowercase())
    }

    /// The separator, for people.
    pub(crate) fn separator(&self) -> &'static str {
        match self.separator {
            '|' => "bars",
            ';' => "semicolons",
            ',' => "commas",
            '/' => "slashes",
            '+' => "plus signs",
            _ => "blanks",
        }
    }

    /// For each label, whether a cell holds it; `None` where the cell says nothing.
    pub(crate) fn values(&self, cell: &str) -> Option<Vec<bool>> {
        if self.is_nothing(cell) {
            return Some(vec![false; self.labels.len()]);
        }
        if cells::is_unknown(cell) {
            return None;
        }
        let parts: BTreeSet<String> = split(self.separator, cell).map(str::to_lowercase).collect();
        let labels = self.labels.iter();
        Some(
            labels
                .map(|label| parts.contains(&label.to_lowercase()))
                .collect(),
        )
    }
}

fn split(separator: char, cell: &str) -> impl Iterator<Item = &str> {
    let parts = cell.split(separator).map(|part| {
        part.trim()
            .trim_matches(['[', ']', '\'', '"', '(', ')'])
            .trim()
    });
    parts.filter(|part| !part.is_empty())
}

/// "No Finding", "none", "nothing": that none of the labels holds.
fn means_nothing(label: &str) -> bool {
    label.starts_with("no ")
        || label.starts_with("no_")
        || matches!(label, "none" | "nothing" | "no" | "normal" | "empty" | "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognise(cells: &[&str]) -> Option<Tags> {
        Tags::recognise(&cells.iter().copied())
    }

    #[test]
    fn labels_that_recur_in_other_company_are_tags() {
        for separator in ["|", ";", ",", ", ", " "] {
            let sets: [&[&str]; 8] = [
                &["No Finding"],
                &["hat"],
                &["glasses"],
                &["beard"],
                &["hat", "glasses"],
                &["hat", "beard"],
                &["glasses", "beard"],
                &["hat", "glasses", "beard"],
            ];
            let mut cells: Vec<String> = sets.iter().map(|set| set.join(separator)).collect();
            if separator == " " {
                cells[0] = "none".into();
            }
            let twice: Vec<&str> = cells.iter().chain(&cells).map(String::as_str).collect();
            let tags = recognise(&twice).expect(separator);
            assert_eq!(tags.labels, ["beard", "glasses", "hat"], "{separator:?}");
            assert_eq!(tags.values(&cells[0]), Some(vec![false; 3]));
            assert_eq!(tags.values(&cells[4]), Some(vec![false, true, true]));
            assert_eq!(tags.values("NaN"), None);
        }
    }

    #[test]
    fn phrases_and_places_are_no_tags() {
        let shades = [
            "light red",
            "dark red",
            "light blue",
            "dark blue",
            "light green",
            "dark green",
        ];
        assert_eq!(recognise(&[shades, shades].concat()), None);
        let places = ["Lyon, France", "Paris, France", "Nice, France"];
        assert_eq!(recognise(&[places, places].concat()), None);
        assert_eq!(recognise(&["red", "blue", "red", "blue"]), None);
        assert_eq!(recognise(&["and/or", "and/or", "x", "x"]), None);
    }

    #[test]
    fn lists_of_json_and_python_are_tags() {
        let cells = ["['a', 'b']", "['a']", "['b']", "['a', 'b']"];
        assert_eq!(recognise(&cells).expect("lists").labels, ["a", "b"]);
    }
}
