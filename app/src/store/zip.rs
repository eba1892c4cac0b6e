//! Writing a zip (PKWARE APPNOTE 4.3): files stored as they are, one after the other.

use js_sys::{Array, Uint8Array};
use modulens_store::ImageNames;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::refusal::by_browser;
use crate::calls::Refusal;

/// The smallest version that can read such a zip: 2.0.
const VERSION: u16 = 20;
/// The flag of a name in UTF-8.
const UTF8: u16 = 1 << 11;

/// A zip being written.
#[derive(Debug, Default)]
pub(super) struct Zip {
    parts: Array,
    directory: Vec<u8>,
    offset: u64,
    files: u16,
}

/// A zip of images being written, named by their ids.
#[derive(Debug, Default)]
pub(super) struct ImageZip {
    zip: Zip,
    names: ImageNames,
}

impl Zip {
    /// Adds a file: its name, its bytes as the browser has them, their checksum and number.
    ///
    /// # Errors
    /// It is too large, or there are too many, for a zip without extensions.
    pub(super) fn add(
        &mut self,
        name: &str,
        bytes: &JsValue,
        crc: u32,
        length: u64,
    ) -> Result<(), Refusal> {
        let Ok(size) = u32::try_from(length) else {
            return Err(format!("the file {name} is too large to be exported").into());
        };
        let at = offset_of(self.offset)?;
        self.files = self.files.checked_add(1).ok_or(
            "there are more files than one zip can have (65535); select fewer pictures, and save them in several zips",
        )?;
        let fields = fields(crc, size, name);
        let mut header = b"PK\x03\x04".to_vec();
        header.extend(&fields);
        header.extend(name.as_bytes());
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&fields);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.offset += header.len() as u64 + length;
        self.parts.push(&Uint8Array::from(header.as_slice()));
        self.parts.push(bytes);
        Ok(())
    }

    /// The whole zip.
    ///
    /// # Errors
    /// It is too large, or the browser has no room for it.
    pub(super) fn finish(mut self) -> Result<Blob, Refusal> {
        let length = offset_of(self.directory.len() as u64)?;
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend(self.files.to_le_bytes());
        end.extend(self.files.to_le_bytes());
        end.extend(length.to_le_bytes());
        end.extend(offset_of(self.offset)?.to_le_bytes());
        end.extend([0; 2]);
        self.directory.extend(end);
        self.parts
            .push(&Uint8Array::from(self.directory.as_slice()));
        Blob::new_with_blob_sequence(&self.parts).map_err(by_browser("put the file together"))
    }
}

impl ImageZip {
    /// Adds an image: its id, and its encoded bytes.
    ///
    /// # Errors
    /// There are no bytes, or as [`Zip::add`].
    pub(super) fn add(&mut self, id: &str, bytes: &JsValue) -> Result<(), Refusal> {
        let copy = Uint8Array::new(bytes).to_vec();
        if copy.is_empty() {
            return Err(format!(
                "the picture {id} is not kept, so it cannot be saved; deselect it and try again"
            )
            .into());
        }
        let name = self.names.next(id, &copy);
        let crc = crc32fast::hash(&copy);
        self.zip.add(&name, bytes, crc, copy.len() as u64)
    }

    /// The whole zip.
    ///
    /// # Errors
    /// As [`Zip::finish`].
    pub(super) fn finish(self) -> Result<Blob, Refusal> {
        self.zip.finish()
    }
}

/// The fields shared by the local header and the directory: version, flags, method, time, checksum,
/// sizes, lengths.
fn fields(crc: u32, length: u32, name: &str) -> Vec<u8> {
    let mut fields = VERSION.to_le_bytes().to_vec();
    let flags = if name.is_ascii() { 0 } else { UTF8 };
    fields.extend(flags.to_le_bytes());
    // Stored, midnight.
    fields.extend([0; 4]);
    // The first day a zip knows: 1 January 1980.
    fields.extend(33_u16.to_le_bytes());
    fields.extend(crc.to_le_bytes());
    fields.extend(length.to_le_bytes());
    fields.extend(length.to_le_bytes());
    fields.extend((name.len() as u16).to_le_bytes());
    fields.extend([0; 2]);
    fields
}

fn offset_of(offset: u64) -> Result<u32, Refusal> {
    u32::try_from(offset).map_err(|_| "this is too large to be saved as one zip".into())
}
