//! Children: programs that are started, shown, waited for and ended on Ctrl-C.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Once,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    error::{Error, Result},
    places::Places,
};

/// The time a child has to end by itself after Ctrl-C: the trainer saves its state first.
const GRACE: Duration = Duration::from_secs(10);
/// The polling interval of a child.
const POLL: Duration = Duration::from_millis(20);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A command line that will be run in the repository, with our tools on its `PATH`.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    shown: String,
}

impl Run {
    /// A command without arguments.
    pub(crate) fn new(places: &Places, program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command
            .current_dir(places.root())
            .env("PATH", places.path());
        let shown = Path::new(program).file_name().unwrap_or(program);
        Self {
            command,
            shown: shown.to_string_lossy().into_owned(),
        }
    }

    /// The cargo that runs us, or the one on `PATH`.
    pub(crate) fn cargo(places: &Places) -> Self {
        Self::new(
            places,
            env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        )
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        let arg = arg.as_ref();
        let words = arg.to_string_lossy();
        self.shown.push(' ');
        if words.contains(char::is_whitespace) {
            // As it would have to be typed.
            self.shown.push_str(&format!("'{words}'"));
        } else {
            self.shown.push_str(&words);
        }
        self.command.arg(arg);
        self
    }

    pub(crate) fn args(self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// The words of a plain command line, none of which holds a space.
    pub(crate) fn words(self, words: &str) -> Self {
        self.args(words.split_whitespace())
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    pub(crate) fn env_remove(mut self, key: &str) -> Self {
        self.command.env_remove(key);
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Runs it in sight of the user.
    ///
    /// # Errors
    /// When it cannot be started, fails, or is interrupted.
    pub(crate) fn run(mut self) -> Result<()> {
        self.show();
        let mut child = self.spawn()?;
        let status = wait(&mut child).map_err(|source| self.spawn_error(source))?;
        self.verdict(status)
    }

    /// Runs it in sight of the user, and hands over its standard output line by line as well.
    pub(crate) fn run_lines(self, mut on_line: impl FnMut(&str)) -> Result<()> {
        self.each_line(|line| {
            println!("{line}");
            on_line(line);
        })
    }

    /// Runs it with its errors in sight of the user, and returns what it wrote to standard output.
    pub(crate) fn capture(self) -> Result<String> {
        let mut text = String::new();
        self.each_line(|line| {
            text.push_str(line);
            text.push('\n');
        })?;
        Ok(text)
    }

    fn each_line(mut self, mut on_line: impl FnMut(&str)) -> Result<()> {
        self.show();
        self.command.stdout(Stdio::piped());
        let mut child = self.spawn()?;
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = child.0.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                    let line = String::from_utf8_lossy(&line).into_owned();
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        loop {
            match lines.recv_timeout(POLL) {
                Ok(line) => on_line(line.trim_end()),
                Err(RecvTimeoutError::Timeout) if !INTERRUPTED.load(Ordering::SeqCst) => {}
                Err(_) => break,
            }
        }
        let status = wait(&mut child).map_err(|source| self.spawn_error(source))?;
        self.verdict(status)
    }

    /// Runs it unseen and returns what it wrote to standard output; `None` when it cannot be started or fails.
    pub(crate) fn read(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn show(&self) {
        eprintln!("$ {}", self.shown);
    }

    fn spawn(&mut self) -> Result<Watched> {
        watch_for_interrupts();
        // A child started after Ctrl-C would not have heard it.
        if INTERRUPTED.load(Ordering::SeqCst) {
            return Err(Error::Interrupted);
        }
        RUNNING.fetch_add(1, Ordering::SeqCst);
        match self.command.spawn() {
            Ok(child) => Ok(Watched(child)),
            Err(source) => {
                RUNNING.fetch_sub(1, Ordering::SeqCst);
                Err(self.spawn_error(source))
            }
        }
    }

    fn spawn_error(&self, source: std::io::Error) -> Error {
        Error::Spawn {
            command: self.shown.clone(),
            source,
        }
    }

    fn verdict(self, status: ExitStatus) -> Result<()> {
        if INTERRUPTED.load(Ordering::SeqCst) {
            Err(Error::Interrupted)
        } else if status.success() {
            Ok(())
        } else {
            Err(Error::Failed {
                command: self.shown,
                status: status.to_string(),
            })
        }
    }
}

/// A running child; counted, so that Ctrl-C knows whether there is anybody to wait for.
#[derive(Debug)]
struct Watched(Child);

impl Drop for Watched {
    fn drop(&mut self) {
        // Already ended on every path but a panic; ending it again is harmless.
        self.0.kill().ok();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

fn wait(child: &mut Watched) -> std::io::Result<ExitStatus> {
    let mut interrupted_at = None;
    loop {
        if let Some(status) = child.0.try_wait()? {
            return Ok(status);
        }
        if INTERRUPTED.load(Ordering::SeqCst) {
            let since = interrupted_at.get_or_insert_with(Instant::now);
            if since.elapsed() > GRACE {
                child.0.kill()?;
                return child.0.wait();
            }
        }
        thread::sleep(POLL);
    }
}

/// From the first child on, Ctrl-C no longer ends us at once. The terminal tells the children itself; we wait for
/// them, for [`GRACE`] at most. With no child running (the server) we end.
fn watch_for_interrupts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let handler = || {
            if RUNNING.load(Ordering::SeqCst) == 0 {
                std::process::exit(130);
            }
            INTERRUPTED.store(true, Ordering::SeqCst);
        };
        if let Err(error) = ctrlc::set_handler(handler) {
            eprintln!("note: Ctrl-C is not watched for ({error})");
        }
    });
}
