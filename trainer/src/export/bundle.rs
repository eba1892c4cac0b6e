//! Putting a bundle together.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::Device;
use modulens_bundle::{
    Encoding, Features, Manifest, PictureFormat, TrainingDomain, Writer, domain, features,
    files as names, heads, ids, labels, tail,
};
use modulens_model::Network;
use modulens_model::weights::{self, Precision};
use modulens_schema::{Split, Task};
use modulens_training::attribution;
use modulens_training::data::{OpenData, Pictures};
use modulens_training::embed;
use modulens_training::error::{TrainerError, check_links};
use modulens_training::eval;
use modulens_training::progress::Bar;
use modulens_training::run::Run;

use super::args::{Args, FeatureEncoding, Summary};
use super::pictures;

/// The split a gallery shows.
const SHOWN: Split = Split::Test;
/// Side of the pictures unless the network's input is larger.
const PICTURE_SIDE: u32 = 96;
/// Extension, and thereby format, of the pictures.
const EXTENSION: &str = "jpg";
/// Images of a split by which the training features are described.
const DESCRIBED: usize = 4096;
/// Images of one forward pass.
const BATCH: usize = 64;

/// Writes the bundle of a run to `out`.
pub(super) fn write(
    args: &Args,
    run: &Run,
    network: &Network,
    device: &Device,
    out: &Path,
    summary: &mut Summary,
) -> Result<(), TrainerError> {
    // What can fail for a reason the user can change fails before the long part.
    check_links(out)?;
    let mut writer = Writer::new(out)?;
    let data = eval::open_data(run, args.data.as_deref())?;
    let origin = attribution::find(&data, args.details.attribution.as_deref())?;
    let fitted = eval::heads(run)?;
    summary.pictures =
        !args.without_images && origin.may_show(args.details.with_pictures, &mut summary.notes);

    let model = run.model(device)?;
    let quality = eval::measure(run, &model, &data, SHOWN, eval::DEFAULT_SEED, device)?.quality;
    summary.notes.extend(eval::cautions(run, &data, SHOWN));
    let rounded_bytes = weights::to_safetensors(network, Precision::F16)?;
    let rounded = weights::from_safetensors(&run.record.network, &rounded_bytes, device)?;
    writer.file(names::WEIGHTS, &rounded_bytes)?;
    writer.file(names::READOUTS, &heads::encode(&fitted)?)?;
    let (images, picture) = match args.without_images {
        true => (0, None),
        false => write_images(args, run, &rounded, &data, device, &mut writer, summary)?,
    };
    match training_domain(run, &rounded, &data, device)? {
        Some(domain) => writer.file(names::DOMAIN, &domain::encode(&domain)?)?,
        None => summary.notes.push(
            "the bundle does not tell images of another kind: its training split has too few images".into(),
        ),
    }
    match rounded.fold_tail() {
        Ok(folded) => writer.file(names::TAIL, &tail::encode(&folded)?)?,
        Err(why) => summary.notes.push(format!(
            "the bundle has no folded tail, so it cannot be searched without running the network: {why}"
        )),
    }

    let name = args
        .details
        .name
        .clone()
        .unwrap_or_else(|| data.dataset.name.clone());
    let manifest = Manifest {
        schema: modulens_bundle::SCHEMA.into(),
        version: modulens_bundle::VERSION.into(),
        title: args
            .details
            .title
            .clone()
            .unwrap_or_else(|| Task::binary(&*name).title()),
        name,
        description: args.details.description.clone(),
        tasks: run.record.tasks.clone(),
        network: serde_json::to_value(&run.record.network).map_err(|error| {
            TrainerError::Message(format!("the network cannot be described: {error}"))
        })?,
        sites: run
            .record
            .network
            .ordered_sites()
            .iter()
            .map(ToString::to_string)
            .collect(),
        input: run.record.input.clone(),
        faces: args.faces,
        feature_shape: run.record.network.feature_shape(),
        embedding: run.record.network.embedding,
        images,
        picture,
        quality,
        splits_shown: SHOWN,
        licence: origin.attributions(),
        files: BTreeMap::new(),
    };
    let manifest = writer.finish(manifest)?;
    for (name, entry) in &manifest.files {
        summary.bytes.insert(name.clone(), entry.bytes);
    }
    summary.bundle = Some(out.to_owned());
    summary.images = manifest.images;
    summary.mean_triplet_accuracy = Some(manifest.quality.mean_triplet_accuracy);
    Ok(())
}

/// The description of the features of the training split, at most [`DESCRIBED`] of its images; `None` where they are too
/// few.
fn training_domain(
    run: &Run,
    rounded: &Network,
    data: &OpenData,
    device: &Device,
) -> Result<Option<TrainingDomain>, TrainerError> {
    let of_split = |split: Split| {
        let all = data.dataset.in_split(split);
        if all.is_empty() {
            return Ok(None);
        }
        let taken = all.len().min(DESCRIBED);
        let some = (0..taken).map(|at| all[at * all.len() / taken]).collect();
        let memory = run.config.data.memory_megabytes;
        let images = Pictures::load_these(data, some, split.name(), &run.record.input, memory)?;
        let rows = embed::features(rounded, &images, device)?;
        let channels = run.record.network.feature_shape().iter().product();
        Ok::<_, TrainerError>(Features::new(images.len(), channels, rows))
    };
    let Some(train) = of_split(Split::Train)? else {
        return Ok(None);
    };
    Ok(modulens_training::domain::of_features(
        &train,
        of_split(Split::Val)?.as_ref(),
    ))
}

/// Writes all that is about single images, and returns their number and the format of their pictures.
fn write_images(
    args: &Args,
    run: &Run,
    rounded: &Network,
    data: &OpenData,
    device: &Device,
    writer: &mut Writer,
    summary: &mut Summary,
) -> Result<(usize, Option<PictureFormat>), TrainerError> {
    let shown = Pictures::load(
        data,
        SHOWN,
        &run.record.input,
        run.config.data.memory_megabytes,
    )?;
    let side = args
        .picture_size
        .unwrap_or(PICTURE_SIDE.max(run.record.input.size));
    let (rows, picture) = if summary.pictures {
        let encoded = pictures::encode_all(&shown, side, args.details.picture_quality)?;
        for jpeg in &encoded {
            writer.picture(jpeg, EXTENSION)?;
            *summary.bytes.entry(names::PICTURES.into()).or_default() += jpeg.len() as u64;
        }
        let format = PictureFormat {
            width: side,
            height: side,
            extension: EXTENSION.into(),
        };
        (features_of(rounded, &encoded, run, device)?, Some(format))
    } else {
        (embed::features(rounded, &shown, device)?, None)
    };

    let feature_shape = run.record.network.feature_shape();
    let features = Features::new(shown.len(), feature_shape.iter().product(), rows)
        .ok_or_else(|| TrainerError::Message("the trunk gave features of another shape".into()))?;
    let encoding = match args.features {
        FeatureEncoding::F16 => Encoding::F16,
        FeatureEncoding::U8 => Encoding::U8,
    };
    writer.file(names::FEATURES, &features::encode(&features, encoding)?)?;
    writer.file(
        names::LABELS,
        &labels::pack(&shown.labels(), &run.record.tasks)?,
    )?;
    writer.file(names::IDS, &ids::encode(&shown.ids())?)?;
    Ok((shown.len(), picture))
}

/// The trunk's output of encoded pictures, row after row.
fn features_of(
    network: &Network,
    encoded: &[Vec<u8>],
    run: &Run,
    device: &Device,
) -> Result<Vec<f32>, TrainerError> {
    let input = &run.record.input;
    let bar = Bar::new(encoded.len(), "computing features");
    let mut rows = Vec::new();
    for batch in encoded.chunks(BATCH) {
        let images = embed::input(&pictures::pixels(batch, input)?, input, device);
        rows.extend(embed::values(network.trunk(images).into_data())?);
        bar.step(batch.len());
    }
    bar.finish();
    Ok(rows)
}
