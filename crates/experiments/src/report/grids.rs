//! The results of a few queries: one row of images for every query, method under method.

use std::fmt::Write as _;

use super::html::escaped;
use super::pictures::{Album, SIDE};
use crate::compare::{Comparison, Example, MethodFigures, Shown};

/// The section, or nothing where no method has examples.
pub(super) fn render(found: &Comparison, album: &Album) -> String {
    let methods: Vec<&MethodFigures> = found
        .methods
        .iter()
        .filter(|method| !method.examples.is_empty())
        .collect();
    let Some(first) = methods.first() else {
        return String::new();
    };
    let mut text = String::from(
        "\n<h2>What a query finds</h2><p>The picture on the left is asked with, under the task named above it; the eight \
         most similar others of the split follow. Framed and ticked: the same value. Crossed: another one. Which pictures \
         are asked with is drawn by chance, once for all methods.</p>",
    );
    for (place, example) in first.examples.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(text, "<h3>{}</h3>", escaped(&asked(example, album)));
        for method in &methods {
            let Some(example) = method.examples.get(place) else {
                continue;
            };
            let right = example
                .found
                .iter()
                .filter(|shown| shown.value == example.query.value)
                .count();
            let _ = write!(
                text,
                "<p class=\"faint answer\">{}: {right} of {}</p><div class=\"wide\" tabindex=\"0\"><div \
                 class=\"pictures\">{}",
                escaped(&method.name),
                example.found.len(),
                picture(&example.query, "query", "asked with", album)
            );
            for shown in &example.found {
                let (class, says) = if shown.value == example.query.value {
                    ("right", "the same value")
                } else {
                    ("wrong", "another value")
                };
                text.push_str(&picture(shown, class, says, album));
            }
            text.push_str("</div></div>");
        }
    }
    text
}

/// The task, and the value of the picture asked with.
fn asked(example: &Example, album: &Album) -> String {
    let Some(task) = album.tasks.get(example.task) else {
        return String::new();
    };
    let value = example
        .query
        .value
        .and_then(|value| task.values.get(usize::from(value)));
    match value {
        Some(value) => format!("{}: {value}", task.title()),
        None => task.title(),
    }
}

fn picture(shown: &Shown, class: &str, says: &str, album: &Album) -> String {
    let Some(address) = album.address(&shown.image) else {
        return String::new();
    };
    format!(
        "<span class=\"{class}\"><img src=\"{address}\" width=\"{SIDE}\" height=\"{SIDE}\" alt=\"{}: \
         {says}\"></span>",
        escaped(&shown.image)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_not_there_is_left_out() {
        let shown = Shown {
            image: "a.jpg".into(),
            value: None,
        };
        assert_eq!(picture(&shown, "right", "same", &Album::default()), "");
    }
}
