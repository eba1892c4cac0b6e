//! Text separated by commas, semicolons, tabs, bars or blanks.

use csv::{ReaderBuilder, StringRecord};

use crate::storage::path;
use crate::text::TextFile;

use super::Content;

/// The rows by which a delimiter is chosen.
const TRIED: usize = 200;

/// Reads a table; its delimiter is the one by which its first rows have the most even number of fields.
pub(super) fn read(file: &TextFile) -> Content {
    let (declared, skipped) = declared(&file.text);
    let delimiter = declared.or_else(|| sniff(&file.text));
    if delimiter.is_none()
        && path::has_extension(&file.path, "txt")
        && let Some(content) = by_blanks(file)
    {
        return content;
    }
    let delimiter = delimiter.unwrap_or(b',');
    let mut rows = records(&file.text[skipped..], delimiter, true);
    // A quotation mark that is never closed makes one field of all lines after it. Where taking the marks for letters
    // gives more rows that fit, they are letters.
    let columns = rows.first().map_or(0, |(_, header)| header.len());
    let fits = |rows: &[(u64, StringRecord)]| {
        let fitting = rows.iter().filter(|(_, row)| row.len() == columns);
        fitting.count()
    };
    let unpaired = file.text.bytes().filter(|&byte| byte == b'"').count() % 2 == 1;
    let spread = |(_, row): &(u64, StringRecord)| {
        (unpaired || row.len() != columns) && row.iter().any(|cell| cell.contains('\n'))
    };
    if rows.iter().any(spread) {
        let plain = records(&file.text[skipped..], delimiter, false);
        if fits(&plain) > fits(&rows) {
            rows = plain;
        }
    }
    let lines = file.text[..skipped].bytes().filter(|&b| b == b'\n').count() as u64;
    let mut rows = rows.into_iter().map(|(line, row)| (line + lines, row));
    let header = rows.next();
    Content {
        header: header.map_or((1, Vec::new()), |(line, row)| {
            (line, row.iter().map(str::to_owned).collect())
        }),
        rows: rows.collect(),
        form: match delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            b'|' => "bars",
            _ => "commas",
        },
        faults: Vec::new(),
    }
}

/// The delimiter of a spreadsheet's `sep=` line, and the length of that line.
fn declared(text: &str) -> (Option<u8>, usize) {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let line = text[..end].trim().trim_matches('"');
    let sign = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .map(|_| &line.as_bytes()[4..]);
    match sign {
        // The tab has been trimmed off.
        Some([]) => (Some(b'\t'), end),
        Some(&[sign]) => (Some(sign), end),
        _ => (None, 0),
    }
}

/// The delimiter under which the heading has at least two fields and most rows as many; among equals the one with more.
fn sniff(text: &str) -> Option<u8> {
    let score = |sign: u8| {
        let mut rows = reader(text, sign, true)
            .into_records()
            .take(TRIED)
            .flatten();
        let columns = rows.next()?.len();
        if columns < 2 {
            return None;
        }
        let (mut even, mut all) = (0, 0);
        for row in rows.filter(|row| row.iter().any(|cell| !cell.is_empty())) {
            all += 1;
            even +=
                usize::from(row.len() >= columns && row.iter().skip(columns).all(str::is_empty));
        }
        Some((even * 1000 / all.max(1), columns, sign))
    };
    let found = [b',', b'|', b';', b'\t'].into_iter().filter_map(score);
    found.max().map(|(.., sign)| sign)
}

fn reader(text: &str, delimiter: u8, quoting: bool) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quoting)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// All rows with their lines. With quoting off, marks around a whole field are taken off.
fn records(text: &str, delimiter: u8, quoting: bool) -> Vec<(u64, StringRecord)> {
    let mut counter = LineCounter::new(text);
    let mut rows = Vec::new();
    for record in reader(text, delimiter, quoting).into_records().flatten() {
        let start = record.position().map_or(0, csv::Position::byte);
        let line = counter.line_at(start);
        let record = match quoting {
            true => record,
            false => record.iter().map(|cell| cell.trim_matches('"')).collect(),
        };
        rows.push((line, record));
    }
    rows
}

/// A list with blanks between its fields; `None` when the lines have unequal numbers of them.
fn by_blanks(file: &TextFile) -> Option<Content> {
    let mut rows: Vec<(u64, StringRecord)> = file
        .lines()
        .map(|(line, text)| (line, text.split_whitespace().collect()))
        .collect();
    let columns = rows.get(1).or(rows.first()).map(|(_, row)| row.len())?;
    // A count before the heading, as CelebA's lists have it.
    if rows
        .first()
        .is_some_and(|(_, row)| row.len() == 1 && row[0].parse::<u64>().is_ok())
    {
        rows.remove(0);
    }
    let even = rows.iter().filter(|(_, row)| row.len() == columns).count();
    if columns < 2 || even * 10 < rows.len() * 9 || rows.is_empty() {
        return None;
    }
    let (line, header) = rows.remove(0);
    Some(Content {
        header: (line, header.iter().map(str::to_owned).collect()),
        rows,
        form: "blanks",
        faults: Vec::new(),
    })
}

/// Line numbers for byte offsets that only grow. The CSV parser's own are those where it began to look for a
/// row: before a blank line, and before the second half of a `\r\n`.
struct LineCounter<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    fn line_at(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            if self.at >= offset && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}
