//! Voxel Art by `DiceBear` (CC0): block figures, cropped to the head. Blush, earrings and ties are our own additions.

use super::Fill::{Own, Variant};
use super::Texture::{Straight, Untold, Wavy};
use super::{Beard, Hair, Mark, Mouth, N, Table, Texture, U, Y};

const fn h(variant: &'static str, bangs: Mark, texture: Texture, ear: bool) -> Hair {
    super::hair(Variant("top", variant), bangs, texture, ear)
}

const fn m(variant: &'static str, smiling: Mark, open: Mark) -> Mouth {
    super::mouth(Variant("mouth", variant), smiling, open)
}

/// The style's closed mouths bend by one pixel in a small picture; ours bend visibly.
const fn own(svg: &'static str, smiling: Mark, open: Mark) -> Mouth {
    super::mouth(Own("mouth", svg), smiling, open)
}

pub(super) const TABLE: Table = Table {
    style: "voxel-art",
    centre: [62.0, 57.5],
    scale: 1.85,
    landmarks: [
        [42.5, 55.5],
        [73.5, 55.5],
        [58.3, 64.5],
        [50.0, 78.0],
        [68.0, 78.0],
    ],
    frames: &[
        ("beard", [0.0, 0.0]),
        ("cheeks", [29.0, 64.0]),
        ("mouth", [29.0, 74.0]),
    ],
    enlarge: &[("mouth", 1.45)],
    person: &[
        ("eyes", &["open", "side", "soft", "wide"]),
        ("eyebrows", &["flat", "raised", "soft"]),
        ("nose", &["block", "small", "tall", "wide"]),
    ],
    mouth_slot: "mouth",
    mouths: &[
        own(
            r##"<path d="M50 77h18v3H50Zm-3-4h3.5v5H47Zm20.5 0H71v5h-3.5Z" fill="#2b1b17"/>"##,
            Y,
            N,
        ),
        own(
            r##"<path d="M52 77.5h14v3H52Zm-3.5-4.5H52v5.5h-3.5ZM66 73h3.5v5.5H66Z" fill="#3a1f1a"/>"##,
            Y,
            N,
        ),
        m("bigSmile", Y, Y),
        m("laugh", Y, Y),
        m("flat", N, N),
        own(
            r##"<path d="M51 74h16v3H51Zm-3.5 2.5H51v5h-3.5Zm19.5 0h3.5v5H67Z" fill="#2b1b17"/>"##,
            N,
            N,
        ),
        m("ooh", N, Y),
        m("grin", U, Y),
    ],
    hairs: &[
        h("afro", N, Wavy, true),
        h("curly", N, Wavy, true),
        h("longWavy", Y, Wavy, false),
        h("spiky", N, Untold, true),
        h("bob", Y, Straight, false),
        h("bowl", Y, Straight, true),
        h("shoulderLength", Y, Straight, false),
        h("longStraight", Y, Straight, false),
        h("partedLong", U, Straight, false),
        h("braids", Y, Untold, false),
        h("buns", Y, Untold, true),
        h("ponytail", Y, Untold, true),
        h("short", Y, Untold, true),
        h("sideSwept", U, Untold, true),
    ],
    bald: &[],
    hats: &[Variant("top", "beanie"), Variant("top", "cap")],
    bald_hats: &[0, 1],
    beards: &[
        (Beard::Mustache, Variant("beard", "mustache")),
        (Beard::Goatee(false), Variant("beard", "goatee")),
        (
            Beard::Stubble,
            Own(
                "beard",
                r##"<path d="M31 71h10v-1.5h35V71h11v13.5H31Z" fill="{shadow}" fill-opacity=".46"/>"##,
            ),
        ),
        (Beard::Full, Variant("beard", "full")),
    ],
    glasses: &[
        Variant("glasses", "cat"),
        Variant("glasses", "round"),
        Variant("glasses", "shades"),
        Variant("glasses", "square"),
    ],
    earrings: &[
        Own(
            "beard",
            r##"<path d="M26 65h5v7h-5Zm65.5 0h5v7h-5Z" fill="{metal}"/><path d="M26 65h2v7h-2Zm65.5 0h2v7h-2Z" fill="#fff" fill-opacity=".4"/>"##,
        ),
        Own(
            "beard",
            r##"<path d="M26.5 65h4v4h-4Zm-1 6h6v5h-6ZM92 65h4v4h-4Zm-1 6h6v5h-6Z" fill="{metal}"/>"##,
        ),
    ],
    blush: Own(
        "cheeks",
        r##"<path d="M31 66h10v6H31Zm46 0h10v6H77Z" fill="{blush}"/>"##,
    ),
    // Outfits with a coloured strip in the middle are left out: it could be taken for a tie.
    outfits: &[
        &[Variant("outfit", "plain")],
        &[Variant("outfit", "hoodie")],
        &[Variant("outfit", "stripes")],
        &[Variant("outfit", "overalls")],
    ],
    collar: Own(
        "beard",
        r##"<path d="M44 87L60 87L52 97L42 92ZM76 87L60 87L68 97L78 92Z" fill="{collar}"/>"##,
    ),
    tie: Own(
        "beard",
        r##"<path d="M56 87.5h8v5h-8Z" fill="{accent}"/><path d="M57 92.5h6l4 16l-7 6l-7-6Z" fill="{accent}"/><path d="M57 92.5h6v1.5h-6Z" fill="#000" fill-opacity=".25"/>"##,
    ),
    colours: |person, look| {
        vec![
            ("skin", person.skin.hex()),
            ("hair", person.hair.hex()),
            ("eyebrows/hair", person.brows.hex()),
            ("hat", look.hat_colour.hex()),
            ("shirt", look.cloth.hex()),
            ("jacket", look.cloth.shade(0.35).hex()),
            ("pants", "#3b4a63".into()),
            ("shoes", "#343a40".into()),
        ]
    },
};
