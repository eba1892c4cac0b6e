//! A gallery that grows, and is prepared a few images at a time, gives what it gives all at once.

use modulens_schema::Features;

use super::{CHANNELS, DIM, IMAGES, TASK_BYTES, VALUES, gallery, linear};
use crate::{Clause, Gallery, Need, Progress, Query, Random, RetrievalError, Search};

/// A gallery without its images, and their features.
fn emptied(mut gallery: Gallery) -> (Gallery, Vec<f32>) {
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
    let needs = [Need::Probabilities, Need::Similarity];
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut whole = [gallery, linear][seed as usize % 2]();
        let (mut grown, features) = emptied(whole.clone());
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
                let (task, need) = (random.below(3), needs[random.below(2)]);
                let images = random.below(20);
                let before = grown.advance(task, need, 0).expect("a task");
                let left = grown.advance(task, need, images).expect("a task");
                assert_eq!(left, before.saturating_sub(images));
                assert_eq!(grown.advance(task, need, 0), Ok(left), "it stays done");
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
        let example = whole.features().row(9).to_vec();
        for clause in [
            Clause::similar(2, example.as_slice()),
            Clause::similar_overall(example.clone()),
        ] {
            let query = Query::from(clause);
            assert_eq!(grown.rank(&query, &[]), whole.rank(&query, &[]));
        }
    }
}

#[test]
fn a_search_in_slices_ranks_like_one_at_once_even_where_the_gallery_grows() {
    for whole in [gallery(), linear()] {
        ranks_in_slices(whole);
    }
}

fn ranks_in_slices(mut whole: Gallery) {
    let row = |image: usize| whole.features().row(image).to_vec();
    let clauses = [
        Clause::any_of(0, [1]),
        Clause::similar(0, row(3)),
        Clause::similar(1, row(4)).weighted(0.5),
        Clause::dissimilar(2, row(5)),
        Clause::none_of(1, [0, 2]),
        Clause::similar_overall(row(6)),
    ];
    let query: Query = clauses.into_iter().collect();
    let expected = whole.rank(&query, &[7]).expect("ranks");
    for slice in [1, 3, 20, 100, 1000] {
        let (mut grown, features) = emptied(whole.clone());
        // Embeddings of one task only: those of the others drive them out.
        grown = grown.with_cache(TASK_BYTES);
        let (now, later) = features.split_at(30 * CHANNELS);
        grown.append(now).expect("whole rows");
        let mut search = Search::new(&query);
        assert_eq!(search.advance(&mut grown, 0), Ok(Progress::Working));
        for _ in 0..4 {
            let _ = search.advance(&mut grown, slice).expect("fits");
        }
        grown.append(later).expect("whole rows");
        let mut slices = 0;
        while search.advance(&mut grown, slice).expect("fits") == Progress::Working {
            slices += 1;
        }
        assert!(
            slices >= 2 * IMAGES / slice.max(IMAGES),
            "{slices} of {slice}"
        );
        assert_eq!(search.advance(&mut grown, 0), Ok(Progress::Done));
        assert_eq!(search.rank(&mut grown, &[7]).expect("ranks"), expected);
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
    assert_eq!(gallery.advance(0, Need::Similarity, 0), Ok(IMAGES));
    assert_eq!(gallery.advance(0, Need::Similarity, 1), Ok(IMAGES - 1));
    assert_eq!(
        gallery.bytes(),
        before + IMAGES * (values + DIM) * 4,
        "room for the whole task"
    );
}

/// The sums of the first images were kept when the gallery had become smaller.
#[test]
fn a_search_under_way_begins_anew_where_the_gallery_becomes_smaller() {
    let mut gallery = linear();
    let few = Features::new(
        9,
        CHANNELS,
        gallery.features().data[..9 * CHANNELS].to_vec(),
    );
    let few = few.expect("fits");
    let query = Query::from(Clause::similar(1, gallery.features().row(4)));
    let mut search = Search::new(&query);
    gallery
        .advance(1, Need::Similarity, usize::MAX)
        .expect("a task");
    let _ = search.advance(&mut gallery, 4).expect("fits");
    gallery.set_features(few).expect("fits");
    let expected = gallery.clone().rank(&query, &[]);
    assert_eq!(search.rank(&mut gallery, &[]), expected);
}

#[test]
fn predictions_of_a_linear_tail_leave_the_lengths_that_similarity_needs() {
    let mut gallery = linear();
    let before = gallery.bytes();
    for images in [5, usize::MAX] {
        gallery
            .advance(0, Need::Probabilities, images)
            .expect("a task");
        let left = IMAGES.saturating_sub(images);
        assert_eq!(gallery.advance(0, Need::Similarity, 0), Ok(left));
    }
    gallery.advance(1, Need::Similarity, 5).expect("a task");
    gallery.probabilities(1).expect("a task");
    assert_eq!(gallery.advance(1, Need::Similarity, 0), Ok(IMAGES - 5));
    let query = Query::from(Clause::similar_overall(gallery.features().row(2)));
    gallery.rank(&query, &[]).expect("ranks");
    let kept = gallery.bytes() - before;
    let numbers = IMAGES * (VALUES[0] + VALUES[1] + 3) * 4;
    assert!(
        kept < numbers + IMAGES * DIM * 4,
        "no embedding is kept: {kept}"
    );
}

#[test]
fn a_task_under_way_survives_others_within_the_limit() {
    let mut gallery = gallery().with_cache(2 * TASK_BYTES);
    assert_eq!(gallery.advance(0, Need::Similarity, 7), Ok(IMAGES - 7));
    gallery.embeddings(1).expect("a task");
    assert_eq!(gallery.advance(0, Need::Similarity, 0), Ok(IMAGES - 7));
    assert_eq!(gallery.advance(0, Need::Similarity, 3), Ok(IMAGES - 10));
    gallery.embeddings(2).expect("a task");
    assert_eq!(gallery.advance(0, Need::Similarity, 0), Ok(IMAGES - 10));
    assert_eq!(
        gallery.advance(1, Need::Similarity, 0),
        Ok(IMAGES),
        "used longest ago"
    );
}

#[test]
fn growing_within_what_was_reserved_moves_nothing() {
    let (mut gallery, features) = emptied(gallery());
    gallery.reserve(IMAGES);
    let room = gallery.bytes();
    assert_eq!(room, features.len() * 4);
    let place = gallery.features().data.as_ptr();
    for row in features.chunks_exact(CHANNELS) {
        gallery.append(row).expect("a row");
        gallery.advance(1, Need::Similarity, 5).expect("a task");
    }
    assert_eq!(gallery.features().data.as_ptr(), place);
    assert_eq!(gallery.bytes(), room + IMAGES * DIM * 4);
    gallery.reserve(usize::MAX);
    assert_eq!(gallery.images(), IMAGES, "room there is not is no panic");
    gallery.probabilities(0).expect("a task");
}

#[test]
fn a_gallery_without_images_answers_with_nothing() {
    let (mut gallery, _) = emptied(gallery());
    assert!(gallery.probabilities(0).expect("a task").is_empty());
    assert_eq!(gallery.embeddings(1).expect("a task").rows(), 0);
    let clauses = [Clause::any_of(0, [1]), Clause::similar(1, [1.0; CHANNELS])];
    let query: Query = clauses.into_iter().collect();
    let ranking = gallery.rank(&query, &[]).expect("ranks");
    assert!(ranking.order.is_empty() && ranking.scores.is_empty());
    assert_eq!(gallery.best(&query, 5, &[]), Ok(Vec::new()));
    assert_eq!(gallery.advance(0, Need::Similarity, 10), Ok(0));
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
    for need in [Need::Probabilities, Need::Similarity] {
        assert!(matches!(
            gallery.advance(3, need, 1),
            Err(RetrievalError::NoTask { task: 3, tasks: 3 })
        ));
    }
}
