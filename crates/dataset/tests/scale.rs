//! How long `CelebA`'s size takes. `cargo test -p modulens-dataset --test scale -- --ignored --nocapture`

mod common;

use std::fmt::Write as _;
use std::time::Instant;

use common::{Part, folder, load, write, zip};
use modulens_dataset::Storage;

const IMAGES: usize = 202_599;

#[test]
#[ignore = "a measurement"]
fn celeba_s_size() {
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
    let storage = Storage::open(root.path().join("img_align_celeba.zip")).expect("opens");
    println!(
        "index of {} zip entries: {:?}",
        storage.entries().len(),
        start.elapsed()
    );
    assert_eq!(storage.entries().len(), IMAGES);

    write(
        root.path(),
        &[
            ("list_attr_celeba.txt", attributes.as_bytes()),
            ("identity_CelebA.txt", identity.as_bytes()),
            ("list_eval_partition.txt", partition.as_bytes()),
        ],
    );
    let start = Instant::now();
    let storage = Storage::open(root.path()).expect("opens");
    println!("index of the folder with the zip: {:?}", start.elapsed());
    let start = Instant::now();
    let dataset = modulens_dataset::load_blocking(&storage, &Default::default()).expect("loads");
    println!(
        "text files of {} pictures: {:?}",
        dataset.images.len(),
        start.elapsed()
    );
    assert_eq!(dataset.images.len(), IMAGES);
    assert!(
        dataset.report.to_string().contains("non-commercial"),
        "the official size brings its terms"
    );

    let start = Instant::now();
    for index in (0..IMAGES).step_by(10) {
        assert_eq!(
            dataset.image_blocking(&storage, index).expect("there"),
            b"x"
        );
    }
    println!("{} single reads: {:?}", IMAGES / 10, start.elapsed());
    let start = Instant::now();
    let print = dataset.fingerprint();
    println!("fingerprint {}: {:?}", &print[..8], start.elapsed());
    assert!(load(root.path()).is_ok());
}
