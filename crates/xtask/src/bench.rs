//! Measuring: each bench is a program of its own, so that this one stays light.

use crate::{
    child::Run,
    cli::BenchArgs,
    error::{Error, Result},
    places::Places,
};

/// A bench: its name, what it measures, and the example that does it.
struct Bench {
    name: &'static str,
    about: &'static str,
    example: &'static str,
}

const BENCHES: [Bench; 1] = [Bench {
    name: "search",
    about: "exact search over a CelebA-sized gallery, against a plain loop, in the same run",
    example: "bench_search",
}];

/// Runs a bench, or lists them.
pub(crate) fn run(places: &Places, args: &BenchArgs) -> Result<()> {
    let Some(name) = &args.name else {
        list(args.json);
        return Ok(());
    };
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        let names: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
        return Err(Error::Usage(format!(
            "there is no bench {name:?}; there is: {}",
            names.join(", ")
        )));
    };
    let run = Run::cargo(places)
        .words("run --quiet --package xtask --example")
        .arg(bench.example)
        .arg("--");
    if args.json { run.arg("--json") } else { run }.run()
}

fn list(json: bool) {
    if json {
        let benches: Vec<_> = BENCHES
            .iter()
            .map(|bench| serde_json::json!({"name": bench.name, "about": bench.about}))
            .collect();
        println!("{}", serde_json::json!({ "benches": benches }));
    } else {
        for bench in &BENCHES {
            println!("{:<12} {}", bench.name, bench.about);
        }
    }
}
