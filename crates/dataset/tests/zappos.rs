//! UT-Zappos50K with the quirks of the real tree.

mod common;

use common::{failure, folder, jpeg, load, load_with, write};
use matrw::{MatFile, MatVariable, matvar, save_matfile_v7};
use modulens_dataset::zappos::{csn, image_paths, leakage};
use modulens_dataset::{Format, Options};
use modulens_schema::{Split, TaskKind};

const META: &str = "CID,Category,SubCategory,HeelHeight,Insole,Closure,Gender,Material,ToeStyle\n\
    100627-72,Shoes,Oxfords,Under 1in,,Lace up,Men,Leather,Round\n\
    100627-255,Shoes,Oxfords,Under 1in,,Lace up,Men;Women,Leather,Round\n\
    7000002-9,Boots,Ankle,3in - 3 3/4in,,Zipper,Women,Leather,Pointed\n\
    7000003-5,Boots,Ankle,7in,,Zipper;Buckle,Women,Leather,Pointed\n\
    7000004-1,Sandals,Flat,Flat,,,Girls,,\n";

fn shoe() -> Vec<u8> {
    jpeg(136, 102, [90, 60, 30])
}

/// As downloaded: two zips' contents side by side, brand folders as they are on disk.
fn real() -> tempfile::TempDir {
    let shoe = shoe();
    let square = "ut-zap50k-images-square";
    let root = folder(&[("ut-zap50k-data/meta-data.csv", META.as_bytes())]);
    for path in [
        "Shoes/Oxfords/W.A.G/100627.72.jpg",
        "Shoes/Oxfords/Levi's&#174;/100627.255.jpg",
        "Boots/Ankle/L.A.M.B%2E/7000002.9.jpg",
        "Boots/Ankle/Neil M%2E/7000003.5.jpg",
        "Sandals/Flat/Plain/7000004.1.jpg",
    ] {
        write(root.path(), &[(&format!("{square}/{path}"), &shoe)]);
    }
    root
}

#[test]
fn the_real_tree_loads() {
    let root = real();
    let (storage, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.format, Format::Zappos);
    let tasks: Vec<_> = dataset
        .tasks
        .iter()
        .map(|task| (task.name.as_str(), task.kind, task.values.join("|")))
        .collect();
    assert_eq!(
        tasks,
        [
            (
                "Category",
                TaskKind::Categorical,
                "Shoes|Boots|Sandals".into()
            ),
            ("Closure", TaskKind::Categorical, "Lace up|Zipper".into()),
            ("Gender", TaskKind::Categorical, "Women|Men|Girls".into()),
            (
                "HeelHeight",
                TaskKind::Ordinal,
                "Flat|Under 1in|3in - 3 3/4in".into()
            ),
        ]
    );
    let row = |image: usize| {
        (0..4)
            .map(|task| dataset.labels.get(image, task))
            .collect::<Vec<_>>()
    };
    assert_eq!(row(0), [Some(0), Some(0), Some(1), Some(1)]);
    assert_eq!(
        row(1),
        [Some(0), Some(0), None, Some(1)],
        "Men;Women is unknown"
    );
    assert_eq!(
        row(3),
        [Some(1), None, Some(0), None],
        "7in is not on the scale"
    );
    assert_eq!(row(4), [Some(2), None, Some(2), Some(0)]);
    assert_eq!(dataset.images[0].group, 100_627);
    assert_eq!(
        dataset.images[0].split, dataset.images[1].split,
        "a product is in one split"
    );
    assert_eq!(dataset.images[0].id, "100627-72");
    assert_eq!(dataset.image(&storage, 2).expect("there"), shoe());
    let report = dataset.report.to_string();
    assert!(
        report.contains("HeelHeight is unknown for 1 pictures"),
        "{report}"
    );
}

#[test]
fn the_square_tree_is_preferred_and_the_ordinary_one_will_do() {
    let root = real();
    write(
        root.path(),
        &[(
            "ut-zap50k-images/Shoes/Oxfords/W.A.G/100627.72.jpg",
            &shoe(),
        )],
    );
    let (storage, dataset) = load(root.path()).expect("loads");
    let path = |index: usize| &storage.entries()[dataset.images[index].entry].path;
    assert!(
        path(0).starts_with("ut-zap50k-images-square/"),
        "{}",
        path(0)
    );
    assert!(
        dataset
            .report
            .to_string()
            .contains("1 pictures outside of the square tree")
    );

    std::fs::remove_dir_all(root.path().join("ut-zap50k-images-square")).expect("there");
    let (_, dataset) = load(root.path()).expect("the other tree");
    assert_eq!(dataset.images.len(), 1);
    assert_eq!(dataset.report.reasons["no such picture"], 4);
    assert!(
        dataset.tasks.is_empty(),
        "nothing differs within one picture"
    );
}

#[test]
fn a_partition_file_wins_over_the_hash() {
    let root = real();
    let partition = "100627-72 2\n100627-255 2\n7000002-9 0\n7000003-5 1\n999-9 0\n";
    write(
        root.path(),
        &[("list_eval_partition.txt", partition.as_bytes())],
    );
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.in_split(Split::Test), [0, 1]);
    assert_eq!(dataset.in_split(Split::Val), [3]);
    assert_eq!(dataset.report.reasons["no line in the partition file"], 1);
    assert_eq!(
        dataset.report.reasons["line about a picture without meta data"],
        1
    );
}

#[test]
fn twins_are_counted_and_listed() {
    let root = real();
    let square = "ut-zap50k-images-square";
    write(
        root.path(),
        &[
            (
                &format!("{square}/Boots/Ankle/Other/7000002.9.jpg"),
                &shoe(),
            ),
            (&format!("{square}/Boots/Ankle/Other/1.2.jpg"), &shoe()),
            (
                "ut-zap50k-data/meta-data.csv",
                format!("{META}7000004-1,Sandals,Flat,,,,,,\n").as_bytes(),
            ),
        ],
    );
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.report.reasons["picture of the same name"], 1);
    assert_eq!(dataset.report.reasons["picture without meta data"], 1);
    assert_eq!(
        dataset.report.reasons["listed twice, the first row is used"],
        1
    );
    assert_eq!(dataset.images.len(), 5);
}

#[test]
fn wrong_tables_are_sentences() {
    let root = real();
    let path = "ut-zap50k-data/meta-data.csv";
    write(root.path(), &[(path, b"CID,Category\n1-2,Shoes\n")]);
    let message = failure(root.path());
    assert!(
        message.contains("the column \"Closure\" is missing in ut-zap50k-data/meta-data.csv"),
        "{message}"
    );
    write(root.path(), &[(path, b"id,Category\n1-2,Shoes\n")]);
    assert!(failure(root.path()).contains("the column \"CID\" is missing"));
    write(
        root.path(),
        &[(path, META.replace(",Round\n", "\n").as_bytes())],
    );
    let (_, dataset) = load(root.path()).expect("a bad line costs one row");
    let reason = "row with another number of fields than the heading";
    assert_eq!(dataset.report.reasons[reason], 2);
    let options = Options {
        tasks: Some(vec!["Heel".into()]),
        ..Options::default()
    };
    write(root.path(), &[(path, META.as_bytes())]);
    let message = load_with(root.path(), &options)
        .expect_err("unknown")
        .to_string();
    assert!(
        message.contains("no task \"Heel\"") && message.contains("HeelHeight"),
        "{message}"
    );
}

#[test]
fn the_other_columns_are_tasks_by_name() {
    let root = real();
    let options = Options {
        tasks: Some(
            ["Material", "subcategory", "Category"]
                .map(String::from)
                .into(),
        ),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options).expect("loads");
    let values: Vec<String> = dataset
        .tasks
        .iter()
        .map(|task| task.values.join("|"))
        .collect();
    // Of materials one alone is known, so that is no task.
    assert_eq!(values, ["Ankle|Flat|Oxfords", "Shoes|Boots|Sandals"]);
    assert_eq!(dataset.labels.get(2, 0), Some(0));
}

#[test]
fn the_one_hot_table_alone_is_enough() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let root = folder(&[(
        "meta-data-bin.csv",
        b"CID,Category.Shoes,Category.Boots,Closure.Lace.up,Closure.Slip-On,\
        Gender.Men,Gender.Women,HeelHeight.Flat,HeelHeight.2in...2.3.4in\n\
        1-1,1,0,1,0,1,0,1,0\n2-2,0,1,0,1,1,1,0,1\n3-3,1,0,0,0,0,1,0,0\n",
    )]);
    for at in 1..=3 {
        write(root.path(), &[(&format!("{at}.{at}.jpg"), &image)]);
    }
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.format, Format::Zappos);
    let values: Vec<&[String]> = dataset.tasks.iter().map(|task| &task.values[..]).collect();
    assert_eq!(values[3], ["Flat", "2in - 2 3/4in"]);
    assert_eq!(values[1], ["Lace up", "Slip-On"]);
    let unknown = modulens_schema::Labels::UNKNOWN;
    assert_eq!(
        dataset.labels.cells(),
        [0, 0, 1, 0, 1, 1, unknown, 1, 0, unknown, 0, unknown]
    );
}

#[test]
fn image_path_mat_is_read_and_checked() {
    let root = real();
    let file = root.path().join("image-path.mat");
    for packed in [false, true] {
        let cell: Vec<MatVariable> = ["Shoes/Oxfords/W.A.G./100627.72.jpg", "Boots/Gone/5.5.jpg"]
            .map(|path| matvar!(path))
            .into();
        let cell = matrw::CellArray::new(vec![2, 1], cell).expect("two cells");
        let mut mat = MatFile::new();
        mat.insert("imagepath", MatVariable::CellArray(cell));
        save_matfile_v7(file.to_str().expect("a plain path"), mat, packed).expect("written");
        let paths = image_paths(&std::fs::read(&file).expect("there")).expect("readable");
        assert_eq!(
            paths,
            ["Shoes/Oxfords/W.A.G./100627.72.jpg", "Boots/Gone/5.5.jpg"]
        );
        let (_, dataset) = load(root.path()).expect("loads");
        let report = dataset.report.to_string();
        assert!(
            report.contains("1 of the 2 pictures in image-path.mat are not used"),
            "{report}"
        );
    }
    let whole = std::fs::read(&file).expect("there");
    for end in [0, 60, 127, 130, whole.len() - 1] {
        std::fs::write(&file, &whole[..end]).expect("written");
        let (_, dataset) = load(root.path()).expect("a broken list of paths is no reason to stop");
        assert_eq!(dataset.report.skipped_total, 1, "{end}: {}", dataset.report);
    }
}

#[test]
fn csn_s_triplets_point_at_the_right_pictures() {
    let root = real();
    let names = "Boots/Ankle/L.A.M.B./7000002.9.jpg\nShoes/Oxfords/W.A.G./100627.72.jpg\n\
                 Shoes/Oxfords/Levi's/100627.255.jpg\nShoes/Gone/3.3.jpg\n";
    write(
        root.path(),
        &[
            ("csn/filenames.json", names.as_bytes()),
            (
                "csn/tripletlists/class_tripletlist_test.txt",
                b"1 0 2\n1 0 3\n",
            ),
        ],
    );
    let (storage, dataset) = load(root.path()).expect("loads");
    let found = csn::load(&storage, &dataset, "class", Split::Test).expect("readable");
    assert_eq!(found.left_out, 1);
    let triplet = found.triplets[0];
    assert_eq!((triplet.anchor, triplet.far, triplet.close), (0, 2, 1));
    assert_eq!(
        dataset.labels.get(triplet.close, 0),
        dataset.labels.get(triplet.anchor, 0)
    );
    assert_ne!(
        dataset.labels.get(triplet.far, 0),
        dataset.labels.get(triplet.anchor, 0)
    );
}

#[test]
fn leaks_between_csn_s_lists_are_counted() {
    let root = real();
    let (storage, _) = load(root.path()).expect("loads");
    assert_eq!(leakage::leakage(&storage).expect("readable"), None);

    // Two colours of one product, then two products of one colour each, and three that stay alone.
    let names = "A/1.1.jpg\nA/1.2.jpg\nA/2.1.jpg\nA/3.1.jpg\nA/4.1.jpg\nA/5.1.jpg\nA/6.1.jpg\n";
    write(
        root.path(),
        &[
            ("csn/filenames.json", names.as_bytes()),
            ("csn/class_tripletlist_train.txt", b"0 2 0\n"),
            ("csn/heel_tripletlist_train.txt", b"3 2 3\n"),
            // Seen in another condition's training; another colour of a seen product; all new.
            ("csn/class_tripletlist_test.txt", b"4 3 5\n4 1 5\n4 5 6\n"),
            ("csn/heel_tripletlist_val.txt", b"4 5 6\n"),
        ],
    );
    let (storage, _) = load(root.path()).expect("loads");
    let found = leakage::leakage(&storage)
        .expect("readable")
        .expect("lists");
    assert_eq!(
        (found.train_lists, found.train_images, found.train_products),
        (2, 3, 3)
    );
    let lists: Vec<_> = found
        .lists
        .iter()
        .map(|list| {
            (
                list.condition,
                list.split,
                list.triplets,
                list.unseen_images,
                list.unseen_products,
            )
        })
        .collect();
    assert_eq!(
        lists,
        [
            ("class", Split::Test, 3, 2, 1),
            ("heel", Split::Val, 1, 1, 1)
        ]
    );
}
