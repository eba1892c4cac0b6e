//! The shoes' gallery as it lies on disk: the formats, the labels, and that it is always the same.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use modulens_synth::SynthError;
use modulens_synth::shoes::vocabulary::{
    Category, Closure, Gender, HeelHeight, Material, SubCategory, ToeStyle,
};
use modulens_synth::shoes::{self, ShoesConfig};

const COLUMNS: &str = "CID,Category,SubCategory,HeelHeight,Insole,Closure,Gender,Material,ToeStyle";

fn draw(images: usize, seed: u64, dir: &Path) {
    shoes::write(&ShoesConfig { images, seed }, dir, &|_, _| {}).unwrap();
}

/// Every file below a folder, by its relative path with forward slashes.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                found.insert(name.replace('\\', "/"), fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(root, root, &mut found);
    found
}

fn rows(dir: &Path) -> Vec<Vec<String>> {
    let csv = fs::read_to_string(dir.join("meta-data.csv")).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some(COLUMNS));
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    let (one, two, other) = (
        home.path().join("one"),
        home.path().join("two"),
        home.path().join("other"),
    );
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    pool(1).install(|| draw(36, 5, &one));
    pool(3).install(|| draw(36, 5, &two));
    draw(36, 6, &other);
    assert!(files(&one) == files(&two), "two runs differ");
    assert!(files(&one) != files(&other), "the seed changes nothing");
}

#[test]
fn tables_pictures_and_matlab_file_agree() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("shoes");
    draw(180, 9, &dir);
    let pictures: BTreeMap<String, String> = files(&dir.join("ut-zap50k-images-square"))
        .into_iter()
        .map(|(path, bytes)| {
            let picture = image::load_from_memory(&bytes).unwrap();
            assert_eq!((picture.width(), picture.height()), (136, 136), "{path}");
            let stem = path.rsplit('/').next().unwrap().trim_end_matches(".jpg");
            (stem.replace('.', "-"), path)
        })
        .collect();
    let rows = rows(&dir);
    assert_eq!((pictures.len(), rows.len()), (180, 180));

    let partition = fs::read_to_string(dir.join("list_eval_partition.txt")).unwrap();
    let mut splits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (line, row) in partition.lines().zip(&rows) {
        let (cid, split) = line.split_once(' ').unwrap();
        assert_eq!(cid, row[0]);
        assert!(["0", "1", "2"].contains(&split));
        let product = cid.split_once('-').unwrap().0;
        splits
            .entry(product.into())
            .or_default()
            .insert(split.into());
    }
    assert!(
        splits.values().all(|used| used.len() == 1),
        "a product is in two splits"
    );
    assert!(
        splits.len() * 5 >= 180 && splits.len() * 2 <= 180,
        "{} products",
        splits.len()
    );

    let mat = matrw::load_matfile_from_u8(&fs::read(dir.join("image-path.mat")).unwrap()).unwrap();
    let paths = &mat["imagepath"];
    assert_eq!(paths.dim(), [180, 1]);
    let mut lost_dots = 0;
    for (index, row) in rows.iter().enumerate() {
        let listed: String = paths[index].to_vec_char().unwrap().into_iter().collect();
        assert!(
            listed.starts_with(&format!("{}/{}/", row[1], row[2])),
            "{listed} in {row:?}"
        );
        let on_disk = listed.replace("./", "/");
        assert_eq!(pictures.get(&row[0]), Some(&on_disk));
        lost_dots += usize::from(on_disk != listed);
    }
    assert!(lost_dots > 0, "no brand ends in a dot");
}

#[test]
fn every_cell_is_in_the_vocabulary() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("shoes");
    draw(240, 2, &dir);
    fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> BTreeSet<&'static str> {
        all.iter().copied().map(name).collect()
    }
    let mut closures = names(Closure::ALL, Closure::name);
    closures.insert("Elastic Gore"); // only ever as a second value
    let allowed: [(usize, BTreeSet<&str>); 7] = [
        (1, names(Category::ALL, Category::name)),
        (2, names(SubCategory::ALL, SubCategory::name)),
        (3, names(HeelHeight::ALL, HeelHeight::name)),
        (5, closures),
        (6, names(Gender::ALL, Gender::name)),
        (7, names(Material::ALL, Material::name)),
        (8, names(ToeStyle::ALL, ToeStyle::name)),
    ];
    let rows = rows(&dir);
    for row in &rows {
        assert_eq!(row.len(), 9, "{row:?}");
        for (column, values) in &allowed {
            for value in row[*column].split(';').filter(|value| !value.is_empty()) {
                assert!(values.contains(value), "{value} in {row:?}");
            }
        }
        let sub = SubCategory::ALL
            .iter()
            .find(|sub| sub.name() == row[2])
            .unwrap();
        assert_eq!(sub.category().name(), row[1]);
    }
    for column in [4, 7, 8] {
        let vague = rows
            .iter()
            .filter(|row| row[column].is_empty() || row[column].contains(';'))
            .count();
        assert!(
            (10..=72).contains(&vague),
            "{vague} of 240 vague cells in column {column}"
        );
    }
}

#[test]
fn bad_targets_and_sizes_are_refused_and_leave_nothing() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("shoes");
    let few = shoes::write(&ShoesConfig { images: 3, seed: 1 }, &dir, &|_, _| {}).unwrap_err();
    assert!(few.to_string().contains("30 to 200000"), "{few}");
    assert!(!dir.exists());
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("mine.txt"), b"keep").unwrap();
    let full = shoes::write(
        &ShoesConfig {
            images: 30,
            seed: 1,
        },
        &dir,
        &|_, _| {},
    )
    .unwrap_err();
    assert!(matches!(full, SynthError::TargetNotEmpty(_)), "{full}");
    assert_eq!(files(home.path()).len(), 1);
}

#[test]
fn the_summary_counts_what_was_written_and_credits_are_given() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("shoes");
    let config = ShoesConfig {
        images: 80,
        seed: 4,
    };
    let summary = shoes::write(&config, &dir, &|_, _| {}).unwrap();
    let rows = rows(&dir);
    assert_eq!(summary.images, rows.len());
    assert_eq!(summary.splits.iter().sum::<usize>(), 80);
    for (task, column) in summary.tasks.iter().zip([1, 5, 6, 3]) {
        for (value, count) in &task.values {
            assert_eq!(
                rows.iter().filter(|row| row[column] == *value).count(),
                *count
            );
        }
        let known: usize = task.values.iter().map(|(_, count)| count).sum();
        assert_eq!(known + task.unknown, 80);
    }
    assert_eq!(shoes::attributions()[0].licence, "MIT OR Apache-2.0");
}

/// The numbers behind the labels: one row a picture, and nothing that a reader of the official layout would take for a
/// label.
#[test]
fn numbers_follow_the_labels_and_readers_pass_them_over() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("shoes");
    draw(120, 4, &dir);
    let text = fs::read_to_string(dir.join("measurements.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("id,heel_cm,shaft_cm,length_cm,toe_point_percent")
    );
    let rows = rows(&dir);
    assert_eq!(rows.len(), 120);
    for (row, line) in rows.iter().zip(lines) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], row[0]);
        let heel: f32 = cells[1].parse().unwrap();
        assert!(
            row[3].is_empty() || row[3] == HeelHeight::of(heel).name(),
            "{line}"
        );
        let shaft: f32 = cells[2].parse().unwrap();
        assert!(row[1] != "Boots" || shaft > 10.0, "{line}");
    }
    let read = || {
        let storage = modulens_dataset::Storage::open(&dir).unwrap();
        let options = modulens_dataset::Options::default();
        modulens_dataset::load(&storage, &options).unwrap()
    };
    let with = read();
    assert_eq!((with.images.len(), with.tasks.len()), (120, 4));
    fs::remove_file(dir.join("measurements.csv")).unwrap();
    assert_eq!(with.fingerprint(), read().fingerprint());
}
