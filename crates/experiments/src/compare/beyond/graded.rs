//! Graded triplets: of two pictures, the one whose number is nearer to that of a third is nearer under the task.
//!
//! A label cuts a number, such as the height of a heel, into values; its classifier need not know their order, nor what
//! differs within one. Anchors are spread over the range of the number, and the two differences are apart by a tenth of
//! it at least. Within a value all three pictures have the same label, and the range is that of the value.

use std::collections::{BTreeMap, HashMap};

use modulens_retrieval::measure::{Triplet, column, correct};
use modulens_retrieval::{Embeddings, Random};
use modulens_schema::Split;
use modulens_training::data::OpenData;
use modulens_training::error::TrainerError;
use serde::{Deserialize, Serialize};

use super::super::task_map::spearman;
use super::over_seeds::OverSeeds;

/// Triplets of each kind.
const TRIPLETS: usize = 20_000;
/// Pairs that ranks are correlated over.
const PAIRS: usize = 10_000;
/// The least difference of the two differences, as a share of the number's range.
const MARGIN: f64 = 0.1;
/// Stretches of the range that anchors are drawn from, each as often.
const STRETCHES: usize = 10;
/// Fewer pictures of a value say little of what differs within it.
const FEWEST: usize = 8;
/// Decides which triplets are drawn: the same for every method.
const SEED: u64 = 1;

/// A number behind a task, as a plan names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The task.
    pub task: String,
    /// The column of the number.
    pub column: String,
    /// The table: a file anywhere in the data, with a heading, commas and a column `id`.
    #[serde(default = "measurements")]
    pub file: String,
}

fn measurements() -> String {
    "measurements.csv".into()
}

/// The figures of a number behind a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Graded<F> {
    /// The task.
    pub task: String,
    /// The column of the number.
    pub column: String,
    /// The table that has it.
    pub file: String,
    /// Triplets that were drawn.
    pub triplets: usize,
    /// Share of triplets in which the picture with the nearer number is nearer; ties are wrong.
    pub accuracy: F,
    /// The same share where all three pictures have the same value; nothing where no value has a range.
    pub within_value: Option<F>,
    /// Spearman's rank correlation of distance and difference over pairs of pictures.
    pub rank_correlation: F,
}

/// The numbers of a column, by the ids of pictures.
#[derive(Debug)]
pub(super) struct Column {
    wanted: Wanted,
    task: usize,
    numbers: HashMap<String, f64>,
}

/// A picture whose number and label are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Its place among the pictures.
    image: u32,
    number: f64,
    value: u8,
    /// Its product or person: pictures of one are alike for other reasons, and never compared.
    group: u64,
}

/// Reads the columns that a plan names.
///
/// # Errors
/// A task, file or column that there is not, or numbers that do not differ on the split.
pub(super) fn read(
    wanted: &[Wanted],
    data: &OpenData,
    split: Split,
) -> Result<Vec<Column>, TrainerError> {
    let all = wanted.iter().map(|wanted| {
        let fail = |why: &str| {
            TrainerError::Message(format!(
                "[[graded]] of {} by {}: {why}",
                wanted.task, wanted.column
            ))
        };
        let tasks = &data.dataset.tasks;
        let task = tasks.iter().position(|task| task.name == wanted.task);
        let task = task.ok_or_else(|| fail("no method is trained on this task"))?;
        let entry = data.storage.find(&wanted.file).ok_or_else(|| {
            fail(&format!("the data have no file {}", wanted.file))
        })?;
        let text = data.storage.read(entry)?;
        let numbers = parse(&String::from_utf8_lossy(&text), &wanted.column)
            .map_err(|why| fail(&format!("{}: {why}", wanted.file)))?;
        let column_of = Column {
            wanted: wanted.clone(),
            task,
            numbers,
        };
        let dataset = &data.dataset;
        let images = dataset.in_split(split);
        let of = |place: &usize| &dataset.images[*place];
        let ids: Vec<String> = images.iter().map(|place| of(place).id.clone()).collect();
        let groups: Vec<u64> = images.iter().map(|place| of(place).group).collect();
        let labels = column(&dataset.labels.select(&images), task);
        let known = column_of.known(&ids, &labels, &groups);
        if triplets(&known, 1, &mut Random::new(SEED)).is_empty() {
            return Err(fail(&format!(
                "{} pictures of the {} split have a number and a label, and three of other groups with different \
                 numbers are needed",
                known.len(),
                split.name()
            )));
        }
        Ok(column_of)
    });
    all.collect()
}

/// The numbers of a column by ids; empty cells are unknown.
fn parse(text: &str, wanted: &str) -> Result<HashMap<String, f64>, String> {
    let mut lines = text.lines().enumerate();
    let heading = lines.next().map_or("", |(_, line)| line);
    let names: Vec<&str> = heading.split(',').map(str::trim).collect();
    let place = |name: &str| {
        let found = names.iter().position(|other| *other == name);
        found.ok_or_else(|| format!("it has no column {name}; its columns are {heading}"))
    };
    let (id, number) = (place("id")?, place(wanted)?);
    let mut all = HashMap::new();
    for (line, text) in lines {
        let cells: Vec<&str> = text.split(',').map(str::trim).collect();
        let (Some(id), Some(cell)) = (cells.get(id), cells.get(number)) else {
            return Err(format!("line {} has too few cells", line + 1));
        };
        if cell.is_empty() {
            continue;
        }
        match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => all.insert((*id).to_owned(), number),
            _ => return Err(format!("line {}: {cell:?} is no number", line + 1)),
        };
    }
    Ok(all)
}

impl Column {
    /// The task's place.
    pub(super) fn task(&self) -> usize {
        self.task
    }

    /// Returns true for the figures of this column.
    pub(super) fn is_of<F>(&self, found: &Graded<F>) -> bool {
        let Wanted { task, column, file } = &self.wanted;
        (task, column, file) == (&found.task, &found.column, &found.file)
    }

    /// The pictures whose number and label are known.
    pub(super) fn known(
        &self,
        ids: &[String],
        labels: &[Option<u8>],
        groups: &[u64],
    ) -> Vec<Known> {
        let all = ids.iter().zip(labels).zip(groups).zip(0_u32..);
        let known = all.filter_map(|(((id, value), &group), image)| {
            Some(Known {
                image,
                number: *self.numbers.get(id)?,
                value: (*value)?,
                group,
            })
        });
        known.collect()
    }

    /// Measures the embeddings of the task.
    pub(super) fn measure(&self, embeddings: &Embeddings, known: &[Known]) -> Graded<f64> {
        // What is drawn hangs on the numbers and the labels alone, so that methods are asked the same.
        let mut random = Random::stream(SEED, 0);
        let drawn = triplets(known, TRIPLETS, &mut random);
        let mut values: BTreeMap<u8, Vec<Known>> = BTreeMap::new();
        for one in known {
            values.entry(one.value).or_default().push(*one);
        }
        values.retain(|_, of_value| of_value.len() >= FEWEST);
        let each = TRIPLETS / values.len().max(1);
        let within: Vec<Triplet> = values
            .values()
            .flat_map(|of_value| triplets(of_value, each, &mut random))
            .collect();
        let (distances, differences) = pairs(embeddings, known, &mut random);
        let share = |drawn: &[Triplet]| {
            let right = correct(embeddings, drawn);
            right.iter().filter(|&&right| right).count() as f64 / right.len().max(1) as f64
        };
        let Wanted { task, column, file } = self.wanted.clone();
        Graded {
            task,
            column,
            file,
            triplets: drawn.len(),
            accuracy: share(&drawn),
            within_value: (!within.is_empty()).then(|| share(&within)),
            // Embeddings that are all the same say nothing of the number.
            rank_correlation: spearman(&distances, &differences).unwrap_or(0.0),
        }
    }
}

/// Pictures by the stretches of the range of their numbers, those without any left out.
fn stretches(known: &[Known]) -> (f64, Vec<Vec<Known>>) {
    let numbers = || known.iter().map(|one| one.number);
    let low = numbers().fold(f64::INFINITY, f64::min);
    let range = numbers().fold(f64::NEG_INFINITY, f64::max) - low;
    let mut all = vec![Vec::new(); STRETCHES];
    for one in known {
        let place = (one.number - low) / range * STRETCHES as f64;
        all[(place as usize).min(STRETCHES - 1)].push(*one);
    }
    all.retain(|stretch| !stretch.is_empty());
    (range, all)
}

/// Draws triplets: the positive's number is nearer to the anchor's by a margin. Fewer where they are rare.
fn triplets(known: &[Known], count: usize, random: &mut Random) -> Vec<Triplet> {
    let (range, anchors) = stretches(known);
    let mut all = Vec::new();
    if known.len() < 3 || range <= 0.0 {
        return all;
    }
    for _ in 0..count.saturating_mul(20).max(1000) {
        if all.len() == count {
            break;
        }
        let stretch = &anchors[random.below(anchors.len())];
        let anchor = stretch[random.below(stretch.len())];
        let (one, other) = (
            known[random.below(known.len())],
            known[random.below(known.len())],
        );
        if one.group == anchor.group || other.group == anchor.group {
            continue;
        }
        let apart = |of: Known| (of.number - anchor.number).abs();
        let (near, far) = match apart(one) < apart(other) {
            true => (one, other),
            false => (other, one),
        };
        if apart(far) - apart(near) >= MARGIN * range {
            all.push(Triplet {
                anchor: anchor.image,
                positive: near.image,
                negative: far.image,
            });
        }
    }
    all
}

/// Distances and differences of pairs of pictures.
fn pairs(embeddings: &Embeddings, known: &[Known], random: &mut Random) -> (Vec<f64>, Vec<f64>) {
    let (_, firsts) = stretches(known);
    let (mut distances, mut differences) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let stretch = &firsts[random.below(firsts.len())];
        let (one, other) = (
            stretch[random.below(stretch.len())],
            known[random.below(known.len())],
        );
        if one.group == other.group {
            continue;
        }
        let row = |of: Known| embeddings.row(of.image as usize);
        let cosine: f64 = row(one)
            .iter()
            .zip(row(other))
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum();
        distances.push(1.0 - cosine);
        differences.push((one.number - other.number).abs());
    }
    (distances, differences)
}

impl Graded<OverSeeds> {
    /// Puts the figures of all seeds together; nothing of none.
    pub(super) fn over_seeds(seeds: &[&Graded<f64>]) -> Option<Self> {
        let first = seeds.first()?;
        let within: Option<Vec<f64>> = seeds.iter().map(|one| one.within_value).collect();
        Some(Self {
            task: first.task.clone(),
            column: first.column.clone(),
            file: first.file.clone(),
            triplets: first.triplets,
            accuracy: OverSeeds::of(seeds.iter().map(|one| one.accuracy)),
            within_value: within.map(|within| OverSeeds::of(within.into_iter())),
            rank_correlation: OverSeeds::of(seeds.iter().map(|one| one.rank_correlation)),
        })
    }

    /// Holds the figures against those of another method.
    pub(super) fn hold_against(&mut self, theirs: &Self) {
        self.accuracy.hold_against(&theirs.accuracy);
        if let (Some(ours), Some(theirs)) = (&mut self.within_value, &theirs.within_value) {
            ours.hold_against(theirs);
        }
        self.rank_correlation.hold_against(&theirs.rank_correlation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers 0 to 59 in three values of twenty; an embedding is a turn by an angle of the number.
    fn measured(angle: impl Fn(f64) -> f64) -> Graded<f64> {
        let ids: Vec<String> = (0..60).map(|image| format!("{image}.jpg")).collect();
        let numbers = ids.iter().cloned().zip((0..60).map(f64::from)).collect();
        let labels: Vec<Option<u8>> = (0..60_u8).map(|image| Some(image / 20)).collect();
        let groups: Vec<u64> = (0..60).collect();
        let wanted = Wanted {
            task: "Heel".into(),
            column: "heel_cm".into(),
            file: measurements(),
        };
        let column = Column {
            wanted,
            task: 0,
            numbers,
        };
        let rows = (0..60).flat_map(|image| {
            let angle = angle(f64::from(image)) as f32;
            [angle.cos(), angle.sin()]
        });
        let rows = Embeddings::from_unit_rows(60, 2, rows.collect()).expect("unit rows");
        let known = column.known(&ids, &labels, &groups);
        assert_eq!(known.len(), 60);
        column.measure(&rows, &known)
    }

    #[test]
    fn an_order_is_found_and_a_label_alone_is_not_enough() {
        let ordered = measured(|number| number / 60.0);
        assert_eq!((ordered.accuracy, ordered.triplets), (1.0, TRIPLETS));
        assert_eq!(ordered.within_value, Some(1.0));
        assert!(ordered.rank_correlation > 0.999, "{ordered:?}");
        // Every picture of a value in one place, as far from one value as from another.
        let label = measured(|number| (number / 20.0).floor() * std::f64::consts::TAU / 3.0);
        assert!(label.accuracy < 0.75, "{label:?}");
        assert_eq!(label.within_value, Some(0.0), "ties are wrong");
        assert!(label.rank_correlation < 0.9 && label.rank_correlation > 0.3);
        let collapsed = measured(|_| 0.0);
        assert_eq!((collapsed.accuracy, collapsed.rank_correlation), (0.0, 0.0));
    }

    #[test]
    fn anchors_are_spread_and_groups_are_never_compared() {
        let known: Vec<Known> = (0..100)
            .map(|image| Known {
                image,
                // Nine of ten lie in the lowest tenth.
                number: if image % 10 == 0 {
                    f64::from(image)
                } else {
                    f64::from(image) / 100.0
                },
                value: 0,
                group: u64::from(image / 5),
            })
            .collect();
        let drawn = triplets(&known, 4000, &mut Random::new(1));
        assert_eq!(drawn.len(), 4000);
        let number = |image: u32| known[image as usize].number;
        let high = drawn.iter().filter(|triplet| number(triplet.anchor) > 9.0);
        assert!(high.count() > 3000, "most stretches are above the lowest");
        for triplet in &drawn {
            let apart = |image| (number(image) - number(triplet.anchor)).abs();
            assert!(apart(triplet.negative) - apart(triplet.positive) >= 9.0 - 1e-9);
            assert!(
                triplet.anchor / 5 != triplet.positive / 5
                    && triplet.anchor / 5 != triplet.negative / 5
            );
        }
        assert!(triplets(&known[..2], 10, &mut Random::new(1)).is_empty());
        let same = vec![known[0]; 5];
        assert!(triplets(&same, 10, &mut Random::new(1)).is_empty());
    }

    #[test]
    fn cells_are_read_and_mistakes_named() {
        let text = "id,heel_cm,shaft_cm\na,1.5,\nb,2,7\r\n";
        let heels = parse(text, "heel_cm").expect("reads");
        assert_eq!((heels["a"], heels["b"]), (1.5, 2.0));
        assert_eq!(parse(text, "shaft_cm").expect("reads").len(), 1);
        assert!(
            parse(text, "heel")
                .expect_err("a slip")
                .contains("id,heel_cm,shaft_cm")
        );
        assert!(
            parse("id,x\na,high", "x")
                .expect_err("text")
                .contains("line 2")
        );
        assert!(parse("id,x\na", "x").expect_err("short").contains("line 2"));
    }
}
