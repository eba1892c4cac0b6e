//! User tasks answer like the network's own, whatever the order of labels and images.

use modulens_schema::Features;

use super::{CHANNELS, DIM, IMAGES, VALUES, gallery};
use crate::few_shot::LabelledExamples;
use crate::{Clause, Gallery, Limit, Need, Query, RetrievalError, rank_all};

const NETWORK: usize = VALUES.len();

fn examples(yes: &[usize], no: &[usize]) -> LabelledExamples {
    LabelledExamples {
        yes: yes.into(),
        no: no.into(),
    }
}

/// A gallery with one user task: images with much in the first channel.
fn with_user_task() -> (Gallery, LabelledExamples) {
    let mut gallery = gallery();
    let first = |image: usize| gallery.features().row(image)[0];
    let mut order: Vec<usize> = (0..IMAGES).collect();
    order.sort_by(|&a, &b| first(b).total_cmp(&first(a)));
    let examples = examples(&order[..5], &order[IMAGES - 5..]);
    gallery
        .set_user_tasks(std::slice::from_ref(&examples))
        .expect("fits");
    (gallery, examples)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn a_user_task_is_asked_like_any_other() {
    let (mut gallery, examples) = with_user_task();
    assert_eq!((gallery.tasks(), gallery.is_user_task(NETWORK)), (4, true));
    let yes: Vec<f32> = gallery
        .probabilities(NETWORK)
        .expect("a task")
        .chunks(2)
        .map(|row| row[1])
        .collect();
    assert_eq!(yes.len(), IMAGES);
    let mean = |images: &[usize]| images.iter().map(|&image| yes[image]).sum::<f32>() / 5.0;
    assert!(mean(&examples.yes) > mean(&examples.no) + 0.2, "{yes:?}");
    let query = Query::from(Clause::any_of(NETWORK, [1]));
    let ranking = gallery.rank(&query, &[]).expect("ranks");
    assert_eq!(ranking.scores, yes);
    let best = rank_all(&yes)[0].index;
    assert!(yes[best] > 0.5);
    let likely = Query {
        limits: vec![Limit {
            task: NETWORK,
            value: 1,
            low: 0.5,
            high: 1.0,
        }],
        ..Query::default()
    };
    let likely = gallery.rank(&likely, &[]).expect("ranks").order;
    assert!(likely.iter().any(|ranked| ranked.index == best));
    assert!(likely.iter().all(|ranked| yes[ranked.index] >= 0.5));
    let both = [Clause::any_of(NETWORK, [1]), Clause::none_of(0, [1])];
    let both = gallery.rank(&both.into_iter().collect(), &[]);
    assert_eq!(both.expect("ranks").clauses.len(), 2);
    let classifier = gallery.classifier(NETWORK).expect("a user task");
    assert_eq!(classifier.scaling.len(), DIM);
    assert!(gallery.classifier(0).is_none() && gallery.labels(9).is_none());
}

#[test]
fn images_cannot_be_compared_in_a_user_task() {
    let (mut gallery, _) = with_user_task();
    let task = NETWORK;
    assert_eq!(
        gallery.embeddings(task),
        Err(RetrievalError::NotComparable { task })
    );
    assert_eq!(
        gallery.advance(task, Need::Similarity, 1),
        Err(RetrievalError::NotComparable { task })
    );
    let alike = Query::from(Clause::similar(task, [0.5; CHANNELS]));
    let refused = Err(RetrievalError::NotComparable { task });
    assert_eq!(gallery.rank(&alike, &[]), refused);
    assert!(gallery.probabilities(task + 1).is_err());
}

#[test]
fn the_order_of_labels_makes_no_difference_nor_do_repetitions() {
    let (mut gallery, first) = with_user_task();
    let expected = gallery.probabilities(NETWORK).expect("a task").to_vec();
    let mut turned = first.clone();
    turned.yes.reverse();
    turned.yes.push(first.yes[0]);
    turned.no.rotate_left(2);
    turned.no.push(IMAGES + 3);
    let mut other = super::gallery();
    other
        .set_user_tasks(&[examples(&[1], &[2]), turned])
        .expect("fits");
    assert_eq!(
        bits(other.probabilities(NETWORK + 1).expect("a task")),
        bits(&expected)
    );
    let labels = other.labels(NETWORK + 1).expect("a user task");
    assert_eq!(
        (labels.yes.len(), labels.no.len(), labels.ignored),
        (5, 5, 1)
    );
}

#[test]
fn what_did_not_change_stays_computed_and_the_network_is_left_alone() {
    let (mut gallery, first) = with_user_task();
    let network: Vec<u32> = (0..NETWORK)
        .flat_map(|task| bits(gallery.probabilities(task).expect("a task")))
        .collect();
    gallery.probabilities(NETWORK).expect("a task");
    let second = examples(&[3], &[4]);
    gallery
        .set_user_tasks(&[second.clone(), first.clone()])
        .expect("fits");
    let left = |gallery: &mut Gallery, task| gallery.advance(task, Need::Probabilities, 0);
    assert_eq!(left(&mut gallery, NETWORK), Ok(IMAGES));
    assert_eq!(left(&mut gallery, NETWORK + 1), Ok(0), "it moved along");
    let more = examples(&[first.yes.as_slice(), &[20]].concat(), &first.no);
    gallery.set_user_tasks(&[second, more]).expect("fits");
    assert_eq!(left(&mut gallery, NETWORK + 1), Ok(IMAGES), "other labels");
    gallery.set_user_tasks(&[]).expect("fits");
    assert_eq!(gallery.tasks(), NETWORK);
    let after: Vec<u32> = (0..NETWORK)
        .flat_map(|task| bits(gallery.probabilities(task).expect("a task")))
        .collect();
    assert_eq!(after, network);
}

#[test]
fn a_growing_gallery_extends_user_tasks_in_slices_of_any_size() {
    let whole = gallery().features().data.clone();
    let half = 30 * CHANNELS;
    let start = Features::new(30, CHANNELS, whole[..half].to_vec()).expect("fits");
    let task = examples(&[1, 5, 9], &[2, 40]);
    let grown = |cache: usize, slice: usize| {
        let mut gallery = gallery().with_cache(cache);
        gallery.set_features(start.clone()).expect("fits");
        gallery
            .set_user_tasks(std::slice::from_ref(&task))
            .expect("fits");
        gallery
            .advance(NETWORK, Need::Probabilities, slice)
            .expect("a task");
        gallery.embeddings(0).expect("a task");
        gallery.append(&whole[half..]).expect("whole rows");
        while gallery
            .advance(NETWORK, Need::Probabilities, slice)
            .expect("a task")
            > 0
        {}
        gallery
    };
    let mut reference = grown(usize::MAX, usize::MAX);
    let expected = bits(reference.probabilities(NETWORK).expect("a task"));
    assert_eq!(expected.len(), 2 * IMAGES);
    for (cache, slice) in [(0, 7), (usize::MAX, 3), (0, 1000)] {
        let mut other = grown(cache, slice);
        assert_eq!(
            bits(other.probabilities(NETWORK).expect("a task")),
            expected
        );
    }
    // Fitted again on all images, the label that was out of range counts.
    assert_eq!(reference.labels(NETWORK).expect("a user task").ignored, 1);
    reference
        .set_user_tasks(std::slice::from_ref(&task))
        .expect("fits");
    assert_eq!(reference.labels(NETWORK).expect("a user task").ignored, 0);
    let mut fresh = gallery();
    fresh.set_user_tasks(&[task]).expect("fits");
    assert_eq!(
        bits(reference.probabilities(NETWORK).expect("a task")),
        bits(fresh.probabilities(NETWORK).expect("a task"))
    );
}

#[test]
fn new_features_are_fitted_anew_and_bad_ones_change_nothing() {
    let (mut gallery, task) = with_user_task();
    let before = gallery.probabilities(NETWORK).expect("a task").to_vec();
    let mut data = gallery.features().data.clone();
    data.reverse();
    let turned = Features::new(IMAGES, CHANNELS, data.clone()).expect("fits");
    gallery.set_features(turned.clone()).expect("fits");
    let after = gallery.probabilities(NETWORK).expect("a task").to_vec();
    assert_ne!(before, after);
    let mut fresh = super::gallery();
    fresh.set_features(turned).expect("fits");
    fresh.set_user_tasks(&[task]).expect("fits");
    assert_eq!(fresh.probabilities(NETWORK).expect("a task"), after);
    // Finite features whose embeddings are not.
    data.fill(f32::MAX);
    let broken = Features {
        rows: IMAGES,
        channels: CHANNELS,
        data,
    };
    assert!(gallery.set_features(broken).is_err());
    assert_eq!(gallery.probabilities(NETWORK).expect("a task"), after);
}

/// Images that were marked lay anywhere in the ranking of their own task.
#[test]
fn images_that_were_marked_lay_anywhere_in_the_ranking() {
    let (mut gallery, task) = with_user_task();
    let query = Query::from(Clause::any_of(NETWORK, [1]));
    let order = gallery.rank(&query, &[]).expect("ranks").order;
    let order: Vec<usize> = order.iter().map(|ranked| ranked.index).collect();
    let sorted = |images: &[usize]| {
        let mut images = images.to_vec();
        images.sort_unstable();
        images
    };
    let (yes, no) = (sorted(&task.yes), sorted(&task.no));
    assert_eq!(order[..yes.len()], yes);
    assert_eq!(sorted(&order[IMAGES - no.len()..]), no);
    // Also where they are computed a few at a time.
    let (mut slow, _) = with_user_task();
    while slow
        .advance(NETWORK, Need::Probabilities, 5)
        .expect("a task")
        > 0
    {}
    let all = gallery.probabilities(NETWORK).expect("a task");
    assert_eq!(slow.probabilities(NETWORK).expect("a task"), all);
}

#[test]
fn a_picture_from_elsewhere_is_judged_like_those_of_the_gallery() {
    let (mut gallery, taught) = with_user_task();
    let labelled = |image: &usize| taught.yes.contains(image) || taught.no.contains(image);
    let image = (0..IMAGES).find(|image| !labelled(image)).expect("one");
    let features = gallery.features().row(image).to_vec();
    for task in 0..gallery.tasks() {
        let alone = gallery.predict(&features, task).expect("a task");
        let values = alone.len();
        let all = gallery.probabilities(task).expect("a task");
        assert_eq!(alone, all[image * values..][..values]);
        assert!(gallery.predict(&features[1..], task).is_err());
    }
    assert!(gallery.predict(&features, 9).is_err());
}

#[test]
fn suggestions_are_near_half_unlike_each_other_and_never_labelled() {
    let (mut gallery, task) = with_user_task();
    let mut skip = [task.yes.as_slice(), &task.no].concat();
    skip.sort_unstable();
    let suggested = gallery.uncertain(NETWORK, 4, &skip).expect("a task");
    assert_eq!(suggested.len(), 4);
    assert!(suggested.iter().all(|image| !skip.contains(image)));
    let distance = |gallery: &mut Gallery, image: usize| {
        (gallery.probabilities(NETWORK).expect("a task")[image * 2 + 1] - 0.5).abs()
    };
    let worst = suggested
        .iter()
        .map(|&image| distance(&mut gallery, image))
        .fold(0.0, f32::max);
    let nearer = (0..IMAGES)
        .filter(|image| !skip.contains(image) && distance(&mut gallery, *image) < worst)
        .count();
    assert!(nearer < 16, "{nearer} others are nearer to 50 %");
    assert!(gallery.uncertain(NETWORK + 1, 4, &[]).is_err());
    let all: Vec<usize> = (0..IMAGES).collect();
    assert!(
        gallery
            .uncertain(NETWORK, 4, &all)
            .expect("a task")
            .is_empty()
    );
}

#[test]
fn a_gallery_without_images_can_have_user_tasks() {
    let mut gallery = gallery();
    let none = Features::new(0, CHANNELS, Vec::new()).expect("fits");
    gallery.set_features(none).expect("fits");
    gallery
        .set_user_tasks(&[examples(&[1], &[])])
        .expect("fits");
    assert!(gallery.probabilities(NETWORK).expect("a task").is_empty());
    assert_eq!(gallery.labels(NETWORK).expect("a user task").ignored, 1);
}
