//! Lorelei by Lisa Wischofsky (CC0): heads in half profile. Hats, clothes, moustaches, goatees, stubble, hoops and
//! blushes are our own additions; the style has none.

use super::Fill::{Own, Variant};
use super::Texture::{Straight, Untold, Wavy};
use super::{Beard, Fill, Hair, Mark, Mouth, N, Table, Texture, U, Y};

const fn h(variant: &'static str, bangs: Mark, texture: Texture, ear: bool) -> Hair {
    let under = if ear { "variant01" } else { "variant15" };
    Hair {
        under_hat: Some(Variant("hair", under)),
        ..super::hair(Variant("hair", variant), bangs, texture, ear)
    }
}

const fn m(variant: &'static str, smiling: Mark, open: Mark) -> Mouth {
    super::mouth(Variant("mouth", variant), smiling, open)
}

const BEANIE: Fill = Own(
    "hairAccessories",
    r##"<path d="M222 402Q190 60 490 56Q800 58 778 372Q500 290 222 402Z" fill="{hat}"/><path d="M206 424Q200 372 220 344Q490 250 782 318Q800 344 790 392Q500 300 206 424Z" fill="{hat}"/><path d="M206 424Q200 372 220 344Q490 250 782 318Q800 344 790 392Q500 300 206 424Z" fill="#fff" fill-opacity=".28"/>"##,
);
const CAP: Fill = Own(
    "hairAccessories",
    r##"<path d="M222 384Q190 74 480 66Q770 68 774 330Q520 268 222 384Z" fill="{hat}"/><path d="M430 300Q620 250 774 306Q900 330 930 372Q760 352 600 352Q470 350 430 300Z" fill="{hat}"/><path d="M430 300Q620 250 774 306Q900 330 930 372Q760 352 600 352Q470 350 430 300Z" fill="#000" fill-opacity=".25"/>"##,
);

pub(super) const TABLE: Table = Table {
    style: "lorelei",
    centre: [495.0, 545.0],
    scale: 0.205,
    landmarks: [
        [478.0, 472.0],
        [674.0, 468.0],
        [612.0, 530.0],
        [500.0, 634.0],
        [612.0, 634.0],
    ],
    frames: &[
        ("hair", [76.0, 3.0]),
        ("hairAccessories", [183.0, 329.0]),
        ("earrings", [207.0, 509.0]),
        ("freckles", [348.0, 514.0]),
        ("beard", [313.0, 517.0]),
    ],
    enlarge: &[("mouth", 1.3), ("eyes", 1.1)],
    person: &[
        ("head", &["variant01", "variant02"]),
        (
            "eyes",
            &[
                "variant02",
                "variant04",
                "variant06",
                "variant07",
                "variant10",
                "variant11",
                "variant14",
                "variant16",
                "variant20",
                "variant21",
                "variant23",
                "variant24",
            ],
        ),
        (
            "eyebrows",
            &[
                "variant01",
                "variant02",
                "variant05",
                "variant07",
                "variant09",
                "variant10",
            ],
        ),
        (
            "nose",
            &[
                "variant01",
                "variant02",
                "variant03",
                "variant04",
                "variant05",
                "variant06",
            ],
        ),
    ],
    mouth_slot: "mouth",
    mouths: &[
        m("happy01", Y, N),
        m("happy02", Y, N),
        m("happy04", Y, N),
        m("happy15", Y, N),
        m("happy05", Y, Y),
        m("happy06", Y, Y),
        m("sad04", N, N),
        m("sad05", N, N),
        m("sad09", N, N),
        m("sad01", N, Y),
        m("sad06", N, Y),
        m("sad07", N, Y),
    ],
    hairs: &[
        h("variant01", N, Untold, true),
        h("variant02", N, Untold, true),
        h("variant03", N, Untold, true),
        h("variant08", N, Untold, true),
        h("variant47", N, Untold, true),
        h("variant05", N, Wavy, true),
        h("variant18", U, Wavy, true),
        h("variant24", N, Wavy, false),
        h("variant35", N, Wavy, false),
        h("variant37", U, Wavy, true),
        h("variant32", N, Wavy, true),
        h("variant39", N, Wavy, true),
        h("variant15", N, Straight, false),
        h("variant33", N, Straight, false),
        h("variant21", U, Straight, false),
        h("variant06", Y, Untold, true),
        h("variant11", Y, Untold, true),
        h("variant43", Y, Untold, true),
        h("variant46", Y, Untold, true),
        h("variant13", Y, Straight, false),
        h("variant16", Y, Straight, false),
        h("variant19", Y, Straight, false),
        h("variant23", Y, Straight, false),
        h("variant14", Y, Untold, false),
    ],
    bald: &[Variant("hair", "variant34")],
    hats: &[BEANIE, CAP],
    bald_hats: &[0, 1],
    beards: &[
        (
            Beard::Mustache,
            Own(
                "beard",
                r##"<path d="M462 612Q500 556 552 568Q576 552 612 562Q668 566 690 606Q640 622 580 602Q520 626 462 612Z" fill="{hair}"/>"##,
            ),
        ),
        (
            Beard::Goatee(false),
            Own(
                "beard",
                r##"<path d="M498 688Q556 670 622 688Q634 752 564 786Q500 756 498 688Z" fill="{hair}"/>"##,
            ),
        ),
        (
            Beard::Stubble,
            Own(
                "freckles",
                r##"<path d="M306 592Q316 640 358 666Q440 722 575 738Q676 732 704 656L716 604Q690 592 650 578Q610 566 552 572Q490 580 448 622Q380 640 334 572Z" fill="{shadow}" fill-opacity=".44"/>"##,
            ),
        ),
        (Beard::Full, Variant("beard", "variant01")),
        (Beard::Full, Variant("beard", "variant02")),
    ],
    glasses: &[
        Variant("glasses", "variant01"),
        Variant("glasses", "variant02"),
        Variant("glasses", "variant03"),
        Variant("glasses", "variant04"),
        Variant("glasses", "variant05"),
    ],
    earrings: &[
        Own(
            "earrings",
            r##"<circle cx="258" cy="612" r="34" stroke="{metal}" stroke-width="17"/>"##,
        ),
        Own(
            "earrings",
            r##"<path d="M258 572L288 616L258 664L228 616Z" fill="{metal}"/>"##,
        ),
    ],
    blush: Own(
        "freckles",
        r##"<ellipse cx="412" cy="584" rx="60" ry="40" fill="{blush}"/><ellipse cx="680" cy="574" rx="40" ry="36" fill="{blush}"/>"##,
    ),
    outfits: &[
        &[Own(
            "hair",
            r##"<path d="M60 1400L78 1040Q100 900 296 846L640 846Q850 890 900 1040L920 1400Z" fill="{cloth}"/>"##,
        )],
        &[Own(
            "hair",
            r##"<path d="M60 1400L78 1040Q100 900 296 846L640 846Q850 890 900 1040L920 1400Z" fill="{cloth}"/><path d="M70 1130L910 1130L912 1190L66 1190ZM80 1010L898 1010L904 1070L74 1070Z" fill="#fff" fill-opacity=".35"/>"##,
        )],
    ],
    collar: Own(
        "hairAccessories",
        r##"<path d="M300 806L262 856Q340 960 470 990Q620 960 690 852L648 800Q560 850 470 868Q380 850 300 806Z" fill="{cloth}"/><path d="M300 800L470 868L402 968L250 868Z" fill="{collar}"/><path d="M650 796L470 868L540 968L704 862Z" fill="{collar}"/>"##,
    ),
    tie: Own(
        "hairAccessories",
        r##"<path d="M432 852L512 852L500 908L444 908Z" fill="{accent}"/><path d="M444 908L500 908L546 1120L472 1190L398 1120Z" fill="{accent}"/><path d="M444 908L500 908L504 926L440 926Z" fill="#000" fill-opacity=".25"/>"##,
    ),
    colours: |person, look| {
        let line = person.skin.shade(0.72).hex();
        let mut colours = vec![
            ("skin", person.skin.hex()),
            ("outline", line.clone()),
            ("nose", line),
            ("hair", person.hair.hex()),
            ("eyebrows", person.brows.hex()),
            ("eyes", "#1e1a1c".into()),
            ("mouth", person.lips.hex()),
            ("glasses", look.frame.hex()),
            ("earrings", look.metal.hex()),
            ("freckles", person.skin.shade(0.3).hex()),
            ("hairAccessories", look.accent.hex()),
        ];
        if person.hairdo.is_none() {
            // The style's bald head wears a tuft; a bald head of ours does not.
            colours.push(("hair/hair", "none".into()));
        }
        colours
    },
};
