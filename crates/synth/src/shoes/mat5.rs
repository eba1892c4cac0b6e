//! A writer for the one kind of MATLAB file the data set has: a column of strings in a cell array.
//!
//! MAT-file version 5, uncompressed, little-endian. A file is a 128-byte header and then *elements*: a tag of two
//! 32-bit words (type, bytes), the bytes, and padding to a multiple of 8. A cell array is one `miMATRIX` element that
//! holds, in this order, the array's flags, its dimensions, its name, and one nameless `miMATRIX` for each cell.
//! (Source: the maker's manual "MAT-File Format", the chapter on level 5.)

/// Data types of the format.
const INT8: u32 = 1;
const INT32: u32 = 5;
const UINT32: u32 = 6;
const MATRIX: u32 = 14;
const UTF8: u32 = 16;
/// Array classes of the format.
const CELL: u32 = 1;
const CHAR: u32 = 4;

/// The bytes of a file that holds `name`, an N x 1 cell array of row strings.
///
/// Strings are stored as UTF-8, as MATLAB itself has done since its version 7. The header's text carries no date, so
/// that the same strings give the same bytes.
pub(super) fn strings(name: &str, values: &[String]) -> Vec<u8> {
    let mut cells = Vec::new();
    for value in values {
        let rows = i32::from(!value.is_empty());
        let mut cell = array_head(CHAR, rows, value.chars().count(), "");
        element(&mut cell, UTF8, value.as_bytes());
        element(&mut cells, MATRIX, &cell);
    }
    let mut body = array_head(CELL, count(values.len()), 1, name);
    body.append(&mut cells);

    let mut file = b"MATLAB 5.0 MAT-file, written by Modulens".to_vec();
    file.resize(116, b' ');
    file.extend([0; 8]); // no subsystem data
    file.extend(0x0100_u16.to_le_bytes());
    file.extend(*b"IM");
    element(&mut file, MATRIX, &body);
    file
}

/// Flags, dimensions and name: what every array begins with.
fn array_head(class: u32, rows: i32, columns: usize, name: &str) -> Vec<u8> {
    let mut head = Vec::new();
    let flags = [class.to_le_bytes(), [0; 4]].concat();
    element(&mut head, UINT32, &flags);
    let dimensions = [rows.to_le_bytes(), count(columns).to_le_bytes()].concat();
    element(&mut head, INT32, &dimensions);
    element(&mut head, INT8, name.as_bytes());
    head
}

/// Appends a tag, its bytes and the padding.
fn element(to: &mut Vec<u8>, kind: u32, bytes: &[u8]) {
    to.extend(kind.to_le_bytes());
    to.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.extend(bytes);
    // Everything here is written at a multiple of 8 from the file's start, so its own length decides the padding.
    to.resize(to.len() + bytes.len().next_multiple_of(8) - bytes.len(), 0);
}

/// A dimension; galleries are far smaller than what 31 bits hold.
fn count(items: usize) -> i32 {
    i32::try_from(items).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_the_documented_one() {
        let file = strings("imagepath", &["a/b.jpg".into(), "é".into()]);
        assert_eq!(&file[..10], b"MATLAB 5.0");
        assert_eq!(&file[124..128], [0x00, 0x01, b'I', b'M']);
        assert_eq!(file[128..132], MATRIX.to_le_bytes());
        let length = u32::from_le_bytes(file[132..136].try_into().unwrap()) as usize;
        assert_eq!(file.len(), 136 + length, "one element fills the rest");
        assert_eq!(length % 8, 0);
        assert_eq!(&file[136 + 32 + 8..136 + 32 + 17], b"imagepath");
    }
}
