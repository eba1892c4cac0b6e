//! The design of one product, before a colour is chosen: the labels and every parameter of the
//! drawing.

use super::dice::Dice;
use super::fit;
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

/// The construction of the heel.
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
    /// The height by which the toe's tip is lifted, cm.
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
        let cut = fit::cut(category, closure, gender, heel_cm, dice);
        let heel_shape = fit::heel_shape(cut, gender, heel_cm, dice);
        let fore_cm = fit::forefoot(heel_shape, gender, heel_cm, dice);
        let shaft = fit::shaft(cut, closure, dice);
        let decor = fit::decor(cut, gender, dice);
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
            material: fit::material(cut, gender, dice),
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
