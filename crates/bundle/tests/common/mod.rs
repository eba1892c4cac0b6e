//! A small bundle to break.
#![expect(unreachable_pub, reason = "each test compiles this module on its own")]
#![allow(dead_code, reason = "every test binary uses another part")]

use std::collections::BTreeMap;
use std::path::Path;

use modulens_bundle::{
    Attribution, Encoding, Features, HeadWeights, Heads, Manifest, PictureFormat, Writer, features,
    files, heads, ids, labels, tail,
};
use modulens_schema::{
    Fit, FoldedTail, InputSpec, Interval, Labels, Quality, Split, Task, TaskKind, TaskQuality,
};

pub const IMAGES: usize = 3;

pub fn tasks() -> Vec<Task> {
    vec![
        Task::binary("Smiling"),
        Task::with_values(
            "Closure",
            TaskKind::Categorical,
            ["Lace up", "Slip-On", "Zipper"],
        ),
    ]
}

pub fn manifest() -> Manifest {
    let quality = |task: &Task| TaskQuality {
        name: task.name.clone(),
        triplet_accuracy: 0.91,
        ci95: Interval {
            low: 0.9,
            high: 0.92,
        },
        precision_at_10: 0.8,
        map: 0.7,
        calibration_error: 0.02,
        auc: Some(0.95),
        images: IMAGES,
    };
    Manifest {
        schema: modulens_bundle::SCHEMA.into(),
        version: modulens_bundle::VERSION.into(),
        name: "tiny".into(),
        title: "A tiny bundle".into(),
        description: String::new(),
        tasks: tasks(),
        network: serde_json::json!({"embedding": 2}),
        sites: vec!["stage4".into(), "embedding".into()],
        input: InputSpec::centred(64, Fit::Crop),
        faces: false,
        feature_shape: [4, 1, 1],
        embedding: 2,
        images: IMAGES,
        picture: Some(PictureFormat {
            width: 96,
            height: 96,
            extension: "jpg".into(),
        }),
        quality: Quality {
            dataset: "tiny".into(),
            split: Split::Test,
            mean_triplet_accuracy: 0.91,
            tasks: tasks().iter().map(quality).collect(),
        },
        splits_shown: Split::Test,
        licence: vec![Attribution {
            what: "nothing".into(),
            creator: "nobody".into(),
            licence: "CC0 1.0".into(),
            url: String::new(),
        }],
        files: BTreeMap::new(),
    }
}

pub fn the_tail() -> FoldedTail {
    FoldedTail {
        tasks: 2,
        channels: 4,
        embedding: 2,
        rectified: true,
        feature_scale: vec![1.0, 0.5, 0.0, 2.0, 1.0, 1.0, 0.25, 1.0],
        weight: vec![0.1, -0.2, 0.3, 0.4, 0.5, 0.6, -0.7, 0.8],
        bias: vec![0.01, -0.02],
        embedding_scale: vec![1.0, 0.1, 0.1, 1.0],
    }
}

pub fn the_heads() -> Heads {
    let head = |values: usize| HeadWeights {
        weight: (0..values * 2).map(|i| i as f32 - 1.5).collect(),
        bias: vec![0.25; values],
    };
    Heads {
        embedding: 2,
        tasks: vec![head(2), head(3)],
    }
}

pub fn the_features() -> Features {
    Features::new(IMAGES, 4, (0..12).map(|i| i as f32 * 0.25).collect()).expect("3 x 4")
}

pub fn the_labels() -> Labels {
    Labels::from_cells(2, vec![0, 2, 1, Labels::UNKNOWN, Labels::UNKNOWN, 1]).expect("3 x 2")
}

/// Every listed file of the bundle with its bytes.
pub fn contents() -> Vec<(&'static str, Vec<u8>)> {
    let names: Vec<String> = (1..=IMAGES).map(|i| format!("{i:06}.jpg")).collect();
    vec![
        (files::WEIGHTS, b"the model crate's business".to_vec()),
        (files::TAIL, tail::encode(&the_tail()).expect("tail")),
        (files::READOUTS, heads::encode(&the_heads()).expect("heads")),
        (
            files::FEATURES,
            features::encode(&the_features(), Encoding::F16).expect("features"),
        ),
        (
            files::LABELS,
            labels::pack(&the_labels(), &tasks()).expect("labels"),
        ),
        (files::IDS, ids::encode(&names).expect("ids")),
    ]
}

/// Writes the bundle.
pub fn write(dir: &Path) -> Manifest {
    fill(Writer::new(dir).expect("a place to write")).expect("a whole bundle")
}

/// Writes everything and finishes.
pub fn fill(mut writer: Writer) -> Result<Manifest, modulens_bundle::BundleError> {
    for (name, bytes) in contents() {
        writer.file(name, &bytes).expect(name);
    }
    for picture in 0..IMAGES {
        writer
            .picture(format!("picture {picture}").as_bytes(), "jpg")
            .expect("picture");
    }
    writer.finish(manifest())
}
