//! A borrowed RGB image.

use crate::error::FacesError;

/// A view of 8-bit RGB pixels, row by row without gaps.
#[derive(Clone, Copy, Debug)]
pub struct RgbView<'a> {
    pixels: &'a [u8],
    width: u32,
    height: u32,
}

impl<'a> RgbView<'a> {
    /// Views `pixels`, 3 bytes each, as an image of that many columns and rows.
    ///
    /// # Errors
    /// When a side is 0, or the bytes are not `3 * width * height`.
    pub fn new(pixels: &'a [u8], width: u32, height: u32) -> Result<Self, FacesError> {
        let bytes = 3 * u128::from(width) * u128::from(height);
        if bytes == 0 || bytes != pixels.len() as u128 {
            return Err(FacesError::Pixels {
                width,
                height,
                bytes: pixels.len(),
            });
        }
        Ok(Self {
            pixels,
            width,
            height,
        })
    }

    /// The bytes of all pixels.
    pub fn pixels(&self) -> &'a [u8] {
        self.pixels
    }

    /// The number of columns.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The number of rows.
    pub fn height(&self) -> u32 {
        self.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_must_match_the_sides() {
        assert!(RgbView::new(&[0; 12], 2, 2).is_ok());
        for (bytes, width, height) in [(11, 2, 2), (13, 2, 2), (0, 0, 5), (0, 0, 0), (12, 4, 0)] {
            let error = RgbView::new(&vec![0; bytes], width, height).err();
            let error = error.expect("refused").to_string();
            assert!(error.contains(&format!("{width} x {height}")), "{error}");
        }
        assert!(RgbView::new(&[0; 12], u32::MAX, u32::MAX).is_err());
    }
}
