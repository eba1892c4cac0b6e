//! Light or dark: the system's choice, unless the visitor made one.

use super::dom::{root, window};

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
    // Storage may be forbidden; the choice then lasts until the page is closed.
    if let Some(storage) = storage() {
        storage.set_item(KEY, theme.name()).ok();
    }
}

/// Uses the scheme chosen earlier, if there was one.
pub fn restore() {
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok()?);
    match kept.as_deref() {
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

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok()?
}
