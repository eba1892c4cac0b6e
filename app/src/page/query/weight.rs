//! The weight of a query part.

/// A weight, in percent of an ordinary part's. With 0 a part rests: it is kept and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u16);

impl Default for Weight {
    fn default() -> Self {
        Self::ORDINARY
    }
}

impl Weight {
    /// The default weight of a part.
    pub const ORDINARY: Self = Self(100);
    /// The most a part can count.
    pub const MOST: Self = Self(300);
    /// From one notch of a slider to the next, in percent.
    pub const NOTCH: u16 = 10;

    /// A weight of so many percent; more than [`Weight::MOST`] is that.
    pub fn percent(percent: u16) -> Self {
        Self(percent.min(Self::MOST.0))
    }

    /// In percent.
    pub fn in_percent(self) -> u16 {
        self.0
    }

    /// The factor: 1 for an ordinary part.
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    /// Returns true if the part counts at all.
    pub fn counts(self) -> bool {
        self.0 > 0
    }

    /// For people: "×1.5"; nothing for an ordinary part.
    pub fn words(self) -> Option<String> {
        (self != Self::ORDINARY).then(|| format!("×{}", self.factor()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_said_where_they_are_not_ordinary() {
        assert_eq!(Weight::default().words(), None);
        assert_eq!(Weight::percent(150).words().as_deref(), Some("×1.5"));
        assert_eq!(Weight::percent(0).words().as_deref(), Some("×0"));
        assert_eq!(Weight::percent(u16::MAX), Weight::MOST);
        assert!(!Weight::percent(0).counts());
    }
}
