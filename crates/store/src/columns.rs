//! The visitor's own label columns, as they came with the images: values for filters, and free text.
//!
//! The file is a sequence of blocks, one for each import. A block is a line of `crc32 json` as in the journal, which
//! says of which images it is, what its columns are and how long the rest is; then `[images, columns]` values of one
//! byte each, 255 where unknown; then the texts, a line for each image with its cells separated by tabs. A block that is
//! cut off or damaged does not count, nor do those after it; of two blocks about one image the later one counts.

use std::collections::BTreeMap;

use modulens_schema::{Labels, Task, TaskKind};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::journal;

/// The most values of a column.
const MOST_VALUES: usize = 254;
/// The most columns of each kind: the file may come from a stranger.
const MOST_COLUMNS: usize = 4096;
/// The most cells of all images.
const MOST_CELLS: usize = 1 << 28;
/// The most cells that all blocks together write: each may be about all images.
const MOST_WRITTEN: u64 = 1 << 31;

/// Label columns of some images.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The columns with their values.
    pub columns: Vec<Task>,
    /// `[images, columns]`; [`Labels::UNKNOWN`] where nothing is known.
    pub cells: Vec<u8>,
    /// Names of the columns of free text.
    pub texts: Vec<String>,
    /// The texts of each image, empty where there are none; a row is as long as `texts` or empty.
    pub rows: Vec<Vec<String>>,
    /// True if the columns with values, or those of free text, were too many to be read and are left out.
    pub left_out: bool,
}

/// The first line of a block.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    first: usize,
    images: usize,
    columns: Vec<Task>,
    texts: Vec<String>,
    /// Bytes after this line, and their checksum.
    bytes: usize,
    crc: u32,
}

impl Columns {
    /// The most texts of all images, empty ones included: each takes memory of its own.
    pub const MOST_TEXTS: usize = 1 << 23;

    /// Number of images.
    pub fn images(&self) -> usize {
        self.rows.len()
    }

    /// The block of these columns, for the images from `first` on.
    pub(crate) fn block(&self, first: usize) -> Result<Vec<u8>, StoreError> {
        let mut rest = self.cells.clone();
        if !self.texts.is_empty() {
            for row in &self.rows {
                let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
                rest.extend(cells.join("\t").into_bytes());
                rest.push(b'\n');
            }
        }
        let mut block = journal::line(&Head {
            first,
            images: self.images(),
            columns: self.columns.clone(),
            texts: self.texts.clone(),
            bytes: rest.len(),
            crc: crc32fast::hash(&rest),
        })?;
        block.extend(rest);
        Ok(block)
    }

    /// The columns in a file, of so many images: those of all blocks, columns of one name being one.
    pub fn read(bytes: &[u8], images: usize) -> Self {
        let mut all = Self::default();
        let mut blocks = Vec::new();
        let mut rest = bytes;
        let (mut columns, mut names) = (Places::default(), Places::default());
        while let Some((head, cells, texts, after)) = next(rest) {
            rest = after;
            let values = head.columns.iter().map(|column| {
                let at = columns.of(&column.name);
                (at, all.add_column(column, at))
            });
            let values: Vec<(usize, Vec<u8>)> = values.collect();
            let places = head.texts.iter().map(|name| {
                let at = names.of(name);
                if at == all.texts.len() {
                    all.texts.push(name.clone());
                }
                at
            });
            let places: Vec<usize> = places.collect();
            blocks.push((head, cells, texts, values, places));
        }
        let covered = |head: &Head| head.images.min(images.saturating_sub(head.first)) as u64;
        let rows: u64 = blocks
            .iter()
            .map(|(head, ..)| covered(head))
            .fold(0, u64::saturating_add);
        let width = 1 + all.columns.len() + all.texts.len();
        if rows.saturating_mul(width as u64) > MOST_WRITTEN {
            blocks.clear();
            (all.columns, all.texts, all.left_out) = (Vec::new(), Vec::new(), true);
        }
        if images.saturating_mul(all.columns.len()) > MOST_CELLS {
            (all.columns, all.left_out) = (Vec::new(), true);
        }
        if images.saturating_mul(all.texts.len()) > Self::MOST_TEXTS {
            (all.texts, all.left_out) = (Vec::new(), true);
        }
        let (columns, names) = (all.columns.len(), all.texts.len());
        all.cells = vec![Labels::UNKNOWN; images.saturating_mul(columns)];
        all.rows = vec![Vec::new(); images];
        for (head, cells, texts, values, places) in blocks {
            let mut lines = texts.split('\n');
            for at in 0..usize::try_from(covered(&head)).unwrap_or_default() {
                let image = head.first + at;
                let row = &mut all.cells[image * columns..][..columns];
                row.fill(Labels::UNKNOWN);
                let given = cells.get(at * values.len()..).unwrap_or_default();
                for ((column, known), &value) in values.iter().zip(given) {
                    // There is no place where the columns are left out.
                    if let Some(cell) = row.get_mut(*column) {
                        let value = known.get(usize::from(value)).copied();
                        *cell = value.unwrap_or(Labels::UNKNOWN);
                    }
                }
                let line = lines.next().unwrap_or_default();
                let mut row = Vec::new();
                if names > 0 && !line.replace('\t', "").is_empty() {
                    row = vec![String::new(); names];
                    for (&place, cell) in places.iter().zip(line.split('\t')) {
                        cell.clone_into(&mut row[place]);
                    }
                }
                all.rows[image] = row;
            }
        }
        all
    }

    /// Adds a column's values to those of the column at `at`, and returns the place of each value there.
    fn add_column(&mut self, column: &Task, at: usize) -> Vec<u8> {
        if at == self.columns.len() {
            self.columns.push(Task {
                values: Vec::new(),
                ..column.clone()
            });
        }
        let known = &mut self.columns[at];
        let is_new = known.values.is_empty();
        let mut places = Vec::with_capacity(column.values.len());
        for value in &column.values {
            let place = known.value_index(value).or_else(|| {
                // An order or a pair of two imports is no order of both.
                if !is_new {
                    known.kind = TaskKind::Categorical;
                }
                let place = known.values.len();
                (place < MOST_VALUES).then(|| known.values.push(value.clone()))?;
                Some(place)
            });
            let place = place.and_then(|place| u8::try_from(place).ok());
            places.push(place.unwrap_or(Labels::UNKNOWN));
        }
        places
    }
}

/// The places of columns by their names, letter case aside, in the order in which they were first asked for.
#[derive(Debug, Default)]
struct Places(BTreeMap<String, usize>);

impl Places {
    fn of(&mut self, name: &str) -> usize {
        let next = self.0.len();
        *self.0.entry(name.to_ascii_lowercase()).or_insert(next)
    }
}

/// A text without what separates cells and lines.
fn plain(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

/// The first block: its head, values and texts, and what follows it.
fn next(bytes: &[u8]) -> Option<(Head, &[u8], &str, &[u8])> {
    let end = 1 + bytes.iter().position(|&byte| byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    let head: Head = journal::parse(line)?;
    let (rest, after) = rest.split_at_checked(head.bytes)?;
    let most = head.columns.len().max(head.texts.len());
    let values = head.columns.iter().map(|column| column.values.len());
    let is_possible = most <= MOST_COLUMNS && values.max().unwrap_or_default() <= MOST_VALUES;
    if !is_possible || crc32fast::hash(rest) != head.crc {
        return None;
    }
    let cells = head.images.checked_mul(head.columns.len())?;
    let (cells, texts) = rest.split_at_checked(cells)?;
    let texts = std::str::from_utf8(texts).ok()?;
    let is_whole = head.texts.is_empty() || texts.matches('\n').count() == head.images;
    is_whole.then_some((head, cells, texts, after))
}

/// The end of the last block that counts, and its beginning.
pub(crate) fn end(bytes: &[u8]) -> (usize, usize) {
    let (mut last, mut at) = (0, 0);
    while let Some((.., after)) = next(&bytes[at..]) {
        (last, at) = (at, bytes.len() - after.len());
    }
    (at, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: u8 = Labels::UNKNOWN;

    fn first() -> Columns {
        Columns {
            columns: vec![
                Task::binary("Hat"),
                Task::with_values("Colour", TaskKind::Categorical, ["red", "blue"]),
            ],
            cells: vec![1, 0, 0, 1, NONE, NONE],
            texts: vec!["Title".into()],
            rows: vec![vec!["a\tb\nc".into()], Vec::new(), vec!["d".into()]],
            left_out: false,
        }
    }

    fn second() -> Columns {
        Columns {
            columns: vec![Task::with_values(
                "colour",
                TaskKind::Categorical,
                ["green", "Blue"],
            )],
            cells: vec![0, 1],
            texts: vec!["Place".into()],
            rows: vec![vec!["x".into()], Vec::new()],
            left_out: false,
        }
    }

    #[test]
    fn columns_of_one_name_are_one() {
        let mut file = first().block(0).expect("plain");
        file.extend(second().block(2).expect("plain"));
        let all = Columns::read(&file, 4);
        assert_eq!(all.columns[1].values, ["red", "blue", "green"]);
        assert_eq!(all.cells, [1, 0, 0, 1, NONE, 2, NONE, 1]);
        assert_eq!(all.texts, ["Title", "Place"]);
        assert_eq!(all.rows[0], ["a b c", ""]);
        assert_eq!(all.rows[2], ["", "x"], "the later block counts");
        assert!(all.rows[1].is_empty() && all.rows[3].is_empty());
        let few = Columns::read(&file, 1);
        assert_eq!((few.cells.as_slice(), few.images()), (&[1, 0][..], 1));
        assert_eq!(Columns::read(&[], 2).images(), 2, "of an earlier version");
    }

    #[test]
    fn a_block_cut_off_or_damaged_does_not_count() {
        let block = first().block(0).expect("plain");
        let mut file = block.clone();
        file.extend(second().block(3).expect("plain"));
        let one = Columns::read(&block, 5);
        for cut in block.len()..file.len() {
            assert_eq!(Columns::read(&file[..cut], 5), one, "{cut}");
            assert_eq!(end(&file[..cut]), (block.len(), 0));
        }
        assert_eq!(end(&file), (file.len(), block.len()));
        for at in 0..block.len() {
            let mut damaged = block.clone();
            damaged[at] ^= 4;
            assert_eq!(Columns::read(&damaged, 3).columns, [], "byte {at}");
        }
    }

    /// A small file with thousands of columns of text took all memory: every cell became a text of its own.
    #[test]
    fn texts_of_a_small_file_took_all_memory() {
        let mut columns = first();
        columns.texts = (0..4096).map(|at| at.to_string()).collect();
        let file = columns.block(0).expect("plain");
        let few = Columns::read(&file, 3);
        assert_eq!((few.texts.len(), few.left_out), (4096, false));
        let many = Columns::read(&file, Columns::MOST_TEXTS / 4096 + 1);
        assert!(many.left_out && many.texts.is_empty());
        assert!(many.rows.iter().all(Vec::is_empty));
        assert_eq!(
            (many.columns, &many.cells[..2]),
            (first().columns, &[1, 0][..])
        );
    }

    /// A small file took minutes: it named millions of images without a byte for each, a column with a million values,
    /// or ever new columns, each of which was held against all before it.
    #[test]
    fn a_small_file_asked_for_work_without_end() {
        let head = |images, columns, texts| Head {
            first: 0,
            images,
            columns,
            texts,
            bytes: 0,
            crc: crc32fast::hash(&[]),
        };
        let column = |values: usize| {
            let values = (0..values).map(|value| value.to_string());
            Task::with_values("many", TaskKind::Categorical, values.collect::<Vec<_>>())
        };
        let refused = [
            head(1 << 24, Vec::new(), vec!["Title".into()]),
            head(0, vec![column(MOST_VALUES + 1)], Vec::new()),
        ];
        for head in refused {
            let block = journal::line(&head).expect("plain");
            assert!(next(&block).is_none(), "{head:?}");
        }
        let block = journal::line(&head(0, vec![column(MOST_VALUES)], Vec::new())).expect("plain");
        assert!(next(&block).is_some());
        // Images without columns are those of an import without a table.
        let without = journal::line(&head(1 << 24, Vec::new(), Vec::new())).expect("plain");
        assert!(next(&without).is_some());
        assert!(!Columns::read(&without.repeat(2), 1 << 8).left_out);
        assert!(Columns::read(&without.repeat(1 << 12), 1 << 20).left_out);
        let mut file = Vec::new();
        for block in 0..25 {
            let columns = (0..MOST_COLUMNS).map(|at| Task::binary(format!("{block}-{at}")));
            file.extend(journal::line(&head(0, columns.collect(), Vec::new())).expect("plain"));
        }
        let start = std::time::Instant::now();
        let all = Columns::read(&file, 1);
        assert_eq!(all.columns.len(), 25 * MOST_COLUMNS);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn a_stranger_s_numbers_do_not_overflow() {
        for (images, bytes) in [(usize::MAX, 0), (3, usize::MAX), (usize::MAX / 2, 5)] {
            let mut file = journal::line(&Head {
                first: usize::MAX,
                images,
                columns: vec![Task::binary("a"); 3],
                texts: Vec::new(),
                bytes,
                crc: 0,
            })
            .expect("plain");
            file.extend([0; 16]);
            assert_eq!(Columns::read(&file, 2).columns, []);
        }
    }
}
