//! Hugging Face's description of a dataset's columns, its "features": in `dataset_info.json`, and in the metadata of a
//! Parquet file.

use serde_json::Value;

/// The features of a dataset, by column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Features(Value);

impl Features {
    /// Reads them from JSON that holds them at the top or in its `info`; none where it does not.
    pub(crate) fn parse(json: &str) -> Self {
        let parsed: Option<Value> = serde_json::from_str(json).ok();
        let found = parsed.as_ref().and_then(|value| {
            let top = value.get("info").unwrap_or(value);
            top.get("features")
        });
        Self(found.cloned().unwrap_or_default())
    }

    /// The kind of a column, such as `Image` or `ClassLabel`.
    #[cfg(any(test, feature = "parquet"))]
    pub(crate) fn kind(&self, column: &[&str]) -> Option<&str> {
        self.feature(column)?.get("_type")?.as_str()
    }

    /// The names of the classes that numbers in a column (or in its lists) stand for.
    pub(crate) fn classes(&self, column: &[&str]) -> Option<Vec<String>> {
        let names = self.feature(column)?.get("names")?.as_array()?;
        let names = names.iter().map(|name| name.as_str().map(str::to_owned));
        names.collect()
    }

    /// The feature at a path of names, in lists where there are any.
    fn feature(&self, column: &[&str]) -> Option<&Value> {
        let mut at = &self.0;
        for name in column {
            at = element(at).get(name)?;
        }
        Some(element(at))
    }
}

/// The feature of a list's elements; a feature that is no list is its own.
fn element(mut feature: &Value) -> &Value {
    loop {
        let inner = match feature {
            Value::Array(elements) => elements.first(),
            Value::Object(fields) if fields.contains_key("_type") => fields.get("feature"),
            _ => None,
        };
        match inner {
            Some(inner) => feature = inner,
            None => return feature,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_kinds_are_found_in_lists_too() {
        let json = r#"{"info": {"features": {
            "image": {"_type": "Image"},
            "label": {"names": ["cat", "dog"], "_type": "ClassLabel"},
            "tags": {"feature": {"names": ["a"], "_type": "ClassLabel"}, "_type": "Sequence"},
            "objects": {"feature": {"category": {"names": ["x"], "_type": "ClassLabel"}}, "_type": "Sequence"},
            "old": [{"names": ["y"], "_type": "ClassLabel"}]
        }}}"#;
        let features = Features::parse(json);
        let first = |column: &[&str]| {
            features
                .classes(column)
                .and_then(|names| names.into_iter().next())
        };
        assert_eq!(features.kind(&["image"]), Some("Image"));
        assert_eq!(first(&["label"]).as_deref(), Some("cat"));
        assert_eq!(first(&["tags"]).as_deref(), Some("a"));
        assert_eq!(first(&["objects", "category"]).as_deref(), Some("x"));
        assert_eq!(first(&["old"]).as_deref(), Some("y"));
        assert_eq!(first(&["image"]), None);
        assert_eq!(Features::parse("[1").kind(&["image"]), None);
    }
}
