//! All figures at once, on embeddings whose quality is known beforehand.

use std::time::Instant;

use modulens_retrieval::measure::{EvalConfig, evaluate};
use modulens_retrieval::{Embeddings, Head, Random, RetrievalError};
use modulens_schema::HeadWeights;
use modulens_schema::{Labels, Quality, Split, Task};

/// Unit rows around one direction per value, with noise; `noise` 0 is perfect, large is chance.
fn embeddings(labels: &Labels, task: usize, dim: usize, noise: f32) -> Embeddings {
    let mut random = Random::stream(77, task as u64);
    let mut data = Vec::new();
    for image in 0..labels.images() {
        let value = usize::from(labels.get(image, task).unwrap_or(0));
        let mut row: Vec<f32> = (0..dim)
            .map(|d| f32::from(u8::from(d == value)) + noise * (random.unit() - 0.5))
            .collect();
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
        row.iter_mut().for_each(|x| *x /= length);
        data.extend(row);
    }
    Embeddings::from_unit_rows(labels.images(), dim, data).expect("fits")
}

fn head(dim: usize) -> Head {
    let weight = (0..2 * dim)
        .map(|at| if at / dim == at % dim { 8.0 } else { 0.0 })
        .collect();
    Head::new(
        HeadWeights {
            weight,
            bias: vec![0.0; 2],
        },
        dim,
    )
    .expect("fits")
}

fn labels(images: usize, tasks: usize) -> Labels {
    let mut random = Random::new(5);
    let mut labels = Labels::new(tasks);
    for _ in 0..images {
        labels.push(
            (0..tasks).map(|_| (random.below(8) > 0).then(|| u8::from(random.below(4) == 0))),
        );
    }
    labels
}

fn tasks(tasks: usize) -> Vec<Task> {
    (0..tasks)
        .map(|task| Task::binary(format!("Task_{task}")))
        .collect()
}

fn measure(images: usize, count: usize, dim: usize, config: &EvalConfig) -> Quality {
    let labels = labels(images, count);
    let heads = vec![head(dim); count];
    let noise = [0.0, 1.0, 1000.0];
    let embed =
        |task: usize| Ok::<_, RetrievalError>(embeddings(&labels, task, dim, noise[task % 3]));
    evaluate(
        "made up",
        Split::Test,
        &tasks(count),
        &labels,
        &heads,
        config,
        embed,
    )
    .expect("measures")
    .quality
}

#[test]
fn perfect_good_and_useless_embeddings_come_out_as_such() {
    let quality = measure(600, 3, 8, &EvalConfig::default());
    let [perfect, good, useless] = quality.tasks.as_slice() else {
        panic!("three tasks")
    };
    // Rows of equal value are equal, so the ties are all on the right side.
    assert_eq!(
        (
            perfect.triplet_accuracy,
            perfect.map,
            perfect.precision_at_10
        ),
        (1.0, 1.0, 1.0)
    );
    assert_eq!((perfect.ci95.low, perfect.ci95.high), (1.0, 1.0));
    assert!(
        good.triplet_accuracy > 0.8 && good.triplet_accuracy < 1.0,
        "{good:?}"
    );
    assert!((useless.triplet_accuracy - 0.5).abs() < 0.05, "{useless:?}");
    assert!(
        useless.ci95.low < 0.5 && 0.5 < useless.ci95.high,
        "{useless:?}"
    );
    for task in &quality.tasks {
        assert!(task.ci95.low <= task.triplet_accuracy && task.triplet_accuracy <= task.ci95.high);
        assert!(
            task.images > 450 && task.images < 600,
            "unknown labels are not counted"
        );
    }
    let mean: f64 = quality
        .tasks
        .iter()
        .map(|task| task.triplet_accuracy)
        .sum::<f64>()
        / 3.0;
    assert!((quality.mean_triplet_accuracy - mean).abs() < 2e-6);
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let config = EvalConfig {
        triplets: 2000,
        replicates: 100,
        max_queries: 50,
        ..EvalConfig::default()
    };
    assert_eq!(measure(200, 3, 8, &config), measure(200, 3, 8, &config));
    let other = EvalConfig { seed: 2, ..config };
    assert_ne!(measure(200, 3, 8, &config), measure(200, 3, 8, &other));
}

#[test]
fn a_task_without_two_values_is_named() {
    let labels = Labels::from_cells(1, vec![1; 20]).expect("fits");
    let embed = |_| Embeddings::from_unit_rows(20, 2, vec![0.6; 40]);
    let error = evaluate(
        "made up",
        Split::Test,
        &tasks(1),
        &labels,
        &[head(2)],
        &EvalConfig::default(),
        embed,
    )
    .expect_err("nothing to measure");
    assert!(
        error
            .to_string()
            .starts_with("Task_0: nothing can be measured"),
        "{error}"
    );
}

#[test]
fn a_whole_gallery_is_measured_in_seconds() {
    let start = Instant::now();
    let quality = measure(3300, 18, 64, &EvalConfig::default());
    let seconds = start.elapsed().as_secs_f64();
    println!("3,300 images x 18 tasks x 64 dimensions: {seconds:.1} s");
    assert_eq!(quality.tasks.len(), 18);
    // 20 s on an idle core is the aim; the machine that runs the tests may have other things to do.
    assert!(seconds < 60.0, "{seconds:.1} s");
}
