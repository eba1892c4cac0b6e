//! Draws the pictures of `tests/fixtures`, whose pixels `tests/golden.rs` pins.
//!
//! `cargo run -p modulens-dataset --example fixtures`

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (width, height) = (178u16, 131u16);
    let mut pixels = Vec::new();
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            let disc = (x as i32 - 90).pow(2) + (y as i32 - 60).pow(2) < 1600;
            let grain = (x * 7919 + y * 104_729) % 31;
            let base = if disc {
                [230, 60, 40]
            } else {
                [x * 255 / 178, y * 255 / 131, 128]
            };
            pixels.extend(base.map(|value: u32| (value + grain).min(255) as u8));
        }
    }
    for (name, factor) in [
        ("subsampled", jpeg_encoder::SamplingFactor::F_2_2),
        ("full", jpeg_encoder::SamplingFactor::F_1_1),
    ] {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
        encoder.set_sampling_factor(factor);
        encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)?;
        let path = format!("{}/tests/fixtures/{name}.jpg", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
