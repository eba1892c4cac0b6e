//! The disk that a gallery is written to.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use crate::files::File;

/// The open files of one gallery, owned by one writer.
///
/// Writes beyond the end leave a gap of zeros, as files do.
pub trait Disk {
    /// Bytes of a file; 0 for one that was never written.
    ///
    /// # Errors
    /// The disk fails.
    fn size(&self, file: File) -> io::Result<u64>;

    /// Fills the buffer from a position on, as far as the file goes; says how many bytes that were.
    ///
    /// # Errors
    /// The disk fails.
    fn read(&self, file: File, at: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Writes all bytes at a position.
    ///
    /// # Errors
    /// The disk fails or is full; some of the bytes may then be written.
    fn write(&mut self, file: File, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts a file to a length.
    ///
    /// # Errors
    /// The disk fails.
    fn truncate(&mut self, file: File, size: u64) -> io::Result<()>;

    /// Returns when everything written to the file is safe.
    ///
    /// # Errors
    /// The disk fails.
    fn flush(&mut self, file: File) -> io::Result<()>;
}

/// A disk in memory, for tests: it can run out of power or of room, and forgets then what was not flushed.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk(Rc<RefCell<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    now: HashMap<File, Vec<u8>>,
    safe: HashMap<File, Vec<u8>>,
    /// Steps (writes, cuts, flushes) until the power fails.
    steps_left: Option<usize>,
    /// Bytes of all files together.
    room: Option<u64>,
}

impl MemoryDisk {
    /// The power fails after so many more steps.
    pub fn fail_after(&self, steps: usize) {
        self.0.borrow_mut().steps_left = Some(steps);
    }

    /// Room for so many bytes in all.
    pub fn limit(&self, bytes: Option<u64>) {
        self.0.borrow_mut().room = bytes;
    }

    /// The files after a power failure: of the data that was not flushed, `kept` of 255 parts of
    /// every file survive.
    #[must_use]
    pub fn after_failure(&self, kept: u8) -> Self {
        let memory = self.0.borrow();
        let survives = |file: &File| {
            let safe = memory.safe.get(file).cloned().unwrap_or_default();
            let now = memory.now.get(file).cloned().unwrap_or_default();
            let common = safe.iter().zip(&now).take_while(|(a, b)| a == b).count();
            let more = (now.len() - common) * usize::from(kept) / 255;
            let mut bytes = now[..common + more].to_vec();
            if bytes.len() < safe.len() && kept < u8::MAX {
                bytes.extend_from_slice(&safe[bytes.len()..]);
            }
            (*file, bytes)
        };
        let now: HashMap<_, _> = File::ALL.iter().map(survives).collect();
        Self(Rc::new(RefCell::new(Memory {
            safe: now.clone(),
            now,
            ..Memory::default()
        })))
    }

    /// A file's bytes as they are.
    pub fn bytes(&self, file: File) -> Vec<u8> {
        self.0.borrow().now.get(&file).cloned().unwrap_or_default()
    }
}

impl Memory {
    fn step(&mut self) -> io::Result<()> {
        match &mut self.steps_left {
            Some(0) => Err(io::Error::other("the power failed")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Disk for MemoryDisk {
    fn size(&self, file: File) -> io::Result<u64> {
        Ok(self
            .0
            .borrow()
            .now
            .get(&file)
            .map_or(0, |bytes| bytes.len() as u64))
    }

    fn read(&self, file: File, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let memory = self.0.borrow();
        let bytes = memory.now.get(&file).map(Vec::as_slice).unwrap_or_default();
        let start = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        let count = into.len().min(bytes.len() - start);
        into[..count].copy_from_slice(&bytes[start..start + count]);
        Ok(count)
    }

    fn write(&mut self, file: File, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut memory = self.0.borrow_mut();
        let failing = memory.step();
        let used: usize = memory.now.values().map(Vec::len).sum();
        let at = usize::try_from(at).map_err(io::Error::other)?;
        let growth = (at + bytes.len()).saturating_sub(memory.now.get(&file).map_or(0, Vec::len));
        let full = memory
            .room
            .is_some_and(|room| (used + growth) as u64 > room);
        // A write that fails may have got halfway.
        let done = if failing.is_err() || full {
            bytes.len() / 2
        } else {
            bytes.len()
        };
        let place = memory.now.entry(file).or_default();
        if place.len() < at + done {
            place.resize(at + done, 0);
        }
        place[at..at + done].copy_from_slice(&bytes[..done]);
        failing?;
        if full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn truncate(&mut self, file: File, size: u64) -> io::Result<()> {
        let mut memory = self.0.borrow_mut();
        memory.step()?;
        let size = usize::try_from(size).map_err(io::Error::other)?;
        memory.now.entry(file).or_default().resize(size, 0);
        Ok(())
    }

    fn flush(&mut self, file: File) -> io::Result<()> {
        let mut memory = self.0.borrow_mut();
        memory.step()?;
        let bytes = memory.now.get(&file).cloned().unwrap_or_default();
        memory.safe.insert(file, bytes);
        Ok(())
    }
}
