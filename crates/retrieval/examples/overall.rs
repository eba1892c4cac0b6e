//! Measures ways to compare images overall, under no single task: the tables of `docs/overall.md`.
//!
//! `cargo run --release -p modulens-retrieval --example overall -- www/galleries/faces www/galleries/shoes`. Every image
//! of a gallery is a query against all the others; the labels say how much the nearest ones have in common with it.

use std::error::Error;
use std::time::Instant;

use modulens_bundle::Bundle;
use modulens_retrieval::{Clause, Embeddings, Gallery, Tail, top_k_where};

/// The nearest images that precision is measured among.
const FIRST: usize = 10;
/// The nearest images whose labels are compared: about a screen of results.
const SCREEN: usize = 24;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    for folder in std::env::args().skip(1) {
        let bundle = Bundle::open(&folder)?;
        let manifest = &bundle.manifest;
        println!(
            "\n## {}: {} images, {} tasks\n",
            manifest.title,
            manifest.images,
            manifest.tasks.len()
        );
        println!(
            "| similarity | precision at 10 | the same, rarer values | values shared by the nearest 24 | \
             same in all tasks |"
        );
        println!("| --- | --- | --- | --- | --- |");
        for (name, table) in likenesses(&bundle)? {
            println!("| {name} | {} |", Figures::measure(&bundle, &table)?);
        }
        println!("| one task, mean of all tasks | {} |", single(&bundle)?);
        let mut gallery = gallery(&bundle)?;
        let query = Clause::similar_overall(bundle.features.row(0)).into();
        let millis = [(); 2].map(|()| {
            let started = Instant::now();
            let ranked = gallery.rank(&query, &[]).map(|ranking| ranking.order.len());
            (started.elapsed().as_secs_f64() * 1000.0, ranked)
        });
        let [(first, ranked), (again, _)] = millis;
        println!(
            "\nOverall, {} images: the first question {first:.0} ms, the next {again:.1} ms",
            ranked?
        );
    }
    Ok(())
}

/// The ways to compare, each with rows of unit length.
fn likenesses(bundle: &Bundle) -> Outcome<Vec<(&'static str, Embeddings)>> {
    let mut gallery = gallery(bundle)?;
    let images = bundle.manifest.images;
    let mut joined = vec![Vec::new(); images];
    let mut centred = vec![Vec::new(); images];
    let mut predicted = vec![Vec::new(); images];
    for task in 0..bundle.manifest.tasks.len() {
        let table = gallery.embeddings(task)?;
        let (dim, data) = (table.dim(), table.data().to_vec());
        append(&mut joined, &data, dim);
        append(&mut centred, &unit(centre(data, dim), dim), dim);
        let values = gallery.head(task)?.values();
        let roots: Vec<f32> = gallery
            .probabilities(task)?
            .iter()
            .map(|p| p.sqrt())
            .collect();
        append(&mut predicted, &roots, values);
    }
    let features = &bundle.features;
    let channels = features.channels;
    let dim = gallery.tail().embedding();
    let mut plain = vec![0.0; images * dim];
    gallery
        .tail()
        .embed_rows_unmodulated(&features.data, &mut plain)?;
    Ok(vec![
        ("mean cosine of all tasks, as the site does", rows(&joined)?),
        ("mean cosine of all tasks, each centred", rows(&centred)?),
        ("predictions of all tasks", rows(&predicted)?),
        ("features", table(features.data.clone(), channels)?),
        (
            "features, centred",
            table(centre(features.data.clone(), channels), channels)?,
        ),
        ("embedding without modulation", table(plain.clone(), dim)?),
        (
            "embedding without modulation, centred",
            table(centre(plain, dim), dim)?,
        ),
    ])
}

/// The figures of ranking by one task, each task in turn.
fn single(bundle: &Bundle) -> Outcome<Figures> {
    let mut gallery = gallery(bundle)?;
    let tasks = bundle.manifest.tasks.len();
    let mut mean = Figures::default();
    for task in 0..tasks {
        let figures = Figures::measure(bundle, gallery.embeddings(task)?)?;
        for (mean, figure) in mean.0.iter_mut().zip(figures.0) {
            *mean += figure / tasks as f64;
        }
    }
    Ok(mean)
}

fn gallery(bundle: &Bundle) -> Outcome<Gallery> {
    let folded = bundle.tail.clone().ok_or("the bundle has no folded tail")?;
    let tail = Tail::new(folded)?;
    Ok(Gallery::new(tail, &bundle.heads, bundle.features.clone())?)
}

fn append(rows: &mut [Vec<f32>], data: &[f32], dim: usize) {
    for (row, more) in rows.iter_mut().zip(data.chunks_exact(dim)) {
        row.extend_from_slice(more);
    }
}

fn rows(rows: &[Vec<f32>]) -> Outcome<Embeddings> {
    let dim = rows.first().map_or(1, Vec::len);
    table(rows.concat(), dim)
}

fn table(data: Vec<f32>, dim: usize) -> Outcome<Embeddings> {
    Ok(Embeddings::from_unit_rows(
        data.len() / dim,
        dim,
        unit(data, dim),
    )?)
}

/// The rows less their mean.
fn centre(mut data: Vec<f32>, dim: usize) -> Vec<f32> {
    let rows = data.len() / dim;
    let mut mean = vec![0.0_f64; dim];
    for row in data.chunks_exact(dim) {
        for (mean, &value) in mean.iter_mut().zip(row) {
            *mean += f64::from(value) / rows as f64;
        }
    }
    for row in data.chunks_exact_mut(dim) {
        for (value, &mean) in row.iter_mut().zip(&mean) {
            *value -= mean as f32;
        }
    }
    data
}

/// The rows, each of unit length.
fn unit(mut data: Vec<f32>, dim: usize) -> Vec<f32> {
    for row in data.chunks_exact_mut(dim) {
        let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        for value in row {
            *value /= length.max(f32::MIN_POSITIVE);
        }
    }
    data
}

/// Figures of one way to compare, in percent, in the order of the table's columns.
#[derive(Clone, Copy, Debug, Default)]
struct Figures([f64; 4]);

impl Figures {
    /// Measures with every image as a query, the mean over tasks being the mean of every query's tasks.
    fn measure(bundle: &Bundle, table: &Embeddings) -> Outcome<Self> {
        let tasks = bundle.manifest.tasks.len();
        let images = bundle.manifest.images;
        let labels: Vec<Vec<Option<u8>>> = (0..images)
            .map(|image| {
                (0..tasks)
                    .map(|task| bundle.labels.get(image, task))
                    .collect()
            })
            .collect();
        let frequent = |task: usize, value: Option<u8>| {
            let same = labels.iter().filter(|row| row[task] == value).count();
            2 * same >= images
        };
        let frequent: Vec<[bool; 256]> = (0..tasks)
            .map(|task| {
                let values = bundle.manifest.tasks[task].values.len();
                let is = |value: usize| value < values && frequent(task, u8::try_from(value).ok());
                std::array::from_fn(is)
            })
            .collect();
        // For each figure, what was found and of how many; per task where the figure is a mean over tasks.
        let mut first = vec![(0.0, 0.0); tasks];
        let mut rarer = vec![(0.0, 0.0); tasks];
        let (mut screen, mut all) = ((0.0, 0.0), (0.0, 0.0));
        for query in 0..images {
            let cosines = table.cosines(table.row(query))?;
            let nearest = top_k_where(&cosines, SCREEN, |image| image != query);
            for (place, ranked) in nearest.iter().enumerate() {
                let mut equal = true;
                for task in 0..tasks {
                    let (Some(value), Some(other)) =
                        (labels[query][task], labels[ranked.index][task])
                    else {
                        continue;
                    };
                    let same = f64::from(u8::from(value == other));
                    equal &= value == other;
                    add(&mut screen, same);
                    if place < FIRST {
                        add(&mut first[task], same);
                        if !frequent[task][usize::from(value)] {
                            add(&mut rarer[task], same);
                        }
                    }
                }
                add(&mut all, f64::from(u8::from(equal)));
            }
        }
        let mean = |tasks: &[(f64, f64)]| {
            let shares = tasks.iter().filter(|(_, of)| *of > 0.0);
            let shares: Vec<f64> = shares.map(|(found, of)| found / of).collect();
            shares.iter().sum::<f64>() / shares.len().max(1) as f64
        };
        Ok(Self([
            mean(&first),
            mean(&rarer),
            screen.0 / screen.1,
            all.0 / all.1,
        ]))
    }
}

fn add((found, of): &mut (f64, f64), more: f64) {
    *found += more;
    *of += 1.0;
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let figures: Vec<String> = self
            .0
            .iter()
            .map(|share| format!("{:.1}", share * 100.0))
            .collect();
        f.write_str(&figures.join(" | "))
    }
}
