//! Pixel Art by `DiceBear` (CC0): sixteen pixels to a side. Fringes, facial hair, open mouths, blush and ties are our
//! own additions on the same grid; the style's own beards are too faint to be told from a shadow.

use super::Fill::{Own, Variant};
use super::Texture::{Straight, Untold, Wavy};
use super::{Beard, Hair, Mark, Mouth, N, Table, Texture, U, Y};

const fn h(variant: &'static str, bangs: Mark, texture: Texture, ear: bool) -> Hair {
    super::hair(Variant("hair", variant), bangs, texture, ear)
}

const fn fringed(variant: &'static str, texture: Texture) -> Hair {
    Hair {
        fringe: Some(FRINGE),
        ..h(variant, Y, texture, true)
    }
}

const fn m(variant: &'static str, smiling: Mark, open: Mark) -> Mouth {
    super::mouth(Variant("mouth", variant), smiling, open)
}

pub(super) const TABLE: Table = Table {
    style: "pixel-art",
    centre: [8.0, 7.5],
    scale: 11.6,
    landmarks: [
        [5.5, 6.5],
        [10.5, 6.5],
        [8.0, 8.5],
        [6.5, 10.5],
        [9.5, 10.5],
    ],
    frames: &[
        ("clothes", [2.0, 12.0]),
        ("eyes", [4.0, 5.0]),
        ("beard", [3.0, 6.0]),
        ("mouth", [6.0, 9.0]),
        ("hat", [1.0, 0.0]),
    ],
    enlarge: &[],
    person: &[(
        "eyes",
        &[
            "variant01",
            "variant03",
            "variant06",
            "variant07",
            "variant09",
            "variant11",
        ],
    )],
    mouth_slot: "mouth",
    mouths: &[
        super::mouth(
            Own(
                "mouth",
                r##"<path d="M6 10.4h4v1H6zM5 9.4h1v1H5zM10 9.4h1v1h-1z" fill="{mouth}"/>"##,
            ),
            Y,
            N,
        ),
        m("happy09", Y, N),
        super::mouth(
            Own(
                "mouth",
                r##"<path d="M6 9h4v1H6z" fill="#fff"/><path d="M5 8.6h1v1H5zM10 8.6h1v1h-1zM6 10h4v1H6z" fill="#5b1f28"/><path d="M6.6 11h2.8v.8H6.6z" fill="{mouth}"/>"##,
            ),
            Y,
            Y,
        ),
        super::mouth(
            Own(
                "mouth",
                r##"<path d="M6 9h4v2H6z" fill="#5b1f28"/><path d="M5 8.6h1v1.4H5zM10 8.6h1v1.4h-1z" fill="#5b1f28"/><path d="M7 10h2v1H7z" fill="{mouth}"/>"##,
            ),
            Y,
            Y,
        ),
        m("sad01", N, N),
        m("sad04", N, N),
        m("sad05", N, N),
        m("sad06", N, N),
        super::mouth(
            Own(
                "mouth",
                r##"<path d="M6.6 9h2.8v3H6.6z" fill="{mouth}"/><path d="M7.2 9.6h1.6v1.8H7.2z" fill="#4a161e"/>"##,
            ),
            N,
            Y,
        ),
        super::mouth(
            Own(
                "mouth",
                r##"<path d="M6 9.4h4v2.4H6z" fill="#5b1f28"/><path d="M5.2 11h.8v1h-.8zM10 11h.8v1H10z" fill="#5b1f28"/><path d="M6 9.4h4v.7H6z" fill="#fff"/>"##,
            ),
            N,
            Y,
        ),
    ],
    hairs: &[
        h("long03", N, Straight, false),
        h("long07", N, Straight, false),
        h("long09", N, Straight, false),
        h("long13", N, Straight, false),
        h("long15", N, Wavy, true),
        h("short11", N, Wavy, true),
        h("short13", N, Wavy, true),
        h("long14", N, Untold, true),
        h("long21", N, Untold, true),
        h("short04", N, Untold, true),
        h("short06", N, Untold, true),
        h("short16", N, Untold, true),
        h("short17", N, Untold, true),
        h("short02", N, Untold, true),
        h("long11", U, Untold, true),
        fringed("long03", Straight),
        fringed("long07", Straight),
        fringed("long09", Straight),
        fringed("long13", Straight),
        fringed("long15", Wavy),
        fringed("short11", Wavy),
        fringed("short06", Untold),
        fringed("short16", Untold),
        fringed("short02", Untold),
    ],
    bald: &[],
    hats: &[
        Variant("hat", "variant01"),
        Variant("hat", "variant02"),
        Variant("hat", "variant03"),
        Variant("hat", "variant04"),
        Variant("hat", "variant06"),
        Variant("hat", "variant08"),
        Variant("hat", "variant09"),
    ],
    bald_hats: &[0, 1, 2, 3, 4, 5, 6],
    beards: &[
        (
            Beard::Mustache,
            Own(
                "beard",
                r##"<path d="M5 8h6v1h1v1h-1.4V9H5.4v1H4V9h1z" fill="{hair}"/>"##,
            ),
        ),
        (
            Beard::Goatee(false),
            Own(
                "beard",
                r##"<path d="M6 11h4v2H9v.6H7V13H6z" fill="{hair}"/>"##,
            ),
        ),
        (
            Beard::Stubble,
            Own(
                "beard",
                r##"<path d="M3 8h10v3h-1v1H4v-1H3z" fill="{shadow}" fill-opacity=".44"/>"##,
            ),
        ),
        (
            Beard::Full,
            Own(
                "beard",
                r##"<path d="M3 7h1v1h8V7h1v4h-1v1h-1v1H5v-1H4v-1H3z" fill="{hair}"/>"##,
            ),
        ),
    ],
    glasses: &[
        Variant("glasses", "dark01"),
        Variant("glasses", "dark02"),
        Variant("glasses", "dark05"),
        Variant("glasses", "dark06"),
        Variant("glasses", "light01"),
        Variant("glasses", "light02"),
        Variant("glasses", "light05"),
        Variant("glasses", "light06"),
    ],
    earrings: &[
        Variant("accessories", "variant01"),
        Variant("accessories", "variant03"),
    ],
    blush: Own(
        "eyes",
        r##"<path d="M3 8h2v2H3zM11 8h2v2h-2z" fill="{blush}"/>"##,
    ),
    outfits: &[
        &[Variant("clothes", "variant03"), BELOW],
        &[Variant("clothes", "variant04"), BELOW],
        &[Variant("clothes", "variant01"), BELOW],
        &[Variant("clothes", "variant06"), BELOW],
        &[Variant("clothes", "variant13"), BELOW],
    ],
    collar: Own(
        "eyes",
        r##"<path d="M5 12h2v1h1v1H6v-1H5zM11 12H9v1H8v1h2v-1h1z" fill="{collar}"/>"##,
    ),
    tie: Own(
        "eyes",
        r##"<path d="M7 12.6h2v1H7z" fill="{accent}"/><path d="M7.2 13.6h1.6v.6h.6v4H6.6v-4h.6z" fill="{accent}"/>"##,
    ),
    colours: |person, look| {
        vec![
            ("skin", person.skin.hex()),
            ("hair", person.hair.hex()),
            ("eyes", person.brows.hex()),
            ("mouth", person.lips.hex()),
            ("glasses", look.frame.hex()),
            ("hat", look.hat_colour.hex()),
            ("clothing", look.cloth.hex()),
            ("accessories", look.metal.hex()),
        ]
    },
};

/// The canvas ends at the shoulders; the picture goes on a little.
const BELOW: super::Fill = Own("clothes", r##"<path d="M2 16h12v6H2z" fill="{cloth}"/>"##);

/// A fringe across the forehead, drawn over the hair.
const FRINGE: super::Fill = Own(
    "hat",
    r##"<path d="M3.6 2h8.8v2.4h-1.2v.9H10v-.9H9v.9H7.4v-.9h-1v.9H5v-.9H3.6z" fill="{hair}"/>"##,
);
