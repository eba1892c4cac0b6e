//! The symbols of the page, drawn by ourselves on a 24-unit grid.

use leptos::prelude::*;

/// A symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// Towards the start.
    Back,
    /// A written page.
    Card,
    /// Right.
    Check,
    /// Away with it.
    Close,
    /// Towards the end.
    Forward,
    /// Down onto this machine.
    Install,
    /// A lens: more of the same kind.
    Lens,
    /// Not this.
    Minus,
    /// Darkness.
    Moon,
    /// A cloud struck through: no connection.
    Offline,
    /// A picture.
    Picture,
    /// One more.
    Plus,
    /// Settings.
    Sliders,
    /// Light.
    Sun,
}

impl Symbol {
    fn path(self) -> &'static str {
        match self {
            Self::Back => "M15 5l-7 7 7 7",
            Self::Card => "M5 4h14v16H5zM8 8h8M8 12h8M8 16h5",
            Self::Check => "M5 13l4 4L19 7",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Forward => "M9 5l7 7-7 7",
            Self::Install => "M12 4v11M7 10l5 5 5-5M5 20h14",
            Self::Lens => "M4 10.5a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M15.5 15.5L20 20",
            Self::Minus => "M6 12h12",
            Self::Moon => "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z",
            Self::Offline => {
                "M7 18a4 4 0 0 1-.5-8M10 6.3A5.5 5.5 0 0 1 17.5 10.5 3.8 3.8 0 0 1 19.5 17M13 18H7M4 4l16 16"
            }
            Self::Picture => {
                "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Sliders => "M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5",
            Self::Sun => {
                "M8 12a4 4 0 1 0 8 0 4 4 0 1 0-8 0M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4\
                 M18.4 5.6L17 7M7 17l-1.4 1.4"
            }
        }
    }
}

/// A symbol. The words beside it, or the label of what it lies in, say what it means.
#[component]
pub fn Icon(
    /// Which one.
    symbol: Symbol,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=symbol.path()></path>
        </svg>
    }
}
