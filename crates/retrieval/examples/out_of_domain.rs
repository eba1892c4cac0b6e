//! Scores by which images of another kind are told, compared.
//!
//! `cargo run -p modulens-retrieval --example out_of_domain -- TRAIN HELD_OUT SAME OTHER..` prints a table of
//! `docs/out-of-domain.md`. Each is a gallery by the same network (`trainer gallery`): of training images, of held-out ones
//! for the threshold (`-`: each half of the training images is held out from the other), of images of the same kind, and
//! of others.

use std::error::Error;

use modulens_bundle::Bundle;
use modulens_retrieval::Random;
use modulens_retrieval::domain::{DomainDistance, fit, is_another_kind, principal_directions};
use modulens_schema::Features;

type Outcome<T> = Result<T, Box<dyn Error>>;
type Score = Box<dyn Fn(&[f32]) -> f64>;
/// A way to learn a score, greater for images of another kind, from training features.
type Learn = fn(&Features) -> Score;

/// Images that a plan looks at.
const SAMPLE: usize = 24;
/// Samples drawn.
const DRAWS: usize = 2000;

fn main() -> Outcome<()> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let [train, held_out, same, others @ ..] = folders.as_slice() else {
        return Err("TRAIN HELD_OUT SAME OTHER..".into());
    };
    let train = Bundle::open(train)?.features;
    let held_out = match held_out.as_str() {
        "-" => None,
        folder => Some(Bundle::open(folder)?.features),
    };
    let same = Bundle::open(same)?.features;
    let others = others
        .iter()
        .map(|folder| Ok((name(folder), Bundle::open(folder)?.features)))
        .collect::<Outcome<Vec<(String, Features)>>>()?;
    println!(
        "{} training images of {} features, {} of the same kind\n",
        train.rows, train.channels, same.rows
    );
    let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
    println!("| score | false alarms | {} |", names.join(" | "));
    println!("| --- | ---: |{}", " ---: |".repeat(names.len()));
    let ways: [(&str, Learn); 5] = [
        (
            "nearest of 16 centroids, cosine, standardised",
            nearest_centroid,
        ),
        ("Mahalanobis, 32 principal directions", mahalanobis),
        (
            "5 nearest of 256 images, cosine, standardised",
            nearest_images,
        ),
        ("residual, features as they are", plain_residual),
        ("**residual, unit features**", residual),
    ];
    for (name, learn) in ways {
        let score = learn(&train);
        let of = |features: &Features| scores(&score, features);
        let mut held = match &held_out {
            Some(held_out) => of(held_out),
            None => halves(&train, learn),
        };
        held.sort_unstable_by(f64::total_cmp);
        let threshold = held[(held.len() * 99 / 100).min(held.len() - 1)];
        let inside = of(&same);
        let cells: Vec<String> = others
            .iter()
            .map(|(_, other)| {
                let outside = of(other);
                let told = 100.0 * share(&outside, threshold);
                format!("{:.3}, {told:.0} %", auc(&inside, &outside))
            })
            .collect();
        let alarms = 100.0 * share(&inside, threshold);
        println!("| {name} | {alarms:.1} % | {} |", cells.join(" | "));
    }
    samples(&train, held_out.as_ref(), &same, &others)
}

/// The share of samples of [`SAMPLE`] images that are called another kind.
fn samples(
    train: &Features,
    held_out: Option<&Features>,
    same: &Features,
    others: &[(String, Features)],
) -> Outcome<()> {
    let domain = fit(train, held_out).ok_or("too few images")?;
    let distance = DomainDistance::new(&domain)?;
    let mut random = Random::new(1);
    let mut called = |features: &Features| {
        let hits = (0..DRAWS).filter(|_| {
            let images = random.sample(features.rows, SAMPLE.min(features.rows));
            let outside = images
                .iter()
                .filter(|&&at| distance.is_outside(features.row(at)));
            is_another_kind(outside.count(), images.len())
        });
        100.0 * hits.count() as f64 / DRAWS as f64
    };
    println!(
        "\nSamples of {SAMPLE} images called another kind: the same kind {:.1} %",
        called(same)
    );
    for (name, other) in others {
        println!("{name} {:.1} %", called(other));
    }
    Ok(())
}

/// Scores of every other image by what is learned from those between, both ways.
fn halves(train: &Features, learn: Learn) -> Vec<f64> {
    let half = |first: usize| {
        let rows = train
            .data
            .chunks_exact(train.channels)
            .skip(first)
            .step_by(2);
        let data: Vec<f32> = rows.flatten().copied().collect();
        let rows = data.len() / train.channels;
        Features {
            rows,
            channels: train.channels,
            data,
        }
    };
    let (even, odd) = (half(0), half(1));
    let mut all = scores(&learn(&even), &odd);
    all.extend(scores(&learn(&odd), &even));
    all
}

fn scores(score: &Score, features: &Features) -> Vec<f64> {
    (0..features.rows)
        .map(|image| score(features.row(image)))
        .collect()
}

fn share(scores: &[f64], threshold: f64) -> f64 {
    scores.iter().filter(|score| **score > threshold).count() as f64 / scores.len() as f64
}

/// The chance that an image of another kind has the greater score.
fn auc(inside: &[f64], outside: &[f64]) -> f64 {
    let mut sorted = inside.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let below = |score: &f64| {
        let less = sorted.partition_point(|other| other < score);
        let equal = sorted.partition_point(|other| other <= score) - less;
        less as f64 + equal as f64 / 2.0
    };
    outside.iter().map(below).sum::<f64>() / (inside.len() * outside.len()) as f64
}

fn name(folder: &str) -> String {
    folder
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(folder)
        .to_owned()
}

/// Mean and deviation of every value.
fn statistics(features: &Features) -> (Vec<f32>, Vec<f32>) {
    let n = features.rows as f32;
    let mut mean = vec![0.0; features.channels];
    for row in features.data.chunks_exact(features.channels) {
        mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += x / n);
    }
    let mut variance = vec![0.0; features.channels];
    for row in features.data.chunks_exact(features.channels) {
        let pairs = variance.iter_mut().zip(row.iter().zip(&mean));
        pairs.for_each(|(sum, (x, m))| *sum += (x - m) * (x - m) / n);
    }
    let largest = variance.iter().fold(0.0_f32, |most, &x| most.max(x)).sqrt();
    let deviation = variance.iter().map(|x| x.sqrt().max(largest * 0.01));
    (mean, deviation.collect())
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn unit(mut row: Vec<f32>) -> Vec<f32> {
    let length = dot(&row, &row).sqrt().max(1e-12);
    row.iter_mut().for_each(|x| *x /= length);
    row
}

/// Features in units of their deviation, of unit length.
fn standardise((mean, deviation): &(Vec<f32>, Vec<f32>), row: &[f32]) -> Vec<f32> {
    let row = row.iter().zip(mean.iter().zip(deviation));
    unit(row.map(|(x, (m, d))| (x - m) / d).collect())
}

/// The distance from the nearest of some unit vectors, or the mean of the `nearest`.
fn from_nearest(points: &[Vec<f32>], row: &[f32], nearest: usize) -> f64 {
    let mut all: Vec<f32> = points.iter().map(|point| 1.0 - dot(point, row)).collect();
    all.sort_unstable_by(f32::total_cmp);
    f64::from(all[..nearest].iter().sum::<f32>()) / nearest as f64
}

fn nearest_centroid(train: &Features) -> Score {
    let statistics = statistics(train);
    let rows: Vec<Vec<f32>> = (0..train.rows)
        .map(|image| standardise(&statistics, train.row(image)))
        .collect();
    let mut random = Random::new(2);
    let chosen = random.sample(rows.len(), 16);
    let mut centroids: Vec<Vec<f32>> = chosen.iter().map(|&at| rows[at].clone()).collect();
    for _ in 0..15 {
        let mut sums = vec![vec![0.0; train.channels]; centroids.len()];
        for row in &rows {
            let along = centroids.iter().map(|centroid| dot(centroid, row));
            let best = along.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
            let sum = &mut sums[best.map_or(0, |(at, _)| at)];
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        centroids = sums.into_iter().map(unit).collect();
    }
    Box::new(move |row| from_nearest(&centroids, &standardise(&statistics, row), 1))
}

fn nearest_images(train: &Features) -> Score {
    let statistics = statistics(train);
    let chosen = Random::new(3).sample(train.rows, 256.min(train.rows));
    let points: Vec<Vec<f32>> = chosen
        .iter()
        .map(|&at| standardise(&statistics, train.row(at)))
        .collect();
    Box::new(move |row| from_nearest(&points, &standardise(&statistics, row), 5))
}

/// The mean, principal directions, and the variance along each.
fn principal(train: &Features, count: usize) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let (mean, _) = statistics(train);
    let centred: Vec<f32> = train
        .data
        .chunks_exact(train.channels)
        .flat_map(|row| row.iter().zip(&mean).map(|(x, m)| x - m))
        .collect();
    let basis = principal_directions(&centred, train.channels, count);
    let variance = basis.chunks_exact(train.channels).map(|direction| {
        let along = centred
            .chunks_exact(train.channels)
            .map(|row| dot(row, direction));
        along.map(|x| x * x).sum::<f32>() / train.rows as f32
    });
    let variance = variance.collect();
    (mean, basis, variance)
}

fn mahalanobis(train: &Features) -> Score {
    let (mean, basis, variance) = principal(train, 32);
    Box::new(move |row| {
        let centred: Vec<f32> = row.iter().zip(&mean).map(|(x, m)| x - m).collect();
        let along = basis
            .chunks_exact(mean.len())
            .map(|direction| dot(direction, &centred));
        along
            .zip(&variance)
            .map(|(x, v)| f64::from(x * x / v))
            .sum()
    })
}

fn plain_residual(train: &Features) -> Score {
    let (mean, basis, _) = principal(train, if train.channels > 512 { 16 } else { 32 });
    Box::new(move |row| {
        let centred: Vec<f32> = row.iter().zip(&mean).map(|(x, m)| x - m).collect();
        let along = basis
            .chunks_exact(mean.len())
            .map(|direction| dot(direction, &centred));
        f64::from(dot(&centred, &centred) - along.map(|x| x * x).sum::<f32>())
    })
}

fn residual(train: &Features) -> Score {
    let distance = fit(train, None).and_then(|domain| DomainDistance::new(&domain).ok());
    Box::new(move |row| {
        distance
            .as_ref()
            .map_or(0.0, |it| f64::from(it.distance(row)))
    })
}
