//! One colour of a product, and one photograph of it: what differs between the images of a product id.

use super::colour::Rgb;
use super::design::{Cut, Design, HeelShape};
use super::dice::Dice;
use super::vocabulary::{Category, Gender};

/// The colours of one picture.
#[derive(Clone, Debug)]
pub(super) struct Colours {
    /// The upper.
    pub(super) main: Rgb,
    /// Panels on the upper.
    pub(super) second: Rgb,
    /// Laces, straps, pullers, patches: always visible on the upper.
    pub(super) accent: Rgb,
    /// Seams.
    pub(super) thread: Rgb,
    /// The inside.
    pub(super) lining: Rgb,
    /// The sole's wall.
    pub(super) sole: Rgb,
    /// The outsole and the heel.
    pub(super) heel: Rgb,
    /// Buckles, eyelets, zips.
    pub(super) metal: Rgb,
}

/// One photograph: the colours, and what the studio did.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) colours: Colours,
    /// Turn in degrees.
    pub(super) turn: f32,
    /// Size in the frame, around 1.
    pub(super) zoom: f32,
    /// Foreshortening along the shoe, 0.93..1.
    pub(super) squeeze: f32,
    /// The position of the shoe, in parts of the frame's side.
    pub(super) shift: (f32, f32),
    /// Exposure, around 1.
    pub(super) exposure: f32,
    /// Standard deviation of the sensor's noise, of 255.
    pub(super) noise: f32,
    /// Opacity of the ground shadow.
    pub(super) shadow: f32,
    /// JPEG quality, 80..=95.
    pub(super) quality: u8,
    /// For the noise and the textures.
    pub(super) grain: u32,
}

impl Look {
    /// Draws a colourway and a pose for a product.
    pub(super) fn sample(design: &Design, dice: &mut Dice) -> Self {
        Self {
            colours: Colours::sample(design, dice),
            turn: dice.middle(-5.0, 5.0),
            zoom: dice.range(0.965, 1.035),
            squeeze: dice.range(0.95, 1.0),
            shift: (dice.range(-0.025, 0.025), dice.range(-0.025, 0.025)),
            exposure: dice.range(0.96, 1.03),
            noise: dice.range(0.5, 2.6),
            shadow: dice.range(0.16, 0.4),
            quality: 80 + dice.below(16) as u8,
            grain: dice.below(1 << 30) as u32,
        }
    }
}

/// Men's shoes are sober: blacks, browns, navy, grey, olive.
const MEN: &[u32] = &[
    0x24_24_27, 0x3d_2b_20, 0x5e_3c_25, 0x8a_5a_34, 0x24_33_50, 0x5f_64_6a, 0x50_53_38, 0x4f_24_28,
    0x8d_82_70,
];
/// Women's shoes: nude, rose, wine, ivory, gold, emerald.
const WOMEN: &[u32] = &[
    0xd8_b0_92, 0xc4_7c_85, 0xb0_1f_2e, 0x74_2b_58, 0xe8_dd_cb, 0xc2_9c_58, 0x1f_6f_5f, 0xdd_6f_5c,
    0x8f_3a_4a, 0xbf_bf_c8,
];
/// Boys' shoes: loud primaries, with dark grey.
const BOYS: &[u32] = &[
    0x24_55_c6, 0x6f_ae_1c, 0xec_78_1c, 0xd4_26_2c, 0x1b_8c_bd, 0x3e_47_52, 0xf0_b4_1a, 0x1e_3a_7a,
];
/// Girls' shoes: pinks, lilac, mint, sky.
const GIRLS: &[u32] = &[
    0xef_7f_b0, 0xd9_3a_8b, 0xa9_88_d8, 0x74_cd_b6, 0x8f_c6_ec, 0xf6_b0_98, 0x9a_4f_b8, 0xf4_c9_d9,
];
/// The neutral colours, worn by everybody.
const NEUTRAL: &[u32] = &[0x22_22_24, 0xec_ea_e6, 0x6b_4a_33, 0x2a_36_54, 0x8a_8c_90];

impl Colours {
    fn sample(design: &Design, dice: &mut Dice) -> Self {
        let palette = match design.gender {
            Gender::Men => MEN,
            Gender::Women => WOMEN,
            Gender::Boys => BOYS,
            Gender::Girls => GIRLS,
        };
        let own = |dice: &mut Dice| Rgb::hex(dice.pick(palette, 0)).jitter(dice, 0.04);
        let neutral = |dice: &mut Dice| Rgb::hex(dice.pick(NEUTRAL, 0)).jitter(dice, 0.03);
        let plain = dice.chance(0.22);
        let main = if plain { neutral(dice) } else { own(dice) };
        let second = match dice.below(4) {
            0 => main.darker(0.3),
            1 => main.lighter(0.25),
            2 => neutral(dice),
            _ => own(dice),
        };
        let bright = Rgb::hex(0xf7_f4_ee);
        let dark = Rgb::hex(0x22_20_20);
        let accents = match design.gender {
            Gender::Men => [Rgb::hex(0xcf_b0_82), bright, dark, Rgb::hex(0xc0_5a_2a)],
            Gender::Women => [Rgb::hex(0xe6_c1_78), bright, Rgb::hex(0x9c_2a_44), dark],
            Gender::Boys => [
                Rgb::hex(0xff_d1_2e),
                bright,
                Rgb::hex(0x16_2f_86),
                Rgb::hex(0xe2_3b_20),
            ],
            Gender::Girls => [
                bright,
                Rgb::hex(0xff_e4_70),
                Rgb::hex(0xc4_2d_84),
                Rgb::hex(0x6a_3b_a0),
            ],
        };
        let turn = dice.below(accents.len());
        let wanted: Vec<Rgb> = (0..accents.len())
            .map(|step| accents[(turn + step) % accents.len()])
            .collect();
        let accent = main.contrasting(&wanted);
        let metal = match design.gender {
            Gender::Women => Rgb::hex(0xe0_b8_5c),
            _ if dice.chance(0.35) => Rgb::hex(0xd2_ae_62),
            _ => Rgb::hex(0xcf_d2_d8),
        };
        let lining = if main.luma() > 0.5 {
            main.darker(0.45)
        } else {
            main.lighter(0.3)
        };
        let (sole, heel) = Self::soles(design, main, &wanted, dice);
        Self {
            main,
            second,
            accent,
            thread: if main.luma() > 0.55 {
                main.darker(0.4)
            } else {
                main.lighter(0.45)
            },
            lining,
            sole,
            heel,
            metal,
        }
    }

    fn soles(design: &Design, main: Rgb, accents: &[Rgb], dice: &mut Dice) -> (Rgb, Rgb) {
        let white = Rgb::hex(0xef_ec_e6).jitter(dice, 0.02);
        let gum = Rgb::hex(0xb9_83_4c).jitter(dice, 0.03);
        let dark = Rgb::hex(0x2a_27_26).jitter(dice, 0.02);
        let wood = Rgb::hex(0x96_65_3a).jitter(dice, 0.05);
        let cork = Rgb::hex(0xc7_98_62).jitter(dice, 0.03);
        let soft = Rgb::hex(0x8e_84_7a).jitter(dice, 0.04);
        let loud = accents.first().copied().unwrap_or(white);
        match (design.cut, design.gender, design.heel_shape) {
            (Cut::Sneaker, Gender::Boys, _) => (dice.pick(&[dark, white, loud], dark), dark),
            (Cut::Sneaker, _, _) => (dice.pick(&[white, white, gum], white), white.darker(0.12)),
            (Cut::Slipper | Cut::SlipperBoot, _, HeelShape::Cup) => {
                let sole = dice.pick(&[soft, dark, gum], soft);
                (sole, sole.darker(0.3))
            }
            (_, Gender::Boys, _) => (dice.pick(&[dark, dark, gum], dark), dark),
            (_, Gender::Girls, _) => (
                dice.pick(&[white, cork, loud], white),
                dice.pick(&[main.darker(0.3), cork, white], white),
            ),
            (_, Gender::Men, _) => (
                dice.pick(&[dark, wood, gum], dark),
                dice.pick(&[dark, dark, wood], dark),
            ),
            (_, Gender::Women, HeelShape::Wedge) => {
                (dice.pick(&[cork, main.darker(0.2), wood], cork), cork)
            }
            (_, Gender::Women, _) if design.category == Category::Sandals => (
                dice.pick(&[cork, dark, main.darker(0.25)], cork),
                dice.pick(&[main, wood, dark], dark),
            ),
            (_, Gender::Women, _) => (
                dice.pick(&[dark, wood, Rgb::hex(0xa0_20_2a)], dark),
                dice.pick(&[main.darker(0.12), main.darker(0.12), dark, wood], dark),
            ),
        }
    }
}
