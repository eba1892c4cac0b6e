//! Bytes that mean harm: every truncation, many flipped bits. Nothing may panic, and what is accepted must
//! still fit together.

mod common;

use std::collections::BTreeMap;

use modulens_bundle::{
    BundleError, Encoding, FileEntry, Manifest, TrainingDomain, domain, features, files, heads,
    ids, labels, pictures, tail,
};
use serde_json::{Value, json};

/// Every prefix of the bytes, and the bytes with every single bit flipped.
fn variants(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let prefixes = (0..bytes.len()).map(|len| bytes[..len].to_vec());
    let flips = (0..8 * bytes.len()).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    });
    prefixes.chain(flips)
}

/// Decodes the bytes and all variants of them, and hands what is accepted to `check` beside its bytes. The bytes
/// themselves must be accepted, and as many variants refused as there are truncations: a decoder that refuses all, or
/// none, does not pass.
fn decode_variants<T>(
    good: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, BundleError>,
    check: impl Fn(&[u8], T),
) {
    check(good, decode(good).expect("what was encoded"));
    let refused = variants(good)
        .filter(|bad| match decode(bad) {
            Ok(found) => {
                check(bad, found);
                false
            }
            Err(_) => true,
        })
        .count();
    assert!(
        refused >= good.len(),
        "{refused} of at least {} variants were refused",
        good.len()
    );
}

#[test]
fn tails_that_are_accepted_fit_together() {
    let good = tail::encode(&common::the_tail()).expect("encodes");
    decode_variants(&good, tail::decode, |_, tail| {
        tail.validate().expect("fits together");
        assert!(tail.weight.iter().all(|weight| weight.is_finite()));
    });
}

#[test]
fn descriptions_that_are_accepted_fit_together() {
    let described = TrainingDomain {
        channels: 4,
        mean: vec![0.25; 4],
        basis: vec![1, -2, 3, -4, 5, -6, 7, -8],
        step: vec![0.01, 0.02],
        threshold: 0.5,
    };
    let good = domain::encode(&described).expect("encodes");
    decode_variants(&good, domain::decode, |_, domain| {
        domain.validate().expect("fits together");
    });
}

#[test]
fn heads_that_are_accepted_fit_together() {
    let good = heads::encode(&common::the_heads()).expect("encodes");
    decode_variants(&good, heads::decode, |_, heads| {
        assert!(!heads.tasks.is_empty());
        for head in &heads.tasks {
            assert_eq!(head.weight.len(), head.bias.len() * heads.embedding);
        }
    });
}

#[test]
fn features_that_are_accepted_fit_together() {
    for encoding in [Encoding::F16, Encoding::U8] {
        let good = features::encode(&common::the_features(), encoding).expect("encodes");
        decode_variants(&good, features::decode, |_, features| {
            assert_eq!(features.data.len(), features.rows * features.channels);
        });
    }
}

#[test]
fn tables_and_indices_that_are_accepted_fit_together() {
    let mut index = pictures::PictureIndex::default();
    index.push(b"one").expect("small");
    decode_variants(
        &index.encode(),
        pictures::PictureIndex::decode,
        |_, index| assert_eq!(index.len(), 1, "the count is part of the length"),
    );
    let tasks = common::tasks();
    let packed = labels::pack(&common::the_labels(), &tasks).expect("packs");
    decode_variants(
        &packed,
        |bytes| labels::unpack(bytes, &tasks, common::IMAGES),
        |bytes, labels| assert_eq!(labels::pack(&labels, &tasks).expect("packs"), bytes),
    );
    let names = ids::encode(&["a".into(), "ö".into()]).expect("encodes");
    decode_variants(
        &names,
        |bytes| ids::decode(bytes, 2),
        |_, ids| assert_eq!(ids.len(), 2),
    );
}

/// The manifest as it would be written, to be changed field by field.
fn manifest_json() -> Value {
    let mut manifest = common::manifest();
    manifest.files = common::contents()
        .into_iter()
        .map(|(name, bytes)| (name.into(), FileEntry::of(&bytes)))
        .collect::<BTreeMap<_, _>>();
    serde_json::from_slice(&manifest.to_json().expect("good")).expect("JSON")
}

fn parse(json: &Value) -> Result<Manifest, BundleError> {
    Manifest::parse(&serde_json::to_vec(json).expect("JSON"))
}

#[test]
fn manifests_cut_off_anywhere_are_refused() {
    let good = serde_json::to_vec(&manifest_json()).expect("JSON");
    for len in 0..good.len() {
        assert!(Manifest::parse(&good[..len]).is_err(), "{len}");
    }
    for bit in 0..8 * good.len() {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(manifest) = Manifest::parse(&flipped) {
            manifest
                .to_json()
                .expect("what is accepted can be written again");
        }
    }
}

#[test]
fn fields_of_later_minor_versions_are_tolerated() {
    let mut json = manifest_json();
    json["version"] = json!("1.9");
    json["colour_of_the_day"] = json!("teal");
    json["quality"]["tasks"][0]["recall_at_1"] = json!(0.5);
    parse(&json).expect("read all the same");
}

#[test]
fn newer_and_foreign_manifests_get_a_sentence() {
    let mut json = manifest_json();
    json["version"] = json!("2.0");
    json.as_object_mut().expect("an object").remove("tasks");
    let message = parse(&json).expect_err("newer").to_string();
    assert!(
        message.contains("version 2.0") && message.contains("update"),
        "{message}"
    );
    json["schema"] = json!("something-else");
    let message = parse(&json).expect_err("foreign").to_string();
    assert!(message.contains("something-else"), "{message}");
    let message = Manifest::parse(b"<!doctype html>")
        .expect_err("HTML")
        .to_string();
    assert!(
        message.starts_with("manifest.json cannot be read"),
        "{message}"
    );
}

#[test]
fn fields_that_make_no_sense_are_named() {
    let cases: [(&str, Value); 14] = [
        ("/tasks", json!([])),
        ("/tasks/0/values", json!(["only"])),
        ("/tasks/1/name", json!("Smiling")),
        ("/images", json!(0)),
        ("/images", json!(1_u64 << 40)),
        ("/embedding", json!(0)),
        ("/feature_shape", json!([0, 1, 1])),
        (
            "/feature_shape",
            json!([4_294_967_295_u32, 4_294_967_295_u32, 2]),
        ),
        ("/input/size", json!(0)),
        ("/input/std", json!([0.0, 1.0, 1.0])),
        ("/picture/extension", json!("../x")),
        ("/picture/width", json!(0)),
        ("/quality/tasks/0/name", json!("Frowning")),
        ("/files/tail.safetensors/sha256", json!("ABC")),
    ];
    for (path, value) in cases {
        let mut json = manifest_json();
        *json.pointer_mut(path).expect(path) = value;
        let error = parse(&json).expect_err(path);
        assert!(
            matches!(error, BundleError::ManifestField { .. }),
            "{path}: {error}"
        );
    }
    let mut json = manifest_json();
    json["files"]["../../etc/passwd"] = json!({"bytes": 1, "sha256": "0".repeat(64)});
    assert!(parse(&json).is_err());
}

/// A task that no label of the test split measures once kept a whole network from being exported.
#[test]
fn a_task_without_figures_is_no_fault_but_another_order_is() {
    let mut json = manifest_json();
    let figures = json["quality"]["tasks"].as_array().expect("a list").clone();
    assert!(figures.len() > 1);
    json["quality"]["tasks"] = json!(figures[1..]);
    parse(&json).expect("one is missing");
    json["quality"]["tasks"] = figures.iter().rev().cloned().collect();
    assert!(parse(&json).is_err(), "in another order");
    json["quality"]["tasks"] = json!([]);
    assert!(parse(&json).is_err(), "nothing was measured");
}

#[test]
fn figures_that_are_no_numbers_are_not_written() {
    let mut manifest = common::manifest();
    manifest.quality.mean_triplet_accuracy = f64::NAN;
    assert!(manifest.to_json().is_err());
}

#[test]
fn files_of_another_bundle_are_refused_by_shape() {
    let mut manifest = common::manifest();
    let contents: BTreeMap<_, _> = common::contents().into_iter().collect();
    manifest.files = contents
        .iter()
        .map(|(name, bytes)| ((*name).into(), FileEntry::of(bytes)))
        .collect();
    manifest.read_tail(&contents[files::TAIL]).expect("its own");
    let other = Manifest {
        embedding: 3,
        images: 9,
        ..manifest
    };
    assert!(matches!(
        other.read_tail(&contents[files::TAIL]),
        Err(BundleError::Content { .. })
    ));
    assert!(matches!(
        other.read_heads(&contents[files::READOUTS]),
        Err(BundleError::Content { .. })
    ));
    assert!(matches!(
        other.read_features(&contents[files::FEATURES]),
        Err(BundleError::Content { .. })
    ));
    assert!(matches!(
        other.read_labels(&contents[files::LABELS]),
        Err(BundleError::Content { .. })
    ));
    assert!(matches!(
        other.read_ids(&contents[files::IDS]),
        Err(BundleError::Content { .. })
    ));
    assert!(matches!(
        other.check("nothing.bin", b""),
        Err(BundleError::NotListed { .. })
    ));
}
