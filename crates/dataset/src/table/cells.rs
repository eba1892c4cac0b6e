//! The meaning of single cells: unknown, yes or no, a number.

/// Spellings of "not known", in small letters, beside an empty cell.
const UNKNOWN: [&str; 18] = [
    "nan",
    "na",
    "n/a",
    "n.a.",
    "#n/a",
    "#na",
    "<na>",
    "null",
    "nil",
    "none",
    "nat",
    "unknown",
    "undefined",
    "-",
    "--",
    "?",
    "#value!",
    "(null)",
];

/// Spellings of "not known" that a column of categories may use as words of their own.
const WORDS: [&str; 5] = ["none", "-", "--", "?", "unknown"];

/// Returns true for a cell that says nothing.
pub(crate) fn is_unknown(cell: &str) -> bool {
    cell.is_empty() || (cell.len() <= 9 && UNKNOWN.contains(&cell.to_ascii_lowercase().as_str()))
}

/// Returns true for a cell that says nothing even where words such as "none" are values.
pub(crate) fn is_blank(cell: &str) -> bool {
    is_unknown(cell) && !WORDS.contains(&cell.to_ascii_lowercase().as_str())
}

/// Yes or no, in the words of a few languages and as numbers: above zero is yes.
pub(crate) fn yes_no(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "ja" | "oui" | "si" | "sí" | "wahr" | "vrai" => Some(true),
        "no" | "n" | "false" | "f" | "nein" | "non" | "falsch" | "faux" => Some(false),
        _ => match sign(cell)? {
            1 => Some(true),
            _ => Some(false),
        },
    }
}

/// 1, 0 or -1, also as spreadsheets and pandas write them: `1.0`, `1,0`, `+1`, `-1.00`.
pub(crate) fn sign(cell: &str) -> Option<i8> {
    let number = cell.split_once(['.', ',']).map_or(cell, |(whole, rest)| {
        let zeros = !rest.is_empty() && rest.bytes().all(|byte| byte == b'0');
        if zeros { whole } else { "" }
    });
    match number {
        "1" | "+1" => Some(1),
        "0" | "+0" | "-0" => Some(0),
        "-1" | "\u{2212}1" => Some(-1),
        _ => None,
    }
}

/// The form of a column's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberForm {
    /// `1234.5`
    Point,
    /// `1234,5` or `1.234,5`
    Comma,
    /// `1,234.5`
    Thousands,
}

impl NumberForm {
    /// The form in which all cells are numbers; `None` when there is none.
    ///
    /// `1,234` may be either of two numbers: a decimal comma where a cell could be nothing else or semicolons separate
    /// the columns, else a separator of thousands.
    pub(crate) fn of<'a>(
        cells: &(impl Iterator<Item = &'a str> + Clone),
        semicolons: bool,
    ) -> Option<Self> {
        let all = |form: Self| cells.clone().all(|cell| form.parse(cell).is_some());
        let order = if semicolons {
            [Self::Point, Self::Comma, Self::Thousands]
        } else {
            [Self::Point, Self::Thousands, Self::Comma]
        };
        order.into_iter().find(|&form| all(form))
    }

    /// The number that a cell says.
    pub(crate) fn parse(self, cell: &str) -> Option<f64> {
        let plain = match self {
            Self::Point => cell.to_owned(),
            Self::Comma => {
                let (whole, rest) = cell.split_once(',').unwrap_or((cell, ""));
                format!("{}.{}0", grouped(whole, '.')?, digits(rest)?)
            }
            Self::Thousands => {
                let (whole, rest) = cell.split_once('.').unwrap_or((cell, ""));
                format!("{}.{}0", grouped(whole, ',')?, digits(rest)?)
            }
        };
        // Rust reads "inf" and "nan" as numbers; no cell means them as such.
        let digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
        if !plain.chars().all(digit) {
            return None;
        }
        plain.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

fn digits(text: &str) -> Option<&str> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(text)
}

/// A whole number without its separators of thousands; `None` where they stand at other places.
fn grouped(whole: &str, separator: char) -> Option<String> {
    let mut parts = whole.split(separator);
    let first = parts.next().unwrap_or_default();
    let mut plain = first.to_owned();
    for part in parts {
        if part.len() != 3 || first.trim_start_matches(['-', '+']).len() > 3 {
            return None;
        }
        plain.push_str(part);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_spellings_say_nothing() {
        for cell in [
            "", "NaN", "nan", "NA", "N/A", "null", "None", "-", "<NA>", "?",
        ] {
            assert!(is_unknown(cell), "{cell}");
        }
        for cell in ["no", "0", "nano", "red", "Nana"] {
            assert!(!is_unknown(cell), "{cell}");
        }
        assert!(is_blank("NaN") && !is_blank("none"));
    }

    #[test]
    fn yes_and_no_have_many_spellings() {
        for cell in ["yes", "Y", "TRUE", "1", "+1", "1.0", "1,0", "ja", "Oui"] {
            assert_eq!(yes_no(cell), Some(true), "{cell}");
        }
        for cell in ["no", "N", "False", "0", "-1", "-1.0", "0.00", "nein"] {
            assert_eq!(yes_no(cell), Some(false), "{cell}");
        }
        for cell in ["2", "0.5", "", "maybe", "1.", "10"] {
            assert_eq!(yes_no(cell), None, "{cell}");
        }
    }

    #[test]
    fn numbers_have_three_forms() {
        let form = |cells: &[&str], semicolons| NumberForm::of(&cells.iter().copied(), semicolons);
        assert_eq!(form(&["2.5", "-3", "1e3"], false), Some(NumberForm::Point));
        assert_eq!(form(&["2,5", "3"], true), Some(NumberForm::Comma));
        assert_eq!(form(&["2,5", "3"], false), Some(NumberForm::Comma));
        assert_eq!(form(&["1,234", "3"], false), Some(NumberForm::Thousands));
        assert_eq!(form(&["1,234", "3"], true), Some(NumberForm::Comma));
        assert_eq!(form(&["1.234,5", "2"], true), Some(NumberForm::Comma));
        assert_eq!(form(&["1.2.3"], false), None);
        assert_eq!(form(&["inf"], false), None);
        assert_eq!(NumberForm::Comma.parse("1.234,5"), Some(1234.5));
        assert_eq!(NumberForm::Thousands.parse("1,234"), Some(1234.0));
    }
}
