//! Matching of a table's rows to images by name.
//!
//! A name is tried in four forms, each weaker than the one before: as written; without regard to capital letters and
//! Unicode normal form; without extension; as a number without leading zeros. In each form it may be the image's path from
//! the table's folder, its path from the top, or the end of exactly one path. A name with more folders than the image
//! (`C:\Users\me\set\cats\1.png`) matches where the image's whole path is its end, or where the folders left over are the
//! same in every row. A name that fits several images matches none, and an image is taken by the strongest match only.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::storage::{Entry, path};

/// The form in which a row's name was equal to an image's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// As written, with or without folders.
    Exact,
    /// As written, after folders that the images do not have.
    ExactEnd,
    /// In small letters, in normal form C.
    Letters,
    /// The same, after folders that the images do not have.
    LettersEnd,
    /// Without extension.
    Stem,
    /// The same, after folders that the images do not have.
    StemEnd,
    /// As numbers: `1` and `1.0` for `000001.jpg`.
    Number,
    /// The same, after folders that the images do not have.
    NumberEnd,
}

impl Rule {
    const ALL: [Self; 8] = [
        Self::Exact,
        Self::ExactEnd,
        Self::Letters,
        Self::LettersEnd,
        Self::Stem,
        Self::StemEnd,
        Self::Number,
        Self::NumberEnd,
    ];

    fn form(self) -> Form {
        match self {
            Self::Exact | Self::ExactEnd => Form::Written,
            Self::Letters | Self::LettersEnd => Form::Letters,
            Self::Stem | Self::StemEnd => Form::Stem,
            Self::Number | Self::NumberEnd => Form::Number,
        }
    }

    /// Folders of the written name may be left over.
    fn drops_folders(self) -> bool {
        matches!(
            self,
            Self::ExactEnd | Self::LettersEnd | Self::StemEnd | Self::NumberEnd
        )
    }

    /// Returns true if only the number in the name is equal.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::NumberEnd)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Exact => "as written",
            Self::ExactEnd => "by the end of their path",
            Self::Letters => "but for capital letters or accents' form",
            Self::LettersEnd => "by the end of their path, but for capital letters",
            Self::Stem => "but for the extension",
            Self::StemEnd => "by the end of their path, but for the extension",
            Self::Number => "by number only (1 for 0001)",
            Self::NumberEnd => "by number only, at the end of their path",
        })
    }
}

/// The reason why a row names no image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The cell is empty or leads out of the dataset.
    NoName,
    /// No image has the name.
    Unknown,
    /// Several images have the name: two of them.
    Ambiguous(usize, usize),
    /// An earlier row has the same name.
    Twice,
    /// Other rows fit the same image, no better than this one.
    Contested(usize),
    /// The image is another row's, which fits better.
    Taken(usize),
}

impl Mismatch {
    /// The reason for the report, the same words for the same kind.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::NoName => "row without the name of a picture",
            Self::Unknown => "no such picture",
            Self::Ambiguous(..) => "several pictures have this name; write the path",
            Self::Twice => "listed twice, the first row is used",
            Self::Contested(_) => "several rows fit one picture equally well; write its full name",
            Self::Taken(_) => "no such picture; the one most like it has a row of its own",
        }
    }

    /// The images that were candidates.
    pub(crate) fn candidates(&self) -> Vec<usize> {
        match *self {
            Self::NoName | Self::Unknown | Self::Twice => Vec::new(),
            Self::Ambiguous(a, b) => vec![a, b],
            Self::Contested(a) | Self::Taken(a) => vec![a],
        }
    }
}

/// A row's image and the rule by which it was found, or the reason why there is none.
pub(crate) type Matched = Result<(usize, Rule), Mismatch>;

#[derive(Clone, Copy, Debug)]
enum Form {
    Written,
    Letters,
    Stem,
    Number,
}

/// The image of a key, or two that share it.
#[derive(Clone, Copy, Debug)]
enum Hit {
    One(usize),
    Many(usize, usize),
}

impl Hit {
    fn add(self, entry: usize) -> Self {
        match self {
            Self::One(first) if first != entry => Self::Many(first, entry),
            same => same,
        }
    }
}

/// The images by whole path and by every end of it, in one form.
#[derive(Debug, Default)]
struct Index {
    whole: HashMap<String, Hit>,
    ends: HashMap<String, Hit>,
}

/// All images of a dataset, to be found by name.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    entries: &'a [Entry],
    images: &'a [usize],
    /// Length of the folder path that all images share.
    shared: usize,
    indexes: [OnceCell<Index>; 4],
}

impl<'a> Names<'a> {
    /// Images are indices of entries.
    pub(crate) fn new(entries: &'a [Entry], images: &'a [usize]) -> Self {
        let paths: Vec<&str> = images.iter().map(|&at| entries[at].path.as_str()).collect();
        Self {
            entries,
            images,
            shared: path::shared_folder(&paths),
            indexes: Default::default(),
        }
    }

    /// Matches the cells of a column, written in a table in the folder `base`.
    pub(crate) fn match_all(&self, base: &str, cells: &[&str]) -> Vec<Matched> {
        self.match_by(&Rule::ALL, base, cells)
    }

    /// The number of cells that name an image as written.
    pub(crate) fn exact(&self, base: &str, cells: &[&str]) -> usize {
        let rules = &[Rule::Exact, Rule::ExactEnd];
        let found = self.match_by(rules, base, cells);
        found.iter().filter(|found| found.is_ok()).count()
    }

    fn match_by(&self, rules: &[Rule], base: &str, cells: &[&str]) -> Vec<Matched> {
        let names: Vec<Option<String>> = cells.iter().map(|cell| clean(cell, base)).collect();
        let constant = constant_folder(&names);
        let mut found: Vec<Option<Matched>> = names
            .iter()
            .map(|name| match name {
                None => Some(Err(Mismatch::NoName)),
                Some(_) => None,
            })
            .collect();
        // The row that has an image, and how it found it.
        let mut owners: HashMap<usize, usize> = HashMap::new();
        for &rule in rules {
            let mut hits: HashMap<usize, Vec<usize>> = HashMap::new();
            for (row, name) in names.iter().enumerate() {
                let (Some(name), None) = (name, &found[row]) else {
                    continue;
                };
                match self.look_up(rule, base, name, constant) {
                    None => {}
                    Some(Hit::Many(a, b)) => found[row] = Some(Err(Mismatch::Ambiguous(a, b))),
                    Some(Hit::One(entry)) => hits.entry(entry).or_default().push(row),
                }
            }
            for (entry, rows) in hits {
                let taken = owners.contains_key(&entry);
                let same = rows.iter().all(|&row| names[row] == names[rows[0]]);
                for (place, &row) in rows.iter().enumerate() {
                    found[row] = Some(match (taken, place) {
                        (true, _) => Err(Mismatch::Taken(entry)),
                        (false, 0) if same || rule == Rule::Exact => Ok((entry, rule)),
                        (false, _) if same || rule == Rule::Exact => Err(Mismatch::Twice),
                        (false, _) => Err(Mismatch::Contested(entry)),
                    });
                }
                if !taken && (same || rule == Rule::Exact) {
                    owners.insert(entry, rows[0]);
                }
            }
        }
        let unknown = |found: Option<Matched>| found.unwrap_or(Err(Mismatch::Unknown));
        found.into_iter().map(unknown).collect()
    }

    fn look_up(&self, rule: Rule, base: &str, name: &str, constant: usize) -> Option<Hit> {
        let form = rule.form();
        let index = self.index(form);
        let key = written_key(form, name)?;
        if !rule.drops_folders() {
            let from_base = format!("{base}{name}");
            let from_base = written_key(form, &from_base);
            return from_base
                .and_then(|key| index.whole.get(key.as_ref()))
                .or_else(|| index.whole.get(key.as_ref()))
                .or_else(|| index.ends.get(key.as_ref()))
                .copied();
        }
        // From the longest end of the name on.
        for (folders, (slash, _)) in key.match_indices('/').enumerate() {
            let end = &key[slash + 1..];
            let entry = match index.ends.get(end) {
                None => continue,
                Some(Hit::Many(a, b)) => return Some(Hit::Many(*a, *b)),
                Some(Hit::One(entry)) => *entry,
            };
            let full = &self.entries[entry].path;
            let is_end = |path: &str| image_key(form, path).is_some_and(|key| key == end);
            let whole = is_end(full) || full.strip_prefix(base).is_some_and(is_end);
            let rest = folders < constant && is_end(&full[self.shared..]);
            return (whole || rest).then_some(Hit::One(entry));
        }
        None
    }

    fn index(&self, form: Form) -> &Index {
        self.indexes[form as usize].get_or_init(|| {
            let mut index = Index::default();
            for &entry in self.images {
                let Some(key) = image_key(form, &self.entries[entry].path) else {
                    continue;
                };
                let mut add = |ends: bool, key: &str| {
                    let map = if ends {
                        &mut index.ends
                    } else {
                        &mut index.whole
                    };
                    match map.get_mut(key) {
                        Some(hit) => *hit = hit.add(entry),
                        None => {
                            map.insert(key.to_owned(), Hit::One(entry));
                        }
                    }
                };
                add(false, &key);
                add(true, &key);
                for (slash, _) in key.match_indices('/') {
                    add(true, &key[slash + 1..]);
                }
            }
            index
        })
    }
}

/// The length, in folders, of the path that all names begin with; none for a table of one or two rows, where that is
/// chance.
fn constant_folder(names: &[Option<String>]) -> usize {
    let folders: Vec<Vec<&str>> = names
        .iter()
        .flatten()
        .map(|name| path::folder(name).split_terminator('/').collect())
        .collect();
    let Some(first) = folders.first().filter(|_| folders.len() > 2) else {
        return 0;
    };
    let same = |at: &usize| folders.iter().all(|parts| parts.get(*at) == first.get(*at));
    (0..first.len()).take_while(same).count()
}

/// A written name as a path: `/` between its parts, without a drive, a scheme or a root. `..` is followed from the
/// table's folder. `None` where there is no name, or it leads out.
fn clean(cell: &str, base: &str) -> Option<String> {
    let text = cell.trim().replace('\\', "/");
    let text = match text.split_once("://") {
        // The name ends where a web address' parameters begin.
        Some((_, rest)) => rest.split(['?', '#']).next().unwrap_or_default(),
        None => &text,
    };
    let text = match text.as_bytes() {
        [letter, b':', b'/', ..] if letter.is_ascii_alphabetic() => &text[2..],
        _ => text,
    };
    let climbs = text.split('/').any(|part| part == "..");
    let mut parts: Vec<&str> = Vec::new();
    if climbs {
        parts.extend(base.split_terminator('/'));
    }
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn written_key(form: Form, name: &str) -> Option<Cow<'_, str>> {
    match form {
        Form::Written | Form::Letters => image_key(form, name),
        // Only an image's extension is one: `100627.72` has none.
        Form::Stem if path::has_image_extension(name) => image_key(form, name),
        Form::Stem => image_key(Form::Letters, name),
        Form::Number => {
            let stem = match path::file_name(name).split_once('.') {
                Some((stem, zeros)) if zeros.bytes().all(|byte| byte == b'0') => stem,
                Some((stem, _)) if path::has_image_extension(name) => stem,
                Some(_) => return None,
                None => path::file_name(name),
            };
            number(path::folder(name), stem)
        }
    }
}

fn image_key(form: Form, path: &str) -> Option<Cow<'_, str>> {
    match form {
        Form::Written => Some(Cow::Borrowed(path)),
        Form::Letters => Some(small(path)),
        Form::Stem => Some(small(path.rsplit_once('.').map_or(path, |(stem, rest)| {
            if rest.contains('/') { path } else { stem }
        }))),
        Form::Number => number(path::folder(path), path::stem(path)),
    }
}

/// A number without leading zeros, in its folder.
fn number<'a>(folder: &str, stem: &str) -> Option<Cow<'a, str>> {
    let digits = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    let significant = stem.trim_start_matches('0');
    let significant = if significant.is_empty() {
        "0"
    } else {
        significant
    };
    digits.then(|| Cow::Owned(format!("{}{significant}", small(folder))))
}

fn small(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    let small = text.to_lowercase();
    match is_nfc(&small) {
        true => Cow::Owned(small),
        false => Cow::Owned(small.nfc().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(images: &[&str], base: &str, cells: &[&str]) -> Vec<Matched> {
        let entries: Vec<Entry> = images
            .iter()
            .map(|path| Entry {
                path: (*path).to_owned(),
                size: 1,
            })
            .collect();
        let all: Vec<usize> = (0..images.len()).collect();
        Names::new(&entries, &all).match_all(base, cells)
    }

    /// Every cell matches the image at its own place, by one rule.
    fn all_by(rule: Rule, images: &[&str], cells: &[&str]) {
        let expected: Vec<Matched> = (0..cells.len()).map(|at| Ok((at, rule))).collect();
        assert_eq!(find(images, "", cells), expected, "{images:?} {cells:?}");
    }

    #[test]
    fn names_are_found_as_people_and_programs_write_them() {
        let numbered = ["0001.png", "0002.png", "0010.png"];
        all_by(
            Rule::Exact,
            &["a/1.png", "b/1.png"],
            &["a/1.png", "b\\1.png"],
        );
        all_by(
            Rule::Exact,
            &["set/a/1.png", "set/b/1.png"],
            &["a/1.png", "b/1.png"],
        );
        all_by(
            Rule::Letters,
            &["IMG_1.JPG", "IMG_2.JPG"],
            &["img_1.jpg", "img_2.jpg"],
        );
        all_by(
            Rule::Letters,
            &["Sto\u{308}ckel.png"],
            &["St\u{f6}ckel.png"],
        );
        all_by(Rule::Stem, &numbered, &["0001.jpg", "0002.jpg", "0010"]);
        all_by(
            Rule::Stem,
            &["cats/1.png", "dogs/1.png"],
            &["cats/1", "dogs/1"],
        );
        all_by(Rule::Stem, &["100627.72.jpg"], &["100627.72"]);
        all_by(Rule::Number, &numbered, &["1", "2.0", "010.jpg"]);
        let windows = [
            "C:\\set\\pics\\0001.png",
            "C:\\set\\pics\\0002.png",
            "C:\\set\\pics\\0010.png",
        ];
        all_by(Rule::ExactEnd, &numbered, &windows);
        let moved = numbered.map(|name| format!("images/{name}"));
        let moved: Vec<&str> = moved.iter().map(String::as_str).collect();
        all_by(Rule::ExactEnd, &moved, &windows);
        all_by(
            Rule::ExactEnd,
            &moved,
            &["https://x.org/a/images/0001.png?s=1"],
        );
    }

    #[test]
    fn an_image_is_taken_by_the_row_that_fits_best() {
        let found = find(
            &["1.png", "01.png"],
            "",
            &["1.png", "01.png", "1", "001.png"],
        );
        assert_eq!(found[..2], [Ok((0, Rule::Exact)), Ok((1, Rule::Exact))]);
        assert_eq!(found[2], Err(Mismatch::Taken(0)));
        assert_eq!(found[3], Err(Mismatch::Ambiguous(0, 1)));
        let found = find(&["a.png"], "", &["a.png", "a.png", "A.png"]);
        assert_eq!(found[1..], [Err(Mismatch::Twice), Err(Mismatch::Taken(0))]);
    }

    #[test]
    fn nothing_is_guessed() {
        // Folders that differ from row to row say something, and are not dropped.
        let rows = ["cats/1.png", "dogs/2.png", "cats/3.png"];
        let found = find(&["birds/1.png", "birds/2.png", "birds/3.png"], "", &rows);
        assert_eq!(found, vec![Err(Mismatch::Unknown); 3]);
        let found = find(&["1.png", "2.png"], "", &["cats/1.png", "dogs/1.png"]);
        assert_eq!(found, vec![Err(Mismatch::Contested(0)); 2]);
        assert_eq!(
            find(&["a.jpg", "a.png"], "", &["a"]),
            [Err(Mismatch::Ambiguous(0, 1))]
        );
        assert_eq!(
            find(&["x/a.jpg", "y/a.jpg"], "", &["a.jpg"]),
            [Err(Mismatch::Ambiguous(0, 1))]
        );
        let out = ["../a.jpg", "", ".", "/"];
        assert_eq!(find(&["a.jpg"], "", &out), vec![Err(Mismatch::NoName); 4]);
        assert_eq!(find(&["img_1.jpg"], "", &["1"]), [Err(Mismatch::Unknown)]);
    }

    #[test]
    fn a_table_in_a_folder_means_its_neighbours_first() {
        let images = ["test/1.png", "train/1.png", "images/2.png"];
        let rows = ["1.png", "../images/2.png"];
        let expected = [Ok((1, Rule::Exact)), Ok((2, Rule::Exact))];
        assert_eq!(find(&images, "train/", &rows), expected);
    }
}
