//! The scans of a JPEG without its pixels: the mean of every block of 8 x 8 pixels, and a check that no block is
//! missing.

use super::huffman::{Bits, Table};
use super::outline::next_marker;

/// The reason why blocks could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes end, or a marker comes, before the last block.
    Short,
    /// The bytes are no such file.
    Damaged,
}

/// One colour plane.
#[derive(Clone, Debug, Default)]
pub(super) struct Plane {
    id: u8,
    /// Sampling factors, across and down.
    pub(super) sampling: (usize, usize),
    table: u8,
    /// Blocks in a row of `means`.
    pub(super) stride: usize,
    /// The first coefficient of each block as stored.
    means: Vec<i16>,
    /// For each block the coefficients that are not zero, by a bit each; empty where nobody asks.
    set: Vec<u64>,
    /// Coefficients of which every bit has come.
    done: u64,
    /// The first coefficient's quantiser.
    quantiser: u16,
}

impl Plane {
    /// The mean of a block, 0 to 255.
    pub(super) fn mean(&self, block: usize) -> u8 {
        let first = i32::from(self.means[block]) * i32::from(self.quantiser);
        (((first + 4) >> 3) + 128).clamp(0, 255) as u8
    }
}

/// The blocks of a JPEG.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    /// Width and height in pixels.
    sides: (usize, usize),
    progressive: bool,
    /// The planes.
    pub(super) planes: Vec<Plane>,
    /// The largest sampling factors.
    pub(super) most: (usize, usize),
    first: [Option<Table>; 4],
    other: [Option<Table>; 4],
    quantisers: [u16; 4],
    restart: usize,
    depth: Depth,
}

/// The part of the scans that is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Depth {
    /// As much as the means take.
    #[default]
    Means,
    /// Every bit.
    Bits,
}

/// One scan's header.
struct Scan {
    /// Its planes, with their two tables.
    planes: Vec<(usize, usize, usize)>,
    /// The first and the last coefficient.
    from: u8,
    to: u8,
    /// True if it adds a bit to what earlier scans said.
    refines: bool,
    low: u8,
}

impl Blocks {
    /// Reads the means of all blocks.
    ///
    /// # Errors
    /// Blocks are missing or damaged.
    pub(super) fn means(bytes: &[u8]) -> Result<Self, Fault> {
        Self::read(bytes, Depth::Means).map(|(blocks, _)| blocks)
    }

    /// Reads every block to its last bit.
    ///
    /// Returns true if there is an end marker.
    ///
    /// # Errors
    /// Blocks, or parts of them, are missing or damaged.
    pub(super) fn check(bytes: &[u8]) -> Result<bool, Fault> {
        Self::read(bytes, Depth::Bits).map(|(_, ends)| ends)
    }

    /// The blocks, and true if there is an end marker.
    fn read(bytes: &[u8], depth: Depth) -> Result<(Self, bool), Fault> {
        let mut blocks = Self {
            depth,
            ..Self::default()
        };
        let mut ends = false;
        let mut at = 2;
        loop {
            at = next_marker(bytes, at);
            let Some(&marker) = bytes.get(at + 1) else {
                break;
            };
            at += 2;
            match marker {
                0xD9 => {
                    ends = true;
                    break;
                }
                0x01 | 0xD0..=0xD8 => continue,
                _ => {}
            }
            let length = match bytes.get(at..at + 2) {
                Some(pair) => usize::from(u16::from_be_bytes([pair[0], pair[1]])).max(2),
                None => break,
            };
            let Some(segment) = bytes.get(at + 2..at + length) else {
                break;
            };
            at += length;
            match marker {
                0xC0..=0xC2 => blocks.frame(segment, marker == 0xC2, bytes.len())?,
                0xC4 => blocks.tables(segment)?,
                0xC3 | 0xC5..=0xCF => return Err(Fault::Damaged),
                0xDB => blocks.quantisers(segment)?,
                0xDD => {
                    let interval = segment.get(..2).ok_or(Fault::Damaged)?;
                    blocks.restart = usize::from(u16::from_be_bytes([interval[0], interval[1]]));
                }
                0xDA => {
                    let scan = blocks.scan(segment)?;
                    if blocks.is_of_use(&scan) {
                        let mut bits = Bits::new(bytes, at);
                        blocks.decode(&scan, &mut bits)?;
                        at = bits.next_marker();
                    }
                    blocks.finish(&scan);
                    if !blocks.progressive && blocks.planes.iter().all(|plane| plane.done & 1 == 1)
                    {
                        break;
                    }
                }
                _ => {}
            }
        }
        let all = depth == Depth::Bits && blocks.progressive;
        let wanted = if all { u64::MAX } else { 1 };
        let complete = |plane: &Plane| plane.done & wanted == wanted;
        if blocks.planes.is_empty() || !blocks.planes.iter().all(complete) {
            return Err(Fault::Short);
        }
        Ok((blocks, ends))
    }

    fn frame(&mut self, segment: &[u8], progressive: bool, bytes: usize) -> Result<(), Fault> {
        let &[8, h1, h0, w1, w0, count, ref planes @ ..] = segment else {
            return Err(Fault::Damaged);
        };
        if !self.planes.is_empty() || planes.len() < 3 * usize::from(count) {
            return Err(Fault::Damaged);
        }
        let (width, height) = (
            usize::from(u16::from_be_bytes([w1, w0])),
            usize::from(u16::from_be_bytes([h1, h0])),
        );
        self.sides = (width, height);
        self.progressive = progressive;
        for plane in planes.chunks_exact(3).take(count.into()) {
            let sampling = (usize::from(plane[1] >> 4), usize::from(plane[1] & 15));
            if !(1..=4).contains(&sampling.0) || !(1..=4).contains(&sampling.1) || plane[2] > 3 {
                return Err(Fault::Damaged);
            }
            self.planes.push(Plane {
                id: plane[0],
                sampling,
                table: plane[2],
                ..Plane::default()
            });
        }
        let most = |side: fn(&Plane) -> usize| self.planes.iter().map(side).max().unwrap_or(1);
        self.most = (
            most(|plane| plane.sampling.0),
            most(|plane| plane.sampling.1),
        );
        let (across, down) = self.units();
        let sampled = self
            .planes
            .iter()
            .map(|plane| plane.sampling.0 * plane.sampling.1);
        // A block takes a bit at least: a header that claims more gets no memory.
        if across * down * sampled.sum::<usize>() > 8 * bytes {
            return Err(Fault::Short);
        }
        for plane in &mut self.planes {
            plane.stride = across * plane.sampling.0;
            let blocks = plane.stride * down * plane.sampling.1;
            plane.means = vec![0; blocks];
            if progressive && self.depth == Depth::Bits {
                plane.set = vec![0; blocks];
            }
        }
        Ok(())
    }

    /// Groups of blocks, one of each plane's sampling, across and down.
    fn units(&self) -> (usize, usize) {
        (
            self.sides.0.div_ceil(8 * self.most.0),
            self.sides.1.div_ceil(8 * self.most.1),
        )
    }

    fn tables(&mut self, mut segment: &[u8]) -> Result<(), Fault> {
        while let [kind, rest @ ..] = segment {
            let counts = rest.get(..16).ok_or(Fault::Damaged)?;
            let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
            let symbols = rest.get(16..16 + total).ok_or(Fault::Damaged)?;
            let kinds = match kind >> 4 {
                0 => &mut self.first,
                1 => &mut self.other,
                _ => return Err(Fault::Damaged),
            };
            let place = kinds
                .get_mut(usize::from(kind & 15))
                .ok_or(Fault::Damaged)?;
            *place = Some(Table::new(counts, symbols).ok_or(Fault::Damaged)?);
            segment = &rest[16 + total..];
        }
        Ok(())
    }

    fn quantisers(&mut self, mut segment: &[u8]) -> Result<(), Fault> {
        while let [kind, rest @ ..] = segment {
            let size = if kind >> 4 == 0 { 64 } else { 128 };
            let table = rest.get(..size).ok_or(Fault::Damaged)?;
            let place = self.quantisers.get_mut(usize::from(kind & 15));
            *place.ok_or(Fault::Damaged)? = if size == 64 {
                table[0].into()
            } else {
                u16::from_be_bytes([table[0], table[1]])
            };
            segment = &rest[size..];
        }
        Ok(())
    }

    fn scan(&self, segment: &[u8]) -> Result<Scan, Fault> {
        let (&count, rest) = segment.split_first().ok_or(Fault::Damaged)?;
        let count = usize::from(count);
        let rest = rest.get(..2 * count + 3).ok_or(Fault::Damaged)?;
        let mut planes = Vec::with_capacity(count);
        for pair in rest[..2 * count].chunks_exact(2) {
            let plane = self.planes.iter().position(|plane| plane.id == pair[0]);
            let (first, other) = (usize::from(pair[1] >> 4), usize::from(pair[1] & 15));
            planes.push((plane.ok_or(Fault::Damaged)?, first, other));
        }
        let (from, to, bits) = if self.progressive {
            (rest[2 * count], rest[2 * count + 1], rest[2 * count + 2])
        } else {
            (0, 63, 0)
        };
        let scan = Scan {
            planes,
            from,
            to,
            refines: bits >> 4 != 0,
            low: bits & 15,
        };
        let fits = if !self.progressive {
            (1..=4).contains(&count)
        } else if from == 0 {
            to == 0 && (1..=4).contains(&count)
        } else {
            from <= to && to < 64 && count == 1
        };
        if fits && scan.low < 14 {
            Ok(scan)
        } else {
            Err(Fault::Damaged)
        }
    }

    /// Returns true for a scan that has to be read: the means are in the first coefficients only.
    fn is_of_use(&self, scan: &Scan) -> bool {
        self.depth == Depth::Bits || scan.from == 0
    }

    fn decode(&mut self, scan: &Scan, bits: &mut Bits<'_>) -> Result<(), Fault> {
        let mut run = Run::default();
        let mut left = self.restart;
        let (across, down) = match *scan.planes {
            // One plane alone comes in its own blocks (A.2.2).
            [(plane, ..)] => {
                let plane = &self.planes[plane];
                let blocks = |side: usize, own: usize, most: usize| (side * own).div_ceil(8 * most);
                (
                    blocks(self.sides.0, plane.sampling.0, self.most.0),
                    blocks(self.sides.1, plane.sampling.1, self.most.1),
                )
            }
            _ => self.units(),
        };
        let alone = scan.planes.len() == 1;
        for y in 0..down {
            for x in 0..across {
                if self.restart > 0 {
                    if left == 0 {
                        bits.restart()?;
                        run = Run::default();
                        left = self.restart;
                    }
                    left -= 1;
                }
                for (&(plane, first, other), last) in scan.planes.iter().zip(0..) {
                    let (wide, high) = match alone {
                        true => (1, 1),
                        false => self.planes[plane].sampling,
                    };
                    for block in 0..wide * high {
                        let (x, y) = (x * wide + block % wide, y * high + block / wide);
                        let place = y * self.planes[plane].stride + x;
                        let tables = (self.first.get(first), self.other.get(other));
                        let tables = (
                            tables.0.and_then(Option::as_ref),
                            tables.1.and_then(Option::as_ref),
                        );
                        run.block(scan, bits, tables, &mut self.planes[plane], place, last)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Notes what a scan has brought.
    fn finish(&mut self, scan: &Scan) {
        for &(plane, ..) in &scan.planes {
            let plane = &mut self.planes[plane];
            if plane.quantiser == 0 {
                plane.quantiser = self.quantisers[usize::from(plane.table)];
            }
            if scan.low == 0 {
                plane.done |= (u64::MAX >> (63 - scan.to)) & (u64::MAX << scan.from);
            }
        }
    }
}

/// The memory of a scan from block to block.
#[derive(Default)]
struct Run {
    /// The last first coefficient of each plane.
    last: [i32; 4],
    /// Blocks to come that have nothing more.
    empty: u32,
}

impl Run {
    /// Reads a block; the tables are those of first coefficients and of the others.
    #[inline]
    fn block(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        (first, other): (Option<&Table>, Option<&Table>),
        plane: &mut Plane,
        place: usize,
        last: usize,
    ) -> Result<(), Fault> {
        if scan.from == 0 && scan.refines {
            let bit = bits.take(1)? << scan.low;
            plane.means[place] |= bit as i16;
            return Ok(());
        }
        if scan.from == 0 {
            let size = bits.symbol(first.ok_or(Fault::Damaged)?)?;
            if size > 15 {
                return Err(Fault::Damaged);
            }
            self.last[last] = self.last[last].wrapping_add(bits.difference(size)?);
            plane.means[place] = (self.last[last] << scan.low) as i16;
            if scan.to == 0 {
                return Ok(());
            }
        }
        let other = other.ok_or(Fault::Damaged)?;
        match (plane.set.get_mut(place), scan.refines) {
            (Some(set), true) => self.refine(scan, bits, other, set),
            (set, _) => self.others(scan, bits, other, set),
        }
    }

    /// Steps over the coefficients after the first, and notes which are not zero.
    #[inline]
    fn others(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        table: &Table,
        mut set: Option<&mut u64>,
    ) -> Result<(), Fault> {
        if self.empty > 0 {
            self.empty -= 1;
            return Ok(());
        }
        let mut at = scan.from.max(1);
        while at <= scan.to {
            let symbol = bits.symbol(table)?;
            let (zeros, size) = (symbol >> 4, symbol & 15);
            if size > 0 {
                at += zeros;
                bits.take(size)?;
                if let Some(set) = &mut set {
                    **set |= 1_u64.checked_shl(at.into()).unwrap_or(0);
                }
                at += 1;
            } else if zeros == 15 {
                at += 16;
            } else {
                self.empty = (1 << zeros) - 1 + u32::from(bits.take(zeros)?);
                break;
            }
        }
        Ok(())
    }

    /// Steps over one more bit of the coefficients after the first (G.1.2.3).
    fn refine(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        table: &Table,
        set: &mut u64,
    ) -> Result<(), Fault> {
        let known = *set;
        let mut at = scan.from;
        while at <= scan.to && self.empty == 0 {
            let symbol = bits.symbol(table)?;
            let (mut zeros, size) = (symbol >> 4, symbol & 15);
            if size > 1 {
                return Err(Fault::Damaged);
            }
            if size == 0 && zeros < 15 {
                self.empty = (1 << zeros) + u32::from(bits.take(zeros)?);
                break;
            }
            bits.take(size)?;
            while at <= scan.to {
                if known >> at & 1 == 1 {
                    bits.take(1)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if size == 1 && at <= scan.to {
                *set |= 1 << at;
            }
            at += 1;
        }
        if self.empty > 0 {
            let rest = (at..=scan.to).filter(|&at| known >> at & 1 == 1).count();
            for _ in 0..rest {
                bits.take(1)?;
            }
            self.empty -= 1;
        }
        Ok(())
    }
}
