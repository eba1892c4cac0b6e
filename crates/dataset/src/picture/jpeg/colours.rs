//! The colours of a JPEG: which ones its planes are, and how they become RGB.

use super::outline::Outline;
use crate::error::DecodeError;

/// The colours by Adobe's marker (APP14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Adobe {
    /// There is no such marker.
    #[default]
    Absent,
    /// The transformation: 0 none, 1 YCbCr, 2 YCCK.
    Transform(u8),
}

impl Adobe {
    /// Takes in an APP14 segment.
    pub(super) fn or(self, segment: &[u8]) -> Self {
        match segment.get(11) {
            Some(&transform) if segment.starts_with(b"Adobe") => Self::Transform(transform),
            _ => self,
        }
    }
}

/// The meaning of the planes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// Lightness only.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Lightness and two differences.
    YCbCr,
    /// Cyan, magenta, yellow, black; `inverted` where 255 is no ink.
    Cmyk {
        /// True for the numbers that Adobe's programs write.
        inverted: bool,
    },
    /// CMYK whose first three are stored like YCbCr.
    Ycck {
        /// True for the numbers that Adobe's programs write.
        inverted: bool,
    },
}

impl Colours {
    /// Decides as libjpeg does, and so as browsers and most programs.
    ///
    /// # Errors
    /// A kind that is not known.
    pub(super) fn of(outline: &Outline) -> Result<Self, DecodeError> {
        match (outline.planes, outline.adobe) {
            (1, _) => Ok(Self::Grey),
            (3, _) if outline.jfif => Ok(Self::YCbCr),
            (3, Adobe::Transform(0)) => Ok(Self::Rgb),
            (3, Adobe::Absent) if outline.names == *b"RGB" => Ok(Self::Rgb),
            (3, Adobe::Absent | Adobe::Transform(1 | 2)) => Ok(Self::YCbCr),
            (4, Adobe::Absent) => Ok(Self::Cmyk { inverted: false }),
            (4, Adobe::Transform(0)) => Ok(Self::Cmyk { inverted: true }),
            (4, Adobe::Transform(2)) => Ok(Self::Ycck { inverted: true }),
            (planes, adobe) => Err(DecodeError::Colours {
                detail: match adobe {
                    Adobe::Absent => format!("{planes} planes"),
                    Adobe::Transform(kind) => format!("{planes} planes, Adobe transform {kind}"),
                },
            }),
        }
    }

    /// A pixel's planes as RGB; planes beyond its own are not looked at.
    #[inline]
    pub(super) fn rgb(self, [a, b, c, d]: [u8; 4]) -> [u8; 3] {
        match self {
            Self::Grey => [a; 3],
            Self::Rgb => [a, b, c],
            Self::YCbCr => from_ycbcr([a, b, c]),
            Self::Cmyk { inverted } => over_black([a, b, c], d, inverted),
            Self::Ycck { inverted } => {
                over_black(from_ycbcr([a, b, c]).map(|ink| 255 - ink), d, inverted)
            }
        }
    }
}

/// YCbCr to RGB (ITU T.871), in fixed point of 16 bits.
fn from_ycbcr([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (
        (i32::from(y) << 16) + (1 << 15),
        i32::from(cb) - 128,
        i32::from(cr) - 128,
    );
    [
        y + 91_881 * cr,
        y - 22_554 * cb - 46_802 * cr,
        y + 116_130 * cb,
    ]
    .map(|value| (value >> 16).clamp(0, 255) as u8)
}

/// The light that three inks and black leave.
fn over_black(inks: [u8; 3], black: u8, inverted: bool) -> [u8; 3] {
    let light = |ink: u8| u32::from(if inverted { ink } else { 255 - ink });
    inks.map(|ink| ((light(ink) * light(black) + 127) / 255) as u8)
}
