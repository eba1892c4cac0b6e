//! Tiny pictures and hand-made zips.
#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::fs;
use std::path::Path;

use modulens_dataset::{Dataset, DatasetError, Options, Storage};

/// A JPEG of one colour.
pub(crate) fn jpeg(width: u16, height: u16, colour: [u8; 3]) -> Vec<u8> {
    let pixels = colour.repeat(usize::from(width) * usize::from(height));
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, 90)
        .encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)
        .expect("valid pixels");
    bytes
}

/// Writes files below a folder.
pub(crate) fn write(root: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("can be made");
        fs::write(path, bytes).expect("can be written");
    }
}

/// A fresh folder with files.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    write(root.path(), files);
    root
}

/// Opens and loads with the default options.
pub(crate) fn load(path: &Path) -> Result<(Storage, Dataset), DatasetError> {
    load_with(path, &Options::default())
}

/// Opens and loads.
pub(crate) fn load_with(
    path: &Path,
    options: &Options,
) -> Result<(Storage, Dataset), DatasetError> {
    let storage = Storage::open(path)?;
    let dataset = modulens_dataset::load(&storage, options)?;
    Ok((storage, dataset))
}

/// The message of a load that must fail.
pub(crate) fn failure(path: &Path) -> String {
    load(path)
        .map(|(_, dataset)| dataset.report)
        .expect_err("must fail")
        .to_string()
}

/// One entry of a hand-made zip, with room for lies.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) name: Vec<u8>,
    pub(crate) data: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    /// The size claimed, where it is not the true one.
    pub(crate) claimed: Option<u32>,
    pub(crate) crc: Option<u32>,
    pub(crate) offset: Option<u32>,
    pub(crate) zip64: bool,
    pub(crate) attributes: u32,
    /// Extra field in the directory.
    pub(crate) extra: Vec<u8>,
}

impl Part {
    pub(crate) fn stored(name: impl Into<Vec<u8>>, data: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            data: data.into(),
            method: 0,
            flags: 0,
            claimed: None,
            crc: None,
            offset: None,
            zip64: false,
            attributes: 0,
            extra: Vec::new(),
        }
    }

    pub(crate) fn deflated(name: impl Into<Vec<u8>>, data: impl Into<Vec<u8>>) -> Self {
        Self {
            method: 8,
            ..Self::stored(name, data)
        }
    }
}

fn put(into: &mut Vec<u8>, fields: &[(u64, usize)]) {
    for &(value, width) in fields {
        into.extend_from_slice(&value.to_le_bytes()[..width]);
    }
}

/// A zip of the parts; `zip64` writes the Zip64 end records too.
pub(crate) fn zip(parts: &[Part], zip64: bool) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let offset = out.len() as u64;
        let packed = match part.method {
            // As long as no match is longest, Deflate64 has the same bytes.
            8 | 9 => miniz_oxide::deflate::compress_to_vec(&part.data, 6),
            _ => part.data.clone(),
        };
        let crc = u64::from(part.crc.unwrap_or_else(|| crc32fast::hash(&part.data)));
        let size = part.claimed.map_or(part.data.len() as u64, u64::from);
        let name = part.name.len() as u64;
        let (flags, method) = (u64::from(part.flags), u64::from(part.method));
        out.extend(b"PK\x03\x04");
        put(
            &mut out,
            &[(20, 2), (flags, 2), (method, 2), (0, 4), (crc, 4)],
        );
        // The local extra field differs from the directory's, as real tools have it.
        put(
            &mut out,
            &[(packed.len() as u64, 4), (size, 4), (name, 2), (4, 2)],
        );
        out.extend(&part.name);
        out.extend([0xFE, 0xCA, 0, 0]);
        out.extend(&packed);

        directory.extend(b"PK\x01\x02");
        put(
            &mut directory,
            &[
                (0x031E, 2),
                (20, 2),
                (flags, 2),
                (method, 2),
                (0, 4),
                (crc, 4),
            ],
        );
        let told = part.offset.map_or(offset, u64::from);
        let full = u64::from(u32::MAX);
        let extra = part.extra.len() as u64;
        if part.zip64 {
            put(
                &mut directory,
                &[(full, 4), (full, 4), (name, 2), (28 + extra, 2)],
            );
        } else {
            put(
                &mut directory,
                &[(packed.len() as u64, 4), (size, 4), (name, 2), (extra, 2)],
            );
        }
        let attributes = u64::from(part.attributes);
        put(&mut directory, &[(0, 2), (0, 2), (0, 2), (attributes, 4)]);
        put(&mut directory, &[(if part.zip64 { full } else { told }, 4)]);
        directory.extend(&part.name);
        directory.extend(&part.extra);
        if part.zip64 {
            put(
                &mut directory,
                &[
                    (1, 2),
                    (24, 2),
                    (size, 8),
                    (packed.len() as u64, 8),
                    (told, 8),
                ],
            );
        }
    }
    let (start, size, count) = (out.len() as u64, directory.len() as u64, parts.len() as u64);
    out.extend(&directory);
    if zip64 {
        let at = out.len() as u64;
        out.extend(b"PK\x06\x06");
        put(
            &mut out,
            &[
                (44, 8),
                (45, 2),
                (45, 2),
                (0, 4),
                (0, 4),
                (count, 8),
                (count, 8),
            ],
        );
        put(&mut out, &[(size, 8), (start, 8)]);
        out.extend(b"PK\x06\x07");
        put(&mut out, &[(0, 4), (at, 8), (1, 4)]);
    }
    let short = |value: u64, width: usize| (if zip64 { u64::MAX } else { value }, width);
    out.extend(b"PK\x05\x06");
    put(
        &mut out,
        &[
            (0, 2),
            (0, 2),
            short(count, 2),
            short(count, 2),
            short(size, 4),
        ],
    );
    put(&mut out, &[short(start, 4), (0, 2)]);
    out
}

/// A tar of files.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, data) in files {
        let mut block = vec![0; 512];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
        block[148..156].fill(b' ');
        block[156] = b'0';
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        out.extend(block);
        out.extend(*data);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}
