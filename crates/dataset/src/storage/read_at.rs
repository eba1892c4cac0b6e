//! Reading bytes at a position: the one thing a file, a `Blob` and a buffer in memory have in common.

use std::io;

/// A source of bytes that can be read at any position: a file, a browser's `Blob`, a buffer.
pub trait ReadAt: Send + Sync {
    /// Waits for up to `len` bytes from `offset` on; fewer only where the source ends.
    ///
    /// # Errors
    /// The source cannot be read.
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>>;

    /// Size in bytes.
    fn len(&self) -> u64;

    /// Returns true if there is nothing to read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let start = usize::try_from(offset)
            .map_or(self.as_slice().len(), |at| at.min(self.as_slice().len()));
        let end = start.saturating_add(len).min(self.as_slice().len());
        Ok(self[start..end].to_vec())
    }

    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }
}

/// Reads exactly `len` bytes.
///
/// # Errors
/// [`io::ErrorKind::UnexpectedEof`] where the source is shorter than it says.
pub(crate) fn read_exact(source: &dyn ReadAt, offset: u64, len: usize) -> io::Result<Vec<u8>> {
    let bytes = source.read_at(offset, len)?;
    if bytes.len() == len {
        Ok(bytes)
    } else {
        Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!(
                "{len} bytes were expected at byte {offset}, {} are there",
                bytes.len()
            ),
        ))
    }
}
