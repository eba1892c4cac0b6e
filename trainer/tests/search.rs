//! `trainer search` on the galleries of the site gives the answers that the page is held to.
//!
//! The browser test `28-trainer-search` compares the page with the same file. `MODULENS_UPDATE=1` records it anew, for
//! galleries that were trained anew.

use std::path::Path;
use std::{env, fs};

use clap::Parser as _;
use serde::{Deserialize, Serialize};
use trainer::cli::{Cli, Command};
use trainer::search;

const RECORDED: &str = "../e2e/tests/28-trainer-search.json";

#[derive(Deserialize, Serialize)]
struct Query {
    about: String,
    gallery: String,
    /// As the address of the page.
    address: String,
    /// As arguments of `trainer search`.
    arguments: Vec<String>,
    results: Vec<Hit>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Hit {
    index: usize,
    score: f32,
}

#[test]
fn the_search_finds_what_was_recorded_for_the_page() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORDED);
    let text = fs::read_to_string(&recorded).expect("a recording");
    let mut queries: Vec<Query> = serde_json::from_str(&text).expect("queries");
    for query in &mut queries {
        let galleries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/galleries");
        let bundle = galleries.join(&query.gallery).display().to_string();
        let line = ["trainer", "search", &bundle, "--top", "100"].into_iter();
        let line = line.chain(query.arguments.iter().map(String::as_str));
        let Command::Search(args) = Cli::try_parse_from(line).expect("parses").command else {
            panic!("no search: {:?}", query.arguments)
        };
        let found = search::search(&args).expect("finds");
        let hit = |hit: &search::Hit| Hit {
            index: hit.index,
            score: hit.score,
        };
        let found: Vec<Hit> = found.results.iter().map(hit).collect();
        if env::var_os("MODULENS_UPDATE").is_some() {
            query.results = found;
            continue;
        }
        // Another processor may round otherwise: results that are nearly equal may change places.
        assert_eq!(found.len(), query.results.len(), "{}", query.about);
        for (found, known) in found.iter().zip(&query.results) {
            let same = found.index == known.index || (found.score - known.score).abs() < 3e-6;
            assert!(same, "{}: {found:?}, but {known:?}", query.about);
        }
    }
    if env::var_os("MODULENS_UPDATE").is_some() {
        let lines: Vec<String> = queries
            .iter()
            .map(|query| serde_json::to_string(query).expect("writes"))
            .collect();
        fs::write(&recorded, format!("[\n{}\n]\n", lines.join(",\n"))).expect("records");
    }
}
