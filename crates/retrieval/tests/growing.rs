//! A gallery that grows, and is prepared a few images at a time, gives what it gives all at once.

mod common;

use common::{CHANNELS, DIM, IMAGES, TASK_BYTES, VALUES, gallery};
use modulens_bundle::Features;
use modulens_retrieval::{Gallery, Need, Query, Random, RetrievalError, top_k_where};

/// The gallery of the tests without its images, and their features.
fn emptied() -> (Gallery, Vec<f32>) {
    let mut gallery = gallery();
    let features = gallery.features().data.clone();
    let none = Features::new(0, CHANNELS, Vec::new()).expect("fits");
    gallery.set_features(none).expect("no image is no error");
    (gallery, features)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn any_order_of_appending_and_preparing_gives_the_same_bits() {
    let mut whole = gallery();
    let needs = [Need::Probabilities, Need::Embeddings, Need::Nearest];
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let (mut grown, features) = emptied();
        // From one task's embeddings to those of all.
        grown = grown.with_cache(random.below(4) * TASK_BYTES);
        if random.below(2) == 0 {
            grown.reserve(IMAGES);
        }
        let mut rest = features.as_slice();
        for _ in 0..random.below(80) {
            if random.below(3) == 0 {
                let count = random.below(12).min(rest.len() / CHANNELS);
                let (now, later) = rest.split_at(count * CHANNELS);
                grown.append(now).expect("whole rows");
                rest = later;
            } else {
                let (task, need) = (random.below(3), needs[random.below(3)]);
                let images = random.below(20);
                let before = grown.advance(task, need, 0).expect("a task");
                let left = grown.advance(task, need, images).expect("a task");
                assert_eq!(left, before.saturating_sub(images));
                assert_eq!(grown.advance(task, need, 0), Ok(left), "it stays done");
                if random.below(4) == 0 {
                    check_nearest(&mut grown, &whole, task);
                }
            }
        }
        grown.append(rest).expect("whole rows");
        for task in 0..VALUES.len() {
            assert_eq!(
                bits(grown.probabilities(task).expect("a task")),
                bits(whole.probabilities(task).expect("a task")),
                "seed {seed}, task {task}"
            );
            assert_eq!(
                bits(grown.embeddings(task).expect("a task").data()),
                bits(whole.embeddings(task).expect("a task").data()),
                "seed {seed}, task {task}"
            );
        }
        let query = Query::example(2, whole.example(9, 2).expect("an image"));
        assert_eq!(grown.score(&query), whole.score(&query));
        for task in 0..VALUES.len() {
            check_nearest(&mut grown, &whole, task);
        }
    }
}

/// The nearest to an image of `whole` are those of a ranking of all that are there.
fn check_nearest(gallery: &mut Gallery, whole: &Gallery, task: usize) {
    let example = whole.example(11, task).expect("an image");
    let query = Query::example(task, example.clone());
    let scores = gallery.score(&query).expect("scores").total;
    for k in [1, 5, IMAGES] {
        for every in [1, 3] {
            let keep = |image: usize| image.is_multiple_of(every);
            let found = gallery.nearest(task, &example, k, keep);
            assert_eq!(found, Ok(top_k_where(&scores, k, keep)));
        }
    }
}

#[test]
fn probabilities_need_no_embeddings_to_be_kept() {
    let mut gallery = gallery();
    let before = gallery.bytes();
    for task in 0..3 {
        assert_eq!(
            gallery.advance(task, Need::Probabilities, usize::MAX),
            Ok(0)
        );
    }
    let values: usize = VALUES.iter().sum();
    assert_eq!(gallery.bytes(), before + IMAGES * values * 4);
    assert_eq!(gallery.advance(0, Need::Embeddings, 0), Ok(IMAGES));
    assert_eq!(gallery.advance(0, Need::Embeddings, 1), Ok(IMAGES - 1));
    assert_eq!(
        gallery.bytes(),
        before + IMAGES * (values + DIM) * 4,
        "room for the whole task"
    );
}

#[test]
fn a_task_under_way_survives_others_within_the_limit() {
    let mut gallery = gallery().with_cache(2 * TASK_BYTES);
    assert_eq!(gallery.advance(0, Need::Embeddings, 7), Ok(IMAGES - 7));
    gallery.embeddings(1).expect("a task");
    assert_eq!(gallery.advance(0, Need::Embeddings, 0), Ok(IMAGES - 7));
    assert_eq!(gallery.advance(0, Need::Embeddings, 3), Ok(IMAGES - 10));
    gallery.embeddings(2).expect("a task");
    assert_eq!(gallery.advance(0, Need::Embeddings, 0), Ok(IMAGES - 10));
    assert_eq!(
        gallery.advance(1, Need::Embeddings, 0),
        Ok(IMAGES),
        "used longest ago"
    );
}

#[test]
fn codes_come_with_the_first_question_and_are_forgotten_with_the_embeddings() {
    let mut gallery = gallery().with_cache(2 * TASK_BYTES);
    let before = gallery.bytes();
    let example = gallery.example(3, 1).expect("an image");
    let nearest = gallery.nearest(1, &example, 1, |_| true).expect("a task");
    assert_eq!(nearest[0].index, 3);
    assert_eq!(gallery.bytes(), before + TASK_BYTES);
    assert_eq!(gallery.advance(1, Need::Nearest, 0), Ok(0));
    assert_eq!(gallery.advance(2, Need::Nearest, 20), Ok(IMAGES - 20));
    assert_eq!(gallery.advance(2, Need::Embeddings, 0), Ok(IMAGES - 20));
    assert_eq!(
        gallery.bytes(),
        before + 2 * TASK_BYTES,
        "room for all of them"
    );
    gallery.embeddings(0).expect("a task");
    assert_eq!(gallery.advance(1, Need::Nearest, 0), Ok(IMAGES), "gone");
    assert_eq!(gallery.bytes(), before + TASK_BYTES + IMAGES * DIM * 4);
    let features = gallery.features().clone();
    gallery.set_features(features).expect("fits");
    assert_eq!(gallery.bytes(), before);
    assert_eq!(gallery.advance(2, Need::Nearest, 0), Ok(IMAGES));
}

#[test]
fn growing_within_what_was_reserved_moves_nothing() {
    let (mut gallery, features) = emptied();
    gallery.reserve(IMAGES);
    let room = gallery.bytes();
    assert_eq!(room, features.len() * 4);
    let place = gallery.features().data.as_ptr();
    for row in features.chunks_exact(CHANNELS) {
        gallery.append(row).expect("a row");
        gallery.advance(1, Need::Embeddings, 5).expect("a task");
    }
    assert_eq!(gallery.features().data.as_ptr(), place);
    assert_eq!(gallery.bytes(), room + IMAGES * DIM * 4);
    gallery.reserve(usize::MAX);
    assert_eq!(gallery.images(), IMAGES, "room there is not is no panic");
    gallery.probabilities(0).expect("a task");
}

#[test]
fn a_gallery_without_images_answers_with_nothing() {
    let (mut gallery, _) = emptied();
    let example = vec![1.0; DIM];
    assert!(gallery.probabilities(0).expect("a task").is_empty());
    assert_eq!(gallery.embeddings(1).expect("a task").rows(), 0);
    assert!(gallery.predictions(2).expect("a task").is_empty());
    let query = Query::value(0, 1).and_example(1, example, true);
    assert!(gallery.score(&query).expect("scores").total.is_empty());
    assert_eq!(gallery.nearest(0, &[1.0; DIM], 5, |_| true), Ok(Vec::new()));
    assert_eq!(gallery.advance(0, Need::Embeddings, 10), Ok(0));
}

#[test]
fn features_that_do_not_fit_are_refused_and_change_nothing() {
    let mut gallery = gallery();
    let mut row = vec![0.5; CHANNELS];
    assert!(matches!(
        gallery.append(&row[1..]),
        Err(RetrievalError::Length { expected, .. }) if expected == CHANNELS
    ));
    row[3] = f32::NAN;
    assert!(matches!(
        gallery.append(&row),
        Err(RetrievalError::NotFinite { .. })
    ));
    assert_eq!(gallery.images(), IMAGES);
    for need in [Need::Probabilities, Need::Embeddings, Need::Nearest] {
        assert!(matches!(
            gallery.advance(3, need, 1),
            Err(RetrievalError::NoTask { task: 3, tasks: 3 })
        ));
    }
}
