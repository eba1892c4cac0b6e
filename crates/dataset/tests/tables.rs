//! Tables of labels in the forms that people and programs write them.

mod common;

use std::collections::BTreeSet;

use common::{folder, jpeg, load, load_with, write};
use modulens_dataset::{ColumnKind, Dataset, Options};
use modulens_schema::{Split, TaskKind};

/// A folder of so many images, called by a function, with one table.
fn with_table(
    name: impl Fn(usize) -> String,
    count: usize,
    table: &str,
    text: &[u8],
) -> tempfile::TempDir {
    let image = jpeg(8, 8, [1, 2, 3]);
    let root = folder(&[(table, text)]);
    for at in 0..count {
        write(root.path(), &[(&name(at), &image)]);
    }
    root
}

fn numbered(at: usize) -> String {
    format!("{at:03}.jpg")
}

fn read(root: &tempfile::TempDir) -> Dataset {
    load(root.path()).expect("loads").1
}

/// Values with their numbers of images, and the number of unknown ones, of a task.
fn counts(dataset: &Dataset, task: &str) -> (Vec<(String, usize)>, usize) {
    let at = dataset
        .tasks
        .iter()
        .position(|known| known.name == task)
        .expect(task);
    let of = |value: Option<u8>| {
        (0..dataset.images.len())
            .filter(|&image| dataset.labels.get(image, at) == value)
            .count()
    };
    let values = dataset.tasks[at].values.iter().zip(0..);
    (
        values
            .map(|(value, index)| (value.clone(), of(Some(index))))
            .collect(),
        of(None),
    )
}

fn shapes(dataset: &Dataset) -> Vec<usize> {
    let (values, unknown) = counts(dataset, "shape");
    assert_eq!(unknown, 0, "{}", dataset.report);
    values.into_iter().map(|(_, count)| count).collect()
}

const SHAPES: [&str; 3] = ["circle", "square", "triangle"];

/// Twelve rows: what a function writes for the row, and the shape, separated by a sign.
fn shape_rows(heading: &str, separator: char, name: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = format!("{heading}\n");
    for at in 0..12 {
        text += &format!("{}{separator}{}\n", name(at), SHAPES[at % 3]);
    }
    text.into_bytes()
}

#[test]
fn the_column_of_the_images_is_found_wherever_it_stands() {
    let rows: String = (0..12)
        .map(|at| format!("{},{at}.jpg,{},{}\n", 101 + at, at % 2, SHAPES[at % 3]))
        .collect();
    let text = format!("img_id,img_filename,y,shape\n{rows}");
    let dataset = read(&with_table(
        |at| format!("{at}.jpg"),
        12,
        "metadata.csv",
        text.as_bytes(),
    ));
    assert_eq!(shapes(&dataset), [4, 4, 4]);
    let names: Vec<&str> = dataset
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    assert_eq!(names, ["y", "shape"], "{}", dataset.report);
    // The index looks like the names of other images: 0 stands beside 11.jpg.
    let rows: String = (0..12)
        .map(|at| format!("{at},{}.jpg,{}\n", 11 - at, SHAPES[at % 3]))
        .collect();
    for heading in ["index,file,shape", ",file,shape"] {
        let text = format!("{heading}\n{rows}");
        let dataset = read(&with_table(
            |at| format!("{at}.jpg"),
            9,
            "labels.csv",
            text.as_bytes(),
        ));
        assert_eq!(dataset.tasks.len(), 1);
        assert_eq!(
            dataset.labels.get(0, 0),
            Some(2),
            "0.jpg stands in the last row"
        );
        assert_eq!(dataset.report.reasons["no such picture"], 3);
    }
}

#[test]
fn rows_that_fit_by_number_only_are_not_taken_silently() {
    let text = "age,colour\n1,red\n2,blue\n3,red\n4,blue\n";
    let root = with_table(
        |at| format!("{at:04}.jpg"),
        6,
        "labels.csv",
        text.as_bytes(),
    );
    let message = common::failure(root.path());
    assert!(
        message.contains("4 of 4 rows fit images by number only, in column \"age\""),
        "{message}"
    );
    write(
        root.path(),
        &[("labels.csv", text.replace("age", "file").as_bytes())],
    );
    let dataset = read(&root);
    assert!(
        dataset.report.to_string().contains("by number only"),
        "{}",
        dataset.report
    );
}

#[test]
fn names_that_nearly_fit_are_matched() {
    type Name = fn(usize) -> String;
    let cases: [(Name, Name); 8] = [
        (
            |at| format!("IMG_{at:04}.JPG"),
            |at| format!("img_{at:04}.jpg"),
        ),
        (|at| format!("{at:04}.jpg"), |at| format!("{at:04}.png")),
        (|at| format!("{at:06}.jpg"), |at| format!("{at}")),
        (|at| format!("{at:06}.jpg"), |at| format!("{at}.0")),
        (
            |at| format!("{}/{at:04}.jpg", if at % 2 == 0 { "cats" } else { "dogs" }),
            |at| format!("{}/{at:04}", if at % 2 == 0 { "cats" } else { "dogs" }),
        ),
        (
            |at| format!("images/{at:04}.jpg"),
            |at| format!("C:\\Users\\me\\set\\images\\{at:04}.jpg"),
        ),
        (
            |at| format!("pics/{at:04}.jpg"),
            |at| format!("/home/me/set/{at:04}.jpg"),
        ),
        (
            |at| format!("Sto\u{308}ckel_{at}.jpg"),
            |at| format!("St\u{f6}ckel_{at}.jpg"),
        ),
    ];
    for (on_disk, written) in cases {
        let root = with_table(
            on_disk,
            12,
            "labels.csv",
            &shape_rows("file,shape", ',', written),
        );
        assert_eq!(shapes(&read(&root)), [4, 4, 4], "{}", written(1));
    }
}

#[test]
fn cells_that_say_nothing_are_unknown() {
    let words = ["NaN", "nan", "NA", "N/A", "null", "None"];
    let mut text = String::from("file,Smiling,colour,age\n");
    for at in 0..12 {
        let cell = |column: usize, known: String| {
            if at % 3 == column {
                words[at % 6].to_owned()
            } else {
                known
            }
        };
        let smiling = cell(0, (at % 2).to_string());
        let colour = cell(1, ["red", "blue"][at % 2].into());
        text += &format!(
            "{at:03}.jpg,{smiling},{colour},{}\n",
            cell(2, (20 + at).to_string())
        );
    }
    let dataset = read(&with_table(numbered, 12, "labels.csv", text.as_bytes()));
    let kinds: Vec<TaskKind> = dataset.tasks.iter().map(|task| task.kind).collect();
    assert_eq!(
        kinds,
        [TaskKind::Binary, TaskKind::Categorical, TaskKind::Ordinal]
    );
    for task in ["Smiling", "colour", "age"] {
        assert_eq!(counts(&dataset, task).1, 4, "{task}");
    }
    assert!(
        dataset
            .report
            .to_string()
            .contains("yes/no, 4 of 12 unknown"),
        "{}",
        dataset.report
    );
}

#[test]
fn labels_in_one_cell_become_a_task_each() {
    let mut text = String::from("file,tags\n");
    for at in 0..16 {
        let tags = ["hat", "glasses", "beard"]
            .iter()
            .enumerate()
            .filter(|(bit, _)| at >> bit & 1 == 1);
        let tags: Vec<&str> = tags.map(|(_, tag)| *tag).collect();
        let cell = if tags.is_empty() {
            "No Finding".into()
        } else {
            tags.join("|")
        };
        text += &format!("{at:03}.jpg,{cell}\n");
    }
    let dataset = read(&with_table(numbered, 16, "labels.csv", text.as_bytes()));
    assert_eq!(dataset.tasks.len(), 3);
    for task in ["hat", "glasses", "beard"] {
        assert_eq!(
            counts(&dataset, task).0,
            [("no".into(), 8), ("yes".into(), 8)]
        );
    }
}

#[test]
fn spreadsheets_of_other_languages_are_read() {
    let colours = ["rot", "blau", "gr\u{fc}n", "gelb"];
    let rows = |separator: &str| -> String {
        let row = |at: usize| {
            format!(
                "{at:03}.jpg{separator}{}{separator}{},{}\r\n",
                colours[at % 4],
                2 + at / 2,
                at % 2 * 5
            )
        };
        (0..12).map(row).collect()
    };
    let semicolons = format!("file;colour;heel\r\n{}", rows(";"));
    let marked = format!("\u{FEFF}sep=;\r\n{semicolons}");
    let latin: Vec<u8> = semicolons.chars().map(|c| c as u8).collect();
    let tabs = format!("\u{FEFF}file\tcolour\theel\r\n{}", rows("\t"));
    let wide: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let commas = format!("\"file\";\"colour, main\";\"heel\"\r\n{}", rows(";"))
        .replace("colour, main", "colour");
    for bytes in [
        semicolons.into_bytes(),
        marked.into_bytes(),
        latin,
        wide,
        commas.into_bytes(),
    ] {
        let dataset = read(&with_table(numbered, 12, "labels.csv", &bytes));
        let (values, _) = counts(&dataset, "colour");
        assert_eq!(values.len(), 4, "{}", dataset.report);
        assert!(values.contains(&("gr\u{fc}n".into(), 3)), "{values:?}");
        let heel = dataset
            .tasks
            .iter()
            .find(|task| task.name == "heel")
            .expect("there");
        assert_eq!((heel.kind, heel.values.len()), (TaskKind::Ordinal, 5));
    }
}

#[test]
fn tables_have_other_names_than_csv() {
    let tabs = shape_rows("file\tshape", '\t', numbered);
    let json: String = (0..12)
        .map(|at| {
            format!(
                "{{\"file_name\": \"{at:03}.jpg\", \"shape\": \"{}\"}}\n",
                SHAPES[at % 3]
            )
        })
        .collect();
    let list: String = (0..12)
        .map(|at| format!("{at:03}.jpg {}\n", SHAPES[at % 3]))
        .collect();
    for (name, text) in [
        ("labels.tsv", &tabs),
        ("labels.txt", &tabs),
        ("metadata.jsonl", &json.into_bytes()),
    ] {
        assert_eq!(
            shapes(&read(&with_table(numbered, 12, name, text))),
            [4, 4, 4],
            "{name}"
        );
    }
    // A list without a heading keeps its first row.
    let dataset = read(&with_table(numbered, 12, "list.txt", list.as_bytes()));
    assert_eq!(
        counts(&dataset, "label")
            .0
            .iter()
            .map(|(_, count)| *count)
            .sum::<usize>(),
        12
    );
    let dataset = read(&with_table(
        numbered,
        2,
        "readme.txt",
        b"About these pictures.\nTaken by me.\n",
    ));
    assert!(dataset.tasks.is_empty());
}

#[test]
fn one_bad_line_costs_one_row() {
    let mut text = String::from("id,gender,season,name\n");
    for at in 0..12 {
        let comma = if at == 6 { ", blue" } else { "" };
        text += &format!(
            "{at:03},{},Summer,Shoe {at}{comma}\n",
            ["Men", "Women"][at % 2]
        );
    }
    let dataset = read(&with_table(numbered, 12, "styles.csv", text.as_bytes()));
    assert_eq!(dataset.images.len(), 12);
    assert_eq!(
        counts(&dataset, "gender"),
        (vec![("Men".into(), 5), ("Women".into(), 6)], 1)
    );
    assert!(
        dataset.report.to_string().contains("line 8 (styles.csv)"),
        "{}",
        dataset.report
    );
}

#[test]
fn tables_are_joined_over_the_images() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let mut attributes = String::from("image_id,shape\n");
    let mut partition = String::from("image_id,partition\n");
    let mut people = String::from("image_id,person_id\n");
    let root = folder(&[]);
    for at in 0..12 {
        write(root.path(), &[(&numbered(at), &image)]);
        attributes += &format!("{at:03}.jpg,{}\n", SHAPES[at % 3]);
        partition += &format!("{at:03}.jpg,{}\n", at / 4);
        people += &format!("{at:03}.jpg,{}\n", at / 2);
    }
    write(
        root.path(),
        &[
            ("attributes.csv", attributes.as_bytes()),
            ("partition.csv", partition.as_bytes()),
            ("people.csv", people.as_bytes()),
        ],
    );
    let dataset = read(&root);
    assert_eq!(dataset.tasks.len(), 1, "{}", dataset.report);
    assert_eq!(
        [Split::Train, Split::Val, Split::Test].map(|split| dataset.in_split(split).len()),
        [4, 4, 4]
    );
    assert_eq!(dataset.images[0].group, dataset.images[1].group);
    // A second opinion is not settled silently.
    write(
        root.path(),
        &[("other.csv", attributes.replace("circle", "ring").as_bytes())],
    );
    let message = common::failure(root.path());
    assert!(
        message.contains("shape of 000.jpg is \"ring\", but \"circle\" in attributes.csv, line 2"),
        "{message}"
    );
    let options = Options {
        table: Some("other.csv".into()),
        ..Options::default()
    };
    assert!(load_with(root.path(), &options).is_ok());
}

#[test]
fn tables_of_parts_are_stacked_and_say_the_split() {
    let image = jpeg(8, 8, [1, 2, 3]);
    for (train, test, image_of) in [
        ("train/metadata.csv", "test/metadata.csv", true),
        ("train.csv", "test.csv", false),
    ] {
        let root = folder(&[]);
        let mut tables = [
            String::from("file_name,shape\n"),
            String::from("file_name,shape\n"),
        ];
        for at in 0..12 {
            let part = usize::from(at >= 8);
            let folder = if image_of {
                ["train/", "test/"][part]
            } else {
                ""
            };
            write(root.path(), &[(&format!("{folder}{at}.jpg"), &image)]);
            tables[part] += &format!("{at}.jpg,{}\n", SHAPES[at % 3]);
        }
        write(
            root.path(),
            &[(train, tables[0].as_bytes()), (test, tables[1].as_bytes())],
        );
        let dataset = read(&root);
        assert_eq!(shapes(&dataset), [4, 4, 4]);
        assert_eq!(
            [Split::Train, Split::Val, Split::Test].map(|split| dataset.in_split(split).len()),
            [8, 0, 4]
        );
        let columns = &dataset.report.columns;
        let labels: Vec<&str> = columns.iter().map(|c| c.column.as_str()).collect();
        assert_eq!(labels, ["file_name", "shape"], "each column once");
        for column in columns {
            let tables: BTreeSet<&str> = column.tables.iter().map(String::as_str).collect();
            assert_eq!(tables, BTreeSet::from([train, test]), "{}", column.column);
            assert_eq!(column.rows, 12);
        }
    }
}

#[test]
fn columns_of_one_table_only_stand_apart_from_shared_ones() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let root = folder(&[]);
    let mut first = String::from("file,shape,hat\n");
    let mut second = String::from("FILE,shape,colour\n");
    for at in 0..12 {
        write(root.path(), &[(&numbered(at), &image)]);
        let shape = SHAPES[at % 3];
        match at < 6 {
            true => first += &format!("{at:03}.jpg,{shape},yes\n"),
            false => second += &format!("{at:03}.jpg,{shape},red\n"),
        }
    }
    write(
        root.path(),
        &[("a.csv", first.as_bytes()), ("b.csv", second.as_bytes())],
    );
    let columns = read(&root).report.columns;
    let found = columns
        .iter()
        .map(|column| (column.column.as_str(), column.tables.join("+")));
    let expected = [
        ("file", "a.csv+b.csv"),
        ("shape", "a.csv+b.csv"),
        ("hat", "a.csv"),
        ("colour", "b.csv"),
    ];
    let expected = expected.map(|(column, tables)| (column, tables.to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn a_list_of_names_is_no_table_with_a_column() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let root = folder(&[]);
    let mut labels = String::from("file,shape\n");
    let mut list = String::new();
    for at in 0..12 {
        write(root.path(), &[(&numbered(at), &image)]);
        match at < 9 {
            true => labels += &format!("{at:03}.jpg,{}\n", SHAPES[at % 3]),
            false => list += &format!("{at:03}.jpg\n"),
        }
    }
    write(
        root.path(),
        &[
            ("labels.csv", labels.as_bytes()),
            ("unlabelled.txt", list.as_bytes()),
        ],
    );
    let report = read(&root).report;
    let told = report.to_string();
    assert!(
        told.contains(
            "unlabelled.txt is a list of pictures: 3 of its 3 lines name one, as written"
        ),
        "{told}"
    );
    assert!(!told.contains("heading"), "{told}");
    assert!(
        told.contains("3 pictures have no row in labels.csv: nothing"),
        "{told}"
    );
    let tables = report.columns.iter().map(|column| column.tables.join("+"));
    assert_eq!(tables.collect::<Vec<_>>(), ["labels.csv", "labels.csv"]);
}

/// A list of the images of each part beside folders of classes hid the classes.
#[test]
fn lists_of_the_parts_leave_the_folders_as_the_classes() {
    let image = jpeg(8, 8, [1, 2, 3]);
    for heading in ["", "file,split\n"] {
        let root = folder(&[]);
        let mut lists = [String::from(heading), String::from(heading)];
        for at in 0..12 {
            let name = format!("{}/{at}.jpg", SHAPES[at % 3]);
            write(root.path(), &[(&name, &image)]);
            let part = usize::from(at >= 9);
            let cell = match heading {
                "" => "",
                _ => [",train", ",test"][part],
            };
            lists[part] += &format!("{name}{cell}\n");
        }
        let names = match heading {
            "" => ["train.txt", "test.txt"],
            _ => ["a.csv", "b.csv"],
        };
        write(
            root.path(),
            &[
                (names[0], lists[0].as_bytes()),
                (names[1], lists[1].as_bytes()),
            ],
        );
        let dataset = read(&root);
        let fours: Vec<(String, usize)> = SHAPES.map(|shape| (shape.to_owned(), 4)).into();
        assert_eq!(counts(&dataset, "Folder"), (fours, 0));
        assert_eq!(
            [Split::Train, Split::Val, Split::Test].map(|split| dataset.in_split(split).len()),
            [9, 0, 3],
            "{}",
            dataset.report
        );
    }
}

#[test]
fn folders_of_parts_are_the_split_and_those_below_the_classes() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let root = folder(&[]);
    for (part, count) in [("train", 4), ("valid", 1), ("test", 2)] {
        for shape in SHAPES {
            for at in 0..count {
                write(
                    root.path(),
                    &[(&format!("set/{part}/{shape}/{at}.jpg"), &image)],
                );
            }
        }
    }
    let dataset = read(&root);
    assert_eq!(dataset.tasks.len(), 1);
    let sevens: Vec<(String, usize)> = SHAPES.map(|shape| (shape.to_owned(), 7)).into();
    assert_eq!(counts(&dataset, "Folder"), (sevens, 0));
    assert_eq!(
        [Split::Train, Split::Val, Split::Test].map(|split| dataset.in_split(split).len()),
        [12, 3, 6]
    );
}

#[test]
fn one_hot_columns_are_offered_and_merged_when_told() {
    let mut text = String::from("file,colour_red,colour_blue,colour_light_green\n");
    for at in 0..12 {
        text += &format!(
            "{at:03}.jpg,{},{},{}\n",
            u8::from(at % 3 == 0),
            u8::from(at % 3 == 1),
            u8::from(at % 3 == 2)
        );
    }
    let root = with_table(numbered, 12, "labels.csv", text.as_bytes());
    let dataset = read(&root);
    assert_eq!(dataset.tasks.len(), 3);
    assert!(
        dataset
            .report
            .to_string()
            .contains("columns.colour = \"one-hot\""),
        "{}",
        dataset.report
    );
    let options = Options {
        columns: [("colour".to_owned(), ColumnKind::OneHot)].into(),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options).expect("loads");
    assert!(dataset.report.one_hot[0].merged);
    assert!(!dataset.report.to_string().contains("one-hot"));
    let fours = ["red", "blue", "light green"].map(|colour| (colour.to_owned(), 4));
    assert_eq!(counts(&dataset, "colour"), (fours.into(), 0));
}

#[test]
fn a_column_told_as_the_split_or_image_wins_over_a_recognised_one() {
    let mut text = String::from("file,split,part,copy\n");
    for at in 0..12 {
        let parts = ["train", "test"];
        let (split, part) = (parts[at % 2], parts[usize::from(at > 3)]);
        text += &format!("{at:03}.jpg,{split},{part},{:03}.jpg\n", 11 - at);
    }
    let root = with_table(numbered, 12, "labels.csv", text.as_bytes());
    let told = |kinds: &[(&str, ColumnKind)]| {
        let columns = kinds.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
        let options = Options {
            columns: columns.collect(),
            ..Options::default()
        };
        load_with(root.path(), &options).map(|(_, dataset)| dataset)
    };
    let readings = |dataset: &Dataset| -> Vec<(String, String)> {
        let columns = dataset.report.columns.iter();
        columns
            .map(|column| (column.column.clone(), column.reading.clone()))
            .collect()
    };
    let dataset = told(&[]).expect("loads");
    assert_eq!(dataset.in_split(Split::Train).len(), 6);
    let first = ("file".to_owned(), "the image's name".to_owned());
    assert_eq!(readings(&dataset)[0], first);
    let dataset = told(&[("part", ColumnKind::Split), ("copy", ColumnKind::Image)]).expect("loads");
    assert_eq!(dataset.in_split(Split::Train).len(), 4);
    assert_eq!(readings(&dataset)[0], ("copy".to_owned(), first.1));
    assert!(readings(&dataset).contains(&("part".to_owned(), "the split".to_owned())));
    let message = told(&[("split", ColumnKind::Image)])
        .expect_err("no image is called so")
        .to_string();
    assert!(
        message.contains("no cell of column \"split\" names a picture"),
        "{message}"
    );
}

#[test]
fn columns_are_read_as_told() {
    let mut text = String::from("a,b,hat,who\n");
    for at in 0..12 {
        text += &format!(
            "{},{at:03}.jpg,{},p{}\n",
            (at + 1) % 12,
            ["none", "cap"][at % 2],
            at % 4
        );
    }
    let root = with_table(numbered, 12, "labels.csv", text.as_bytes());
    let columns = [
        ("hat".to_owned(), ColumnKind::Categories),
        ("WHO".to_owned(), ColumnKind::Group),
        ("a".to_owned(), ColumnKind::Ignore),
    ];
    let options = Options {
        columns: columns.into(),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options).expect("loads");
    assert_eq!(dataset.tasks.len(), 1);
    assert_eq!(
        counts(&dataset, "hat").0,
        [("cap".into(), 6), ("none".into(), 6)]
    );
    assert_eq!(dataset.images[0].group, dataset.images[4].group);
    let options = Options {
        columns: [("hats".to_owned(), ColumnKind::Ignore)].into(),
        ..Options::default()
    };
    let message = load_with(root.path(), &options)
        .expect_err("no such column")
        .to_string();
    assert!(
        message.contains("the column \"hats\" (ignore) is missing"),
        "{message}"
    );
}

/// Columns that are no task were thrown away, also for whoever shows them.
#[test]
fn columns_that_are_no_task_were_thrown_away() {
    let mut text = String::from("file,hat,title,split,nothing,secret,age\n");
    for at in 0..12 {
        let (hat, split) = (["yes", "no"][at % 2], ["train", "test"][at / 6]);
        let title = if at == 3 {
            String::new()
        } else {
            format!("a title {at}")
        };
        text += &format!("{at:03}.jpg,{hat},{title},{split},NA,x{at},{at}.5\n");
    }
    let root = with_table(numbered, 13, "labels.csv", text.as_bytes());
    let (_, without) = load_with(root.path(), &Options::default()).expect("loads");
    assert!(without.texts.is_empty());
    let options = Options {
        texts: true,
        columns: [("secret".to_owned(), ColumnKind::Ignore)].into(),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options).expect("loads");
    let names: Vec<&str> = dataset.texts.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["title", "split", "age"]);
    assert_eq!(
        dataset.texts[2].cells[7], "7.5",
        "it is a task of bins, too"
    );
    let titles = &dataset.texts[0].cells;
    assert_eq!(
        (titles[2].as_str(), titles[3].as_str(), titles[12].as_str()),
        ("a title 2", "", "")
    );
    assert_eq!(dataset.fingerprint(), without.fingerprint());
}
