//! The catalogue of products: their colours, splits, and metadata.

use std::collections::BTreeSet;

use modulens_schema::Split;

use super::design::Design;
use super::dice::Dice;
use super::vocabulary::{BRANDS, Gender, INSOLES, Material, ToeStyle};

/// One product id: a design in several colours.
#[derive(Clone, Debug)]
pub(super) struct Product {
    /// The first half of the image's name.
    pub(super) id: u32,
    /// The second halves, one for each colour, all different.
    pub(super) colours: Vec<u32>,
    pub(super) split: Split,
    pub(super) brand: &'static str,
    pub(super) design: Design,
    pub(super) cells: Cells,
}

/// The cells of `meta-data.csv` that may be empty or hold several values of a product (joined by
/// `;`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) heel: String,
    pub(super) insole: String,
    pub(super) closure: String,
    pub(super) gender: String,
    pub(super) material: String,
    pub(super) toe: String,
}

/// Shares of the images in validation and test; the rest is for training.
const VAL: f64 = 0.075;
const TEST: f64 = 0.206_25;

/// Numbers of images in train, val and test.
pub(super) fn split_sizes(images: usize) -> [usize; 3] {
    let val = (images as f64 * VAL).round() as usize;
    let test = (images as f64 * TEST).round() as usize;
    [images - val - test, val, test]
}

/// All products, in the order of their ids.
pub(super) fn plan(images: usize, seed: u64) -> Vec<Product> {
    let mut dice = Dice::new(seed, "shoes: catalogue", 0);
    let mut places = Vec::new();
    for (split, size) in [Split::Train, Split::Val, Split::Test]
        .into_iter()
        .zip(split_sizes(images))
    {
        let mut rest = size;
        while rest > 0 {
            let wanted = dice.weighted(&[(2, 1.0), (3, 1.4), (4, 1.0), (5, 0.6)], 3_usize);
            let colours = match rest {
                0..=5 => rest,
                // Never leave one picture over: a product has at least two colours.
                _ if rest - wanted == 1 && wanted < 5 => wanted + 1,
                _ if rest - wanted == 1 => wanted - 1,
                _ => wanted,
            };
            places.push((split, colours));
            rest -= colours;
        }
    }
    dice.shuffle(&mut places);
    places
        .into_iter()
        .enumerate()
        .map(|(index, (split, colours))| product(index, split, colours, seed))
        .collect()
}

fn product(index: usize, split: Split, colours: usize, seed: u64) -> Product {
    let mut dice = Dice::new(seed, "shoes: product", index as u64);
    let design = Design::sample(&mut dice);
    let cells = Cells::new(&design, &mut dice);
    let mut numbers = BTreeSet::new();
    while numbers.len() < colours {
        let digits = dice.pick(&[100, 1000, 10_000, 100_000], 1000);
        numbers.insert((3 + dice.below(digits)) as u32);
    }
    Product {
        id: 7_100_000 + index as u32 * 7 + dice.below(7) as u32,
        colours: numbers.into_iter().collect(),
        split,
        brand: dice.pick(BRANDS, "Cobbleway"),
        design,
        cells,
    }
}

impl Product {
    /// The path of one colour's picture as `image-path.mat` spells it.
    pub(super) fn listed(&self, colour: u32) -> String {
        self.path(colour, self.brand)
    }

    /// The path of one colour's picture on disk: a brand's folder cannot end in a dot.
    pub(super) fn on_disk(&self, colour: u32) -> String {
        self.path(colour, self.brand.trim_end_matches('.'))
    }

    fn path(&self, colour: u32, brand: &str) -> String {
        let (category, sub) = (self.design.category.name(), self.design.sub.name());
        format!("{category}/{sub}/{brand}/{}.{colour}.jpg", self.id)
    }

    /// The image's id in the tables.
    pub(super) fn cid(&self, colour: u32) -> String {
        format!("{}-{colour}", self.id)
    }
}

impl Cells {
    /// Like the real table, some cells say nothing and some say two things.
    fn new(design: &Design, dice: &mut Dice) -> Self {
        let mut cells = Self {
            heel: design.heel.name().into(),
            closure: design.closure.name().into(),
            gender: design.gender.name().into(),
            ..Self::default()
        };
        if dice.chance(0.05) {
            cells.heel.clear();
        }
        if dice.chance(0.03) {
            cells.closure.clear();
        } else if dice.chance(0.02) {
            cells.closure.push_str(";Elastic Gore");
        }
        if dice.chance(0.02) {
            let both = if design.gender.child() {
                [Gender::Boys, Gender::Girls]
            } else {
                [Gender::Men, Gender::Women]
            };
            cells.gender = both.map(Gender::name).join(";");
        }
        let other = dice.pick(Material::ALL, Material::Rubber);
        cells.material = sparse(dice, design.material.name(), other.name(), 0.08);
        let toe = if dice.chance(0.5) {
            ToeStyle::Closed
        } else {
            ToeStyle::Round
        };
        cells.toe = sparse(dice, design.toe.name(), toe.name(), 0.10);
        let (first, second) = (dice.pick(INSOLES, "Padded"), dice.pick(INSOLES, "Leather"));
        cells.insole = sparse(dice, first, second, 0.11);
        cells
    }
}

/// A cell that is empty with a probability, and else sometimes holds a second value.
fn sparse(dice: &mut Dice, value: &str, second: &str, empty: f32) -> String {
    let (none, two) = (dice.chance(empty), dice.chance(0.05));
    match (none, two && second != value) {
        (true, _) => String::new(),
        (false, true) => format!("{value};{second}"),
        (false, false) => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_has_two_to_five_colours_in_one_split() {
        let products = plan(2000, 11);
        let mut counts = [0; 3];
        for product in &products {
            assert!((2..=5).contains(&product.colours.len()), "{product:?}");
            counts[product.split as usize] += product.colours.len();
        }
        assert_eq!(counts, split_sizes(2000));
        let ids: BTreeSet<u32> = products.iter().map(|product| product.id).collect();
        assert_eq!(ids.len(), products.len());
    }

    #[test]
    fn the_default_gallery_is_split_as_promised() {
        assert_eq!(split_sizes(16_000), [11_500, 1200, 3300]);
    }

    #[test]
    fn brands_lose_their_last_dot_on_disk_only() {
        let mut product = plan(40, 1).remove(0);
        product.brand = "W.O.R.N.";
        assert!(product.listed(5).contains("/W.O.R.N./"));
        assert!(product.on_disk(5).contains("/W.O.R.N/"));
    }
}
