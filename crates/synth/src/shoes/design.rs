//! What one product looks like, before a colour is chosen: the labels and every parameter of the drawing.

use super::dice::Dice;
use super::vocabulary::{Category, Closure, Gender, HeelHeight, Material, SubCategory, ToeStyle};

/// The silhouette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Low athletic shoe with a rubber sole.
    Sneaker,
    /// Low closed shoe with a vamp: oxford, loafer, monk, shootie.
    Dress,
    /// Low-cut court shoe or ballerina.
    Pump,
    /// Closed front, open back.
    Clog,
    /// A shaft above the ankle.
    Boot,
    /// Straps on a footbed, heel held by a strap.
    Sandal,
    /// One broad band on a footbed, open back.
    Slide,
    /// Soft low shoe with a fleece collar.
    Slipper,
    /// Soft shaft with a fleece collar.
    SlipperBoot,
}

/// What lifts the heel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeelShape {
    /// One sole from toe to heel, rubber wall.
    Cup,
    /// One sole with deep treads.
    Lug,
    /// A straight stacked heel.
    Block,
    /// A tapering heel.
    Cone,
    /// A thin spike.
    Stiletto,
    /// A filled arch.
    Wedge,
}

/// The decoration that is not a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decor {
    /// Nothing but seams.
    Plain,
    /// Two or three slanted stripes at the side.
    Stripes,
    /// A disc, bar or wave at the side.
    Logo,
    /// A cap over the toes.
    ToeCap,
    /// A perforated wing over the toes.
    Wingtip,
    /// A moccasin seam.
    Moc,
    /// A second colour at the back.
    Counter,
}

/// One product.
#[derive(Clone, Debug)]
pub(super) struct Design {
    pub(super) category: Category,
    pub(super) sub: SubCategory,
    pub(super) closure: Closure,
    pub(super) gender: Gender,
    pub(super) heel: HeelHeight,
    pub(super) material: Material,
    pub(super) toe: ToeStyle,
    pub(super) cut: Cut,
    pub(super) heel_shape: HeelShape,
    pub(super) decor: Decor,
    /// Height of the upper's back edge above the ground, cm.
    pub(super) heel_cm: f32,
    /// Height of the ball of the foot above the ground, cm.
    pub(super) fore_cm: f32,
    /// How far the toe's tip is lifted, cm.
    pub(super) spring: f32,
    /// 0 round .. 1 pointed.
    pub(super) point: f32,
    /// Height of the shaft in design centimetres (boots), 0 for low shoes.
    pub(super) shaft: f32,
    /// Length of the shoe when it stands flat, cm.
    pub(super) length: f32,
    /// Heights of the upper relative to its length: 1 for men.
    pub(super) chunk: f32,
    /// Number of lace rows, straps or stripes.
    pub(super) rows: usize,
    /// Free variation in 0..1, for details.
    pub(super) whim: [f32; 4],
}

/// Probabilities of the closures in each category, in the order of [`Closure::ALL`].
const CLOSURES: [[f32; 6]; 4] = [
    [32.0, 20.0, 9.0, 15.0, 15.0, 9.0],
    [22.0, 14.0, 24.0, 10.0, 12.0, 18.0],
    [11.0, 22.0, 10.0, 23.0, 28.0, 6.0],
    [11.0, 29.0, 12.0, 14.0, 14.0, 20.0],
];

/// Probabilities of the heel heights for each gender, in the order of [`HeelHeight::ALL`].
const HEELS: [[f32; 7]; 4] = [
    [18.0, 29.0, 27.0, 13.0, 6.0, 4.0, 3.0],
    [10.0, 10.0, 12.0, 16.0, 20.0, 17.0, 15.0],
    [24.0, 31.0, 28.0, 13.0, 4.0, 0.0, 0.0],
    [19.0, 23.0, 24.0, 20.0, 10.0, 4.0, 0.0],
];

impl Design {
    /// Draws the labels first, then a silhouette and details that fit them.
    pub(super) fn sample(dice: &mut Dice) -> Self {
        use Category::{Boots, Sandals, Shoes, Slippers};
        let category = dice.weighted(
            &[
                (Shoes, 40.0),
                (Boots, 28.0),
                (Sandals, 18.0),
                (Slippers, 14.0),
            ],
            Shoes,
        );
        let gender = dice.weighted(
            &[
                (Gender::Men, 27.0),
                (Gender::Women, 33.0),
                (Gender::Boys, 20.0),
                (Gender::Girls, 20.0),
            ],
            Gender::Men,
        );
        let closure = choose(
            dice,
            Closure::ALL,
            &CLOSURES[category as usize],
            Closure::SlipOn,
        );
        let mut heels = HEELS[gender as usize];
        if category == Slippers {
            // Slippers are low more often than not.
            for weight in &mut heels[4..] {
                *weight *= 0.6;
            }
        }
        let heel = choose(dice, HeelHeight::ALL, &heels, HeelHeight::Flat);
        Self::with_labels(category, closure, gender, heel, dice)
    }

    /// A product with the labels given.
    pub(super) fn with_labels(
        category: Category,
        closure: Closure,
        gender: Gender,
        heel: HeelHeight,
        dice: &mut Dice,
    ) -> Self {
        let (low, high) = heel.drawn();
        let heel_cm = dice.middle(low, high);
        let cut = cut(category, closure, gender, heel_cm, dice);
        let heel_shape = heel_shape(cut, gender, heel_cm, dice);
        let fore_cm = forefoot(heel_shape, gender, heel_cm, dice);
        let shaft = shaft(cut, closure, dice);
        let decor = decor(cut, gender, dice);
        let point = match gender {
            Gender::Women if matches!(cut, Cut::Sneaker | Cut::Slipper | Cut::SlipperBoot) => {
                dice.range(0.1, 0.35)
            }
            Gender::Women => dice.range(0.45, 1.0),
            Gender::Men if cut == Cut::Dress => dice.range(0.0, 0.5),
            Gender::Men => dice.range(0.0, 0.25),
            Gender::Boys | Gender::Girls => 0.0,
        };
        let (length, chunk) = match gender {
            Gender::Men => (dice.middle(26.4, 28.0), dice.middle(0.98, 1.06)),
            Gender::Women => (dice.middle(23.6, 25.0), dice.middle(0.84, 0.92)),
            Gender::Boys => (dice.middle(17.4, 19.0), dice.middle(1.28, 1.38)),
            Gender::Girls => (dice.middle(16.8, 18.4), dice.middle(1.16, 1.26)),
        };
        let mut design = Self {
            category,
            sub: SubCategory::Sneakers,
            closure,
            gender,
            heel,
            material: material(cut, gender, dice),
            toe: ToeStyle::Round,
            cut,
            heel_shape,
            decor,
            heel_cm,
            fore_cm,
            spring: if gender.child() {
                dice.range(0.5, 0.9)
            } else {
                dice.range(0.3, 0.9)
            },
            point,
            shaft,
            length,
            chunk,
            rows: 3 + dice.below(3),
            whim: [dice.unit(), dice.unit(), dice.unit(), dice.unit()],
        };
        design.sub = design.folder(dice);
        design.toe = design.toe_style();
        design
    }

    /// The folder that fits the silhouette.
    fn folder(&self, dice: &mut Dice) -> SubCategory {
        let high = self.heel_cm > 5.0;
        let tiny = self.gender.child() && self.heel_cm < 2.5 && dice.chance(0.3);
        match self.cut {
            Cut::Boot if tiny && self.shaft < 16.0 => SubCategory::PrewalkerBoots,
            Cut::Boot if self.shaft < 16.5 => SubCategory::Ankle,
            Cut::Boot if self.shaft < 21.5 => SubCategory::MidCalf,
            Cut::Boot if self.shaft < 27.5 => SubCategory::KneeHigh,
            Cut::Boot => SubCategory::OverTheKnee,
            Cut::SlipperBoot => SubCategory::SlipperBoot,
            Cut::Slipper => slipper(high),
            Cut::Slide if self.category == Category::Slippers => slipper(high),
            Cut::Slide | Cut::Sandal if high => SubCategory::SandalHeel,
            Cut::Slide | Cut::Sandal if self.closure == Closure::HookAndLoop => {
                SubCategory::SandalAthletic
            }
            Cut::Slide | Cut::Sandal => SubCategory::SandalFlat,
            Cut::Clog => SubCategory::Clogs,
            _ if tiny => dice.pick(
                &[
                    SubCategory::CribShoes,
                    SubCategory::Prewalker,
                    SubCategory::Firstwalker,
                ],
                SubCategory::Firstwalker,
            ),
            Cut::Sneaker => SubCategory::Sneakers,
            Cut::Pump if high => SubCategory::Heels,
            Cut::Pump => SubCategory::Flats,
            Cut::Dress if high && !matches!(self.gender, Gender::Men | Gender::Boys) => {
                SubCategory::Heels
            }
            Cut::Dress if self.closure == Closure::LaceUp && self.decor == Decor::Moc => {
                SubCategory::BoatShoes
            }
            Cut::Dress if self.closure == Closure::LaceUp => SubCategory::Oxfords,
            Cut::Dress => SubCategory::Loafers,
        }
    }

    fn toe_style(&self) -> ToeStyle {
        match (self.cut, self.decor) {
            (Cut::Sandal | Cut::Slide, _) => ToeStyle::Open,
            (_, Decor::ToeCap) => ToeStyle::Capped,
            (_, Decor::Wingtip) => ToeStyle::Wingtip,
            (_, Decor::Moc) => ToeStyle::Moc,
            _ if self.point > 0.75 => ToeStyle::Pointed,
            _ if self.point > 0.4 => ToeStyle::Almond,
            _ if self.gender.child() && self.whim[0] > 0.6 => ToeStyle::WideToeBox,
            _ if self.category == Category::Slippers => ToeStyle::Closed,
            _ => ToeStyle::Round,
        }
    }
}

fn choose<T: Copy>(dice: &mut Dice, values: &[T], weights: &[f32], fallback: T) -> T {
    let pairs: Vec<(T, f32)> = values
        .iter()
        .copied()
        .zip(weights.iter().copied())
        .collect();
    dice.weighted(&pairs, fallback)
}

fn slipper(high: bool) -> SubCategory {
    if high {
        SubCategory::SlipperHeels
    } else {
        SubCategory::SlipperFlats
    }
}

fn cut(category: Category, closure: Closure, gender: Gender, heel: f32, dice: &mut Dice) -> Cut {
    let feminine = matches!(gender, Gender::Women | Gender::Girls);
    match category {
        Category::Boots => Cut::Boot,
        Category::Sandals => match closure {
            Closure::SlipOn => Cut::Slide,
            _ => Cut::Sandal,
        },
        Category::Slippers => match closure {
            Closure::Zipper | Closure::PullOn => Cut::SlipperBoot,
            Closure::SlipOn if dice.chance(0.5) => Cut::Slide,
            Closure::LaceUp if dice.chance(0.4) => Cut::SlipperBoot,
            _ => Cut::Slipper,
        },
        Category::Shoes => {
            // High heels want a dressy cut; a sneaker's sole gets no higher than a platform's.
            let sneaker = match gender {
                _ if heel > 9.5 => 0.0,
                Gender::Women => 0.3,
                Gender::Men => 0.4,
                Gender::Boys => 0.7,
                Gender::Girls => 0.45,
            };
            match closure {
                _ if closure != Closure::Buckle && dice.chance(sneaker) => Cut::Sneaker,
                Closure::SlipOn | Closure::Buckle if feminine && dice.chance(0.65) => Cut::Pump,
                Closure::SlipOn | Closure::Buckle if heel < 7.0 && dice.chance(0.2) => Cut::Clog,
                _ => Cut::Dress,
            }
        }
    }
}

fn heel_shape(cut: Cut, gender: Gender, heel: f32, dice: &mut Dice) -> HeelShape {
    use HeelShape::{Block, Cone, Cup, Lug, Stiletto, Wedge};
    let weights: &[(HeelShape, f32)] = match (cut, gender) {
        (Cut::Sneaker, Gender::Boys) => &[(Cup, 1.0), (Lug, 2.0)],
        (Cut::Sneaker, _) => &[(Cup, 1.0)],
        (Cut::Slipper | Cut::SlipperBoot, _) if heel < 5.0 => &[(Cup, 1.0)],
        (_, Gender::Men) if heel < 1.0 => &[(Cup, 1.0), (Block, 1.0)],
        (_, Gender::Men) if heel < 7.0 => &[(Block, 3.0), (Lug, 1.0)],
        (_, Gender::Men) => &[(Block, 3.0), (Lug, 1.0)],
        (_, Gender::Boys) => &[(Lug, 4.0), (Block, 1.0)],
        (_, Gender::Girls) if heel < 1.0 => &[(Cup, 1.0)],
        (_, Gender::Girls) => &[(Block, 2.0), (Wedge, 1.5), (Cup, 1.0)],
        (_, Gender::Women) if heel < 1.0 => &[(Block, 1.0)],
        (_, Gender::Women) if heel < 2.5 => &[(Block, 3.0), (Wedge, 1.0)],
        (_, Gender::Women) if heel < 7.0 => &[(Block, 2.0), (Cone, 2.0), (Wedge, 1.5)],
        (_, Gender::Women) => &[(Stiletto, 3.0), (Block, 2.0), (Wedge, 1.5), (Cone, 0.7)],
    };
    dice.weighted(weights, Block)
}

/// How much of the heel's height the forefoot shares.
fn forefoot(shape: HeelShape, gender: Gender, heel: f32, dice: &mut Dice) -> f32 {
    let thin: f32 = if gender == Gender::Women { 0.35 } else { 0.6 };
    let share = match shape {
        HeelShape::Cup | HeelShape::Lug if heel > 5.0 => dice.range(0.4, 0.6),
        HeelShape::Cup | HeelShape::Lug => dice.range(0.6, 0.85),
        HeelShape::Wedge => dice.range(0.2, 0.4),
        _ => 0.0,
    };
    // A foot cannot stand steeper than this; what is higher becomes a platform.
    let steepest = match gender {
        Gender::Men => 8.2,
        Gender::Women => 9.5,
        Gender::Boys | Gender::Girls => 5.0,
    };
    (heel * share).max(heel - steepest).max(thin.min(heel))
}

/// Height of the shaft's top over the sole, design cm; a knee-high boot is drawn shorter than it is.
fn shaft(cut: Cut, closure: Closure, dice: &mut Dice) -> f32 {
    match cut {
        Cut::Boot if closure == Closure::SlipOn => dice.range(13.5, 16.0),
        Cut::Boot => {
            dice.weighted(&[(14.5, 3.0), (18.8, 3.0), (24.5, 2.0), (29.5, 1.0)], 15.0)
                + dice.range(-1.2, 1.5)
        }
        Cut::SlipperBoot => dice.range(12.5, 15.0),
        _ => 0.0,
    }
}

fn decor(cut: Cut, gender: Gender, dice: &mut Dice) -> Decor {
    use Decor::{Counter, Logo, Moc, Plain, Stripes, ToeCap, Wingtip};
    let weights: &[(Decor, f32)] = match cut {
        Cut::Sneaker => &[
            (Stripes, 2.0),
            (Logo, 2.0),
            (ToeCap, 1.5),
            (Counter, 1.0),
            (Plain, 0.7),
        ],
        Cut::Dress if gender == Gender::Women => {
            &[(Plain, 2.0), (ToeCap, 1.0), (Counter, 1.0), (Wingtip, 0.6)]
        }
        Cut::Dress => &[(Plain, 1.0), (ToeCap, 1.5), (Wingtip, 1.2), (Moc, 1.5)],
        Cut::Boot => &[(Plain, 2.0), (ToeCap, 1.5), (Counter, 1.5), (Moc, 0.6)],
        Cut::Pump => &[(Plain, 2.0), (ToeCap, 1.0), (Counter, 1.0)],
        Cut::Clog | Cut::Slipper => &[(Plain, 1.0), (Moc, 1.0)],
        Cut::Sandal | Cut::Slide | Cut::SlipperBoot => &[(Plain, 1.0)],
    };
    dice.weighted(weights, Plain)
}

fn material(cut: Cut, gender: Gender, dice: &mut Dice) -> Material {
    use Material::{
        Canvas, Cotton, FauxLeather, Felt, Fleece, Leather, Mesh, Nubuck, Nylon, Patent, Rubber,
        Satin, Sheepskin, Suede, Synthetic, Velvet, Wool,
    };
    let list: &[Material] = match cut {
        Cut::Sneaker => &[Canvas, Mesh, Leather, Suede, Synthetic, Nylon, Cotton],
        Cut::Pump => &[Leather, Patent, Satin, Suede, Velvet, FauxLeather],
        Cut::Slipper | Cut::SlipperBoot => &[Fleece, Wool, Felt, Sheepskin, Suede, Cotton],
        Cut::Boot if gender.child() => &[Leather, Suede, Rubber, Synthetic, Nylon],
        Cut::Boot | Cut::Dress => &[Leather, Leather, Suede, Nubuck, Patent, FauxLeather],
        Cut::Clog => &[Leather, Suede, Felt, Nubuck],
        Cut::Sandal | Cut::Slide => &[Leather, Suede, Synthetic, Nubuck, Canvas],
    };
    dice.pick(list, Leather)
}
