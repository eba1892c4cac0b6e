//! The silhouettes, heels, decorations and materials that fit given labels: no spike under a boy's
//! sneaker.

use super::design::{Cut, Decor, HeelShape};
use super::dice::Dice;
use super::vocabulary::{Category, Closure, Gender, Material};

/// A silhouette that can carry the closure and the heel.
pub(super) fn cut(
    category: Category,
    closure: Closure,
    gender: Gender,
    heel: f32,
    dice: &mut Dice,
) -> Cut {
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

/// The construction of the heel: spikes are for women, treads for boys.
pub(super) fn heel_shape(cut: Cut, gender: Gender, heel: f32, dice: &mut Dice) -> HeelShape {
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

/// The share of the heel's height that the forefoot has.
pub(super) fn forefoot(shape: HeelShape, gender: Gender, heel: f32, dice: &mut Dice) -> f32 {
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
pub(super) fn shaft(cut: Cut, closure: Closure, dice: &mut Dice) -> f32 {
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

/// A decoration that suits the silhouette.
pub(super) fn decor(cut: Cut, gender: Gender, dice: &mut Dice) -> Decor {
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

/// A material that suits the silhouette.
pub(super) fn material(cut: Cut, gender: Gender, dice: &mut Dice) -> Material {
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
