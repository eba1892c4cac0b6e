//! The sampling of the images of a step.
//!
//! Everything is drawn from `(seed, epoch)`, so that a run that was stopped goes on exactly where an
//! uninterrupted one would be.

use modulens_schema::Labels;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The generator of one epoch; `stream` keeps sampling and augmentation apart.
pub fn generator(seed: u64, epoch: usize, stream: u64) -> ChaCha8Rng {
    let mut rng =
        ChaCha8Rng::seed_from_u64(seed ^ (epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    rng.set_stream(stream);
    rng
}

/// The order of an epoch's images, cut into batches; a last batch of one image is left out, because
/// batch norm cannot use it.
pub fn batches(images: usize, batch: usize, seed: u64, epoch: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..images).collect();
    order.shuffle(&mut generator(seed, epoch, 0));
    order
        .chunks(batch)
        .filter(|chunk| chunk.len() > 1)
        .map(<[usize]>::to_vec)
        .collect()
}

/// The triplets of one step: anchors, positives and negatives each in task order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Triplets {
    /// The task of each triplet.
    pub tasks: Vec<usize>,
    /// Image positions, all anchors, then all positives, then all negatives.
    pub images: Vec<usize>,
}

impl Triplets {
    /// The triplets of one task.
    pub fn of_task(&self, task: usize) -> Self {
        let count = self.tasks.len();
        let own: Vec<usize> = (0..count).filter(|&at| self.tasks[at] == task).collect();
        let parts = (0..3).flat_map(|part| own.iter().map(move |at| part * count + at));
        Self {
            images: parts.map(|at| self.images[at]).collect(),
            tasks: vec![task; own.len()],
        }
    }
}

/// Steps of an epoch made of given triplets, `[task][triplet]` as anchor, positive and negative: `per_task` of each task a
/// step, in an order of the epoch's own, until the longest list is through. A shorter one starts over.
pub(crate) fn given(
    lists: &[Vec<[usize; 3]>],
    per_task: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<Triplets> {
    let orders: Vec<Vec<usize>> = lists
        .iter()
        .map(|list| {
            let mut order: Vec<usize> = (0..list.len()).collect();
            order.shuffle(rng);
            order
        })
        .collect();
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest.div_ceil(per_task.max(1)))
        .map(|step| {
            let mut tasks = Vec::new();
            let mut parts: [Vec<usize>; 3] = Default::default();
            for (task, (list, order)) in lists.iter().zip(&orders).enumerate() {
                for place in 0..per_task.min(list.len()) {
                    let triplet = list[order[(step * per_task + place) % order.len()]];
                    tasks.push(task);
                    for (part, image) in parts.iter_mut().zip(triplet) {
                        part.push(image);
                    }
                }
            }
            Triplets {
                tasks,
                images: parts.concat(),
            }
        })
        .collect()
}

/// Images by task and value, for drawing triplets.
#[derive(Debug)]
pub struct TripletSampler {
    /// `[task][value]`, the images with that value.
    by_value: Vec<Vec<Vec<usize>>>,
    per_task: usize,
}

impl TripletSampler {
    /// Sorts the images by what is known of them.
    pub fn new(labels: &Labels, values: &[usize], per_task: usize) -> Self {
        let mut by_value: Vec<Vec<Vec<usize>>> = values
            .iter()
            .map(|&count| vec![Vec::new(); count])
            .collect();
        for image in 0..labels.images() {
            for (task, lists) in by_value.iter_mut().enumerate() {
                let value = labels.get(image, task).map(usize::from);
                if let Some(list) = value.and_then(|value| lists.get_mut(value)) {
                    list.push(image);
                }
            }
        }
        Self { by_value, per_task }
    }

    /// Triplets of every task in equal number. Unlike the paper's release (which anchors only on images that
    /// have the attribute, and may take the anchor as its own positive), the anchor's value is drawn
    /// evenly and the positive is another image.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> Triplets {
        let (mut tasks, mut anchors, mut positives, mut negatives) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (task, lists) in self.by_value.iter().enumerate() {
            let usable: Vec<usize> = (0..lists.len()).filter(|&v| lists[v].len() > 1).collect();
            let others = lists.iter().filter(|list| !list.is_empty()).count();
            if usable.is_empty() || others < 2 {
                continue;
            }
            for _ in 0..self.per_task {
                let Some(&value) = usable.choose(rng) else {
                    continue;
                };
                let same = &lists[value];
                let anchor = rng.random_range(0..same.len());
                // Skipping over the anchor keeps every other image equally likely.
                let positive = (anchor + rng.random_range(1..same.len())) % same.len();
                let different: Vec<usize> = (0..lists.len())
                    .filter(|&other| other != value && !lists[other].is_empty())
                    .collect();
                let Some(&negative) = different
                    .choose(rng)
                    .and_then(|&other| lists[other].choose(rng))
                else {
                    continue;
                };
                tasks.push(task);
                anchors.push(same[anchor]);
                positives.push(same[positive]);
                negatives.push(negative);
            }
        }
        anchors.append(&mut positives);
        anchors.append(&mut negatives);
        Triplets {
            tasks,
            images: anchors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_sees_every_image_once_and_repeats_itself() {
        let one = batches(10, 4, 7, 3);
        let mut seen: Vec<usize> = one.concat();
        seen.sort_unstable();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
        assert_eq!(one, batches(10, 4, 7, 3));
        assert_ne!(one, batches(10, 4, 7, 4), "another epoch, another order");
        assert_eq!(batches(9, 4, 7, 0).len(), 2, "no batch of one image");
    }

    #[test]
    fn triplets_agree_with_the_labels() {
        let mut labels = Labels::new(2);
        for image in 0..40_u8 {
            let second = (image % 5 != 0).then_some(image % 3);
            labels.push([Some(u8::from(image < 4)), second]);
        }
        let sampler = TripletSampler::new(&labels, &[2, 3], 50);
        let drawn = sampler.draw(&mut generator(1, 0, 0));
        let n = drawn.tasks.len();
        assert_eq!(n, 100);
        assert_eq!(drawn.images.len(), 3 * n);
        let mut rare = 0;
        for (i, &task) in drawn.tasks.iter().enumerate() {
            let value = |at: usize| labels.get(drawn.images[at], task).expect("known");
            assert_eq!(value(i), value(n + i));
            assert_ne!(value(i), value(2 * n + i));
            assert_ne!(drawn.images[i], drawn.images[n + i]);
            rare += usize::from(task == 0 && value(i) == 1);
        }
        assert!(
            (10..=40).contains(&rare),
            "rare values are anchors too: {rare} of 50"
        );
    }

    #[test]
    fn triplets_of_a_task_keep_their_parts() {
        let all = Triplets {
            tasks: vec![0, 1, 0],
            images: vec![1, 2, 3, 4, 5, 6, 7, 8, 9],
        };
        let own = all.of_task(0);
        assert_eq!(
            (own.tasks, own.images),
            (vec![0, 0], vec![1, 3, 4, 6, 7, 9])
        );
        assert!(all.of_task(2).images.is_empty());
    }

    #[test]
    fn given_triplets_all_have_their_turn() {
        let lists = vec![
            vec![[0, 1, 2], [3, 4, 5], [6, 7, 8]],
            vec![[1, 0, 9]],
            vec![],
        ];
        let steps = given(&lists, 2, &mut generator(1, 0, 0));
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].tasks, [0, 0, 1]);
        let mut anchors: Vec<usize> = steps
            .iter()
            .flat_map(|step| step.images[..2].to_vec())
            .collect();
        anchors.sort_unstable();
        // Two steps of two: the last place goes to the first of the order again.
        anchors.dedup();
        assert_eq!(anchors, [0, 3, 6]);
        for step in &steps {
            assert_eq!([step.images[2], step.images[5], step.images[8]], [1, 0, 9]);
        }
        assert_eq!(steps, given(&lists, 2, &mut generator(1, 0, 0)));
    }

    #[test]
    fn a_task_with_one_value_gives_no_triplet() {
        let labels = Labels::from_cells(1, vec![0, 0, 0]).expect("one task");
        let drawn = TripletSampler::new(&labels, &[2], 8).draw(&mut generator(1, 0, 0));
        assert!(drawn.tasks.is_empty());
    }
}
