use super::*;
use crate::Random;

/// Clusters of images around random points: `spread` times nearer to one another than the points.
fn clustered(images: usize, channels: usize, spread: f32, seed: u64) -> Features {
    let mut random = Random::new(seed);
    let clusters = images.div_ceil(3);
    let mut normal = |n: usize| -> Vec<f32> {
        let number = |_| (0..6).map(|_| random.unit() - 0.5).sum::<f32>();
        (0..n).map(number).collect()
    };
    let points = normal(clusters * channels);
    let noise = normal(images * channels);
    let mut pick = Random::new(seed + 1);
    let mut data = Vec::with_capacity(images * channels);
    for noise in noise.chunks_exact(channels) {
        let point = &points[pick.below(clusters) * channels..][..channels];
        // From next to equal to well apart.
        let spread = spread * pick.unit();
        data.extend(point.iter().zip(noise).map(|(p, n)| p + spread * n));
    }
    Features::new(images, channels, data).expect("fits")
}

fn first(features: &Features, images: usize) -> Features {
    let data = features.data[..images * features.channels].to_vec();
    Features::new(images, features.channels, data).expect("fits")
}

fn finish(near: &mut NearDuplicates, features: &Features, budget: usize) -> usize {
    let mut calls = 1;
    while near.advance(features, budget) == Progress::Working {
        calls += 1;
    }
    calls
}

/// The first image of each one's group, by comparing it with those of all groups.
fn naive(features: &Features, threshold: f32) -> Vec<usize> {
    let mut first: Vec<usize> = Vec::new();
    for image in 0..features.rows {
        let row = features.row(image);
        let is_near = |&other: &usize| {
            let other = features.row(other);
            row == other || within(row, other, threshold.powi(2), &mut Work(0)).is_some()
        };
        let mut firsts = (0..image).filter(|&other| first[other] == other);
        first.push(firsts.find(is_near).unwrap_or(image));
    }
    first
}

fn groups(near: &NearDuplicates) -> Vec<usize> {
    (0..near.copies.images())
        .map(|image| near.first(image))
        .collect()
}

fn order(images: &[usize]) -> Vec<Ranked> {
    let ranked = |&index: &usize| Ranked { index, score: 0.5 };
    images.iter().map(ranked).collect()
}

#[test]
fn groups_are_those_of_comparing_all() {
    let mut folded = 0;
    for seed in 0..24 {
        let images = [2, 3, 30, 150, 700][seed as usize % 5];
        let channels = [1, 3, 16, 40, 130][seed as usize / 5];
        let spread = [0.01, 0.3, 0.6, 1.0][seed as usize % 4];
        let mut features = clustered(images, channels, spread, seed);
        // An image again, bit for bit.
        features
            .data
            .copy_within(..channels, (images - 1) * channels);
        let mut near = NearDuplicates::default();
        let calls = finish(&mut near, &features, 1000);
        let expected = naive(&features, near.threshold);
        assert_eq!(groups(&near), expected, "{images} x {channels}");
        folded += expected
            .iter()
            .enumerate()
            .filter(|(at, first)| at != *first)
            .count();
        // The budget changes nothing.
        let mut at_once = NearDuplicates::default();
        assert_eq!(finish(&mut at_once, &features, usize::MAX), 1);
        assert_eq!(groups(&at_once), expected);
        assert!(images < 100 || calls > 10, "{calls} slices");
    }
    assert!(folded > 500, "{folded}");
}

#[test]
fn images_that_are_added_are_found_too() {
    for seed in 0..4 {
        let features = clustered(600, 24, 0.4, seed);
        let mut near = NearDuplicates::default();
        for images in [0, 1, 200, 210, 230, 231, 400, 450, 499, 500, 600] {
            let part = first(&features, images);
            // Some end in the middle of the work.
            for _ in 0..images % 4 {
                let _ = near.advance(&part, 5000);
            }
            if images % 100 == 0 {
                finish(&mut near, &part, 5000);
                assert_eq!(groups(&near), naive(&part, near.threshold), "{images}");
            }
        }
        assert!(near.trees.len() < 5);
        // Fewer images are others.
        let part = first(&features, 50);
        finish(&mut near, &part, 5000);
        assert_eq!(groups(&near), naive(&part, near.threshold));
    }
}

/// Images a step apart from the next: merging all that are near to any would make one group.
#[test]
fn a_chain_is_not_one_group() {
    let mut data: Vec<f32> = (0..10).flat_map(|i| [i as f32 * 0.8, 0.0]).collect();
    data.extend((0..200).flat_map(|i| [1000.0 * (i % 20) as f32, 1000.0 * (i / 20 + 1) as f32]));
    let features = Features::new(210, 2, data).expect("fits");
    let mut near = NearDuplicates::default();
    finish(&mut near, &features, 1 << 20);
    near.threshold = 1.0;
    near.first.clear();
    finish(&mut near, &features, 1 << 20);
    assert_eq!(groups(&near)[..10], [0, 0, 2, 2, 4, 4, 6, 6, 8, 8]);
}

#[test]
fn the_first_in_the_order_stands_for_its_group() {
    let mut features = clustered(100, 8, 0.0, 5);
    for image in 0..100 {
        for value in &mut features.data[image * 8..][..8] {
            *value = *value * 0.001 + image as f32;
        }
    }
    // 1 is equal to 0, 2 nearly so, 4 nearly to 3; 6 has no number.
    features.data.copy_within(..8, 8);
    features.data.copy_within(..8, 16);
    features.data.copy_within(24..32, 32);
    features.data[16] += 0.01;
    features.data[32] += 0.01;
    features.data[48] = f32::NAN;
    let mut near = NearDuplicates::default();
    let mut ranked = order(&[4, 2, 9, 1, 3, 0, 6, 200]);
    assert!(near.fold(&mut ranked).is_empty(), "nothing is known yet");
    finish(&mut near, &features, 1 << 20);
    let alike = |count, equal| Alike { count, equal };
    let groups = near.fold(&mut ranked);
    assert_eq!(ranked, order(&[4, 2, 9, 6, 200]));
    assert_eq!(
        groups,
        HashMap::from([(4, alike(2, false)), (2, alike(3, false))])
    );
    // Only results count.
    let mut ranked = order(&[1, 9, 0]);
    assert_eq!(near.fold(&mut ranked), HashMap::from([(1, alike(2, true))]));
    assert_eq!(ranked, order(&[1, 9]));
}

#[test]
fn nothing_and_images_without_features_have_no_groups() {
    for (images, channels) in [(0, 0), (0, 4), (1, 4), (3, 0)] {
        let features = Features::new(images, channels, vec![0.5; images * channels]).expect("fits");
        let mut near = NearDuplicates::default();
        let mut ranked: Vec<Ranked> = order(&(0..images).collect::<Vec<usize>>());
        finish(&mut near, &features, 100);
        near.fold(&mut ranked);
        assert_eq!(ranked.len(), images.min(1));
    }
}
