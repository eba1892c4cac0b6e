//! The text files of the official layout.

use std::fmt::Write as _;

use modulens_schema::Split;

use super::attributes::{ATTRIBUTES, Marks};
use super::measures::{COLUMNS, Measures};
use crate::SynthError;
use crate::staging::Staging;

/// The text files' record of one image.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) number: usize,
    pub(super) identity: usize,
    pub(super) split: Split,
    pub(super) marks: Marks,
    /// Image-left eye, image-right eye, nose, mouth corners: x, y in pixels.
    pub(super) landmarks: [[i32; 2]; 5],
    pub(super) measures: Measures,
}

/// Two pictures that differ in one attribute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) attribute: &'static str,
}

/// The file name of a picture, `000001.jpg`.
pub(super) fn name(number: usize) -> String {
    format!("{number:06}.jpg")
}

/// Writes all text files; `records` are in the order of their numbers.
pub(super) fn write(
    staging: &Staging,
    records: &[Record],
    pairs: &[Pair],
) -> Result<(), SynthError> {
    staging.write("Anno/list_attr_celeba.txt", attributes(records).as_bytes())?;
    staging.write("Anno/list_attr_unknown.txt", unknown(records).as_bytes())?;
    staging.write(
        "Anno/list_landmarks_align_celeba.txt",
        landmarks(records).as_bytes(),
    )?;
    staging.write("Anno/list_bbox_celeba.txt", boxes(records).as_bytes())?;
    let mut identity = String::new();
    let mut partition = String::new();
    for record in records {
        let name = name(record.number);
        let part = match record.split {
            Split::Train => 0,
            Split::Val => 1,
            Split::Test => 2,
        };
        let _ = writeln!(identity, "{name} {}", record.identity);
        let _ = writeln!(partition, "{name} {part}");
    }
    staging.write("Anno/identity_CelebA.txt", identity.as_bytes())?;
    staging.write("Eval/list_eval_partition.txt", partition.as_bytes())?;
    let mut table = String::from("image_a,image_b,attribute\n");
    for pair in pairs {
        let _ = writeln!(
            table,
            "{},{},{}",
            name(pair.a),
            name(pair.b),
            pair.attribute
        );
    }
    staging.write("counterfactuals.csv", table.as_bytes())?;
    staging.write("measurements.csv", measurements(records).as_bytes())
}

/// The numbers of each picture; a cell is empty where there is nothing to measure.
fn measurements(records: &[Record]) -> String {
    let mut out = format!("id,{}\n", COLUMNS.join(","));
    for record in records {
        out.push_str(&name(record.number));
        for measure in record.measures {
            match measure {
                Some(number) => {
                    let _ = write!(out, ",{number:.1}");
                }
                None => out.push(','),
            }
        }
        out.push('\n');
    }
    out
}

/// Count, names, then a row of 1 and -1 per picture. Unknown is written as -1, as the format knows nothing else.
fn attributes(records: &[Record]) -> String {
    let mut out = format!("{}\n{} \n", records.len(), ATTRIBUTES.join(" "));
    for record in records {
        out.push_str(&name(record.number));
        for mark in record.marks.all() {
            let _ = write!(out, " {:>2}", if *mark == Some(true) { 1 } else { -1 });
        }
        out.push('\n');
    }
    out
}

/// The attributes of each picture whose value carries no information.
fn unknown(records: &[Record]) -> String {
    let mut out = String::new();
    for record in records {
        out.push_str(&name(record.number));
        for (attribute, mark) in ATTRIBUTES.iter().zip(record.marks.all()) {
            if mark.is_none() {
                let _ = write!(out, " {attribute}");
            }
        }
        out.push('\n');
    }
    out
}

fn landmarks(records: &[Record]) -> String {
    let mut out = format!(
        "{}\nlefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x rightmouth_y\n",
        records.len()
    );
    for record in records {
        out.push_str(&name(record.number));
        for value in record.landmarks.iter().flatten() {
            let _ = write!(out, " {value:>3}");
        }
        out.push('\n');
    }
    out
}

/// There is no picture in the wild that the aligned one was cut from: the box is the whole picture.
fn boxes(records: &[Record]) -> String {
    let mut out = format!("{}\nimage_id x_1 y_1 width height\n", records.len());
    for record in records {
        let _ = writeln!(out, "{}    0   0 178 218", name(record.number));
    }
    out
}
