//! Faces that are found in images and cut out.

use std::fmt::Display;

use crate::page::library::propose::{Looked, Why};
use crate::page::ui::format;

pub const CUT: &str = "Find faces and cut them out";
pub const NONE_AT_ALL: &str = "\
    no face was found in these pictures; choose another network, or import them whole";

pub fn looking(name: &dyn Display, done: &dyn Display, total: &dyn Display) -> String {
    format!("Finding faces in \u{201c}{name}\u{201d}: {done} of {total} pictures")
}

/// The faces found in the images that were tried.
pub fn tried(faces: usize, images: usize) -> String {
    format!(
        "{} found in the {} tried",
        format::counted(faces, "face"),
        format::counted(images, "picture")
    )
}

/// The faces found in all files.
pub fn found(faces: usize, files: usize, faceless: usize) -> String {
    let found = format!(
        "{} found in {}",
        format::counted(faces, "face"),
        format::counted(files, "picture")
    );
    match faceless {
        0 => found,
        faceless => format!("{found}; {} without one", format::count(faceless)),
    }
}

pub fn embed(pictures: &dyn Display) -> String {
    format!("Import the faces in {pictures}")
}

/// The files without a face, at the end of an import; empty where there are none.
pub fn left_out(files: usize, first: &[String]) -> String {
    if files == 0 {
        return String::new();
    }
    let more = if files > first.len() { " and more" } else { "" };
    format!(
        " No face was found in {}: {}{more}.",
        format::counted(files, "picture"),
        first.join(", ")
    )
}

/// The reason for the network that is proposed; empty where there is none.
pub fn why(why: Why, looked: Option<&Looked>) -> String {
    let tried = looked.map_or(0, |looked| looked.images);
    let tried = format::counted(tried, "picture");
    match why {
        Why::Faces => {
            let with_face = looked.map_or(0, |looked| looked.with_face);
            let show = if with_face == 1 { "shows" } else { "show" };
            format!(
                "Proposed because these are photographs of people: {} of the {tried} tried {show} \
                 a face.",
                format::count(with_face)
            )
        }
        Why::Photographs => {
            "Proposed because these look like photographs, and it was trained on photographs."
                .into()
        }
        Why::Drawings => {
            "Proposed because these look like drawings, and it was trained on drawings.".into()
        }
        Why::Columns(known) => format!(
            "Proposed because it knows most of your labels: {}.",
            format::counted(known, "column")
        ),
        Why::Nothing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_are_counted_in_plain_words() {
        assert_eq!(tried(1, 8), "1 face found in the 8 pictures tried");
        assert_eq!(
            found(12, 10, 1),
            "12 faces found in 10 pictures; 1 without one"
        );
        let names = ["a.jpg".to_owned(), "b.jpg".to_owned()];
        assert_eq!(
            left_out(3, &names),
            " No face was found in 3 pictures: a.jpg, b.jpg and more."
        );
        assert_eq!(left_out(0, &[]), "");
    }
}
