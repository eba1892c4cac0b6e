//! The words of UT-Zappos50K: folders, columns and values, spelled as in the real data set.

/// Declares an enum whose variants have a spelling in the data set.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each variant is documented by its spelling in the data set")]
        pub enum $name { $($variant),+ }

        impl $name {
            /// Every value, in the order of the vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling in folders and in `meta-data.csv`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

words! {
    /// The kind of footwear: the first folder.
    Category { Shoes = "Shoes", Boots = "Boots", Sandals = "Sandals", Slippers = "Slippers" }
}

words! {
    /// The second folder. Two categories have a folder of their own for the smallest children.
    SubCategory {
        Sneakers = "Sneakers and Athletic Shoes", Loafers = "Loafers", CribShoes = "Crib Shoes",
        Prewalker = "Prewalker", Flats = "Flats", Clogs = "Clogs and Mules", Oxfords = "Oxfords",
        Firstwalker = "Firstwalker", Heels = "Heels", BoatShoes = "Boat Shoes",
        Ankle = "Ankle", MidCalf = "Mid-Calf", KneeHigh = "Knee High", OverTheKnee = "Over the Knee",
        PrewalkerBoots = "Prewalker Boots",
        SandalAthletic = "Athletic", SandalHeel = "Heel", SandalFlat = "Flat",
        SlipperFlats = "Slipper Flats", SlipperHeels = "Slipper Heels", SlipperBoot = "Boot",
    }
}

impl SubCategory {
    /// The category whose folder holds this one.
    pub fn category(self) -> Category {
        match self {
            Self::Ankle
            | Self::MidCalf
            | Self::KneeHigh
            | Self::OverTheKnee
            | Self::PrewalkerBoots => Category::Boots,
            Self::SandalAthletic | Self::SandalHeel | Self::SandalFlat => Category::Sandals,
            Self::SlipperFlats | Self::SlipperHeels | Self::SlipperBoot => Category::Slippers,
            _ => Category::Shoes,
        }
    }
}

words! {
    /// The closure of the shoe; the device is always drawn.
    Closure {
        LaceUp = "Lace up", SlipOn = "Slip-On", Zipper = "Zipper",
        HookAndLoop = "Hook and Loop", Buckle = "Buckle", PullOn = "Pull-on",
    }
}

words! {
    /// For whom it is made; drawn by the rules in the documentation of [`crate::shoes`].
    Gender { Men = "Men", Women = "Women", Boys = "Boys", Girls = "Girls" }
}

impl Gender {
    /// Returns true for a child's shoe.
    pub fn child(self) -> bool {
        matches!(self, Self::Boys | Self::Girls)
    }
}

words! {
    /// The heel's height, an ordinal scale.
    HeelHeight {
        Flat = "Flat", Under1 = "Under 1in", From1 = "1in - 1 3/4in", From2 = "2in - 2 3/4in",
        From3 = "3in - 3 3/4in", From4 = "4in - 4 3/4in", Over5 = "5in & over",
    }
}

impl HeelHeight {
    /// The heights in centimetres that are drawn for this value: the middle of the bin, so that neighbours stay apart.
    pub fn drawn(self) -> (f32, f32) {
        match self {
            Self::Flat => (0.35, 0.75),
            Self::Under1 => (1.6, 2.2),
            Self::From1 => (3.1, 4.0),
            Self::From2 => (5.5, 6.5),
            Self::From3 => (8.0, 9.1),
            Self::From4 => (10.6, 11.7),
            Self::Over5 => (13.3, 14.6),
        }
    }

    /// The value of a height in centimetres: the bins of the vocabulary, in inches, without gaps between them.
    pub fn of(centimetres: f32) -> Self {
        match centimetres / 2.54 {
            inches if inches < 0.4 => Self::Flat,
            inches if inches < 1.0 => Self::Under1,
            inches if inches < 1.875 => Self::From1,
            inches if inches < 2.875 => Self::From2,
            inches if inches < 3.875 => Self::From3,
            inches if inches < 4.875 => Self::From4,
            _ => Self::Over5,
        }
    }
}

words! {
    /// The material of the upper, if the drawing shows a difference.
    Material {
        Leather = "Leather", Suede = "Suede", Canvas = "Canvas", Mesh = "Mesh", Nylon = "Nylon",
        Patent = "Patent Leather", Synthetic = "Synthetic", Rubber = "Rubber", Satin = "Satin",
        Velvet = "Velvet", Fleece = "Fleece", Wool = "Wool", Felt = "Felt", Sheepskin = "Sheepskin",
        Nubuck = "Nubuck", FauxLeather = "Faux Leather", Cotton = "Cotton",
    }
}

words! {
    /// The toe's shape or decoration.
    ToeStyle {
        Round = "Round", Pointed = "Pointed", Square = "Square", Open = "Open", Closed = "Closed",
        Almond = "Almond", WideToeBox = "Wide Toe Box", Capped = "Capped", Wingtip = "Wingtip",
        Moc = "Moc",
    }
}

/// Values of the `Insole` column; it cannot be seen from the side.
pub(super) const INSOLES: &[&str] = &[
    "Leather",
    "Padded",
    "Removable",
    "Moisture Wicking",
    "Poron",
    "EVA",
    "Textile",
    "Orthotic Friendly",
    "Memory Foam",
    "Polyurethane",
    "Latex Lined",
    "Synthetic Leather",
    "Gel",
];

/// Invented brands. Those that end in "." are spelled so in `image-path.mat`, but their folder has no dot, as in the
/// real tree.
pub(super) const BRANDS: &[&str] = &[
    "Alder & Vane",
    "Bramblefoot",
    "Cobbleway",
    "Dunmarrow",
    "Elmstride",
    "Fennimore Last",
    "Galvaine",
    "Hollowick",
    "Ivoryquay",
    "Juniper Welt",
    "Kestrelby",
    "Larkandle",
    "Mirelli Dova",
    "Nordvik Treads",
    "Ostrava Sole",
    "Pippin Hop",
    "Quillstep",
    "Rosamunde P.",
    "Saltmarsh Co.",
    "Tuckerlane",
    "Umbrasole",
    "Verdigris",
    "W.O.R.N.",
    "Yarrowfell",
    "Zephirine",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_heights_lie_in_their_bins_and_apart() {
        let mut before = -1.0;
        for &value in HeelHeight::ALL {
            let (low, high) = value.drawn();
            assert!(low > before + 0.4, "{value:?} is too near its neighbour");
            assert_eq!(HeelHeight::of(low), value);
            assert_eq!(HeelHeight::of(high), value);
            before = high;
        }
    }

    #[test]
    fn there_are_21_folders() {
        assert_eq!(SubCategory::ALL.len(), 21);
        let shoes = SubCategory::ALL
            .iter()
            .filter(|sub| sub.category() == Category::Shoes);
        assert_eq!(shoes.count(), 10);
    }
}
