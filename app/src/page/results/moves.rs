//! Moving among the results: by the keyboard, or by number.

use std::sync::Arc;

/// A move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the result before.
    Left,
    /// To the next result.
    Right,
    /// To the one above.
    Up,
    /// To the one below.
    Down,
    /// To the first.
    First,
    /// To the last.
    Last,
    /// A screen up.
    PageUp,
    /// A screen down.
    PageDown,
}

impl Move {
    /// The move of a key, by its DOM name.
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "Home" => Self::First,
            "End" => Self::Last,
            "PageUp" => Self::PageUp,
            "PageDown" => Self::PageDown,
            _ => return None,
        })
    }

    /// The place reached from a place, with so many columns and so many rows to a screen. `None` where there is nothing
    /// that way.
    pub fn from(self, place: usize, results: usize, columns: usize, page: usize) -> Option<usize> {
        let last = results.checked_sub(1)?;
        let column = place % columns.max(1);
        let up = |rows: usize| place.saturating_sub(rows * columns).max(column);
        // A last row that is not full is reached from every column.
        let down = |rows: usize| {
            let below = (place + rows * columns).min(last);
            if below / columns.max(1) == place / columns.max(1) {
                place
            } else {
                below
            }
        };
        let next = match self {
            Self::Left => place.saturating_sub(1),
            Self::Right => (place + 1).min(last),
            Self::Up => up(1),
            Self::Down => down(1),
            Self::First => 0,
            Self::Last => last,
            Self::PageUp => up(page),
            Self::PageDown => down(page),
        };
        (next != place).then_some(next)
    }
}

/// The place of the result whose number was written, the nearest one there is. `None` for what is no number.
pub fn numbered(text: &str, results: usize) -> Option<usize> {
    // Numbers are shown in groups, and may be written so.
    let digits: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, ',' | '.' | '\''))
        .collect();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let last = results.checked_sub(1)?;
    // A number too large to be read is larger than any place.
    plain.then(|| {
        digits
            .parse::<usize>()
            .map_or(last, |number| number.saturating_sub(1).min(last))
    })
}

/// The place of every picture of so many, from the pictures in their order; `None` for those that are no results.
pub fn places(images: usize, order: impl Iterator<Item = usize>) -> Arc<[Option<usize>]> {
    let mut places = vec![None; images];
    for (place, picture) in order.enumerate() {
        if let Some(slot) = places.get_mut(picture) {
            *slot = Some(place);
        }
    }
    places.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20 results in rows of six; the last row has two.
    fn from(place: usize, step: Move) -> Option<usize> {
        step.from(place, 20, 6, 2)
    }

    #[test]
    fn left_and_right_go_through_all() {
        assert_eq!(from(5, Move::Right), Some(6));
        assert_eq!(from(6, Move::Left), Some(5));
        assert_eq!(from(0, Move::Left), None);
        assert_eq!(from(19, Move::Right), None);
    }

    #[test]
    fn up_and_down_keep_the_column() {
        assert_eq!(from(7, Move::Down), Some(13));
        assert_eq!(from(13, Move::Up), Some(7));
        assert_eq!(from(3, Move::Up), None);
        assert_eq!(from(16, Move::Down), Some(19), "the last row is not full");
        assert_eq!(from(18, Move::Down), None);
    }

    #[test]
    fn a_screen_and_the_ends() {
        assert_eq!(from(1, Move::PageDown), Some(13));
        assert_eq!(from(13, Move::PageDown), Some(19));
        assert_eq!(
            from(10, Move::PageUp),
            Some(4),
            "the first row, same column"
        );
        assert_eq!(from(7, Move::First), Some(0));
        assert_eq!(from(7, Move::Last), Some(19));
        assert_eq!(from(19, Move::Last), None);
    }

    #[test]
    fn without_results_there_is_nowhere_to_go() {
        assert_eq!(Move::Right.from(0, 0, 6, 2), None);
        assert_eq!(Move::Down.from(4, 20, 0, 2), None);
    }

    #[test]
    fn results_have_numbers_from_one() {
        assert_eq!(numbered("1", 3200), Some(0));
        assert_eq!(numbered(" 1,234 ", 3200), Some(1233));
        assert_eq!(numbered("0", 3200), Some(0));
        assert_eq!(numbered("99999", 3200), Some(3199));
        assert_eq!(numbered("99999999999999999999999", 3200), Some(3199));
        for text in ["", " ", "-3", "1e3", "many"] {
            assert_eq!(numbered(text, 3200), None, "{text}");
        }
        assert_eq!(numbered("1", 0), None);
    }

    #[test]
    fn an_order_is_turned_round() {
        let turned = |images, order: &[usize]| places(images, order.iter().copied()).to_vec();
        assert_eq!(turned(3, &[2, 0, 1]), [Some(1), Some(2), Some(0)]);
        assert_eq!(turned(1, &[7]), [None], "no such picture");
    }

    /// They were looked for within as many places as there are results: with filters, most were not found.
    #[test]
    fn pictures_behind_the_number_of_results_have_their_place() {
        let places = places(9, [8, 3].into_iter());
        assert_eq!((places[8], places[3], places[0]), (Some(0), Some(1), None));
    }

    #[test]
    fn keys_have_their_moves() {
        assert_eq!(Move::of_key("PageDown"), Some(Move::PageDown));
        assert_eq!(Move::of_key("a"), None);
    }
}
