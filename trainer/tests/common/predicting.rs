//! A bundle that predicts, and archives for it.

use std::fs;
use std::path::PathBuf;

use clap::Parser as _;
use serde_json::Value;
use trainer::cli::{Cli, Command};
use trainer::error::TrainerError;
use trainer::{export, predict};

/// A finished run on the tiny dataset, and its bundle.
pub struct Place {
    pub dir: tempfile::TempDir,
    pub bundle: PathBuf,
}

pub fn parse(words: &[&str]) -> Command {
    let line = ["trainer"].iter().chain(words);
    Cli::try_parse_from(line).expect("parses").command
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        super::write_run(dir.path());
        let bundle = dir.path().join("bundle");
        let place = Self { dir, bundle };
        place.export("bundle", &[]);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn export(&self, name: &str, more: &[&str]) -> export::Summary {
        let (run, out) = (self.text("run"), self.text(name));
        let words = ["export", &run, "--backend", "flex", "--out", &out];
        match parse(&[&words[..], more].concat()) {
            Command::Export(args) => export::export(&args).expect("exports"),
            other => panic!("{other:?}"),
        }
    }

    /// Predicts some paths by a bundle in this place.
    pub fn predict(&self, bundle: &str, more: &[&str]) -> Result<predict::Summary, TrainerError> {
        match parse(&[&["predict", &self.text(bundle)], more].concat()) {
            Command::Predict(args) => predict::predict(&args),
            other => panic!("{other:?}"),
        }
    }

    /// The JSON lines of a prediction, and its failures.
    pub fn lines(&self, bundle: &str, more: &[&str]) -> (Vec<Value>, Vec<predict::Failure>) {
        let out = self.text("out.jsonl");
        let words = ["--json", "--output", &out];
        let summary = self
            .predict(bundle, &[&words, more].concat())
            .expect("predicts");
        let text = fs::read_to_string(&out).expect("written");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        (lines.collect(), summary.failed)
    }
}

/// Files in a zip, stored.
pub fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in files {
        let (at, size) = (out.len() as u32, data.len() as u32);
        let crc = crc32fast::hash(data);
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for number in [crc, size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(data);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, files) = (out.len() as u32, (files.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([files, files].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}
