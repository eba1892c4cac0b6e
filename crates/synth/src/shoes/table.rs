//! The text tables beside the pictures, and the counts of the summary.

use std::fmt::Write as _;

use super::catalogue::{Product, split_sizes};
use super::vocabulary::{Category, Closure, Gender, HeelHeight};
use crate::{Summary, TaskCount};

/// `meta-data.csv`: one row for each picture, in the order of `image-path.mat`.
///
/// No value holds a comma or a quote, so none needs quoting.
pub(super) fn metadata(products: &[Product]) -> String {
    let mut csv = String::from(
        "CID,Category,SubCategory,HeelHeight,Insole,Closure,Gender,Material,ToeStyle\n",
    );
    for product in products {
        let cells = &product.cells;
        for &colour in &product.colours {
            let row = [
                product.cid(colour).as_str(),
                product.design.category.name(),
                product.design.sub.name(),
                &cells.heel,
                &cells.insole,
                &cells.closure,
                &cells.gender,
                &cells.material,
                &cells.toe,
            ]
            .join(",");
            csv.push_str(&row);
            csv.push('\n');
        }
    }
    csv
}

/// `measurements.csv`: the numbers behind the labels of each picture, in the order of `image-path.mat`.
pub(super) fn measurements(products: &[Product]) -> String {
    let mut csv = String::from("id,heel_cm,shaft_cm,length_cm,toe_point_percent\n");
    for product in products {
        let design = &product.design;
        for &colour in &product.colours {
            // Writing to a string cannot fail.
            let _ = writeln!(
                csv,
                "{},{:.2},{:.2},{:.2},{:.1}",
                product.cid(colour),
                design.heel_cm,
                design.shaft,
                design.length,
                100.0 * design.point
            );
        }
    }
    csv
}

/// `list_eval_partition.txt`: `CID 0|1|2` for train, val and test.
pub(super) fn partition(products: &[Product]) -> String {
    let mut text = String::new();
    for product in products {
        for &colour in &product.colours {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {}", product.cid(colour), product.split as u8);
        }
    }
    text
}

/// The summary of the gallery. A cell with two values counts as unknown, as the reader takes it.
pub(super) fn summary(products: &[Product], images: usize) -> Summary {
    let count = |name: &str, values: Vec<&str>, cell: &dyn Fn(&Product) -> String| {
        let mut task = TaskCount {
            name: name.into(),
            values: values.iter().map(|&value| (value.into(), 0)).collect(),
            unknown: 0,
        };
        for product in products {
            let value = cell(product);
            match task.values.iter_mut().find(|(known, _)| *known == value) {
                Some((_, count)) => *count += product.colours.len(),
                None => task.unknown += product.colours.len(),
            }
        }
        task
    };
    Summary {
        images,
        groups: products.len(),
        splits: split_sizes(images),
        counterfactuals: 0,
        tasks: vec![
            count(
                "Category",
                Category::ALL.iter().map(|value| value.name()).collect(),
                &|product| product.design.category.name().into(),
            ),
            count(
                "Closure",
                Closure::ALL.iter().map(|value| value.name()).collect(),
                &|product| product.cells.closure.clone(),
            ),
            count(
                "Gender",
                Gender::ALL.iter().map(|value| value.name()).collect(),
                &|product| product.cells.gender.clone(),
            ),
            count(
                "HeelHeight",
                HeelHeight::ALL.iter().map(|value| value.name()).collect(),
                &|product| product.cells.heel.clone(),
            ),
        ],
    }
}
