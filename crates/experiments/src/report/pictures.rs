//! The pictures of a report's examples, small enough to stand in the page itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jpeg_encoder::{ColorType, Encoder};
use modulens_dataset::{decode, prepare};
use modulens_schema::{InputSpec, Task};
use modulens_training::data::{self, OpenData};
use modulens_training::error::TrainerError;
use modulens_training::run::Run;

use crate::compare::{Comparison, folder_name};

/// Side in pixels.
pub(super) const SIDE: u32 = 64;
const QUALITY: u8 = 78;

/// The pictures that examples name, as `data:` addresses, and the tasks with the names of their values.
#[derive(Debug, Default)]
pub(super) struct Album {
    pub(super) tasks: Vec<Task>,
    addresses: BTreeMap<String, String>,
}

impl Album {
    /// The address of a picture.
    pub(super) fn address(&self, image: &str) -> Option<&str> {
        self.addresses.get(image).map(String::as_str)
    }
}

/// Reads the pictures of a comparison's examples from where it was trained, or from another copy of the data; nothing
/// where there are no examples.
///
/// # Errors
/// Data that cannot be opened, or that lacks one of the pictures.
pub(super) fn collect(
    comparison: &Path,
    found: &Comparison,
    path: Option<&Path>,
) -> Result<Album, TrainerError> {
    let wanted: BTreeSet<&str> = found
        .methods
        .iter()
        .flat_map(|method| &method.examples)
        .flat_map(|example| std::iter::once(&example.query).chain(&example.found))
        .map(|shown| shown.image.as_str())
        .collect();
    let with_examples = found.methods.iter().find(|one| !one.examples.is_empty());
    let (Some(method), Some(seed)) = (with_examples, found.seeds.first()) else {
        return Ok(Album::default());
    };
    let folder = comparison.join(folder_name(&method.name));
    let run = Run::open(&folder.join(format!("seed-{seed}")))?;
    let data = data::open(&run.config.data, path)?;
    let spec = run.record.input.shown(SIDE);
    let places: HashMap<&str, usize> = (0..)
        .zip(&data.dataset.images)
        .map(|(place, image)| (image.id.as_str(), place))
        .collect();
    let mut addresses = BTreeMap::new();
    for image in wanted {
        let fail =
            |message: String| TrainerError::Message(format!("the picture {image}: {message}"));
        let place = places.get(image).ok_or_else(|| {
            fail("it is not in the data; give the data of the comparison with --data".into())
        })?;
        let jpeg = small(&data, *place, &spec).map_err(fail)?;
        let address = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(jpeg));
        addresses.insert(image.to_owned(), address);
    }
    Ok(Album {
        tasks: run.record.tasks,
        addresses,
    })
}

fn small(data: &OpenData, place: usize, spec: &InputSpec) -> Result<Vec<u8>, String> {
    let bytes = data
        .dataset
        .image(&data.storage, place)
        .map_err(|error| error.to_string())?;
    let picture = decode(&bytes).map_err(|error| error.to_string())?;
    let picture = prepare(&picture, spec);
    let side = SIDE as u16;
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, QUALITY)
        .encode(picture.as_raw(), side, side, ColorType::Rgb)
        .map_err(|error| error.to_string())?;
    Ok(jpeg)
}
