//! `trainer report`: a comparison as a page and as Markdown.
//!
//! ```text
//! OUT/index.html     tables and plots in one file that asks for nothing from anywhere
//! OUT/README.md      the tables
//! OUT/compare.json   the figures behind both, as `trainer compare` wrote them
//! ```

mod beyond;
mod few_shot;
mod grids;
mod heat_maps;
mod html;
mod markdown;
mod pictures;
mod plots;
mod summary;
mod tables;
mod words;

use std::path::{Path, PathBuf};

use modulens_training::error::TrainerError;
use modulens_training::files;
use modulens_training::output::{print, to_json};
use serde_json::json;

use crate::compare::{self, Comparison, VERSION};

use words::Words;

/// Arguments of `trainer report`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of a comparison.
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

/// Checks that nothing but an older report is replaced in a folder.
fn check(out: &Path) -> Result<(), TrainerError> {
    type Known = fn(&[u8]) -> bool;
    let ours: [(&str, Known); 3] = [
        ("compare.json", compare::is_comparison),
        ("index.html", |page| holds(page, html::GENERATOR)),
        ("README.md", |text| holds(text, markdown::FILES)),
    ];
    for (name, is_ours) in ours {
        let path = out.join(name);
        if path.exists() && !is_ours(&files::read(&path)?) {
            return Err(TrainerError::Message(format!(
                "{} is no part of a report, so it is left alone; give another --out",
                path.display()
            )));
        }
    }
    Ok(())
}

fn holds(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

/// Writes the report of a comparison.
///
/// # Errors
/// No comparison there, one of another version, or a disk that takes nothing.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let path = args.comparison.join("compare.json");
    if !path.is_file() {
        return Err(TrainerError::Run {
            path: args.comparison.clone(),
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
    check(&args.out)?;
    let words = Words {
        title: args
            .title
            .clone()
            .unwrap_or_else(|| format!("{}: methods compared", found.dataset)),
        notes: args.notes.clone(),
        not_run: args.not_run.clone(),
        few_shot: few_shot::read(&args.few_shot)?,
    };
    let album = match args.no_pictures {
        true => pictures::Album::default(),
        false => pictures::collect(&args.comparison, &found, args.data.as_deref())?,
    };
    let written = [
        ("index.html", html::render(&found, &words, &album)),
        ("README.md", markdown::render(&found, &words)),
    ];
    let mut paths = Vec::new();
    for (name, text) in written {
        let path = args.out.join(name);
        files::write_atomically(&path, text.as_bytes())?;
        paths.push(path);
    }
    let copy = args.out.join("compare.json");
    files::write_atomically(&copy, &bytes)?;
    paths.push(copy);
    if args.json {
        return print(&to_json(&json!({ "files": paths }))?);
    }
    let lines: Vec<String> = paths
        .iter()
        .map(|path| format!("written: {}", path.display()))
        .collect();
    print(&lines.join("\n"))
}
