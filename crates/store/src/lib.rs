//! A visitor's own galleries, kept on the browser's disk.
//!
//! A gallery is a folder of thirteen files. Most of them hold data and only ever grow; one, the *journal*, says how much of
//! these counts. Data is written and flushed first, then one line is added to the journal: whatever
//! happens in between (a closed tab, a crash, a full disk), what the journal's last whole line says is there and
//! right, and the rest is cut off by the next writer.
//!
//! | file | content |
//! | --- | --- |
//! | `journal` | [`journal`]: the header, then a line per batch |
//! | `features` | `[images, C]`, little-endian `f32`: bit for bit what was searched before a reload |
//! | `pictures` | the thumbnails, one after the other |
//! | `lengths` | little-endian `u32` per picture: its thumbnail's bytes, 0 where the picture could not be read |
//! | `labels` | one byte per picture and task: the value, 255 where unknown |
//! | `ids` | the pictures' ids, each ended by a line feed |
//! | `origins` | [`Origin`]: size and checksum of each picture's file; absent in galleries of earlier versions |
//! | `columns` | [`Columns`]: the visitor's own labels, in blocks with checksums of their own; may be absent |
//! | `taught` | [`read_taught`]: the tasks that the visitor taught, in lines with checksums of their own; may be absent |
//! | `hidden` | [`read_hidden`]: the images that the visitor hid, in the same form; may be absent, and earlier versions leave it as it is |
//! | `corrections` | [`read_corrections`]: the labels that the visitor corrected, likewise |
//! | `previews` | larger JPEGs of whole images, one after the other; may be absent |
//! | `preview-index` | 32 bytes per image, [`Preview`]: place, length and checksum of its preview, and the part of it that the image is of; zeros, or absent, where there is none |
//!
//! Images can be added to a gallery later: their labels and ids are appended and flushed, then the journal says so. An
//! image that was taken out or replaced keeps its place; a line of the journal says that it is not shown any more.
//!
//! Previews are a luxury: where they cannot be written they are given up, and the images count without them.
//!
//! Nothing here knows a browser: a writer works on anything that is a [`Disk`], and [`Contents`] reads bytes. Tests
//! let the power fail after every single step.

mod archive;
mod columns;
mod comparison;
mod contents;
mod disk;
mod error;
mod files;
mod header;
mod image_names;
pub mod journal;
mod newest;
mod origin;
mod preview;
mod writer;

pub use archive::Entry;
pub use columns::Columns;
pub use comparison::{Brought, Comparison};
pub use contents::{Adding, Contents};
pub use disk::{Disk, MemoryDisk};
pub use error::StoreError;
pub use files::{File, Files, Sizes};
pub use header::{Header, Source};
pub use image_names::ImageNames;
pub use newest::{read_corrections, read_hidden, read_taught};
pub use origin::Origin;
pub use preview::{Preview, Previews};
pub use writer::{Row, Writer, as_line};
