//! A run that is interrupted goes on as if nothing had happened: by Ctrl-C or SIGTERM, which save in the middle of an
//! epoch, and by a kill, which leaves the checkpoint of the last epoch.
#![cfg(unix)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const EPOCHS: usize = 24;
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        common::write_config(place.0.path());
        place
    }

    fn run(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn train(&self, name: &str) -> Child {
        Command::new(env!("CARGO_BIN_EXE_trainer"))
            .args(["train", "--backend", "flex"])
            .arg(self.0.path().join("config.toml"))
            .arg("--out")
            .arg(self.run(name))
            .args(["--epochs", &EPOCHS.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts")
    }

    fn finish(&self, name: &str) {
        let Output { status, stderr, .. } = self.train(name).wait_with_output().expect("ends");
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    }

    /// Starts a run, and stops it with a signal after some epochs.
    fn interrupt(&self, name: &str, signal: &str, epochs: usize) -> Output {
        let child = self.train(name);
        let start = Instant::now();
        while losses(&self.run(name)).len() < epochs {
            assert!(
                start.elapsed() < Duration::from_secs(300),
                "it never starts"
            );
            std::thread::sleep(Duration::from_millis(3));
        }
        let sent = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
        child.wait_with_output().expect("ends")
    }
}

/// The loss of every finished epoch.
fn losses(run: &Path) -> Vec<f64> {
    let text = fs::read_to_string(run.join("metrics.jsonl")).unwrap_or_default();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    lines
        .map(|line: serde_json::Value| line["loss"].as_f64().expect("a loss"))
        .collect()
}

#[test]
fn an_interrupted_run_ends_where_an_unbroken_one_does() {
    let place = Place::new();
    place.finish("unbroken");
    let expected = losses(&place.run("unbroken"));
    assert_eq!(expected.len(), EPOCHS);
    assert!(expected[EPOCHS - 1] < 0.8 * expected[0], "it learns");

    for (name, signal) in [("asked", "-INT"), ("ended", "-TERM"), ("killed", "-KILL")] {
        for epochs in [2, 5] {
            let Output { status, stderr, .. } = place.interrupt(name, signal, epochs);
            assert!(!status.success(), "stopped, not finished");
            if signal != "-KILL" {
                let words = String::from_utf8_lossy(&stderr);
                assert!(
                    words.contains("checkpoint"),
                    "it says where it saved: {words}"
                );
            }
            let done = losses(&place.run(name)).len();
            assert!(done < EPOCHS, "it was stopped on the way, after {done}");
        }
        place.finish(name);
        // Losses do not see the running statistics of batch norm; a run saved in mid-epoch once lost a batch of them.
        let weights =
            |name: &str| fs::read(place.run(name).join("best.safetensors")).expect("reads");
        assert!(
            weights(name) == weights("unbroken"),
            "{name}: other weights"
        );
        let found = losses(&place.run(name));
        assert_eq!(found.len(), EPOCHS, "no epoch is missing or told twice");
        for (epoch, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!(
                (found - expected).abs() <= 1e-6 * expected.abs(),
                "{name}, epoch {}: {found} instead of {expected}",
                epoch + 1
            );
        }
    }
}
