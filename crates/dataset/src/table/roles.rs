//! Columns that are no attributes: the image's name, the split, the group, an index.

use modulens_schema::Split;

use super::cells;

/// The words of a heading, in small letters: `ImageID`, `image_id` and `Image ID` are `image`, `id`.
fn words(heading: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in heading.chars() {
        if !c.is_alphanumeric() || (lower && c.is_uppercase()) {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The likelihood that a column of this heading names images: 2 for words such as "file", 1 for "id" and "name", else 0.
pub(crate) fn image_rank(heading: &str) -> u8 {
    let words = words(heading);
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if any(&[
        "file",
        "filename",
        "filepath",
        "files",
        "image",
        "images",
        "img",
        "picture",
        "photo",
        "path",
        "filenames",
        "imagename",
        "datei",
        "bild",
        "fichier",
        "fname",
    ]) {
        2
    } else {
        u8::from(any(&["id", "name", "key", "url", "uri", "ids"]))
    }
}

/// Returns true for the heading of a column that only counts or names rows.
pub(crate) fn is_index(heading: &str) -> bool {
    let words = words(heading);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        [] | ["index" | "idx" | "id" | "nr" | "no" | "row" | "uid" | "uuid"]
            | ["unnamed", "0"]
            | ["row", _]
    ) || (words.len() > 1 && matches!(words.last(), Some(&"id" | &"ids" | &"index" | &"uuid")))
}

/// Returns true for a heading that says that the column's numbers are classes, not amounts.
pub(crate) fn is_class(heading: &str) -> bool {
    words(heading).iter().any(|word| {
        matches!(
            word.as_str(),
            "label"
                | "labels"
                | "class"
                | "classes"
                | "category"
                | "target"
                | "cls"
                | "kind"
                | "type"
        )
    })
}

/// Returns true for a heading that says that the column is the split; its cells are to be looked at all the same.
pub(crate) fn is_split(heading: &str) -> bool {
    let words = words(heading);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["split" | "partition" | "subset" | "set" | "fold" | "phase"]
            | ["data" | "dataset", "split" | "set" | "part"]
            | ["train", "val" | "test", ..]
            | [.., "partition"]
    )
}

/// Returns true for a split's heading whose cells cannot be anything else, so that a strange one is an error.
pub(crate) fn is_surely_split(heading: &str) -> bool {
    let words = words(heading);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["split"] | [.., "partition"])
}

/// Returns true for the heading of a group: a person, a product, an item.
pub(crate) fn is_group(heading: &str) -> bool {
    let words = words(heading);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let numbered = words.len() > 1 && matches!(words.last(), Some(&"id" | &"no" | &"nr"));
    if numbered {
        words.pop();
    }
    match words.as_slice() {
        ["product" | "item" | "article" | "object" | "style" | "family" | "animal" | "scene"] => {
            numbered
        }
        ["group" | "identity" | "person" | "subject" | "patient" | "celeb" | "celebrity"]
        | ["productid" | "personid" | "patientid" | "subjectid" | "groupid" | "itemid" | "sku"]
        | [
            "identity" | "person" | "patient" | "product" | "subject",
            "name",
        ] => true,
        _ => false,
    }
}

/// A split by its usual names; numbers are CelebA's codes.
pub(crate) fn parse_split(name: &str) -> Option<Split> {
    let code = match cells::NumberForm::Point.parse(name) {
        Some(0.0) => "train",
        Some(1.0) => "val",
        Some(2.0) => "test",
        Some(_) => return None,
        None => name,
    };
    // Words that say it in a cell, but may be anything as the name of a folder.
    match code.to_ascii_lowercase().as_str() {
        "trn" => Some(Split::Train),
        "eval" => Some(Split::Val),
        "tst" | "gallery" | "query" => Some(Split::Test),
        _ => split_of_folder(code),
    }
}

/// The part that a folder or a table is called by.
pub(crate) fn split_of_folder(name: &str) -> Option<Split> {
    match name.to_ascii_lowercase().as_str() {
        "train" | "training" | "train_set" | "trainset" => Some(Split::Train),
        "val" | "valid" | "validation" | "dev" => Some(Split::Val),
        "test" | "testing" | "test_set" | "testset" => Some(Split::Test),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_read_as_people_write_them() {
        for heading in [
            "file",
            "img_filename",
            "ImageId",
            "Image Path",
            "file_name",
            "Datei",
        ] {
            assert_eq!(image_rank(heading), 2, "{heading}");
        }
        assert_eq!(
            (
                image_rank("id"),
                image_rank("product_name"),
                image_rank("age")
            ),
            (1, 1, 0)
        );
        for heading in ["", "index", "Unnamed: 0", "id", "img_id", "rowId"] {
            assert!(is_index(heading), "{heading}");
        }
        assert!(!is_index("paid") && !is_index("index finger") && !is_index("name"));
        assert!(is_split("split") && is_split("Data Split") && is_split("eval_partition"));
        for heading in [
            "group",
            "person_id",
            "PatientID",
            "patient id",
            "productId",
            "identity_name",
        ] {
            assert!(is_group(heading), "{heading}");
        }
        assert!(!is_group("product") && !is_group("style") && !is_group("personal"));
    }

    #[test]
    fn numbers_of_classes_have_their_headings() {
        assert!(is_class("label") && is_class("class_id") && is_class("Target"));
        assert!(!is_class("age") && !is_class("classic"));
    }

    #[test]
    fn splits_have_names_and_codes() {
        let of = |names: [&str; 3]| names.map(parse_split);
        let all = [Some(Split::Train), Some(Split::Val), Some(Split::Test)];
        assert_eq!(of(["train", "valid", "Test"]), all);
        assert_eq!(of(["0", "1.0", "2"]), all);
        assert_eq!(of(["3", "holdout", ""]), [None; 3]);
    }
}
