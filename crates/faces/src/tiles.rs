//! The parts of an image that the detector looks at, coarse to fine.
//!
//! The network sees 128 x 128 pixels and misses faces narrower than about a tenth of that. The whole image is looked at
//! first, then overlapping square tiles, up to 4 and up to 9 of them: [`MOST`] passes at most.

/// The most passes over one image.
const MOST: usize = 1 + 4 + 9;
/// The most tiles of each of the finer scales.
const BUDGETS: [usize; 2] = [4, 9];
/// The part of its side that a tile shares with the next one.
const SHARED: f32 = 0.25;
/// The shortest side of a tile in pixels: finer ones would only magnify.
const SHORTEST: f32 = 128.0;

/// A square part of an image, in pixels. It may reach beyond the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Square {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) side: f32,
}

/// The whole image in the middle of a square.
fn whole(width: u32, height: u32) -> Square {
    let (width, height) = (width as f32, height as f32);
    let side = width.max(height);
    Square {
        left: (width - side) / 2.0,
        top: (height - side) / 2.0,
        side,
    }
}

/// The squares to look at in an image of that size.
pub(crate) fn squares(width: u32, height: u32) -> Vec<Square> {
    let mut all = Vec::with_capacity(MOST);
    all.push(whole(width, height));
    for budget in BUDGETS {
        let (columns, rows, side) = finest(width as f32, height as f32, budget);
        if columns * rows > 1 && side >= SHORTEST {
            let place = |length: u32, count, index| along(length as f32, side, count, index);
            all.extend((0..columns * rows).map(|index| Square {
                left: place(width, columns, index % columns),
                top: place(height, rows, index / columns),
                side,
            }));
        }
    }
    all
}

/// The grid of at most `budget` tiles whose tiles are the smallest, and as few as do it: columns, rows, and the side of
/// a tile.
fn finest(width: f32, height: f32, budget: usize) -> (usize, usize, f32) {
    let mut best = (1, 1, width.max(height));
    for columns in 1..=budget {
        for rows in 1..=budget / columns {
            let cover = |length: f32, count: usize| {
                let count = count as f32;
                length / (count - (count - 1.0) * SHARED)
            };
            let side = cover(width, columns).max(cover(height, rows));
            if side < best.2 || (side == best.2 && columns * rows < best.0 * best.1) {
                best = (columns, rows, side);
            }
        }
    }
    best
}

/// The beginning of the tile `index` of `count` along a length: the first and the last are flush with the ends.
fn along(length: f32, side: f32, count: usize, index: usize) -> f32 {
    if count == 1 {
        (length - side) / 2.0
    } else {
        (length - side) * index as f32 / (count - 1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_image_is_looked_at_once() {
        for (width, height) in [(1, 1), (5, 5), (178, 218), (128, 20)] {
            assert_eq!(squares(width, height).len(), 1, "{width} x {height}");
        }
    }

    #[test]
    fn passes_keep_to_their_budget() {
        let sides = [1, 7, 128, 300, 1000, 4000, 20_000];
        for width in sides {
            for height in sides {
                let all = squares(width, height);
                assert!(all.len() <= MOST, "{width} x {height}: {}", all.len());
            }
        }
        assert_eq!(squares(1000, 1000).len(), MOST);
        assert_eq!(squares(1024, 1).len(), MOST);
    }

    #[test]
    fn tiles_cover_the_image_and_overlap() {
        for (width, height) in [(1000_u32, 1000_u32), (1500, 1000), (600, 1900), (4000, 700)] {
            let all = squares(width, height);
            let inside = |x: f32, y: f32, tile: &Square| {
                (tile.left..=tile.left + tile.side).contains(&x)
                    && (tile.top..=tile.top + tile.side).contains(&y)
            };
            let sides: Vec<f32> = all.iter().map(|tile| tile.side).collect();
            for side in [sides[1], sides[all.len() - 1]] {
                let tiles: Vec<&Square> = all.iter().filter(|tile| tile.side == side).collect();
                // A box of a fifth of a tile lies in one of them, wherever it is.
                let step = side * 0.2;
                for y in 0..(height as f32 / 10.0) as usize {
                    for x in 0..(width as f32 / 10.0) as usize {
                        let (x, y) = (x as f32 * 10.0, y as f32 * 10.0);
                        let far = ((x + step).min(width as f32), (y + step).min(height as f32));
                        let whole =
                            |tile: &&Square| inside(x, y, tile) && inside(far.0, far.1, tile);
                        assert!(tiles.iter().any(|tile| whole(tile)), "{x}, {y} of {side}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_wide_image_gets_a_row_of_tiles() {
        let all = squares(4000, 1000);
        let rows: Vec<&Square> = all.iter().filter(|tile| tile.side <= 1000.0).collect();
        assert!(rows.len() >= 4);
        assert!(rows.iter().all(|tile| tile.top == 0.0));
    }
}
