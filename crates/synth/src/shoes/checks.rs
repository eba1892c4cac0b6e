//! Tests of the catalogue as a whole: balance, independence of the tasks, and that labels are in the pixels.

use super::catalogue::plan;
use super::design::Design;
use super::dice::Dice;
use super::draw::{SIDE, render};
use super::look::Look;
use super::vocabulary::{Category, Closure, Gender, HeelHeight};

const NAMES: [&str; 4] = ["Category", "Closure", "Gender", "HeelHeight"];
const VALUES: [usize; 4] = [4, 6, 4, 7];

/// Labels of every picture of the default gallery.
fn labels() -> Vec<[usize; 4]> {
    let mut labels = Vec::new();
    for product in plan(16_000, super::ShoesConfig::default().seed) {
        let design = &product.design;
        let row = [
            design.category as usize,
            design.closure as usize,
            design.gender as usize,
            design.heel as usize,
        ];
        labels.extend(product.colours.iter().map(|_| row));
    }
    labels
}

/// The contingency table of two tasks: the count of each pair of values.
fn contingency(labels: &[[usize; 4]], a: usize, b: usize) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; VALUES[b]]; VALUES[a]];
    for row in labels {
        table[row[a]][row[b]] += 1;
    }
    table
}

/// Mutual information over the smaller entropy: 1 when one task determines the other.
fn dependence(table: &[Vec<usize>]) -> f64 {
    let total: usize = table.iter().flatten().sum();
    let share = |count: usize| count as f64 / total as f64;
    let rows: Vec<f64> = table.iter().map(|row| share(row.iter().sum())).collect();
    let columns: Vec<f64> = (0..table[0].len())
        .map(|column| share(table.iter().map(|row| row[column]).sum()))
        .collect();
    let entropy = |shares: &[f64]| -> f64 {
        shares
            .iter()
            .filter(|&&p| p > 0.0)
            .map(|p| -p * p.ln())
            .sum()
    };
    let mut mutual = 0.0;
    for (row, p) in table.iter().zip(&rows) {
        for (&count, q) in row.iter().zip(&columns) {
            if count > 0 {
                mutual += share(count) * (share(count) / (p * q)).ln();
            }
        }
    }
    mutual / entropy(&rows).min(entropy(&columns))
}

#[test]
fn values_are_balanced_and_tasks_do_not_determine_each_other() {
    let labels = labels();
    assert_eq!(labels.len(), 16_000);
    for (task, name) in NAMES.iter().enumerate() {
        for value in 0..VALUES[task] {
            let count = labels.iter().filter(|row| row[task] == value).count();
            assert!(
                count >= 640,
                "{name} value {value} has {count} pictures, below 4 %"
            );
        }
    }
    for (a, name) in NAMES.iter().enumerate() {
        for (b, other) in NAMES.iter().enumerate().filter(|&(b, _)| b != a) {
            let table = contingency(&labels, a, b);
            let shared = dependence(&table);
            println!("{name} x {other}: {shared:.3} {table:?}");
            assert!(shared < 0.6, "{name} and {other}: {shared:.3}");
            for (value, row) in table.iter().enumerate() {
                let with = row.iter().filter(|&&count| count >= 20).count();
                assert!(
                    with >= 2,
                    "{name} value {value} goes with {row:?} of {other}"
                );
            }
        }
    }
}

/// The picture at 64 x 64, by nearest neighbours, of one design under one plain look.
fn thumbnail(design: &Design) -> Vec<u8> {
    let mut look = Look::sample(design, &mut Dice::new(1, "look", 1));
    look.noise = 0.0;
    let rgb = render(design, &look).unwrap();
    let mut small = Vec::new();
    for y in 0..64 {
        for x in 0..64 {
            let at = ((y * SIDE / 64) * SIDE + x * SIDE / 64) * 3;
            small.extend(&rgb[at..at + 3]);
        }
    }
    small
}

fn differing(a: &[u8], b: &[u8]) -> usize {
    a.chunks(3)
        .zip(b.chunks(3))
        .filter(|(p, q)| p.iter().zip(*q).any(|(&u, &v)| u.abs_diff(v) > 24))
        .count()
}

#[test]
fn a_closure_alone_is_seen_in_a_thumbnail() {
    for category in [Category::Boots, Category::Shoes] {
        for gender in [Gender::Men, Gender::Girls] {
            let mut dice = Dice::new(8, "closures", 0);
            let heel = HeelHeight::From1;
            let base = Design::with_labels(category, Closure::LaceUp, gender, heel, &mut dice);
            let thumbnails: Vec<Vec<u8>> = Closure::ALL
                .iter()
                .map(|&closure| {
                    thumbnail(&Design {
                        closure,
                        ..base.clone()
                    })
                })
                .collect();
            for (index, a) in thumbnails.iter().enumerate() {
                for b in &thumbnails[..index] {
                    let pixels = differing(a, b);
                    assert!(
                        pixels > 25,
                        "{category:?} {gender:?}: {pixels} pixels differ"
                    );
                }
            }
        }
    }
}

#[test]
fn a_higher_heel_stands_higher_in_the_picture() {
    let height = |heel| {
        let mut dice = Dice::new(8, "heels", 0);
        let design = Design::with_labels(
            Category::Shoes,
            Closure::Buckle,
            Gender::Women,
            heel,
            &mut dice,
        );
        let thumbnail = thumbnail(&design);
        let ink: Vec<usize> = (0..64)
            .filter(|y| {
                thumbnail[y * 192..y * 192 + 192]
                    .iter()
                    .any(|&value| value < 150)
            })
            .collect();
        ink.last().unwrap() - ink[0]
    };
    let heights: Vec<usize> = HeelHeight::ALL.iter().map(|&heel| height(heel)).collect();
    assert!(
        heights.windows(2).all(|pair| pair[1] > pair[0]),
        "{heights:?}"
    );
}

#[test]
fn a_childs_shoe_is_smaller() {
    let ink = |gender| {
        let mut dice = Dice::new(4, "sizes", 0);
        let heel = HeelHeight::Under1;
        let design = Design::with_labels(Category::Shoes, Closure::LaceUp, gender, heel, &mut dice);
        let columns = thumbnail(&design);
        (0..64)
            .filter(|x| (0..64).any(|y| columns[(y * 64 + x) * 3..][..3].iter().any(|&v| v < 150)))
            .count()
    };
    let widths = [Gender::Men, Gender::Women, Gender::Boys, Gender::Girls].map(ink);
    assert!(
        widths[0] > widths[1] && widths[1] > widths[2] + 6 && widths[1] > widths[3] + 6,
        "{widths:?}"
    );
}
