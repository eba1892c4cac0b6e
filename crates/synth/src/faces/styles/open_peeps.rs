//! Open Peeps by Pablo Stanley (CC0): hand-drawn busts. The style inks nearly all hair black; we colour the ink of
//! the slots `head` and `facialHair` as hair. Blush, stubble, hoops and ties are our own additions.

use super::Fill::{Own, Variant};
use super::Texture::{Straight, Untold, Wavy};
use super::{Beard, Hair, Mark, Mouth, N, Table, Texture, U, Y};

const fn h(variant: &'static str, bangs: Mark, texture: Texture, ear: bool) -> Hair {
    super::hair(Variant("head", variant), bangs, texture, ear)
}

const fn m(variant: &'static str, smiling: Mark, open: Mark) -> Mouth {
    super::mouth(Variant("expression", variant), smiling, open)
}

pub(super) const TABLE: Table = Table {
    style: "open-peeps",
    centre: [392.0, 408.0],
    scale: 0.275,
    landmarks: [
        [412.0, 352.0],
        [517.0, 346.0],
        [496.0, 412.0],
        [440.0, 482.0],
        [498.0, 482.0],
    ],
    frames: &[
        ("expression", [351.0, 275.0]),
        ("facialHair", [58.0, 333.0]),
        ("mask", [207.5, 331.0]),
        ("accessories", [190.0, 243.0]),
    ],
    enlarge: &[],
    person: &[],
    mouth_slot: "expression",
    mouths: &[
        m("calm", Y, N),
        m("cute", Y, N),
        m("smile", Y, N),
        m("lovingGrin1", Y, Y),
        m("smileBig", Y, Y),
        m("smileLOL", Y, Y),
        m("smileTeethGap", Y, Y),
        m("serious", N, N),
        m("solemn", N, N),
        m("suspicious", N, N),
        m("tired", N, N),
        m("veryAngry", N, N),
        m("concerned", N, Y),
        m("concernedFear", N, Y),
        m("rage", N, Y),
        m("explaining", U, Y),
    ],
    hairs: &[
        h("afro", N, Wavy, true),
        h("longCurly", N, Wavy, false),
        h("long", N, Wavy, false),
        h("mediumBangs2", Y, Wavy, true),
        h("bangs", Y, Straight, true),
        h("bangs2", Y, Straight, false),
        h("mediumBangs3", Y, Untold, true),
        h("longBangs", Y, Untold, false),
        h("medium1", N, Straight, false),
        h("medium3", N, Straight, false),
        h("mediumStraight", U, Straight, false),
        h("medium2", N, Untold, true),
        h("flatTop", N, Untold, true),
        h("flatTopLong", N, Untold, true),
        h("grayShort", N, Untold, true),
        h("pomp", N, Untold, true),
        h("shaved1", N, Untold, true),
        h("shaved2", N, Untold, true),
        h("short1", N, Untold, true),
        h("short2", N, Untold, true),
        h("short3", N, Untold, true),
        h("short4", N, Untold, true),
        h("twists2", N, Untold, true),
    ],
    bald: &[Variant("head", "noHair1")],
    hats: &[Variant("head", "hatBeanie"), Variant("head", "hatHip")],
    bald_hats: &[1],
    beards: &[
        (Beard::Mustache, Variant("facialHair", "moustache2")),
        (Beard::Mustache, Variant("facialHair", "moustache5")),
        (Beard::Mustache, Variant("facialHair", "moustache6")),
        (Beard::Mustache, Variant("facialHair", "moustache7")),
        (Beard::Mustache, Variant("facialHair", "moustache9")),
        (Beard::Goatee(true), Variant("facialHair", "goatee1")),
        (Beard::Goatee(true), Variant("facialHair", "goatee2")),
        (
            Beard::Stubble,
            Own(
                "expression",
                r##"<path d="M284 440Q300 512 366 552Q440 582 520 564Q562 540 566 470Q556 444 530 444Q480 430 442 444Q400 474 360 474Q310 474 292 424Z" fill="{shadow}" fill-opacity=".44"/>"##,
            ),
        ),
        (Beard::Full, Variant("facialHair", "full")),
        (Beard::Full, Variant("facialHair", "full2")),
        (Beard::Full, Variant("facialHair", "full3")),
        (Beard::Full, Variant("facialHair", "full4")),
    ],
    glasses: &[
        Variant("accessories", "glasses"),
        Variant("accessories", "glasses2"),
        Variant("accessories", "glasses3"),
        Variant("accessories", "glasses4"),
        Variant("accessories", "glasses5"),
        Variant("accessories", "sunglasses"),
        Variant("accessories", "sunglasses2"),
    ],
    earrings: &[
        Own(
            "expression",
            r##"<circle cx="252" cy="446" r="25" stroke="{metal}" stroke-width="13"/>"##,
        ),
        Own(
            "expression",
            r##"<path d="M252 416L276 450L252 486L228 450Z" fill="{metal}"/>"##,
        ),
    ],
    blush: Own(
        "expression",
        r##"<ellipse cx="350" cy="432" rx="44" ry="30" fill="{blush}"/><ellipse cx="540" cy="430" rx="27" ry="27" fill="{blush}"/>"##,
    ),
    outfits: &[
        &[],
        &[Own(
            "head",
            r##"<path d="M-60 780L760 780L760 850L-60 850Z" fill="#fff" fill-opacity=".35"/>"##,
        )],
    ],
    collar: Own(
        "expression",
        r##"<path d="M262 600L238 640Q300 740 384 760Q470 740 540 636L512 600Q450 650 384 664Q310 650 262 600Z" fill="{cloth}"/><path d="M256 590L384 656L330 742L226 652Z" fill="{collar}"/><path d="M514 590L384 656L438 742L548 648Z" fill="{collar}"/>"##,
    ),
    tie: Own(
        "expression",
        r##"<path d="M354 640L416 640L406 684L364 684Z" fill="{accent}"/><path d="M364 684L406 684L440 850L385 900L330 850Z" fill="{accent}"/><path d="M364 684L406 684L409 698L361 698Z" fill="#000" fill-opacity=".25"/>"##,
    ),
    colours: |person, look| {
        // A felt hat is drawn in ink alone: there the ink is the hat's colour.
        let felt = look.hat == Some(1);
        let ink = if felt {
            look.hat_colour.hex()
        } else {
            person.hair.hex()
        };
        // Where the style has a lighter fill within the hair, the lines about it stay darker.
        let lined = person.hairdo.is_some_and(|hairdo| {
            matches!(
                TABLE.hairs.get(hairdo).map(|hair| hair.fill),
                Some(Variant(
                    _,
                    "bangs" | "mediumBangs2" | "grayShort" | "short4"
                ))
            )
        });
        let line = if lined && look.hat.is_none() {
            person.hair.shade(0.45).hex()
        } else {
            ink
        };
        let bald = person.hairdo.is_none() && look.hat.is_none();
        vec![
            ("skin", person.skin.hex()),
            ("clothing", look.cloth.hex()),
            ("head/clothing", look.hat_colour.hex()),
            ("headContrast", person.hair.hex()),
            (
                "head/ink",
                if bald {
                    person.skin.shade(0.72).hex()
                } else {
                    line
                },
            ),
            ("facialHair/ink", person.hair.hex()),
            ("accessories/ink", look.frame.hex()),
            ("ink", "#1e1a1c".into()),
        ]
    },
};
