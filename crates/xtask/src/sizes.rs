//! The sizes of the built site, file by file, and the check against the budget.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    coding::Coding,
    error::{Error, Result},
};

/// All wasm modules together, gzipped: what even a plain host sends. The store has 620,000 of it, 200,000 of them tables of
/// encodings and of Unicode for file names and tables that are not UTF-8; it is fetched only when something is imported.
/// Finding faces and cutting them out has about 50,000, most of it in the engines; the map has 75,000, fetched with the first one.
pub(crate) const WASM_BUDGET: u64 = 3_660_000;

/// One row of the table: a file, or all files of a folder of galleries.
#[derive(Debug)]
struct Row {
    name: String,
    bytes: u64,
    gzip: u64,
    brotli: u64,
    files: usize,
}

/// The sizes of a built site.
#[derive(Debug)]
pub(crate) struct Sizes {
    rows: Vec<Row>,
}

impl Sizes {
    /// Weighs every file below a folder. The pictures of a gallery are one row, and are not compressed
    /// again, since a JPEG gains nothing by it.
    pub(crate) fn weigh(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(folder, &mut files)?;
        files.sort();
        let mut rows: Vec<Row> = Vec::new();
        for path in files {
            let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
            let inside = path.strip_prefix(folder).unwrap_or(&path);
            let name = row_name(inside);
            let size = bytes.len() as u64;
            let packed = |coding: Coding| {
                if is_compressed(inside) {
                    return Ok(size);
                }
                let packed = coding.compress(&bytes);
                Ok(packed.map_err(Error::io("compress", &path))?.len() as u64)
            };
            let (gzip, brotli) = (packed(Coding::Gzip)?, packed(Coding::Brotli)?);
            match rows.last_mut() {
                Some(last) if last.name == name => {
                    last.bytes += size;
                    last.gzip += gzip;
                    last.brotli += brotli;
                    last.files += 1;
                }
                _ => rows.push(Row {
                    name,
                    bytes: size,
                    gzip,
                    brotli,
                    files: 1,
                }),
            }
        }
        Ok(Self { rows })
    }

    /// All wasm modules together, gzipped.
    pub(crate) fn wasm_gzip(&self) -> u64 {
        let wasm = self.rows.iter().filter(|row| row.name.ends_with(".wasm"));
        wasm.map(|row| row.gzip).sum()
    }

    /// Refuses a site that is heavier than promised, or that holds no program at all.
    pub(crate) fn check(&self) -> Result<()> {
        let wasm = self.wasm_gzip();
        if wasm == 0 {
            return Err(Error::Budget(
                "it holds no wasm module; was it built?".into(),
            ));
        }
        if wasm > WASM_BUDGET {
            return Err(Error::Budget(format!(
                "its wasm modules are {wasm} bytes gzipped, {WASM_BUDGET} are allowed; \
                 look at what was added with `cargo tree` and the table above"
            )));
        }
        Ok(())
    }

    /// The table as one JSON object.
    pub(crate) fn json(&self) -> Value {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| json!({"name": row.name, "files": row.files, "bytes": row.bytes, "gzip": row.gzip, "brotli": row.brotli}))
            .collect();
        json!({
            "files": rows,
            "wasm_gzip": self.wasm_gzip(),
            "wasm_gzip_budget": WASM_BUDGET,
        })
    }

    /// The table for people.
    pub(crate) fn print(&self) {
        println!("{:>12} {:>12} {:>12}  file", "bytes", "gzip", "brotli");
        for row in &self.rows {
            let files = if row.files > 1 {
                format!(" ({} files)", row.files)
            } else {
                String::new()
            };
            println!(
                "{:>12} {:>12} {:>12}  {}{files}",
                row.bytes, row.gzip, row.brotli, row.name
            );
        }
        println!(
            "{:>12} {:>12} {:>12}  all wasm modules; {WASM_BUDGET} are allowed",
            "",
            self.wasm_gzip(),
            ""
        );
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("list", folder))? {
        let path = entry.map_err(Error::io("list", folder))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn row_name(inside: &Path) -> String {
    let text = inside.to_string_lossy().replace('\\', "/");
    match text.rfind("/pictures/") {
        Some(end) => format!("{}/pictures/", &text[..end]),
        None => text,
    }
}

fn is_compressed(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("jpg" | "jpeg" | "png" | "webp" | "woff2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        folder
    }

    #[test]
    fn pictures_of_a_gallery_are_one_row() {
        let site = site(&[
            ("a.wasm", &[0; 1000]),
            ("galleries/faces/manifest.json", b"{}"),
            ("galleries/faces/pictures/000000.jpg", &[1; 10]),
            ("galleries/faces/pictures/000001.jpg", &[2; 20]),
            ("galleries/shoes/pictures/000000.jpg", &[3; 7]),
        ]);
        let sizes = Sizes::weigh(site.path()).expect("readable");
        let rows: Vec<_> = sizes
            .rows
            .iter()
            .map(|row| (row.name.as_str(), row.bytes))
            .collect();
        assert_eq!(
            rows,
            [
                ("a.wasm", 1000),
                ("galleries/faces/manifest.json", 2),
                ("galleries/faces/pictures/", 30),
                ("galleries/shoes/pictures/", 7),
            ]
        );
        assert!(sizes.wasm_gzip() < 100, "zeros compress");
        sizes.check().expect("small enough");
    }

    #[test]
    fn a_site_without_a_program_is_refused() {
        let site = site(&[("index.html", b"<p>")]);
        assert!(
            Sizes::weigh(site.path())
                .expect("readable")
                .check()
                .is_err()
        );
    }

    #[test]
    fn a_heavy_site_is_refused() {
        // A linear congruential generator's high bytes: nothing a compressor could use.
        let mut state = 1_u64;
        let noise: Vec<u8> = (0..WASM_BUDGET + 1000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        let site = site(&[("heavy.wasm", &noise)]);
        assert!(
            Sizes::weigh(site.path())
                .expect("readable")
                .check()
                .is_err()
        );
    }
}
