//! One bar on a terminal, silence elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar with rate and time left; hidden where standard error is no terminal.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar over `total` images; 0 when the total is not known yet.
    pub fn new(total: usize, what: &str) -> Self {
        let bar = ProgressBar::new(total as u64);
        let style =
            ProgressStyle::with_template("{msg:22} [{bar:32}] {pos}/{len} {per_sec} {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("=> ");
        bar.set_style(style);
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// So many more are done.
    pub fn step(&self, done: usize) {
        self.0.inc(done as u64);
    }

    /// So many are done of so many.
    pub fn set(&self, done: usize, total: usize) {
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }

    /// Changes the words before the bar.
    pub fn say(&self, what: String) {
        self.0.set_message(what);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
