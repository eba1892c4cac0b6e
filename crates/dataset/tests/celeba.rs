//! `CelebA` in every layout people have, and every way its files can be wrong.

mod common;

use common::{Part, failure, folder, jpeg, load, load_with, write, zip};
use modulens_dataset::{Format, Options, Storage};
use modulens_schema::Split;

const ATTR: &str = "4\nEyeglasses Male Smiling \n000001.jpg -1  1  1\n000002.jpg  1 -1  1\n\
                    000003.jpg -1 -1 -1\n000004.jpg  1  1 -1\n";
const PARTITION: &str = "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n000004.jpg 2\n";
const IDENTITY: &str = "000001.jpg 2880\n000002.jpg 2937\n000003.jpg 8692\n000004.jpg 8692\n";

fn face() -> Vec<u8> {
    jpeg(178, 218, [200, 150, 120])
}

/// The official layout.
fn official() -> tempfile::TempDir {
    let face = face();
    let root = folder(&[
        ("Anno/list_attr_celeba.txt", ATTR.as_bytes()),
        ("Anno/identity_CelebA.txt", IDENTITY.as_bytes()),
        ("Eval/list_eval_partition.txt", PARTITION.as_bytes()),
    ]);
    for number in 1..=4 {
        write(
            root.path(),
            &[(&format!("Img/img_align_celeba/00000{number}.jpg"), &face)],
        );
    }
    root
}

fn flat_with_zip() -> tempfile::TempDir {
    let parts: Vec<Part> = (1..=4)
        .map(|number| Part::stored(format!("img_align_celeba/00000{number}.jpg"), face()))
        .collect();
    folder(&[
        ("list_attr_celeba.txt", ATTR.as_bytes()),
        ("identity_CelebA.txt", IDENTITY.as_bytes()),
        ("list_eval_partition.txt", PARTITION.as_bytes()),
        ("img_align_celeba.zip", &zip(&parts, true)),
    ])
}

#[test]
fn every_layout_gives_the_same_dataset() {
    let root = official();
    let (storage, dataset) = load(root.path()).expect("official layout");
    assert_eq!(dataset.format, Format::Celeba);
    let names: Vec<_> = dataset
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    assert_eq!(names, ["Eyeglasses", "Male", "Smiling"]);
    assert_eq!(dataset.images[1].id, "000002.jpg");
    assert_eq!(dataset.images[1].group, 2937);
    assert_eq!(dataset.in_split(Split::Test), [2, 3]);
    assert_eq!(dataset.labels.cells(), [0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0]);
    assert_eq!(dataset.image(&storage, 0).expect("there"), face());
    assert_eq!((dataset.report.used, dataset.report.skipped_total), (4, 0));
    assert!(
        dataset.report.notes[0].contains("recognised as CelebA"),
        "{}",
        dataset.report
    );

    let flat = flat_with_zip();
    let (storage, zipped) = load(flat.path()).expect("zip beside the text files");
    assert_eq!(zipped.fingerprint(), dataset.fingerprint());
    assert_eq!(zipped.image(&storage, 3).expect("there"), face());

    let mut parts = vec![
        Part::deflated("celeba/Anno/list_attr_celeba.txt", ATTR),
        Part::deflated("celeba/Anno/identity_CelebA.txt", IDENTITY),
        Part::deflated("celeba/Eval/list_eval_partition.txt", PARTITION),
    ];
    parts.extend((1..=4).map(|number| {
        Part::stored(
            format!("celeba/Img/img_align_celeba/00000{number}.jpg"),
            face(),
        )
    }));
    let root = folder(&[("celeba.zip", &zip(&parts, false))]);
    let (storage, whole) = load(&root.path().join("celeba.zip")).expect("one zip of all");
    assert_eq!(whole.fingerprint(), dataset.fingerprint());
    assert_eq!(whole.name, "celeba");
    assert_eq!(whole.image(&storage, 2).expect("there"), face());
}

#[test]
fn files_given_one_by_one_work_as_in_a_browser() {
    let parts: Vec<Part> = (1..=4)
        .map(|number| Part::stored(format!("img_align_celeba/00000{number}.jpg"), face()))
        .collect();
    let files: Vec<(String, Box<dyn modulens_dataset::ReadAt>)> = vec![
        (
            "list_attr_celeba.txt".into(),
            Box::new(ATTR.as_bytes().to_vec()),
        ),
        ("img_align_celeba.zip".into(), Box::new(zip(&parts, false))),
    ];
    let storage = Storage::from_files("dropped", files).expect("opens");
    let dataset = modulens_dataset::load(&storage, &Options::default()).expect("loads");
    assert_eq!(dataset.images.len(), 4);
    assert!(
        dataset
            .report
            .to_string()
            .contains("identity_CelebA.txt is missing"),
        "{}",
        dataset.report
    );
}

#[test]
fn unknown_labels_stay_unknown_and_constant_tasks_go() {
    let root = official();
    let unknown = "000001.jpg Smiling\n000002.jpg Smiling\n000009.jpg Male\n";
    write(
        root.path(),
        &[("Anno/list_attr_unknown.txt", unknown.as_bytes())],
    );
    let (_, dataset) = load(root.path()).expect("loads");
    let names: Vec<_> = dataset
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["Eyeglasses", "Male"],
        "only \"no\" is left of Smiling"
    );
    assert!(
        dataset
            .report
            .to_string()
            .contains("task Smiling is left out")
    );
    assert_eq!(dataset.report.reasons["picture without attributes"], 1);

    write(
        root.path(),
        &[("Anno/list_attr_unknown.txt", b"000001.jpg Smilling\n")],
    );
    let message = failure(root.path());
    assert!(
        message.contains("line 1: there is no attribute \"Smilling\""),
        "{message}"
    );
    assert!(message.contains("Smiling"), "{message}");
}

#[test]
fn tasks_are_chosen_by_name() {
    let root = official();
    let options = |names: &[&str]| Options {
        tasks: Some(names.iter().map(ToString::to_string).collect()),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options(&["Smiling", "male"])).expect("known");
    let names: Vec<_> = dataset
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    assert_eq!(names, ["Smiling", "Male"]);
    assert_eq!(dataset.labels.cells(), [1, 1, 1, 0, 0, 0, 0, 1]);
    let error = load_with(root.path(), &options(&["Smilng"]))
        .expect_err("unknown")
        .to_string();
    assert!(
        error.contains("no task \"Smilng\"") && error.contains("Smiling"),
        "{error}"
    );
}

#[test]
fn single_faults_are_skipped_and_counted() {
    let root = official();
    std::fs::remove_file(root.path().join("Img/img_align_celeba/000002.jpg")).expect("there");
    write(
        root.path(),
        &[
            ("Img/img_align_celeba/000077.jpg", &face()),
            ("Img/img_celeba/000001.jpg", &face()),
            (
                "Eval/list_eval_partition.txt",
                format!("{PARTITION}000099.jpg 1\n").as_bytes(),
            ),
            (
                "Anno/identity_CelebA.txt",
                format!("{IDENTITY}000098.jpg 5\n").as_bytes(),
            ),
        ],
    );
    let (_, dataset) = load(root.path()).expect("still loads");
    let report = &dataset.report;
    assert_eq!((report.used, report.skipped_total), (3, 4), "{report}");
    assert_eq!(report.reasons["no such picture"], 1);
    assert_eq!(report.reasons["picture without attributes"], 1);
    assert_eq!(report.reasons["line about a picture without attributes"], 2);
    assert!(
        report.to_string().contains("1 pictures in other folders"),
        "{report}"
    );
    let place = &report
        .skipped
        .iter()
        .find(|skip| skip.what == "000002.jpg")
        .expect("listed")
        .place;
    assert!(place.ends_with("list_attr_celeba.txt, line 4"), "{place}");
}

#[test]
fn a_person_in_two_splits_is_noted() {
    let root = official();
    let mixed = IDENTITY.replace("2937", "2880");
    write(
        root.path(),
        &[("Anno/identity_CelebA.txt", mixed.as_bytes())],
    );
    let (_, dataset) = load(root.path()).expect("loads");
    assert!(
        dataset
            .report
            .to_string()
            .contains("1 of 2 persons are in more than one split")
    );
}

#[test]
fn structural_faults_are_sentences() {
    let cases: [(&str, &str, &str); 4] = [
        (
            "Anno/list_attr_celeba.txt",
            "1\nA B\n000001.jpg 1\n",
            "line 3: 000001.jpg has 1 labels for 2 attributes",
        ),
        (
            "Anno/list_attr_celeba.txt",
            "1\nA B\n000001.jpg 1 2\n",
            "the label \"2\" of 000001.jpg is neither 1 nor -1",
        ),
        (
            "Eval/list_eval_partition.txt",
            "000001.jpg 3\n",
            "line 1: the part \"3\" is not 0 (train)",
        ),
        (
            "Eval/list_eval_partition.txt",
            "000001.jpg\n",
            "line 1: a picture and its part",
        ),
    ];
    for (path, text, says) in cases {
        let root = official();
        write(root.path(), &[(path, text.as_bytes())]);
        let message = failure(root.path());
        assert!(
            message.contains(path) && message.contains(says),
            "{message}"
        );
    }
}

/// Kaggle's copy, other names of the lists, subsets with the old count: all were refused or misread.
#[test]
fn copies_as_they_circulate_are_recognised() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let attributes = |count: &str, heading: &str, sign: &str| {
        let row = |at: usize| format!("{at:06}.jpg{sign}{}{sign}{}\n", at % 2 * 2, at / 2 % 2 * 2);
        let rows: String = (1..=24).map(row).collect();
        // 0 stands for -1 here, and 2 for 1.
        let rows = rows.replace(&format!("{sign}0"), &format!("{sign}-1"));
        format!(
            "{count}{heading}\n{}",
            rows.replace(&format!("{sign}2"), &format!("{sign}1"))
        )
    };
    let names = |at: usize| ["Person_One", "Person_Two", "Person_Three"][at % 3];
    let people = |heading: &str, sign: &str| -> String {
        let rows = (1..=24).map(|at| format!("{at:06}.jpg{sign}{}\n", names(at)));
        format!("{heading}{}", rows.collect::<String>())
    };
    for (list, text, identities, of_people) in [
        (
            "list_attr_celeba.csv",
            attributes("", "image_id,A,B", ","),
            "identity_CelebA.csv",
            people("image_id,identity\n", ","),
        ),
        (
            "list_attr_celeba.txt",
            attributes("202599\n", "A B", " "),
            "list_identity_celeba.txt",
            people("24\nimage_id identity_name\n", "   "),
        ),
        (
            "list_attr_celeba.txt",
            attributes("", "A B", " "),
            "identity_celeba.txt",
            people("", " "),
        ),
        (
            "CelebAMask-HQ-attribute-anno.txt",
            attributes("24\n", "A B", "  "),
            "identity_CelebA.txt",
            people("", " "),
        ),
    ] {
        let root = folder(&[(list, text.as_bytes()), (identities, of_people.as_bytes())]);
        for at in 1..=24 {
            write(
                root.path(),
                &[(
                    &format!("img_align_celeba/img_align_celeba/{at:06}.jpg"),
                    &image,
                )],
            );
        }
        write(
            root.path(),
            &[
                ("CelebAMask-HQ-mask-anno/0/00000_hair.png", &image),
                ("set-mask/1.png", &image),
            ],
        );
        let (_, dataset) = load(root.path()).expect(list);
        assert_eq!(
            (dataset.format, dataset.images.len(), dataset.tasks.len()),
            (Format::Celeba, 24, 2)
        );
        assert_eq!(dataset.labels.get(0, 0), Some(1), "{list}");
        assert!(
            !dataset.report.to_string().contains("person of its own"),
            "{}",
            dataset.report
        );
        for person in 0..3 {
            let of_person = dataset.images.iter().skip(person).step_by(3);
            let splits: std::collections::HashSet<_> = of_person.map(|image| image.split).collect();
            assert_eq!(splits.len(), 1, "the images of a person stay in one split");
        }
    }
    let csv = attributes("", "image_id,A,B", ",");
    let root = folder(&[
        ("list_attr_celeba.csv", csv.as_bytes()),
        (
            "list_eval_partition.csv",
            b"image_id,partition\n000001.jpg,0\n000002.jpg,1\n000003.jpg,2\n",
        ),
    ]);
    for at in 1..=3 {
        write(root.path(), &[(&format!("{at:06}.jpg"), &image)]);
    }
    let (_, dataset) = load(root.path()).expect("loads");
    let splits: Vec<Split> = dataset.images.iter().map(|image| image.split).collect();
    assert_eq!(splits, [Split::Train, Split::Val, Split::Test]);
}

#[test]
fn a_missing_file_is_named_with_what_to_do() {
    let root = official();
    std::fs::remove_file(root.path().join("Anno/list_attr_celeba.txt")).expect("there");
    let options = Options {
        format: Format::Celeba,
        ..Options::default()
    };
    let message = load_with(root.path(), &options)
        .expect_err("missing")
        .to_string();
    assert!(
        message.contains("list_attr_celeba.txt is missing"),
        "{message}"
    );
    assert!(message.contains("put it beside the pictures"), "{message}");
    // Without being told, it is a folder of pictures, and the report says what is lacking.
    let (_, dataset) = load(root.path()).expect("a folder");
    assert!(
        dataset
            .report
            .to_string()
            .contains("these look like CelebA's pictures")
    );

    let nowhere = root.path().join("nowhere");
    assert!(
        Storage::open(&nowhere)
            .expect_err("missing")
            .to_string()
            .contains("nowhere")
    );
}

#[test]
fn text_files_without_a_picture_are_an_error() {
    let root = official();
    std::fs::remove_dir_all(root.path().join("Img")).expect("there");
    let message = failure(root.path());
    assert!(
        message.contains("holds no picture that can be used"),
        "{message}"
    );
    assert!(message.contains("4 were left out"), "{message}");
}
