//! The pixels a network sees, pinned: the same bytes must come out on every machine and in a browser.
//!
//! The pictures in `fixtures/` are drawn by the example `fixtures`. Sums are the first 8 bytes of the SHA-256 of the
//! pixels.
//! They were checked against the wasm build too, whose decoder and resizer take other code paths.

use modulens_dataset::{decode, load_picture, prepare};
use modulens_schema::{Fit, InputSpec};
use sha2::{Digest, Sha256};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}.jpg", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("committed")
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_same_pixels_everywhere() {
    let mut found = Vec::new();
    for name in ["subsampled", "full"] {
        let picture = decode(&fixture(name)).expect("a whole JPEG");
        found.push(sum(picture.as_raw()));
        for (size, fit) in [
            (64, Fit::Crop),
            (112, Fit::Pad),
            (150, Fit::Crop),
            (37, Fit::Pad),
        ] {
            found.push(sum(
                prepare(&picture, &InputSpec::centred(size, fit)).as_raw()
            ));
        }
    }
    assert_eq!(found, GOLDEN);
}

#[test]
fn the_whole_way_is_the_three_steps() {
    let spec = InputSpec::centred(64, Fit::Pad);
    let full = fixture("full");
    let mut out = vec![0.0; spec.len()];
    load_picture(&full, &spec, &mut out).expect("a whole JPEG");
    let pixels = prepare(&decode(&full).expect("a whole JPEG"), &spec);
    for (at, value) in out.iter().enumerate() {
        let (channel, pixel) = (at / (64 * 64), at % (64 * 64));
        let expected = (f32::from(pixels.as_raw()[pixel * 3 + channel]) / 255.0 - 0.5) / 0.5;
        assert_eq!(*value, expected);
    }
    let bytes: Vec<u8> = out.iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(sum(&bytes), NORMALISED);
}

/// Decoded, then the four inputs, of both pictures.
const GOLDEN: [&str; 10] = [
    "ebdceae9e3e4fea9",
    "3d30de8c0c9961d8",
    "85be112d32607a1b",
    "7987b67a7ee7b8ed",
    "fb1425c962081fa3",
    "aa6ab40b7708a417",
    "92353096ca415b75",
    "e145dbbf2d848662",
    "a88e2dcc2dedf8eb",
    "64e8c9c6e1b7d93d",
];
const NORMALISED: &str = "756329cb312a45db";
