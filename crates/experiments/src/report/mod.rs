//! `trainer report`: a comparison as a page and as Markdown.
//!
//! ```text
//! OUT/index.html     tables and plots in one file that asks for nothing from anywhere
//! OUT/README.md      the tables
//! OUT/compare.json   the figures behind both, as `trainer compare` wrote them
//! ```
//!
//! Of a sweep the figures are `sweep.json` and, for the folder of each point, `compare-FOLDER.json`.

mod axis;
mod beyond;
mod few_shot;
mod grids;
mod heat_maps;
mod html;
mod lines;
mod markdown;
mod pictures;
mod plots;
mod summary;
mod sweep;
mod tables;
mod words;

use std::path::{Path, PathBuf};

use modulens_training::error::TrainerError;
use modulens_training::files;
use modulens_training::output::{print, to_json};
use serde_json::json;

use crate::compare::{self, Comparison, VERSION, sweep as sweep_file};

use words::Words;

/// The page.
const PAGE: &str = "index.html";
/// The tables.
const SUMMARY: &str = "README.md";
/// The figures of a comparison.
const FIGURES: &str = "compare.json";
/// The points of a sweep.
const SWEEP: &str = "sweep.json";

/// Arguments of `trainer report`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of a comparison, or of a sweep.
    comparison: PathBuf,
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Take the pictures of the examples from here instead of where the comparison took them.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Leave the pictures of the examples out: they are copies of pictures of the data.
    #[arg(long, conflicts_with = "data")]
    no_pictures: bool,
    /// A file with the output of `trainer few-shot --json`; may be given several times.
    #[arg(long, value_name = "FILE")]
    few_shot: Vec<PathBuf>,
    /// The heading.
    #[arg(long)]
    title: Option<String>,
    /// A sentence on how the figures were made, such as the command and the machine; may be given several times.
    #[arg(long = "note", value_name = "TEXT")]
    notes: Vec<String>,
    /// A method that was not run and the command to run it; may be given several times.
    #[arg(long = "not-run", value_name = "TEXT")]
    not_run: Vec<String>,
    /// Print one JSON object: `files`, the paths that were written.
    #[arg(long)]
    json: bool,
}

/// Writes the report of a comparison or of a sweep.
///
/// # Errors
/// No comparison there, one of another version, or a disk that takes nothing.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let files = match args.comparison.join(SWEEP).is_file() {
        true => of_sweep(args)?,
        false => of_comparison(args)?,
    };
    for (name, _) in &files {
        check(&args.out, name)?;
    }
    let mut paths = Vec::new();
    for (name, bytes) in files {
        let path = args.out.join(name);
        files::write_atomically(&path, &bytes)?;
        paths.push(path);
    }
    if args.json {
        return print(&to_json(&json!({ "files": paths }))?);
    }
    let lines: Vec<String> = paths
        .iter()
        .map(|path| format!("written: {}", path.display()))
        .collect();
    print(&lines.join("\n"))
}

/// Checks that nothing but a file of an older report is replaced in a folder.
fn check(out: &Path, name: &str) -> Result<(), TrainerError> {
    let path = out.join(name);
    if !path.exists() {
        return Ok(());
    }
    let old = files::read(&path)?;
    let holds = |text: &str| String::from_utf8_lossy(&old).contains(text);
    let is_ours = match name {
        PAGE => holds(&format!("content=\"{}\"", html::GENERATOR)),
        SUMMARY => holds(markdown::PLOTS),
        SWEEP => sweep_file::is_sweep(&old),
        _ => compare::is_comparison(&old),
    };
    match is_ours {
        true => Ok(()),
        false => Err(TrainerError::Message(format!(
            "{} is no part of a report, so it is left alone; give another --out",
            path.display()
        ))),
    }
}

/// Reads the figures in the folder of a comparison, and their file.
fn read(folder: &Path) -> Result<(Comparison, Vec<u8>), TrainerError> {
    let path = folder.join(FIGURES);
    if !path.is_file() {
        return Err(TrainerError::Run {
            path: folder.to_owned(),
            message: "it has no compare.json; `trainer compare PLAN --out` writes one after its first method".into(),
        });
    }
    let bytes = files::read(&path)?;
    let found: Comparison = serde_json::from_slice(&bytes).map_err(|error| TrainerError::Run {
        path: path.clone(),
        message: format!("it does not parse as a comparison of version {VERSION}: {error}"),
    })?;
    if found.version != VERSION || found.methods.is_empty() {
        return Err(TrainerError::Run {
            path,
            message: format!(
                "it is of version {} with {} methods; this program reads version {VERSION} with at least one",
                found.version,
                found.methods.len()
            ),
        });
    }
    Ok((found, bytes))
}

/// The texts of a report, under this heading unless another is given.
fn words(args: &Args, title: String) -> Result<Words, TrainerError> {
    Ok(Words {
        title: args.title.clone().unwrap_or(title),
        notes: args.notes.clone(),
        not_run: args.not_run.clone(),
        few_shot: few_shot::read(&args.few_shot)?,
    })
}

/// The files of the report of a comparison.
fn of_comparison(args: &Args) -> Result<Vec<(String, Vec<u8>)>, TrainerError> {
    let (found, bytes) = read(&args.comparison)?;
    let words = words(args, format!("{}: methods compared", found.dataset))?;
    let album = match args.no_pictures {
        true => pictures::Album::default(),
        false => pictures::collect(&args.comparison, &found, args.data.as_deref())?,
    };
    Ok(vec![
        (
            PAGE.into(),
            html::render(&found, &words, &album)
                .into_string()
                .into_bytes(),
        ),
        (
            SUMMARY.into(),
            markdown::render(&found, &words).into_bytes(),
        ),
        (FIGURES.into(), bytes),
    ])
}

/// The files of the report of a sweep.
fn of_sweep(args: &Args) -> Result<Vec<(String, Vec<u8>)>, TrainerError> {
    if !args.few_shot.is_empty() {
        return Err(TrainerError::Message(
            "--few-shot is for the report of one comparison, such as that of a point of the sweep"
                .into(),
        ));
    }
    let path = args.comparison.join(SWEEP);
    let list = sweep_file::read(&path)?;
    let mut files = vec![(SWEEP.to_owned(), files::read(&path)?)];
    let mut found = Vec::new();
    for point in list.points {
        let (comparison, bytes) = read(&args.comparison.join(&point.folder))?;
        files.push((format!("compare-{}.json", point.folder.display()), bytes));
        found.push((point.name, comparison));
    }
    let dataset = found.first().map_or("", |(_, found)| &found.dataset);
    let words = words(args, format!("{dataset}: methods against {}", list.axis))?;
    let points = sweep::Points {
        axis: list.axis,
        found,
    };
    files.push((PAGE.into(), points.html(&words).into_string().into_bytes()));
    files.push((SUMMARY.into(), points.markdown(&words).into_bytes()));
    Ok(files)
}
