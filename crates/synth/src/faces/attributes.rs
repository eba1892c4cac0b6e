//! The attributes a drawing expresses, and the labels of one picture.

pub(super) use modulens_schema::noise::CELEBA as ATTRIBUTES;

/// The attributes a drawing expresses, by their place in [`ATTRIBUTES`]. All others are unknown in every picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Attribute {
    Shadow = 0,
    Bald = 4,
    Bangs = 5,
    BlackHair = 8,
    BlondHair = 9,
    BrownHair = 11,
    Eyeglasses = 15,
    Goatee = 16,
    GrayHair = 17,
    MouthOpen = 21,
    Mustache = 22,
    NoBeard = 24,
    PaleSkin = 26,
    RosyCheeks = 29,
    Smiling = 31,
    StraightHair = 32,
    WavyHair = 33,
    Earrings = 34,
    Hat = 35,
    Necktie = 38,
}

impl Attribute {
    /// The official name.
    pub(super) fn name(self) -> &'static str {
        ATTRIBUTES[self as usize]
    }
}

/// Yes, no or unknown for each attribute of one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marks([Option<bool>; ATTRIBUTES.len()]);

impl Marks {
    /// Nothing known.
    pub(super) fn unknown() -> Self {
        Self([None; ATTRIBUTES.len()])
    }

    /// Sets one label.
    pub(super) fn set(&mut self, attribute: Attribute, value: Option<bool>) {
        self.0[attribute as usize] = value;
    }

    /// One label.
    pub(super) fn get(&self, attribute: Attribute) -> Option<bool> {
        self.0[attribute as usize]
    }

    /// All labels in the official order.
    pub(super) fn all(&self) -> &[Option<bool>] {
        &self.0
    }

    /// Returns true if these labels differ from the other image's in one attribute only: known and
    /// opposite there, and nowhere else known in both and different.
    pub(super) fn differ_only_in(&self, other: &Self, attribute: Attribute) -> bool {
        self.0
            .iter()
            .zip(&other.0)
            .enumerate()
            .all(|(index, pair)| match pair {
                (Some(a), Some(b)) => (a != b) == (index == attribute as usize),
                _ => index != attribute as usize,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attributes_are_where_the_official_file_has_them() {
        let expected = [
            (Attribute::Shadow, "5_o_Clock_Shadow"),
            (Attribute::Bald, "Bald"),
            (Attribute::Bangs, "Bangs"),
            (Attribute::BlackHair, "Black_Hair"),
            (Attribute::BlondHair, "Blond_Hair"),
            (Attribute::BrownHair, "Brown_Hair"),
            (Attribute::Eyeglasses, "Eyeglasses"),
            (Attribute::Goatee, "Goatee"),
            (Attribute::GrayHair, "Gray_Hair"),
            (Attribute::MouthOpen, "Mouth_Slightly_Open"),
            (Attribute::Mustache, "Mustache"),
            (Attribute::NoBeard, "No_Beard"),
            (Attribute::PaleSkin, "Pale_Skin"),
            (Attribute::RosyCheeks, "Rosy_Cheeks"),
            (Attribute::Smiling, "Smiling"),
            (Attribute::StraightHair, "Straight_Hair"),
            (Attribute::WavyHair, "Wavy_Hair"),
            (Attribute::Earrings, "Wearing_Earrings"),
            (Attribute::Hat, "Wearing_Hat"),
            (Attribute::Necktie, "Wearing_Necktie"),
        ];
        for (attribute, name) in expected {
            assert_eq!(attribute.name(), name);
        }
    }

    #[test]
    fn a_pair_differs_in_its_attribute_and_nowhere_else() {
        let mut a = Marks::unknown();
        a.set(Attribute::Hat, Some(true));
        a.set(Attribute::Smiling, Some(true));
        let mut b = a.clone();
        assert!(!a.differ_only_in(&b, Attribute::Hat));
        b.set(Attribute::Hat, Some(false));
        assert!(a.differ_only_in(&b, Attribute::Hat));
        assert!(!a.differ_only_in(&b, Attribute::Smiling));
        b.set(Attribute::Smiling, None);
        assert!(
            a.differ_only_in(&b, Attribute::Hat),
            "unknown is not different"
        );
        b.set(Attribute::Smiling, Some(false));
        assert!(!a.differ_only_in(&b, Attribute::Hat));
        b.set(Attribute::Hat, None);
        assert!(
            !a.differ_only_in(&b, Attribute::Hat),
            "the attribute itself must be known"
        );
    }
}
