//! Draws a gallery of faces: `cargo run -p modulens-synth --example faces -- FOLDER [IMAGES [SEED]]`.

use std::path::PathBuf;
use std::process::ExitCode;

use modulens_synth::faces::{FacesConfig, write};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next().map(PathBuf::from) else {
        eprintln!("usage: faces FOLDER [IMAGES [SEED]]");
        return ExitCode::from(2);
    };
    let mut config = FacesConfig::default();
    if let Some(images) = args.next().and_then(|text| text.parse().ok()) {
        config.images = images;
    }
    if let Some(seed) = args.next().and_then(|text| text.parse().ok()) {
        config.seed = seed;
    }
    match write(&config, &folder, &|_, _| {}) {
        Ok(summary) => {
            print!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
