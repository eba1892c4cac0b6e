//! Quality of user tasks learned from few marks: every attribute of a gallery is taught from some of its labels, and
//! measured on all the others.
//!
//! `cargo run -p modulens-retrieval --example few_shot -- www/galleries/faces www/galleries/shoes` prints the tables of
//! `docs/teaching.md`; the networks were trained to tell these attributes apart. `FOLDER=TABLE[=TABLE]` takes the labels from
//! tables instead, attributes that the network has no task for, and prints a row for each: the tables of
//! `docs/photographs.md`.

use std::error::Error;
use std::time::Instant;

use modulens_bundle::Bundle;
use modulens_retrieval::few_shot::{
    Block, FeatureStatistics, FewShotConfig, LabelledExamples, blocks, fit,
};
use modulens_retrieval::measure::calibration_error;
use modulens_retrieval::{Gallery, Random, Tail, rank_all};
use modulens_schema::Task;

/// Draws of marks per attribute.
const DRAWS: u64 = 5;
/// Attributes that fewer pictures have, or have not, are left out.
const LEAST: usize = 80;
/// The same of a table, which is about fewer pictures.
const LEAST_OF_TABLE: usize = 35;
/// Results that are looked at first.
const FIRST: usize = 24;
/// Labelled examples per round where it is chosen what to mark.
const ROUND: usize = 4;
const ROUNDS: usize = 6;

/// An attribute to be taught.
struct Truth {
    /// Task or column, and value.
    name: String,
    /// True for pictures that show it; `None` where the label is unknown.
    shown: Vec<Option<bool>>,
}
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    for argument in std::env::args().skip(1) {
        let mut words = argument.split('=');
        let bundle = Bundle::open(words.next().unwrap_or_default())?;
        let tables: Vec<&str> = words.collect();
        let truths = match tables.is_empty() {
            true => truths(&bundle),
            false => truths_of_tables(&bundle, &tables)?,
        };
        let share: f64 = truths.iter().map(frequency).sum();
        println!(
            "\n## {}: {} pictures, {} attributes, which {:.1} % have on average\n",
            bundle.manifest.name,
            bundle.manifest.images,
            truths.len(),
            share * 100.0 / truths.len() as f64
        );
        if !tables.is_empty() {
            each_attribute(&bundle, &truths)?;
        }
        ways_to_learn(&bundle, &truths)?;
        kinds_of_marks(&bundle, &truths)?;
        choice_of_marks(&bundle, &truths)?;
    }
    Ok(())
}

/// The attributes of a gallery's tasks.
fn truths(bundle: &Bundle) -> Vec<Truth> {
    let mut found = Vec::new();
    for (task, spec) in bundle.manifest.tasks.iter().enumerate() {
        let images = 0..bundle.manifest.images;
        let labels: Vec<Option<u8>> = images.map(|image| bundle.labels.get(image, task)).collect();
        found.extend(attributes(&labels, spec, LEAST));
    }
    found
}

/// The attributes of the columns of tables, but for those that name images, groups and splits.
fn truths_of_tables(bundle: &Bundle, paths: &[&str]) -> Outcome<Vec<Truth>> {
    let mut found = Vec::new();
    for &path in paths {
        let bytes = std::fs::read(path)?;
        let heading = String::from_utf8_lossy(&bytes);
        let heading = heading.lines().next().unwrap_or_default().to_owned();
        for column in heading.split(',') {
            if ["image", "group", "split"].contains(&column) {
                continue;
            }
            let read = modulens_dataset::read_labels(path, bytes.clone(), column, &bundle.ids)?;
            found.extend(attributes(&read.labels, &read.task, LEAST_OF_TABLE));
        }
    }
    Ok(found)
}

/// The values that enough pictures have and have not; of two values, the second.
fn attributes(labels: &[Option<u8>], task: &Task, least: usize) -> Vec<Truth> {
    let values = task.values.len();
    let mut found = Vec::new();
    for value in usize::from(values == 2)..values {
        let shown: Vec<Option<bool>> = labels
            .iter()
            .map(|label| Some(usize::from((*label)?) == value))
            .collect();
        let count = |wanted| shown.iter().filter(|known| **known == Some(wanted)).count();
        if count(true).min(count(false)) >= least {
            let name = format!("{}: {}", task.name, task.values[value]);
            found.push(Truth { name, shown });
        }
    }
    found
}

fn frequency(truth: &Truth) -> f64 {
    let known: Vec<bool> = truth.shown.iter().flatten().copied().collect();
    known.iter().filter(|yes| **yes).count() as f64 / known.len().max(1) as f64
}

/// So many pictures that show it and so many that do not, the same ones for whatever is tried.
fn draw(truth: &Truth, yes: usize, no: usize, seed: u64) -> LabelledExamples {
    let mut random = Random::stream(seed, (yes * 1000 + no) as u64);
    let mut pick = |wanted, count| -> Vec<usize> {
        let all: Vec<usize> = (0..truth.shown.len())
            .filter(|&image| truth.shown[image] == Some(wanted))
            .collect();
        let chosen = random.sample(all.len(), count);
        chosen.into_iter().map(|at| all[at]).collect()
    };
    LabelledExamples {
        yes: pick(true, yes),
        no: pick(false, no),
    }
}

fn is_marked(marks: &LabelledExamples, image: usize) -> bool {
    marks.yes.contains(&image) || marks.no.contains(&image)
}

/// Sums of the figures of several fits.
#[derive(Default)]
struct Figures {
    average_precision: f64,
    first: f64,
    log_loss: f64,
    calibration: f64,
    likely: f64,
    fits: f64,
}

impl Figures {
    /// Adds the probabilities `[N, 2]` of one fit, on the labelled pictures that were not marked.
    fn add(&mut self, probabilities: &[f32], truth: &Truth, marks: &LabelledExamples) {
        let seen: Vec<(bool, f32)> = (0..truth.shown.len())
            .filter(|&image| !is_marked(marks, image))
            .filter_map(|image| Some((truth.shown[image]?, probabilities[2 * image + 1])))
            .collect();
        let images = seen.len() as f64;
        let yes: Vec<f32> = seen.iter().map(|(_, p)| *p).collect();
        let (mut found, mut sum, mut first) = (0.0, 0.0, 0.0);
        for (before, ranked) in rank_all(&yes).iter().enumerate() {
            if seen[ranked.index].0 {
                found += 1.0;
                sum += found / (before + 1) as f64;
                first += f64::from(u8::from(before < FIRST));
            }
        }
        self.average_precision += sum / found;
        self.first += first / FIRST as f64;
        let surprise = |(truth, p): &(bool, f32)| {
            let p = f64::from(if *truth { *p } else { 1.0 - p });
            -p.max(1e-6).ln()
        };
        self.log_loss += seen.iter().map(surprise).sum::<f64>() / images;
        let pairs: Vec<f32> = yes.iter().flat_map(|p| [1.0 - p, *p]).collect();
        let labels: Vec<Option<u8>> = seen.iter().map(|(yes, _)| Some(u8::from(*yes))).collect();
        self.calibration += calibration_error(&pairs, 2, &labels, 15).unwrap_or(f64::NAN);
        self.likely += yes.iter().filter(|p| **p > 0.5).count() as f64 / images;
        self.fits += 1.0;
    }

    /// Teaches an attribute and adds its figures.
    fn teach(
        &mut self,
        gallery: &mut Gallery,
        truth: &Truth,
        marks: &LabelledExamples,
    ) -> Outcome<()> {
        gallery.set_user_tasks(std::slice::from_ref(marks))?;
        let task = gallery.tasks() - 1;
        self.add(gallery.probabilities(task)?, truth, marks);
        Ok(())
    }

    fn heading(what: &str) {
        println!(
            "| {what} | average precision | right of the first {FIRST} | log loss | calibration error | called likely |"
        );
        println!("| --- | --- | --- | --- | --- | --- |");
    }

    fn row(&self, name: &str) {
        let mean = |sum: f64| sum / self.fits;
        println!(
            "| {name} | {:.1} | {:.1} | {:.2} | {:.1} | {:.1} |",
            mean(self.average_precision) * 100.0,
            mean(self.first) * 100.0,
            mean(self.log_loss),
            mean(self.calibration) * 100.0,
            mean(self.likely) * 100.0
        );
    }
}

/// Every attribute from five marks of each kind, through the gallery as the page uses it.
fn each_attribute(bundle: &Bundle, truths: &[Truth]) -> Outcome<()> {
    let mut gallery = gallery(bundle)?;
    println!("| 5 yes, 5 no | pictures | average precision | right of the first {FIRST} |");
    println!("| --- | --- | --- | --- |");
    for truth in truths {
        let mut figures = Figures::default();
        for seed in 0..DRAWS {
            figures.teach(&mut gallery, truth, &draw(truth, 5, 5, seed))?;
        }
        let known = truth.shown.iter().flatten();
        println!(
            "| {} | {} of {} | {:.1} | {:.1} |",
            truth.name,
            known.clone().filter(|shown| **shown).count(),
            known.count(),
            figures.average_precision / figures.fits * 100.0,
            figures.first / figures.fits * 100.0
        );
    }
    println!();
    Ok(())
}

/// The variants of learning from five marks of each kind.
fn ways_to_learn(bundle: &Bundle, truths: &[Truth]) -> Outcome<()> {
    let features = &bundle.features.data;
    let tail = tail(bundle)?;
    let (channels, dim) = (tail.channels(), tail.embedding());
    let mut embeddings = vec![0.0; bundle.manifest.images * dim];
    tail.embed_rows_unmodulated(features, &mut embeddings)?;
    let both: Vec<f32> = embeddings
        .chunks_exact(dim)
        .zip(features.chunks_exact(channels))
        .flat_map(|(embedding, features)| embedding.iter().chain(features).copied())
        .collect();
    let one = |len| vec![Block { len, share: 1.0 }];
    let shares = |of_features| {
        let mut both = blocks(dim, channels).to_vec();
        both[0].share = 1.0 - of_features;
        both[1].share = of_features;
        both
    };
    let ours = FewShotConfig::default();
    let site = || blocks(dim, channels).to_vec();
    let l2 = |l2| FewShotConfig { l2, ..ours };
    let background = |background| FewShotConfig { background, ..ours };
    Figures::heading("5 yes, 5 no");
    for (name, table, blocks, config) in [
        ("as the site does", &both, site(), ours),
        ("half embedding, half features", &both, shares(0.5), ours),
        ("embedding alone", &embeddings, one(dim), ours),
        ("features alone", features, one(channels), ours),
        ("penalty 0.003", &both, site(), l2(0.003)),
        ("penalty 0.3", &both, site(), l2(0.3)),
        ("no background", &both, site(), background(0.0)),
        ("background of 6", &both, site(), background(6.0)),
    ] {
        Figures::row(&way_to_learn(table, &blocks, &config, truths)?, name);
    }
    println!();
    Ok(())
}

fn way_to_learn(
    table: &[f32],
    blocks: &[Block],
    config: &FewShotConfig,
    truths: &[Truth],
) -> Outcome<Figures> {
    let dim: usize = blocks.iter().map(|block| block.len).sum();
    let rows = |images: &[usize]| -> Vec<f32> {
        let row = |&image: &usize| table[image * dim..][..dim].iter().copied();
        images.iter().flat_map(row).collect()
    };
    let sample = FeatureStatistics::sample(table.len() / dim);
    let seen = rows(&sample);
    let statistics = FeatureStatistics::new(sample, &seen, blocks)?;
    let mut figures = Figures::default();
    for truth in truths {
        for seed in 0..DRAWS {
            let marks = draw(truth, 5, 5, seed);
            let mut marked = [marks.yes.as_slice(), &marks.no].concat();
            marked.sort_unstable();
            let classifier = fit(
                &statistics,
                &rows(&marks.yes),
                &rows(&marks.no),
                &marked,
                config,
            )?;
            let mut probabilities = Vec::with_capacity(2 * table.len() / dim);
            for row in table.chunks_exact(dim) {
                probabilities.extend(classifier.head.probabilities(row)?);
            }
            figures.add(&probabilities, truth, &marks);
        }
    }
    Ok(figures)
}

/// Number and kinds of marks, through the gallery as the page uses it.
fn kinds_of_marks(bundle: &Bundle, truths: &[Truth]) -> Outcome<()> {
    let mut gallery = gallery(bundle)?;
    Figures::heading("marks");
    for (yes, no) in [
        (1, 0),
        (3, 0),
        (5, 0),
        (3, 3),
        (5, 5),
        (8, 3),
        (3, 8),
        (20, 20),
    ] {
        let mut figures = Figures::default();
        for truth in truths {
            for seed in 0..DRAWS {
                figures.teach(&mut gallery, truth, &draw(truth, yes, no, seed))?;
            }
        }
        figures.row(&format!("{yes} yes, {no} no"));
    }
    let marks = draw(&truths[0], 25, 25, 0);
    let started = Instant::now();
    gallery.set_user_tasks(&[marks])?;
    let millis = started.elapsed().as_secs_f64() * 1e3;
    println!("\nLearning from 50 marks took {millis:.2} ms here.\n");
    Ok(())
}

/// The marked pictures: two that show it, then some more in every round, answered by their labels.
fn choice_of_marks(bundle: &Bundle, truths: &[Truth]) -> Outcome<()> {
    let mut gallery = gallery(bundle)?;
    let rounds = (0..ROUNDS).map(|round| format!(" {} marks |", 2 + round * ROUND));
    println!("| pictures marked |{}", rounds.collect::<String>());
    println!("| --- |{}", " --- |".repeat(ROUNDS));
    for choice in [Choice::Suggested, Choice::Random, Choice::First] {
        let mut means = vec![0.0; ROUNDS];
        for truth in truths {
            for seed in 0..DRAWS {
                let mut marks = draw(truth, 2, 0, seed);
                let mut random = Random::new(seed);
                for mean in &mut means {
                    let mut figures = Figures::default();
                    figures.teach(&mut gallery, truth, &marks)?;
                    *mean += figures.average_precision / (truths.len() as f64 * DRAWS as f64);
                    for image in choice.of(&mut gallery, truth, &marks, &mut random)? {
                        match truth.shown[image] {
                            Some(true) => marks.yes.push(image),
                            _ => marks.no.push(image),
                        }
                    }
                }
            }
        }
        let cells = means.iter().map(|mean| format!(" {:.1} |", mean * 100.0));
        println!("| {} |{}", choice.name(), cells.collect::<String>());
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Choice {
    Suggested,
    Random,
    First,
}

impl Choice {
    fn name(self) -> &'static str {
        match self {
            Self::Suggested => "those suggested",
            Self::Random => "any",
            Self::First => "the first results",
        }
    }

    /// The next pictures to mark, of the labelled ones that are not marked yet.
    fn of(
        self,
        gallery: &mut Gallery,
        truth: &Truth,
        marks: &LabelledExamples,
        random: &mut Random,
    ) -> Outcome<Vec<usize>> {
        let task = gallery.tasks() - 1;
        let (open, closed): (Vec<usize>, Vec<usize>) = (0..truth.shown.len())
            .partition(|&image| truth.shown[image].is_some() && !is_marked(marks, image));
        Ok(match self {
            Self::Suggested => gallery.uncertain(task, ROUND, &closed)?,
            Self::Random => {
                let chosen = random.sample(open.len(), ROUND);
                chosen.into_iter().map(|at| open[at]).collect()
            }
            Self::First => {
                let all = gallery.probabilities(task)?;
                let yes: Vec<f32> = open.iter().map(|image| all[2 * image + 1]).collect();
                let first = rank_all(&yes).into_iter().take(ROUND);
                first.map(|ranked| open[ranked.index]).collect()
            }
        })
    }
}

fn tail(bundle: &Bundle) -> Outcome<Tail> {
    let tail = bundle.tail.clone();
    Ok(Tail::new(tail.ok_or("this network has early sites")?)?)
}

fn gallery(bundle: &Bundle) -> Outcome<Gallery> {
    let features = bundle.features.clone();
    Ok(Gallery::new(tail(bundle)?, &bundle.heads, features)?)
}
