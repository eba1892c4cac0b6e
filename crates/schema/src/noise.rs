//! Known label noise, so that a score can be read next to the possible one.
//!
//! Source: Wu, Bezold, Günther, Boult, King and Bowyer, "Consistency and Accuracy of CelebA Attribute Values", CVPR
//! workshops 2023 (arXiv:2210.07356). It gives figures for few of the forty attributes; for the others nothing is said
//! here.

/// The attributes of `CelebA` in the official order.
pub const CELEBA: [&str; 40] = [
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
];

/// The known label noise of one attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelNoise {
    /// The finding, in a sentence.
    pub sentence: &'static str,
    /// Share of pictures labelled "yes" that are not, where it was estimated.
    pub wrong_yes: Option<f64>,
    /// Share of pictures labelled "no" that are not, where it was estimated.
    pub wrong_no: Option<f64>,
}

/// The source of the figures.
pub const SOURCE: &str =
    "Wu et al., Consistency and Accuracy of CelebA Attribute Values, arXiv:2210.07356";

/// The known label noise of an attribute of `CelebA`.
pub fn celeba(attribute: &str) -> Option<LabelNoise> {
    let said = |sentence| LabelNoise {
        sentence,
        wrong_yes: None,
        wrong_no: None,
    };
    match attribute {
        "High_Cheekbones" | "Pointy_Nose" | "Oval_Face" => Some(said(
            "two annotators agree on it hardly more often than by chance",
        )),
        "Mouth_Slightly_Open" => Some(LabelNoise {
            sentence: "about 20 % of yes and 2 % of no are wrong",
            wrong_yes: Some(0.20),
            wrong_no: Some(0.02),
        }),
        "No_Beard" => Some(LabelNoise {
            sentence: "up to 40 % of no are wrong",
            wrong_yes: None,
            wrong_no: Some(0.40),
        }),
        _ => None,
    }
}

impl LabelNoise {
    /// The triplet accuracy, by these labels, of somebody who sees every picture as it is; half of the triplets that
    /// they cannot order count as right. Both values are anchors equally often. Nothing where an error rate is unknown.
    pub fn triplet_ceiling(&self) -> Option<f64> {
        let wrong = [self.wrong_no?, self.wrong_yes?];
        let of_anchor = |label: usize| {
            // The chance that a picture with this label really has the other value.
            let (same, other) = (wrong[label], wrong[1 - label]);
            let mut right = 0.0;
            for (anchor, positive, negative) in
                (0..8).map(|bits| (bits & 1, bits >> 1 & 1, bits >> 2))
            {
                let chance = |flipped: i32, rate: f64| if flipped == 1 { rate } else { 1.0 - rate };
                let all = chance(anchor, same) * chance(positive, same) * chance(negative, other);
                // The negative's label is the other one: it is like the anchor when just one of the two is wrong.
                let near_positive = anchor == positive;
                let near_negative = anchor != negative;
                right += all
                    * match (near_positive, near_negative) {
                        (true, false) => 1.0,
                        (false, true) => 0.0,
                        _ => 0.5,
                    };
            }
            right
        };
        Some(f64::midpoint(of_anchor(0), of_anchor(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(wrong_no: f64, wrong_yes: f64) -> LabelNoise {
        LabelNoise {
            sentence: "",
            wrong_yes: Some(wrong_yes),
            wrong_no: Some(wrong_no),
        }
    }

    #[test]
    fn good_labels_have_no_ceiling_and_random_ones_no_floor() {
        assert_eq!(noise(0.0, 0.0).triplet_ceiling(), Some(1.0));
        let chance = noise(0.5, 0.5).triplet_ceiling().expect("known");
        assert!((chance - 0.5).abs() < 1e-9);
        // Only yes is wrong, one time in ten. Anchor no: the positive is right, the negative one time in ten a tie:
        // 0.95. Anchor yes: both right 0.81, both wrong 0.01 (then all three are alike: a tie), one wrong 0.18, of
        // which the anchor half: it is like the negative, wrong; the positive half: a tie is none, since only the
        // negative is unlike.
        let found = noise(0.0, 0.1).triplet_ceiling().expect("known");
        let anchor_yes = 0.81 + 0.01 * 0.5 + 0.09 * 0.0 + 0.09 * 0.5;
        assert!(
            (found - f64::midpoint(0.95, anchor_yes)).abs() < 1e-9,
            "{found}"
        );
    }

    #[test]
    fn only_what_was_published_is_said() {
        let open = celeba("Mouth_Slightly_Open").expect("published");
        let ceiling = open.triplet_ceiling().expect("both rates");
        assert!((0.80..0.90).contains(&ceiling), "{ceiling}");
        assert!(
            celeba("No_Beard")
                .expect("published")
                .triplet_ceiling()
                .is_none()
        );
        assert!(celeba("Smiling").is_none());
    }
}
