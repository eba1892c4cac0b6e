//! A gallery searched from end to end: every query equals its definition worked out without haste.

mod common;

use common::{CHANNELS, DIM, IMAGES, gallery};
use modulens_bundle::Features;
use modulens_retrieval::{
    By, Filter, Part, PartKind, Query, RetrievalError, rank_all, top_k, top_k_where,
};
use modulens_schema::Labels;

#[test]
fn a_query_of_many_parts_is_the_weighted_geometric_mean() {
    let mut gallery = gallery();
    let example = gallery.example(7, 2).expect("an image");
    let mut query = Query::value(0, 1).and_value(1, 3, false);
    query.parts.push(Part {
        task: 2,
        kind: PartKind::Example {
            embedding: example.clone(),
            wanted: true,
        },
        weight: 2.5,
    });
    let scores = gallery.score(&query).expect("scores");
    for image in 0..IMAGES {
        let p0 = gallery.probabilities(0).expect("task")[image * 2 + 1];
        let p1 = 1.0 - gallery.probabilities(1).expect("task")[image * 4 + 3];
        let row = gallery.embeddings(2).expect("task").row(image);
        let cosine: f32 = row.iter().zip(&example).map(|(a, b)| a * b).sum();
        let parts = [p0, p1, (1.0 + cosine) / 2.0];
        for (found, expected) in scores.explain(image).iter().zip(parts) {
            assert!((found - expected).abs() < 1e-5);
        }
        let log: f32 = parts
            .iter()
            .zip([1.0, 1.0, 2.5])
            .map(|(p, w)| w * p.max(1e-6).ln())
            .sum();
        assert!(
            (scores.total[image] - (log / 4.5).exp()).abs() < 1e-5,
            "image {image}"
        );
    }
}

#[test]
fn an_example_finds_itself_first() {
    let mut gallery = gallery();
    for task in 0..3 {
        for image in [0, 13, IMAGES - 1] {
            let query = Query::example(task, gallery.example(image, task).expect("an image"));
            let scores = gallery.score(&query).expect("scores");
            let best = top_k(&scores.total, 1)[0];
            assert_eq!(best.index, image);
            assert!(best.score > 0.999_999);
        }
    }
}

#[test]
fn an_example_that_fits_no_image_is_refused() {
    let mut gallery = gallery();
    let mut nearest = |task, example: &[f32]| gallery.nearest(task, example, 4, |_| true);
    assert!(nearest(0, &[0.5; DIM]).is_ok());
    assert!(matches!(
        nearest(3, &[0.5; DIM]),
        Err(RetrievalError::NoTask { task: 3, tasks: 3 })
    ));
    assert!(matches!(
        nearest(0, &[0.5; DIM + 1]),
        Err(RetrievalError::Length { expected: DIM, .. })
    ));
    assert!(matches!(
        nearest(0, &[f32::NAN; DIM]),
        Err(RetrievalError::NotFinite { .. })
    ));
}

#[test]
fn wanted_and_unwanted_rank_the_other_way_round() {
    let mut gallery = gallery();
    let yes = gallery.score(&Query::value(0, 1)).expect("scores");
    let no = gallery
        .score(&Query::default().and_value(0, 1, false))
        .expect("scores");
    let mut back: Vec<usize> = rank_all(&no.total)
        .iter()
        .map(|ranked| ranked.index)
        .collect();
    back.reverse();
    let there: Vec<usize> = rank_all(&yes.total)
        .iter()
        .map(|ranked| ranked.index)
        .collect();
    assert_eq!(there, back);
}

#[test]
fn an_unwanted_example_scores_what_is_missing_to_one() {
    let mut gallery = gallery();
    let example = gallery.example(3, 1).expect("an image");
    let like = Query::example(1, example.clone());
    let like = gallery.score(&like).expect("scores").total;
    let unlike = Query::default().and_example(1, example, false);
    let unlike = gallery.score(&unlike).expect("scores").total;
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
    let halved: Vec<f32> = gallery.features().data.iter().rev().copied().collect();
    gallery
        .set_features(Features::new(IMAGES, CHANNELS, halved).expect("fits"))
        .expect("set");
    assert_ne!(gallery.probabilities(0).expect("task"), before);
    let wrong = Features::new(2, 3, vec![0.0; 6]).expect("fits");
    assert!(gallery.set_features(wrong).is_err());
    assert_eq!(gallery.images(), IMAGES);
}

#[test]
fn filters_leave_out_what_they_say() {
    let mut gallery = gallery();
    let cells = (0..IMAGES)
        .flat_map(|i| [(i % 2) as u8, Labels::UNKNOWN, (i % 3) as u8])
        .collect();
    let labels = Labels::from_cells(3, cells).expect("fits");
    let label = Filter {
        task: 2,
        value: 1,
        wanted: false,
        by: By::Label,
    };
    let predicted = Filter {
        task: 1,
        value: 0,
        wanted: true,
        by: By::Prediction,
    };
    let passing = gallery
        .passing(&[label, predicted], &labels)
        .expect("filters");
    let predictions = gallery.predictions(1).expect("task");
    for image in 0..IMAGES {
        assert_eq!(
            passing[image],
            image % 3 != 1 && predictions[image] == 0,
            "image {image}"
        );
    }
    let unknown = Filter {
        task: 1,
        value: 0,
        wanted: false,
        by: By::Label,
    };
    assert!(
        !gallery
            .passing(&[unknown], &labels)
            .expect("filters")
            .contains(&true)
    );
    let scores = gallery.score(&Query::value(0, 1)).expect("scores");
    let best = top_k_where(&scores.total, 5, |image| passing[image]);
    assert!(best.iter().all(|ranked| passing[ranked.index]));
}

#[test]
fn a_threshold_divides_the_images_by_their_probability() {
    let mut gallery = gallery();
    let labels = Labels::new(3);
    let mut passing = |at_least: f32, wanted: bool| {
        let filter = Filter {
            task: 1,
            value: 2,
            wanted,
            by: By::Probability { at_least },
        };
        gallery.passing(&[filter], &labels)
    };
    assert_eq!(passing(0.0, true), Ok(vec![true; IMAGES]));
    assert_eq!(passing(0.0, false), Ok(vec![false; IMAGES]));
    for threshold in [f32::NAN, f32::INFINITY] {
        assert!(matches!(
            passing(threshold, true),
            Err(RetrievalError::NotFinite { .. })
        ));
    }
    let (above, below) = (passing(0.2, true), passing(0.2, false));
    let (above, below) = (above.expect("filters"), below.expect("filters"));
    assert!(
        above.contains(&true) && below.contains(&true),
        "the test tells them apart"
    );
    let probabilities = gallery.probabilities(1).expect("task");
    for image in 0..IMAGES {
        assert_eq!(above[image], probabilities[image * 4 + 2] >= 0.2);
        assert_ne!(above[image], below[image]);
    }
    // An image exactly at the threshold has the value.
    let at_least = probabilities[5 * 4 + 2];
    let filter = Filter {
        task: 1,
        value: 2,
        wanted: true,
        by: By::Probability { at_least },
    };
    assert!(gallery.passing(&[filter], &labels).expect("filters")[5]);
}

#[test]
fn queries_that_do_not_fit_are_errors() {
    let mut gallery = gallery();
    assert!(matches!(
        gallery.score(&Query::value(9, 0)),
        Err(RetrievalError::NoTask { task: 9, tasks: 3 })
    ));
    assert!(matches!(
        gallery.score(&Query::value(0, 2)),
        Err(RetrievalError::NoValue { value: 2, .. })
    ));
    assert!(matches!(
        gallery.score(&Query::default()),
        Err(RetrievalError::EmptyQuery)
    ));
    assert!(gallery.score(&Query::example(0, vec![1.0])).is_err());
    assert!(
        gallery
            .score(&Query::example(0, vec![f32::NAN; DIM]))
            .is_err()
    );
    assert!(gallery.example(IMAGES, 0).is_err());
    assert!(gallery.example(0, 3).is_err());
}
