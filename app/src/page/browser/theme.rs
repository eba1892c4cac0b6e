//! Light or dark: the system's choice, unless the visitor made one.

use super::dom::{root, window};
use super::memory;

const KEY: &str = "modulens.theme";

/// A colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }
}

/// The scheme in use.
pub fn current() -> Theme {
    let dark = || {
        let query = window()?
            .match_media("(prefers-color-scheme: dark)")
            .ok()??;
        Some(query.matches())
    };
    match root()
        .and_then(|root| root.get_attribute("data-theme"))
        .as_deref()
    {
        Some("dark") => Theme::Dark,
        Some("light") => Theme::Light,
        _ if dark().unwrap_or(false) => Theme::Dark,
        _ => Theme::Light,
    }
}

/// Uses a scheme from now on, also after a reload.
pub fn set(theme: Theme) {
    show(theme);
    memory::keep(KEY, Some(theme.name()));
}

/// Uses the scheme chosen earlier, if there was one.
pub fn restore() {
    match memory::recall(KEY).as_deref() {
        Some("dark") => show(Theme::Dark),
        Some("light") => show(Theme::Light),
        _ => {}
    }
}

fn show(theme: Theme) {
    if let Some(root) = root() {
        // Setting an attribute of that name cannot fail.
        root.set_attribute("data-theme", theme.name()).ok();
    }
}
