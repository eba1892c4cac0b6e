//! The guided tour: what the visitor is asked to do at each stop, and what that shows.
//!
//! A stop is done by the visitor's own hand, on the page itself; the tour only watches the view.

use crate::page::query::view::View;
use crate::page::text;

/// A stop of the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Asking for an attribute.
    Ask,
    /// Asking by a picture.
    Like,
    /// Looking through another lens.
    Lens,
    /// The end, with further features.
    End,
}

/// The stops in their order.
pub const STOPS: [Stop; 4] = [Stop::Ask, Stop::Like, Stop::Lens, Stop::End];

impl Stop {
    /// Its name: the page marks what belongs to it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Like => "like",
            Self::Lens => "lens",
            Self::End => "end",
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ask => text::tour::ASK_TITLE,
            Self::Like => text::tour::LIKE_TITLE,
            Self::Lens => text::tour::LENS_TITLE,
            Self::End => text::tour::END_TITLE,
        }
    }

    /// The instruction.
    pub fn task(self) -> &'static str {
        match self {
            Self::Ask => text::tour::ASK_TASK,
            Self::Like => text::tour::LIKE_TASK,
            Self::Lens => text::tour::LENS_TASK,
            Self::End => "",
        }
    }

    /// The explanation, once it is done.
    pub fn lesson(self) -> &'static str {
        match self {
            Self::Ask => text::tour::ASK_LESSON,
            Self::Like => text::tour::LIKE_LESSON,
            Self::Lens => text::tour::LENS_LESSON,
            Self::End => text::tour::END_LESSON,
        }
    }

    /// Returns true if the visitor did it: `before` is the view when the stop began.
    pub fn is_done(self, before: &View, now: &View) -> bool {
        match self {
            Self::Ask => now.conditions != before.conditions,
            Self::Like => !now.examples.is_empty() && now.examples != before.examples,
            Self::Lens => now.selected_task != before.selected_task,
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
            (Stop::Lens, &like, Action::Lens(Some("B".into()))),
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
