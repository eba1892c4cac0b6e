//! The columns of a shard: the one with the images, and those that may be labels.

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::ColumnDescriptor;

use crate::hub::Features;
use crate::table::roles;

use super::labels::{Form, Leaf};
use super::source::Source;
use super::{Fault, image_extension, is_bytes, pages};

/// Names of nodes that only say that something is a list.
const LIST_NODES: [&str; 6] = ["array", "array_element", "bag", "element", "item", "list"];

/// The column of the images.
#[derive(Debug)]
pub(super) struct ImageColumn {
    /// Its heading.
    pub(super) name: String,
    /// The leaf of the encoded images.
    pub(super) bytes: usize,
    /// The leaf of their paths.
    pub(super) path: Option<Leaf>,
    /// The extension of an image without a path.
    pub(super) extension: &'static str,
}

/// The columns of a shard.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) images: Option<ImageColumn>,
    pub(super) leaves: Vec<Leaf>,
    /// Sentences on columns that are left out.
    pub(super) notes: Vec<String>,
}

impl Plan {
    /// # Errors
    /// When the first image of a column cannot be read.
    pub(super) fn of(source: &Source, metadata: &ParquetMetaData) -> Result<Self, Fault> {
        let features = features(metadata);
        let schema = metadata.file_metadata().schema_descr();
        let mut candidates = image_columns(source, metadata, &features)?;
        let named = candidates.iter().position(|column| column.name == "image");
        let images = match candidates.is_empty() {
            true => None,
            false => Some(candidates.remove(named.unwrap_or(0))),
        };
        let mut notes: Vec<String> = candidates
            .iter()
            .map(|other| format!("the images of column {:?} are left out", other.name))
            .collect();
        let of_images = |root: &str| {
            let is = |column: &ImageColumn| column.name == root;
            images.as_ref().is_some_and(is) || candidates.iter().any(is)
        };
        let mut leaves = Vec::new();
        for (index, column) in schema.columns().iter().enumerate() {
            let root = schema.get_column_root(index).name();
            if of_images(root) {
                continue;
            }
            let name = name_of(column);
            match form(column) {
                Some(form) => {
                    let parts: Vec<&str> = name.iter().map(String::as_str).collect();
                    leaves.push(Leaf {
                        index,
                        classes: features.classes(&parts),
                        name: name.join("."),
                        form,
                        is_list: column.max_rep_level() > 0,
                    });
                }
                None => notes.push(format!(
                    "column {:?} is left out: {} are no labels",
                    name.join("."),
                    kind_of(column)
                )),
            }
        }
        Ok(Self {
            images,
            leaves,
            notes,
        })
    }
}

/// What `datasets` writes into a file's metadata.
fn features(metadata: &ParquetMetaData) -> Features {
    let pairs = metadata.file_metadata().key_value_metadata();
    let found = pairs
        .into_iter()
        .flatten()
        .find(|pair| pair.key == "huggingface")
        .and_then(|pair| pair.value.as_deref());
    found.map(Features::parse).unwrap_or_default()
}

/// The columns whose first value is an image, or that are declared to be images.
fn image_columns(
    source: &Source,
    metadata: &ParquetMetaData,
    features: &Features,
) -> Result<Vec<ImageColumn>, Fault> {
    let schema = metadata.file_metadata().schema_descr();
    let mut found = Vec::new();
    for (index, column) in schema.columns().iter().enumerate() {
        let parts = column.path().parts();
        let inner: Vec<&str> = parts.iter().skip(1).map(String::as_str).collect();
        let root = schema.get_column_root(index).name();
        let fits = match inner.as_slice() {
            [] => !is_text(column),
            [inner] => *inner == "bytes",
            _ => false,
        };
        let declared = features.kind(&[root]);
        if !is_bytes(column)
            || !fits
            || declared.is_some_and(|kind| kind != "Image" && kind != "Value")
        {
            continue;
        }
        let first = pages::first(source, metadata, index)?;
        let kind = first.as_deref().and_then(image_extension);
        if kind.is_none() && (first.is_some() || inner.is_empty()) && declared != Some("Image") {
            continue;
        }
        let path = schema.columns().iter().position(|other| {
            let parts = other.path().parts();
            let beside = matches!(parts, [of, name] if of == root && name == "path");
            beside && is_bytes(other)
        });
        let leaf = |index| Leaf {
            index,
            name: "path".to_owned(),
            classes: None,
            form: Form::Text,
            is_list: false,
        };
        found.push(ImageColumn {
            name: root.to_owned(),
            bytes: index,
            path: path.map(leaf),
            extension: kind.unwrap_or("jpg"),
        });
    }
    // Those that are called so come first.
    found.sort_by_key(|column: &ImageColumn| std::cmp::Reverse(roles::image_rank(&column.name)));
    Ok(found)
}

/// The names of a column and those it lies in, without the nodes of lists.
fn name_of(column: &ColumnDescriptor) -> Vec<String> {
    let parts = column.path().parts().iter().enumerate();
    let names = parts.filter(|(at, part)| *at == 0 || !LIST_NODES.contains(&part.as_str()));
    names.map(|(_, part)| part.clone()).collect()
}

fn is_text(column: &ColumnDescriptor) -> bool {
    let logical = matches!(
        column.logical_type_ref(),
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json)
    );
    let converted = matches!(
        column.converted_type(),
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
    );
    logical || converted
}

/// The form of a leaf's values; none where they are no labels.
fn form(column: &ColumnDescriptor) -> Option<Form> {
    let unsigned = matches!(
        column.converted_type(),
        ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64
    );
    let integer = matches!(
        column.converted_type(),
        ConvertedType::NONE
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64
    );
    // Nanoseconds are told by the logical type alone.
    let logical = column.logical_type_ref();
    let plain = matches!(logical, None | Some(LogicalType::Integer(_)));
    match column.physical_type() {
        Type::BOOLEAN | Type::FLOAT | Type::DOUBLE => Some(Form::Number),
        Type::INT32 | Type::INT64 if !plain => None,
        Type::INT32 | Type::INT64 if unsigned => Some(Form::Unsigned),
        Type::INT32 | Type::INT64 => integer.then_some(Form::Number),
        Type::BYTE_ARRAY if is_text(column) => Some(Form::Text),
        _ => None,
    }
}

/// The kind of a leaf's values, for people.
fn kind_of(column: &ColumnDescriptor) -> &'static str {
    match (column.physical_type(), column.converted_type()) {
        (_, ConvertedType::DECIMAL) => "decimals",
        (Type::INT96, _) | (Type::INT32 | Type::INT64, _) => "dates and times",
        _ => "bytes",
    }
}
