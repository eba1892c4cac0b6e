//! Exact search over a gallery as big as `CelebA`: our scan and selection against plain loops, in the same run.
//!
//! ```sh
//! cargo xtask bench search-native [--json]
//! ```
//!
//! JSON keys: `images`, `dim`, `channels`, `k`, `repeats`; under `millis` the medians of `scan` (cosines of one query
//! with every image), `plain_scan` (the same, one multiplication at a time), `select` (the best `k`), `plain_select`
//! (sorting all) and `embed_one_task` (the tail of one task over every image); `speedup` is plain over ours for scan
//! and selection together; `same` says that both found the same images.

use std::{error::Error, hint::black_box, time::Instant};

use modulens_retrieval::{Embeddings, Random, Tail, top_k};
use modulens_schema::{Features, FoldedTail};
use serde_json::json;

const IMAGES: usize = 202_599;
const DIM: usize = 64;
const CHANNELS: usize = 128;
const K: usize = 50;
const REPEATS: usize = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let json = std::env::args().any(|argument| argument == "--json");
    let mut random = Random::new(1);
    let rows = unit_rows(&mut random, IMAGES, DIM);
    let embeddings = Embeddings::from_unit_rows(IMAGES, DIM, rows.clone())?;
    let query = unit_rows(&mut random, 1, DIM);

    let mut scores = Vec::new();
    let scan = median(|| scores = black_box(&embeddings).cosines(&query).unwrap_or_default());
    let mut plain_scores = Vec::new();
    let plain_scan = median(|| plain_scores = plain_cosines(black_box(&rows), &query));
    let mut best = Vec::new();
    let select = median(|| best = top_k(black_box(&scores), K));
    let mut plain_best = Vec::new();
    let plain_select = median(|| plain_best = plain_top_k(black_box(&plain_scores), K));
    let same = best
        .iter()
        .map(|ranked| ranked.index)
        .eq(plain_best.iter().copied());

    let (tail, features) = tail(&mut random)?;
    let task = median(|| drop(black_box(tail.embed_all(&features, 0))));

    let speedup = (plain_scan + plain_select) / (scan + select);
    if json {
        let figures = json!({
            "images": IMAGES, "dim": DIM, "channels": CHANNELS, "k": K, "repeats": REPEATS,
            "millis": {
                "scan": scan, "plain_scan": plain_scan, "select": select, "plain_select": plain_select,
                "embed_one_task": task,
            },
            "speedup": speedup,
            "same": same,
        });
        println!("{figures}");
    } else {
        println!(
            "{IMAGES} images of {DIM} numbers, best {K}, one thread, medians of {REPEATS} runs"
        );
        println!("                      ours      plain loop");
        println!("cosines          {scan:>6.2} ms     {plain_scan:>6.2} ms");
        println!("selection        {select:>6.2} ms     {plain_select:>6.2} ms (sorts all)");
        println!("together {speedup:.1} times as fast; same images: {same}");
        println!("the tail of one task over all images, {CHANNELS} channels: {task:.1} ms");
    }
    if same {
        Ok(())
    } else {
        Err("the two ways found different images".into())
    }
}

fn unit_rows(random: &mut Random, rows: usize, dim: usize) -> Vec<f32> {
    let mut data: Vec<f32> = (0..rows * dim).map(|_| random.unit() * 2.0 - 1.0).collect();
    for row in data.chunks_exact_mut(dim) {
        let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        row.iter_mut().for_each(|value| *value /= length);
    }
    data
}

/// The straightforward scalar version; float addition may not be reordered, so the compiler does
/// not vectorise it.
fn plain_cosines(rows: &[f32], query: &[f32]) -> Vec<f32> {
    let dot = |row: &[f32]| row.iter().zip(query).map(|(a, b)| a * b).sum();
    rows.chunks_exact(query.len()).map(dot).collect()
}

fn plain_top_k(scores: &[f32], k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order.truncate(k);
    order
}

fn tail(random: &mut Random) -> Result<(Tail, Features), Box<dyn Error>> {
    let mut numbers = |count: usize| (0..count).map(|_| random.unit()).collect::<Vec<f32>>();
    let folded = FoldedTail {
        tasks: 1,
        channels: CHANNELS,
        embedding: DIM,
        rectified: true,
        feature_scale: numbers(CHANNELS),
        weight: numbers(CHANNELS * DIM),
        bias: numbers(DIM),
        embedding_scale: numbers(DIM),
    };
    let features = Features::new(IMAGES, CHANNELS, numbers(IMAGES * CHANNELS))
        .ok_or("the features have another shape")?;
    Ok((Tail::new(folded)?, features))
}

/// The median time of a piece of work in milliseconds, after one run that counts for nothing.
fn median(mut work: impl FnMut()) -> f64 {
    work();
    let mut times: Vec<f64> = (0..REPEATS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[REPEATS / 2]
}
