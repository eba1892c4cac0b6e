//! Huffman codes and the bits of a scan (ITU T.81, annexes C and F).

use super::scan::Fault;

/// Bits that are looked up at once; longer codes are rare.
const LOOKUP: u32 = 9;

/// The codes of one table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Symbol and length by the next bits; length 0 for a longer code.
    short: Vec<(u8, u8)>,
    /// For each length the first code beyond it, aligned to 16 bits.
    beyond: [u32; 17],
    /// For each length what added to a code gives its symbol's index.
    offset: [i32; 17],
    symbols: Vec<u8>,
}

impl Table {
    /// A table from the number of codes of each length, and the symbols; `None` where there is no such table.
    pub(super) fn new(counts: &[u8], symbols: &[u8]) -> Option<Self> {
        let mut table = Self {
            short: vec![(0, 0); 1 << LOOKUP],
            beyond: [0; 17],
            offset: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut index) = (0_u32, 0_usize);
        for (&count, length) in counts.iter().zip(1_u32..=16) {
            table.offset[length as usize] = index as i32 - code as i32;
            for _ in 0..count {
                let symbol = *symbols.get(index)?;
                if code >> length != 0 {
                    return None;
                }
                if length <= LOOKUP {
                    let start = (code << (LOOKUP - length)) as usize;
                    table.short[start..start + (1 << (LOOKUP - length))]
                        .fill((symbol, length as u8));
                }
                code += 1;
                index += 1;
            }
            table.beyond[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }
}

/// The bits of a scan, up to the next marker.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// Offset of the next byte.
    at: usize,
    /// The next bits, at the top.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// The bits from an offset on.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            held: 0,
            count: 0,
        }
    }

    /// Offset of the first marker that is not taken for bits, or of the end.
    pub(super) fn next_marker(&self) -> usize {
        super::outline::next_marker(self.bytes, self.at)
    }

    #[inline]
    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => {
                    self.at += 2;
                    0xFF
                }
                (Some(0xFF) | None, _) => return,
                (Some(&byte), _) => {
                    self.at += 1;
                    byte
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    #[inline]
    fn drop(&mut self, count: u32) -> Result<(), Fault> {
        if count > self.count {
            return Err(Fault::Short);
        }
        self.held <<= count;
        self.count -= count;
        Ok(())
    }

    /// The next `count` bits, at most 16.
    #[inline]
    pub(super) fn take(&mut self, count: u8) -> Result<u16, Fault> {
        if count == 0 {
            return Ok(0);
        }
        let count = u32::from(count);
        if self.count < count {
            self.fill();
        }
        let bits = (self.held >> (64 - count)) as u16;
        self.drop(count)?;
        Ok(bits)
    }

    /// The next symbol.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table) -> Result<u8, Fault> {
        if self.count < 16 {
            self.fill();
        }
        let (symbol, length) = table.short[(self.held >> (64 - LOOKUP)) as usize];
        if length > 0 {
            self.drop(u32::from(length))?;
            return Ok(symbol);
        }
        let code = (self.held >> 48) as u32;
        for length in LOOKUP as usize + 1..=16 {
            if code < table.beyond[length] {
                self.drop(length as u32)?;
                let index = (code >> (16 - length)) as i32 + table.offset[length];
                let symbol = usize::try_from(index).ok();
                let symbol = symbol.and_then(|index| table.symbols.get(index));
                return symbol.copied().ok_or(Fault::Damaged);
            }
        }
        // The zeros that stand for missing bits are no code either.
        Err(if self.count < 16 {
            Fault::Short
        } else {
            Fault::Damaged
        })
    }

    /// The next `count` bits as a signed difference (F.2.2.1).
    #[inline]
    pub(super) fn difference(&mut self, count: u8) -> Result<i32, Fault> {
        let bits = i32::from(self.take(count)?);
        if count > 0 && bits < 1 << (count - 1) {
            return Ok(bits + 1 - (1 << count));
        }
        Ok(bits)
    }

    /// Steps over the restart marker that comes next.
    pub(super) fn restart(&mut self) -> Result<(), Fault> {
        let marker = super::outline::next_stop(self.bytes, self.at);
        match self.bytes.get(marker + 1) {
            Some(0xD0..=0xD7) => {
                *self = Self::new(self.bytes, marker + 2);
                Ok(())
            }
            _ => Err(Fault::Short),
        }
    }
}
