//! The labels of an image in the visitor's own columns: as they were written, or as they were corrected.

use crate::page::shell::gallery::GroundTruth;

use super::corrections::is_corrected;

impl GroundTruth {
    /// The label of an image in a column: the corrected one, else the text that was written there (a number, of which the
    /// column has only the range), else the value.
    pub fn own_label(&self, column: usize, image: usize) -> Option<&str> {
        let spec = self.columns.get(column)?;
        let value = self.given.columns.get(image, column).map(usize::from);
        let value = value.and_then(|value| spec.values.get(value));
        let value = value.map(String::as_str);
        if is_corrected(&self.corrections, &spec.name, image) {
            return value;
        }
        self.written(&spec.name, image).or(value)
    }

    /// The text of an image under the name of a column, in any case.
    pub fn written(&self, column: &str, image: usize) -> Option<&str> {
        let (names, rows) = &self.texts;
        let mut texts = names.iter().zip(rows.get(image)?);
        let text = texts.find(|(name, text)| name.eq_ignore_ascii_case(column) && !text.is_empty());
        text.map(|(_, text)| text.as_str())
    }

    /// The columns of text that are not columns of values as well, with their places.
    pub fn own_texts(&self) -> impl Iterator<Item = (usize, &String)> {
        let names = self.texts.0.iter().enumerate();
        names.filter(|(_, name)| {
            let mut columns = self.columns.iter();
            !columns.any(|column| column.name.eq_ignore_ascii_case(name))
        })
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::{Correction, NewLabel};

    use crate::page::labels::corrections::apply;
    use crate::page::results::sheet::tests::sheet;
    use crate::page::shell::gallery::GroundTruth;

    /// A corrected number was shown and saved as it came.
    #[test]
    fn a_corrected_number_was_still_the_one_that_came() {
        let truth = sheet(true).truth.expect("labels");
        assert_eq!(truth.own_label(0, 0), Some("12.5"));
        let corrections = vec![Correction {
            column: "Age".into(),
            label: NewLabel::Value("0-9".into()),
            images: vec![0],
        }];
        let truth = GroundTruth {
            given: apply(&truth.came, &[], &truth.columns, &corrections),
            corrections,
            ..GroundTruth::clone(&truth)
        };
        assert_eq!(truth.own_label(0, 0), Some("0-9"));
        assert_eq!(
            truth.own_label(0, 1),
            Some("0-9"),
            "a value that was not written"
        );
        assert_eq!(
            truth.written("place", 0),
            Some("Rome"),
            "a text of another image is none of this"
        );
        assert_eq!(truth.written("Place", 1), None);
        assert!(truth.own_texts().map(|(_, name)| name).eq(["Place"]));
    }
}
