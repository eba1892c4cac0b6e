//! The real datasets' own files, small: every configuration for them runs with nothing but the path changed (and less
//! of everything, so that the test ends).

mod common;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use jpeg_encoder::{ColorType, Encoder};
use modulens_retrieval::Random;
use trainer::cli::Cli;
use trainer::compare::Comparison;
use trainer::config::{Config, TripletSource};
use trainer::{data, official};

fn trainer(words: &[&str], more: &[&OsString]) {
    let line = ["trainer"].iter().chain(words).map(OsString::from);
    trainer::run(Cli::parse_from(
        line.chain(more.iter().map(|&word| word.clone())),
    ))
    .unwrap_or_else(|error| panic!("{words:?}: {}", trainer::error::report(&error)));
}

fn config(name: &str) -> OsString {
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    configs.join(name).into()
}

/// A noisy picture of one colour.
fn jpeg(width: u16, height: u16, colour: [u8; 3], random: &mut Random) -> Vec<u8> {
    let pixels: Vec<u8> = (0..usize::from(width) * usize::from(height))
        .flat_map(|_| colour.map(|value| value.saturating_add(random.below(30) as u8)))
        .collect();
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 85)
        .encode(&pixels, width, height, ColorType::Rgb)
        .expect("a JPEG");
    bytes
}

fn write(path: PathBuf, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("written");
}

/// The forty attributes in the file's own order.
const ATTRIBUTES: &str = "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose \
    Black_Hair Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup \
    High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose \
    Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat \
    Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young";

/// `CelebA` as downloaded: all of its files, of 40 pictures.
fn celeba(root: &Path) {
    let mut random = Random::new(1);
    let (mut attributes, mut partition, mut identity, mut boxes, mut landmarks) = (
        format!("40\n{ATTRIBUTES} \n"),
        String::new(),
        String::new(),
        "40\nimage_id x_1 y_1 width height\n".to_owned(),
        "40\nlefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x rightmouth_y\n"
            .to_owned(),
    );
    for number in 0..40_u8 {
        let name = format!("{:06}.jpg", u32::from(number) + 1);
        attributes.push_str(&name);
        for task in 0..40 {
            let yes = (number / 2 + task) % 3 == 0 || number % 4 == task % 4;
            attributes.push_str(if yes { "  1" } else { " -1" });
        }
        attributes.push('\n');
        let split = [0, 0, 0, 1, 2][usize::from(number % 5)];
        partition.push_str(&format!("{name} {split}\n"));
        identity.push_str(&format!("{name} {}\n", 100 + u32::from(number)));
        boxes.push_str(&format!("{name}    95  71 226 313\n"));
        landmarks.push_str(&format!("{name} 69 109 106 113 77 142 73 152 108 154\n"));
        let colour = [number * 5, 255 - number * 6, 40 * (number % 4)];
        write(
            root.join("Img/img_align_celeba").join(&name),
            jpeg(178, 218, colour, &mut random),
        );
    }
    write(root.join("Anno/list_attr_celeba.txt"), attributes);
    write(root.join("Anno/identity_CelebA.txt"), identity);
    write(root.join("Anno/list_bbox_celeba.txt"), boxes);
    write(root.join("Anno/list_landmarks_align_celeba.txt"), landmarks);
    write(root.join("Eval/list_eval_partition.txt"), partition);
    write(root.join("README.txt"), "The owner's words.\n");
}

/// UT-Zappos50K as downloaded, of 40 pictures, and CSN's triplets beside it.
fn zappos(root: &Path) {
    let mut random = Random::new(2);
    let mut meta = String::from(
        "CID,Category,SubCategory,HeelHeight,Insole,Closure,Gender,Material,ToeStyle\n",
    );
    let mut names = String::new();
    for number in 0..200_usize {
        let category = ["Shoes", "Boots", "Sandals", "Slippers"][number % 4];
        let heel = ["Flat", "1in - 1 3/4in", "3in - 3 3/4in"][number / 4 % 3];
        let closure = ["Lace up", "Zipper", "Slip-On"][number / 2 % 3];
        let gender = ["Women", "Men", "Girls", "Boys"][number / 3 % 4];
        let sub = ["Plain", "Fancy"][number / 5 % 2];
        let material = ["Leather", "Suede", "Canvas"][number / 7 % 3];
        let toe = ["Round", "Pointed"][number / 11 % 2];
        let product = 1_000_000 + number;
        meta.push_str(&format!(
            "{product}-72,{category},{sub},{heel},,{closure},{gender},{material},{toe}\n"
        ));
        let path = format!("{category}/{sub}/Maker/{product}.72.jpg");
        names.push_str(&format!("{path}\n"));
        let colour = [[200, 60, 40], [40, 160, 60], [60, 60, 200], [200, 200, 40]][number % 4];
        write(
            root.join("ut-zap50k-images-square").join(&path),
            jpeg(136, 136, colour, &mut random),
        );
    }
    write(root.join("ut-zap50k-data/meta-data.csv"), meta);
    write(root.join("csn/filenames.json"), names);
    for condition in ["class", "closure", "gender", "heel"] {
        for split in ["train", "val", "test"] {
            // Anchor, far, close: of the same category, or nearly enough for a test.
            let lines: String = (0..30)
                .map(|line| {
                    let anchor = (7 * line + split.len()) % 36;
                    format!("{anchor} {} {}\n", anchor + 1, anchor + 4)
                })
                .collect();
            write(
                root.join(format!(
                    "csn/tripletlists/{condition}_tripletlist_{split}.txt"
                )),
                lines,
            );
        }
    }
}

/// Trains a configuration of the repository on other data, for an epoch.
fn train_and_measure(name: &str, data: &Path, out: &Path, set: &[&str], eval: &[&str]) {
    let (config, data, out) = (config(name), OsString::from(data), OsString::from(out));
    let mut words = vec!["train", "--backend", "flex", "--json", "--epochs", "1"];
    for one in set {
        words.extend(["--set", one]);
    }
    let (data_flag, out_flag) = (OsString::from("--data"), OsString::from("--out"));
    trainer(&words, &[&data_flag, &data, &out_flag, &out, &config]);
    let words = [&["eval", "--backend", "flex"], eval].concat();
    trainer(&words, &[&out]);
}

/// Compares some methods of a plan of the repository on other data, for an epoch.
fn compare(name: &str, place: &Path, data: &Path, only: &[&str], set: &[&str]) -> Comparison {
    let out = place.join("compared");
    let mut words = vec!["compare", "--backend", "flex", "--json", "--jobs", "1"];
    for one in only {
        words.extend(["--only", one]);
    }
    for one in ["train.epochs=1", "train.batch=8", SMALL].iter().chain(set) {
        words.extend(["--set", one]);
    }
    let (data_flag, out_flag) = (OsString::from("--data"), OsString::from("--out"));
    let (data, out_word) = (OsString::from(data), OsString::from(&out));
    trainer(
        &words,
        &[&data_flag, &data, &out_flag, &out_word, &config(name)],
    );
    let bytes = fs::read(out.join("compare.json")).expect("figures");
    serde_json::from_slice(&bytes).expect("a comparison")
}

const LATE: &str = "network.sites=[\"stage3\",\"embedding\"]";
const SMALL: &str = "network.backbone={small={widths=[4,8,8],input=32,stem=\"half\"}}";

#[test]
fn celeba_s_own_files_train_and_compare() {
    let place = tempfile::tempdir().expect("a folder");
    let root = place.path().join("CelebA");
    celeba(&root);
    // The face network of the release is 150 pixels wide; everything else here is smaller than the configuration.
    let less = [
        "train.triplets_per_task=1",
        "network.sites=[\"stage4\",\"embedding\"]",
    ];
    train_and_measure(
        "celeba-7.toml",
        &root,
        &place.path().join("seven"),
        &less,
        &[],
    );
    for name in ["celeba-20.toml", "celeba-40.toml"] {
        let less = [SMALL, LATE, "train.batch=8"];
        train_and_measure(name, &root, &place.path().join(name), &less, &[]);
    }
    let early = "network.sites=[\"stage2\"]";
    let only = ["fully shared", "modulation, stage 3"];
    let found = compare("compare-celeba.toml", place.path(), &root, &only, &[early]);
    // Fully shared under both heads.
    assert_eq!(found.methods.len(), 3);
    assert_eq!(found.tasks.len(), 7);
}

#[test]
fn zappos_own_files_and_csn_s_triplets_train_and_compare() {
    let place = tempfile::tempdir().expect("a folder");
    let root = place.path().join("ut-zap50k");
    zappos(&root);
    let less = [SMALL, LATE, "train.triplets_per_task=2"];
    train_and_measure(
        "zappos-csn.toml",
        &root,
        &place.path().join("csn"),
        &less,
        &["--given"],
    );
    let less = [SMALL, LATE, "train.batch=8"];
    train_and_measure("zappos.toml", &root, &place.path().join("own"), &less, &[]);

    // What was trained on are the pictures of the lists.
    let config = Config::load(Path::new(&config("zappos-csn.toml")), &[]).expect("a configuration");
    assert_eq!(config.data.triplets, TripletSource::GivenIfThere);
    let open = data::open(&config.data, Some(&root)).expect("data");
    let given = official::load(&open, modulens_schema::Split::Train).expect("lists");
    assert_eq!(
        given.tasks.iter().map(Vec::len).collect::<Vec<_>>(),
        [30; 4]
    );
    assert_eq!(given.left_out, 0);
    let [anchor, positive, negative] = given.tasks[0][0];
    assert_eq!(
        (positive, negative),
        (anchor + 4, anchor + 1),
        "the third number is the close one"
    );

    let found = compare(
        "compare-zappos.toml",
        place.path(),
        &root,
        &["fully shared", "modulation, stage 2"],
        &[],
    );
    assert_eq!(found.methods.len(), 3);
    assert!(found.methods[0].difference.is_some());
    assert_eq!(found.methods[0].trials.len(), 2);
    let unseen: Vec<&str> = found.methods[0]
        .unseen
        .iter()
        .map(|one| &*one.name)
        .collect();
    assert_eq!(unseen, ["SubCategory", "Material", "ToeStyle"]);
    assert_eq!(found.tasks.len(), 4);
}
