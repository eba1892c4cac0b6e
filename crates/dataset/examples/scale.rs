//! Prints the time of reading a dataset of `CelebA`'s size: 202,599 pictures in a zip beside its text files.
//!
//! `cargo run -p modulens-dataset --example scale`

#[path = "../tests/common/mod.rs"]
mod common;

use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;

use common::{Part, folder, write, zip};
use modulens_dataset::Storage;

const IMAGES: usize = 202_599;

fn main() -> Result<(), Box<dyn Error>> {
    let parts: Vec<Part> = (1..=IMAGES)
        .map(|number| Part::stored(format!("img_align_celeba/{number:06}.jpg"), "x"))
        .collect();
    let names: Vec<String> = (0..40)
        .map(|number| format!("Attribute_{number}"))
        .collect();
    let mut attributes = format!("{IMAGES}\n{}\n", names.join(" "));
    let (mut identity, mut partition) = (String::new(), String::new());
    for number in 1..=IMAGES {
        let _ = write!(attributes, "{number:06}.jpg");
        for column in 0..40 {
            attributes += if number * (column + 3) % 7 < 3 {
                "  1"
            } else {
                " -1"
            };
        }
        attributes.push('\n');
        let _ = writeln!(identity, "{number:06}.jpg {}", number / 20 + 1);
        let _ = writeln!(partition, "{number:06}.jpg {}", number / 20 % 10 / 8);
    }
    let root = folder(&[("img_align_celeba.zip", &zip(&parts, true))]);
    let start = Instant::now();
    let storage = Storage::open(root.path().join("img_align_celeba.zip"))?;
    println!(
        "index of {} zip entries: {:?}",
        storage.entries().len(),
        start.elapsed()
    );

    write(
        root.path(),
        &[
            ("list_attr_celeba.txt", attributes.as_bytes()),
            ("identity_CelebA.txt", identity.as_bytes()),
            ("list_eval_partition.txt", partition.as_bytes()),
        ],
    );
    let start = Instant::now();
    let storage = Storage::open(root.path())?;
    println!("index of the folder with the zip: {:?}", start.elapsed());
    let start = Instant::now();
    let dataset = modulens_dataset::load(&storage, &Default::default())?;
    println!(
        "text files of {} pictures: {:?}",
        dataset.images.len(),
        start.elapsed()
    );

    let start = Instant::now();
    for index in (0..IMAGES).step_by(10) {
        dataset.image(&storage, index)?;
    }
    println!("{} single reads: {:?}", IMAGES / 10, start.elapsed());
    let start = Instant::now();
    let print = dataset.fingerprint();
    println!("fingerprint {}: {:?}", &print[..8], start.elapsed());
    Ok(())
}
