//! A zip as big as `CelebA`, and laid out like it, without `CelebA`.
//!
//! ```sh
//! cargo run -p modulens-synth --example celeba_zip -- --images 202599 --out celeba.zip [--seed N] [--drawn 2000]
//! ```
//!
//! Inside are `img_align_celeba/000001.jpg` and on, 178 x 218 pixels and about 7 kB each, and beside that folder
//! `list_attr_celeba.txt` (all 40 attributes), `list_eval_partition.txt` (the official proportions, in the
//! official order) and `identity_CelebA.txt`. It is for trying how a site copes with so many pictures: what is
//! found in them means little, since only `--drawn` faces are drawn. All others are one of these in the same
//! split, shifted, mirrored, in other light and with other grain, under the label and the person of the drawn
//! one. An attribute that no drawing expresses is "no" everywhere, so that a reader finds nothing to tell by it.
//!
//! The zip has Zip64 records and stored entries, and is written from front to back. Memory does not grow with the
//! pictures, but for some 90 bytes each for the zip's directory; a drawn face takes 116 kB. The zip appears whole or
//! not at all, and is the same for the same seed. One core makes the full size, 1.5 GB, in 200 seconds; with
//! `--images 5000 --drawn 200` it takes 9.

mod archive;
mod drawn;
mod plan;
mod vary;

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rayon::prelude::*;

use archive::Archive;
use drawn::Drawn;

/// Pictures made before they are written: enough to keep every core busy, little to hold.
const BATCH: usize = 1024;

/// Anything that ends the work, for `main` to print.
type Failure = Box<dyn Error + Send + Sync>;

/// Writes a zip in `CelebA`'s layout.
#[derive(Parser)]
struct Args {
    /// Number of pictures, up to 999999.
    #[arg(long, default_value_t = 202_599, value_parser = clap::value_parser!(u32).range(1..=999_999))]
    images: u32,
    /// The zip to write.
    #[arg(long)]
    out: PathBuf,
    /// Everything in it follows from this number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of faces to draw; the rest are variations of them.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(20..=20_000))]
    drawn: u32,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match write(&args, &|words| eprint!("\r{words}")) {
        Ok(bytes) => {
            eprintln!();
            println!("{}: {bytes} bytes", args.out.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the zip and returns its size. `say` is told how far it is.
fn write(args: &Args, say: &dyn Fn(String)) -> Result<u64, Failure> {
    say(format!("drawing {} faces", args.drawn));
    let folder = match args.out.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let drawn = drawn::draw(args.drawn as usize, args.seed, folder)?;
    // Dropped before it is kept, for whatever reason, the temporary file goes.
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let bytes = fill(args, &drawn, file.as_file(), say)?;
    let file = file.persist(&args.out)?;
    // Temporary files are for their owner alone; this one is no longer temporary.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    drop(file);
    Ok(bytes)
}

fn fill(args: &Args, drawn: &[Drawn], file: &File, say: &dyn Fn(String)) -> Result<u64, Failure> {
    let images = args.images as usize;
    let pictures = plan::pictures(drawn, images)?;
    let mut archive = Archive::new(BufWriter::with_capacity(1 << 20, file));
    for (name, text) in plan::texts(drawn, &pictures) {
        archive.add(name, text.as_bytes())?;
    }
    for (batch, pictures) in pictures.chunks(BATCH).enumerate() {
        let first = batch * BATCH + 1;
        let files: Vec<Vec<u8>> = pictures
            .par_iter()
            .enumerate()
            .map(|(at, picture)| {
                vary::encode(
                    &drawn[picture.drawn].pixels,
                    args.seed,
                    first + at,
                    picture.round,
                )
            })
            .collect::<Result<_, _>>()?;
        for (at, file) in files.iter().enumerate() {
            let name = plan::name(first + at);
            archive.add(&format!("img_align_celeba/{name}"), file)?;
        }
        say(format!(
            "{} of {images} pictures",
            first - 1 + pictures.len()
        ));
    }
    let (mut out, bytes) = archive.finish()?;
    out.flush()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use modulens_dataset::{Format, Options, Storage, load};
    use modulens_schema::Split;
    use modulens_synth::faces::ATTRIBUTES;

    use super::*;

    const IMAGES: usize = 150;

    fn args(out: PathBuf) -> Args {
        Args {
            images: IMAGES as u32,
            out,
            seed: 5,
            drawn: 20,
        }
    }

    #[test]
    fn a_reader_of_celeba_takes_the_zip_for_it() {
        let home = tempfile::tempdir().expect("a folder");
        let out = home.path().join("faces.zip");
        let bytes = write(&args(out.clone()), &|_| {}).expect("writes");
        assert_eq!(fs::metadata(&out).expect("there").len(), bytes);
        let left = fs::read_dir(home.path()).expect("readable").count();
        assert_eq!(left, 1, "nothing else stays");

        let storage = Storage::open(&out).expect("a zip");
        let dataset = load(&storage, &Options::default()).expect("loads");
        assert_eq!(dataset.format, Format::Celeba);
        assert_eq!(
            (dataset.report.used, dataset.report.skipped_total),
            (150, 0)
        );
        let of = |name: &str| storage.entries().iter().position(|e| e.path == name);
        let text = of("list_attr_celeba.txt").expect("an entry");
        let text = String::from_utf8(storage.read(text).expect("reads"));
        let text = text.expect("text");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("150"));
        assert!(
            lines
                .next()
                .is_some_and(|names| names.split_whitespace().eq(ATTRIBUTES))
        );
        assert!(lines.all(|line| line.split_whitespace().count() == 41));
        let sizes = [Split::Train, Split::Val, Split::Test].map(|s| dataset.in_split(s).len());
        assert_eq!(sizes, [122, 14, 14]);

        let mut files = HashSet::new();
        for index in 0..IMAGES {
            let file = dataset.image(&storage, index).expect("there");
            let picture = image::load_from_memory(&file).expect("a picture");
            assert_eq!((picture.width(), picture.height()), (178, 218));
            assert!(files.insert(file), "no two are equal");
        }
        let splits: HashSet<(u64, Split)> = dataset
            .images
            .iter()
            .map(|image| (image.group, image.split))
            .collect();
        let groups: HashSet<u64> = splits.iter().map(|(group, _)| *group).collect();
        assert_eq!(groups.len(), splits.len(), "no person is in two splits");
        let smiling = dataset.tasks.iter().position(|task| task.name == "Smiling");
        let smiling = smiling.expect("a task");
        let smiles = (0..IMAGES)
            .filter(|&image| dataset.labels.get(image, smiling) == Some(1))
            .count();
        assert!((1..IMAGES).contains(&smiles));
    }

    #[test]
    fn the_same_seed_writes_the_same_bytes() {
        let home = tempfile::tempdir().expect("a folder");
        let read = |name: &str, seed: u64| {
            let out = home.path().join(name);
            let args = Args {
                images: 30,
                seed,
                ..args(out.clone())
            };
            write(&args, &|_| {}).expect("writes");
            fs::read(out).expect("there")
        };
        let first = read("a.zip", 3);
        assert!(first == read("b.zip", 3));
        assert!(first != read("c.zip", 4));
    }
}
