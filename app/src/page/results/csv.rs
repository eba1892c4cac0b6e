//! Results as a table that any spreadsheet reads.
//!
//! RFC 4180, <https://www.rfc-editor.org/rfc/rfc4180>: lines end with CR LF, a cell with a comma, a quote or a line end
//! is quoted. A byte order mark says that it is UTF-8.

use std::borrow::Cow;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number.
    Count(usize),
    /// A share, `0..=1`.
    Share(f32),
    /// Nothing.
    Empty,
}

/// A table: its header, then its rows.
pub fn csv(header: &[String], rows: &[Vec<Cell<'_>>]) -> String {
    head(header) + &lines(rows)
}

/// The beginning of a table.
pub fn head(header: &[String]) -> String {
    let cells = header.iter().map(|name| Cell::Text(name.into())).collect();
    format!("\u{feff}{}", lines(&[cells]))
}

/// Rows of a table.
pub fn lines(rows: &[Vec<Cell<'_>>]) -> String {
    let mut lines = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                lines.push(',');
            }
            match cell {
                Cell::Text(words) => lines.push_str(&text(words)),
                Cell::Count(count) => lines.push_str(&count.to_string()),
                Cell::Share(share) if share.is_finite() => {
                    lines.push_str(&format!("{share:.6}"));
                }
                Cell::Share(_) | Cell::Empty => {}
            }
        }
        lines.push_str("\r\n");
    }
    lines
}

/// A text that no spreadsheet takes for a formula, quoted where it has to be.
fn text(words: &str) -> String {
    let is_formula = words.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let defused = if is_formula {
        format!("'{words}")
    } else {
        words.to_owned()
    };
    if is_formula || defused.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", defused.replace('"', "\"\""))
    } else {
        defused
    }
}

/// A title as the name of a file.
pub fn file_name(title: &str, extension: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '(' | ')');
    let plain: String = title
        .chars()
        .map(|c| if fits(c) { c } else { '_' })
        .collect();
    format!("{}.{extension}", plain.trim_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        let header = ["place", "name", "Smiling, likely"].map(str::to_owned);
        let rows = [
            vec![Cell::Count(1), Cell::Text("a.png".into()), Cell::Share(0.5)],
            vec![
                Cell::Count(2),
                Cell::Text("a \"b\", c.png".into()),
                Cell::Empty,
            ],
            vec![
                Cell::Count(3),
                Cell::Text("größe\n.png".into()),
                Cell::Share(f32::NAN),
            ],
        ];
        assert_eq!(
            csv(&header, &rows),
            "\u{feff}place,name,\"Smiling, likely\"\r\n1,a.png,0.500000\r\n\
             2,\"a \"\"b\"\", c.png\",\r\n3,\"größe\n.png\",\r\n"
        );
    }

    #[test]
    fn a_name_is_no_formula() {
        for name in ["=1+1.png", "+1", "-1", "@SUM(A1)", "\tx"] {
            let cell = text(name);
            assert!(cell.starts_with("\"'") && cell.ends_with('"'), "{cell}");
        }
        assert_eq!(text("=\"x\""), "\"'=\"\"x\"\"\"");
        assert_eq!(text("a=b-1.png"), "a=b-1.png");
    }

    #[test]
    fn a_title_is_a_file_name() {
        assert_eq!(file_name("Day 1/2: faces", "csv"), "Day 1_2_ faces.csv");
        assert_eq!(file_name("größe", "json"), "größe.json");
    }
}
