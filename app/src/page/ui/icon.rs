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
    /// A frame to be drawn.
    Frame,
    /// A question.
    Help,
    /// Down onto this machine.
    Install,
    /// A lens, two circles that overlap: more of the same kind.
    Lens,
    /// Not this.
    Minus,
    /// Darkness.
    Moon,
    /// Things that hang together.
    Network,
    /// A cloud struck through: no connection.
    Offline,
    /// A picture.
    Picture,
    /// One more.
    Plus,
    /// A range of a histogram.
    Range,
    /// A search.
    Search,
    /// Settings.
    Sliders,
    /// Light.
    Sun,
    /// A step back.
    Undo,
    /// All of something.
    Whole,
}

impl Symbol {
    fn path(self) -> &'static str {
        match self {
            Self::Back => "M15 5l-7 7 7 7",
            Self::Card => "M5 4h14v16H5zM8 8h8M8 12h8M8 16h5",
            Self::Check => "M5 13l4 4L19 7",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Frame => "M5 8V5h3M11 5h2M16 5h3v3M19 11v2M19 16v3h-3M13 19h-2M8 19H5v-3M5 13v-2",
            Self::Forward => "M9 5l7 7-7 7",
            Self::Help => "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18v.5",
            Self::Install => "M12 4v11M7 10l5 5 5-5M5 20h14",
            Self::Lens => "M3 12a6 6 0 1 0 12 0 6 6 0 1 0-12 0M9 12a6 6 0 1 0 12 0 6 6 0 1 0-12 0",
            Self::Minus => "M6 12h12",
            Self::Moon => "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z",
            Self::Network => {
                "M4 7a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M15 6a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0\
                 M9 17a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M9 6.8l6-.6M7.5 9.3l3 5.4M16.2 8.2l-3.6 6.7"
            }
            Self::Offline => {
                "M7 18a4 4 0 0 1-.5-8M10 6.3A5.5 5.5 0 0 1 17.5 10.5 3.8 3.8 0 0 1 19.5 17M13 18H7M4 4l16 16"
            }
            Self::Picture => {
                "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Range => "M4 19v-3M8 19V9M12 19V5M16 19v-7M20 19v-2",
            Self::Search => "M4 10.5a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M15.5 15.5L20 20",
            Self::Sliders => "M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5",
            Self::Sun => {
                "M8 12a4 4 0 1 0 8 0 4 4 0 1 0-8 0M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4\
                 M18.4 5.6L17 7M7 17l-1.4 1.4"
            }
            Self::Whole => "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
            Self::Undo => "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
        }
    }
}

/// A symbol. The words beside it, or the label of what it lies in, say what it means.
#[component]
pub fn Icon(
    /// The symbol.
    symbol: Symbol,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=symbol.path()></path>
        </svg>
    }
}
