//! The keyboard shortcuts: one table, from which they are both listed and handled.

use crate::page::text;

/// The action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// To the search bar.
    Ask,
    /// To the first result.
    Results,
    /// To the field for the number of a result.
    Jump,
    /// To what can be done with the selected images.
    Selected,
    /// One step back in the history.
    Undo,
    /// The lens before.
    LensBefore,
    /// The next lens.
    LensAfter,
    /// The next gallery.
    NextGallery,
    /// The visitor's own galleries.
    Library,
    /// Opens the task relations.
    Relations,
    /// The model card.
    Card,
    /// Light or dark.
    Theme,
    /// The list of shortcuts.
    Help,
}

/// Keys, and what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// The keys by their DOM names; any of them will do.
    pub keys: &'static [&'static str],
    /// The effect, in words.
    pub does: &'static str,
    /// The page's action; `None` for keys that the focused element handles.
    pub command: Option<Command>,
}

/// Shortcuts that work in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The place.
    pub place: &'static str,
    /// The shortcuts.
    pub shortcuts: &'static [Shortcut],
}

const fn page(keys: &'static [&'static str], does: &'static str, command: Command) -> Shortcut {
    Shortcut {
        keys,
        does,
        command: Some(command),
    }
}

const fn focused(keys: &'static [&'static str], does: &'static str) -> Shortcut {
    Shortcut {
        keys,
        does,
        command: None,
    }
}

/// All shortcuts, as listed.
pub const GROUPS: &[Group] = &[
    Group {
        place: text::shortcuts::ANYWHERE,
        shortcuts: &[
            page(&["/"], text::shortcuts::ASK, Command::Ask),
            page(&["r"], text::shortcuts::FIRST_RESULT, Command::Results),
            page(&["j"], text::shortcuts::JUMP, Command::Jump),
            page(&["s"], text::shortcuts::SELECTED, Command::Selected),
            page(&["u"], text::shortcuts::UNDO, Command::Undo),
            page(
                &["[", ","],
                text::shortcuts::LENS_BEFORE,
                Command::LensBefore,
            ),
            page(&["]", "."], text::shortcuts::LENS_AFTER, Command::LensAfter),
            page(&["g"], text::shortcuts::NEXT_GALLERY, Command::NextGallery),
            page(&["l"], text::shortcuts::YOUR_GALLERIES, Command::Library),
            page(&["m"], text::shortcuts::RELATIONS, Command::Relations),
            page(&["i"], text::shortcuts::MODEL_CARD, Command::Card),
            page(&["t"], text::shortcuts::THEME, Command::Theme),
            page(&["?"], text::shortcuts::THIS_LIST, Command::Help),
        ],
    },
    Group {
        place: text::shortcuts::IN_RESULTS,
        shortcuts: &[
            focused(
                &["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
                text::shortcuts::GO_BESIDE,
            ),
            focused(&["Home", "End"], text::shortcuts::TO_ENDS),
            focused(&["PageUp", "PageDown"], text::shortcuts::A_SCREEN),
            focused(&["Enter"], text::shortcuts::OPEN),
        ],
    },
    Group {
        place: text::shortcuts::SELECTING,
        shortcuts: &[
            focused(&["x"], text::shortcuts::SELECT),
            focused(
                &[text::shortcuts::SHIFT_ARROWS],
                text::shortcuts::SELECT_RANGE,
            ),
            focused(&[text::shortcuts::CTRL_A], text::shortcuts::SELECT_ALL),
            focused(&["Escape"], text::shortcuts::SELECT_NOTHING),
        ],
    },
    Group {
        place: text::shortcuts::WHILE_TEACHING,
        shortcuts: &[
            focused(&["y"], text::shortcuts::YES),
            focused(&["n"], text::shortcuts::NO),
        ],
    },
    Group {
        place: text::shortcuts::IN_DETAILS,
        shortcuts: &[
            focused(&["ArrowLeft", "ArrowRight"], text::shortcuts::RESULT_BESIDE),
            focused(&["z"], text::shortcuts::ENLARGE),
        ],
    },
    Group {
        place: text::shortcuts::IN_ENLARGED,
        shortcuts: &[
            focused(&["+", "-"], text::shortcuts::ZOOM),
            focused(&["0"], text::shortcuts::WHOLE),
            focused(
                &["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
                text::shortcuts::MOVE,
            ),
            focused(&["Escape"], text::shortcuts::BACK),
        ],
    },
    Group {
        place: text::shortcuts::AMONG_CHOICES,
        shortcuts: &[focused(
            &["ArrowLeft", "ArrowRight"],
            text::shortcuts::CHOOSE_BESIDE,
        )],
    },
    Group {
        place: text::shortcuts::ON_MAP,
        shortcuts: &[
            focused(
                &["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
                text::shortcuts::GO_THERE,
            ),
            focused(&["Enter"], text::shortcuts::LOOK_THROUGH),
        ],
    },
    Group {
        place: text::shortcuts::IN_CHANNELS,
        shortcuts: &[
            focused(&["ArrowUp", "ArrowDown"], text::shortcuts::TASK_BESIDE),
            focused(&["Home", "End"], text::shortcuts::TO_ENDS),
            focused(&["Enter"], text::shortcuts::LOOK_THROUGH),
        ],
    },
    Group {
        place: text::shortcuts::IN_DIALOG,
        shortcuts: &[focused(&["Escape"], text::shortcuts::CLOSE)],
    },
];

/// The label of a key.
pub fn label(key: &str) -> &str {
    match key {
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        "ArrowUp" => "↑",
        "ArrowDown" => "↓",
        "PageUp" => text::shortcuts::PAGE_UP,
        "PageDown" => text::shortcuts::PAGE_DOWN,
        "Escape" => text::shortcuts::ESCAPE,
        other => other,
    }
}

/// The spoken name of a key, where its label is a sign that may be left out.
pub fn spoken(key: &str) -> &str {
    match key {
        "ArrowLeft" => text::shortcuts::SPOKEN_LEFT,
        "ArrowRight" => text::shortcuts::SPOKEN_RIGHT,
        "ArrowUp" => text::shortcuts::SPOKEN_UP,
        "ArrowDown" => text::shortcuts::SPOKEN_DOWN,
        "/" => text::shortcuts::SPOKEN_SLASH,
        "?" => text::shortcuts::SPOKEN_QUESTION,
        "[" => text::shortcuts::SPOKEN_LEFT_BRACKET,
        "]" => text::shortcuts::SPOKEN_RIGHT_BRACKET,
        "," => text::shortcuts::SPOKEN_COMMA,
        "." => text::shortcuts::SPOKEN_STOP,
        "+" => text::shortcuts::SPOKEN_PLUS,
        "-" => text::shortcuts::SPOKEN_MINUS,
        other => label(other),
    }
}

/// A key that was pressed, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Press<'a> {
    /// The key by its DOM name.
    pub key: &'a str,
    /// True while Shift is held.
    pub shift: bool,
    /// True while Ctrl, Alt or the system's key is held.
    pub modified: bool,
    /// True if the key is held down, or belongs to a sign that is still being composed.
    pub repeated: bool,
    /// True if the focused element takes text.
    pub typing: bool,
    /// True if a dialog is open.
    pub dialog: bool,
}

impl Press<'_> {
    /// True if it is no text, and no other key is held.
    pub fn is_plain(&self) -> bool {
        !(self.modified || self.repeated || self.typing)
    }
}

/// The action of a key press.
pub fn command(press: Press<'_>) -> Option<Command> {
    if !press.is_plain() {
        return None;
    }
    // Letters are meant whether caps lock is on or not. Signs may well need Shift.
    let letter = press.key.len() == 1 && press.key.as_bytes()[0].is_ascii_alphabetic();
    if letter && press.shift {
        return None;
    }
    let found = GROUPS
        .iter()
        .flat_map(|group| group.shortcuts)
        .find_map(|shortcut| {
            let pressed = |key: &&str| key.eq_ignore_ascii_case(press.key);
            shortcut
                .command
                .filter(|_| shortcut.keys.iter().any(pressed))
        });
    found.filter(|command| !press.dialog || *command == Command::Help)
}

/// Returns true if an element takes text, or chooses by letters: by its tag's name, its type, and
/// its role or editability.
pub fn takes_text(tag: &str, kind: &str, role: &str, editable: bool) -> bool {
    const POINTED: [&str; 10] = [
        "button", "checkbox", "color", "file", "hidden", "image", "radio", "range", "reset",
        "submit",
    ];
    const TYPED: [&str; 5] = ["combobox", "listbox", "searchbox", "spinbutton", "textbox"];
    let is = |name: &str| tag.eq_ignore_ascii_case(name);
    editable
        || TYPED.contains(&role)
        || is("textarea")
        || is("select")
        || (is("input") && !POINTED.contains(&kind))
}

/// The place after or before another of so many, round in a ring.
pub fn neighbour(at: usize, of: usize, forward: bool) -> Option<usize> {
    let step = if forward { 1 } else { of.checked_sub(1)? };
    (at + step).checked_rem(of)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::page::results::moves::Move;

    fn press(key: &str) -> Press<'_> {
        Press {
            key,
            ..Press::default()
        }
    }

    #[test]
    fn every_action_has_keys_and_no_key_has_two() {
        let mut seen = BTreeSet::new();
        for shortcut in GROUPS.iter().flat_map(|group| group.shortcuts) {
            assert!(!shortcut.does.is_empty() && !shortcut.keys.is_empty());
            let Some(wanted) = shortcut.command else {
                continue;
            };
            for key in shortcut.keys {
                assert!(seen.insert(*key), "{key} is there twice");
                assert_eq!(command(press(key)), Some(wanted), "{key}");
            }
        }
        assert!(command(press("x")).is_none());
        assert!(
            command(press("Enter")).is_none(),
            "left to what has the focus"
        );
    }

    #[test]
    fn nothing_happens_while_typing_or_with_a_modifier() {
        for key in ["m", "/", "?", "["] {
            let plain = press(key);
            for press in [
                Press {
                    typing: true,
                    ..plain
                },
                Press {
                    modified: true,
                    ..plain
                },
                Press {
                    repeated: true,
                    ..plain
                },
            ] {
                assert_eq!(command(press), None, "{press:?}");
            }
        }
    }

    #[test]
    fn letters_are_meant_with_caps_lock_and_not_with_shift() {
        assert_eq!(command(press("M")), Some(Command::Relations));
        let shift = |key| {
            command(Press {
                shift: true,
                ..press(key)
            })
        };
        assert_eq!(shift("M"), None);
        assert_eq!(shift("?"), Some(Command::Help));
        assert_eq!(
            shift("/"),
            Some(Command::Ask),
            "some keyboards have it there"
        );
        assert_eq!(command(press("é")), None);
        assert_eq!(command(press("")), None);
    }

    #[test]
    fn in_a_dialog_only_help_is_called() {
        let inside = |key| {
            command(Press {
                dialog: true,
                ..press(key)
            })
        };
        assert_eq!(inside("?"), Some(Command::Help));
        assert_eq!(inside("m"), None);
    }

    #[test]
    fn the_keys_of_the_results_are_those_the_grid_knows() {
        let group = GROUPS
            .iter()
            .find(|group| group.place == "In the results")
            .expect("listed");
        let listed: BTreeSet<&str> = group
            .shortcuts
            .iter()
            .flat_map(|shortcut| shortcut.keys)
            .copied()
            .filter(|key| *key != "Enter")
            .collect();
        let known = [
            "ArrowLeft",
            "ArrowRight",
            "ArrowUp",
            "ArrowDown",
            "Home",
            "End",
            "PageUp",
            "PageDown",
        ];
        assert_eq!(listed, BTreeSet::from(known));
        assert!(listed.iter().all(|key| Move::of_key(key).is_some()));
    }

    #[test]
    fn fields_take_text_and_buttons_do_not() {
        assert!(takes_text("INPUT", "text", "", false));
        assert!(takes_text("INPUT", "", "", false));
        assert!(takes_text("TEXTAREA", "", "", false));
        assert!(takes_text("SELECT", "", "", false), "a letter chooses");
        assert!(takes_text("DIV", "", "combobox", false));
        assert!(takes_text("P", "", "", true));
        assert!(!takes_text("INPUT", "radio", "", false));
        assert!(!takes_text("INPUT", "range", "", false));
        assert!(!takes_text("BUTTON", "submit", "", false));
        assert!(!takes_text("BODY", "", "", false));
    }

    #[test]
    fn the_ring_has_no_end() {
        assert_eq!(neighbour(3, 4, true), Some(0));
        assert_eq!(neighbour(0, 4, false), Some(3));
        assert_eq!(neighbour(0, 1, true), Some(0));
        assert_eq!(neighbour(0, 0, true), None);
        assert_eq!(neighbour(0, 0, false), None);
    }
}
