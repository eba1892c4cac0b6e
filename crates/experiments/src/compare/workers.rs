//! Several runs side by side, each trained and measured in a process of its own.
//!
//! One network of this size does not keep several cores busy: two processes with a core each train nearly twice as much
//! as one with two. They are processes and not threads because the generator of a device is shared by all that a
//! process trains, and a run must not depend on what else is trained.

use std::collections::VecDeque;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use modulens_training::error::TrainerError;
use modulens_training::train::stop;

/// The polling interval of the children.
const POLL: Duration = Duration::from_millis(50);

/// The time a child may take to save after it was asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// A run to be trained and measured by a child.
#[derive(Debug)]
pub(super) struct Job {
    /// A description for people: "modulation, seed 2".
    pub(super) name: String,
    /// The command that does it, to its end, saying nothing but errors.
    pub(super) command: Command,
}

/// Does all jobs, so many at a time. `told` hears of each that is done.
///
/// # Errors
/// The first job that fails, with what it said; the others are stopped. An interruption, after all have saved.
pub(super) fn run(
    jobs: Vec<Job>,
    at_once: usize,
    mut told: impl FnMut(&str),
) -> Result<(), TrainerError> {
    stop::watch()?;
    let mut waiting = VecDeque::from(jobs);
    let mut running: Vec<Running> = Vec::new();
    let mut asked = None;
    loop {
        while running.len() < at_once.max(1) && !stop::asked() {
            let Some(job) = waiting.pop_front() else {
                break;
            };
            running.push(Running::start(job)?);
        }
        if stop::asked() {
            let since = *asked.get_or_insert_with(Instant::now);
            running.iter_mut().for_each(Running::ask_to_stop);
            if since.elapsed() > GRACE {
                running.clear();
            }
        }
        if running.is_empty() {
            break;
        }
        let mut index = 0;
        while index < running.len() {
            if running[index].has_ended()? {
                let ended = running.swap_remove(index);
                told(&ended.finish()?);
            } else {
                index += 1;
            }
        }
        std::thread::sleep(POLL);
    }
    if stop::asked() {
        return Err(TrainerError::Message(
            "stopped; the same command goes on from what is done".into(),
        ));
    }
    Ok(())
}

/// A child at work. It is asked to save and to end by closing its standard input; dropped, it is waited for.
struct Running {
    name: String,
    child: Child,
}

impl Running {
    fn start(mut job: Job) -> Result<Self, TrainerError> {
        let child = job
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(TrainerError::io("start", job.command.get_program()))?;
        Ok(Self {
            name: job.name,
            child,
        })
    }

    fn ask_to_stop(&mut self) {
        drop(self.child.stdin.take());
    }

    fn has_ended(&mut self) -> Result<bool, TrainerError> {
        let status = self
            .child
            .try_wait()
            .map_err(TrainerError::io("wait for", self.name.clone()))?;
        Ok(status.is_some())
    }

    /// Its name, or what it said when it failed.
    fn finish(mut self) -> Result<String, TrainerError> {
        let status = self
            .child
            .wait()
            .map_err(TrainerError::io("wait for", self.name.clone()))?;
        if status.success() {
            return Ok(std::mem::take(&mut self.name));
        }
        if stop::asked() {
            return Ok(format!("{} (stopped)", self.name));
        }
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            // What cannot be read is only missing from the report.
            stderr.read_to_string(&mut said).ok();
        }
        // Each cause is on its own line, and a report has one.
        let said: Vec<&str> = said.trim().lines().map(str::trim).collect();
        Err(TrainerError::Message(format!(
            "{} failed ({status}): {}",
            self.name,
            said.join("; ").trim_start_matches("error: ")
        )))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.ask_to_stop();
        // It has nothing left to wait for; a child that is gone already needs no waiting.
        self.child.wait().ok();
    }
}

/// Saves and ends this process when its parent is gone, or asks for it: the pipe to standard input closes.
pub(super) fn end_with_parent() {
    std::thread::spawn(|| {
        let mut nothing = [0];
        while matches!(std::io::stdin().read(&mut nothing), Ok(count) if count > 0) {}
        stop::ask();
        // Where no step comes that could be stopped after, such as while pictures are decoded.
        std::thread::sleep(GRACE);
        std::process::exit(1);
    });
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn job(name: &str, script: &str) -> Job {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Job {
            name: name.into(),
            command,
        }
    }

    #[test]
    fn all_are_done_and_a_failure_is_told() {
        let mut done = Vec::new();
        let jobs = vec![job("a", "true"), job("b", "exit 0"), job("c", "true")];
        run(jobs, 2, |name| done.push(name.to_owned())).expect("all well");
        done.sort();
        assert_eq!(done, ["a", "b", "c"]);

        // The one that waits for its input ends because that closes.
        let jobs = vec![
            job("waits", "cat > /dev/null"),
            job("fails", "echo 'error: no such thing' >&2; exit 3"),
        ];
        let error = run(jobs, 2, |_| {}).expect_err("one fails").to_string();
        assert!(
            error.contains("fails failed") && error.contains("no such thing"),
            "{error}"
        );
    }
}
