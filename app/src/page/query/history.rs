//! The browser's history, as far as the page walks along it.

use super::query_string::{decode, encode_whole};
use super::view::View;

/// The history's entry of a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The number of actions that led to it.
    pub depth: u32,
    /// True if it shows the page of the entry before it, with something opened over it.
    pub opened: bool,
    /// All of the view; `None` where the address says it.
    pub view: Option<View>,
}

/// Stands before the view where something was opened.
const OPENED: &str = "over";

impl Entry {
    /// In words for the history: `DEPTH VIEW`, or `DEPTH over VIEW`.
    pub fn write(&self) -> String {
        let view = self.view.as_ref().map(encode_whole).unwrap_or_default();
        match self.opened {
            true => format!("{} {OPENED} {view}", self.depth),
            false => format!("{} {view}", self.depth),
        }
    }

    /// The same back; the beginning for what is not ours.
    pub fn read(kept: Option<&str>) -> Self {
        let read = || {
            let (depth, rest) = kept?.split_once(' ')?;
            // A view has no blanks of its own.
            let (opened, view) = match rest.split_once(' ') {
                Some((mark, view)) => (mark == OPENED, view),
                None => (false, rest),
            };
            Some(Self {
                depth: depth.parse().ok()?,
                opened,
                view: Some(decode(view)),
            })
        };
        read().unwrap_or_default()
    }
}

/// The page's position in the history.
#[derive(Debug, Default)]
pub struct History {
    opened: bool,
    /// Set while the browser is on its way back, and whether an action was taken meanwhile.
    returning: Option<bool>,
}

impl History {
    /// An entry is reached, written or come back to. Whether an action was taken on the way, and is to be written now.
    pub fn reach(&mut self, opened: bool) -> bool {
        self.opened = opened;
        self.returning.take() == Some(true)
    }

    /// Returns true if the last action opened something over a page on which nothing lay.
    pub fn lies_on_page(&self) -> bool {
        self.opened
    }

    /// Closes the opened panel. Returns true if that is one action back.
    pub fn leave(&mut self) -> bool {
        let back = self.opened && self.returning.is_none();
        if back {
            self.opened = false;
            self.returning = Some(false);
        }
        back
    }

    /// An action is taken. Whether it has to wait, since a new entry would lie on top of the one that is being left.
    pub fn owes(&mut self) -> bool {
        if let Some(owed) = &mut self.returning {
            *owed = true;
        }
        self.returning.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back_as_it_was_written() {
        let view = View {
            gallery: Some("my own: 3".into()),
            selected_task: Some("over easy".into()),
            ..View::default()
        };
        for opened in [false, true] {
            let entry = Entry {
                depth: 12,
                opened,
                view: Some(view.clone()),
            };
            assert_eq!(Entry::read(Some(&entry.write())), entry);
        }
        let bare = Entry {
            depth: 1,
            opened: true,
            view: Some(View::default()),
        };
        assert_eq!(Entry::read(Some(&bare.write())), bare);
    }

    #[test]
    fn what_others_kept_is_the_beginning() {
        for kept in [None, Some(""), Some("x"), Some("x y"), Some("-1 lens=A")] {
            assert_eq!(Entry::read(kept), Entry::default());
        }
    }

    #[test]
    fn what_was_opened_is_left_once_and_by_going_back() {
        let mut history = History::default();
        assert!(!history.leave(), "a link opened it");
        history.reach(true);
        assert!(history.leave());
        assert!(!history.leave(), "the browser is on its way already");
        assert!(!history.reach(false), "nothing happened meanwhile");
    }

    #[test]
    fn a_step_on_the_way_back_waits_for_the_entry() {
        let mut history = History::default();
        assert!(!history.owes());
        history.reach(true);
        assert!(history.leave());
        assert!(history.owes());
        assert!(history.reach(false), "now it is written");
        assert!(!history.owes());
    }
}
