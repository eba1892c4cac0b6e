//! Archives that cannot be read where they lie, unpacked piece by piece: natively into an unnamed file, in a browser into
//! memory; never more than a stated number of bytes.

use std::io::{self, Write};

use deflate64::InflaterManaged;
use flate2::write::{DeflateDecoder, GzDecoder};

use super::read_at::{ReadAt, read_exact};

/// The most bytes that the archives of a storage are unpacked to, all together.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const MAX_UNPACKED: u64 = 64 << 30;
/// The most bytes that the archives of a storage are unpacked to, all together; a page has no more memory.
#[cfg(target_arch = "wasm32")]
pub(super) const MAX_UNPACKED: u64 = 512 << 20;

/// Images are packed already: an archive of them that unpacks to more than this many times its size, plus
/// [`ALLOWANCE`], is a bomb.
const MAX_RATIO: u64 = 200;
const ALLOWANCE: u64 = 64 << 20;

/// Packed bytes read at once.
const CHUNK: u64 = 1 << 20;

/// The packing of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Deflate,
    Deflate64,
    Gzip,
}

/// The reason why bytes were not unpacked.
#[derive(Debug)]
pub(super) enum Unpackable {
    /// They cannot be read, or there is no room to write them.
    Io(io::Error),
    Damaged,
    /// They unpack to more than this.
    TooMuch(u64),
}

/// Unpacked bytes.
pub(super) struct Unpacked {
    pub(super) source: Box<dyn ReadAt>,
    pub(super) crc: u32,
}

/// Unpacks all of a source, to at most `most` bytes.
pub(super) fn unpack(
    source: &dyn ReadAt,
    packing: Packing,
    most: u64,
) -> Result<Unpacked, Unpackable> {
    let most = most.min(
        source
            .len()
            .saturating_mul(MAX_RATIO)
            .saturating_add(ALLOWANCE),
    );
    let sink = Sink::new(most);
    let mut decoder = match packing {
        Packing::Deflate => Decoder::Deflate(DeflateDecoder::new(sink)),
        Packing::Gzip => Decoder::Gzip(Gunzip::new(sink)),
        Packing::Deflate64 => Decoder::Deflate64(Box::new(InflaterManaged::new()), sink),
    };
    let mut at = 0;
    while at < source.len() {
        let wanted = (source.len() - at).min(CHUNK);
        let chunk = read_exact(source, at, usize::try_from(wanted).unwrap_or(0));
        let chunk = chunk.map_err(Unpackable::Io)?;
        at += wanted;
        if let Err(error) = decoder.write_all(&chunk) {
            return Err(decoder.fault(error));
        }
    }
    decoder.finish()
}

/// The first bytes of a gzip, unpacked.
pub(super) fn peek(start: &[u8], len: usize) -> Vec<u8> {
    use io::Read as _;
    let mut bytes = Vec::new();
    // An error comes after what could be unpacked.
    let _ = flate2::read::GzDecoder::new(start)
        .take(len as u64)
        .read_to_end(&mut bytes);
    bytes
}

enum Decoder {
    Deflate(DeflateDecoder<Sink>),
    Gzip(Gunzip),
    Deflate64(Box<InflaterManaged>, Sink),
}

impl Decoder {
    fn write_all(&mut self, chunk: &[u8]) -> io::Result<()> {
        match self {
            Self::Deflate(decoder) => decoder.write_all(chunk),
            Self::Gzip(decoder) => decoder.write(chunk),
            Self::Deflate64(inflater, sink) => inflate64(inflater, chunk, sink),
        }
    }

    fn sink(&self) -> &Sink {
        match self {
            Self::Deflate(decoder) => decoder.get_ref(),
            Self::Gzip(decoder) => decoder.current.get_ref(),
            Self::Deflate64(_, sink) => sink,
        }
    }

    /// The cause of an error in writing.
    fn fault(&self, error: io::Error) -> Unpackable {
        let sink = self.sink();
        if sink.full {
            Unpackable::TooMuch(sink.most)
        } else if sink.failed {
            Unpackable::Io(error)
        } else {
            Unpackable::Damaged
        }
    }

    fn finish(mut self) -> Result<Unpacked, Unpackable> {
        let ended = match &mut self {
            Self::Deflate(decoder) => decoder.try_finish(),
            Self::Gzip(decoder) => decoder.current.try_finish(),
            Self::Deflate64(inflater, sink) => inflate64(inflater, &[], sink),
        };
        if let Err(error) = ended {
            return Err(self.fault(error));
        }
        let sink = match self {
            Self::Deflate(decoder) => decoder.finish(),
            Self::Gzip(decoder) => decoder.current.finish(),
            Self::Deflate64(_, sink) => Ok(sink),
        };
        let sink = sink.map_err(|_| Unpackable::Damaged)?;
        Ok(Unpacked {
            crc: sink.crc.clone().finalize(),
            source: sink.into_source().map_err(Unpackable::Io)?,
        })
    }
}

/// A gzip of any number of members.
struct Gunzip {
    current: GzDecoder<Sink>,
    ended: bool,
}

impl Gunzip {
    fn new(sink: Sink) -> Self {
        Self {
            current: GzDecoder::new(sink),
            ended: false,
        }
    }

    fn write(&mut self, mut chunk: &[u8]) -> io::Result<()> {
        while !chunk.is_empty() && !self.ended {
            let taken = self.current.write(chunk)?;
            chunk = &chunk[taken..];
            if taken == 0 {
                // Behind a member comes another, or padding, which gzip ignores, too.
                self.current.try_finish()?;
                if chunk.starts_with(b"\x1F\x8B") || chunk == b"\x1F" {
                    let most = self.current.get_ref().most;
                    let done = std::mem::replace(self.current.get_mut(), Sink::new(most));
                    self.current = GzDecoder::new(done);
                } else {
                    self.ended = true;
                }
            }
        }
        Ok(())
    }
}

fn inflate64(inflater: &mut InflaterManaged, mut chunk: &[u8], sink: &mut Sink) -> io::Result<()> {
    let mut room = vec![0; 1 << 16];
    loop {
        let done = inflater.inflate(chunk, &mut room);
        if done.data_error {
            return Err(io::ErrorKind::InvalidData.into());
        }
        sink.write_all(&room[..done.bytes_written])?;
        chunk = &chunk[done.bytes_consumed..];
        if inflater.finished() || (done.bytes_written == 0 && done.bytes_consumed == 0) {
            return Ok(());
        }
    }
}

/// The place of what is unpacked, with a limit.
struct Sink {
    store: Store,
    len: u64,
    most: u64,
    crc: crc32fast::Hasher,
    full: bool,
    failed: bool,
}

impl Sink {
    fn new(most: u64) -> Self {
        Self {
            store: Store::default(),
            len: 0,
            most,
            crc: crc32fast::Hasher::new(),
            full: false,
            failed: false,
        }
    }

    fn into_source(self) -> io::Result<Box<dyn ReadAt>> {
        self.store.into_source()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.len += bytes.len() as u64;
        if self.len > self.most {
            self.full = true;
            return Err(io::Error::other("too large"));
        }
        self.crc.update(bytes);
        self.store.put(bytes).inspect_err(|_| self.failed = true)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An unnamed file: it is gone with the program.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Default)]
struct Store(Option<io::BufWriter<std::fs::File>>);

#[cfg(not(target_arch = "wasm32"))]
impl Store {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        // Not before there is something: a gzip may have many empty members.
        if self.0.is_none() {
            self.0 = Some(io::BufWriter::new(tempfile::tempfile()?));
        }
        self.0.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    fn into_source(self) -> io::Result<Box<dyn ReadAt>> {
        let Some(file) = self.0 else {
            return Ok(Box::new(Vec::new()));
        };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Box::new(super::disk::OpenFile::of(file)?))
    }
}

/// Memory in pieces, so that it never moves while it grows.
#[cfg(any(target_arch = "wasm32", test))]
#[derive(Default)]
struct Pieces(Vec<Vec<u8>>);

#[cfg(any(target_arch = "wasm32", test))]
impl Pieces {
    const SIZE: usize = 1 << 20;

    fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.0.last().is_none_or(|last| last.len() == Self::SIZE) {
                let mut piece = Vec::new();
                let room = piece.try_reserve_exact(Self::SIZE);
                room.map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
                self.0.push(piece);
            }
            let Some(last) = self.0.last_mut() else { break };
            let some = bytes.len().min(Self::SIZE - last.len());
            last.extend_from_slice(&bytes[..some]);
            bytes = &bytes[some..];
        }
        Ok(())
    }
}

#[cfg(any(target_arch = "wasm32", test))]
impl ReadAt for Pieces {
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let left = self.len().saturating_sub(offset);
        let len = usize::try_from(left).unwrap_or(usize::MAX).min(len);
        let mut at = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(len);
        while bytes.len() < len {
            let piece = &self.0[at / Self::SIZE][at % Self::SIZE..];
            let some = piece.len().min(len - bytes.len());
            bytes.extend_from_slice(&piece[..some]);
            at += some;
        }
        Ok(bytes)
    }

    fn len(&self) -> u64 {
        let full = self.0.len().saturating_sub(1) * Self::SIZE;
        (full + self.0.last().map_or(0, Vec::len)) as u64
    }
}

#[cfg(target_arch = "wasm32")]
#[derive(Default)]
struct Store(Pieces);

#[cfg(target_arch = "wasm32")]
impl Store {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.put(bytes)
    }

    fn into_source(self) -> io::Result<Box<dyn ReadAt>> {
        Ok(Box::new(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn unpacked(packed: &[u8], packing: Packing, most: u64) -> Result<Vec<u8>, Unpackable> {
        let unpacked = unpack(&packed.to_vec(), packing, most)?;
        let len = usize::try_from(unpacked.source.len()).expect("small");
        let bytes = unpacked.source.read_at(0, len).expect("reads");
        assert_eq!(crc32fast::hash(&bytes), unpacked.crc);
        Ok(bytes)
    }

    #[test]
    fn every_packing_is_unpacked() {
        let data: Vec<u8> = (0..700_000_u32)
            .flat_map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect();
        let deflated = miniz_oxide::deflate::compress_to_vec(&data, 1);
        for packing in [Packing::Deflate, Packing::Deflate64] {
            assert_eq!(unpacked(&deflated, packing, u64::MAX).expect("whole"), data);
        }
        // Two members of a gzip are one file.
        let halves = [gzip(&data[..1000]), gzip(&data[1000..])].concat();
        assert_eq!(
            unpacked(&halves, Packing::Gzip, u64::MAX).expect("whole"),
            data
        );
        assert_eq!(peek(&halves, 512), data[..512]);
        let padded = [halves, vec![0; 3 << 20]].concat();
        let bytes = unpacked(&padded, Packing::Gzip, u64::MAX);
        assert_eq!(bytes.expect("padding is ignored"), data);
    }

    #[test]
    fn bombs_stop_at_their_limit() {
        let zeros = gzip(&vec![0; 90 << 20]);
        assert!(matches!(
            unpacked(&zeros, Packing::Gzip, 1000),
            Err(Unpackable::TooMuch(1000))
        ));
        let most = zeros.len() as u64 * MAX_RATIO + ALLOWANCE;
        assert!(matches!(
            unpacked(&zeros, Packing::Gzip, u64::MAX),
            Err(Unpackable::TooMuch(limit)) if limit == most
        ));
    }

    #[test]
    fn a_gzip_cut_anywhere_or_changed_is_damaged() {
        let whole = gzip(b"hello hello hello");
        for end in 0..whole.len() {
            let cut = unpacked(&whole[..end], Packing::Gzip, u64::MAX);
            assert!(
                matches!(cut, Err(Unpackable::Damaged)) || end == 0,
                "cut at {end}"
            );
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x5A;
            for packing in [Packing::Gzip, Packing::Deflate, Packing::Deflate64] {
                let _ = unpacked(&changed, packing, 1 << 20);
            }
        }
    }

    #[test]
    fn memory_in_pieces_reads_like_one() {
        let data: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
        let mut pieces = Pieces::default();
        for chunk in data.chunks(70_001) {
            pieces.put(chunk).expect("room");
        }
        assert_eq!(pieces.len(), 3_000_000);
        for (offset, len) in [
            (0, 3_000_000),
            (1_048_570, 20),
            (2_999_990, 100),
            (4_000_000, 1),
        ] {
            assert_eq!(
                pieces.read_at(offset, len).expect("reads"),
                data.read_at(offset, len).expect("reads")
            );
        }
    }
}
