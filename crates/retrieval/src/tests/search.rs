//! Rankings of a gallery small enough to be worked out by hand.

use std::sync::Arc;

use modulens_schema::{Features, FoldedTail, HeadWeights, Heads, Labels};

use crate::score::combine;
use crate::{
    Clause, Criterion, Gallery, GivenLabels, Limit, Need, Progress, Query, Ranked, Ranking,
    RetrievalError, Search, Subject, Tail, rank_all, similarity_score,
};

/// Four images, a task of two values and one of three. Features are two numbers; the embedding is their direction.
pub(super) fn gallery() -> Gallery {
    let tail = Tail::new(FoldedTail {
        tasks: 2,
        channels: 2,
        embedding: 2,
        rectified: true,
        feature_scale: vec![1.0; 4],
        weight: vec![1.0, 0.0, 0.0, 1.0],
        bias: vec![0.0; 2],
        embedding_scale: vec![1.0; 4],
    })
    .expect("a tail");
    let binary = HeadWeights {
        weight: vec![2.0, 0.0, 0.0, 2.0],
        bias: vec![0.0, 0.1],
    };
    let three = HeadWeights {
        weight: vec![3.0, 0.0, 0.0, 3.0, 1.0, 1.0],
        bias: vec![0.0, 0.0, 0.2],
    };
    let heads = Heads {
        embedding: 2,
        tasks: vec![binary, three],
    };
    let features = vec![1.0, 0.0, 0.0, 1.0, 0.7, 0.7, 0.2, 0.9];
    let features = Features::new(4, 2, features).expect("4 x 2");
    Gallery::new(tail, &heads, features).expect("a gallery")
}

const EXAMPLE: [f32; 2] = [0.2, 0.9];

fn rank(query: &Query, hidden: &[usize]) -> Ranking {
    gallery().rank(query, hidden).expect("ranks")
}

/// The probability of one value of every image.
pub(super) fn probability(task: usize, value: usize) -> Vec<f32> {
    let mut gallery = gallery();
    let values = gallery.head(task).expect("a task").values();
    let rows = gallery.probabilities(task).expect("a task").chunks(values);
    rows.map(|row| row[value]).collect()
}

/// The similarity of every image to the example under the second task.
fn similarity(sign: f32) -> Vec<f32> {
    let mut gallery = gallery();
    let mut example = vec![0.0; 2];
    gallery
        .tail()
        .embed(&EXAMPLE, 1, &mut example)
        .expect("fits");
    let cosines = gallery.embeddings(1).expect("a task").cosines(&example);
    let cosines = cosines.expect("fits").into_iter();
    cosines.map(|cos| similarity_score(sign * cos)).collect()
}

fn limit(low: f32, high: f32) -> Limit {
    Limit {
        task: 1,
        value: 1,
        low,
        high,
    }
}

#[test]
fn scores_are_the_mean_of_their_clauses_bit_for_bit() {
    let clauses = [
        Clause::any_of(0, [1]),
        Clause::none_of(1, [1]),
        Clause::similar(1, EXAMPLE),
    ];
    let ours = rank(&clauses.into_iter().collect(), &[]);
    let others: Vec<f32> = {
        let mut gallery = gallery();
        let rows = gallery.probabilities(1).expect("a task").chunks(3);
        rows.map(|row| (row.iter().sum::<f32>() - row[1]).clamp(0.0, 1.0))
            .collect()
    };
    let expected = [probability(0, 1), others, similarity(1.0)];
    assert_eq!(ours.clauses, expected);
    assert_eq!(ours.scores, combine(&expected, &[1.0; 3]));
    assert!(ours.scored);
}

#[test]
fn an_example_asked_again_is_answered_by_the_gallery_as_it_is_then() {
    let query: Query = Clause::similar(1, EXAMPLE).into();
    let mut gallery = gallery();
    let rank = |gallery: &mut Gallery| gallery.rank(&query, &[]).expect("fits");
    let first = rank(&mut gallery);
    assert_eq!(rank(&mut gallery), first);
    // Others have come between: more than are kept.
    for factor in 2..9 {
        let other = EXAMPLE.map(|value| value * factor as f32 + 0.1);
        let alone = self::rank(&Clause::similar(1, other).into(), &[]);
        let again = gallery.rank(&Clause::similar(1, other).into(), &[]);
        assert_eq!(again, Ok(alone));
        let negated = gallery.rank(&Clause::dissimilar(1, other).into(), &[]);
        assert_ne!(again, negated);
        assert_eq!(rank(&mut gallery), first);
    }
    let row = gallery.features().row(2).to_vec();
    gallery.append(&row).expect("fits");
    let grown = rank(&mut gallery);
    assert_eq!(grown.scores.len(), 5);
    assert_eq!(grown.scores[4].to_bits(), first.scores[2].to_bits());
    let mut features = gallery.features().clone();
    features.data.reverse();
    gallery.set_features(features).expect("fits");
    assert_ne!(rank(&mut gallery).scores, grown.scores);
}

#[test]
fn several_values_of_a_task_mean_any_or_none_of_them() {
    let any = rank(&Clause::any_of(1, [0, 1]).into(), &[]).scores;
    let none = rank(&Clause::none_of(1, [0, 1]).into(), &[]).scores;
    let third = probability(1, 2);
    for image in 0..4 {
        assert!((any[image] - (1.0 - third[image])).abs() < 1e-5);
        assert!((none[image] - third[image]).abs() < 1e-5);
    }
    assert_eq!(rank(&Clause::any_of(1, []).into(), &[]).scores, [0.0; 4]);
    assert_eq!(rank(&Clause::none_of(1, []).into(), &[]).scores, [1.0; 4]);
}

#[test]
fn matches_are_counted_where_values_are_asked() {
    let ranking = rank(&Clause::any_of(0, [1]).into(), &[]);
    let expected = ranking.scores.iter().filter(|&&score| score >= 0.5).count();
    assert_eq!(ranking.matches, Some(expected));
    assert!((1..4).contains(&expected), "the test tells them apart");
    assert_eq!(ranking.order[0].index, 1);
    assert_eq!(rank(&Clause::similar(1, EXAMPLE).into(), &[]).matches, None);
}

#[test]
fn without_a_clause_the_order_is_the_gallerys_own() {
    let mut query = Query {
        min_score: 0.5,
        ..Query::default()
    };
    let ranking = rank(&query, &[]);
    assert!(!ranking.scored);
    assert_eq!(ranking.matches, None);
    assert!(ranking.order.iter().map(|ranked| ranked.index).eq(0..4));
    query.limits = vec![limit(0.5, 1.0)];
    let within = rank(&query, &[]).order;
    assert!((1..4).contains(&within.len()));
    assert_eq!(gallery().best(&query, 9, &[]), Ok(within));
}

#[test]
fn weights_and_negated_examples_count_as_they_say() {
    let clauses = [
        Clause::any_of(0, [1]).weighted(2.5),
        Clause::dissimilar(1, EXAMPLE).weighted(0.5),
    ];
    let ours = rank(&clauses.into_iter().collect(), &[]);
    let expected = [probability(0, 1), similarity(-1.0)];
    assert_eq!(ours.scores, combine(&expected, &[2.5, 0.5]));
    assert_eq!(ours.clauses, expected);
}

#[test]
fn a_head_is_as_confident_as_its_most_probable_value() {
    let ours = rank(&Clause::confident(1).into(), &[]);
    let mut gallery = gallery();
    let rows = gallery.probabilities(1).expect("a task").chunks(3);
    let surest: Vec<f32> = rows
        .map(|row| row.iter().copied().fold(0.0, f32::max))
        .collect();
    assert_eq!(ours.order, rank_all(&surest));
    assert_eq!(ours.matches, None, "no value is asked for");
}

#[test]
fn limits_and_the_least_score_leave_images_out() {
    let plain = Query::from(Clause::any_of(0, [1]));
    let all = rank(&plain, &[2]);
    let limited = Query {
        limits: vec![limit(0.5, 1.0)],
        ..plain.clone()
    };
    let few = rank(&limited, &[2]);
    let b = probability(1, 1);
    let kept = |ranked: &&Ranked| b[ranked.index] >= 0.5;
    let expected: Vec<Ranked> = all.order.iter().filter(kept).copied().collect();
    assert!(
        (1..3).contains(&expected.len()),
        "the test tells them apart"
    );
    assert_eq!(few.order, expected);
    assert_eq!(few.left_out, 3 - expected.len());
    assert_eq!(few.scores, all.scores, "who stays keeps the score");
    assert_eq!(
        few.mask.all_but(Subject::Task(1)),
        all.mask.all_but(Subject::Task(1))
    );

    let strict = Query {
        min_score: all.order[1].score,
        ..plain
    };
    assert_eq!(rank(&strict, &[2]).order, all.order[..2]);
}

#[test]
fn the_best_are_the_beginning_of_the_ranking() {
    let two = || -> Query {
        let clauses = [
            Clause::any_of(0, [1]).weighted(0.5),
            Clause::similar(1, EXAMPLE),
        ];
        clauses.into_iter().collect()
    };
    let limited = Query {
        limits: vec![limit(0.2, 1.0)],
        ..two()
    };
    let strict = Query {
        min_score: 0.8,
        ..two()
    };
    let alone = Query::from(Clause::similar(1, EXAMPLE));
    for query in [Query::default(), two(), limited, strict, alone] {
        for hidden in [&[][..], &[1], &[9]] {
            let ranking = rank(&query, hidden).order;
            for k in [0, 1, 2, 60] {
                let best = gallery().best(&query, k, hidden).expect("ranks");
                assert_eq!(best, ranking[..k.min(ranking.len())]);
            }
        }
    }
}

#[test]
fn features_of_another_network_are_an_error() {
    let query = Query::from(Clause::similar(1, [1.0; 3]));
    assert!(gallery().rank(&query, &[]).is_err());
}

/// Ranks in slices of one image, with room for the embeddings of so many tasks.
fn in_slices(gallery: Gallery, query: &Query, tasks: usize) -> Ranking {
    let mut gallery = gallery.with_cache(tasks * super::TASK_BYTES);
    let mut search = Search::new(query);
    let mut slices = 0;
    while search.advance(&mut gallery, 1).expect("advances") == Progress::Working {
        slices += 1;
    }
    assert!(slices >= super::IMAGES, "{slices} slices");
    search.rank(&mut gallery, &[]).expect("ranks")
}

#[test]
fn overall_similarity_is_the_cosine_of_all_embeddings_side_by_side() {
    for make in [super::gallery, super::linear] {
        is_the_cosine_side_by_side(make);
    }
}

fn is_the_cosine_side_by_side(make: fn() -> Gallery) {
    let mut gallery = make();
    let example = gallery.features().row(3).to_vec();
    let mut joined = vec![Vec::new(); super::IMAGES];
    for task in 0..3 {
        let embeddings = gallery.embeddings(task).expect("a task");
        for (image, joined) in joined.iter_mut().enumerate() {
            joined.extend_from_slice(embeddings.row(image));
        }
    }
    let query: Query = Clause::similar_overall(example.clone()).into();
    let ranking = gallery.rank(&query, &[]).expect("ranks");
    for (image, row) in joined.iter().enumerate() {
        let dot: f32 = row.iter().zip(&joined[3]).map(|(a, b)| a * b).sum();
        let score = similarity_score(dot / 3.0);
        assert!((ranking.scores[image] - score).abs() < 1e-6, "{image}");
        let parts = gallery.similarities(&example, image).expect("fits");
        assert!((parts.iter().sum::<f32>() - dot).abs() < 1e-5, "{image}");
    }
    assert_eq!(ranking.order[0].index, 3, "the example itself");
    assert!(
        gallery
            .similarities(&example, 999)
            .expect("fits")
            .is_empty()
    );
    assert!(gallery.similarities(&[1.0], 0).is_err());
    for tasks in [0, 2, 3] {
        assert_eq!(
            in_slices(make(), &query, tasks),
            ranking,
            "room for {tasks}"
        );
    }
    let unlike = Clause {
        criterion: Criterion::Similar {
            features: example,
            negated: true,
        },
        ..query.all[0].clone()
    };
    let unlike = gallery.rank(&unlike.into(), &[]).expect("ranks");
    for (unlike, like) in unlike.scores.iter().zip(&ranking.scores) {
        assert!((unlike + like - 1.0).abs() < 1e-6);
    }
}

#[test]
fn a_gallery_that_grows_between_the_tasks_is_compared_anew() {
    let mut gallery = super::gallery();
    let row = gallery.features().row(0).to_vec();
    let query: Query = Clause::similar_overall(row.clone()).into();
    let mut search = Search::new(&query);
    // One task is compared, the next one begun.
    assert_eq!(
        search.advance(&mut gallery, super::IMAGES + 5),
        Ok(Progress::Working)
    );
    gallery.append(&row).expect("fits");
    let ranking = search.rank(&mut gallery, &[]).expect("ranks");
    assert_eq!(ranking, gallery.rank(&query, &[]).expect("ranks"));
    assert_eq!(ranking.scores[0], ranking.scores[super::IMAGES]);
}

#[test]
fn only_similarity_is_asked_for_overall() {
    let clause = Clause {
        task: None,
        ..Clause::any_of(0, [1])
    };
    let refused = gallery().rank(&clause.into(), &[]);
    assert_eq!(refused, Err(RetrievalError::NoTaskNamed { clause: 0 }));
}

/// The labels that the images came with could not be filtered by, only the predictions.
#[test]
fn labels_that_the_images_came_with_are_filters() {
    let unknown = Labels::UNKNOWN;
    let tasks = Labels::from_cells(2, vec![1, 0, 1, 1, 1, unknown, unknown, 2]).expect("rows");
    let columns = Labels::from_cells(1, vec![0, 2, 1, unknown]).expect("rows");
    let given = GivenLabels {
        tasks,
        columns,
        values: vec![3],
        ..GivenLabels::default()
    };
    let mut gallery = gallery();
    gallery.set_given(Arc::new(given));
    let mut found = |query: &Query| -> Vec<usize> {
        let ranking = gallery.rank(query, &[]).expect("ranks");
        let best = gallery.best(query, 9, &[]).expect("ranks");
        assert_eq!(ranking.order, best);
        assert_eq!(ranking.left_out, 4 - best.len());
        best.iter().map(|ranked| ranked.index).collect()
    };
    let mut query = Query::default();
    query.add_label(0, 2, true);
    query.add_label(0, 0, true);
    assert_eq!(found(&query), [0, 1]);
    query.add_label(0, 2, false);
    assert_eq!(found(&query), [0]);
    let mut query = Query::default();
    query.add_label(0, 2, false);
    assert_eq!(found(&query), [0, 2], "no label is not another label");
    // Image 0 is predicted "no" and labelled "yes"; the others that have a label are predicted so.
    let p = probability(0, 1);
    assert!(p[0] < 0.5 && p[1] > 0.5 && p[2] > 0.5, "{p:?}");
    let query = Query {
        disagree: vec![0],
        ..Query::default()
    };
    assert_eq!(found(&query), [0]);
    assert_eq!(query.needs(), [(0, Need::Probabilities)]);
    let mut strange = Query::default();
    strange.add_label(1, 0, true);
    assert!(gallery.rank(&strange, &[]).is_err());
    let mut strange = Query::default();
    strange.add_label(0, 3, true);
    assert!(gallery.rank(&strange, &[]).is_err());
}
