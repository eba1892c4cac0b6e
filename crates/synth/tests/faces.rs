//! A small gallery of faces, read back as a reader of the official layout would.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use modulens_synth::faces::{ATTRIBUTES, FacesConfig, attributions, write};
use modulens_synth::{Summary, SynthError};
use tempfile::TempDir;

const IMAGES: usize = 300;

struct Gallery {
    home: TempDir,
    summary: Summary,
}

impl Gallery {
    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.home.path().join("faces").join(path)).unwrap()
    }

    fn picture(&self, name: &str) -> image::RgbImage {
        let path = self
            .home
            .path()
            .join("faces/Img/img_align_celeba")
            .join(name);
        image::open(path).unwrap().to_rgb8()
    }

    /// Image name to attribute to known value.
    fn labels(&self) -> HashMap<String, HashMap<String, bool>> {
        let unknown: HashSet<(String, String)> = self
            .text("Anno/list_attr_unknown.txt")
            .lines()
            .flat_map(|line| {
                let (image, names) = line.split_once(' ').unwrap();
                names
                    .split(' ')
                    .map(|name| (image.to_owned(), name.to_owned()))
                    .collect::<Vec<_>>()
            })
            .collect();
        self.text("Anno/list_attr_celeba.txt")
            .lines()
            .skip(2)
            .map(|line| {
                let mut words = line.split_whitespace();
                let image = words.next().unwrap().to_owned();
                let known = ATTRIBUTES
                    .iter()
                    .zip(words)
                    .filter(|(name, _)| !unknown.contains(&(image.clone(), (**name).to_owned())))
                    .map(|(name, value)| ((*name).to_owned(), value == "1"))
                    .collect();
                (image, known)
            })
            .collect()
    }
}

fn gallery() -> &'static Gallery {
    static GALLERY: OnceLock<Gallery> = OnceLock::new();
    GALLERY.get_or_init(|| {
        let home = tempfile::tempdir().unwrap();
        let most = AtomicUsize::new(0);
        let config = FacesConfig {
            images: IMAGES,
            seed: 11,
        };
        let summary = write(&config, &home.path().join("faces"), &|done, all| {
            assert_eq!(all, IMAGES);
            most.fetch_max(done, Ordering::Relaxed);
        })
        .unwrap();
        assert_eq!(most.into_inner(), IMAGES, "progress reaches the end");
        Gallery { home, summary }
    })
}

fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    let draw = |name: &str, threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let dir = home.path().join(name);
        let config = FacesConfig { images: 40, seed };
        pool.install(|| write(&config, &dir, &|_, _| {})).unwrap();
        files(&dir)
    };
    let one = draw("one", 1, 5);
    assert_eq!(one.len(), 40 + 8);
    assert!(one == draw("three", 3, 5), "three threads draw the same");
    assert!(
        one != draw("other", 3, 6),
        "another seed draws something else"
    );
}

#[test]
fn the_files_are_the_official_ones() {
    let gallery = gallery();
    let text = gallery.text("Anno/list_attr_celeba.txt");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(IMAGES.to_string().as_str()));
    let names: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(names, ATTRIBUTES);
    for (index, line) in lines.enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words.len(), 41);
        assert_eq!(words[0], format!("{:06}.jpg", index + 1));
        assert!(words[1..].iter().all(|word| ["1", "-1"].contains(word)));
    }
    assert_eq!(text.lines().count(), IMAGES + 2);
    let landmarks = gallery.text("Anno/list_landmarks_align_celeba.txt");
    assert_eq!(
        landmarks.lines().nth(1).unwrap().split_whitespace().count(),
        10
    );
    for line in landmarks.lines().skip(2) {
        let points: Vec<i32> = line
            .split_whitespace()
            .skip(1)
            .map(|word| word.parse().unwrap())
            .collect();
        assert_eq!(points.len(), 10);
        assert!(
            points[0] < points[2],
            "the left eye is left in the image: {line}"
        );
        assert!(
            points[6] < points[8],
            "so is the left corner of the mouth: {line}"
        );
        assert!(points[1] < points[7], "the mouth is below the eyes: {line}");
        assert!(
            points
                .chunks(2)
                .all(|p| (0..178).contains(&p[0]) && (0..218).contains(&p[1]))
        );
    }
    assert_eq!(
        gallery.text("Anno/list_bbox_celeba.txt").lines().count(),
        IMAGES + 2
    );
    for name in ["000001.jpg", "000300.jpg"] {
        assert_eq!(gallery.picture(name).dimensions(), (178, 218));
    }
}

#[test]
fn no_identity_is_in_two_splits() {
    let gallery = gallery();
    let pairs = |path: &str| -> Vec<(String, u32)> {
        gallery
            .text(path)
            .lines()
            .map(|line| {
                let (name, value) = line.split_once(' ').unwrap();
                (name.to_owned(), value.parse().unwrap())
            })
            .collect()
    };
    let split: HashMap<String, u32> = pairs("Eval/list_eval_partition.txt").into_iter().collect();
    let mut splits: HashMap<u32, HashSet<u32>> = HashMap::new();
    let mut pictures: HashMap<u32, usize> = HashMap::new();
    for (name, identity) in pairs("Anno/identity_CelebA.txt") {
        splits.entry(identity).or_default().insert(split[&name]);
        *pictures.entry(identity).or_default() += 1;
    }
    assert!(splits.values().all(|splits| splits.len() == 1));
    assert!(
        pictures.values().all(|count| (3..=8).contains(count)),
        "{pictures:?}"
    );
    assert_eq!(splits.len(), gallery.summary.groups);
    assert_eq!(gallery.summary.splits, [233, 19, 48]);
}

#[test]
fn twenty_attributes_vary_and_are_balanced() {
    let gallery = gallery();
    let labels = gallery.labels();
    let mut varying = 0;
    for name in ATTRIBUTES {
        let known: Vec<bool> = labels
            .values()
            .filter_map(|row| row.get(name).copied())
            .collect();
        let yes = known.iter().filter(|value| **value).count();
        if known.is_empty() {
            continue;
        }
        varying += 1;
        let share = yes as f64 / known.len() as f64;
        assert!(
            (0.1..=0.9).contains(&share),
            "{name}: {yes} of {}",
            known.len()
        );
        assert!(
            known.len() * 4 > IMAGES,
            "{name} is known for {} images",
            known.len()
        );
        let task = gallery
            .summary
            .tasks
            .iter()
            .find(|task| task.name == name)
            .unwrap();
        assert_eq!(task.values[1], ("yes".to_owned(), yes));
        assert_eq!(task.unknown, IMAGES - known.len());
    }
    assert_eq!(varying, 20);
    assert_eq!(gallery.summary.tasks.len(), 20);
}

#[test]
fn labels_do_not_contradict_each_other() {
    for (image, row) in gallery().labels() {
        let is = |name: &str| row.get(name) == Some(&true);
        let colours = ["Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair"];
        assert!(
            colours.iter().filter(|name| is(name)).count() <= 1,
            "{image}"
        );
        assert!(!(is("Wavy_Hair") && is("Straight_Hair")), "{image}");
        assert!(!(is("Bald") && is("Bangs")), "{image}");
        assert!(
            !(is("Bald") && colours.iter().any(|name| row.contains_key(*name))),
            "{image}"
        );
        assert!(!(is("Wearing_Hat") && row.contains_key("Bald")), "{image}");
        assert!(
            !(is("No_Beard") && (is("Goatee") || is("Mustache"))),
            "{image}"
        );
    }
}

#[test]
fn the_unknown_are_minus_one_in_the_official_file() {
    let gallery = gallery();
    let text = gallery.text("Anno/list_attr_unknown.txt");
    assert_eq!(text.lines().count(), IMAGES);
    let table = gallery.text("Anno/list_attr_celeba.txt");
    for (line, official) in text.lines().zip(table.lines().skip(2)) {
        let names: Vec<&str> = line.split(' ').skip(1).collect();
        let values: Vec<&str> = official.split_whitespace().skip(1).collect();
        assert_eq!(line.split(' ').next(), official.split_whitespace().next());
        for name in &names {
            let index = ATTRIBUTES.iter().position(|own| own == name).unwrap();
            assert_eq!(values[index], "-1");
        }
        assert!(
            names.contains(&"Male") && names.contains(&"Young"),
            "no drawing expresses these"
        );
    }
}

#[test]
fn counterfactual_pairs_differ_in_one_attribute() {
    let gallery = gallery();
    let labels = gallery.labels();
    let identity = gallery.text("Anno/identity_CelebA.txt");
    let identity: HashMap<&str, &str> = identity
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .collect();
    let text = gallery.text("counterfactuals.csv");
    assert_eq!(text.lines().next(), Some("image_a,image_b,attribute"));
    let pairs: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    assert!(
        pairs.len() >= 6,
        "about one pair per test identity, not {}",
        pairs.len()
    );
    assert_eq!(pairs.len(), gallery.summary.counterfactuals);
    for pair in pairs {
        let [a, b, attribute] = pair[..] else {
            panic!("{pair:?}")
        };
        assert_eq!(identity[a], identity[b]);
        let (one, two) = (&labels[a], &labels[b]);
        assert_ne!(one[attribute], two[attribute], "{pair:?}");
        for name in ATTRIBUTES.iter().filter(|name| **name != attribute) {
            if let (Some(x), Some(y)) = (one.get(*name), two.get(*name)) {
                assert_eq!(x, y, "{pair:?}: {name}");
            }
        }
        // The two pictures share pose, background and grain: most pixels are nearly the same, but not all.
        let (left, right) = (gallery.picture(a), gallery.picture(b));
        let far = left
            .pixels()
            .zip(right.pixels())
            .filter(|(x, y)| (0..3).any(|c| x[c].abs_diff(y[c]) > 40))
            .count();
        assert!(
            (20..178 * 218 / 2).contains(&far),
            "{pair:?}: {far} pixels differ"
        );
    }
}

#[test]
fn what_is_there_stays_there() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("faces");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("mine.txt"), b"keep").unwrap();
    let config = FacesConfig {
        images: 20,
        seed: 1,
    };
    let error = write(&config, &dir, &|_, _| {}).unwrap_err();
    assert!(matches!(error, SynthError::TargetNotEmpty(_)));
    assert_eq!(files(home.path()).len(), 1);
    let error = write(&FacesConfig { images: 3, seed: 1 }, &dir, &|_, _| {}).unwrap_err();
    assert!(error.to_string().contains("20 to 999999"), "{error}");
}

#[test]
fn every_style_is_attributed_and_free() {
    let all = attributions().unwrap();
    assert_eq!(all.len(), 4);
    for style in all {
        assert_eq!(style.licence, "CC0 1.0", "{style:?}");
        assert!(
            style
                .url
                .starts_with("https://creativecommons.org/publicdomain/zero/")
        );
        assert!(!style.what.is_empty() && !style.creator.is_empty());
    }
}

/// The numbers behind the labels: one row a picture, and nothing that a reader of the official layout would take for a
/// label.
#[test]
fn numbers_follow_the_labels_and_readers_pass_them_over() {
    let gallery = gallery();
    let (labels, text) = (gallery.labels(), gallery.text("measurements.csv"));
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!((columns[0], rows.len()), ("id", IMAGES));
    let number = |row: &[&str], column: &str| -> Option<f64> {
        let place = columns.iter().position(|name| *name == column).unwrap();
        (!row[place].is_empty()).then(|| row[place].parse().unwrap())
    };
    let mean = |column: &str, attribute: &str, value: bool| {
        let having = rows
            .iter()
            .filter(|row| labels[row[0]].get(attribute) == Some(&value));
        let numbers: Vec<f64> = having.filter_map(|row| number(row, column)).collect();
        numbers.iter().sum::<f64>() / numbers.len() as f64
    };
    for (column, attribute) in [
        ("mouth_height_px", "Mouth_Slightly_Open"),
        ("glasses_width_px", "Eyeglasses"),
        ("skin_lightness_percent", "Pale_Skin"),
        ("hair_lightness_percent", "Blond_Hair"),
    ] {
        let (yes, no) = (
            mean(column, attribute, true),
            mean(column, attribute, false),
        );
        assert!(yes > no, "{column}, {attribute}: {yes} {no}");
    }
    assert!(mean("hair_area_percent", "Bald", true) < 1e-9);
    assert!(mean("hair_area_percent", "Bald", false) > 5.0);
    assert!(mean("hair_lightness_percent", "Black_Hair", true) < 25.0);

    let storage = modulens_dataset::Storage::open(gallery.home.path().join("faces")).unwrap();
    let options = modulens_dataset::Options::default();
    let with = modulens_dataset::load(&storage, &options).unwrap();
    assert!(
        with.images
            .iter()
            .all(|image| rows.iter().any(|row| row[0] == image.id))
    );
    assert!(
        with.tasks
            .iter()
            .all(|task| ATTRIBUTES.contains(&task.name.as_str()))
    );
}
