//! The guided tour: what the visitor is asked to do at each stop, and what that shows.
//!
//! A stop is done by the visitor's own hand, on the page itself; the tour only watches the view.

use crate::page::query::view::View;

/// A stop of the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Asking for an attribute.
    Ask,
    /// Asking by a picture.
    Like,
    /// Looking through another lens.
    Lens,
    /// Several lenses at once.
    Rows,
    /// The end, with further features.
    End,
}

/// The stops in their order.
pub const STOPS: [Stop; 5] = [Stop::Ask, Stop::Like, Stop::Lens, Stop::Rows, Stop::End];

impl Stop {
    /// Its name: the page marks what belongs to it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Like => "like",
            Self::Lens => "lens",
            Self::Rows => "rows",
            Self::End => "end",
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ask => "Ask for something",
            Self::Like => "Ask with a picture",
            Self::Lens => "Change the lens",
            Self::Rows => "All lenses at once",
            Self::End => "That is the idea",
        }
    }

    /// The instruction.
    pub fn task(self) -> &'static str {
        match self {
            Self::Ask => {
                "Type what you look for into the search bar and press Enter, or press an attribute in the list. \
                 Every picture is ranked by how likely it has what you ask."
            }
            Self::Like => {
                "Search by example: click the two circles on a result to rank by similarity to it."
            }
            Self::Lens => {
                "Alike, but in what? The coloured bars are lenses: one per task the network learned. Choose another one."
            }
            Self::Rows => {
                "Choose “Side by side” above the results, and see what each lens considers similar."
            }
            Self::End => "",
        }
    }

    /// The explanation, once it is done.
    pub fn lesson(self) -> &'static str {
        match self {
            Self::Ask => {
                "These are predictions: the ranking never looks at labels. The percentages are the network's own, calibrated \
                 so that 80 % is right about four times in five."
            }
            Self::Like => {
                "The picture became a point among others, and the nearest ones come first. Which ones are near depends \
                 on the lens."
            }
            Self::Lens => {
                "The same picture, the same network, other neighbours. A lens is a short list of numbers that turns some \
                 channels of the network up and others off; its barcode shows them. Nothing was re-embedded; \
                 the cached features were re-weighted."
            }
            Self::Rows => {
                "Each row asks the same question through another lens. Where rows show the same pictures, the network \
                 takes the tasks for related; where they do not, it keeps them apart."
            }
            Self::End => {
                "Weights make one wish count more than another. You can bring pictures of your own, a whole gallery of \
                 them, or teach a lens that nobody trained. All of it happens on this machine."
            }
        }
    }

    /// Returns true if the visitor did it: `before` is the view when the stop began.
    pub fn is_done(self, before: &View, now: &View) -> bool {
        match self {
            Self::Ask => now.conditions != before.conditions,
            Self::Like => !now.examples.is_empty() && now.examples != before.examples,
            Self::Lens => now.selected_task != before.selected_task,
            Self::Rows => !now.rows.is_empty(),
            Self::End => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::query::action::Action;
    use crate::page::query::view::{Condition, Example};

    #[test]
    fn every_stop_is_done_by_its_own_step_and_by_no_other() {
        let start = View::default();
        let like = start.after(&Action::Like(Example::Gallery(1), Some("A".into())), &[]);
        let actions = [
            (
                Stop::Ask,
                &start,
                Action::Toggle(Condition::new("A", "yes", true)),
            ),
            (
                Stop::Like,
                &start,
                Action::Like(Example::Gallery(1), Some("A".into())),
            ),
            (Stop::Lens, &like, Action::Lens("B".into())),
            (Stop::Rows, &like, Action::Rows(vec!["A".into()])),
        ];
        for (stop, before, action) in actions {
            assert!(!stop.is_done(before, before), "{stop:?} is not done yet");
            let now = before.after(&action, &[]);
            assert!(stop.is_done(before, &now), "{stop:?}");
            let opened = before.after(&Action::Open(Some(3)), &[]);
            assert!(
                !stop.is_done(before, &opened),
                "{stop:?}: a look at the details is no step"
            );
        }
    }
}
