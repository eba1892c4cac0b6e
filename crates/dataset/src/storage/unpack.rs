//! One entry out of a zip, with every claim of its header checked.

use std::io::Read as _;

use deflate64::Deflate64Decoder;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use crate::error::DatasetError;

use super::read_at::{ReadAt, read_exact};
use super::zip::{BROKEN, LOCAL, Member, Method, u16_at};

/// Room for the local extra field in the first read; times and owners take 28 bytes, Zip64 20.
const USUAL_EXTRA: usize = 64;

/// Reads and unpacks an entry: one read in nearly every case. At most `member.size` bytes are ever held
/// (plus one, to catch an entry that is larger than it says).
///
/// # Errors
/// When the entry is not what the directory says: place, size or checksum.
pub(crate) fn unpack(
    source: &dyn ReadAt,
    path: &str,
    member: &Member,
) -> Result<Vec<u8>, DatasetError> {
    let broken = |problem: String| DatasetError::Zip {
        file: path.to_owned(),
        problem,
        hint: BROKEN,
    };
    let unreadable = |source| DatasetError::Read {
        place: path.to_owned(),
        source,
    };
    let too_large = |_| broken(format!("it claims {} bytes, too many to hold", member.size));
    let packed = usize::try_from(member.packed).map_err(too_large)?;
    let size = usize::try_from(member.size).map_err(too_large)?;

    let guess = (LOCAL + usize::from(member.name_len) + USUAL_EXTRA).saturating_add(packed);
    let first = source.read_at(member.offset, guess).map_err(unreadable)?;
    let lengths = first
        .get(..LOCAL)
        .filter(|header| header.starts_with(b"PK\x03\x04"));
    let Some(header) = lengths else {
        return Err(broken(
            "the zip's directory points to something else".into(),
        ));
    };
    let start = LOCAL
        + usize::from(u16::from_le_bytes([header[26], header[27]]))
        + usize::from(u16::from_le_bytes([header[28], header[29]]));
    let late;
    let data = match first.get(start..start.saturating_add(packed)) {
        Some(data) => data,
        None => {
            late = read_exact(source, member.offset.saturating_add(start as u64), packed)
                .map_err(unreadable)?;
            &late
        }
    };
    let bytes = match member.method {
        Method::Stored => data.to_vec(),
        Method::Deflated => inflate(data, size).map_err(broken)?,
        Method::Deflated64 => inflate64(data, size).map_err(broken)?,
    };
    if bytes.len() != size {
        let problem = format!("it claims {size} bytes and holds {}", bytes.len());
        return Err(broken(problem));
    }
    if crc32fast::hash(&bytes) != member.crc {
        return Err(broken("its checksum is wrong".into()));
    }
    Ok(bytes)
}

fn inflate(data: &[u8], size: usize) -> Result<Vec<u8>, String> {
    decompress_to_vec_with_limit(data, size.saturating_add(1)).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => format!("it claims {size} bytes and holds more"),
        _ => "its packed data is damaged".to_owned(),
    })
}

fn inflate64(data: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    Deflate64Decoder::with_buffer(data)
        .take((size as u64).saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| "its packed data is damaged".to_owned())?;
    if bytes.len() > size {
        return Err(format!("it claims {size} bytes and holds more"));
    }
    Ok(bytes)
}

/// The position of an entry's data.
///
/// # Errors
/// When there is no entry where the directory has it.
pub(super) fn data_start(
    source: &dyn ReadAt,
    path: &str,
    member: &Member,
) -> Result<u64, DatasetError> {
    let header = read_exact(source, member.offset, LOCAL);
    let header = header.map_err(|source| DatasetError::Read {
        place: path.to_owned(),
        source,
    })?;
    let length = |at| u64::from(u16_at(&header, at).unwrap_or_default());
    let start = (member.offset + LOCAL as u64) + length(26) + length(28);
    let inside = start.saturating_add(member.packed) <= source.len();
    if header.starts_with(b"PK\x03\x04") && inside {
        return Ok(start);
    }
    Err(DatasetError::Zip {
        file: path.to_owned(),
        problem: "the zip's directory points to something else".into(),
        hint: BROKEN,
    })
}
