//! Reading bytes at a position: the one thing a file, a `Blob` and a buffer in memory have in common.

use std::future::Future;
use std::io;
use std::pin::Pin;

/// The thread bound of a source: natively it may be used from several threads, in a browser it may
/// hold handles that never leave theirs.
#[cfg(not(target_arch = "wasm32"))]
pub trait ThreadBound: Send + Sync {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + Sync + ?Sized> ThreadBound for T {}

/// The thread bound of a source: natively it may be used from several threads, in a browser it may
/// hold handles that never leave theirs.
#[cfg(target_arch = "wasm32")]
pub trait ThreadBound {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> ThreadBound for T {}

/// The bytes to come from [`ReadAt::read_at`].
pub type Reading<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<u8>>> + 'a>>;

/// A source of bytes that can be read at any position: a file, a browser's `Blob`, a buffer.
pub trait ReadAt: ThreadBound {
    /// Up to `len` bytes from `offset` on; fewer only where the source ends.
    fn read_at(&self, offset: u64, len: usize) -> Reading<'_>;

    /// Size in bytes.
    fn len(&self) -> u64;

    /// Returns true if there is nothing to read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, offset: u64, len: usize) -> Reading<'_> {
        let start = usize::try_from(offset)
            .map_or(self.as_slice().len(), |at| at.min(self.as_slice().len()));
        let end = start.saturating_add(len).min(self.as_slice().len());
        let bytes = self[start..end].to_vec();
        Box::pin(std::future::ready(Ok(bytes)))
    }

    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }
}

/// Reads exactly `len` bytes.
///
/// # Errors
/// [`io::ErrorKind::UnexpectedEof`] where the source is shorter than it says.
pub(crate) async fn read_exact(
    source: &dyn ReadAt,
    offset: u64,
    len: usize,
) -> io::Result<Vec<u8>> {
    let bytes = source.read_at(offset, len).await?;
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
