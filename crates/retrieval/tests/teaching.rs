//! A gallery that is taught: the taught tasks answer like the network's, whatever the order of things.

mod common;

use common::{CHANNELS, DIM, IMAGES, VALUES, gallery};
use modulens_bundle::Features;
use modulens_retrieval::teach::Marks;
use modulens_retrieval::{By, Filter, Gallery, Need, Query, RetrievalError, rank_all};
use modulens_schema::Labels;

const NETWORK: usize = VALUES.len();

fn marks(yes: &[usize], no: &[usize]) -> Marks {
    Marks {
        yes: yes.into(),
        no: no.into(),
    }
}

/// A gallery taught one task: images with much in the first channel.
fn taught() -> (Gallery, Marks) {
    let mut gallery = gallery();
    let first = |image: usize| gallery.features().row(image)[0];
    let mut order: Vec<usize> = (0..IMAGES).collect();
    order.sort_by(|&a, &b| first(b).total_cmp(&first(a)));
    let marks = marks(&order[..5], &order[IMAGES - 5..]);
    gallery
        .teach(std::slice::from_ref(&marks))
        .expect("teaches");
    (gallery, marks)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn a_taught_task_is_asked_like_any_other() {
    let (mut gallery, marks) = taught();
    assert_eq!((gallery.tasks(), gallery.is_taught(NETWORK)), (4, true));
    let yes: Vec<f32> = gallery
        .probabilities(NETWORK)
        .expect("a task")
        .chunks(2)
        .map(|row| row[1])
        .collect();
    assert_eq!(yes.len(), IMAGES);
    let mean = |images: &[usize]| images.iter().map(|&image| yes[image]).sum::<f32>() / 5.0;
    assert!(mean(&marks.yes) > mean(&marks.no) + 0.2, "{yes:?}");
    let scores = gallery.score(&Query::value(NETWORK, 1)).expect("scores");
    assert_eq!(scores.total, yes);
    let best = rank_all(&yes)[0].index;
    assert!(yes[best] > 0.5);
    assert_eq!(gallery.predictions(NETWORK).expect("a task")[best], 1);
    let filter = Filter {
        task: NETWORK,
        value: 1,
        wanted: true,
        by: By::Probability { at_least: 0.5 },
    };
    let passing = gallery.passing(&[filter], &Labels::new(NETWORK));
    assert!(passing.expect("filters")[best]);
    let both = Query::value(NETWORK, 1).and_value(0, 1, false);
    assert_eq!(gallery.score(&both).expect("scores").parts.len(), 2);
    let taught = gallery.taught(NETWORK).expect("taught");
    assert_eq!(taught.scaling.len(), DIM);
    assert!(gallery.taught(0).is_none() && gallery.settled(9).is_none());
}

#[test]
fn images_cannot_be_compared_in_a_taught_task() {
    let (mut gallery, _) = taught();
    let task = NETWORK;
    assert_eq!(
        gallery.embeddings(task),
        Err(RetrievalError::NoLikeness { task })
    );
    assert_eq!(
        gallery.advance(task, Need::Embeddings, 1),
        Err(RetrievalError::NoLikeness { task })
    );
    assert!(gallery.example(0, task).is_err());
    assert!(gallery.probabilities(task + 1).is_err());
}

#[test]
fn the_order_of_marks_makes_no_difference_nor_do_repetitions() {
    let (mut gallery, first) = taught();
    let expected = gallery.probabilities(NETWORK).expect("a task").to_vec();
    let mut turned = first.clone();
    turned.yes.reverse();
    turned.yes.push(first.yes[0]);
    turned.no.rotate_left(2);
    turned.no.push(IMAGES + 3);
    let mut other = common::gallery();
    other.teach(&[marks(&[1], &[2]), turned]).expect("teaches");
    assert_eq!(
        bits(other.probabilities(NETWORK + 1).expect("a task")),
        bits(&expected)
    );
    let settled = other.settled(NETWORK + 1).expect("taught");
    assert_eq!(
        (settled.yes.len(), settled.no.len(), settled.ignored),
        (5, 5, 1)
    );
}

#[test]
fn what_did_not_change_stays_computed_and_the_network_is_left_alone() {
    let (mut gallery, first) = taught();
    let network: Vec<u32> = (0..NETWORK)
        .flat_map(|task| bits(gallery.probabilities(task).expect("a task")))
        .collect();
    gallery.probabilities(NETWORK).expect("a task");
    let second = marks(&[3], &[4]);
    gallery
        .teach(&[second.clone(), first.clone()])
        .expect("teaches");
    let left = |gallery: &mut Gallery, task| gallery.advance(task, Need::Probabilities, 0);
    assert_eq!(left(&mut gallery, NETWORK), Ok(IMAGES));
    assert_eq!(left(&mut gallery, NETWORK + 1), Ok(0), "it moved along");
    let more = marks(&[first.yes.as_slice(), &[20]].concat(), &first.no);
    gallery.teach(&[second, more]).expect("teaches");
    assert_eq!(left(&mut gallery, NETWORK + 1), Ok(IMAGES), "other marks");
    gallery.teach(&[]).expect("teaches");
    assert_eq!(gallery.tasks(), NETWORK);
    let after: Vec<u32> = (0..NETWORK)
        .flat_map(|task| bits(gallery.probabilities(task).expect("a task")))
        .collect();
    assert_eq!(after, network);
}

#[test]
fn a_growing_gallery_extends_what_was_taught_in_slices_of_any_size() {
    let whole = gallery().features().data.clone();
    let half = 30 * CHANNELS;
    let start = Features::new(30, CHANNELS, whole[..half].to_vec()).expect("fits");
    let task = marks(&[1, 5, 9], &[2, 40]);
    let grown = |cache: usize, slice: usize| {
        let mut gallery = gallery().with_cache(cache);
        gallery.set_features(start.clone()).expect("fits");
        gallery.teach(std::slice::from_ref(&task)).expect("teaches");
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
    // Learned again on all images, the mark that was out of range counts.
    assert_eq!(reference.settled(NETWORK).expect("taught").ignored, 1);
    reference
        .teach(std::slice::from_ref(&task))
        .expect("teaches");
    assert_eq!(reference.settled(NETWORK).expect("taught").ignored, 0);
    let mut fresh = gallery();
    fresh.teach(&[task]).expect("teaches");
    assert_eq!(
        bits(reference.probabilities(NETWORK).expect("a task")),
        bits(fresh.probabilities(NETWORK).expect("a task"))
    );
}

#[test]
fn new_features_are_learned_anew_and_bad_ones_change_nothing() {
    let (mut gallery, task) = taught();
    let before = gallery.probabilities(NETWORK).expect("a task").to_vec();
    let mut data = gallery.features().data.clone();
    data.reverse();
    let turned = Features::new(IMAGES, CHANNELS, data.clone()).expect("fits");
    gallery.set_features(turned.clone()).expect("fits");
    let after = gallery.probabilities(NETWORK).expect("a task").to_vec();
    assert_ne!(before, after);
    let mut fresh = common::gallery();
    fresh.set_features(turned).expect("fits");
    fresh.teach(&[task]).expect("teaches");
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

#[test]
fn a_picture_from_elsewhere_is_judged_like_those_of_the_gallery() {
    let (mut gallery, _) = taught();
    let features = gallery.features().row(11).to_vec();
    for task in 0..gallery.tasks() {
        let alone = gallery.outcome(&features, task).expect("a task");
        let values = alone.len();
        let all = gallery.probabilities(task).expect("a task");
        assert_eq!(alone, all[11 * values..12 * values]);
        assert!(gallery.outcome(&features[1..], task).is_err());
    }
    assert!(gallery.outcome(&features, 9).is_err());
}

#[test]
fn suggestions_are_near_half_unlike_each_other_and_never_marked() {
    let (mut gallery, task) = taught();
    let mut skip = [task.yes.as_slice(), &task.no].concat();
    skip.sort_unstable();
    let suggested = gallery.unsure(NETWORK, 4, &skip).expect("a task");
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
    assert!(gallery.unsure(NETWORK + 1, 4, &[]).is_err());
    let all: Vec<usize> = (0..IMAGES).collect();
    assert!(gallery.unsure(NETWORK, 4, &all).expect("a task").is_empty());
}

#[test]
fn a_gallery_without_images_can_be_taught() {
    let mut gallery = gallery();
    let none = Features::new(0, CHANNELS, Vec::new()).expect("fits");
    gallery.set_features(none).expect("fits");
    gallery.teach(&[marks(&[1], &[])]).expect("teaches");
    assert!(gallery.probabilities(NETWORK).expect("a task").is_empty());
    assert_eq!(gallery.settled(NETWORK).expect("taught").ignored, 1);
}
