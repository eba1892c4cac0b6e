//! A gallery searched from end to end: every query equals its definition worked out without haste.

use modulens_schema::Features;

use super::{CHANNELS, IMAGES, gallery};
use crate::{Clause, Limit, Query, RetrievalError, rank_all};

#[test]
fn a_query_of_many_clauses_is_the_weighted_geometric_mean() {
    let mut gallery = gallery();
    let features = gallery.features().row(7).to_vec();
    let clauses = [
        Clause::any_of(0, [1]),
        Clause::none_of(1, [3]),
        Clause::similar(2, features).weighted(2.5),
    ];
    let query: Query = clauses.into_iter().collect();
    let ranking = gallery.rank(&query, &[]).expect("ranks");
    let example = gallery.embeddings(2).expect("task").row(7).to_vec();
    for image in 0..IMAGES {
        let p0 = gallery.probabilities(0).expect("task")[image * 2 + 1];
        let p1 = 1.0 - gallery.probabilities(1).expect("task")[image * 4 + 3];
        let row = gallery.embeddings(2).expect("task").row(image);
        let cosine: f32 = row.iter().zip(&example).map(|(a, b)| a * b).sum();
        let expected = [p0, p1, (1.0 + cosine) / 2.0];
        let found = ranking.clause_scores(image);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5);
        }
        let log: f32 = expected
            .iter()
            .zip([1.0, 1.0, 2.5])
            .map(|(p, w)| w * p.max(1e-6).ln())
            .sum();
        assert!(
            (ranking.scores[image] - (log / 4.5).exp()).abs() < 1e-5,
            "image {image}"
        );
    }
    assert!(ranking.clause_scores(IMAGES).is_empty());
}

#[test]
fn an_example_finds_itself_first() {
    let mut gallery = gallery();
    for task in 0..3 {
        for image in [0, 13, IMAGES - 1] {
            let query = Query::from(Clause::similar(task, gallery.features().row(image)));
            let best = gallery.best(&query, 1, &[]).expect("ranks")[0];
            assert_eq!(best.index, image);
            assert!(best.score > 0.999_999);
        }
    }
}

#[test]
fn an_example_that_fits_no_image_is_refused() {
    let mut gallery = gallery();
    let mut nearest = |task, features: &[f32]| {
        let query = Query::from(Clause::similar(task, features));
        gallery.best(&query, 4, &[])
    };
    assert!(nearest(0, &[0.5; CHANNELS]).is_ok());
    assert!(matches!(
        nearest(3, &[0.5; CHANNELS]),
        Err(RetrievalError::NoTask { task: 3, tasks: 3 })
    ));
    assert!(matches!(
        nearest(0, &[0.5; CHANNELS + 1]),
        Err(RetrievalError::Length {
            expected: CHANNELS,
            ..
        })
    ));
    assert!(matches!(
        nearest(0, &[f32::NAN; CHANNELS]),
        Err(RetrievalError::NotFinite { .. })
    ));
}

#[test]
fn wanted_and_unwanted_rank_the_other_way_round() {
    let mut gallery = gallery();
    let mut order = |clause: Clause| -> Vec<usize> {
        let ranking = gallery.rank(&clause.into(), &[]).expect("ranks");
        ranking.order.iter().map(|ranked| ranked.index).collect()
    };
    let mut back = order(Clause::none_of(0, [1]));
    back.reverse();
    assert_eq!(order(Clause::any_of(0, [1])), back);
}

#[test]
fn an_unwanted_example_scores_what_is_missing_to_one() {
    let mut gallery = gallery();
    let example = gallery.features().row(3).to_vec();
    let mut scores = |clause: Clause| gallery.rank(&clause.into(), &[]).expect("ranks").scores;
    let like = scores(Clause::similar(1, example.clone()));
    let unlike = scores(Clause::dissimilar(1, example));
    for (like, unlike) in like.iter().zip(&unlike) {
        assert!((like + unlike - 1.0).abs() < 1e-6);
    }
    assert_eq!(rank_all(&unlike).last().map(|ranked| ranked.index), Some(3));
}

#[test]
fn a_small_cache_changes_nothing() {
    let (mut wide, mut narrow) = (gallery(), gallery().with_cache(0));
    for task in [0, 1, 2, 0, 2, 1, 1] {
        assert_eq!(
            wide.embeddings(task).expect("task"),
            narrow.embeddings(task).expect("task")
        );
        assert_eq!(
            wide.probabilities(task).expect("task"),
            narrow.probabilities(task).expect("task")
        );
    }
}

#[test]
fn new_features_replace_what_was_computed() {
    let mut gallery = gallery();
    let before = gallery.probabilities(0).expect("task").to_vec();
    let turned: Vec<f32> = gallery.features().data.iter().rev().copied().collect();
    gallery
        .set_features(Features::new(IMAGES, CHANNELS, turned).expect("fits"))
        .expect("set");
    assert_ne!(gallery.probabilities(0).expect("task"), before);
    let wrong = Features::new(2, 3, vec![0.0; 6]).expect("fits");
    assert!(gallery.set_features(wrong).is_err());
    assert_eq!(gallery.images(), IMAGES);
}

#[test]
fn a_limit_divides_the_images_by_their_probability() {
    let mut gallery = gallery();
    let mut within = |low: f32, high: f32| {
        let query = Query {
            limits: vec![Limit {
                task: 1,
                value: 2,
                low,
                high,
            }],
            ..Query::default()
        };
        let order = gallery.rank(&query, &[])?.order;
        Ok(order.iter().map(|ranked| ranked.index).collect::<Vec<_>>())
    };
    assert_eq!(within(0.0, 1.0), Ok((0..IMAGES).collect()));
    for bad in [f32::NAN, f32::INFINITY] {
        let refused = Err(RetrievalError::NotFinite { what: "a limit" });
        assert_eq!(within(bad, 1.0), refused);
        assert_eq!(within(0.0, bad), refused);
    }
    let above = within(0.2, 1.0).expect("ranks");
    let probabilities = gallery.probabilities(1).expect("task").to_vec();
    assert!(
        (1..IMAGES).contains(&above.len()),
        "the test tells them apart"
    );
    for image in 0..IMAGES {
        let p = probabilities[image * 4 + 2];
        assert_eq!(above.contains(&image), p >= 0.2);
    }
    // Both bounds are included.
    let exact = probabilities[5 * 4 + 2];
    let query = Query {
        limits: vec![Limit {
            task: 1,
            value: 2,
            low: exact,
            high: exact,
        }],
        ..Query::default()
    };
    let order = gallery.rank(&query, &[]).expect("ranks").order;
    assert!(order.iter().any(|ranked| ranked.index == 5));
}

#[test]
fn queries_that_do_not_fit_are_errors() {
    let mut gallery = gallery();
    let mut rank = |query: Query| gallery.rank(&query, &[]);
    assert!(matches!(
        rank(Clause::any_of(9, [0]).into()),
        Err(RetrievalError::NoTask { task: 9, tasks: 3 })
    ));
    assert!(matches!(
        rank(Clause::none_of(0, [1, 2]).into()),
        Err(RetrievalError::NoValue { value: 2, .. })
    ));
    let limit = Limit {
        task: 1,
        value: 4,
        low: 0.0,
        high: 1.0,
    };
    let limited = Query {
        limits: vec![limit],
        ..Query::default()
    };
    assert!(matches!(
        rank(limited),
        Err(RetrievalError::NoValue {
            task: 1,
            value: 4,
            values: 4
        })
    ));
    for weight in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let clauses = [
            Clause::any_of(0, [1]),
            Clause::none_of(1, [0]).weighted(weight),
        ];
        assert!(matches!(
            rank(clauses.into_iter().collect()),
            Err(RetrievalError::Weight { clause: 1, .. })
        ));
    }
    let strict = Query {
        min_score: f32::NAN,
        ..Query::default()
    };
    assert!(matches!(
        rank(strict),
        Err(RetrievalError::NotFinite { .. })
    ));
}
