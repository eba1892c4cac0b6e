//! Who made the shoes.

/// Who made something and under which licence it may be used; the fields of a bundle's attribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// What was made.
    pub what: String,
    /// Who made it.
    pub creator: String,
    /// The licence's name.
    pub licence: String,
    /// Where to read more.
    pub url: String,
}

/// The pictures' origin: everything is drawn by this project.
pub fn attributions() -> Vec<Attribution> {
    vec![Attribution {
        what: "Synthetic shoes, drawn by a program".into(),
        creator: "The Modulens contributors".into(),
        licence: env!("CARGO_PKG_LICENSE").into(),
        url: env!("CARGO_PKG_REPOSITORY").into(),
    }]
}
