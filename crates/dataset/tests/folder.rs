//! Anyone's own pictures, with and without a CSV.

mod common;

use common::{failure, folder, jpeg, load, load_with, write};
use modulens_dataset::{Format, Options, Storage};
use modulens_schema::Split;

fn picture() -> Vec<u8> {
    jpeg(20, 10, [10, 200, 30])
}

fn cats() -> tempfile::TempDir {
    let picture = picture();
    folder(&[
        ("a.jpg", &picture),
        ("sub/b.JPG", &picture),
        ("sub/c.jpeg", &picture),
        ("d.jpg", &picture),
    ])
}

#[test]
fn a_csv_gives_tasks_splits_and_groups() {
    let root = cats();
    let csv = "file,collar,age,size[small<large],split,group,name\n\
               a.jpg,yes,3,small,train,felix,Felix\n\
               sub/b.JPG,no,1,large,test,tom,Tom\n\
               c,-1,,small,val,kitty,Kitty\n\
               missing.jpg,yes,2,large,,,Gone\n";
    write(
        root.path(),
        &[("attributes.csv", csv.as_bytes()), ("notes.csv", b"x\n1\n")],
    );
    let (storage, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.format, Format::Folder);
    let names: Vec<_> = dataset
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    assert_eq!(names, ["collar", "age", "size", "name"]);
    let ids: Vec<_> = dataset
        .images
        .iter()
        .map(|image| image.id.as_str())
        .collect();
    assert_eq!(ids, ["a.jpg", "d.jpg", "sub/b.JPG", "sub/c.jpeg"]);
    let row = |image: usize| {
        (0..3)
            .map(|task| dataset.labels.get(image, task))
            .collect::<Vec<_>>()
    };
    assert_eq!(row(0), [Some(1), Some(1), Some(0)]);
    assert_eq!(row(1), [None; 3], "a picture without a row takes part");
    assert_eq!(row(3), [Some(0), None, Some(0)]);
    assert_eq!(dataset.images[0].split, Split::Train);
    assert_eq!(dataset.images[2].split, Split::Test);
    assert_eq!(dataset.images[3].split, Split::Val);
    assert_eq!(dataset.report.reasons["no such picture"], 1);
    assert!(
        dataset
            .report
            .to_string()
            .contains("1 picture has no row in attributes.csv")
    );
    assert_eq!(dataset.image(&storage, 2).expect("there"), picture());
}

/// Training went through, and `eval` and `export` refused what came of it.
#[test]
fn two_columns_that_become_one_task_are_refused() {
    let root = cats();
    for header in [
        "file,size,size[a<b]",
        "file,size[b<a],SIZE[a<b]",
        "file,Size,size [a<b]",
    ] {
        let csv = format!("{header}\na.jpg,a,b\nd.jpg,b,a\n");
        write(root.path(), &[("attributes.csv", csv.as_bytes())]);
        let message = failure(root.path()).to_lowercase();
        assert!(
            message.contains("become the task \"size\"; rename or"),
            "{message}"
        );
    }
}

#[test]
fn what_is_ambiguous_is_not_guessed() {
    let root = cats();
    write(root.path(), &[("other/c.jpeg", &picture())]);
    write(
        root.path(),
        &[(
            "attributes.csv",
            b"file,x\na.jpg,yes\nc.jpeg,no\nd.jpg,no\nd,yes\n../a.jpg,no\n,no\n",
        )],
    );
    let (_, dataset) = load(root.path()).expect("loads");
    let reasons = &dataset.report.reasons;
    assert_eq!(
        reasons["several pictures have this name; write the path"],
        1
    );
    let taken = "no such picture; the one most like it has a row of its own";
    assert_eq!(reasons[taken], 1, "d beside d.jpg");
    assert_eq!(reasons["row without the name of a picture"], 2);
    assert_eq!(
        dataset
            .labels
            .cells()
            .iter()
            .filter(|&&cell| cell < 2)
            .count(),
        2
    );
}

#[test]
fn folders_are_a_task_where_they_tell_something() {
    let picture = picture();
    let root = folder(&[
        ("animals/cats/1.jpg", &picture),
        ("animals/cats/2.jpg", &picture),
        ("animals/dogs/1.jpg", &picture),
        ("animals/readme.txt", b"hello"),
        ("animals/.DS_Store", b"x"),
    ]);
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.tasks.len(), 1);
    assert_eq!(
        (
            dataset.tasks[0].name.as_str(),
            dataset.tasks[0].values.join("|")
        ),
        ("Folder", "cats|dogs".into())
    );
    assert_eq!(dataset.labels.cells(), [0, 0, 1]);
    assert!(
        dataset
            .report
            .to_string()
            .contains("1 file that is no picture is left alone")
    );

    std::fs::remove_dir_all(root.path().join("animals/dogs")).expect("there");
    let (_, dataset) = load(root.path()).expect("one folder is no task, but a gallery");
    assert_eq!((dataset.tasks.len(), dataset.images.len()), (0, 2));
    assert_eq!(dataset.labels.cells().len(), 0);
}

#[test]
fn wrong_tables_are_sentences() {
    let cases: [(&[u8], &str); 4] = [
        (
            b"name,a\nFelix,1\n",
            "no row names a picture that is here (the first says \"Felix\")",
        ),
        (
            b"file,split\na.jpg,holdout\n",
            "line 2: the split \"holdout\" is none of train, val and test",
        ),
        (
            b"file,s[a<b]\na.jpg,c\n",
            "line 2: \"c\" is not in the order",
        ),
        (b"", "the table has no header"),
    ];
    for (csv, says) in cases {
        let root = cats();
        write(root.path(), &[("attributes.csv", csv)]);
        let message = failure(root.path());
        assert!(message.contains(says), "{message}");
    }
    let root = cats();
    write(
        root.path(),
        &[("x.csv", b"file\na.jpg\n"), ("y.csv", b"file\na.jpg\n")],
    );
    assert!(load(root.path()).is_ok());
    let options = |table: &str| Options {
        table: Some(table.into()),
        ..Options::default()
    };
    assert!(load_with(root.path(), &options("y.csv")).is_ok());
    let message = load_with(root.path(), &options("z.csv"))
        .expect_err("not there")
        .to_string();
    assert!(message.contains("z.csv is missing"), "{message}");
}

#[test]
fn nothing_to_see_is_an_error() {
    let root = folder(&[]);
    assert!(failure(root.path()).contains("put JPEG or PNG pictures there"));
    write(root.path(), &[("a.avif", b"ftyp"), ("b.svg", b"<svg>")]);
    let message = failure(root.path());
    assert!(
        message.contains("2 were left out, such as a.avif"),
        "{message}"
    );
}

#[test]
fn a_file_that_only_claims_to_be_a_picture_is_found_when_decoded() {
    let root = cats();
    write(root.path(), &[("e.jpg", b"<html>not found</html>")]);
    let (storage, mut dataset) = load(root.path()).expect("loads: nothing is decoded yet");
    let bad: Vec<(usize, String)> = (0..dataset.images.len())
        .filter_map(|index| {
            let bytes = dataset.image(&storage, index).expect("there");
            let error = modulens_dataset::decode(&bytes).err()?;
            Some((index, error.to_string()))
        })
        .collect();
    dataset.discard(&bad);
    assert_eq!((dataset.images.len(), dataset.report.skipped_total), (4, 1));
    assert!(
        dataset
            .report
            .to_string()
            .contains("e.jpg (this is not a picture that can be read here")
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    let root = cats();
    std::os::unix::fs::symlink(root.path(), root.path().join("sub/again")).expect("can link");
    let (_, dataset) = load(root.path()).expect("ends");
    assert_eq!(dataset.images.len(), 4);
}

/// A single image can be predicted without a folder around it.
#[test]
fn a_file_that_is_no_archive_is_a_storage_of_that_file() {
    let dir = folder(&[]);
    let path = dir.path().join("photo.jpg");
    std::fs::write(&path, b"bytes").expect("written");
    assert!(Storage::open(&path).is_err(), "no dataset");
    let storage = Storage::open_or_file(&path).expect("opens");
    assert_eq!(storage.entries()[0].path, "photo.jpg");
    assert_eq!(storage.read(0).expect("reads"), b"bytes");
    for (name, bytes) in [("a.heic", "x"), ("notes.txt", "x"), ("b.PNG", "x")] {
        std::fs::write(dir.path().join(name), bytes).expect("written");
    }
    let all = Storage::open_or_file(dir.path()).expect("opens");
    let images = all.images().into_iter();
    let images: Vec<&str> = images.map(|at| &*all.entries()[at].path).collect();
    assert_eq!(
        images,
        ["a.heic", "b.PNG", "photo.jpg"],
        "also those of kinds not read here"
    );
    std::fs::write(&path, b"7z\xBC\xAF\x27\x1C").expect("written");
    let error = Storage::open_or_file(&path).expect_err("another kind of archive");
    assert!(error.to_string().contains("7z"), "{error}");
}

/// A search needs no word on how images are split for training.
#[test]
fn a_split_by_chance_is_noted_where_there_are_labels() {
    let says = |root: &tempfile::TempDir| {
        let (_, dataset) = load(root.path()).expect("loads");
        let mut notes = dataset.report.notes.into_iter();
        notes.any(|note| note.starts_with("there is no split"))
    };
    let root = cats();
    assert!(!says(&root));
    let csv = "file,collar\na.jpg,yes\nd.jpg,no\n";
    write(root.path(), &[("attributes.csv", csv.as_bytes())]);
    assert!(says(&root));
}
