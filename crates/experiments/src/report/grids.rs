//! The results of a few queries: one row of images for every query, method under method.

use maud::{Markup, html};

use super::html::wide;
use super::pictures::{Album, SIDE};
use crate::compare::{Comparison, Example, MethodFigures, Shown};

/// The section, or nothing where no method has examples.
pub(super) fn render(found: &Comparison, album: &Album) -> Markup {
    let methods = found.methods.iter();
    let methods: Vec<&MethodFigures> = methods
        .filter(|method| !method.examples.is_empty())
        .collect();
    html! {
        @if let Some(first) = methods.first() {
            h2 { "What a query finds" }
            p {
                "The picture on the left is asked with, under the task named above it; the eight most similar others of the \
                 split follow. Framed and ticked: the same value. Crossed: another one. Which pictures are asked with is \
                 drawn by chance, once for all methods."
            }
            @for (place, example) in first.examples.iter().enumerate() {
                h3 { (asked(example, album)) }
                @for method in &methods {
                    @if let Some(example) = method.examples.get(place) { (answer(&method.name, example, album)) }
                }
            }
        }
    }
}

/// The pictures that a method finds.
fn answer(method: &str, example: &Example, album: &Album) -> Markup {
    let is_right = |shown: &Shown| shown.value == example.query.value;
    let right = example.found.iter().filter(|shown| is_right(shown)).count();
    html! {
        p.faint.answer { (method) ": " (right) " of " (example.found.len()) }
        (wide(&html! {
            div.pictures {
                (picture(&example.query, "query", "asked with", album))
                @for shown in &example.found {
                    @if is_right(shown) { (picture(shown, "right", "the same value", album)) }
                    @else { (picture(shown, "wrong", "another value", album)) }
                }
            }
        }))
    }
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

fn picture(shown: &Shown, class: &str, says: &str, album: &Album) -> Markup {
    html! {
        @if let Some(address) = album.address(&shown.image) {
            span class=(class) {
                img src=(address) width=(SIDE) height=(SIDE) alt={ (shown.image) ": " (says) };
            }
        }
    }
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
        let picture = picture(&shown, "right", "same", &Album::default());
        assert_eq!(picture.into_string(), "");
    }
}
