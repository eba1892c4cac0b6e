//! Chores of several steps: each is timed, all are run, one table at the end.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    child::Run,
    count::Count,
    error::{Error, Result},
    places::Places,
};

/// A step: its name and how its command lines are made.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) runs: fn(&Places) -> Vec<Run>,
}

/// The outcome of a step.
#[derive(Debug)]
pub(crate) struct Outcome {
    name: &'static str,
    error: Option<Error>,
    count: Count,
    time: Duration,
}

/// The outcomes so far.
#[derive(Debug, Default)]
pub(crate) struct Table {
    outcomes: Vec<Outcome>,
}

impl Table {
    /// Runs a step's command lines until one fails, and notes what their tests said.
    pub(crate) fn step(&mut self, places: &Places, step: &Step) -> Result<()> {
        self.measure(step.name, |count| {
            (step.runs)(places)
                .into_iter()
                .try_for_each(|run| run.run_lines(|line| count.read_line(line)))
        })
    }

    /// Runs and times anything. Only Ctrl-C is handed on; every other error is noted and said at once.
    ///
    /// A step that counts no tests of its own is one check: one passed or one failed. So is a step that
    /// failed although no test did (it did not compile).
    pub(crate) fn measure(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Count) -> Result<()>,
    ) -> Result<()> {
        eprintln!("== {name}");
        let start = Instant::now();
        let mut count = Count::default();
        let error = match work(&mut count) {
            Ok(()) => None,
            Err(error @ Error::Interrupted) => return Err(error),
            Err(error) => {
                crate::report(&error);
                Some(error)
            }
        };
        if error.is_some() && count.failed == 0 {
            count.failed = 1;
        } else if error.is_none() && count == Count::default() {
            count.passed = 1;
        }
        self.outcomes.push(Outcome {
            name,
            error,
            count,
            time: start.elapsed(),
        });
        Ok(())
    }

    /// Returns true if the last step succeeded.
    pub(crate) fn last_is_good(&self) -> bool {
        self.outcomes.last().is_none_or(|last| last.error.is_none())
    }

    /// All tests and checks together.
    pub(crate) fn total(&self) -> Count {
        let mut total = Count::default();
        self.outcomes.iter().for_each(|step| total += step.count);
        total
    }

    /// The table as one JSON object.
    pub(crate) fn json(&self) -> Value {
        let steps: Vec<_> = self
            .outcomes
            .iter()
            .map(|step| {
                json!({
                    "name": step.name,
                    "ok": step.error.is_none(),
                    "passed": step.count.passed,
                    "failed": step.count.failed,
                    "minutes": minutes(step.time),
                })
            })
            .collect();
        let total = self.total();
        json!({"steps": steps, "passed": total.passed, "failed": total.failed})
    }

    /// The table for people.
    pub(crate) fn print(&self) {
        println!(
            "{:<18} {:>8} {:>8} {:>8}",
            "step", "passed", "failed", "minutes"
        );
        for step in &self.outcomes {
            println!(
                "{:<18} {:>8} {:>8} {:>8.1}",
                step.name,
                step.count.passed,
                step.count.failed,
                minutes(step.time)
            );
        }
    }

    /// An error that names the steps that failed, if any did.
    pub(crate) fn verdict(&self) -> Result<()> {
        let failed: Vec<_> = self
            .outcomes
            .iter()
            .filter(|step| step.error.is_some() || step.count.failed > 0)
            .map(|step| step.name)
            .collect();
        if failed.is_empty() {
            return Ok(());
        }
        Err(Error::Steps {
            failed: failed.len(),
            total: self.outcomes.len(),
            names: failed.join(", "),
        })
    }
}

fn minutes(time: Duration) -> f64 {
    (time.as_secs_f64() / 60.0 * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Error {
        Error::Failed {
            command: "false".into(),
            status: "exit status: 1".into(),
        }
    }

    #[test]
    fn a_step_without_tests_is_one_check() {
        let mut table = Table::default();
        table.measure("good", |_| Ok(())).expect("noted");
        table.measure("bad", |_| Err(failed())).expect("noted");
        assert_eq!(
            table.total(),
            Count {
                passed: 1,
                failed: 1
            }
        );
        assert!(!table.last_is_good());
        let error = table.verdict().expect_err("one failed");
        assert_eq!(error.to_string(), "1 of 2 steps failed: bad");
    }

    #[test]
    fn failing_tests_are_counted_once() {
        let mut table = Table::default();
        table
            .measure("tests", |count| {
                *count = Count {
                    passed: 5,
                    failed: 2,
                };
                Err(failed())
            })
            .expect("noted");
        assert_eq!(
            table.total(),
            Count {
                passed: 5,
                failed: 2
            }
        );
    }

    #[test]
    fn ctrl_c_ends_everything() {
        let mut table = Table::default();
        assert!(table.measure("any", |_| Err(Error::Interrupted)).is_err());
    }
}
