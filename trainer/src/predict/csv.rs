//! Predictions as comma-separated values: RFC 4180, <https://www.rfc-editor.org/rfc/rfc4180>.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use modulens_training::error::TrainerError;

use super::columns;
use super::network::Predicted;

/// The header.
pub(super) fn header(names: &[String]) -> Result<String, TrainerError> {
    let names = names.iter().map(|name| harmless(name));
    written([std::iter::once(Cow::Borrowed("image")).chain(names)])
}

/// The lines of some images.
pub(super) fn lines(ids: &[&str], predicted: &Predicted) -> Result<String, TrainerError> {
    written(ids.iter().enumerate().map(|(image, id)| {
        let numbers = columns::row(predicted, image).map(|p| Cow::Owned(p.to_string()));
        std::iter::once(harmless(id)).chain(numbers)
    }))
}

/// A text that no spreadsheet takes for a formula, as in the table that the page saves.
fn harmless(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

fn written<'a, R: Iterator<Item = Cow<'a, str>>>(
    records: impl IntoIterator<Item = R>,
) -> Result<String, TrainerError> {
    let says =
        |error: String| TrainerError::Message(format!("the table cannot be written: {error}"));
    let mut builder = WriterBuilder::new();
    let mut writer = builder.terminator(Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        let cells = record.map(Cow::into_owned);
        writer
            .write_record(cells)
            .map_err(|error| says(error.to_string()))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| says(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| says(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_have_to_be_and_never_a_formula() {
        let head = header(&["=A=no".into(), "B=x, \"y\"".into()]).expect("writes");
        assert_eq!(head, "image,'=A=no,\"B=x, \"\"y\"\"\"\r\n");
        let predicted = Predicted {
            images: 2,
            probabilities: vec![vec![0.25, 0.75, 1.0, 0.0], vec![1e-7, 0.5]],
            ..Predicted::default()
        };
        let rows = lines(&["+1.jpg", "a\nb,c.jpg"], &predicted).expect("writes");
        assert_eq!(
            rows,
            "'+1.jpg,0.25,0.75,0.0000001\r\n\"a\nb,c.jpg\",1,0,0.5\r\n"
        );
    }
}
