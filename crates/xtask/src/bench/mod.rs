//! Measuring: natively by a program of its own, or in a browser against what others offer.

mod browser;
mod docs;
mod report;
mod statistics;

use std::path::PathBuf;

use self::report::Report;
use crate::{
    child::Run,
    cli::BenchArgs,
    error::{Error, Result},
    places::Places,
};

/// A bench: its name, what it measures, and where.
struct Bench {
    name: &'static str,
    about: &'static str,
    place: Place,
}

/// The place of a bench: the browser or the native machine.
enum Place {
    /// In headless Chromium: a script of `e2e/bench`.
    Browser,
    /// Natively: an example of this crate.
    Native { example: &'static str },
    /// Natively: a script that starts ours and a peer from Python.
    Python { script: &'static str },
}

const BENCHES: [Bench; 6] = [
    Bench {
        name: "search",
        about: "exact search in the browser against five packages of npm, a plain loop, and reading alone (half an hour)",
        place: Place::Browser,
    },
    Bench {
        name: "task-switch",
        about: "a change of task over 202,599 images against embedding them again, in the browser",
        place: Place::Browser,
    },
    Bench {
        name: "embed",
        about: "pictures per second of the CPU engine against onnxruntime-web and tfjs, same weights",
        place: Place::Browser,
    },
    Bench {
        name: "decode",
        about: "JPEG decoding by our module against the browser's own decoders",
        place: Place::Browser,
    },
    Bench {
        name: "search-native",
        about: "exact search over a CelebA-sized gallery, against a plain loop, natively",
        place: Place::Native {
            example: "bench_search",
        },
    },
    Bench {
        name: "train",
        about: "training steps on the CPU against PyTorch, same layers, batch and threads (four minutes)",
        place: Place::Python {
            script: "scripts/training_speed.py",
        },
    },
];

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
    match bench.place {
        Place::Browser => report(places, bench.name, args, || {
            browser::measure(places, bench.name, args.quick)
        }),
        Place::Python { script } => report(places, bench.name, args, || {
            in_python(places, bench.name, script, args.quick)
        }),
        Place::Native { .. } if args.save || args.quick || args.from.is_some() => {
            Err(Error::Usage(format!(
                "--save, --quick and --from are not for the bench {name:?}"
            )))
        }
        Place::Native { example } => {
            let run = Run::cargo(places)
                .words("run --quiet --package xtask --example")
                .arg(example)
                .arg("--");
            if args.json { run.arg("--json") } else { run }.run()
        }
    }
}

/// Measures, or reads what was measured, and shows and keeps it as the arguments say.
fn report(
    places: &Places,
    name: &str,
    args: &BenchArgs,
    measure: impl FnOnce() -> Result<Report>,
) -> Result<()> {
    if args.save && args.quick {
        return Err(Error::Usage(
            "a quick run is too noisy to be kept; leave out --quick or --save".into(),
        ));
    }
    let report = match &args.from {
        Some(path) => Report::open(path, name)?,
        None => measure()?,
    };
    if args.save {
        docs::save(places, name, &report)?;
    }
    if args.json {
        println!("{}", report.json());
    } else {
        print!("{}", report.table());
    }
    Ok(())
}

/// Runs a script that prints rows of measurements.
fn in_python(places: &Places, name: &str, script: &str, quick: bool) -> Result<Report> {
    let python = places.program("python3").ok_or_else(|| Error::Missing {
        what: "python3, which runs the peer,".into(),
        what_to_do: "install Python 3 with pip from your distribution",
    })?;
    let script = places.root().join(script);
    measured(Run::new(places, python).arg(&script), script, name, quick)
}

/// Runs a script and reads the rows of measurements that it prints.
fn measured(mut run: Run, script: PathBuf, name: &str, quick: bool) -> Result<Report> {
    let mut command = format!("cargo xtask bench {name}");
    if quick {
        run = run.arg("--quick");
        command += " --quick";
    }
    let text = run.capture()?;
    Report::read(&text, &command).map_err(|what| Error::Content { path: script, what })
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
            println!("{:<14} {}", bench.name, bench.about);
        }
    }
}
